"""Bad answers and visits in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from chengnuo.callbacks.listing import Slice, part_of
from chengnuo.callbacks.models import BadAnswer, VisitOrder
from chengnuo.callbacks.visits import may_instruct
from chengnuo.callbacks.waiting import to_decide, visits_to_instruct
from chengnuo.cases.access import visible
from chengnuo.cases.models import Case
from chengnuo.disclosure.contacts import Place, contact_of
from chengnuo.doors.web.kit.context import Visit

ON_DESK = 20


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
    contact = contact_of(case=bad.case, viewer=visit.viewer, place=Place.WORKLIST)
    name = _("confidential") if contact.hidden else contact.name
    return BadLine(bad, name, service.title if service else "", mine)


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit, how far it has come, and whether the viewer instructs it."""

    order: VisitOrder
    case: Case | None
    name: str
    stage: str
    mine: bool

    @classmethod
    def of(cls, visit: Visit, order: VisitOrder) -> VisitLine:
        case: Case | None = getattr(order.obligation.docket, "case", None)
        name = ""
        if case is not None:
            contact = contact_of(case=case, viewer=visit.viewer, place=Place.WORKLIST)
            name = _("confidential") if contact.hidden else contact.name
        mine = order.instructed_at is None and may_instruct(
            order=order, posts=visit.posts, by=visit.staff
        )
        return cls(order, case, name, _stage(order), mine)


def known_visits(visit: Visit) -> Q:
    """The visits that this person may know of: of cases that he sees, of duties of his units."""
    seen = visible(
        staff=visit.staff, posts=visit.posts, company=visit.company, at=visit.now,
        through="obligation__docket__case__",
    )  # fmt: skip
    duties = Q(obligation__docket__case__isnull=True, obligation__unit__in=visit.units)
    return seen | duties


def _stage(order: VisitOrder) -> str:
    row = order.obligation
    if row.kept_at is not None:
        return _("done")
    if row.voided_at is not None:
        return _("cancelled")
    if order.instructed_at is None:
        return _("awaiting instruction")
    return _("to be visited") if order.consented_at else _("awaiting the customer's consent")


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits on a desk for this person's word."""

    bad: Slice[BadLine]
    visits: Slice[VisitLine]

    @property
    def number(self) -> str:
        """How many are shown; with a plus where others wait."""
        shown = len(self.bad.rows) + len(self.visits.rows)
        return f"{shown}+" if self.bad.more or self.visits.more else str(shown)

    def __bool__(self) -> bool:
        return bool(self.bad.rows or self.visits.rows)


def waits(visit: Visit) -> Waits:
    """Bad answers that this person decides, visits that he instructs."""
    if visit.keeps_house_only or visit.regulation is None:
        return Waits(part_of([], most=ON_DESK), part_of([], most=ON_DESK))
    who: dict[str, Any] = {"company": visit.company, "posts": visit.posts, "by": visit.staff}
    bad = to_decide(cases=visit.seen_cases, **who)
    orders = visits_to_instruct(known=known_visits(visit), **who)
    return Waits(
        part_of(bad, most=ON_DESK).each(lambda row: bad_line(visit, row, True)),
        part_of(orders, most=ON_DESK).each(lambda order: VisitLine.of(visit, order)),
    )
