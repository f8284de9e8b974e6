"""The overview in words: every number with its rows, and the numbers of the pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from chengnuo.doors.web.shown.words import say
from chengnuo.doors.web.visit import Visit
from chengnuo.people.models import Organisation
from chengnuo.reports.overview import NOW, VERDICTS, Line, Overview


@dataclass(frozen=True, slots=True)
class Number:
    """A number and where its rows are; without an address where there are none."""

    value: int
    link: str = ""
    bad: bool = False


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One department: the month, and what stands open now."""

    title: str
    month: list[Number]
    share: str
    now: list[Number]


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch of the service catalogue and what came in of it."""

    title: str
    number: Number


@dataclass(frozen=True, slots=True)
class ShownOverview:
    """The whole page."""

    lines: list[ShownLine]
    total: ShownLine
    taken: Number
    branches: list[Branch]
    days: list[tuple[str, Number, Number]]
    pictures: dict[str, Any]


def shown_overview(
    visit: Visit, found: Overview, month: str, units: list[Organisation], *, whole: bool
) -> ShownOverview:
    """In the order of the organisation tree, branches with the most cases first.

    `whole`: all that the viewer sees is counted, so that the queues show as many.
    """
    order = {unit.pk: unit for unit in units}
    known = [line for unit in order for line in found.lines if line.unit == unit]
    titles = {pk: say(unit) for pk, unit in order.items()}
    services = visit.regulation.pack.services if visit.regulation else {}
    days = [
        (
            f"{d.day:%m-%d}",
            Number(d.taken, _rows(month, of="taken", day=f"{d.day}")),
            Number(d.due, _rows(month, of="due", day=f"{d.day}")),
        )
        for d in found.days
    ]
    return ShownOverview(
        lines=[_line(line, titles[line.unit], month, line.unit) for line in known],
        total=_line(found.total, _("Together"), month, None, whole=whole),
        taken=Number(found.taken, _rows(month, of="taken")),
        branches=[
            Branch(
                say(services[branch].title) if branch in services else branch,
                Number(number, _rows(month, of="taken", branch=branch)),
            )
            for branch, number in found.branches
        ],
        days=days,
        pictures=_pictures([(titles[x.unit], x) for x in known if x.due], days),
    )


def _line(line: Line, title: str, month: str, unit: int | None, *, whole: bool = True) -> ShownLine:
    numbers = {"due": line.due, "kept": line.kept, "broken": line.broken}
    own = {"unit": str(unit)} if unit else {}
    return ShownLine(
        title=title,
        month=[
            Number(numbers[of], _rows(month, of=of, **own), bad=of == "broken") for of in VERDICTS
        ],
        share="—" if line.share is None else f"{100 * line.share:.1f}%",
        now=[
            Number(line.now[kind], _open(kind, own, whole=whole), bad=kind == "overdue")
            for kind in NOW
        ],
    )


def _rows(month: str, **asked: str) -> str:
    return f"{reverse('overview-rows')}?{urlencode({'month': month, **asked})}"


def _open(kind: str, own: Mapping[str, str], *, whole: bool) -> str:
    """What stands open now has its page already; returns and a part of the whole have none."""
    if kind == "returns" or not whole:
        return f"{reverse('overview-rows')}?{urlencode({'of': kind, **own})}"
    if kind == "overdue":
        return f"{reverse('overdue')}?{urlencode(own)}"
    return f"{reverse('queues')}?{urlencode({**own, 'mark': kind})}"


def _pictures(
    lines: list[tuple[str, Line]], days: list[tuple[str, Number, Number]]
) -> dict[str, Any]:
    return {
        "verdicts": {
            "across": True,
            "names": [title for title, _line in lines],
            "series": [
                {"name": _("Kept in time"), "tone": "good", "values": [x.kept for _t, x in lines]},
                {"name": _("Broken"), "tone": "bad", "values": [x.broken for _t, x in lines]},
            ],
        },
        "days": {
            "across": False,
            "names": [day for day, _taken, _due in days],
            "series": [
                {
                    "name": _("Cases taken in"),
                    "tone": "accent",
                    "values": [taken.value for _day, taken, _due in days],
                },
                {
                    "name": _("Fell due"),
                    "tone": "warn",
                    "values": [due.value for _day, _taken, due in days],
                },
            ],
        },
    }
