"""What callbacks declare to the house."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from chengnuo.callbacks.answers import CONTEXT, answered, is_questionnaire
from chengnuo.callbacks.drawing import draw_samples
from chengnuo.callbacks.measures import FACTS
from chengnuo.callbacks.outcomes import OUTCOME, SCORE
from chengnuo.callbacks.services import offer_ratings
from chengnuo.cases.telling import CASE, UNIT
from chengnuo.ledger.kinds import event
from chengnuo.ledger.steps import WorkerStep
from chengnuo.submissions.handlers import FormHandler

__all__ = ["EVENTS", "FACTS", "FORM_HANDLERS", "STEPS"]

FORM_HANDLERS = (
    FormHandler(
        name="callbacks.questionnaire", takes=is_questionnaire, handle=answered, context=CONTEXT
    ),
)


def _offer_ratings(*, now: datetime) -> int:
    return offer_ratings(now=now, valid_for=settings.RATING_LINK_VALID)


STEPS = (
    WorkerStep(name="callbacks.samples", do=draw_samples, every=timedelta(minutes=1)),
    WorkerStep(name="callbacks.ratings", do=_offer_ratings),
)
EVENTS = (
    event(
        "rating.offered", "已发评价邀请", "Rating requested", "send", needs="case", details=(CASE,)
    ),
    event(
        "rating.given",
        "客户评价",
        "Rated by the customer",
        "star",
        needs="case rating satisfied score solved via sha256",
        details=(SCORE, CASE),
    ),
    event(
        "answer.bad",
        "客户不满意，要求重新办理",
        "Dissatisfied: customer asks to reopen",
        "alert-triangle",
        needs="rating evidence unit held dissatisfied false_completion",
        details=(UNIT,),
    ),
    event(
        "answer.bad_by_period",
        "定期回访客户不满意",
        "Dissatisfied at a periodic follow-up",
        needs="key evidence",
    ),
    event(
        "answer.decided",
        "已决定是否重新办理",
        "Decision on reopening",
        "gavel",
        needs="rating reopened remark",
    ),
    event("callback.taken", "领取回访", "Follow-up taken"),
    event("callback.handed_on", "转交回访", "Follow-up reassigned", needs="to"),
    event(
        "callback.attempted",
        "联系客户（回访）",
        "Follow-up attempted",
        "phone-outgoing",
        needs="outcome key",
        details=(OUTCOME,),
    ),
    event("callback.visit_asked", "申请上门回访", "Follow-up visit requested", needs="why"),
    event("callback.visit_consented", "客户同意上门", "Customer consented to the visit"),
    event("callback.visit_instructed", "领导批示上门回访", "Visit instructed", needs="words"),
    event(
        "sample.drawn",
        "抽取样本",
        "Sample drawn",
        needs="plan begins ends seed of of_sha256 percent at_least drawn",
    ),
)
