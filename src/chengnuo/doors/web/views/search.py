"""Finding cases."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from chengnuo.cases import queries as cases
from chengnuo.cases.access import may_see, visible
from chengnuo.cases.models import Case
from chengnuo.cases.search import MOST_FOUND, search
from chengnuo.cases.words import terms_of
from chengnuo.doors.web.shown.excerpts import excerpt
from chengnuo.doors.web.shown.queues import line_of
from chengnuo.doors.web.visit import Visit, staffed
from chengnuo.obligations.models import RUNNING, Obligation

PAGE = 50
LONGEST = 200
STATES = ("open", "mine", "closed", "all")


@require_GET
@staffed
def case_list(visit: Visit) -> HttpResponse:
    """Cases by whatever is typed; a number that fits exactly goes straight to its case."""
    words = visit.request.GET.get("q", "").strip()[:LONGEST]
    state = visit.request.GET.get("state", "all" if words else "open")
    state = state if state in STATES else "open"
    reach = visible(staff=visit.staff, posts=visit.posts, company=visit.company, at=visit.now)
    if words and _numbered(visit, words.upper()):
        return visit.go("case", number=words.upper())
    rows, more = _rows(visit, reach, cases.in_state(state=state, units=visit.units), words)
    running = Obligation.objects.filter(RUNNING).select_related("unit")
    rows = rows.select_related("docket__handling_unit", "docket__organisation")
    rows = rows.prefetch_related(Prefetch("docket__obligations", queryset=running))
    pages = Paginator(rows, PAGE).get_page(visit.request.GET.get("page"))
    terms = terms_of(words)
    lines = [(line_of(visit, case), excerpt(case.narrative, terms)) for case in pages.object_list]
    return visit.page(
        "page/cases",
        lines=lines,
        pages=pages,
        words=words,
        state=state,
        more=more,
        most=MOST_FOUND,
        here="cases",
    )


def _rows(visit: Visit, reach: Q, state: Q, words: str) -> tuple[QuerySet[Case], bool]:
    def shown(dockets: Sequence[UUID]) -> Q:
        return state & visible(
            staff=visit.staff, posts=visit.posts, company=visit.company, at=visit.now, among=dockets
        )

    if words:
        found = search(companies=visit.companies, asked=words, shown=shown)
        return found.cases, found.more
    rows = Case.objects.filter(reach & state, organisation__in=visit.companies)
    return rows.order_by("-lodged_at", "-pk"), False


def _numbered(visit: Visit, number: str) -> bool:
    rows = Case.objects.filter(organisation__in=visit.companies, number=number)
    return any(
        may_see(
            case=case, staff=visit.staff, posts=visit.posts, company=visit.company, at=visit.now
        )
        for case in rows
    )
