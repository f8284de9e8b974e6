"""The load by hour as a picture's numbers and as a table with the same numbers and their rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from chengnuo.cases.access import visible
from chengnuo.cases.finding.load import Load, LoadScope, load
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.overview import NumberView
from chengnuo.people.models import Organisation
from chengnuo.rules.moments import clock, for_control


@dataclass(frozen=True, slots=True)
class ShownLoad:
    """The load, and what the script on the page draws."""

    load: Load
    taken: list[tuple[str, NumberView, float]]
    ahead: list[tuple[str, NumberView]]
    overdue: NumberView
    picture: dict[str, Any]


def scope_of(ctx: RequestContext, unit: Organisation | None) -> LoadScope:
    return LoadScope(
        company=ctx.company,
        unit=unit,
        shown=visible(staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now),
        now=ctx.now,
        zone=ctx.zone,
    )


def load_of(ctx: RequestContext, unit: Organisation | None) -> ShownLoad:
    """Average cases an hour of the day, and promises due hour by hour."""
    found = load(scope_of(ctx, unit))

    def number(value: int, of: str, hour: str = "") -> NumberView:
        parts = {"of": of, "hour": hour, "unit": str(unit.pk) if unit else ""}
        asked = urlencode({name: part for name, part in parts.items() if part})
        return NumberView(value, f"{reverse('queue-load-rows')}?{asked}")

    taken = [
        (f"{hour:02d}:00", number(count, "taken", str(hour)), round(count / found.days, 2))
        for hour, count in enumerate(found.taken)
    ]
    ahead = [
        (clock(hour), number(count, "due", for_control(hour)))
        for hour, count in zip(found.hours, found.due, strict=True)
    ]
    picture = {
        "taken": {
            "title": _("Received, on average"),
            "hours": [hour for hour, _n, _a in taken],
            "numbers": [average for _h, _n, average in taken],
        },
        "due": {
            "title": _("Promises due"),
            "hours": [hour for hour, _n in ahead],
            "numbers": [one.value for _h, one in ahead],
        },
    }
    return ShownLoad(found, taken, ahead, number(found.overdue, "overdue"), picture)
