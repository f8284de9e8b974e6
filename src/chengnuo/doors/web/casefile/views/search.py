"""Finding cases."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from chengnuo.cases import queries as cases
from chengnuo.cases.access import few_dockets, has_in_full, in_full, may_see, visible
from chengnuo.cases.finding.search import (
    MOST_FOUND,
    MOST_LISTED,
    FoundCases,
    given_away,
    newest,
    search,
)
from chengnuo.cases.finding.words import Knows, terms_of
from chengnuo.customers.telephones import keys_of
from chengnuo.doors.web.casefile.page.excerpts import excerpt
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.queues import line_of
from chengnuo.doors.web.kit.revealing import finds_masked, told_masked

PAGE = 50
LONGEST = 200
STATES = ("open", "mine", "closed", "all")


@require_GET
@staffed
def case_list(ctx: RequestContext) -> HttpResponse:
    """Cases by whatever is typed; a number that fits exactly goes straight to its case."""
    words = ctx.request.GET.get("q", "").strip()[:LONGEST]
    state = ctx.request.GET.get("state", "all" if words else "open")
    state = state if state in STATES else "open"
    if words and _numbered(ctx, words.upper()):
        return ctx.go("case", number=words.upper())
    found = _found(ctx, cases.in_state(state=state, units=ctx.units), words)
    pages = Paginator(cases.with_running(found.cases), PAGE).get_page(ctx.request.GET.get("page"))
    terms = terms_of(words, knows=Knows.SHOWN)
    lines = [(line_of(ctx, case), excerpt(case.narrative, terms)) for case in pages.object_list]
    return ctx.page(
        "casefile/cases",
        lines=lines,
        pages=pages,
        words=words,
        longest=LONGEST,
        state=state,
        by_digits=has_in_full(ctx.units),
        more=found.more,
        most=MOST_FOUND if words else MOST_LISTED,
        here="cases",
    )


def _found(ctx: RequestContext, state: Q, words: str) -> FoundCases:
    """What fits. Where a masked value leads to somebody, he knows now whose it is; where to nobody,
    he may be guessing: both are recorded before anything is shown."""
    reach = visible(staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now)
    few = few_dockets(staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now)
    full = in_full(ctx.units)
    if not words:
        return newest(companies=ctx.companies, shown=reach & state, few=few)

    def by(knows: Knows) -> FoundCases:
        return search(
            companies=ctx.companies, asked=words, shown=reach & state, in_full=full,
            others_by=knows, few=few,
        )  # fmt: skip

    if not terms_of(words, knows=Knows.WHOLE) or not finds_masked(ctx, words):
        return by(Knows.SHOWN)
    found = by(Knows.WHOLE)
    given = given_away(found=found, asked=words, in_full=full)
    # A number that is only spoken of somewhere was looked for among the masked ones in vain.
    led_on = found.cases.filter(full).exists() if keys_of(words) else found.number > 0
    if told_masked(ctx, words, found=given, missed=not given and not led_on):
        return found
    return by(Knows.SHOWN)


def _numbered(ctx: RequestContext, number: str) -> bool:
    rows = cases.bearing(companies=ctx.companies, number=number)
    return any(
        may_see(case=case, staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now)
        for case in rows
    )
