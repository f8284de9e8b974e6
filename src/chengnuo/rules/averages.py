"""Promises that are averages: how much time one matter took, and whether the mean keeps the limit.

Whole numbers throughout (microseconds, or days), so that a mean that equals its limit keeps it. A
matter that is not settled has used at least what it used so far: its mean can be too high already,
but not low enough yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chengnuo.rules.calendar import Calendar
from chengnuo.rules.counting import (
    Pause,
    begins,
    counted_forward,
    in_order,
    seconds_of,
    stretches,
    without,
)
from chengnuo.rules.limits import Count
from chengnuo.rules.units import UNITS, Way, is_day

SECOND = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One matter: the limit that governs it, from when until when, and what was paused.

    `settled`: it is done, and no pause of it waits for its decision; else `end` is the moment at
    which one asks.
    """

    limit: Count
    start: datetime
    end: datetime
    pauses: tuple[Pause, ...] = ()
    settled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The matters under one limit: how many, and the time they used, in its measure."""

    limit: Count
    number: int
    used: int
    allowed: int

    @property
    def kept(self) -> bool:
        # Multiplied, not divided: a rounded mean could keep what it broke by a second.
        return self.used <= self.allowed * self.number


def used(taken: Taken, calendar: Calendar) -> int:
    """The time that counts, in microseconds; for limits in days, the least number of days with
    which it would have been in time."""
    count = taken.limit
    begin = begins(count, taken.start, calendar)
    end, pauses = max(taken.end, begin), in_order(taken.pauses, begin)
    measure = UNITS[count.unit]
    if measure.way is Way.WORKED:
        return _worked(begin, end, pauses, calendar)
    if not measure.has_mean:
        raise ValueError(f"there is no mean of {count.unit}")
    if is_day(count.unit):
        return _days(count, taken.start, end, taken.pauses, calendar)
    total = 0
    for opens, closes in stretches(count, begin, calendar):
        # The stretches never end by themselves.
        if opens >= end.timestamp():
            return total
        for first, last in without(opens, min(closes, end.timestamp()), pauses):
            total += _micro(last) - _micro(first)
    return total


def allowed(count: Count, calendar: Calendar) -> int:
    """What the limit allows one matter, in the measure of `used`."""
    if is_day(count.unit):
        return count.amount
    return seconds_of(count, calendar) * SECOND


def _micro(epoch: float) -> int:
    return round(epoch * SECOND)


def _worked(begin: datetime, end: datetime, pauses: Sequence[Pause], calendar: Calendar) -> int:
    def until(at: datetime) -> int:
        return _micro(calendar.worked_until(at.timestamp()))

    total = until(end) - until(begin)
    for pause in pauses:
        first, last = min(pause.start, end), min(pause.end, end)
        total -= until(last) - until(first)
    return total


def _days(
    count: Count, start: datetime, end: datetime, pauses: Sequence[Pause], calendar: Calendar
) -> int:
    stops = in_order(pauses, start)
    amount = 0
    # Asked day by day: the count of days has no inverse that would know of pauses and of rolling.
    while counted_forward(replace(count, amount=amount), start, calendar, stops) < end:
        amount += 1
    return amount


def bands(rows: Iterable[Taken], calendar: Calendar) -> list[Band]:
    """The matters by their limit, each limit with the time used under it."""
    found: dict[Count, Band] = {}
    for taken in rows:
        count = taken.limit
        held = found.get(count)
        if held is None:
            held = Band(limit=count, number=0, used=0, allowed=allowed(count, calendar))
        spent = held.used + used(taken, calendar)
        found[count] = replace(held, number=held.number + 1, used=spent)
    return list(found.values())


def verdict(rows: Sequence[Taken], calendar: Calendar) -> bool | None:
    """Whether the averages of a period that is over are kept: one that is too high breaks the
    promise. None: not certain yet, or nothing to judge."""
    made = bands(rows, calendar)
    if any(not band.kept for band in made):
        return False
    return True if made and all(taken.settled for taken in rows) else None
