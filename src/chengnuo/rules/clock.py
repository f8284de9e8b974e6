"""Due moments: from a start and a limit to the moment at which the time is up.

Day counting follows the Civil Code, art. 200-204: the starting day is not counted, the last day
ends at 24:00 or, where business hours count, at close of business. All moments are aware; results
are in the calendar's time zone. 24:00 is 00:00 of the next day. A promise is kept at or before its
due moment, and no clock is due before it starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chengnuo.rules.calendar import Calendar
from chengnuo.rules.conditions import (
    OF_THE_START,
    START_DAY,
    START_HOLIDAY,
    START_TIME,
    START_WEEKDAY,
    WEEKDAYS,
    Facts,
)
from chengnuo.rules.counting import (
    Pause,
    UnableToReckon,
    begins,
    counted_forward,
    in_order,
    last_calendar_day,
    last_day,
)
from chengnuo.rules.counting_back import counted_back
from chengnuo.rules.limits import (
    Agreed,
    Count,
    Ends,
    Limit,
    LimitBand,
    LimitTable,
    MinOf,
    Roll,
    Starts,
    Unnumbered,
    facts_of,
)
from chengnuo.rules.units import UNITS, Way, by_business
from chengnuo.rules.words import Text


@dataclass(frozen=True, slots=True)
class Due:
    """A due moment and what it rests on.

    `at` is None where the text gives no number or a needed moment is unknown. `count` is the leaf
    of the limit that governed. `unpublished` lists the years without a holiday notice that it
    rests on: while there are any, the moment is provisional. `unknown` are facts that could still
    change it.
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
    """The due moment of a limit that runs from `start`.

    Raises UnableToReckon for a broken table and for moments outside the calendar.
    """
    stops = in_order(pauses, start)

    def reckon(count: Count) -> Due:
        at = counted_forward(count, start, calendar, stops)
        return Due(at, count, _rests_on(count, start, at, calendar, stops))

    return _due(limit, start, calendar, facts or {}, reckon)


def notice_due(
    *, limit: Limit, announced: datetime, calendar: Calendar, facts: Facts | None = None
) -> Due:
    """The last moment for a notice that must go out ahead of an announced moment.

    Elapsed units count back exactly. Day units leave out the announced day and ask for whole days
    in between, the mirror of counting forward; `ends: same_time` counts exact days.
    """

    def reckon(count: Count) -> Due:
        at = counted_back(count, announced, calendar)
        years: tuple[int, ...] = ()
        if by_business(count.unit):
            first, last = calendar.local(at).date(), calendar.local(announced).date()
            years = calendar.unpublished(first, last)
        return Due(at, count, years)

    return _due(limit, announced, calendar, facts or {}, reckon)


def _due(
    limit: Limit,
    start: datetime,
    calendar: Calendar,
    facts: Facts,
    reckon: Callable[[Count], Due],
) -> Due:
    """Walk down a limit to the counts in it, and up again with the one that governs."""
    if isinstance(limit, Count):
        return reckon(limit)
    if isinstance(limit, Unnumbered):
        return Due(None, limit)
    if isinstance(limit, Agreed):
        agreed = facts.get(limit.fact)
        # Not agreed yet is no fault: there is no due moment until somebody agrees one.
        if not isinstance(agreed, datetime):
            return Due(None, limit, unknown=frozenset({limit.fact}))
        return Due(calendar.local(agreed), limit)
    if isinstance(limit, LimitTable):
        rows, unknown = candidates(limit, start=start, calendar=calendar, facts=facts)
        best = _pick([_due(r.limit, start, calendar, facts, reckon) for r in rows], earliest=True)
        years = _start_rests_on(limit, start, calendar)
        if not unknown and not years:
            return best
        return replace(best, unknown=best.unknown | unknown, unpublished=_both(best, years))
    parts = [_due(part, start, calendar, facts, reckon) for part in limit.limits]
    return _pick(parts, earliest=isinstance(limit, MinOf))


def _pick(parts: Sequence[Due], *, earliest: bool) -> Due:
    """The part that governs; parts without a moment only where there is no other.

    It rests on what any part rests on: a notice or a fact may make another part govern.
    """
    best, at = parts[0], parts[0].at
    if len(parts) == 1:
        return best
    for part in parts[1:]:
        # Strictly: of two that end together the one written first governs, so that the clause
        # shown does not depend on the order in which they were reckoned.
        if part.at is not None and (at is None or (part.at < at if earliest else part.at > at)):
            best, at = part, part.at
    years = sorted({y for p in parts for y in p.unpublished})
    unknown = frozenset[str]().union(*(p.unknown for p in parts))
    return replace(best, unpublished=tuple(years), unknown=unknown)


def _both(due: Due, years: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted({*due.unpublished, *years}))


def _rows_that_hold(many: int, facts: Facts) -> Text:
    told = {name: facts[name] for name in sorted(facts)}
    named = ", ".join(f"{n}={'?' if v is None else v}" for n, v in told.items())
    if not many:
        return Text(f"表中没有一行符合 {named}", f"no row of the table matches {named}")
    return Text(f"表中有 {many} 行同时符合 {named}", f"{many} rows of the table match {named}")


def candidates(
    table: LimitTable, *, start: datetime, calendar: Calendar, facts: Facts
) -> tuple[list[LimitBand], frozenset[str]]:
    """The rows that hold or could still hold, and the facts that would decide between them.

    Until a fact is known, every row that is still possible is a candidate, and the shortest
    governs (readings A-03, A-08). Two rows that hold together are an error at once, and so is none.
    """
    asked = table.asked
    known = with_start(facts, asked, start=start, calendar=calendar)
    verdicts = [(row, row.when.holds(known)) for row in table.rows]
    certain = [row for row, verdict in verdicts if verdict is True]
    possible = [row for row, verdict in verdicts if verdict is None]
    # A first match that wins silently would hide a broken table.
    if len(certain) > 1 or not (certain or possible):
        raise UnableToReckon(_rows_that_hold(len(certain), {f: known.get(f) for f in asked}))
    missing = frozenset(f for row in possible for f in row.when.facts() if known.get(f) is None)
    return certain + possible, missing


def with_start(
    facts: Facts, asked: frozenset[str], *, start: datetime, calendar: Calendar
) -> Facts:
    """The facts, with those of the start (its local time, its day) where they are asked for."""
    if not asked & OF_THE_START:
        return facts
    # The day and hour of the customer, in the calendar's zone; the server's may be another day.
    local = calendar.local(start)
    day = calendar.day(local.date())
    return {
        **facts,
        START_TIME: local.hour * 60 + local.minute,
        START_DAY: "working" if day.is_working else "rest",
        START_WEEKDAY: WEEKDAYS[local.weekday()],
        START_HOLIDAY: day.reason == "holiday",
    }


def _start_rests_on(table: LimitTable, start: datetime, calendar: Calendar) -> tuple[int, ...]:
    """The year of the start, where a band asks for its kind of day and no notice tells it."""
    asked = facts_of(table)
    if START_DAY not in asked and START_HOLIDAY not in asked:
        return ()
    day = calendar.local(start).date()
    return calendar.unpublished(day, day)


def _rests_on(
    count: Count, start: datetime, at: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> tuple[int, ...]:
    """The years without a notice on which a count rests; time around the clock rests on none."""
    unit = count.unit
    if UNITS[unit].way is Way.ELAPSED:
        # Around the clock every day is alike: no notice could change the result.
        if count.starts is Starts.AS_RECEIVED:
            return ()
        opened = begins(count, start, calendar)
        return calendar.unpublished(calendar.local(start).date(), opened.date())
    plain = not by_business(unit)
    fixed = count.roll is Roll.NONE and count.starts is Starts.AS_RECEIVED
    if plain and fixed and count.ends is not Ends.CLOSE_OF_BUSINESS:
        return ()
    # 00:00 of 1 January is the 24:00 of 31 December and rests on the old year's notice alone.
    last = last_day(at)
    # Rolled back, the due moment lies before the day that counting reached; whether that one was a
    # rest day rests on its own year's notice.
    if count.roll is Roll.BACKWARD:
        begun = begins(count, start, calendar)
        last = max(last, last_calendar_day(count, begun, calendar, in_order(pauses, begun)))
    return calendar.unpublished(calendar.local(start).date(), last)
