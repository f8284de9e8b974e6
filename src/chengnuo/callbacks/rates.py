"""Rates of callbacks and satisfaction, always with what they rest on.

due: callbacks whose moment (or whose start, where there is none) lay in the span · reached: of
them, those with a connected attempt or kept · rated: ratings given in the span · satisfied: of the
rated, those who were. A rate without a base is None, never nought.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from chengnuo.callbacks.calling import callback_rules
from chengnuo.callbacks.models import Attempt, BadAnswer, Outcome, Rating
from chengnuo.obligations.models import Obligation
from chengnuo.obligations.regulation import Regulation
from chengnuo.people.models import Organisation

MEASURES = ("due", "in_time", "reached", "rated", "satisfied", "false_completions")
IN_TIME = Q(kept_at__isnull=False, broken_at__isnull=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """One line; `unit` None is the company."""

    unit: int | None
    due: int
    in_time: int
    reached: int
    rated: int
    satisfied: int
    false_completions: int

    @property
    def timeliness(self) -> float | None:
        return self.in_time / self.due if self.due else None

    @property
    def reach(self) -> float | None:
        return self.reached / self.due if self.due else None

    @property
    def satisfaction(self) -> float | None:
        return self.satisfied / self.rated if self.rated else None


def due_in(
    *, company: Organisation, regulation: Regulation, begin: datetime, end: datetime
) -> QuerySet[Obligation]:
    """The callbacks of a span, with whether the customer was reached."""
    connected = Attempt.objects.filter(obligation=OuterRef("pk"), outcome=Outcome.CONNECTED)
    rows = Obligation.objects.filter(
        organisation=company, rule__in=callback_rules(regulation), voided_at__isnull=True
    )
    rows = rows.annotate(
        moment=Coalesce("due_at", "start_at"),
        reached=Exists(connected) | Q(kept_at__isnull=False),
    )
    # What is due at 24:00 belongs to the month that ends then.
    return rows.filter(moment__gt=begin, moment__lte=end)


def ratings_in(*, company: Organisation, begin: datetime, end: datetime) -> QuerySet[Rating]:
    return Rating.objects.filter(organisation=company, at__gte=begin, at__lt=end)


def false_in(*, company: Organisation, begin: datetime, end: datetime) -> QuerySet[BadAnswer]:
    """Bad answers that say that what was reported as done is not."""
    return BadAnswer.objects.filter(
        organisation=company, raised_at__gte=begin, raised_at__lt=end, false_completion=True
    )


def rows_behind(
    *,
    measure: str,
    unit: int | None,
    company: Organisation,
    regulation: Regulation,
    begin: datetime,
    end: datetime,
) -> QuerySet[Any]:
    """The rows that a number counts: callbacks, ratings or bad answers; `unit` None is the
    company. Raises KeyError."""
    due = due_in(company=company, regulation=regulation, begin=begin, end=end)
    rated = ratings_in(company=company, begin=begin, end=end)
    false = false_in(company=company, begin=begin, end=end)
    if unit is not None:
        due = due.filter(docket__handling_unit=unit)
        rated = rated.filter(case__docket__handling_unit=unit)
        false = false.filter(before=unit)
    found: dict[str, QuerySet[Any]] = {
        "due": due,
        "in_time": due.filter(IN_TIME),
        "reached": due.filter(Q(reached=True)),
        "rated": rated,
        "satisfied": rated.filter(satisfied=True),
        "false_completions": false,
    }
    return found[measure]


def rates(
    *, company: Organisation, regulation: Regulation, begin: datetime, end: datetime
) -> list[Rates]:
    """The company first, then every unit that handled what was asked about."""
    due = due_in(company=company, regulation=regulation, begin=begin, end=end)
    rated = ratings_in(company=company, begin=begin, end=end)
    false = false_in(company=company, begin=begin, end=end)
    by_unit: dict[int | None, dict[str, int]] = {None: {}}

    def add(unit: int | None, **counts: int) -> None:
        for key in (None, unit) if unit is not None else (None,):
            line = by_unit.setdefault(key, {})
            for name, number in counts.items():
                line[name] = line.get(name, 0) + number

    for row in due.values("docket__handling_unit").annotate(
        n=Count("pk"), t=Count("pk", filter=IN_TIME), r=Count("pk", filter=Q(reached=True))
    ):
        add(row["docket__handling_unit"], due=row["n"], in_time=row["t"], reached=row["r"])
    for told in rated.values("case__docket__handling_unit").annotate(
        n=Count("pk"), s=Count("pk", filter=Q(satisfied=True))
    ):
        add(told["case__docket__handling_unit"], rated=told["n"], satisfied=told["s"])
    for bad in false.values("before").annotate(n=Count("pk")):
        add(bad["before"], false_completions=bad["n"])
    return [
        Rates(unit=unit, **{name: counts.get(name, 0) for name in MEASURES})
        for unit, counts in sorted(by_unit.items(), key=lambda kv: (kv[0] is not None, kv[0] or 0))
    ]
