"""My desk: what lies with me, soonest first, each with its next step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengnuo.callbacks.listing import Slice
from chengnuo.callbacks.models import Rating
from chengnuo.callbacks.queries import dissatisfied
from chengnuo.cases import queries as cases
from chengnuo.cases.casework.waiting import WaitingRequest, waiting_for
from chengnuo.cases.models import Case
from chengnuo.conduct.access import standing_in
from chengnuo.conduct.queries import numbered
from chengnuo.doors.web.kit.context import Visit, staffed
from chengnuo.doors.web.kit.marks import mark_of
from chengnuo.doors.web.kit.reading import number_in
from chengnuo.doors.web.kit.rows import PromiseLine, row_of
from chengnuo.doors.web.kit.watch import reached
from chengnuo.obligations.models import Obligation
from chengnuo.people import queries as people
from chengnuo.people import services as people_services

RATINGS_SHOWN = timedelta(days=14)
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


def lying(visit: Visit) -> Lying:
    """Read the desk that `show` of the address asks for."""
    only = visit.request.GET.get("show", "all")
    only = only if only in SHOWN else "all"
    length = max(number_in(visit.request.GET.get("rows"), MOST) or 0, cases.DESK_ROWS)
    before: datetime | None = {"overdue": visit.now, "today": visit.today_ends}.get(only)
    return Lying(
        only=only,
        rows=cases.desk(posts=visit.posts, due_before=before, limit=length),
        counts=cases.desk_counts(posts=visit.posts, now=visit.now, today_ends=visit.today_ends),
        waiting=waiting_for(units=visit.units) if only == "all" else [],
        length=length,
    )


@require_GET
@staffed
def desk(visit: Visit) -> HttpResponse:
    """The whole page, or its rows when something in them is new."""
    found = lying(visit)
    lines = [row_of(visit, row) for row in found.rows]
    template = "desk/part/rows" if visit.by_htmx else "desk/desk"
    return visit.page(
        template,
        only=found.only,
        mark=found.mark,
        groups=_groups(lines, visit),
        counts=found.counts,
        more=found.more,
        cut=found.whole > len(lines),
        dissatisfied=_dissatisfied(visit),
        escalated=reached(visit, limit=ESCALATED),
        lines=lines,
        waiting=found.waiting,
        here="desk",
    )


def _dissatisfied(visit: Visit) -> Slice[Rating] | None:
    """Of the last days, about matters that a unit took in which this person heads."""
    headed = [post.organisation_id for post in visit.posts if post.is_head]
    since = visit.now - RATINGS_SHOWN
    return dissatisfied(units=headed, since=since, cases=visit.seen_cases) if headed else None


def _groups(lines: list[PromiseLine], visit: Visit) -> list[tuple[str, str, list[PromiseLine]]]:
    """Overdue, today, later, without a moment: by the same moment as the counts above them."""
    kinds: list[tuple[str, str, list[PromiseLine]]] = [
        ("overdue", _("Overdue"), []),
        ("today", _("Due today"), []),
        ("later", _("Later"), []),
        ("open", _("No deadline"), []),
    ]
    for line in lines:
        due = line.shown.row.act_by
        kinds[_when(due, visit)][2].append(line)
    return [k for k in kinds if k[2]]


def _when(due: datetime | None, visit: Visit) -> int:
    if due is None:
        return 3
    return 0 if due < visit.now else 1 if due < visit.today_ends else 2


@require_GET
@staffed
def messages(visit: Visit) -> HttpResponse:
    """What waits to be read."""
    return visit.page("desk/part/messages", unread=people.unread(staff=visit.staff, now=visit.now))


@require_POST
@staffed
def messages_read(visit: Visit) -> HttpResponse:
    people_services.read_messages(staff=visit.staff, now=visit.now)
    if visit.by_htmx:
        return visit.page("desk/part/messages", unread=None, was_read=True)
    return visit.go("desk")


@require_GET
@staffed
def docket(visit: Visit, docket_id: UUID) -> HttpResponse:
    """Where a message points: the case, the proceeding that a case runs for, or the duty."""
    case = cases.of_docket(company=visit.company, docket_id=docket_id)
    if case is not None and _is_concerned(visit, case):
        return visit.go("proceeding", number=case.number)
    if case is not None:
        return visit.go("case", number=visit.case(case.number).number)
    if not visit.posts:
        raise Http404
    return visit.go("duty", docket_id=docket_id)


def _is_concerned(visit: Visit, case: Case) -> bool:
    """Whether the case runs a proceeding that this person may see: those concerned see no more."""
    row = numbered(companies=visit.companies, number=case.number)
    if row is None:
        return False
    return standing_in(proceeding=row, staff=visit.staff, posts=visit.posts).sees
