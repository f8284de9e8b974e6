"""Promises that are averages: the means that were judged, and the matters behind each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from chengnuo.cases.access import visible
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.promises import PromiseView, shown
from chengnuo.doors.web.kit.rows import row_of
from chengnuo.obligations import averages
from chengnuo.obligations.models import Obligation
from chengnuo.obligations.queries import mean_of
from chengnuo.packs.commitments import limit_in_words
from chengnuo.rules.periods import Period, period_over
from chengnuo.rules.rulebook import Within
from chengnuo.rules.words import Text

PAGE = 50


@dataclass(frozen=True, slots=True)
class WaitingAverage:
    """The matters of an average that were not judged yet: since the period of the oldest."""

    title: Text
    limits: list[Text]
    period: Period
    number: int


@require_GET
@staffed
def averages_page(ctx: RequestContext) -> HttpResponse:
    """Every mean that was judged, and what will be judged next. No mean is told before."""
    pages = Paginator(averages.means_of(company=ctx.company), PAGE)
    held = pages.get_page(ctx.request.GET.get("page"))
    return ctx.page(
        "overview/averages",
        lines=[_line(ctx, row) for row in held.object_list],
        pages=held,
        waiting=list(_waiting(ctx)),
        here="averages",
    )


@require_GET
@staffed
def average(ctx: RequestContext, pk: UUID) -> HttpResponse:
    """One mean with the matters that went into it; those one may not see are only counted."""
    mean = mean_of(company=ctx.company, pk=pk)
    if mean is None:
        raise Http404(str(pk))
    seen = averages.behind(mean=mean).select_related("docket__case").filter(
        visible(
            staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now,
            through="docket__case__",
        )
    )  # fmt: skip
    pages = Paginator(seen, PAGE).get_page(ctx.request.GET.get("page"))
    return ctx.page(
        "overview/average",
        line=_line(ctx, mean),
        rows=[row_of(ctx, row) for row in pages.object_list],
        pages=pages,
        hidden=averages.behind(mean=mean).count() - pages.paginator.count,
        here="averages",
    )


@dataclass(frozen=True, slots=True)
class AverageView:
    """A mean as a page shows it: with its limits, how many matters, and what they took."""

    shown: PromiseView
    period: str
    bands: list[dict[str, Any]]


def _line(ctx: RequestContext, row: Obligation) -> AverageView:
    regulation = ctx.regulation_behind(row.docket.release_id)
    return AverageView(shown(row, regulation, ctx.now), row.turn, row.proof.get("bands", []))


def _waiting(ctx: RequestContext) -> Iterator[WaitingAverage]:
    for rule_id, rows in averages.running(company=ctx.company).items():
        regulation = ctx.regulation_behind(rows[-1].docket.release_id)
        rule = regulation.book.rules.get(rule_id)
        if isinstance(rule, Within) and rule.over is not None:
            calendar = regulation.book.calendar
            period = period_over(over=rule.over, at=rows[0].start_at, calendar=calendar)
            limits = list(limit_in_words(regulation.pack, rule.limit))
            yield WaitingAverage(rule.title, limits, period, len(rows))
