"""What callbacks declare to the house."""

from __future__ import annotations

from chengnuo.callbacks.answers import CONTEXT, answered, is_questionnaire
from chengnuo.ledger.kinds import event
from chengnuo.submissions.handlers import FormHandler

FORM_HANDLERS = (
    FormHandler(
        name="callbacks.questionnaire", takes=is_questionnaire, handle=answered, context=CONTEXT
    ),
)
EVENTS = (
    event("rating.offered", "已发评价邀请", "Rating requested", "send"),
    event("rating.given", "客户评价", "Rated by the customer", "star"),
    event(
        "answer.bad",
        "客户不满意，要求重新办理",
        "Dissatisfied: customer asks to reopen",
        "alert-triangle",
    ),
    event("answer.bad_by_period", "定期回访客户不满意", "Dissatisfied at a periodic follow-up"),
    event("answer.decided", "已决定是否重新办理", "Decision on reopening", "gavel"),
    event("callback.taken", "领取回访", "Follow-up taken"),
    event("callback.handed_on", "转交回访", "Follow-up reassigned"),
    event("callback.attempted", "联系客户（回访）", "Follow-up attempted", "phone-outgoing"),
    event("callback.visit_asked", "申请上门回访", "Follow-up visit requested"),
    event("callback.visit_consented", "客户同意上门", "Customer consented to the visit"),
    event("callback.visit_instructed", "领导批示上门回访", "Visit instructed"),
    event("sample.drawn", "抽取样本", "Sample drawn"),
)
