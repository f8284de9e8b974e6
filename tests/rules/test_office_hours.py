# ruff: noqa: E501 (a row is one line, so that it can be read)
"""Promises of an American city's service line, in its own calendar, against a second computation.

What comes in outside office hours (Monday to Friday, 08:00 to 17:00) counts from the next opening. The
second computation goes over the minutes and the days one by one and knows nothing of ours.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from chengnuo.packs.compiling import compiled
from chengnuo.packs.loader import content_of
from chengnuo.packs.schema import Pack
from chengnuo.rules.averages import Taken, verdict
from chengnuo.rules.calendar import PublishedNotice
from chengnuo.rules.clock import due_at, notice_due
from chengnuo.rules.limits import Count
from chengnuo.rules.periods import period_since
from chengnuo.rules.rulebook import Recurring
from chengnuo.rules.state import Event
from chengnuo.rules.words import Text
from tests.rules.world import Docket, at, limit, pack

ZONE = "America/New_York"
OPENS, CLOSES = time(8), time(17)


# -- the second computation ------------------------------------------------------------------------


def _nth(year: int, month: int, weekday: int, which: int) -> date:
    """The first (1), second … or last (-1) such weekday of a month."""
    days = [date(year, month, 1) + timedelta(days=n) for n in range(31)]
    found = [d for d in days if d.month == month and d.weekday() == weekday]
    return found[which - 1 if which > 0 else which]


def _observed(day: date) -> date:
    """A holiday on a Saturday is kept on Friday, one on a Sunday on Monday."""
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))


@cache
def holidays(year: int) -> set[date]:
    fixed = [date(year, *day) for day in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))]
    moved = ((1, 0, 3), (2, 0, 3), (4, 0, 3), (5, 0, -1), (9, 0, 1), (10, 0, 2), (11, 3, 4))
    return {_observed(day) for day in fixed} | {_nth(year, *which) for which in moved}


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in holidays(day.year)


def is_open(moment: datetime) -> bool:
    local = moment.astimezone(ZoneInfo(ZONE))
    return works(local.date()) and OPENS <= local.time() < CLOSES


def _minutes(start: datetime, number: int, counts) -> datetime:
    """Where so many minutes that count have passed: every minute is asked."""
    now = start.astimezone(UTC)
    while number:
        number -= bool(counts(now.astimezone(ZoneInfo(ZONE))))
        now += timedelta(minutes=1)
    return now


def opening(moment: datetime) -> datetime:
    while not is_open(moment):
        moment = (moment.astimezone(UTC) + timedelta(minutes=1)).astimezone(ZoneInfo(ZONE))
    return moment


def hours(start: datetime, number: int) -> datetime:
    return _minutes(start, number * 60, lambda moment: True)


def hours_between(start: datetime, number: int, first: int, last: int) -> datetime:
    return _minutes(start, number * 60, lambda moment: first <= moment.hour < last)


def open_hours(start: datetime, number: int) -> datetime:
    return _minutes(start, number * 60, is_open)


def days(start: datetime, number: int, counts=works) -> date:
    day = start.date()
    while number:
        day += timedelta(days=1)
        number -= counts(day)
    return day


def on(day: date, clock: time = CLOSES) -> datetime:
    return datetime.combine(day, clock, tzinfo=ZoneInfo(ZONE))


def midnight(day: date) -> datetime:
    return on(day + timedelta(days=1), time(0))


def back_to_work(day: date, step: int) -> date:
    while not works(day):
        day += timedelta(days=step)
    return day


US = tuple(
    PublishedNotice(
        year=y, off={d: Text("假日", "holiday") for d in holidays(y)}, work={}, source="us:city"
    )
    for y in range(2024, 2031)
)


def city(rules: str) -> Docket:
    """A matter of the city: the small pack in its zone and hours, with its own holidays."""
    plain = content_of(pack(rules))
    hours = {day: ["08:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    mine = {**plain, "time_zone": ZONE, "calendar": {"holidays": "us", "week": hours}}
    docket = Docket(compiled(Pack.model_validate(mine), digest="test", notices=US))
    docket.state = replace(docket.state, round_at=at("2026-01-01 00:00", ZONE))
    return docket


CITY = city("{}").book.calendar


# -- promises --------------------------------------------------------------------------------------

NEXT = "starts: next_opening"
# What is promised, when it came in, when it is due, and the same computed once more.
FORWARD = {
    "a hazard in 24 hours, in office hours": (f"{{amount: 24, unit: hour, {NEXT}}}", "2026-03-03 10:17", "2026-03-04 10:17", lambda s: hours(opening(s), 24)),
    "at night, before opening": (f"{{amount: 24, unit: hour, {NEXT}}}", "2026-03-03 05:42", "2026-03-04 08:00", lambda s: hours(opening(s), 24)),
    "in the evening": (f"{{amount: 4, unit: hour, {NEXT}}}", "2026-03-03 18:05", "2026-03-04 12:00", lambda s: hours(opening(s), 4)),
    "the very minute of closing": (f"{{amount: 4, unit: hour, {NEXT}}}", "2026-03-03 17:00", "2026-03-04 12:00", lambda s: hours(opening(s), 4)),
    "the last minute before closing": (f"{{amount: 4, unit: hour, {NEXT}}}", "2026-03-03 16:59", "2026-03-03 20:59", lambda s: hours(opening(s), 4)),
    "the very minute of opening": (f"{{amount: 4, unit: hour, {NEXT}}}", "2026-03-03 08:00", "2026-03-03 12:00", lambda s: hours(opening(s), 4)),
    "on Saturday": (f"{{amount: 1, unit: hour, {NEXT}}}", "2026-03-14 11:30", "2026-03-16 09:00", lambda s: hours(opening(s), 1)),
    "over the change to summer time": (f"{{amount: 48, unit: hour, {NEXT}}}", "2026-03-06 16:00", "2026-03-08 17:00", lambda s: hours(opening(s), 48)),
    "over the change to winter time": (f"{{amount: 48, unit: hour, {NEXT}}}", "2026-10-30 16:00", "2026-11-01 15:00", lambda s: hours(opening(s), 48)),
    "on Patriots' Day": (f"{{amount: 30, unit: minute, {NEXT}}}", "2026-04-20 09:00", "2026-04-21 08:30", lambda s: opening(s) + timedelta(minutes=30)),
    "Independence Day kept on Friday": (f"{{amount: 2, unit: hour, {NEXT}}}", "2026-07-03 10:00", "2026-07-06 10:00", lambda s: hours(opening(s), 2)),
    "received at once, whatever the hour": ("{amount: 24, unit: hour}", "2026-03-07 23:10", "2026-03-09 00:10", lambda s: hours(s, 24)),
    "a pothole in one working day": (f"{{amount: 1, unit: working_day, ends: close_of_business, {NEXT}}}", "2026-03-03 10:17", "2026-03-04 17:00", lambda s: on(days(opening(s), 1))),
    "a pothole reported on Friday night": (f"{{amount: 1, unit: working_day, ends: close_of_business, {NEXT}}}", "2026-03-06 20:00", "2026-03-10 17:00", lambda s: on(days(opening(s), 1))),
    "the same without the next opening": ("{amount: 1, unit: working_day, ends: close_of_business}", "2026-03-06 20:00", "2026-03-09 17:00", lambda s: on(days(s, 1))),
    "a street light in ten, over Memorial Day": (f"{{amount: 10, unit: working_day, ends: same_time, {NEXT}}}", "2026-05-20 15:23", "2026-06-04 15:23", lambda s: on(days(opening(s), 10), s.time())),
    "graffiti in two, at the same time of day": (f"{{amount: 2, unit: working_day, ends: same_time, {NEXT}}}", "2026-12-23 21:15", "2026-12-29 08:00", lambda s: on(days(opening(s), 2), OPENS)),
    "a sign in five, over Thanksgiving": (f"{{amount: 5, unit: working_day, ends: day_end, {NEXT}}}", "2026-11-24 12:00", "2026-12-03 00:00", lambda s: midnight(days(opening(s), 5))),
    "a tree in thirty, over two holidays": (f"{{amount: 30, unit: working_day, ends: close_of_business, {NEXT}}}", "2026-01-02 07:00", "2026-02-17 17:00", lambda s: on(days(opening(s), 30))),
    "received on the first day of the year": (f"{{amount: 3, unit: working_day, ends: close_of_business, {NEXT}}}", "2026-01-01 09:00", "2026-01-07 17:00", lambda s: on(days(opening(s), 3))),
    "eight office hours from the afternoon": (f"{{amount: 8, unit: working_hour, {NEXT}}}", "2026-03-03 14:20", "2026-03-04 13:20", lambda s: open_hours(opening(s), 8)),
    "nine office hours are one day": ("{amount: 9, unit: working_hour}", "2026-03-03 08:00", "2026-03-03 17:00", lambda s: open_hours(s, 9)),
    "twenty office hours over Columbus Day": ("{amount: 20, unit: working_hour}", "2026-10-08 19:00", "2026-10-14 10:00", lambda s: open_hours(s, 20)),
    "hours of daylight alone": ("{amount: 13, unit: hour, between: '07:00-19:00'}", "2026-03-13 18:00", "2026-03-14 19:00", lambda s: hours_between(s, 13, 7, 19)),
    "hours of daylight, begun at night": ("{amount: 2, unit: hour, between: '07:00-19:00'}", "2026-03-14 22:40", "2026-03-15 09:00", lambda s: hours_between(s, 2, 7, 19)),
    "hours of daylight from the next opening": (f"{{amount: 12, unit: hour, between: '07:00-19:00', {NEXT}}}", "2026-03-13 19:30", "2026-03-17 08:00", lambda s: hours_between(opening(s), 12, 7, 19)),
    "five days, earlier where the last is a Sunday": ("{amount: 5, unit: natural_day, roll: backward}", "2026-03-10 09:00", "2026-03-14 00:00", lambda s: midnight(back_to_work(days(s, 5, lambda d: True), -1))),
    "five days, later where the last is a Sunday": ("{amount: 5, unit: natural_day, roll: forward}", "2026-03-10 09:00", "2026-03-17 00:00", lambda s: midnight(back_to_work(days(s, 5, lambda d: True), 1))),
    "thirty days, earlier where the last is a holiday": ("{amount: 30, unit: natural_day, roll: backward}", "2026-06-03 09:00", "2026-07-03 00:00", lambda s: midnight(back_to_work(days(s, 30, lambda d: True), -1))),
}  # fmt: skip


@pytest.mark.parametrize(("words", "received", "due", "again"), FORWARD.values(), ids=FORWARD)
def test_due_to_the_minute(words, received, due, again):
    start = at(received, ZONE)
    found = due_at(limit=limit(words), start=start, calendar=CITY).at
    assert again(start) == at(due, ZONE)
    assert found == at(due, ZONE)


AHEAD = {
    "a notice in office hours of other days": ("{amount: 12, unit: hour, between: '07:00-19:00'}", "2026-03-17 10:00", "2026-03-16 10:00", (7, 19, 12)),
    "a notice for a stop at night": ("{amount: 5, unit: hour, between: '07:00-19:00'}", "2026-03-17 02:00", "2026-03-16 14:00", (7, 19, 5)),
}  # fmt: skip


@pytest.mark.parametrize(("words", "announced", "due", "window"), AHEAD.values(), ids=AHEAD)
def test_a_notice_counts_back_within_the_window(words, announced, due, window):
    first, last, number = window
    now, left = at(announced, ZONE), number * 60
    while left:
        now -= timedelta(minutes=1)
        left -= first <= now.hour < last
    assert now == at(due, ZONE)
    found = notice_due(limit=limit(words), announced=at(announced, ZONE), calendar=CITY, facts={})
    assert found.at == now


# -- steps, the last time, the mean ------------------------------------------------------------------


STEPS = (
    "sum_of: [{from: case.lodged, to: plan.sent}, {from: design.handed_in, to: supply.connected}]"
)
# Minutes of office hours that one's own first step took; then the customer's turn; when it is due.
TURNS = {
    "answered at once": ("2026-03-03 09:00", "2026-03-03 10:30", "2026-03-03 10:30", "2026-03-03 16:00"),
    "the customer takes a week": ("2026-03-03 09:00", "2026-03-03 10:30", "2026-03-10 15:00", "2026-03-11 11:30"),
    "his answer comes at night": ("2026-03-03 09:00", "2026-03-03 10:30", "2026-03-10 22:00", "2026-03-11 13:30"),
    "over Memorial Day": ("2026-05-21 15:00", "2026-05-22 09:00", "2026-05-22 15:30", "2026-05-26 10:30"),
}  # fmt: skip


@pytest.mark.parametrize(("lodged", "sent", "back", "due"), TURNS.values(), ids=TURNS)
def test_the_clock_stands_while_it_is_the_customers_turn(lodged, sent, back, due):
    start, stands, goes = (at(moment, ZONE) for moment in (lodged, sent, back))
    minute = timedelta(minutes=1)
    used = sum(is_open(start + minute * n) for n in range(int((stands - start) / minute)))
    assert _minutes(goes, 7 * 60 - used, is_open) == at(due, ZONE)

    docket = city(
        f"x: {{kind: within, start: case.lodged, stop: supply.connected, limit: {{amount: 7, unit: working_hour}}, {STEPS}}}"
    )
    for name, moment in (("case.lodged", start), ("plan.sent", stands), ("design.handed_in", goes)):
        docket.take(Event(name=name, at=moment))
    assert docket["x"].due_at == at(due, ZONE)


SINCE = {
    "two years after the last": ("{amount: 2, unit: year}", "2026-03-20 10:00", date(2028, 3, 20)),
    "from a leap day": ("{amount: 1, unit: year}", "2028-02-29 10:00", date(2029, 2, 28)),
    "six months, from a day that June lacks": ("{amount: 6, unit: month}", "2026-12-31 10:00", date(2027, 6, 30)),
    "ninety days": ("{amount: 90, unit: natural_day}", "2026-03-20 10:00", date(2026, 3, 20) + timedelta(days=90)),
}  # fmt: skip


@pytest.mark.parametrize(("words", "last", "day"), SINCE.values(), ids=SINCE)
def test_so_long_after_the_last(words, last, day):
    rule = city(f"x: {{kind: recurring, since_last: {words}, stop: register.kept}}").book.rules["x"]
    assert isinstance(rule, Recurring)
    found = period_since(rule=rule, last=at(last, ZONE), calendar=CITY)
    assert found is not None
    assert found.due_at == midnight(day)


# Received, done; the promise is 9 office hours on average.
MEANS = {
    "one of three late, the mean kept": ([("2026-03-03 08:00", "2026-03-04 17:00"), ("2026-03-03 09:00", "2026-03-03 12:00"), ("2026-03-06 16:00", "2026-03-09 10:00")], True),
    "two of three late, the mean kept to the minute": ([("2026-03-03 08:00", "2026-03-04 09:00"), ("2026-03-03 08:00", "2026-03-04 09:00"), ("2026-03-03 08:00", "2026-03-03 15:00")], True),
    "a minute more": ([("2026-03-03 08:00", "2026-03-04 09:00"), ("2026-03-03 08:00", "2026-03-04 09:00"), ("2026-03-03 08:00", "2026-03-03 15:01")], False),
    "a weekend is no time": ([("2026-03-06 16:00", "2026-03-09 16:00")], True),
    "received at night, from the next opening": ([("2026-03-05 23:00", "2026-03-06 17:00")], True),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "kept"), MEANS.values(), ids=MEANS)
def test_the_mean_of_all_is_judged(rows, kept):
    minute = timedelta(minutes=1)
    taken = []
    for received, done in rows:
        begin, end = opening(at(received, ZONE)), at(done, ZONE)
        taken.append(sum(is_open(begin + minute * n) for n in range(int((end - begin) / minute))))
    assert (Fraction(sum(taken), len(taken)) <= 9 * 60) is kept

    promised = limit(f"{{amount: 9, unit: working_hour, {NEXT}}}")
    assert isinstance(promised, Count)
    told = [Taken(limit=promised, start=at(a, ZONE), end=at(b, ZONE)) for a, b in rows]
    assert verdict(told, CITY) is kept
