"""My desk: what lies with me, soonest first, each with its next step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengnuo.callbacks.listing import Part
from chengnuo.callbacks.models import Rating
from chengnuo.callbacks.queries import dissatisfied
from chengnuo.cases import queries as cases
from chengnuo.cases.access import visible
from chengnuo.cases.models import Case
from chengnuo.cases.waiting import Waiting, waiting_for
from chengnuo.conduct.access import standing_in
from chengnuo.conduct.queries import numbered
from chengnuo.doors.web.reading import number_in
from chengnuo.doors.web.shown.handling import STEPS
from chengnuo.doors.web.shown.marks import mark_of
from chengnuo.doors.web.shown.promises import Shown, shown
from chengnuo.doors.web.shown.watch import reached
from chengnuo.doors.web.visit import Visit, staffed
from chengnuo.obligations.access import may_fill
from chengnuo.obligations.models import Average, Obligation
from chengnuo.people import queries as people
from chengnuo.people import services as people_services
from chengnuo.rules.pauses import is_decision
from chengnuo.rules.rulebook import Recurring, Within

RATINGS_SHOWN = timedelta(days=14)
ESCALATED = 5
SHOWN = ("all", "overdue", "today")
# A desk opens with what one looks at; the rest is a step away.
MORE, MOST = 100, 500


@dataclass(frozen=True, slots=True)
class NextStep:
    """What keeps a promise: a form of the pack, or a step of the case page."""

    title: Any
    link: str
    opens_here: bool
    is_form: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the desk."""

    shown: Shown
    case: Case | None
    service: Any
    emergency: bool
    step: NextStep | None
    opens: str


@dataclass(frozen=True, slots=True)
class Lying:
    """What lies on a desk, as far as `only` asks for it."""

    only: str
    rows: list[Obligation]
    counts: cases.DeskCounts
    waiting: list[Waiting]
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
    template = "part/desk_rows" if visit.by_htmx else "page/desk"
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


def _dissatisfied(visit: Visit) -> Part[Rating] | None:
    """Of the last days, about matters that a unit took in which this person heads."""
    headed = [post.organisation_id for post in visit.posts if post.is_head]
    since = visit.now - RATINGS_SHOWN
    seen = visible(staff=visit.staff, posts=visit.posts, company=visit.company, at=visit.now)
    cases = Case.objects.filter(seen)
    return dissatisfied(units=headed, since=since, cases=cases) if headed else None


def _groups(lines: list[Row], visit: Visit) -> list[tuple[str, str, list[Row]]]:
    """Overdue, today, later, without a moment: by the same moment as the counts above them."""
    kinds: list[tuple[str, str, list[Row]]] = [
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


def row_of(visit: Visit, row: Obligation) -> Row:
    """A running obligation with its next step."""
    regulation = visit.regulation_behind(row.docket.release_id)
    promise = shown(row, regulation, visit.now)
    case: Case | None = getattr(row.docket, "case", None)
    service = regulation.pack.services.get(row.docket.service)
    if case is not None:
        opens = reverse("case", args=[case.number])
    elif row.average == Average.MEAN:
        opens = reverse("average", args=[row.pk])
    else:
        opens = reverse("duty", args=[row.docket_id])
    return Row(
        shown=promise,
        case=case,
        service=service.title if service else None,
        emergency=bool(case and case.emergency),
        step=_step(visit, row, case),
        opens=opens,
    )


def _step(visit: Visit, row: Obligation, case: Case | None) -> NextStep | None:
    regulation = visit.regulation_behind(row.docket.release_id)
    forms = cases.keeping_forms(row, regulation)
    shapes = regulation.pack.forms
    mine = [
        f
        for f in forms
        if may_fill(form=shapes[f], docket=row.docket, posts=visit.posts, by=visit.staff)
    ]
    for form in mine:
        if case is not None:
            link = reverse("case-form", args=[case.number, form])
        else:
            link = reverse("duty-form", args=[row.docket_id, form])
        return NextStep(regulation.pack.forms[form].title, link, opens_here=True, is_form=True)
    rule = regulation.book.rules.get(row.rule)
    if case is None or not isinstance(rule, Within | Recurring):
        return None
    if is_decision(rule):
        return NextStep(_("Decide the pause"), reverse("pauses"), opens_here=False, is_form=False)
    for event in rule.stop.events:
        if event in STEPS:
            link = f"{reverse('case', args=[case.number])}?step={STEPS[event]}#step-{STEPS[event]}"
            title = {
                "hand-over": _("Hand over"),
                "return": _("Return"),
                "appointment": _("Agree an appointment"),
            }[STEPS[event]]
            return NextStep(title, link, opens_here=False, is_form=False)
    return None


@require_GET
@staffed
def messages(visit: Visit) -> HttpResponse:
    """What waits to be read."""
    return visit.page("part/messages", unread=people.unread(staff=visit.staff, now=visit.now))


@require_POST
@staffed
def messages_read(visit: Visit) -> HttpResponse:
    people_services.read_messages(staff=visit.staff, now=visit.now)
    if visit.by_htmx:
        return visit.page("part/messages", unread=None, was_read=True)
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
