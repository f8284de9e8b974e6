"""Bad answers and visits in words, and what of them waits on a desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from chengnuo.callbacks.listing import Slice, part_of
from chengnuo.callbacks.models import BadAnswer, Rating, VisitOrder
from chengnuo.callbacks.queries import dissatisfied
from chengnuo.callbacks.visits import may_instruct
from chengnuo.callbacks.waiting import to_decide, visits_to_instruct
from chengnuo.cases.access import visible
from chengnuo.cases.models import Case
from chengnuo.disclosure.contacts import Place, contact_of
from chengnuo.doors.web.kit.context import RequestContext

ON_DESK = 20
RATINGS_SHOWN = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class BadLine:
    """A bad answer with what a page says about it."""

    bad: BadAnswer
    name: str
    service: Any
    mine: bool


def bad_line(ctx: RequestContext, bad: BadAnswer, mine: bool) -> BadLine:
    pack = ctx.regulation_behind(bad.case.docket.release_id).pack
    service = pack.services.get(bad.case.service)
    contact = contact_of(case=bad.case, viewer=ctx.viewer, place=Place.WORKLIST)
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
    def of(cls, ctx: RequestContext, order: VisitOrder) -> VisitLine:
        case: Case | None = getattr(order.obligation.docket, "case", None)
        name = ""
        if case is not None:
            contact = contact_of(case=case, viewer=ctx.viewer, place=Place.WORKLIST)
            name = _("confidential") if contact.hidden else contact.name
        mine = order.instructed_at is None and may_instruct(
            order=order, posts=ctx.posts, by=ctx.staff
        )
        return cls(order, case, name, _stage(order), mine)


def known_visits(ctx: RequestContext) -> Q:
    """The visits that this person may know of: of cases that he sees, of duties of his units."""
    seen = visible(
        staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now,
        through="obligation__docket__case__",
    )  # fmt: skip
    duties = Q(obligation__docket__case__isnull=True, obligation__unit__in=ctx.units)
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


def waits(ctx: RequestContext) -> Waits:
    """Bad answers that this person decides, visits that he instructs."""
    if ctx.keeps_house_only or ctx.regulation is None:
        return Waits(part_of([], most=ON_DESK), part_of([], most=ON_DESK))
    who: dict[str, Any] = {"company": ctx.company, "posts": ctx.posts, "by": ctx.staff}
    bad = to_decide(cases=ctx.seen_cases, **who)
    orders = visits_to_instruct(known=known_visits(ctx), **who)
    return Waits(
        part_of(bad, most=ON_DESK).each(lambda row: bad_line(ctx, row, True)),
        part_of(orders, most=ON_DESK).each(lambda order: VisitLine.of(ctx, order)),
    )


def dissatisfied_lately(ctx: RequestContext) -> Slice[Rating] | None:
    """Of the last days, about matters that a unit took in which this person heads; None where there
    are none."""
    headed = [post.organisation_id for post in ctx.posts if post.is_head]
    since = ctx.now - RATINGS_SHOWN
    found = dissatisfied(units=headed, since=since, cases=ctx.seen_cases) if headed else None
    return found if found is not None and found.rows else None
