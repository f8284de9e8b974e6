"""What the case file declares to the house."""

from __future__ import annotations

from chengnuo.cases.unit_of_work import follow_the_form, has_a_case
from chengnuo.ledger.kinds import built_in, event
from chengnuo.submissions.handlers import FormHandler

FORM_HANDLERS = (FormHandler(name="cases.follow", takes=has_a_case, handle=follow_the_form),)
EVENTS = (
    built_in("case.lodged", "phone-incoming"),
    built_in("case.handed_over", "arrow-right"),
    built_in("case.returned", "arrow-back-up"),
    built_in("case.return_asked", "arrow-back-up"),
    built_in("case.return_refused", "x"),
    built_in("case.assistance_asked", "users"),
    built_in("case.assisted", "users"),
    built_in("case.urged", "urgent"),
    built_in("case.supervised", "flag"),
    built_in("case.disputed", "gavel"),
    built_in("case.reopened", "refresh"),
    built_in("case.withdrawn", "circle-x"),
    built_in("case.merged", "versions"),
    built_in("case.separated", "arrow-back-up"),
    built_in("case.reclassified", "edit"),
    built_in("case.closed", "lock"),
    built_in("appointment.agreed", "calendar-event"),
    built_in("facts.changed", "edit"),
    built_in("pause.requested", "player-pause"),
    built_in("pause.approved", "check"),
    built_in("pause.rejected", "x"),
    built_in("pause.ended", "player-play"),
    event("case.glass_broken", "应急查看", "Emergency access", "eye"),
    event("case.attached", "添加附件", "Attachments added", "paperclip"),
    event("case.copied", "已抄送", "Copy sent", "copy"),
    event("case.copy_seen", "抄送已阅", "Copy seen", "eye"),
    event("case.hand_over_undone", "移交已撤回", "Hand-over undone", "arrow-back-up"),
    event("case.urging_undone", "催办已撤回", "Reminder undone", "arrow-back-up"),
    event("case.linked", "已关联", "Linked", "link"),
    event("case.unlinked", "取消关联", "Unlinked"),
    event("case.took_in", "有工单并入本工单", "Another case was merged into this one", "versions"),
    event("case.gave_back", "撤销合并", "Merge undone", "arrow-back-up"),
    event("contact.noted", "客户来电来访", "Customer contact"),
    event(
        "message.no_mobile",
        "未发短信：没有手机号码",
        "No text message sent: no mobile number",
        "phone-outgoing",
    ),
    event("suggestions.learnt", "更新服务建议", "Suggestions learnt"),
)
