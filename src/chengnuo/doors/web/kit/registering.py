"""What the daily registers have in common: whose rows, of which day, and who took them away."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from chengnuo.cases.access import visible
from chengnuo.disclosure.looks import note_export
from chengnuo.doors.web.kit.context import Visit
from chengnuo.doors.web.kit.reading import day_in


def reach(visit: Visit) -> Any:
    return visible(
        staff=visit.staff,
        posts=visit.posts,
        company=visit.company,
        at=visit.now,
        through="docket__case__",
    )


def asked_day(visit: Visit) -> date:
    """The day in the address; today where there is none, or none that was."""
    today = visit.now.astimezone(visit.zone).date()
    asked = day_in(visit.request.GET.get("day"))
    return asked if asked is not None and asked <= today else today


def ends(visit: Visit, day: date) -> datetime:
    """24:00 of a day of the company's calendar."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=visit.zone)


def noted(visit: Visit, title: str, day: str) -> None:
    """Before the file leaves: who took which register of which day, with which filters."""
    note_export(
        company=visit.company,
        what=title,
        why=visit.request.GET.urlencode()[:300] or "-",
        by=visit.staff,
        now=visit.now,
        day=day,
    )
