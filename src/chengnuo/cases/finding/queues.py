"""Queues: the open cases by department, stage, due moment, service, channel and mark.

A case's stage is its open obligations, so it can stand in several stages, in one department only.
Every number counts the cases that the list shows when one follows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case as Which
from django.db.models import (
    Count,
    F,
    Q,
    QuerySet,
    SmallIntegerField,
    Value,
    When,
)

from chengnuo.cases.models import OpenCase
from chengnuo.cases.open_cases import WHOLE
from chengnuo.people.models import Organisation

DUE = ("overdue", "hour", "today", "tomorrow", "later", "none")
MARKS = {
    "urged": Q(urged__gt=0),
    "supervised": Q(supervised_at__isnull=False),
    "emergency": Q(emergency=True),
    "confidential": Q(confidential=True),
}
BY_DUE = (F("act_by").asc(nulls_last=True), "lodged_at", "pk")
SORTS: dict[str, tuple[Any, ...]] = {
    "due": BY_DUE,
    "-due": (F("act_by").desc(nulls_last=True), "-lodged_at", "pk"),
    "taken": ("lodged_at", "pk"),
    "-taken": ("-lodged_at", "pk"),
    "service": ("service", *BY_DUE),
    "unit": (F("unit__path").asc(nulls_last=True), *BY_DUE),
    "urged": ("-urged", *BY_DUE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """Which cases of the queues: everything that is named must fit; an empty word asks nothing."""

    unit: int | None = None
    stage: str = ""
    due: str = ""
    service: str = ""
    channel: str = ""
    mark: str = ""
    sort: str = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """The moments that divide what is due; midnight is the company's."""

    now: datetime
    today_ends: datetime

    def windows(self) -> dict[str, Q]:
        """When the soonest promise of a case is due, each case in one of them."""
        hour = self.now + timedelta(hours=1)
        today, tomorrow = self.today_ends, self.today_ends + timedelta(days=1)
        return {
            "overdue": Q(act_by__lt=self.now),
            "hour": Q(act_by__gte=self.now, act_by__lt=hour),
            "today": Q(act_by__gte=hour, act_by__lt=today),
            "tomorrow": Q(act_by__gte=max(hour, today), act_by__lt=tomorrow),
            "later": Q(act_by__gte=tomorrow),
            "none": Q(act_by__isnull=True),
        }


@dataclass(frozen=True, slots=True)
class QueueFacet:
    """One value of one filter, and how many open cases it would leave."""

    key: str
    number: int


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many cases fit, and for every filter its values as the other filters leave them."""

    number: int
    facets: dict[str, list[QueueFacet]]


@dataclass(frozen=True, slots=True)
class _Cell:
    """Open cases that are alike in everything that the filters ask for."""

    unit: int | None
    service: str
    channel: str
    due: str
    marks: frozenset[str]
    number: int

    def fits(self, wanted: QueueFilter, but: str = "") -> bool:
        """Whether they stand in the queue; `but` names the filter that is not asked."""
        return all(
            (
                but == "unit" or wanted.unit in (None, self.unit),
                but == "service" or wanted.service in ("", self.service),
                but == "channel" or wanted.channel in ("", self.channel),
                but == "due" or wanted.due in ("", self.due),
                but == "mark" or wanted.mark in ("", *self.marks),
            )
        )


def queue(
    *, companies: Sequence[Organisation], shown: Q, wanted: QueueFilter, moments: Moments
) -> QuerySet[OpenCase]:
    """The open cases of some companies that fit, in the order that was asked for.

    `shown` is the viewer's reach (`access.visible_open`). `act_by` of a row is when the soonest of
    its running promises is due, of the chosen stage where one is chosen.
    """
    rows = _in_reach(companies, shown).filter(stage=wanted.stage)
    rows = _narrowed(rows, wanted, moments)
    return rows.order_by(*SORTS[wanted.sort])


def counts(
    *, companies: Sequence[Organisation], shown: Q, wanted: QueueFilter, moments: Moments
) -> QueueCounts:
    """Two questions to the database: the cells of the whole queue, and its stages."""
    rows = _in_reach(companies, shown)
    cells = _cells(rows.filter(stage=wanted.stage), moments)
    facets = {
        "unit": _largest_first(cells, wanted, "unit", lambda cell: cell.unit or ""),
        "stage": _stages(_narrowed(rows.exclude(stage=WHOLE), wanted, moments)),
        "due": _of_keys(cells, wanted, "due", DUE, lambda cell: (cell.due,)),
        "service": _largest_first(cells, wanted, "service", lambda cell: cell.service),
        "channel": _largest_first(cells, wanted, "channel", lambda cell: cell.channel),
        "mark": _of_keys(cells, wanted, "mark", MARKS, lambda cell: cell.marks),
    }
    return QueueCounts(sum(cell.number for cell in cells if cell.fits(wanted)), facets)


def _in_reach(companies: Sequence[Organisation], shown: Q) -> QuerySet[OpenCase]:
    return OpenCase.objects.filter(shown, organisation__in=companies)


def _narrowed(
    rows: QuerySet[OpenCase], wanted: QueueFilter, moments: Moments
) -> QuerySet[OpenCase]:
    if wanted.unit is not None:
        rows = rows.filter(unit=wanted.unit)
    if wanted.service:
        rows = rows.filter(service=wanted.service)
    if wanted.channel:
        rows = rows.filter(channel=wanted.channel)
    if wanted.mark:
        rows = rows.filter(MARKS[wanted.mark])
    if wanted.due:
        rows = rows.filter(moments.windows()[wanted.due])
    return rows


def _cells(rows: QuerySet[OpenCase], moments: Moments) -> list[_Cell]:
    # Small numbers: text would make the groups too wide to be kept in memory.
    windows = [
        When(condition, then=Value(DUE.index(key))) for key, condition in moments.windows().items()
    ]
    marks = sum(
        (
            Which(When(condition, then=Value(1 << place)), default=Value(0))
            for place, condition in enumerate(MARKS.values())
        ),
        Value(0),
    )
    window = Which(*windows, output_field=SmallIntegerField())
    rows = rows.annotate(window=window, marks=marks).order_by()
    grouped = rows.values_list("unit", "service", "channel", "window", "marks")
    return [
        _Cell(unit, service, channel, DUE[window], _marked(bits), number)
        for unit, service, channel, window, bits, number in grouped.annotate(number=Count("pk"))
    ]


def _marked(bits: int) -> frozenset[str]:
    return frozenset(mark for place, mark in enumerate(MARKS) if bits >> place & 1)


def _numbers(
    cells: Iterable[_Cell],
    wanted: QueueFilter,
    name: str,
    keys_of: Callable[[_Cell], Iterable[Any]],
) -> Counter[Any]:
    numbers: Counter[Any] = Counter()
    for cell in cells:
        if cell.fits(wanted, but=name):
            for key in keys_of(cell):
                numbers[key] += cell.number
    return numbers


def _of_keys(
    cells: Sequence[_Cell],
    wanted: QueueFilter,
    name: str,
    keys: Iterable[str],
    keys_of: Callable[[_Cell], Iterable[str]],
) -> list[QueueFacet]:
    numbers = _numbers(cells, wanted, name, keys_of)
    return [QueueFacet(key, numbers[key]) for key in keys]


def _largest_first(
    cells: Sequence[_Cell], wanted: QueueFilter, name: str, key_of: Callable[[_Cell], Any]
) -> list[QueueFacet]:
    numbers = _numbers(cells, wanted, name, lambda cell: (key_of(cell),))
    found = sorted(numbers.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return [QueueFacet(str(key), number) for key, number in found]


def _stages(rows: QuerySet[OpenCase]) -> list[QueueFacet]:
    found = rows.values_list("stage").annotate(number=Count("pk")).order_by("-number", "stage")
    return [QueueFacet(stage, number) for stage, number in found]
