"""Rates of callbacks and satisfaction, always with what they rest on.

due: callbacks that fell due in the span and by now, as in the overview and on the pay sheet; those
without a limit are due from their start · timed: of the due, those with a limit: only they can be
in time · reached: of the due, those with a connected attempt or kept · rated: ratings given in the
span · satisfied: of the rated, those who were. A rate without a base is None, never nought.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from chengnuo.callbacks.calling import callback_rules
from chengnuo.callbacks.models import Attempt, BadAnswer, Outcome, Rating
from chengnuo.obligations.models import JUDGED, ONE_OF_MANY, Obligation, VerdictsOfDay
from chengnuo.obligations.regulation import Regulation
from chengnuo.people.models import Organisation

A_DAY = timedelta(days=1)
MEASURES = ("due", "timed", "in_time", "reached", "rated", "satisfied", "false_completions")
TIMED = Q(due_at__isnull=False)
IN_TIME = TIMED & Q(kept_at__isnull=False, broken_at__isnull=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """One line; `unit` None is the company."""

    unit: int | None
    due: int
    timed: int
    in_time: int
    reached: int
    rated: int
    satisfied: int
    false_completions: int

    @property
    def timeliness(self) -> float | None:
        return self.in_time / self.timed if self.timed else None

    @property
    def reach(self) -> float | None:
        return self.reached / self.due if self.due else None

    @property
    def satisfaction(self) -> float | None:
        return self.satisfied / self.rated if self.rated else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSpan:
    """A stretch of time of a company, asked about at a moment.

    The days in it that are wholly over lie from `first` to `last`: midnights of its calendar.
    """

    company: Organisation
    regulation: Regulation
    begin: datetime
    end: datetime
    now: datetime

    @property
    def upto(self) -> datetime:
        return min(self.end, self.now)

    @property
    def first(self) -> datetime:
        midnight = self._midnight(self.begin)
        return midnight if midnight == self.begin else self._midnight(midnight + A_DAY + A_DAY / 2)

    @property
    def last(self) -> datetime:
        return max(self.first, self._midnight(self.upto))

    @property
    def rules(self) -> list[str]:
        return callback_rules(self.regulation)

    def _midnight(self, at: datetime) -> datetime:
        local = self.regulation.book.calendar.local(at)
        return local.replace(hour=0, minute=0, second=0, microsecond=0)


def due_in(*, span: RateSpan) -> QuerySet[Obligation]:
    """The callbacks that fell due in a span, of one that still runs those up to now, with whether
    the customer was reached. What waits for its verdict is not counted yet."""
    rows = Obligation.objects.filter(
        _fell_due(span) | _unlimited(span), organisation=span.company, rule__in=span.rules
    )
    return rows.annotate(
        moment=Coalesce("due_at", "start_at"),
        reached=Exists(_connected()) | Q(kept_at__isnull=False),
    )


def _connected() -> QuerySet[Attempt]:
    return Attempt.objects.filter(obligation=OuterRef("pk"), outcome=Outcome.CONNECTED)


def _fell_due(span: RateSpan) -> Q:
    """What is due at 24:00 belongs to the month that ends then."""
    return JUDGED & Q(due_at__gt=span.begin, due_at__lte=span.upto)


def _unlimited(span: RateSpan) -> Q:
    """What starts at 24:00 belongs to the next month."""
    return Q(
        due_at__isnull=True, voided_at__isnull=True,
        start_at__gte=span.begin, start_at__lt=span.end, start_at__lte=span.now,
    )  # fmt: skip


def ratings_in(*, span: RateSpan) -> QuerySet[Rating]:
    return Rating.objects.filter(organisation=span.company, at__gte=span.begin, at__lt=span.end)


def false_in(*, span: RateSpan) -> QuerySet[BadAnswer]:
    """Bad answers that say that what was reported as done is not."""
    return BadAnswer.objects.filter(
        organisation=span.company,
        raised_at__gte=span.begin,
        raised_at__lt=span.end,
        false_completion=True,
    )


def rows_behind(*, measure: str, unit: int | None, span: RateSpan) -> QuerySet[Any]:
    """The rows that a number counts: callbacks, ratings or bad answers; `unit` None is the
    company. Raises KeyError."""
    due = due_in(span=span)
    rated = ratings_in(span=span)
    false = false_in(span=span)
    if unit is not None:
        due = due.filter(docket__handling_unit=unit)
        rated = rated.filter(case__docket__handling_unit=unit)
        false = false.filter(before=unit)
    found: dict[str, QuerySet[Any]] = {
        "due": due,
        "timed": due.filter(TIMED),
        "in_time": due.filter(IN_TIME),
        "reached": due.filter(Q(reached=True)),
        "rated": rated,
        "satisfied": rated.filter(satisfied=True),
        "false_completions": false,
    }
    return found[measure]


def rates(*, span: RateSpan) -> list[Rates]:
    """The company first, then every unit that handled what was asked about."""
    by_unit: dict[int | None, Counter[str]] = {None: Counter()}
    for unit, counts in chain(_over(span), _late_but_reached(span), _at_the_edges(span)):
        _add(by_unit, unit, counts)
    rated, false = ratings_in(span=span), false_in(span=span)
    for told in rated.values("case__docket__handling_unit").annotate(
        n=Count("pk"), s=Count("pk", filter=Q(satisfied=True))
    ):
        counts = {"rated": told["n"], "satisfied": told["s"]}
        _add(by_unit, told["case__docket__handling_unit"], counts)
    for bad in false.values("before").annotate(n=Count("pk")):
        _add(by_unit, bad["before"], {"false_completions": bad["n"]})
    return [
        Rates(unit=unit, **{name: counts[name] for name in MEASURES})
        for unit, counts in by_unit.items()
    ]


Counts = tuple[int | None, dict[str, int]]


def _add(by_unit: dict[int | None, Counter[str]], unit: int | None, counts: dict[str, int]) -> None:
    for key in {None, unit}:
        by_unit.setdefault(key, Counter()).update(counts)


def _over(span: RateSpan) -> Iterator[Counts]:
    """The days that are over, by their sums; each callback in them had a limit."""
    days = VerdictsOfDay.objects.filter(
        organisation=span.company,
        rule__in=span.rules,
        day__gte=span.first.date(),
        day__lt=span.last.date(),
    )
    summed = days.values_list("handling_unit").annotate(Sum("kept"), Sum("broken"), Sum("late"))
    for unit, kept, broken, late in summed.order_by():
        due = kept + broken
        yield unit, {"due": due, "timed": due, "in_time": kept, "reached": kept + late}


def _late_but_reached(span: RateSpan) -> Iterator[Counts]:
    """Of those days, what nobody did although the customer was reached."""
    rows = Obligation.objects.filter(
        Exists(_connected()), ~ONE_OF_MANY,
        organisation=span.company, rule__in=span.rules,
        due_at__gt=span.first, due_at__lte=span.last,
        broken_at__isnull=False, kept_at__isnull=True,
    )  # fmt: skip
    for unit, number in rows.values_list("docket__handling_unit").annotate(Count("pk")):
        yield unit, {"reached": number}


def _at_the_edges(span: RateSpan) -> Iterator[Counts]:
    """Today, of which only a part has fallen due, and what has no limit: one by one."""
    edges = Q(due_at__lte=span.first) | Q(due_at__gt=span.last)
    ours = Obligation.objects.filter(organisation=span.company, rule__in=span.rules)
    for rows in (ours.filter(_fell_due(span), edges), ours.filter(_unlimited(span))):
        reached = rows.annotate(reached=Exists(_connected()) | Q(kept_at__isnull=False))
        for unit, n, m, t, r in reached.values_list("docket__handling_unit").annotate(
            n=Count("pk"),
            m=Count("pk", filter=TIMED),
            t=Count("pk", filter=IN_TIME),
            r=Count("pk", filter=Q(reached=True)),
        ):
            yield unit, {"due": n, "timed": m, "in_time": t, "reached": r}
