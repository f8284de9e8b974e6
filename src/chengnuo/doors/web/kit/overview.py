"""The overview in words: every number with its rows, and the numbers of the pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from chengnuo.doors.web.kit.words import say
from chengnuo.packs.schema import Pack
from chengnuo.people.models import Organisation
from chengnuo.reports.overview import NOW, VERDICTS, Overview, UnitMonth, together
from chengnuo.rules.moments import day_of_axis


@dataclass(frozen=True, slots=True)
class NumberView:
    """A number and where its rows are; without an address where there are none."""

    value: int
    link: str = ""
    bad: bool = False


@dataclass(frozen=True, slots=True)
class MonthAsked:
    """Of which month and company: `company` is its code, empty for the viewer's own."""

    month: str
    company: str = ""
    pack: Pack | None = None

    @property
    def page(self) -> str:
        return f"{reverse('overview')}?{urlencode(self._with({}))}"

    def rows(self, **asked: str) -> str:
        return f"{reverse('overview-rows')}?{urlencode(self._with(asked))}"

    def _with(self, asked: Mapping[str, str]) -> dict[str, str]:
        own = {"company": self.company} if self.company else {}
        return {"month": self.month, **own, **asked}


@dataclass(frozen=True, slots=True)
class UnitMonthView:
    """One department or company: the month, and what stands open now. `link`: its own page."""

    title: str
    month: list[NumberView]
    share: str
    now: list[NumberView]
    link: str = ""


@dataclass(frozen=True, slots=True)
class ShownCompanies:
    """A line for each company, and all of them together."""

    lines: list[UnitMonthView]
    total: UnitMonthView


@dataclass(frozen=True, slots=True)
class BranchCount:
    """One branch of the service catalogue and what came in of it."""

    title: str
    number: NumberView


@dataclass(frozen=True, slots=True)
class ShownOverview:
    """The whole page."""

    lines: list[UnitMonthView]
    total: UnitMonthView
    taken: NumberView
    branches: list[BranchCount]
    days: list[tuple[str, NumberView, NumberView]]
    pictures: dict[str, Any]


def shown_companies(
    found: list[tuple[Organisation, UnitMonth]], asked: Mapping[int, MonthAsked]
) -> ShownCompanies:
    """In the order of the organisation tree; the numbers of each open its own rows."""
    total = together([line for _company, line in found])
    lines = [
        replace(_line(line, say(one), asked[one.pk], None, whole=False), link=asked[one.pk].page)
        for one, line in found
    ]
    return ShownCompanies(
        lines=lines, total=_unlinked(_line(total, _("Total"), MonthAsked(""), None))
    )


def shown_overview(
    found: Overview, asked: MonthAsked, units: list[Organisation], *, whole: bool
) -> ShownOverview:
    """In the order of the organisation tree, branches with the most cases first.

    `whole`: all that the viewer sees is counted, so that the queues show as many.
    """
    order = {unit.pk: unit for unit in units}
    known = [line for unit in order for line in found.lines if line.unit == unit]
    titles = {pk: _title(unit, home=units[0].home_id) for pk, unit in order.items()}
    services = asked.pack.services if asked.pack else {}
    days = [
        (
            say(day_of_axis(d.day)),
            NumberView(d.taken, asked.rows(of="taken", day=f"{d.day}")),
            NumberView(d.due, asked.rows(of="due", day=f"{d.day}")),
        )
        for d in found.days
    ]
    return ShownOverview(
        lines=[_line(line, titles[line.unit], asked, line.unit, whole=whole) for line in known],
        total=_line(found.total, _("Total"), asked, None, whole=whole),
        taken=NumberView(found.taken, asked.rows(of="taken")),
        branches=[
            BranchCount(
                say(services[branch].title) if branch in services else branch,
                NumberView(number, asked.rows(of="taken", branch=branch)),
            )
            for branch, number in found.branches
        ],
        days=days,
        pictures=_pictures([(titles[x.unit], x) for x in known if x.due], days),
    )


def _line(
    line: UnitMonth, title: str, asked: MonthAsked, unit: int | None, *, whole: bool = True
) -> UnitMonthView:
    numbers = {"due": line.due, "kept": line.kept, "broken": line.broken}
    own = {"unit": str(unit)} if unit else {}
    return UnitMonthView(
        title=title,
        month=[
            NumberView(numbers[of], asked.rows(of=of, **own), bad=of == "broken") for of in VERDICTS
        ],
        share="—" if line.share is None else f"{100 * line.share:.1f}%",
        now=[
            NumberView(line.now[kind], _open(kind, asked, own, whole=whole), bad=kind == "overdue")
            for kind in NOW
        ],
    )


def _title(unit: Organisation, *, home: int) -> str:
    """A unit of another company, which answers here for a role, is named with it."""
    return say(unit) if unit.home_id == home else f"{say(unit)} ({say(unit.home)})"


def _unlinked(line: UnitMonthView) -> UnitMonthView:
    """There is no list of the rows of several companies."""
    return replace(
        line,
        month=[replace(number, link="") for number in line.month],
        now=[replace(number, link="") for number in line.now],
    )


def _open(kind: str, asked: MonthAsked, own: Mapping[str, str], *, whole: bool) -> str:
    """What stands open now has its page already; returns and a part of the whole have none."""
    if kind == "returns" or not whole:
        return asked.rows(of=kind, **own)
    if kind == "overdue":
        return f"{reverse('overdue')}?{urlencode(own)}"
    return f"{reverse('queues')}?{urlencode({**own, 'mark': kind})}"


def _pictures(
    lines: list[tuple[str, UnitMonth]], days: list[tuple[str, NumberView, NumberView]]
) -> dict[str, Any]:
    return {
        "verdicts": {
            "across": True,
            "names": [title for title, _line in lines],
            "series": [
                {"name": _("Kept on time"), "tone": "good", "values": [x.kept for _t, x in lines]},
                {"name": _("Breached"), "tone": "bad", "values": [x.broken for _t, x in lines]},
            ],
        },
        "days": {
            "across": False,
            "names": [day for day, _taken, _due in days],
            "series": [
                {
                    "name": _("Cases received"),
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
