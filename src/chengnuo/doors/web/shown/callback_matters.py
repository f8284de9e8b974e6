"""Bad answers and visits in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.callbacks.models import BadAnswer, VisitOrder
from chengnuo.callbacks.visits import may_instruct
from chengnuo.callbacks.waiting import bad_answers, may_decide, visits_to_instruct
from chengnuo.cases.access import visible
from chengnuo.cases.models import Case
from chengnuo.doors.web.shown.casepage import contact_of
from chengnuo.doors.web.visit import Visit


@dataclass(frozen=True, slots=True)
class BadLine:
    """A bad answer with what a page says about it."""

    bad: BadAnswer
    name: str
    service: Any
    mine: bool


def bad_line(visit: Visit, bad: BadAnswer, mine: bool) -> BadLine:
    pack = visit.regulation_behind(bad.case.docket.release_id).pack
    service = pack.services.get(bad.case.service)
    contact = contact_of(visit, bad.case, in_full=False)
    name = _("in confidence") if contact.hidden else contact.name
    return BadLine(bad, name, service.title if service else "", mine)


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit, how far it has come, and whether the viewer instructs it."""

    order: VisitOrder
    case: Case | None
    name: str
    stage: str
    mine: bool
    is_shown: bool

    @classmethod
    def of(cls, visit: Visit, order: VisitOrder) -> VisitLine:
        row = order.obligation
        case: Case | None = getattr(row.docket, "case", None)
        seen = visit.sees(case) if case is not None else row.unit_id in visit.units
        name = ""
        if case is not None and seen:
            contact = contact_of(visit, case, in_full=False)
            name = _("in confidence") if contact.hidden else contact.name
        mine = order.instructed_at is None and may_instruct(
            order=order, posts=visit.posts, by=visit.staff
        )
        return cls(order, case, name, _stage(order), mine, seen)


def _stage(order: VisitOrder) -> str:
    row = order.obligation
    if row.kept_at is not None:
        return _("made")
    if row.voided_at is not None:
        return _("ended")
    if order.instructed_at is None:
        return _("waits for the instruction")
    return _("to be made") if order.consented_at else _("waits for the customer's consent")


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits on a desk for this person's word."""

    bad: list[BadLine]
    visits: list[VisitLine]

    @property
    def number(self) -> int:
        return len(self.bad) + len(self.visits)

    def __bool__(self) -> bool:
        return self.number > 0


def waits(visit: Visit) -> Waits:
    """Bad answers that this person decides, visits that he instructs."""
    if visit.keeps_house_only or visit.regulation is None:
        return Waits([], [])
    seen = visible(staff=visit.staff, posts=visit.posts, company=visit.company, at=visit.now)
    rows = bad_answers(company=visit.company, cases=Case.objects.filter(seen))
    mine = [b for b in rows if may_decide(bad=b, posts=visit.posts, by=visit.staff)]
    orders = visits_to_instruct(company=visit.company, posts=visit.posts, by=visit.staff)
    lines = [VisitLine.of(visit, order) for order in orders]
    return Waits([bad_line(visit, b, True) for b in mine], [n for n in lines if n.is_shown])
