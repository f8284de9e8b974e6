"""What was overdue at a moment, as a page and as a workbook."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from chengnuo.doors.web.kit import registering
from chengnuo.doors.web.kit import registers as shown
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.declared import columns_of
from chengnuo.doors.web.kit.download import workbook_file
from chengnuo.doors.web.kit.reading import number_in
from chengnuo.doors.web.kit.rows import row_of
from chengnuo.people import queries as people
from chengnuo.reports import registers
from chengnuo.reports.sheets import workbook

PAGE = 50


@require_GET
@staffed
def overdue(ctx: RequestContext) -> HttpResponse:
    """Every promise that was broken by a moment and still not done then, longest first."""
    asked = _overdue(ctx)
    pages = Paginator(asked["rows"], PAGE).get_page(ctx.request.GET.get("page"))
    lines = [row_of(ctx, row) for row in pages.object_list]
    pack = ctx.regulation.pack if ctx.regulation else None
    return ctx.page(
        "overview/overdue",
        lines=lines,
        pages=pages,
        units=people.units_of(company=ctx.company),
        services={i: s.title for i, s in pack.services.items() if s.process} if pack else {},
        processes={i: p.title for i, p in pack.processes.items()} if pack else {},
        definition=shown.overdue_definition(ctx, asked["at"]),
        columns=columns_of(ctx, "overdue", list(pages.object_list)),
        here="overdue",
        **asked,
    )


@require_GET
@staffed
def overdue_sheet(ctx: RequestContext) -> HttpResponse:
    """The same register as a workbook; the download is recorded."""
    asked = _overdue(ctx)
    definition = shown.overdue_definition(ctx, asked["at"])
    title = shown.overdue_title()
    registering.noted(ctx, title, asked["day"])
    content = workbook(
        title=title,
        definition=definition.sentence,
        heads=shown.overdue_heads(),
        rows=(shown.overdue_cells(ctx, row, asked["at"]) for row in asked["rows"]),
    )
    return workbook_file(content, f"overdue-{ctx.company.code}-{asked['day']}")


def _overdue(ctx: RequestContext) -> dict[str, Any]:
    given = ctx.request.GET
    unit = given.get("unit", "")
    day = registering.asked_day(ctx)
    at = min(registering.ends(ctx, day), ctx.now)
    narrowed = registers.Narrowed(
        unit=number_in(unit),
        service=given.get("service", "")[:60],
        process=given.get("process", "")[:60],
    )
    rows = registers.overdue_at(
        company=ctx.company,
        shown=registering.reach(ctx),
        at=at,
        now=ctx.now,
        narrowed=narrowed,
    )
    return {
        "rows": rows,
        "at": at,
        "day": day.isoformat(),
        "unit": unit,
        "service": narrowed.service,
        "process": narrowed.process,
        "keep": shown.address(
            day=day.isoformat() if given.get("day") else "",
            unit=unit,
            service=narrowed.service,
            process=narrowed.process,
        ),
    }
