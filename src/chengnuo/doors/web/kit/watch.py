"""What somebody watches over on a case and a desk: escalations and pauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chengnuo.cases.casework.pausing import PauseContract, pauses_of, waiting_pauses
from chengnuo.cases.models import Case
from chengnuo.doors.web.kit import filestore
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.house import level
from chengnuo.doors.web.kit.promises import PromiseView, role_title, shown
from chengnuo.obligations.access import may_decide
from chengnuo.obligations.answering import waiting_for
from chengnuo.obligations.models import Escalation, UnassignedEscalation
from chengnuo.obligations.queries import escalations_on, unassigned_on
from chengnuo.obligations.regulation import Regulation
from chengnuo.people.models import Staff
from chengnuo.people.queries import staff_by_id
from chengnuo.rules.expiry import ABOVE, level_reached_at


@dataclass(slots=True)
class EscalationLevelView:
    """One level of an escalation: to whom, when, who was reached and what he said."""

    number: int
    to: Any
    at: datetime | None
    reached: list[Escalation] = field(default_factory=list)
    unassigned: UnassignedEscalation | None = None
    next: bool = False

    @property
    def done(self) -> bool:
        return bool(self.reached or self.unassigned)


@dataclass(frozen=True, slots=True)
class EscalationPolicyView:
    """The escalation of one promise that is broken, or late whichever way its pause is decided."""

    shown: PromiseView
    levels: list[EscalationLevelView]


@dataclass(frozen=True, slots=True)
class PauseLine:
    """One pause with its promise, its proof and who asked; `mine`: whoever looks decides it."""

    still: PauseContract
    shown: PromiseView
    approver: Any
    asked_by: Staff | None
    file: filestore.StoredFile | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Watch:
    """What the case page says beside the clocks."""

    escalations: list[EscalationPolicyView]
    pauses: list[PauseLine]


@dataclass(frozen=True, slots=True)
class EscalationView:
    """An escalation that reached somebody, as his list shows it."""

    row: Escalation
    shown: PromiseView
    number: str


def watch(
    ctx: RequestContext, case: Case, promises: Sequence[PromiseView], regulation: Regulation
) -> Watch:
    """Gathered from the rows of a case."""
    late = [p for p in promises if p.late_since is not None]
    return Watch(
        escalations=_escalations(late, regulation),
        pauses=_pauses(ctx, case, promises, regulation),
    )


# -- escalations -----------------------------------------------------------------------------------


def _escalations(late: Sequence[PromiseView], regulation: Regulation) -> list[EscalationPolicyView]:
    escalating = [p for p in late if p.rule is not None and p.rule.levels]
    ids = [p.row.pk for p in escalating]
    if not ids:
        return []
    reached: dict[tuple[Any, int], list[Escalation]] = {}
    for row in escalations_on(obligations=ids):
        reached.setdefault((row.obligation_id, row.level), []).append(row)
    unassigned = {(i.obligation_id, i.level): i for i in unassigned_on(obligations=ids)}
    return [
        EscalationPolicyView(p, _levels(p, regulation, reached, unassigned)) for p in escalating
    ]


def _levels(
    promise: PromiseView,
    regulation: Regulation,
    reached: dict[tuple[Any, int], list[Escalation]],
    unassigned: dict[tuple[Any, int], UnassignedEscalation],
) -> list[EscalationLevelView]:
    row, rule, since = promise.row, promise.rule, promise.late_since
    if rule is None or since is None:
        return []
    found = []
    for index, one in enumerate(rule.levels):
        key = (row.pk, index + 1)
        found.append(
            EscalationLevelView(
                number=index + 1,
                to=wanted_of(one.to, regulation),
                at=level_reached_at(regulation.book, since, rule, index),
                reached=reached.get(key, []),
                unassigned=unassigned.get(key),
            )
        )
    above = unassigned.get((row.pk, len(rule.levels) + 1))
    if above is not None:
        found.append(
            EscalationLevelView(len(rule.levels) + 1, wanted_of(ABOVE, regulation), None, [], above)
        )
    coming = next((r for r in found if r.number == row.level + 1), None)
    if row.is_running and coming is not None and not coming.done:
        coming.next, coming.at = True, row.next_at or coming.at
    return found


def wanted_of(to: str, regulation: Regulation) -> Any:
    """To whom a level goes, in words."""
    if to in regulation.pack.roles:
        return role_title(to, regulation)
    return level(to)


# -- pauses ----------------------------------------------------------------------------------------


def _pauses(
    ctx: RequestContext, case: Case, promises: Sequence[PromiseView], regulation: Regulation
) -> list[PauseLine]:
    by_row = {p.row.pk: p for p in promises}
    stills = pauses_of(case=case, rows=[p.row for p in promises])
    people = staff_by_id({s.asked_by for s in stills if s.asked_by})
    return [
        PauseLine(
            still=s,
            shown=by_row[s.row.pk],
            approver=role_title(s.reason.approver, regulation) if s.reason else "",
            asked_by=people.get(s.asked_by or 0),
            file=filestore.from_value(s.file) if s.file else None,
            mine=_decides(ctx, s),
        )
        for s in stills
    ]


def _decides(ctx: RequestContext, still: PauseContract) -> bool:
    """Whether it waits for this person: whoever asked for it does not decide it."""
    if still.status != "requested" or still.asked_by == ctx.staff.pk:
        return False
    return may_decide(row=still.row, by=ctx.staff, posts=ctx.posts)


def pauses_to_decide(ctx: RequestContext) -> list[PauseLine]:
    """Those that wait for a decision of this person, of cases that he may see."""
    rows = waiting_pauses(company=ctx.company, posts=ctx.posts, by=ctx.staff)
    found = []
    for row in rows:
        case = row.docket.case
        regulation = ctx.regulation_behind(row.docket.release_id)
        if ctx.sees(case):
            lines = _pauses(ctx, case, [shown(row, regulation, ctx.now)], regulation)
            asked = [x for x in lines if x.still.status == "requested"][:1]
            found += [x for x in asked if x.mine]
    return found


# -- the desk --------------------------------------------------------------------------------------


def reached(ctx: RequestContext, *, limit: int = 0) -> list[EscalationView]:
    """The escalations that wait for this person's answer, longest first."""
    rows = waiting_for(staff=ctx.staff).select_related(
        "obligation__docket__case", "obligation__docket__organisation", "obligation__unit"
    )
    return [reached_line(ctx, row) for row in (rows[:limit] if limit else rows)]


def reached_line(ctx: RequestContext, row: Escalation) -> EscalationView:
    docket = row.obligation.docket
    case = getattr(docket, "case", None)
    regulation = ctx.regulation_behind(docket.release_id)
    return EscalationView(
        row, shown(row.obligation, regulation, ctx.now), case.number if case else ""
    )
