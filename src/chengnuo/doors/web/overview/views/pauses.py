"""Pauses: those that wait for my decision, and the share of paused time per unit."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengnuo.cases.access import visible
from chengnuo.cases.casework.services import decide_pause
from chengnuo.conduct.paysheets import bounds
from chengnuo.disclosure.access_log import note_export
from chengnuo.doors.web.kit import moments
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.download import workbook_file
from chengnuo.doors.web.kit.promises import shown
from chengnuo.doors.web.kit.reading import month_in, number_in
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.watch import pauses_to_decide
from chengnuo.doors.web.kit.words import say
from chengnuo.reports import pauses as reports
from chengnuo.reports.sheets import Head, workbook
from chengnuo.rules.moments import month_key

PAGE = 50
HOUR = 3600
PERCENT = 100


@require_GET
@staffed
def pauses(ctx: RequestContext) -> HttpResponse:
    """The approver's list, and the indicator of a month with its base and its rows."""
    return _page(ctx)


def _page(ctx: RequestContext, status: int = 200, **more: Any) -> HttpResponse:
    if ctx.regulation is None:
        return ctx.page("kit/no_regulation")
    month, rows = _month(ctx), _rows(ctx)
    unit = number_in(ctx.request.GET.get("unit"))
    behind = rows if unit is None else rows.filter(unit=unit)
    paused = reports.paused(rows=behind)
    pages = Paginator(paused, PAGE).get_page(ctx.request.GET.get("page"))
    return ctx.page(
        "overview/pauses",
        status=status,
        waiting=pauses_to_decide(ctx),
        units=reports.by_unit(rows=rows, now=ctx.now),
        lines=[_line(ctx, row, stills) for row, stills in pages.object_list],
        pages=pages,
        unit=unit,
        month=month_key(month),
        keep=f"month={month_key(month)}&unit={'' if unit is None else unit}",
        here="conduct",
        **more,
    )


def _month(ctx: RequestContext) -> date:
    today = ctx.now.astimezone(ctx.zone).date().replace(day=1)
    return month_in(ctx.request.GET.get("month", "")) or today


def _rows(ctx: RequestContext) -> Any:
    if ctx.regulation is None:
        raise Http404
    begin, end = bounds(month=_month(ctx), regulation=ctx.regulation)
    seen = visible(
        staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now,
        through="docket__case__",
    )  # fmt: skip
    return reports.base(company=ctx.company, shown=seen, begin=begin, end=end)


def _line(ctx: RequestContext, row: Any, stills: Any) -> dict[str, Any]:
    regulation = ctx.regulation_behind(row.docket.release_id)
    case = getattr(row.docket, "case", None)
    return {
        "shown": shown(row, regulation, ctx.now),
        "number": case.number if case is not None else "",
        "stills": stills,
    }


@require_POST
@staffed
def decide(ctx: RequestContext) -> HttpResponse:
    """Approve or reject one from the list."""
    post = ctx.request.POST
    case = ctx.case(post.get("case", ""))
    verdict = post.get("verdict", "")
    if verdict not in ("approved", "rejected"):
        raise Http404(verdict)
    with Trying() as tried:
        decide_pause(
            case=case, obligation=post.get("target", ""), verdict=verdict, by=ctx.staff,
            now=ctx.now,
        )  # fmt: skip
    if tried.refused:
        return _page(ctx, tried.status, refusals=tried.refusals)
    said = _("Approved: %(number)s") if verdict == "approved" else _("Rejected: %(number)s")
    ctx.say(said % {"number": case.number})
    return ctx.go("pauses")


@require_GET
@staffed
def sheet(ctx: RequestContext) -> HttpResponse:
    """The indicator as a workbook; the download is recorded."""
    month = month_key(_month(ctx))
    title = _("Share of paused time, %(month)s") % {"month": moments.month(month)}
    note_export(company=ctx.company, what=title, why="-", by=ctx.staff, now=ctx.now, month=month)
    rows = _rows(ctx)
    content = workbook(
        title=title,
        definition=meaning(),
        heads=_heads(),
        rows=[*_unit_cells(ctx, rows), *_pause_cells(ctx, rows)],
    )
    return workbook_file(content, f"pauses-{ctx.company.code}-{month}")


def meaning() -> str:
    return _(
        "Promises due in the month and not cancelled: paused time (approved or "
        "awaiting a decision) as a share of the whole time from start until kept or "
        "due."
    )


def _heads() -> list[Head]:
    return [
        Head(_("Unit"), 24), Head(_("Promise"), 30), Head(_("Case"), 20), Head(_("Reason"), 24),
        Head(_("From date"), 17, moments=True), Head(_("Until"), 17, moments=True),
        Head(_("State"), 12), Head(_("Number of promises"), 10), Head(_("Ran (h)"), 10),
        Head(_("Paused (h)"), 10), Head(_("Share (%)"), 10),
    ]  # fmt: skip


def _unit_cells(ctx: RequestContext, rows: Any) -> list[list[Any]]:
    return [
        [
            say(u.unit), "", "", "", None, None, "", u.number, round(u.ran / HOUR, 1),
            round(u.paused / HOUR, 1), round((u.share or 0) * PERCENT, 2),
        ]
        for u in reports.by_unit(rows=rows, now=ctx.now)
    ]  # fmt: skip


def _pause_cells(ctx: RequestContext, rows: Any) -> list[list[Any]]:
    found = []
    for row, stills in reports.paused(rows=rows):
        line = _line(ctx, row, stills)
        for still in stills:
            found.append([
                say(row.unit), say(line["shown"].title), line["number"],
                say(still.reason.title) if still.reason else "",
                timezone.localtime(still.start), timezone.localtime(still.until),
                states()[still.status], None, None,
                round((still.until - still.start).total_seconds() / HOUR, 1), None,
            ])  # fmt: skip
    return found


def states() -> dict[str, str]:
    return {"requested": _("not decided"), "approved": _("approved"), "rejected": _("rejected")}
