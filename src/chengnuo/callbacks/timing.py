"""When to try again: another time of the day, far enough apart, not later than it is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from chengnuo.rules.calendar import Calendar, Minutes

STEP = timedelta(minutes=30)
PARTS_OF_A_DAY = 3
LOOKED_AHEAD = 3 * 48


def part_of_day(minute: int, hours: Minutes) -> int:
    """Morning, afternoon or evening of the hours in which one calls: 0, 1, 2."""
    begin, end = hours
    into = (minute - begin) % 1440
    return min(into * PARTS_OF_A_DAY // ((end - begin) % 1440 or 1440), PARTS_OF_A_DAY - 1)


def within(minute: int, hours: Minutes) -> bool:
    begin, end = hours
    return (minute - begin) % 1440 < ((end - begin) % 1440 or 1440)


def try_again_at(
    *,
    tried: Sequence[datetime],
    apart: timedelta,
    hours: Minutes,
    due_at: datetime | None,
    calendar: Calendar,
) -> datetime:
    """The next moment to try, after the last one in `tried`.

    Varied: of the next three days, the first moment in the part of the day that was tried least. A
    promise that would fall due before then is tried as soon as it may be.
    """
    last = tried[-1]
    parts = [part_of_day(_minute(at, calendar), hours) for at in tried]
    counts = [parts.count(part) for part in range(PARTS_OF_A_DAY)]
    soonest: datetime | None = None
    moment = _on_the_half_hour(last + apart, calendar)
    for _ in range(LOOKED_AHEAD):
        minute = _minute(moment, calendar)
        if within(minute, hours):
            soonest = soonest or moment
            if due_at is not None and moment >= due_at:
                break
            if counts[part_of_day(minute, hours)] == min(counts):
                return moment
        moment += STEP
    return soonest or moment


def _minute(at: datetime, calendar: Calendar) -> int:
    local = calendar.local(at)
    return local.hour * 60 + local.minute


def _on_the_half_hour(at: datetime, calendar: Calendar) -> datetime:
    local = calendar.local(at)
    floor = local.replace(minute=local.minute // 30 * 30, second=0, microsecond=0)
    return floor if floor == local else floor + STEP
