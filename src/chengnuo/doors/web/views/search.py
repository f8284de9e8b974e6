"""Finding cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from chengnuo.cases import queries as cases
from chengnuo.cases.access import few_dockets, has_in_full, in_full, is_in_full, may_see, visible
from chengnuo.cases.models import Case
from chengnuo.cases.search import MOST_FOUND, MOST_LISTED, Found, newest, search
from chengnuo.cases.words import Knows, Term, fits, terms_of
from chengnuo.customers.access import note_look
from chengnuo.doors.web.shown.excerpts import excerpt
from chengnuo.doors.web.shown.queues import line_of
from chengnuo.doors.web.shown.revealing import finds_masked
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
    if words and _numbered(visit, words.upper()):
        return visit.go("case", number=words.upper())
    found = _found(visit, cases.in_state(state=state, units=visit.units), words)
    running = Obligation.objects.filter(RUNNING).select_related("unit")
    rows = found.cases.select_related("docket__handling_unit", "docket__organisation", "words")
    rows = rows.prefetch_related(Prefetch("docket__obligations", queryset=running))
    pages = Paginator(rows, PAGE).get_page(visit.request.GET.get("page"))
    terms = terms_of(words, knows=Knows.SHOWN)
    if words:
        _note_found(visit, pages.object_list, terms)
    lines = [(line_of(visit, case), excerpt(case.narrative, terms)) for case in pages.object_list]
    return visit.page(
        "page/cases",
        lines=lines,
        pages=pages,
        words=words,
        state=state,
        by_digits=has_in_full(visit.units),
        more=found.more,
        most=MOST_FOUND if words else MOST_LISTED,
        here="cases",
    )


def _note_found(visit: Visit, found: Iterable[Case], terms: Sequence[Term]) -> None:
    """Where a masked value that was named whole is what fits, he knows now whose it is."""
    for case in found:
        if not is_in_full(case=case, units=visit.units) and not fits(case.words.words, terms):
            note_look(
                viewer=visit.staff, subject=case.docket_id, what="found", why="", now=visit.now
            )


def _found(visit: Visit, state: Q, words: str) -> Found:
    reach = visible(staff=visit.staff, posts=visit.posts, company=visit.company, at=visit.now)
    few = few_dockets(staff=visit.staff, posts=visit.posts, company=visit.company, at=visit.now)
    shown = reach & state
    if words:
        return search(
            companies=visit.companies, asked=words, shown=shown, in_full=in_full(visit.units),
            others_by=Knows.WHOLE if finds_masked(visit) else Knows.SHOWN, few=few,
        )  # fmt: skip
    return newest(companies=visit.companies, shown=shown, few=few)


def _numbered(visit: Visit, number: str) -> bool:
    rows = Case.objects.filter(organisation__in=visit.companies, number=number)
    return any(
        may_see(
            case=case, staff=visit.staff, posts=visit.posts, company=visit.company, at=visit.now
        )
        for case in rows
    )
