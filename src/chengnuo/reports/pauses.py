"""The share of paused time per unit: how much of the running time of its promises stood still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Greatest, Least

from chengnuo.cases.casework.pausing import PauseContract, standstills_of
from chengnuo.obligations.models import Obligation
from chengnuo.obligations.regulation import regulation_for
from chengnuo.people.models import Organisation
from chengnuo.rules.state import THEIR_TURN


@dataclass(slots=True)
class UnitPauses:
    """One unit: `number` promises ran for `ran` seconds, of which `paused` stood still."""

    unit: Organisation
    number: int = 0
    ran: float = 0
    paused: float = 0
    pauses: int = 0

    @property
    def share(self) -> float | None:
        return self.paused / self.ran if self.ran else None


def base(
    *, company: Organisation, shown: Q, begin: datetime, end: datetime
) -> QuerySet[Obligation]:
    """The promises of a company with a moment that lay in the span, whatever became of them. What
    is due at 24:00 belongs to the month that ends then."""
    rows = Obligation.objects.filter(
        shown, organisation=company, due_at__gt=begin, due_at__lte=end, voided_at__isnull=True
    )
    return rows.select_related("unit", "docket__organisation", "docket__case").order_by("due_at")


def by_unit(*, rows: QuerySet[Obligation], now: datetime) -> list[UnitPauses]:
    """Every unit that owed something in the span, in the order of the house.

    A promise runs from its start until it was kept, or until its moment, or until now; a pause that
    was rejected is none.
    """
    found = {line.unit.pk: line for line in _counted(rows, now)}
    for row in rows.exclude(standstills=[]):
        line = found[row.unit_id]
        for begin, until in _stretches(row, _end(row, now)):
            line.paused += (until - begin).total_seconds()
            line.pauses += 1
    return sorted(found.values(), key=lambda u: u.unit.path)


def _counted(rows: QuerySet[Obligation], now: datetime) -> Iterator[UnitPauses]:
    """How many promises ran and for how long, counted by the database: a month has a hundred
    thousand, and few of them were ever paused."""
    began, until = (
        F("start_at"),
        Least(Coalesce("kept_at", "due_at"), "due_at", Value(now, DateTimeField())),
    )
    ran = ExpressionWrapper(Greatest(until, began) - began, output_field=DurationField())
    counted = rows.order_by().values("unit").annotate(number=Count("pk"), ran=Sum(ran))
    units = Organisation.objects.in_bulk([line["unit"] for line in counted])
    for line in counted:
        yield UnitPauses(units[line["unit"]], line["number"], line["ran"].total_seconds())


def paused(*, rows: QuerySet[Obligation]) -> list[tuple[Obligation, list[PauseContract]]]:
    """The promises of a span that were paused, each with its pauses."""
    found = []
    for row in rows.exclude(standstills=[]):
        regulation = regulation_for(digest=row.docket.release_id, company=row.docket.organisation)
        found.append((row, standstills_of(row=row, regulation=regulation)))
    return found


def _end(row: Obligation, now: datetime) -> datetime:
    ends = [m for m in (row.kept_at, row.due_at) if m is not None]
    return min([*ends, now])


def _stretches(row: Obligation, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    for still in row.standstills:
        begin = max(datetime.fromisoformat(still["start"]), row.start_at)
        last = still["end"] or still["cap"]
        until = min(datetime.fromisoformat(last), end) if last else end
        if still["reason"] != THEIR_TURN and still["status"] != "rejected" and begin < until:
            yield begin, until
