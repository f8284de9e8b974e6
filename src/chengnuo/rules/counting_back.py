"""Counting back: the last moment for something that must happen ahead of an announced moment."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import date, datetime, timedelta

from chengnuo.rules.calendar import Calendar
from chengnuo.rules.counting import UnableToReckon, add_calendar, seconds_of
from chengnuo.rules.limits import Count, Ends
from chengnuo.rules.units import UNITS, Way
from chengnuo.rules.words import Text


def counted_back(count: Count, announced: datetime, calendar: Calendar) -> datetime:
    """The mirror of counting forward: the announced day is left out, whole days lie between."""
    if count.between is not None:
        return _between_back(count, announced, calendar)
    return BACK[UNITS[count.unit].way](count, announced, calendar)


def _elapsed_back(count: Count, announced: datetime, calendar: Calendar) -> datetime:
    return calendar.from_epoch(announced.timestamp() - seconds_of(count, calendar))


def _working_days_back(count: Count, announced: datetime, calendar: Calendar) -> datetime:
    day = calendar.local(announced).date()
    index = bisect_left(calendar.working_dates, day) - count.amount
    # A negative index would silently be a day at the other end of the calendar.
    if index < 0 or index + count.amount >= len(calendar.working_dates):
        raise UnableToReckon(Text("通知时刻在日历范围之外", "the notice lies outside the calendar"))
    if count.count_start_day and calendar.day(day).is_working:
        index += 1
    return _from_day(count, announced, calendar, calendar.working_dates[index])


def _calendar_days_back(count: Count, announced: datetime, calendar: Calendar) -> datetime:
    first = add_calendar(calendar.local(announced).date(), -count.amount, count.unit)
    if count.count_start_day:
        first += timedelta(days=1)
    return _from_day(count, announced, calendar, first)


def _from_day(count: Count, announced: datetime, calendar: Calendar, first: date) -> datetime:
    if count.ends is Ends.SAME_TIME:
        return datetime.combine(first, calendar.local(announced).time(), calendar.zone)
    return calendar.at_minute(first, 0)


def _between_back(count: Count, announced: datetime, calendar: Calendar) -> datetime:
    """Only a stretch of every day counts: walk back until the amount is used up.

    It is the latest moment that still leaves the whole amount.
    """
    left: float = seconds_of(count, calendar)
    end = announced.timestamp()
    day = calendar.local(announced).date()
    while left:
        for opens, closes in reversed(count.open_minutes()):
            begin = calendar.at_minute(day, opens).timestamp()
            span = min(calendar.at_minute(day, closes).timestamp(), end) - begin
            if span >= left:
                return calendar.from_epoch(begin + span - left)
            # A stretch that begins after the announced moment gives nothing.
            left -= max(span, 0)
        day -= timedelta(days=1)
    return calendar.local(announced)


def _worked_back(count: Count, announced: datetime, calendar: Calendar) -> datetime:
    target = calendar.worked_until(announced.timestamp())
    target -= seconds_of(count, calendar)
    if target < 0:
        raise UnableToReckon(Text("通知时刻在日历范围之外", "the notice lies outside the calendar"))
    # bisect_right: the latest moment that still leaves the whole amount is next morning's opening.
    index = max(bisect_right(calendar.worked_before, target) - 1, 0)
    return calendar.from_epoch(
        calendar.interval_starts[index] + target - calendar.worked_before[index]
    )


BACK: dict[Way, Callable[[Count, datetime, Calendar], datetime]] = {
    Way.ELAPSED: _elapsed_back,
    Way.WORKED: _worked_back,
    Way.WORKING_DAYS: _working_days_back,
    Way.CALENDAR: _calendar_days_back,
}
