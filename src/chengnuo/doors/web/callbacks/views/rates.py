"""Rates of callbacks with their base, every number with its rows; samples drawn again."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengnuo.callbacks.drawing import draw_again
from chengnuo.callbacks.listing import part_of
from chengnuo.callbacks.models import BadAnswer, Rating
from chengnuo.callbacks.queries import samples_drawn
from chengnuo.callbacks.rates import MEASURES, rows_behind
from chengnuo.cases.access import reach_of, visible
from chengnuo.disclosure.access_log import note_export
from chengnuo.doors.web.callbacks.page import callback_rates as shown
from chengnuo.doors.web.kit import moments
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.download import workbook_file
from chengnuo.doors.web.kit.reading import number_in
from chengnuo.doors.web.kit.words import in_turn
from chengnuo.obligations.regulation import Regulation
from chengnuo.people import queries as people
from chengnuo.reports.sheets import workbook

PAGE = 50
DRAWS = 40


def _regulation(ctx: RequestContext) -> Regulation:
    if ctx.regulation is None:
        raise Http404
    return ctx.regulation


def _whole(ctx: RequestContext) -> bool:
    """Whether this person sees the whole company."""
    reach = reach_of(staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now)
    return ctx.company.pk in reach.companies


@require_GET
@staffed
def rates(ctx: RequestContext) -> HttpResponse:
    """A month: how many were due, in time, reached, rated, satisfied; false completions."""
    month = shown.month_of(ctx)
    lines = shown.lines_of(ctx, _regulation(ctx), month, _whole(ctx))
    return ctx.page(
        "callbacks/rates",
        month=month,
        lines=[(line, *_shares(line)) for line in lines],
        measures=shown.measures(),
        picture=shown.picture(lines),
        units=people.units_of(company=ctx.company),
        unit=ctx.request.GET.get("unit", ""),
        here="callback-list",
    )


def _shares(line: shown.RateLine) -> tuple[str, str, str]:
    found = line.rates
    return shown.share(found.timeliness), shown.share(found.reach), shown.share(found.satisfaction)


@require_GET
@staffed
def rates_sheet(ctx: RequestContext) -> HttpResponse:
    """The same numbers as a workbook; the download is recorded."""
    month = shown.month_of(ctx)
    lines = shown.lines_of(ctx, _regulation(ctx), month, _whole(ctx))
    title = _("Follow-up rates")
    note_export(
        company=ctx.company, what=title, why=ctx.request.GET.urlencode()[:300] or "-",
        by=ctx.staff, now=ctx.now, month=month.label,
    )  # fmt: skip
    told = in_turn(
        _("%(name)s: %(value)s") % {"name": name, "value": counts}
        for name, counts in shown.measures().values()
    )
    content = workbook(
        title=_("Follow-up rates, %(month)s") % {"month": moments.month(month.first)},
        definition=told, heads=shown.heads(),
        rows=[shown.cells(line) for line in lines],
    )  # fmt: skip
    return workbook_file(content, f"callback-rates-{ctx.company.code}-{month.label}")


@require_GET
@staffed
def rates_rows(ctx: RequestContext) -> HttpResponse:
    """The rows that one number counts; those of cases that this person does not see are only
    counted."""
    given = ctx.request.GET
    month, measure, unit = shown.month_of(ctx), given.get("measure", ""), given.get("unit", "")
    if measure not in MEASURES or (unit != "" and number_in(unit) is None):
        raise Http404(measure)
    if not _whole(ctx) and unit not in {str(u) for u in ctx.units}:
        return ctx.closed(
            _(
                "You can see your own unit's data only. For company data, contact the "
                "company's leaders or the head of customer service."
            )
        )
    span = shown.span_of(ctx, _regulation(ctx), month)
    whole = rows_behind(measure=measure, unit=number_in(unit), span=span)
    rows = _visible(ctx, whole)
    pages = Paginator(rows, PAGE).get_page(given.get("page"))
    return ctx.page(
        "callbacks/rows",
        month=month,
        measure=shown.measures()[measure],
        unit=next((u for u in people.units_of(company=ctx.company) if str(u.pk) == unit), None),
        rows=[shown.behind(ctx, row) for row in pages.object_list],
        pages=pages,
        hidden=whole.count() - pages.paginator.count,
        keep=f"month={month.label}&measure={measure}&unit={unit}",
        here="callback-list",
    )


def _visible(ctx: RequestContext, rows: QuerySet[Any]) -> QuerySet[Any]:
    """What leads to cases that this person sees; duties have no case."""
    of_case = rows.model in (Rating, BadAnswer)
    through = "case__" if of_case else "docket__case__"
    seen: Q = visible(
        staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now, through=through
    )
    if rows.model is Rating:
        return rows.filter(seen).select_related("case").order_by("-at", "-pk")
    if rows.model is BadAnswer:
        return rows.filter(seen).select_related("rating__case").order_by("-raised_at", "-pk")
    found = rows.filter(seen | Q(docket__case__isnull=True))
    found = found.select_related("docket__case", "docket__organisation", "unit")
    return found.order_by("moment", "pk")


# -- samples ---------------------------------------------------------------------------------------


@require_GET
@staffed
def samples(ctx: RequestContext) -> HttpResponse:
    """The plans of the pack and their draws; one of them drawn again where it is asked for."""
    if not _whole(ctx):
        return ctx.closed(_("Samples are checked by staff who can see the whole company."))
    regulation = _regulation(ctx)
    given = regulation.pack.callbacks
    plans = dict(given.samples) if given is not None else {}
    rows = samples_drawn(company=ctx.company)
    draws = part_of(rows, most=DRAWS, start=number_in(ctx.request.GET.get("from")) or 0)
    again = rows.filter(pk=number_in(ctx.request.GET.get("again")) or 0).first()
    compared = None
    if again is not None and again.plan in plans:
        compared = draw_again(
            sample=again, plan=plans[again.plan], calendar=regulation.book.calendar
        )
    services = {name: entry.title for name, entry in regulation.pack.services.items()}
    return ctx.page(
        "callbacks/samples",
        plans=[
            (
                plan_id,
                plan,
                regulation.pack.readings.get(plan.reading),
                [services[s] for s in plan.of],
            )
            for plan_id, plan in plans.items()
        ],
        services=services,
        draws=draws.each(lambda s: (s, plans[s.plan].title if s.plan in plans else s.plan)),
        number=rows.count(),
        again=again,
        compared=compared,
        here="callback-list",
    )
