"""Due moments: from a start and a limit to the moment at which the time is up.

Day counting follows the Civil Code, art. 200-204: the starting day is not counted, the last day ends
at 24:00 or, where business hours count, at close of business. All moments are aware; results are in the
calendar's time zone. 24:00 is 00:00 of the next day. A promise is kept at or before its due moment.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chengnuo.rules.calendar import Calendar
from chengnuo.rules.conditions import START_DAY, START_TIME, Facts
from chengnuo.rules.limits import (
    ELAPSED_SECONDS,
    WORKING_SECONDS,
    Agreed,
    Count,
    Ends,
    Limit,
    MaxOf,
    MinOf,
    Roll,
    Row,
    ShiftEnd,
    Table,
    Unit,
    Unnumbered,
    facts_of,
)


class UnableToReckon(ValueError):
    """The limit gives no single answer for these facts (no row of a table matches, or two do)."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that does not count, `[start, end)`; while it lasts, `end` is the end of its cap."""

    start: datetime
    end: datetime
    reason: str = "paused"


@dataclass(frozen=True, slots=True)
class Due:
    """A due moment and what it rests on.

    `at` is None where the text gives no number or a needed moment is unknown. `count` is the leaf of the
    limit that governed. `unpublished` lists the years without a holiday notice that it crosses: while
    there are any, the moment is provisional. `unknown` are facts that could still change it.
    """

    at: datetime | None
    count: Limit
    unpublished: tuple[int, ...] = ()
    unknown: frozenset[str] = frozenset()

    @property
    def is_provisional(self) -> bool:
        return bool(self.unpublished)


NO_PAUSES: tuple[Pause, ...] = ()


def due_at(
    *,
    limit: Limit,
    start: datetime,
    calendar: Calendar,
    facts: Facts | None = None,
    pauses: Sequence[Pause] = NO_PAUSES,
) -> Due:
    """The due moment of a limit that runs from `start`. Raises UnableToReckon for a broken table."""
    if isinstance(limit, Count):
        return _due_of_count(limit, start, calendar, pauses)
    known: Facts = facts or {}
    if isinstance(limit, Unnumbered):
        return Due(None, limit)
    if isinstance(limit, Agreed):
        agreed = known.get(limit.fact)
        if not isinstance(agreed, datetime):
            return Due(None, limit, unknown=frozenset({limit.fact}))
        return Due(calendar.local(agreed), limit)
    if isinstance(limit, Table):
        rows, unknown = candidates(limit, start=start, calendar=calendar, facts=known)
        parts = [
            due_at(limit=r.limit, start=start, calendar=calendar, facts=known, pauses=pauses)
            for r in rows
        ]
        best = _pick(parts, earliest=True)
        return Due(best.at, best.count, best.unpublished, best.unknown | unknown)
    parts = [
        due_at(limit=part, start=start, calendar=calendar, facts=known, pauses=pauses)
        for part in limit.limits
    ]
    return _pick(parts, earliest=isinstance(limit, MinOf))


def _pick(parts: Iterable[Due], *, earliest: bool) -> Due:
    """The part that governs; parts without a moment only where there is no other."""
    dated = [p for p in parts if p.at is not None]
    if not dated:
        return next(iter(parts))
    return (min if earliest else max)(dated, key=lambda p: p.at)  # type: ignore[arg-type, return-value]


def candidates(
    table: Table, *, start: datetime, calendar: Calendar, facts: Facts
) -> tuple[list[Row], frozenset[str]]:
    """The rows that hold or could still hold, and the facts that would decide between them.

    Until a fact is known, every row that is still possible is a candidate, and the shortest governs
    (readings A-03, A-08). Once all facts are known, exactly one row may match.
    """
    known = with_start(facts, table, start=start, calendar=calendar)
    verdicts = [(row, row.when.holds(known)) for row in table.rows]
    certain = [row for row, verdict in verdicts if verdict is True]
    possible = [row for row, verdict in verdicts if verdict is None]
    if not possible:
        if len(certain) == 1:
            return certain, frozenset()
        problem = "no row" if not certain else f"{len(certain)} rows"
        named = {f: known.get(f) for f in sorted(facts_of(table))}
        raise UnableToReckon(f"{problem} of the table match {named}")
    missing = frozenset(f for row in possible for f in row.when.facts() if known.get(f) is None)
    return certain + possible, missing


def with_start(facts: Facts, limit: Limit, *, start: datetime, calendar: Calendar) -> Facts:
    """The facts, with the local time and the kind of day of the start where the limit asks for them."""
    asked = facts_of(limit)
    if START_TIME not in asked and START_DAY not in asked:
        return facts
    local = calendar.local(start)
    kind = "working" if calendar.day(local.date()).is_working else "rest"
    return {**facts, START_TIME: local.hour * 60 + local.minute, START_DAY: kind}


def _due_of_count(
    count: Count, start: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> Due:
    unit = count.unit
    if unit in ELAPSED_SECONDS or unit is Unit.RING:
        at = _elapsed(count, start, calendar, pauses)
        return Due(at, count)
    if unit in WORKING_SECONDS:
        at = _worked(count, start, calendar, pauses)
    elif unit is Unit.WORKING_DAY:
        at = _working_days(count, start, calendar, pauses)
    else:
        at = _calendar_days(count, start, calendar, pauses)
        if count.roll is Roll.NONE and count.ends is not Ends.CLOSE_OF_BUSINESS:
            return Due(at, count)
    first, last = calendar.local(start).date(), last_day(at)
    return Due(at, count, calendar.unpublished(first, last))


def last_day(at: datetime) -> date:
    """The day that a due moment belongs to: 00:00 is the 24:00 of the day before."""
    return (at - timedelta(microseconds=1)).date()


def _elapsed(
    count: Count, start: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> datetime:
    seconds = ELAPSED_SECONDS.get(count.unit, calendar.plan.ring_seconds) * count.amount
    at = calendar.from_epoch(start.timestamp() + seconds)
    for pause in sorted(pauses, key=lambda p: p.start):
        begin = max(pause.start, start)
        if begin < at and pause.end > begin:
            at = calendar.from_epoch(at.timestamp() + (pause.end - begin).total_seconds())
    if count.unit in (Unit.SHIFT_HOUR, Unit.SHIFT_MINUTE) and count.shift_end is ShiftEnd.CAP:
        ends = calendar.shift_end(start)
        if ends is not None:
            at = min(at, ends)
    return at


def _worked(count: Count, start: datetime, calendar: Calendar, pauses: Sequence[Pause]) -> datetime:
    """Business hours only: find where the running sum of business seconds reaches the amount."""
    target = calendar.worked_until(start.timestamp()) + WORKING_SECONDS[count.unit] * count.amount
    at = _moment_worked(calendar, target)
    for pause in sorted(pauses, key=lambda p: p.start):
        begin = max(pause.start, start)
        if begin < at and pause.end > begin:
            target += calendar.worked_until(pause.end.timestamp()) - calendar.worked_until(
                begin.timestamp()
            )
            at = _moment_worked(calendar, target)
    return at


def _moment_worked(calendar: Calendar, target: float) -> datetime:
    # bisect_left: a sum reached exactly at closing time is due at closing time, not next morning.
    index = max(bisect_left(calendar.worked_before, target) - 1, 0)
    return calendar.from_epoch(
        calendar.interval_starts[index] + target - calendar.worked_before[index]
    )


def _working_days(
    count: Count, start: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> datetime:
    epoch = start.timestamp()
    begun = bisect_right(calendar.working_starts, epoch)
    index = begun + count.amount - 1
    if count.count_start_day and _opens_today(calendar, begun, start):
        index -= 1
    if pauses:
        index = _skip_paused(calendar, begun, index, pauses)
    return _end_of_working_day(count, start, calendar, index)


def _opens_today(calendar: Calendar, begun: int, start: datetime) -> bool:
    """Whether the start lies on a working day before its close of business."""
    if not begun or calendar.working_dates[begun - 1] != calendar.local(start).date():
        return False
    return start.timestamp() < calendar.working_closes[begun - 1]


def _skip_paused(calendar: Calendar, begun: int, index: int, pauses: Sequence[Pause]) -> int:
    """Move the last day past the working days on which the clock stood still.

    A day counts as paused when the pause begins on it (or before) and ends on a later day; the day of
    the resumption counts again. So a pause within one day moves nothing, and one overnight moves one day.
    """
    wanted = index - begun + 1
    position = begun - 1
    while wanted > 0:
        position += 1
        if not is_paused(calendar, calendar.working_dates[position], pauses):
            wanted -= 1
    return max(position, index)


def is_paused(calendar: Calendar, day: date, pauses: Sequence[Pause]) -> bool:
    return any(
        calendar.local(p.start).date() <= day < calendar.local(p.end).date() for p in pauses
    )


def _end_of_working_day(count: Count, start: datetime, calendar: Calendar, index: int) -> datetime:
    if count.ends is Ends.CLOSE_OF_BUSINESS:
        return calendar.from_epoch(calendar.working_closes[index])
    day = calendar.working_dates[index]
    return _end_of_day(count, start, calendar, day)


def _end_of_day(count: Count, start: datetime, calendar: Calendar, day: date) -> datetime:
    if count.ends is Ends.SAME_TIME:
        local = calendar.local(start)
        return datetime.combine(day, local.timetz().replace(tzinfo=None), calendar.zone)
    if count.ends is Ends.CLOSE_OF_BUSINESS:
        return calendar.close_of_business(day)
    return calendar.at_minute(day, 1440)


def _calendar_days(
    count: Count, start: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> datetime:
    first = calendar.local(start).date()
    last = add_calendar(first, count.amount, count.unit)
    if count.count_start_day:
        last -= timedelta(days=1)
    if pauses:
        day, extra = first, 0
        while day <= last + timedelta(days=extra):
            extra += day > first and is_paused(calendar, day, pauses)
            day += timedelta(days=1)
        if is_paused(calendar, first, pauses) and count.count_start_day:
            extra += 1
        last += timedelta(days=extra)
    if count.roll is Roll.FORWARD:
        last = calendar.next_working_day(last)
    return _end_of_day(count, start, calendar, last)


def add_calendar(day: date, amount: int, unit: Unit) -> date:
    """Days, weeks, months and years later; a month ends on the same number, or on its last day (art. 202)."""
    if unit is Unit.WEEK:
        return day + timedelta(days=7 * amount)
    if unit in (Unit.MONTH, Unit.YEAR):
        months = day.year * 12 + day.month - 1 + amount * (12 if unit is Unit.YEAR else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return day + timedelta(days=amount)


def due_in_bulk(*, count: Count, starts: Sequence[float], calendar: Calendar) -> list[int]:
    """Due moments of many working-day clocks at once, in epoch seconds; the proof is made on demand.

    For `working_day` with the default settings (starting day not counted, close of business or 24:00).
    """
    if count.unit is not Unit.WORKING_DAY or count.count_start_day or count.ends is Ends.SAME_TIME:
        raise UnableToReckon("bulk counting is for working days with the default day counting")
    opened = calendar.working_starts
    if count.ends is Ends.CLOSE_OF_BUSINESS:
        ends = calendar.working_closes
    else:
        ends = [int(calendar.at_minute(d, 1440).timestamp()) for d in calendar.working_dates]
    shifted = ends[count.amount - 1 :]
    return [shifted[bisect_right(opened, start)] for start in starts]


def notice_due(
    *, limit: Limit, announced: datetime, calendar: Calendar, facts: Facts | None = None
) -> Due:
    """The last moment for a notice that must go out ahead of an announced moment.

    Elapsed units count back exactly. Day units leave out the announced day and ask for whole days in
    between, the mirror of counting forward; `ends: same_time` counts exact days.
    """
    if isinstance(limit, Table):
        rows, unknown = candidates(limit, start=announced, calendar=calendar, facts=facts or {})
        parts = [
            notice_due(limit=r.limit, announced=announced, calendar=calendar, facts=facts)
            for r in rows
        ]
        best = _pick(parts, earliest=True)
        return Due(best.at, best.count, best.unpublished, best.unknown | unknown)
    if isinstance(limit, MinOf | MaxOf):
        parts = [
            notice_due(limit=part, announced=announced, calendar=calendar, facts=facts)
            for part in limit.limits
        ]
        return _pick(parts, earliest=isinstance(limit, MinOf))
    if not isinstance(limit, Count):
        return Due(None, limit)
    at = _count_back(limit, announced, calendar)
    if limit.unit is Unit.WORKING_DAY or limit.unit in WORKING_SECONDS:
        years = calendar.unpublished(calendar.local(at).date(), calendar.local(announced).date())
        return Due(at, limit, years)
    return Due(at, limit)


def _count_back(count: Count, announced: datetime, calendar: Calendar) -> datetime:
    unit, amount = count.unit, count.amount
    if unit in ELAPSED_SECONDS or unit is Unit.RING:
        seconds = ELAPSED_SECONDS.get(unit, calendar.plan.ring_seconds) * amount
        return calendar.from_epoch(announced.timestamp() - seconds)
    if unit in WORKING_SECONDS:
        target = calendar.worked_until(announced.timestamp()) - WORKING_SECONDS[unit] * amount
        index = max(bisect_right(calendar.worked_before, target) - 1, 0)
        return calendar.from_epoch(
            calendar.interval_starts[index] + target - calendar.worked_before[index]
        )
    day = calendar.local(announced).date()
    if unit is Unit.WORKING_DAY:
        index = bisect_left(calendar.working_dates, day) - amount
        first = calendar.working_dates[index + (1 if count.count_start_day else 0)]
    else:
        first = add_calendar(day, -amount, unit)
        if count.count_start_day:
            first += timedelta(days=1)
    if count.ends is Ends.SAME_TIME:
        local = calendar.local(announced)
        return datetime.combine(first, local.timetz().replace(tzinfo=None), calendar.zone)
    return calendar.at_minute(first, 0)
