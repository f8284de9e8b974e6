"""The callbacks of a day, as a page and as a workbook."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from chengnuo.doors.web.kit import registering
from chengnuo.doors.web.kit import registers as shown
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.download import workbook_file
from chengnuo.doors.web.kit.rows import row_of
from chengnuo.reports import registers
from chengnuo.reports.sheets import workbook

PAGE = 50


@require_GET
@staffed
def callbacks(ctx: RequestContext) -> HttpResponse:
    """The callbacks that were made on a day, and those that were due by its end and not made."""
    asked = _callbacks(ctx)
    pages = Paginator(asked["due"], PAGE).get_page(ctx.request.GET.get("page"))
    return ctx.page(
        "callbacks/register",
        lines=[shown.call_line(ctx, call) for call in asked["calls"]],
        due_lines=[row_of(ctx, row) for row in pages.object_list],
        pages=pages,
        definition=shown.callback_definition(ctx, asked["since"], asked["until"]),
        here="callbacks",
        **asked,
    )


@require_GET
@staffed
def callback_sheet(ctx: RequestContext) -> HttpResponse:
    """The same register as a workbook; the download is recorded."""
    asked = _callbacks(ctx)
    definition = shown.callback_definition(ctx, asked["since"], asked["until"])
    title = shown.callback_title()
    registering.noted(ctx, title, asked["day"])
    made = [shown.call_cells(ctx, call) for call in asked["calls"]]
    due = [shown.due_cells(ctx, row) for row in asked["due"]]
    content = workbook(
        title=title,
        definition=definition.sentence,
        heads=shown.callback_heads(),
        rows=[*made, *due],
    )
    return workbook_file(content, f"callbacks-{ctx.company.code}-{asked['day']}")


def _callbacks(ctx: RequestContext) -> dict[str, Any]:
    given = ctx.request.GET
    day = registering.asked_day(ctx)
    until = registering.ends(ctx, day)
    since = until - timedelta(days=1)
    agent = given.get("agent", "")
    regulation = ctx.regulation
    reach = registering.reach(ctx)
    calls = registers.callbacks(
        company=ctx.company, shown=reach, since=since, until=until, agent=agent
    )
    due = registers.callbacks_due(
        company=ctx.company, shown=reach, until=min(until, ctx.now), regulation=regulation
    )
    return {
        "calls": calls,
        "due": due,
        "since": since,
        "until": until,
        "day": day.isoformat(),
        "agent": agent,
        "agents": shown.agents(calls),
        "keep": shown.address(day=day.isoformat() if given.get("day") else "", agent=agent),
    }
