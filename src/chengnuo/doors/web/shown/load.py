"""The load by hour as a picture's numbers and as a table with the same numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.cases.access import visible
from chengnuo.cases.load import Load, load
from chengnuo.doors.web.visit import Visit
from chengnuo.people.models import Organisation


@dataclass(frozen=True, slots=True)
class ShownLoad:
    """The load, and what the script on the page draws."""

    load: Load
    rows: list[tuple[str, float]]
    ahead: list[tuple[str, int]]
    picture: dict[str, Any]


def load_of(visit: Visit, unit: Organisation | None) -> ShownLoad:
    """Average cases an hour of the day, and promises due hour by hour."""
    found = load(
        company=visit.company,
        unit=unit,
        shown=visible(staff=visit.staff, posts=visit.posts, company=visit.company, at=visit.now),
        now=visit.now,
        zone=visit.zone,
    )
    rows = [
        (f"{hour:02d}:00", round(number / found.days, 2)) for hour, number in enumerate(found.taken)
    ]
    ahead = [(f"{hour:%H:%M}", number) for hour, number in zip(found.hours, found.due, strict=True)]
    picture = {
        "taken": {
            "title": _("Taken in, on average"),
            "hours": [h for h, _n in rows],
            "numbers": [n for _h, n in rows],
        },
        "due": {
            "title": _("Promises due"),
            "hours": [h for h, _n in ahead],
            "numbers": [n for _h, n in ahead],
        },
    }
    return ShownLoad(found, rows, ahead, picture)
