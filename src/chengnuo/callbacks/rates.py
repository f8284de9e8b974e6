"""Rates of callbacks and satisfaction, always with what they rest on.

due: callbacks that fell due in the span and by now, as in the overview and on the pay sheet; those
without a limit are due from their start · timed: of the due, those with a limit: only they can be
in time · reached: of the due, those with a connected attempt or kept · rated: ratings given in the
span · satisfied: of the rated, those who were. A rate without a base is None, never nought.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from chengnuo.callbacks.calling import callback_rules
from chengnuo.callbacks.models import Attempt, BadAnswer, Outcome, Rating
from chengnuo.obligations.models import JUDGED, Obligation
from chengnuo.obligations.regulation import Regulation
from chengnuo.people.models import Organisation

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


def due_in(
    *, company: Organisation, regulation: Regulation, begin: datetime, end: datetime, now: datetime
) -> QuerySet[Obligation]:
    """The callbacks that fell due in a span, of one that still runs those up to now, with whether
    the customer was reached. What waits for its verdict is not counted yet."""
    connected = Attempt.objects.filter(obligation=OuterRef("pk"), outcome=Outcome.CONNECTED)
    upto = min(end, now)
    # What is due at 24:00 belongs to the month that ends then; what starts then, to the next.
    fell_due = JUDGED & Q(due_at__gt=begin, due_at__lte=upto)
    unlimited = Q(due_at__isnull=True, start_at__gte=begin, start_at__lt=end, start_at__lte=now)
    rows = Obligation.objects.filter(
        fell_due | unlimited, organisation=company, rule__in=callback_rules(regulation),
        voided_at__isnull=True,
    )  # fmt: skip
    return rows.annotate(
        moment=Coalesce("due_at", "start_at"),
        reached=Exists(connected) | Q(kept_at__isnull=False),
    )


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
    now: datetime,
) -> QuerySet[Any]:
    """The rows that a number counts: callbacks, ratings or bad answers; `unit` None is the
    company. Raises KeyError."""
    due = due_in(company=company, regulation=regulation, begin=begin, end=end, now=now)
    rated = ratings_in(company=company, begin=begin, end=end)
    false = false_in(company=company, begin=begin, end=end)
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


def rates(
    *, company: Organisation, regulation: Regulation, begin: datetime, end: datetime, now: datetime
) -> list[Rates]:
    """The company first, then every unit that handled what was asked about."""
    due = due_in(company=company, regulation=regulation, begin=begin, end=end, now=now)
    rated = ratings_in(company=company, begin=begin, end=end)
    false = false_in(company=company, begin=begin, end=end)
    by_unit: dict[int | None, dict[str, int]] = {None: {}}

    def add(unit: int | None, **counts: int) -> None:
        for key in (None, unit) if unit is not None else (None,):
            line = by_unit.setdefault(key, {})
            for name, number in counts.items():
                line[name] = line.get(name, 0) + number

    for row in due.values("docket__handling_unit").annotate(
        n=Count("pk"),
        m=Count("pk", filter=TIMED),
        t=Count("pk", filter=IN_TIME),
        r=Count("pk", filter=Q(reached=True)),
    ):
        counts = {"due": row["n"], "timed": row["m"], "in_time": row["t"], "reached": row["r"]}
        add(row["docket__handling_unit"], **counts)
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
