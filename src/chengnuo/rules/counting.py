"""Counting forward: where one amount of one unit ends, with the time that was paused left out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import repeat

from chengnuo.rules.calendar import Calendar
from chengnuo.rules.limits import Count, Ends, Roll, ShiftEnd, Starts
from chengnuo.rules.refusing import Refused
from chengnuo.rules.units import UNITS, Unit, Way, length_of
from chengnuo.rules.words import Text


class UnableToReckon(Refused):
    """The limit gives no single answer (no row of a table matches, two do, or no calendar)."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that does not count, `[start, end)`; while it lasts, `end` is the end of its cap."""

    start: datetime
    end: datetime
    reason: str = "paused"


def in_order(pauses: Sequence[Pause], start: datetime) -> tuple[Pause, ...]:
    """The pauses since the start, in order and apart: time is taken out of a clock only once."""
    found: list[Pause] = []
    for pause in sorted(pauses, key=lambda p: p.start.timestamp()):
        begin = max(pause.start, start, *(p.end for p in found[-1:]), key=datetime.timestamp)
        if begin.timestamp() < pause.end.timestamp():
            found.append(Pause(begin, pause.end, pause.reason))
    return tuple(found)


def counted_forward(
    count: Count, start: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> datetime:
    """Where the count ends. `pauses` come from `in_order`; one begun too late changes nothing."""
    begun = begins(count, start, calendar)
    if begun != start:
        start, pauses = begun, in_order(pauses, begun)
    at = _counted(count, start, calendar, ())
    for index, pause in enumerate(pauses):
        if pause.start.timestamp() >= at.timestamp():
            break
        at = _counted(count, start, calendar, pauses[: index + 1])
    return at


def begins(count: Count, start: datetime, calendar: Calendar) -> datetime:
    """When the clock begins: at the start, or at the next opening where the count says so."""
    if count.starts is Starts.AS_RECEIVED:
        return start
    try:
        return calendar.opening(start)
    except IndexError:
        raise UnableToReckon(
            Text("下一次上班在日历范围之外", "the next opening lies outside the calendar")
        ) from None


def _counted(
    count: Count, start: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> datetime:
    at = FORWARD[UNITS[count.unit].way](count, start, calendar, pauses)
    return at if at.timestamp() >= start.timestamp() else calendar.local(start)


# -- hours -----------------------------------------------------------------------------------------


def seconds_of(count: Count, calendar: Calendar) -> int:
    """The seconds that an elapsed amount stands for; a ring is as long as the calendar says."""
    return length_of(count.unit, calendar.plan.ring_seconds) * count.amount


def _elapsed(
    count: Count, start: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> datetime:
    if count.between is not None:
        return _between(count, start, calendar, pauses)
    seconds = start.timestamp() + seconds_of(count, calendar)
    # Subtracted as seconds since 1970: two local moments would ignore a change of clocks.
    seconds += sum(p.end.timestamp() - p.start.timestamp() for p in pauses)
    try:
        at = calendar.from_epoch(seconds)
    except (ValueError, OverflowError, OSError):
        raise UnableToReckon(
            Text("到期时间超出日历范围", "the due time lies outside the calendar")
        ) from None
    if UNITS[count.unit].of_a_shift and count.shift_end is ShiftEnd.CAP:
        ends = calendar.shift_end(start)
        if ends is not None:
            at = min(at, ends, key=datetime.timestamp)
    return at


def _between(
    count: Count, start: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> datetime:
    """Only a stretch of every day counts: walk until the amount is used up."""
    left: float = seconds_of(count, calendar)
    for opens, closes in stretches(count, start, calendar):
        for begin, end in without(opens, closes, pauses):
            if end - begin >= left:
                return calendar.from_epoch(begin + left)
            left -= end - begin
    raise UnableToReckon(Text("一天里没有一段时间计时", "no stretch of the day counts"))


def stretches(count: Count, start: datetime, calendar: Calendar) -> Iterator[tuple[float, float]]:
    begun = start.timestamp()
    day = calendar.local(start).date()
    while True:
        for opens, closes in count.open_minutes():
            first = max(calendar.at_minute(day, opens).timestamp(), begun)
            last = calendar.at_minute(day, closes).timestamp()
            if last > first:
                yield first, last
        day += timedelta(days=1)


def without(begin: float, end: float, pauses: Sequence[Pause]) -> Iterator[tuple[float, float]]:
    """A stretch of time with the pauses cut out of it."""
    for pause in pauses:
        stops, resumes = pause.start.timestamp(), pause.end.timestamp()
        if resumes <= begin or stops >= end:
            continue
        if stops > begin:
            yield begin, stops
        begin = resumes
    if begin < end:
        yield begin, end


def _worked(count: Count, start: datetime, calendar: Calendar, pauses: Sequence[Pause]) -> datetime:
    """Business hours only: where the running sum of business seconds reaches the amount."""
    target = calendar.worked_until(start.timestamp()) + seconds_of(count, calendar)
    for pause in pauses:
        target += calendar.worked_until(pause.end.timestamp())
        target -= calendar.worked_until(pause.start.timestamp())
    # bisect_left: a sum reached exactly at closing time is due at closing time, not next morning.
    index = max(bisect_left(calendar.worked_before, target) - 1, 0)
    at = calendar.interval_starts[index] + target - calendar.worked_before[index]
    if at > calendar.interval_ends[index]:
        raise UnableToReckon(Text("到期时间超出日历范围", "the due time lies outside the calendar"))
    return calendar.from_epoch(at)


# -- days ------------------------------------------------------------------------------------------


def _working_days(
    count: Count, start: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> datetime:
    first = bisect_right(calendar.working_starts, start.timestamp())
    if not first:
        raise UnableToReckon(Text("起算时刻在日历范围之外", "the start lies outside the calendar"))
    # 0 days is "today", as counting the starting day is: a start after closing time waits.
    if (count.count_start_day or not count.amount) and opens_today(calendar, start):
        first -= 1
    index = _with_paused_days(calendar, first, max(count.amount, 1), pauses)
    if count.ends is Ends.CLOSE_OF_BUSINESS:
        return calendar.from_epoch(calendar.working_closes[index])
    return _end_of_day(count, start, calendar, calendar.working_dates[index])


def opens_today(calendar: Calendar, start: datetime) -> bool:
    """Whether the start lies on a working day before its close of business."""
    index = bisect_right(calendar.working_starts, start.timestamp()) - 1
    if index < 0 or calendar.working_dates[index] != calendar.local(start).date():
        return False
    return start.timestamp() < calendar.working_closes[index]


def _with_paused_days(calendar: Calendar, first: int, wanted: int, pauses: Sequence[Pause]) -> int:
    """The index of the last working day when `wanted` of them count from `first` on."""
    index = first + wanted - 1
    if index >= len(calendar.working_dates):
        raise UnableToReckon(Text("到期时间超出日历范围", "the due time lies outside the calendar"))
    if not pauses:
        return index
    for index in range(first, len(calendar.working_dates)):
        wanted -= not is_paused(calendar, calendar.working_dates[index], pauses)
        if not wanted:
            return index
    raise UnableToReckon(Text("到期时间超出日历范围", "the due time lies outside the calendar"))


def is_paused(calendar: Calendar, day: date, pauses: Sequence[Pause]) -> bool:
    """Whether the clock stands still at the end of a day: then the day does not count.

    So a pause within one day moves nothing, one over night moves one day, and the day on which the
    clock resumes counts again.
    """
    # Strictly before the last day: on it the clock runs again, and half a day counts as one.
    return any(calendar.local(p.start).date() <= day < calendar.local(p.end).date() for p in pauses)


def last_calendar_day(
    count: Count, start: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> date:
    """The last day of a count of calendar days, weeks, months or years, before it is rolled."""
    first = calendar.local(start).date()
    last = add_calendar(first, count.amount, count.unit)
    day = first
    if count.count_start_day and count.amount:
        last -= timedelta(days=1)
    else:
        day += timedelta(days=1)
    while pauses and day <= last:
        if is_paused(calendar, day, pauses):
            last += timedelta(days=1)
        day += timedelta(days=1)
    return last


def rolled(count: Count, last: date, start: datetime, calendar: Calendar) -> date:
    """The last day after it was moved off a rest day, if the count says so."""
    if count.roll is Roll.FORWARD:
        return calendar.next_working_day(last)
    if count.roll is Roll.BACKWARD:
        earlier = calendar.previous_working_day(last)
        # Never before the start: a promise due before it is made could only be broken.
        return earlier if earlier > calendar.local(start).date() else last
    return last


def add_calendar(day: date, amount: int, unit: Unit) -> date:
    """Days, weeks, months, years later; a month ends on the same number or its last day.

    Civil Code, art. 202.
    """
    step = UNITS[unit]
    if step.months:
        months = day.year * 12 + day.month - 1 + amount * step.months
        year, month = divmod(months, 12)
        # 31 January and one month is the last of February, not 3 March.
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return day + timedelta(days=amount * step.days)


def _calendar_days(
    count: Count, start: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> datetime:
    last = rolled(count, last_calendar_day(count, start, calendar, pauses), start, calendar)
    return _end_of_day(count, start, calendar, last)


def _end_of_day(count: Count, start: datetime, calendar: Calendar, day: date) -> datetime:
    if count.ends is Ends.SAME_TIME:
        local = calendar.local(start)
        return datetime.combine(day, local.time(), calendar.zone)
    if count.ends is Ends.CLOSE_OF_BUSINESS:
        return calendar.close_of_business(day)
    return calendar.at_minute(day, 1440)


def last_day(at: datetime) -> date:
    """The day that a due moment belongs to: 00:00 is the 24:00 of the day before."""
    return (at - timedelta(microseconds=1)).date()


FORWARD: dict[Way, Callable[[Count, datetime, Calendar, Sequence[Pause]], datetime]] = {
    Way.ELAPSED: _elapsed,
    Way.WORKED: _worked,
    Way.WORKING_DAYS: _working_days,
    Way.CALENDAR: _calendar_days,
}


# -- many at once ----------------------------------------------------------------------------------


def due_in_bulk(*, count: Count, starts: Sequence[float], calendar: Calendar) -> list[int]:
    """Due moments of many working-day clocks at once, in epoch seconds; proofs come on demand.

    For `working_day` with the default settings: starting day not counted, close of business or
    24:00. Raises UnableToReckon for any other count and for moments outside the calendar.
    """
    plain = (
        UNITS[count.unit].way is Way.WORKING_DAYS and count.amount > 0 and not count.count_start_day
    )
    plain = plain and count.starts is Starts.AS_RECEIVED
    if not plain or count.ends is Ends.SAME_TIME:
        raise UnableToReckon(
            Text(
                "批量计算只用于按默认方式计日的工作日",
                "bulk counting is for working days with the default day counting",
            )
        )
    closes = count.ends is Ends.CLOSE_OF_BUSINESS
    ends = calendar.working_closes if closes else calendar.working_ends
    opened = calendar.working_starts
    if starts and min(starts) < opened[0]:
        raise UnableToReckon(
            Text("有一个起算时刻在日历范围之外", "a start lies outside the calendar")
        )
    # Shifted once for all, so that each due moment is one bisect and one look-up.
    shifted = ends[count.amount - 1 :]
    try:
        return list(map(shifted.__getitem__, map(bisect_right, repeat(opened), starts)))
    except IndexError:
        raise UnableToReckon(
            Text("有一个到期时间超出日历范围", "a due time lies outside the calendar")
        ) from None
