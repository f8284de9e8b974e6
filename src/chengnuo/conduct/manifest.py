"""What accountability declares to the house."""

from __future__ import annotations

from chengnuo.conduct.signing import decides_a_proceeding, not_by_the_concerned
from chengnuo.ledger.kinds import event
from chengnuo.submissions.handlers import FormHandler

FORM_HANDLERS = (
    FormHandler(name="conduct.decision", takes=decides_a_proceeding, handle=not_by_the_concerned),
)
EVENTS = (
    event("accountability.opened", "启动责任追究", "Accountability review opened"),
    event("opinion.given", "部门提交责任追究意见", "Department opinion given", "note"),
    event("proceeding.signed", "责任追究已签发", "Accountability review signed", "gavel"),
    event("pay_sheet.signed", "绩效扣减表已签发", "Pay sheet signed"),
)
