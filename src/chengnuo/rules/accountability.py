"""Who answers for a breach: those who held the clock, each by how long it ran in their hands.

Whole numbers throughout: what is divided (parts, hundredths of a point, fen) is divided without
rest, so that the shares always sum to the whole and the same record gives the same shares again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chengnuo.rules.calendar import Calendar
from chengnuo.rules.counting import Pause, in_order

PARTS = 10_000
"""The whole of a breach, so that a share is told in hundredths of a percent."""


@dataclass(frozen=True, slots=True)
class Tenure:
    """Who held the clock from a moment on: a unit, the role in it, the people on that seat."""

    since: datetime
    unit: int
    role: str = ""
    people: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """What one holder answers for. `person` None: the seat was vacant, the unit itself answers.

    `seconds` is how long the clock ran with this holder, `parts` is of PARTS.
    """

    unit: int
    role: str
    person: int | None
    seconds: int
    parts: int


def shares(
    *,
    tenures: Sequence[Tenure],
    start: datetime,
    broken_at: datetime,
    pauses: Sequence[Pause],
    calendar: Calendar,
    working_time: bool,
) -> tuple[Share, ...]:
    """Divide a breach among those who held its clock from its start to its legal moment.

    Time that an approved pause took out counts for nobody; a rejected one is no pause, and its time
    counts for whoever asked for it. `working_time`: only business time counts, as for a clock in
    working days. Where no time counts at all (a clock that fell due as it started, or outside
    business), wall time decides, and then whoever held it last. Raises ValueError without a holder.
    """
    if not tenures:
        raise ValueError("a breach needs somebody who held its clock")
    held = _clipped(tenures, start, broken_at)
    # First in the measure of the clock, then by wall time; the same measure is not tried twice.
    for business in dict.fromkeys((working_time, False)):
        counted = [_ran(begin, end, pauses, calendar, business) for _, begin, end in held]
        if any(counted):
            break
    else:
        counted = [0] * (len(held) - 1) + [1]
    seconds: dict[tuple[int, str, int | None], int] = {}
    for (tenure, _, _), ran in zip(held, counted, strict=True):
        # A vacant seat frees nobody else: its part stays with the unit.
        people: Sequence[int | None] = tenure.people or (None,)
        for person, part in zip(people, apportion(ran, [1] * len(people)), strict=True):
            key = (tenure.unit, tenure.role, person)
            seconds[key] = seconds.get(key, 0) + part
    parts = apportion(PARTS, list(seconds.values()))
    found = zip(seconds.items(), parts, strict=True)
    return tuple(Share(*key, ran, share) for (key, ran), share in found if share or ran)


def apportion(whole: int, weights: Sequence[int]) -> list[int]:
    """Divide a whole by weights without rest: the largest remainders get what is left over.

    Ties go to the one who comes first. Raises ValueError where all weights are nothing.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError(f"cannot divide by the weights {list(weights)}")
    parts = [whole * weight // total for weight in weights]
    # Ties by the index: the same record must give the same shares each time.
    rests = sorted(range(len(weights)), key=lambda i: (-(whole * weights[i] % total), i))
    for index in rests[: whole - sum(parts)]:
        parts[index] += 1
    return parts


def _clipped(
    tenures: Sequence[Tenure], start: datetime, broken_at: datetime
) -> list[tuple[Tenure, datetime, datetime]]:
    """Each tenure with the stretch of the clock it covers; the first one from the very start."""
    ordered = sorted(tenures, key=lambda t: t.since.timestamp())
    # Whoever came at the breach or after it has no part in it.
    ordered = [t for i, t in enumerate(ordered) if not i or t.since < broken_at]
    ends = [*(t.since for t in ordered[1:]), broken_at]
    found: list[tuple[Tenure, datetime, datetime]] = []
    for index, (tenure, end) in enumerate(zip(ordered, ends, strict=True)):
        begin = start if index == 0 else max(start, tenure.since, key=datetime.timestamp)
        until = min(end, broken_at, key=datetime.timestamp)
        last = index == len(ordered) - 1
        if begin.timestamp() < until.timestamp() or (last and not found):
            found.append((tenure, begin, max(begin, until, key=datetime.timestamp)))
    return found


def _ran(
    begin: datetime, end: datetime, pauses: Sequence[Pause], calendar: Calendar, business: bool
) -> int:
    """The whole seconds that count between two moments."""
    edges = [begin.timestamp()]
    for pause in in_order(pauses, begin):
        if pause.start.timestamp() < end.timestamp():
            edges += [pause.start.timestamp(), min(pause.end.timestamp(), end.timestamp())]
    edges.append(end.timestamp())
    stretches = zip(edges[::2], edges[1::2], strict=True)
    if business:
        return round(sum(calendar.worked_until(b) - calendar.worked_until(a) for a, b in stretches))
    return round(sum(b - a for a, b in stretches))
