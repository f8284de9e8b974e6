"""What accountability declares to the house."""

from __future__ import annotations

from chengnuo.cases.telling import UNIT
from chengnuo.conduct.opening import open_proceedings
from chengnuo.conduct.signing import decides_a_proceeding, not_by_the_concerned
from chengnuo.ledger.kinds import event, payload
from chengnuo.ledger.steps import WorkerStep
from chengnuo.submissions.handlers import FormHandler

FORM_HANDLERS = (
    FormHandler(name="conduct.decision", takes=decides_a_proceeding, handle=not_by_the_concerned),
)
STEPS = (WorkerStep(name="conduct.proceedings", do=open_proceedings),)
# What a pack calls the steps of a proceeding: the opinion of a department, the statement that is
# served, the rebuttal of one concerned.
PACK_EVENTS = (
    payload("unit words", details=(UNIT,)),
    payload("sha256"),
    payload("part words"),
)
EVENTS = (
    event(
        "accountability.opened", "启动责任追究", "Accountability review opened", needs="proceeding"
    ),
    event(
        "opinion.given",
        "部门提交责任追究意见",
        "Department opinion given",
        "note",
        needs="unit words",
        details=(UNIT,),
    ),
    event(
        "proceeding.signed",
        "责任追究已签发",
        "Accountability review signed",
        "gavel",
        needs="sha256 final confirmed",
    ),
    event("pay_sheet.signed", "绩效扣减表已签发", "Pay sheet signed", needs="month sha256"),
)
