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
from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When

from chengnuo.cases.models import OpenCase
from chengnuo.obligations.models import OpenPromise
from chengnuo.people.models import Organisation

DUE = ("overdue", "hour", "today", "tomorrow", "later", "none")
MARKS = {
    "urged": Q(urged__gt=0),
    "supervised": Q(supervised_at__isnull=False),
    "emergency": Q(emergency=True),
    "confidential": Q(confidential=True),
}
BY_DUE = (F("soonest").asc(nulls_last=True), "lodged_at", "pk")
SORTS: dict[str, tuple[Any, ...]] = {
    "due": BY_DUE,
    "-due": (F("soonest").desc(nulls_last=True), "-lodged_at", "pk"),
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
            "overdue": Q(soonest__lt=self.now),
            "hour": Q(soonest__gte=self.now, soonest__lt=hour),
            "today": Q(soonest__gte=hour, soonest__lt=today),
            "tomorrow": Q(soonest__gte=max(hour, today), soonest__lt=tomorrow),
            "later": Q(soonest__gte=tomorrow),
            "none": Q(soonest__isnull=True),
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

    `shown` is the viewer's reach (`access.visible_open`). Each row carries `soonest`: when the
    soonest of its running promises is due, of the chosen stage where one is chosen.
    """
    rows = _narrowed(_in_reach(companies, shown, wanted.stage), wanted, moments)
    return rows.order_by(*SORTS[wanted.sort])


def counts(
    *, companies: Sequence[Organisation], shown: Q, wanted: QueueFilter, moments: Moments
) -> QueueCounts:
    """Two questions to the database: the cells of the whole queue, and its stages."""
    cells = _cells(_in_reach(companies, shown, wanted.stage), moments)
    anywhere = _narrowed(_in_reach(companies, shown, ""), wanted, moments)
    facets = {
        "unit": _largest_first(cells, wanted, "unit", lambda cell: cell.unit or ""),
        "stage": _stages(anywhere),
        "due": _of_keys(cells, wanted, "due", DUE, lambda cell: (cell.due,)),
        "service": _largest_first(cells, wanted, "service", lambda cell: cell.service),
        "channel": _largest_first(cells, wanted, "channel", lambda cell: cell.channel),
        "mark": _of_keys(cells, wanted, "mark", MARKS, lambda cell: cell.marks),
    }
    return QueueCounts(sum(cell.number for cell in cells if cell.fits(wanted)), facets)


def _in_reach(companies: Sequence[Organisation], shown: Q, stage: str) -> QuerySet[OpenCase]:
    rows = OpenCase.objects.filter(shown, organisation__in=companies)
    if not stage:
        return rows.annotate(soonest=F("act_by"))
    there = OpenPromise.objects.filter(docket=OuterRef("pk"), rule=stage, runs=True)
    first = there.order_by(F("act_by").asc(nulls_last=True)).values("act_by")[:1]
    running = OpenPromise.objects.filter(rule=stage, runs=True)
    return rows.filter(pk__in=running.values("docket")).annotate(soonest=Subquery(first))


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
    windows = [When(condition, then=Value(key)) for key, condition in moments.windows().items()]
    marked = {
        f"is_{mark}": Which(When(condition, then=Value(mark)), default=Value(""))
        for mark, condition in MARKS.items()
    }
    rows = rows.annotate(window=Which(*windows, output_field=CharField()), **marked).order_by()
    grouped = rows.values_list("unit", "service", "channel", "window", *marked)
    return [
        _Cell(unit, service, channel, due, frozenset(filter(None, marks)), number)
        for unit, service, channel, due, *marks, number in grouped.annotate(number=Count("pk"))
    ]


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
    running = OpenPromise.objects.filter(runs=True, docket__in=rows.values("pk"))
    found = running.values_list("rule").annotate(number=Count("docket", distinct=True))
    return [QueueFacet(rule, number) for rule, number in found.order_by("-number", "rule")]
