"""The share of paused time per unit: how much of the running time of its promises stood still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

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
    found: dict[int, UnitPauses] = {}
    for row in rows.iterator(chunk_size=2000):
        line = found.setdefault(row.unit_id, UnitPauses(row.unit))
        end = _end(row, now)
        line.number += 1
        line.ran += max((end - row.start_at).total_seconds(), 0)
        for begin, until in _stretches(row, end):
            line.paused += (until - begin).total_seconds()
            line.pauses += 1
    return sorted(found.values(), key=lambda u: u.unit.path)


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
