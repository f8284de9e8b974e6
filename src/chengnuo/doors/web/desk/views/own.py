"""My desk: what lies with me, soonest first, each with its next step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengnuo.cases import queries as cases
from chengnuo.cases.casework.waiting import WaitingRequest, waiting_for
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.declared import case_elsewhere
from chengnuo.doors.web.kit.marks import mark_of
from chengnuo.doors.web.kit.reading import number_in
from chengnuo.doors.web.kit.rows import PromiseLine, row_of
from chengnuo.doors.web.kit.watch import reached
from chengnuo.obligations.models import Obligation
from chengnuo.people import queries as people
from chengnuo.people import services as people_services

ESCALATED = 5
SHOWN = ("all", "overdue", "today")
# A desk opens with what one looks at; the rest is a step away.
MORE, MOST = 100, 500


@dataclass(frozen=True, slots=True)
class Lying:
    """What lies on a desk, as far as `only` asks for it."""

    only: str
    rows: list[Obligation]
    counts: cases.DeskCounts
    waiting: list[WaitingRequest]
    length: int

    @property
    def whole(self) -> int:
        """How many lines there would be without a limit."""
        counted = {"overdue": self.counts.overdue, "today": self.counts.today}
        return counted.get(self.only, self.counts.running)

    @property
    def more(self) -> int:
        """How many lines the next step shows; 0 where there are no more or it goes no further."""
        longer = min(self.length + MORE, MOST)
        return longer if self.whole > len(self.rows) and longer > self.length else 0

    @property
    def mark(self) -> str:
        """Another one as soon as something on the desk is another."""
        lines = [(str(row.pk), row.docket.version) for row in self.rows]
        asked = [(w.case.number, w.step) for w in self.waiting]
        return mark_of(lines, asked, self.counts)


def lying(ctx: RequestContext) -> Lying:
    """Read the desk that `show` of the address asks for."""
    only = ctx.request.GET.get("show", "all")
    only = only if only in SHOWN else "all"
    length = max(number_in(ctx.request.GET.get("rows"), MOST) or 0, cases.DESK_ROWS)
    before: datetime | None = {"overdue": ctx.now, "today": ctx.today_ends}.get(only)
    return Lying(
        only=only,
        rows=cases.desk(posts=ctx.posts, due_before=before, limit=length),
        counts=cases.desk_counts(posts=ctx.posts, now=ctx.now, today_ends=ctx.today_ends),
        waiting=waiting_for(units=ctx.units) if only == "all" else [],
        length=length,
    )


@require_GET
@staffed
def desk(ctx: RequestContext) -> HttpResponse:
    """The whole page, or its rows when something in them is new."""
    found = lying(ctx)
    lines = [row_of(ctx, row) for row in found.rows]
    template = "desk/part/rows" if ctx.by_htmx else "desk/desk"
    return ctx.page(
        template,
        only=found.only,
        mark=found.mark,
        groups=_groups(lines, ctx),
        counts=found.counts,
        more=found.more,
        cut=found.whole > len(lines),
        escalated=reached(ctx, limit=ESCALATED),
        lines=lines,
        waiting=found.waiting,
        here="desk",
    )


def _groups(
    lines: list[PromiseLine], ctx: RequestContext
) -> list[tuple[str, str, list[PromiseLine]]]:
    """Overdue, today, later, without a moment: by the same moment as the counts above them."""
    kinds: list[tuple[str, str, list[PromiseLine]]] = [
        ("overdue", _("Overdue"), []),
        ("today", _("Due today"), []),
        ("later", _("Later"), []),
        ("open", _("No deadline"), []),
    ]
    for line in lines:
        due = line.shown.row.act_by
        kinds[_when(due, ctx)][2].append(line)
    return [k for k in kinds if k[2]]


def _when(due: datetime | None, ctx: RequestContext) -> int:
    if due is None:
        return 3
    return 0 if due < ctx.now else 1 if due < ctx.today_ends else 2


@require_GET
@staffed
def messages(ctx: RequestContext) -> HttpResponse:
    """What waits to be read."""
    return ctx.page("desk/part/messages", unread=people.unread(staff=ctx.staff, now=ctx.now))


@require_POST
@staffed
def messages_read(ctx: RequestContext) -> HttpResponse:
    people_services.read_messages(staff=ctx.staff, now=ctx.now)
    if ctx.by_htmx:
        return ctx.page("desk/part/messages", unread=None, was_read=True)
    return ctx.go("desk")


@require_GET
@staffed
def docket(ctx: RequestContext, docket_id: UUID) -> HttpResponse:
    """Where a message points: the case, the proceeding that a case runs for, or the duty."""
    case = cases.of_docket(company=ctx.company, docket_id=docket_id)
    if case is not None and (place := case_elsewhere(ctx, case)):
        return ctx.go(place)
    if case is not None:
        return ctx.go("case", number=ctx.case(case.number).number)
    if not ctx.posts:
        raise Http404
    return ctx.go("duty", docket_id=docket_id)
