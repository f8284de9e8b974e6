"""What the daily registers have in common: whose rows, of which day, and who took them away."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from chengnuo.cases.access import visible
from chengnuo.disclosure.access_log import note_export
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.reading import day_in


def reach(ctx: RequestContext) -> Any:
    return visible(
        staff=ctx.staff,
        posts=ctx.posts,
        company=ctx.company,
        at=ctx.now,
        through="docket__case__",
    )


def asked_day(ctx: RequestContext) -> date:
    """The day in the address; today where there is none, or none that was."""
    today = ctx.now.astimezone(ctx.zone).date()
    asked = day_in(ctx.request.GET.get("day"))
    return asked if asked is not None and asked <= today else today


def ends(ctx: RequestContext, day: date) -> datetime:
    """24:00 of a day of the company's calendar."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ctx.zone)


def noted(ctx: RequestContext, title: str, day: str) -> None:
    """Before the file leaves: who took which register of which day, with which filters."""
    note_export(
        company=ctx.company,
        what=title,
        why=ctx.request.GET.urlencode()[:300] or "-",
        by=ctx.staff,
        now=ctx.now,
        day=day,
    )
