"""What the case file declares to the house."""

from __future__ import annotations

from chengnuo.cases.events import SUBJECT
from chengnuo.cases.open_cases import OPEN_CASES
from chengnuo.cases.telling import (
    CASE,
    COPIED_TO,
    FILES,
    PAUSE,
    TO,
    UNIT,
    UNTIL,
)
from chengnuo.cases.unit_of_work import follow_the_form, has_a_case
from chengnuo.ledger.kinds import built_in, event, payload
from chengnuo.obligations.subjects import SubjectKind
from chengnuo.rules.words import Text
from chengnuo.submissions.handlers import FormHandler

PROJECTIONS = (OPEN_CASES,)
FORM_HANDLERS = (FormHandler(name="cases.follow", takes=has_a_case, handle=follow_the_form),)
SUBJECT_KINDS = (SubjectKind(name=SUBJECT, title=Text("工单", "Case")),)
# A pack's events happen to cases by forms; one taken over from the past has no more to say.
PACK_EVENTS = (payload(),)
EVENTS = (
    built_in("case.lodged", "phone-incoming", needs="case service channel narrative"),
    built_in("case.handed_over", "arrow-right", needs="to why", may="from unit", details=(TO,)),
    built_in("case.returned", "arrow-back-up", needs="why unit to", details=(TO,)),
    built_in("case.return_asked", "arrow-back-up", needs="why unit", details=(UNIT,)),
    built_in("case.return_refused", "x", needs="why unit to", details=(UNIT,)),
    built_in("case.assistance_asked", "users", needs="why unit", details=(UNIT,)),
    built_in("case.assisted", "users", needs="why unit", details=(UNIT,)),
    built_in("case.urged", "urgent", needs="why count"),
    built_in("case.supervised", "flag", needs="why"),
    built_in("case.disputed", "gavel", needs="why"),
    built_in("case.reopened", "refresh", needs="why"),
    built_in("case.withdrawn", "circle-x", needs="why"),
    built_in("case.merged", "versions", needs="case why", details=(CASE,)),
    built_in("case.separated", "arrow-back-up", needs="case why", details=(CASE,)),
    built_in("case.reclassified", "edit", needs="why from to"),
    built_in("case.closed", "lock"),
    built_in("appointment.agreed", "calendar-event", needs="why"),
    built_in("facts.changed", "edit", needs="why"),
    built_in("pause.requested", "player-pause", needs="proof", may="file", details=(PAUSE,)),
    built_in("pause.approved", "check", details=(PAUSE,)),
    built_in("pause.rejected", "x", details=(PAUSE,)),
    built_in("pause.ended", "player-play", details=(PAUSE,)),
    event(
        "case.glass_broken",
        "应急查看",
        "Emergency access",
        "eye",
        needs="what why until",
        details=(UNTIL,),
    ),
    event(
        "case.attached",
        "添加附件",
        "Attachments added",
        "paperclip",
        needs="files",
        details=(FILES,),
    ),
    event("case.copied", "已抄送", "Copy sent", "copy", needs="to", details=(COPIED_TO,)),
    event("case.copy_seen", "抄送已阅", "Copy seen", "eye", deed=False),
    event(
        "case.hand_over_undone", "移交已撤回", "Hand-over undone", "arrow-back-up", needs="undoes"
    ),
    event("case.urging_undone", "催办已撤回", "Reminder undone", "arrow-back-up", needs="undoes"),
    event("case.linked", "已关联", "Linked", "link", needs="case why", details=(CASE,)),
    event("case.unlinked", "取消关联", "Unlinked", needs="case why", details=(CASE,)),
    event(
        "case.took_in",
        "有工单并入本工单",
        "Another case was merged into this one",
        "versions",
        needs="case why",
        details=(CASE,),
    ),
    event(
        "case.gave_back",
        "撤销合并",
        "Merge undone",
        "arrow-back-up",
        needs="case why",
        details=(CASE,),
    ),
    event(
        "contact.noted",
        "客户来电来访",
        "Customer contact",
        needs="channel answer",
        may="case",
        details=(CASE,),
    ),
    event(
        "message.no_mobile",
        "未发短信：没有手机号码",
        "No text message sent: no mobile number",
        "phone-outgoing",
        needs="case about",
        details=(CASE,),
        deed=False,
    ),
    event(
        "suggestions.learnt", "更新服务建议", "Suggestions learnt", needs="cases held_out sha256"
    ),
)
