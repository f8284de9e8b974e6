"""How units work on a case together: who asked whom for what, and what the customer was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chengnuo.cases.casework.assisting import assistance_of
from chengnuo.cases.casework.objections import returns_of
from chengnuo.cases.casework.replies import HandlerAnswer, Reply, answers, conversation
from chengnuo.cases.casework.supervising import may_supervise, supervision_rules
from chengnuo.cases.models import Assistance, Objection
from chengnuo.cases.queries import CaseFile
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.promises import PromiseView
from chengnuo.people.queries import roster_of
from chengnuo.rules.gates import refusals
from chengnuo.rules.rulebook import Within
from chengnuo.rules.state import Event

# Events that no form tells: the step of the case page that does.
STEPS = {
    "case.handed_over": "hand-over",
    "case.returned": "return",
    "appointment.agreed": "appointment",
}


@dataclass(frozen=True, slots=True)
class OfferedStep:
    """A step of this page that keeps a promise, or that somebody waits for."""

    step: str
    keeps: PromiseView | None = None


@dataclass(frozen=True, slots=True)
class Handling:
    """What a case page says about units beside each other."""

    replies: list[Reply]
    answers: list[HandlerAnswer]
    returns: list[Objection]
    helps: list[Assistance]
    steps: list[OfferedStep]
    sheets: list[tuple[str, Any]]
    suggested: int | None
    may_return: bool
    may_assist: bool
    may_supervise: bool

    @property
    def to_decide(self) -> Objection | None:
        """The return that waits to be decided."""
        return next((o for o in self.returns if o.decided_at is None), None)

    @property
    def returned(self) -> int:
        """How often the case went back."""
        return sum(o.upheld is True for o in self.returns)

    def steps_named(self) -> set[str]:
        return {s.step for s in self.steps}


def handling(ctx: RequestContext, file: CaseFile, running: list[PromiseView]) -> Handling:
    """Gathered from the rows of the case; what may be done depends on who looks."""
    case, docket, pack = file.case, file.case.docket, file.regulation.pack
    returns, helps = returns_of(case), assistance_of(case)
    mine, accepting = ctx.units, docket.accepting_unit_id or case.organisation_id
    steps = [] if docket.closed_at else _steps(ctx, file, running)
    if docket.closed_at is None and accepting in mine and _undecided(returns):
        steps.insert(0, OfferedStep("decide-return"))
    if docket.closed_at is None and any(h.unit_id in mine and not h.answered_at for h in helps):
        steps.insert(0, OfferedStep("assisted"))
    entry = pack.services.get(case.service)
    owner = entry.owner if entry is not None else None
    codes = {pack.forms[row.form].code for row in file.evidence if row.form in pack.forms}
    return Handling(
        replies=conversation(case=case, regulation=file.regulation, evidence=file.evidence),
        answers=answers(case=case, regulation=file.regulation, evidence=file.evidence),
        returns=returns,
        helps=helps,
        steps=steps,
        sheets=[(code, s.title) for code, s in pack.sheets.items() if code in codes],
        suggested=roster_of(company=ctx.company).unit_of_role(owner) if owner else None,
        may_return=docket.handling_unit_id in mine
        and docket.handling_unit_id != docket.accepting_unit_id
        and not _undecided(returns),
        may_assist=bool({docket.handling_unit_id, docket.accepting_unit_id} & mine),
        may_supervise=any(supervision_rules(file.regulation, docket))
        and may_supervise(case=case, docket=docket, posts=ctx.posts),
    )


def _undecided(returns: list[Objection]) -> bool:
    return any(o.decided_at is None for o in returns)


def _steps(ctx: RequestContext, file: CaseFile, running: list[PromiseView]) -> list[OfferedStep]:
    """The steps that keep promises which lie with the viewer, and that no gate refuses now."""
    found: dict[str, OfferedStep] = {}
    for shown in running:
        if shown.row.unit_id not in ctx.units or not isinstance(shown.rule, Within):
            continue
        for name in shown.rule.stop.events:
            if name in STEPS and name != "case.returned" and _is_open(ctx, file, name):
                found.setdefault(STEPS[name], OfferedStep(STEPS[name], shown))
    return list(found.values())


def _is_open(ctx: RequestContext, file: CaseFile, name: str) -> bool:
    event = Event(name=name, at=ctx.now)
    return not any(refusals(file.regulation.book, file.state, event))
