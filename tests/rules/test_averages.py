# ruff: noqa: E501 (a row is one line, so that it can be read)
"""The mean of a period, against a second computation that asks every single minute or day."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengnuo.rules.averages import Taken, bands, used, verdict
from chengnuo.rules.counting import Pause
from chengnuo.rules.limit_words import mean_in_words
from chengnuo.rules.limits import Count, Ends, Starts
from chengnuo.rules.periods import period_over
from chengnuo.rules.units import Unit
from tests.rules.world import at, calendar, limit

FIRST = at("2026-02-01 00:00")
moments = st.integers(0, 60 * 24 * 60).map(lambda m: FIRST + timedelta(minutes=m))
OFFICE = ((510, 720), (810, 1050))


def is_open(moment: datetime) -> bool:
    """Office hours of the day, asked of the day itself."""
    minute = moment.hour * 60 + moment.minute
    return calendar().day(moment.date()).is_working and any(a <= minute < b for a, b in OFFICE)


def minutes_of(taken: Taken) -> int:
    """The minutes that count, one after the other."""
    count, now, total = taken.limit, taken.start, 0
    if count.starts is Starts.NEXT_OPENING:
        while not is_open(now):
            now += timedelta(minutes=1)
    while now < taken.end:
        minute = now.hour * 60 + now.minute
        begin, end = count.between or (0, 1440)
        inside = begin <= minute < end if begin < end else minute >= begin or minute < end
        if count.unit in (Unit.WORKING_HOUR, Unit.WORKING_MINUTE):
            inside = is_open(now)
        total += inside and not any(p.start <= now < p.end for p in taken.pauses)
        now += timedelta(minutes=1)
    return total


@st.composite
def matters(
    draw: st.DrawFn, units=(Unit.MINUTE, Unit.HOUR, Unit.WORKING_HOUR, Unit.WORKING_MINUTE)
) -> Taken:
    unit = draw(st.sampled_from(units))
    clock = unit in (Unit.MINUTE, Unit.HOUR)
    start = draw(moments)
    stops = []
    for _ in range(draw(st.integers(0, 2))):
        begin = draw(moments)
        stops.append(Pause(begin, begin + timedelta(minutes=draw(st.integers(1, 3000)))))
    return Taken(
        limit=Count(
            amount=draw(st.integers(1, 50)), unit=unit,
            between=draw(st.sampled_from([None, (480, 1200), (1320, 360)])) if clock else None,
            starts=draw(st.sampled_from(Starts)) if clock else Starts.AS_RECEIVED,
        ),
        start=start, end=start + timedelta(minutes=draw(st.integers(0, 5000))), pauses=tuple(stops),
    )  # fmt: skip


@settings(max_examples=60)
@given(matters())
def test_time_used_is_counted_as_if_by_the_minute(taken: Taken):
    assert used(taken, calendar()) == minutes_of(taken) * 60 * 1_000_000


@settings(max_examples=60)
@given(st.lists(matters(), min_size=1, max_size=6))
def test_the_verdict_is_that_of_the_means_by_limit(rows: list[Taken]):
    each: dict[Count, list[int]] = {}
    for row in rows:
        each.setdefault(row.limit, []).append(minutes_of(row))
    length = {Unit.MINUTE: 1, Unit.HOUR: 60, Unit.WORKING_MINUTE: 1, Unit.WORKING_HOUR: 60}
    means = {c: Fraction(sum(m), len(m)) for c, m in each.items()}
    expected = all(mean <= c.amount * length[c.unit] for c, mean in means.items())
    assert verdict(rows, calendar()) is expected


DAYS = {
    "the same day": ("natural_day", "2026-03-09 10:00", "2026-03-09 23:00", 0),
    "until 24:00 is still that day": ("natural_day", "2026-03-09 10:00", "2026-03-10 00:00", 0),
    "the next day": ("natural_day", "2026-03-09 10:00", "2026-03-10 00:01", 1),
    "over a weekend": ("natural_day", "2026-03-06 10:00", "2026-03-09 10:00", 3),
    "working: the same day": ("working_day", "2026-03-09 10:00", "2026-03-09 17:30", 0),
    "working: after hours is the next": ("working_day", "2026-03-09 10:00", "2026-03-09 17:31", 1),
    "working: over a weekend": ("working_day", "2026-03-06 10:00", "2026-03-09 10:00", 1),
    "working: over Spring Festival": ("working_day", "2026-02-13 10:00", "2026-02-27 10:00", 5),
    "working: received on Saturday, done on Monday": ("working_day", "2026-03-07 10:00", "2026-03-09 10:00", 0),
    "working: received on Saturday, done on Tuesday": ("working_day", "2026-03-07 10:00", "2026-03-10 10:00", 2),
}  # fmt: skip


@pytest.mark.parametrize(("unit", "start", "end", "expected"), DAYS.values(), ids=DAYS)
def test_days_used_are_the_least_that_would_have_been_in_time(unit, start, end, expected):
    ends = Ends.CLOSE_OF_BUSINESS if unit == "working_day" else Ends.DAY_END
    count = Count(amount=5, unit=Unit(unit), ends=ends)
    assert used(Taken(limit=count, start=at(start), end=at(end)), calendar()) == expected


def arrival(minutes: int, *, amount: int = 45, settled: bool = True) -> Taken:
    count = limit(f"{{amount: {amount}, unit: minute}}")
    begin = at("2026-03-09 10:00")
    assert isinstance(count, Count)
    return Taken(limit=count, start=begin, end=begin + timedelta(minutes=minutes), settled=settled)


VERDICTS = {
    "nothing to judge": ([], None),
    "exactly the limit": ([arrival(90), arrival(0)], True),
    "a minute more": ([arrival(90), arrival(1)], False),
    "most late, the mean kept": ([arrival(46), arrival(46), arrival(46), arrival(1)], True),
    "one late enough to break it": ([arrival(10), arrival(10), arrival(10), arrival(151)], False),
    "each limit by itself": ([arrival(10), arrival(91, amount=90)], False),
    "one that is open and small": ([arrival(10), arrival(5, settled=False)], None),
    "one that is open, and too much already": ([arrival(10), arrival(200, settled=False)], False),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), VERDICTS.values(), ids=VERDICTS)
def test_verdict(rows: list[Taken], expected: bool | None):
    assert verdict(rows, calendar()) is expected


def test_a_mean_that_is_too_high_never_reads_as_its_limit():
    (band,) = bands([arrival(45)] * 999 + [arrival(46)], calendar())
    assert not band.kept
    assert mean_in_words(band).zh == "45.01分钟"
    assert mean_in_words(band).en == "45.01 minutes"


PERIODS = {
    "a month": ("month", "2026-02-28 23:59", "2026-02", "2026-02-01", "2026-03-01"),
    "its first moment": ("month", "2026-03-01 00:00", "2026-03", "2026-03-01", "2026-04-01"),
    "a quarter": ("quarter", "2026-06-30 12:00", "2026-Q2", "2026-04-01", "2026-07-01"),
    "half a year": ("half_year", "2026-07-01 00:00", "2026-H2", "2026-07-01", "2027-01-01"),
    "a year": ("year", "2026-12-31 23:00", "2026", "2026-01-01", "2027-01-01"),
}  # fmt: skip


@pytest.mark.parametrize(("over", "moment", "label", "begin", "end"), PERIODS.values(), ids=PERIODS)
def test_the_period_in_which_a_clock_began(over, moment, label, begin, end):
    found = period_over(over=over, at=at(moment), calendar=calendar())
    assert (found.label, found.start, found.end) == (label, at(begin), at(end))
