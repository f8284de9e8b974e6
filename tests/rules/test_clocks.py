# ruff: noqa: E501 (a row is one line, so that it can be read)
"""Every unit and every way of counting, as rows: a limit, a start, a due moment.

Business hours are 08:30-12:00 and 13:30-17:30, Monday to Friday, under the holiday notices of
2024-2026. `24:00` is the end of a day. The Civil Code articles cited are 200-204.
"""

from datetime import UTC, datetime, timedelta

import pytest

from chengnuo.packs.notices import NoticeShape, joined, shipped_notices
from chengnuo.rules.calendar import Calendar
from chengnuo.rules.clock import due_at
from chengnuo.rules.counting import Pause, UnableToReckon
from tests.rules.world import at, back, calendar, count, limit

FORWARD = {
    # -- around the clock (art. 201: hours run from the agreed or stated moment)
    "15 seconds to answer": ("{amount: 15, unit: second}", "2026-03-09 10:00:00", "2026-03-09 10:00:15"),
    "45 minutes over midnight": ("{amount: 45, unit: minute}", "2026-03-09 23:50", "2026-03-10 00:35"),
    "24 hours run through Spring Festival 节假日不顺延": ("{amount: 24, unit: hour}", "2026-02-14 20:00", "2026-02-15 20:00"),
    "38 hours over National Day": ("{amount: 38, unit: hour}", "2026-09-30 16:00", "2026-10-02 06:00"),
    "three rings of five seconds": ("{amount: 3, unit: ring}", "2026-03-09 10:00:00", "2026-03-09 10:00:15"),
    # -- natural days (art. 201: the first day is not counted; art. 203: until 24:00)
    "three natural days": ("{amount: 3, unit: natural_day}", "2026-03-09 10:00", "2026-03-12 24:00"),
    "natural days neither skip nor roll": ("{amount: 3, unit: natural_day}", "2026-09-29 10:00", "2026-10-02 24:00"),
    "a start one second before midnight": ("{amount: 1, unit: natural_day}", "2026-03-09 23:59:59", "2026-03-10 24:00"),
    "a start at midnight belongs to the new day": ("{amount: 1, unit: natural_day}", "2026-03-10 00:00", "2026-03-11 24:00"),
    "art. 203: rolled to the day after a holiday": ("{amount: 3, unit: natural_day, roll: forward}", "2026-09-29 10:00", "2026-10-08 24:00"),
    "rolling does nothing on a working day": ("{amount: 3, unit: natural_day, roll: forward}", "2026-03-09 10:00", "2026-03-12 24:00"),
    "rolled onto a make-up Saturday": ("{amount: 1, unit: natural_day, roll: forward}", "2026-02-26 10:00", "2026-02-27 24:00"),
    "the starting day counted": ("{amount: 3, unit: natural_day, count_start_day: true}", "2026-03-09 10:00", "2026-03-11 24:00"),
    "at the same time of day": ("{amount: 1, unit: natural_day, ends: same_time}", "2026-03-09 15:20", "2026-03-10 15:20"),
    "natural days until close of business": ("{amount: 1, unit: natural_day, ends: close_of_business}", "2026-03-09 10:00", "2026-03-10 17:30"),
    "close of business on a rest day is 24:00": ("{amount: 1, unit: natural_day, ends: close_of_business}", "2026-03-06 10:00", "2026-03-07 24:00"),
    "today 当日": ("{amount: 0, unit: natural_day}", "2026-03-09 10:00", "2026-03-09 24:00"),
    "the next day 次日, though it is a Saturday": ("{amount: 1, unit: next_day}", "2026-03-06 10:00", "2026-03-07 24:00"),
    "the day after next": ("{amount: 2, unit: next_day}", "2026-03-06 10:00", "2026-03-08 24:00"),
    "one week": ("{amount: 1, unit: week}", "2026-03-04 10:00", "2026-03-11 24:00"),
    "art. 202: a month from the 31st ends on the last day": ("{amount: 1, unit: month}", "2026-01-31 10:00", "2026-02-28 24:00"),
    "a month in a leap year": ("{amount: 1, unit: month}", "2024-01-31 10:00", "2024-02-29 24:00"),
    "a month from the 15th": ("{amount: 1, unit: month}", "2026-01-15 10:00", "2026-02-15 24:00"),
    "six months over the new year": ("{amount: 6, unit: month}", "2025-08-31 10:00", "2026-02-28 24:00"),
    "a year from 29 February": ("{amount: 1, unit: year}", "2024-02-29 10:00", "2025-02-28 24:00"),
    # -- working days (art. 203: until close of business)
    "one working day": ("{amount: 1, unit: working_day}", "2026-03-09 10:00", "2026-03-10 17:30"),
    "over the weekend": ("{amount: 1, unit: working_day}", "2026-03-06 10:00", "2026-03-09 17:30"),
    "started on a rest day": ("{amount: 1, unit: working_day}", "2026-03-07 10:00", "2026-03-09 17:30"),
    "started after hours": ("{amount: 1, unit: working_day}", "2026-03-06 20:00", "2026-03-09 17:30"),
    "Spring Festival 2026: Saturday 14 February is worked 调休": ("{amount: 1, unit: working_day}", "2026-02-13 10:00", "2026-02-14 17:30"),
    "Spring Festival 2026: five working days": ("{amount: 5, unit: working_day}", "2026-02-13 10:00", "2026-02-27 17:30"),
    "Spring Festival 2026: the sixth is a make-up Saturday": ("{amount: 6, unit: working_day}", "2026-02-13 10:00", "2026-02-28 17:30"),
    "started on a day of Spring Festival": ("{amount: 1, unit: working_day}", "2026-02-17 10:00", "2026-02-24 17:30"),
    "Mid-Autumn and National Day 2026": ("{amount: 5, unit: working_day}", "2026-09-24 10:00", "2026-10-09 17:30"),
    "National Day 2025": ("{amount: 1, unit: working_day}", "2025-09-30 10:00", "2025-10-09 17:30"),
    "National Day 2025 with its make-up Saturday": ("{amount: 3, unit: working_day}", "2025-09-30 10:00", "2025-10-11 17:30"),
    "working days until 24:00": ("{amount: 1, unit: working_day, ends: day_end}", "2026-03-06 10:00", "2026-03-09 24:00"),
    "working days at the same time": ("{amount: 1, unit: working_day, ends: same_time}", "2026-03-06 15:20", "2026-03-09 15:20"),
    "starting day counted, within hours": ("{amount: 1, unit: working_day, count_start_day: true}", "2026-03-09 10:00", "2026-03-09 17:30"),
    "starting day counted, at closing time": ("{amount: 1, unit: working_day, count_start_day: true}", "2026-03-09 17:30", "2026-03-10 17:30"),
    "starting day counted, after hours": ("{amount: 1, unit: working_day, count_start_day: true}", "2026-03-09 18:00", "2026-03-10 17:30"),
    "starting day counted, on a rest day": ("{amount: 2, unit: working_day, count_start_day: true}", "2026-03-07 10:00", "2026-03-10 17:30"),
    "today, if there is still business": ("{amount: 0, unit: working_day}", "2026-03-09 10:00", "2026-03-09 17:30"),
    "today, when business is over": ("{amount: 0, unit: working_day}", "2026-03-06 19:00", "2026-03-09 17:30"),
    # -- working hours
    "over lunch": ("{amount: 4, unit: working_hour}", "2026-03-06 11:00", "2026-03-06 16:30"),
    "over night and weekend": ("{amount: 4, unit: working_hour}", "2026-03-06 16:30", "2026-03-09 11:30"),
    "started at lunch": ("{amount: 1, unit: working_hour}", "2026-03-09 12:30", "2026-03-09 14:30"),
    "started on Sunday night": ("{amount: 2, unit: working_hour}", "2026-03-08 22:00", "2026-03-09 10:30"),
    "used up exactly at closing time": ("{amount: 15, unit: working_hour}", "2026-03-09 08:30", "2026-03-10 17:30"),
    "minutes over lunch": ("{amount: 30, unit: working_minute}", "2026-03-09 11:45", "2026-03-09 13:45"),
    "no working hours are no time": ("{amount: 0, unit: working_hour}", "2026-03-08 22:00", "2026-03-08 22:00"),
    # -- of this shift (A-12); shifts change at 08:00 and 20:00
    "handed over when the shift ends": ("{amount: 1, unit: shift_hour}", "2026-03-09 19:40", "2026-03-09 20:40"),
    "capped by the end of the shift": ("{amount: 1, unit: shift_hour, shift_end: cap}", "2026-03-09 19:40", "2026-03-09 20:00"),
    "cap in the night shift": ("{amount: 90, unit: shift_minute, shift_end: cap}", "2026-03-09 07:10", "2026-03-09 08:00"),
    "no cap within the shift": ("{amount: 1, unit: shift_hour, shift_end: cap}", "2026-03-09 09:40", "2026-03-09 10:40"),
    # -- hours that count only between two times of every day
    "the night does not count": ("{amount: 2, unit: hour, between: '08:00-20:00'}", "2026-03-09 19:00", "2026-03-10 09:00"),
    "reported at night, counted from 08:00": ("{amount: 2, unit: hour, between: '08:00-20:00'}", "2026-03-07 23:00", "2026-03-08 10:00"),
    "a stretch that passes midnight": ("{amount: 3, unit: hour, between: '22:00-06:00'}", "2026-03-09 21:00", "2026-03-10 01:00"),
    # -- received outside office hours: from the next opening
    "within hours nothing changes": ("{amount: 4, unit: hour, starts: next_opening}", "2026-03-09 10:00", "2026-03-09 14:00"),
    "received at night": ("{amount: 4, unit: hour, starts: next_opening}", "2026-03-09 22:00", "2026-03-10 12:30"),
    "received before opening": ("{amount: 45, unit: minute, starts: next_opening}", "2026-03-09 06:00", "2026-03-09 09:15"),
    "received at lunch": ("{amount: 1, unit: hour, starts: next_opening}", "2026-03-09 12:10", "2026-03-09 14:30"),
    "received at closing time": ("{amount: 1, unit: hour, starts: next_opening}", "2026-03-06 17:30", "2026-03-09 09:30"),
    "received at opening": ("{amount: 1, unit: hour, starts: next_opening}", "2026-03-09 08:30", "2026-03-09 09:30"),
    "received on Saturday, one working day": ("{amount: 1, unit: working_day, ends: same_time, starts: next_opening}", "2026-03-07 20:30", "2026-03-10 08:30"),
    "received on Friday night, one working day": ("{amount: 1, unit: working_day, starts: next_opening}", "2026-03-06 20:00", "2026-03-10 17:30"),
    "received in Spring Festival, three natural days": ("{amount: 3, unit: natural_day, starts: next_opening}", "2026-02-17 10:00", "2026-02-27 24:00"),
    "received on Saturday, the next day": ("{amount: 1, unit: next_day, starts: next_opening}", "2026-03-07 10:00", "2026-03-10 24:00"),
    "opened today, counted today": ("{amount: 1, unit: working_day, count_start_day: true, starts: next_opening}", "2026-03-07 10:00", "2026-03-09 17:30"),
    "hours of service from the opening of the office": ("{amount: 2, unit: hour, between: '07:00-19:00', starts: next_opening}", "2026-03-09 06:00", "2026-03-09 10:30"),
    # -- a last day that is a rest day moves forward or back
    "back to the Friday": ("{amount: 3, unit: natural_day, roll: backward}", "2026-03-05 10:00", "2026-03-06 24:00"),
    "back before Spring Festival, to its make-up Saturday": ("{amount: 9, unit: natural_day, roll: backward}", "2026-02-10 10:00", "2026-02-14 24:00"),
    "back to close of business": ("{amount: 3, unit: natural_day, roll: backward, ends: close_of_business}", "2026-03-05 10:00", "2026-03-06 17:30"),
    "no working day between: the last day stays": ("{amount: 2, unit: natural_day, roll: backward}", "2026-03-06 10:00", "2026-03-08 24:00"),
    "a working day stays": ("{amount: 4, unit: natural_day, roll: backward}", "2026-03-05 10:00", "2026-03-09 24:00"),
    "a month back from a Saturday": ("{amount: 1, unit: month, roll: backward}", "2026-01-28 10:00", "2026-02-28 24:00"),
    "a month back from a Sunday": ("{amount: 1, unit: month, roll: backward}", "2026-02-15 10:00", "2026-03-13 24:00"),
    "a day of twelve hours": ("{amount: 24, unit: hour, between: '08:00-20:00'}", "2026-03-09 14:00", "2026-03-11 14:00"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "start", "due"), FORWARD.values(), ids=FORWARD)
def test_due(words: str, start: str, due: str):
    assert count(words, start).at == at(due)
    assert not count(words, start).is_provisional


OWN_HOURS = {
    "a short day ends early": ("{short_days: {2026-02-14: ['08:30-12:00']}}", "{amount: 1, unit: working_day}", "2026-02-13 10:00", "2026-02-14 12:00"),
    "a company day is skipped": ("{closed_days: {2026-09-09: {zh: 公司日, en: Company day}}}", "{amount: 1, unit: working_day}", "2026-09-08 10:00", "2026-09-10 17:30"),
    "work on a statutory holiday": ("{short_days: {2026-10-01: ['09:00-11:00']}}", "{amount: 1, unit: working_day}", "2026-09-30 10:00", "2026-10-01 11:00"),
    "a six-day week": ("{week: {mon: ['08:00-17:00'], tue: ['08:00-17:00'], wed: ['08:00-17:00'], thu: ['08:00-17:00'], fri: ['08:00-17:00'], sat: ['09:00-12:00']}}", "{amount: 1, unit: working_day}", "2026-03-06 10:00", "2026-03-07 12:00"),
    "a make-up Saturday has the hours of a make-up day": ("{week: {mon: ['08:00-17:00'], fri: ['08:00-17:00'], sat: ['09:00-12:00']}}", "{amount: 1, unit: working_day}", "2026-02-13 10:00", "2026-02-14 17:00"),
    "its own make-up hours": ("{makeup_day: ['10:00-15:00']}", "{amount: 3, unit: working_hour}", "2026-02-13 16:30", "2026-02-14 12:00"),
    "three intervals a day": ("{week: {mon: ['08:00-10:00', '11:00-12:00', '20:00-24:00']}}", "{amount: 4, unit: working_hour}", "2026-03-09 08:00", "2026-03-09 21:00"),
    "open until midnight": ("{week: {mon: ['20:00-24:00']}}", "{amount: 1, unit: working_day}", "2026-03-08 10:00", "2026-03-09 24:00"),
    "no holidays at all": ("{holidays: none}", "{amount: 1, unit: working_day}", "2026-09-30 10:00", "2026-10-01 17:30"),
    "rings of another exchange": ("{ring_seconds: 4}", "{amount: 3, unit: ring}", "2026-03-09 10:00:00", "2026-03-09 10:00:12"),
}  # fmt: skip


@pytest.mark.parametrize(("own", "words", "start", "due"), OWN_HOURS.values(), ids=OWN_HOURS)
def test_due_in_the_organisations_own_calendar(own: str, words: str, start: str, due: str):
    assert count(words, start, calendar=calendar(own)).at == at(due)


BACKWARD = {
    "48 hours ahead": ("{amount: 48, unit: hour}", "2026-03-12 09:00", "2026-03-10 09:00"),
    "seven whole days lie between": ("{amount: 7, unit: natural_day}", "2026-03-20 09:00", "2026-03-13 00:00"),
    "seven exact days": ("{amount: 7, unit: natural_day, ends: same_time}", "2026-03-20 09:00", "2026-03-13 09:00"),
    "the announced day counted": ("{amount: 7, unit: natural_day, count_start_day: true}", "2026-03-20 09:00", "2026-03-14 00:00"),
    "two working days lie between": ("{amount: 2, unit: working_day}", "2026-03-09 09:00", "2026-03-05 00:00"),
    "announced for a rest day": ("{amount: 2, unit: working_day}", "2026-03-08 09:00", "2026-03-05 00:00"),
    "a rest day is not counted though the announced day is": ("{amount: 1, unit: working_day, count_start_day: true}", "2026-03-08 09:00", "2026-03-06 00:00"),
    "ahead of the end of National Day": ("{amount: 3, unit: working_day}", "2026-10-08 09:00", "2026-09-28 00:00"),
    "four business hours ahead": ("{amount: 4, unit: working_hour}", "2026-03-09 10:30", "2026-03-06 15:30"),
    "two business hours ahead: the latest moment is the opening": ("{amount: 2, unit: working_hour}", "2026-03-09 10:30", "2026-03-09 08:30"),
    "two hours of the day ahead": ("{amount: 2, unit: hour, between: '08:00-20:00'}", "2026-03-10 12:00", "2026-03-10 10:00"),
    "two hours of the day: the latest moment is the opening": ("{amount: 2, unit: hour, between: '08:00-20:00'}", "2026-03-10 10:00", "2026-03-10 08:00"),
    "the night does not count": ("{amount: 3, unit: hour, between: '08:00-20:00'}", "2026-03-10 10:00", "2026-03-09 19:00"),
    "announced for the night": ("{amount: 3, unit: hour, between: '08:00-20:00'}", "2026-03-10 02:00", "2026-03-09 17:00"),
    "a stretch past midnight": ("{amount: 3, unit: hour, between: '22:00-06:00'}", "2026-03-10 12:00", "2026-03-10 03:00"),
    "two days of twelve hours": ("{amount: 24, unit: hour, between: '08:00-20:00'}", "2026-03-10 14:00", "2026-03-08 14:00"),
    "one month ahead of the 31st": ("{amount: 1, unit: month}", "2026-03-31 09:00", "2026-02-28 00:00"),
    "ninety working days ahead": ("{amount: 90, unit: working_day}", "2026-07-01 09:00", "2026-02-13 00:00"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "announced", "due"), BACKWARD.values(), ids=BACKWARD)
def test_notice_is_counted_back(words: str, announced: str, due: str):
    assert back(words, announced).at == at(due)


def test_ninety_working_days_lie_between_the_notice_and_the_stop():
    days = [at("2026-02-13").date() + timedelta(days=n) for n in range(138)]
    assert days[-1] == at("2026-06-30").date()
    assert sum(calendar().day(d).is_working for d in days) == 90


CHOICES = {
    "the earlier of two clocks (A-01)": ("{min_of: [{amount: 5, unit: natural_day}, {amount: 4, unit: working_day}]}", "2026-03-05 10:00", {}, "2026-03-10 24:00"),
    "the later of two clocks": ("{max_of: [{amount: 5, unit: natural_day}, {amount: 4, unit: working_day}]}", "2026-03-05 10:00", {}, "2026-03-11 17:30"),
    "nested": ("{max_of: [{amount: 1, unit: hour}, {min_of: [{amount: 3, unit: hour}, {amount: 2, unit: hour}]}]}", "2026-03-05 10:00", {}, "2026-03-05 12:00"),
    "agreed beside a number": ("{min_of: [{agreed: agreed_at}, {amount: 3, unit: natural_day}]}", "2026-03-05 10:00", {"agreed_at": at("2026-03-06 09:00")}, "2026-03-06 09:00"),
    "nothing agreed: the number": ("{min_of: [{agreed: agreed_at}, {amount: 3, unit: natural_day}]}", "2026-03-05 10:00", {}, "2026-03-08 24:00"),
    "table: in town": ("{table: [{when: {area: urban}, amount: 30, unit: minute}, {when: {area: rural}, amount: 4, unit: hour}]}", "2026-03-05 10:00", {"area": "rural"}, "2026-03-05 14:00"),
    "table: unknown area, the shortest holds": ("{table: [{when: {area: urban}, amount: 30, unit: minute}, {when: {area: rural}, amount: 4, unit: hour}]}", "2026-03-05 10:00", {}, "2026-03-05 10:30"),
    "table: by day 60 minutes": ("{table: [{when: {start_time: {from: '06:00', to: '22:00'}}, amount: 60, unit: minute}, {when: {start_time: {from: '22:00', to: '06:00'}}, amount: 90, unit: minute}]}", "2026-03-05 21:59", {}, "2026-03-05 22:59"),
    "table: at night 90 minutes": ("{table: [{when: {start_time: {from: '06:00', to: '22:00'}}, amount: 60, unit: minute}, {when: {start_time: {from: '22:00', to: '06:00'}}, amount: 90, unit: minute}]}", "2026-03-05 22:00", {}, "2026-03-05 23:30"),
    "table: on a make-up Saturday it is a working day": ("{table: [{when: {start_day: working}, amount: 1, unit: hour}, {when: {start_day: rest}, amount: 2, unit: hour}]}", "2026-02-14 10:00", {}, "2026-02-14 11:00"),
    "table: on a holiday": ("{table: [{when: {start_holiday: false}, amount: 1, unit: hour}, {when: {start_holiday: true}, amount: 2, unit: hour}]}", "2026-02-16 10:00", {}, "2026-02-16 12:00"),
    "table: an ordinary Sunday is no holiday": ("{table: [{when: {start_holiday: false}, amount: 1, unit: hour}, {when: {start_holiday: true}, amount: 2, unit: hour}]}", "2026-03-08 10:00", {}, "2026-03-08 11:00"),
    "table: by weekday": ("{table: [{when: {start_weekday: [sat, sun]}, amount: 2, unit: hour}, {when: {start_weekday: {not: [sat, sun]}}, amount: 1, unit: hour}]}", "2026-03-08 10:00", {}, "2026-03-08 12:00"),
    "by the organisation's choice": ("{setting: dn800, cases: {38h: {amount: 38, unit: hour}, 48h: {amount: 48, unit: hour}}}", "2026-03-05 10:00", {}, "2026-03-07 00:00"),
    "no number": ("{prompt: immediate}", "2026-03-05 10:00", {}, None),
    "agreed, but nothing is agreed yet": ("{agreed: agreed_at}", "2026-03-05 10:00", {}, None),
}  # fmt: skip


@pytest.mark.parametrize(("words", "start", "facts", "due"), CHOICES.values(), ids=CHOICES)
def test_which_clock_governs(words: str, start: str, facts: dict, due: str | None):
    made = limit(words, dn800="38h")
    found = due_at(limit=made, start=at(start), calendar=calendar(), facts=facts)
    assert found.at == (at(due) if due else None)


def test_facts_that_could_still_change_the_moment_are_named():
    bands = "[{when: {area: urban}, amount: 1, unit: hour}, {when: {area: rural}, amount: 2, unit: hour}]"
    assert count(f"{{table: {bands}}}", "2026-03-05 10:00").unknown == {"area"}
    assert count(f"{{table: {bands}}}", "2026-03-05 10:00", area="urban").unknown == frozenset()
    assert count("{agreed: agreed_at}", "2026-03-05 10:00").unknown == {"agreed_at"}


OVERLAP = "{table: [{when: {diameter_mm: {gte: 600}}, amount: 38, unit: hour}, {when: {diameter_mm: {gte: 800}}, amount: 48, unit: hour}]}"  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "problem"),
    [({"diameter_mm": 900}, "2 rows of the table match"), ({"diameter_mm": 500}, "no row")],
    ids=["two bands match", "no band matches"],
)
def test_a_table_that_does_not_match_once_is_an_error(facts: dict, problem: str):
    with pytest.raises(UnableToReckon, match=problem):
        count(OVERLAP, "2026-03-05 10:00", **facts)


def test_two_bands_that_hold_are_an_error_though_a_third_is_unknown():
    words = (
        "{table: [{when: {area: urban}, amount: 1, unit: hour},"
        " {when: {area: [urban]}, amount: 2, unit: hour},"
        " {when: {diameter_mm: {gte: 1}}, amount: 3, unit: hour}]}"
    )
    with pytest.raises(UnableToReckon, match="2 rows"):
        count(words, "2026-03-05 10:00", area="urban")


class TestAYearWithoutANotice:
    """2027 is not published: counted by the weekly pattern, marked, and corrected later."""

    WORDS = "{amount: 1, unit: working_day}"

    def later(self) -> Calendar:
        notice = NoticeShape.model_validate(
            {
                "family": "cn",
                "year": 2027,
                "source": "made up for this test",
                "off": [{"name": {"zh": "元旦", "en": "New Year"}, "from": "2027-01-01", "to": "2027-01-03"}],
            }
        )  # fmt: skip
        return Calendar(calendar().plan, joined(shipped_notices(), [notice.notice()]))

    def test_is_provisional(self):
        due = count(self.WORDS, "2026-12-31 10:00")
        assert (due.at, due.unpublished) == (at("2027-01-01 17:30"), (2027,))

    def test_is_corrected_when_the_notice_is_loaded(self):
        due = count(self.WORDS, "2026-12-31 10:00", calendar=self.later())
        assert (due.at, due.is_provisional) == (at("2027-01-04 17:30"), False)

    def test_changes_the_version_of_the_calendar(self):
        assert self.later().version != calendar().version

    @pytest.mark.parametrize(
        "words",
        [
            "{amount: 8, unit: working_hour}",
            "{amount: 1, unit: natural_day, roll: forward}",
            "{amount: 1, unit: natural_day, roll: backward}",
            "{amount: 1, unit: natural_day, starts: next_opening}",
            "{amount: 1, unit: minute, starts: next_opening}",
            "{amount: 1, unit: natural_day, ends: close_of_business}",
            "{min_of: [{amount: 1, unit: hour}, {amount: 1, unit: working_day}]}",
        ],
    )
    def test_everything_that_asks_for_working_time_is_provisional(self, words: str):
        assert count(words, "2026-12-31 17:30").unpublished == (2027,)

    @pytest.mark.parametrize(
        "words",
        ["{amount: 48, unit: hour}", "{amount: 3, unit: natural_day}", "{amount: 1, unit: month}"],
    )
    def test_natural_time_is_certain(self, words: str):
        assert not count(words, "2026-12-31 17:00").is_provisional

    def test_a_band_by_kind_of_day_is_provisional(self):
        words = "{table: [{when: {start_day: working}, amount: 1, unit: hour}, {when: {start_day: rest}, amount: 2, unit: hour}]}"
        assert count(words, "2027-01-01 10:00").unpublished == (2027,)
        assert count(words, "2026-01-01 10:00").unpublished == ()

    def test_a_calendar_without_holidays_is_never_provisional(self):
        due = count(self.WORDS, "2026-12-31 10:00", calendar=calendar("{holidays: none}"))
        assert not due.is_provisional


PAUSED = {
    "elapsed: three hours more": ("{amount: 24, unit: hour}", "2026-03-09 10:00", [("2026-03-09 12:00", "2026-03-09 15:00")], "2026-03-10 13:00"),
    "elapsed: a pause begun when the time was up": ("{amount: 2, unit: hour}", "2026-03-09 10:00", [("2026-03-09 12:00", "2026-03-09 15:00")], "2026-03-09 12:00"),
    "elapsed: two pauses, the second in the time gained": ("{amount: 2, unit: hour}", "2026-03-09 10:00", [("2026-03-09 11:00", "2026-03-09 12:00"), ("2026-03-09 12:30", "2026-03-09 13:30")], "2026-03-09 14:00"),
    "elapsed: time is taken out only once": ("{amount: 2, unit: hour}", "2026-03-09 10:00", [("2026-03-09 11:00", "2026-03-09 13:00"), ("2026-03-09 12:00", "2026-03-09 14:00")], "2026-03-09 15:00"),
    "elapsed: a pause before the start": ("{amount: 2, unit: hour}", "2026-03-09 10:00", [("2026-03-09 08:00", "2026-03-09 11:00")], "2026-03-09 13:00"),
    "working hours: over a weekend nothing is gained": ("{amount: 4, unit: working_hour}", "2026-03-06 16:30", [("2026-03-07 09:00", "2026-03-08 18:00")], "2026-03-09 11:30"),
    "working hours: one business hour of a long pause": ("{amount: 4, unit: working_hour}", "2026-03-06 14:30", [("2026-03-06 16:30", "2026-03-09 08:30")], "2026-03-09 10:30"),
    "between: the night counts for nothing, paused or not": ("{amount: 4, unit: hour, between: '08:00-20:00'}", "2026-03-09 18:00", [("2026-03-09 19:00", "2026-03-10 09:00")], "2026-03-10 12:00"),
    "working days: within one day nothing moves": ("{amount: 3, unit: working_day}", "2026-03-09 10:00", [("2026-03-10 09:00", "2026-03-10 17:00")], "2026-03-12 17:30"),
    "working days: one night moves one day": ("{amount: 3, unit: working_day}", "2026-03-09 10:00", [("2026-03-10 17:00", "2026-03-11 09:00")], "2026-03-13 17:30"),
    "working days: a weekend moves the Friday": ("{amount: 3, unit: working_day}", "2026-03-04 10:00", [("2026-03-06 17:00", "2026-03-09 09:00")], "2026-03-10 17:30"),
    "working days: paused on the starting day": ("{amount: 3, unit: working_day}", "2026-03-09 10:00", [("2026-03-09 11:00", "2026-03-10 09:00")], "2026-03-12 17:30"),
    "working days: paused on a counted starting day": ("{amount: 1, unit: working_day, count_start_day: true}", "2026-03-09 10:00", [("2026-03-09 11:00", "2026-03-10 09:00")], "2026-03-10 17:30"),
    "working days: paused when the time was up": ("{amount: 3, unit: working_day}", "2026-03-09 10:00", [("2026-03-12 18:00", "2026-03-16 09:00")], "2026-03-12 17:30"),
    "natural days: two nights": ("{amount: 3, unit: natural_day}", "2026-03-09 10:00", [("2026-03-10 17:00", "2026-03-12 09:00")], "2026-03-14 24:00"),
    "from the next opening: what was paused before is no gain": ("{amount: 4, unit: hour, starts: next_opening}", "2026-03-09 20:00", [("2026-03-09 21:00", "2026-03-10 09:30")], "2026-03-10 13:30"),
    "a month: ten days longer": ("{amount: 1, unit: month}", "2026-03-09 10:00", [("2026-03-10 17:00", "2026-03-20 09:00")], "2026-04-19 24:00"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "start", "pauses", "due"), PAUSED.values(), ids=PAUSED)
def test_paused(words: str, start: str, pauses: list, due: str):
    assert count(words, start, pauses=pauses).at == at(due)


class TestWhereClocksChange:
    """America/Los_Angeles: clocks go forward on 8 March 2026 and back on 1 November 2026."""

    ZONE = "America/Los_Angeles"
    OWN = "{holidays: none}"

    def due(self, words: str, start: str, pauses=()) -> datetime | None:
        made = calendar(self.OWN, self.ZONE)
        found = due_at(limit=limit(words), start=at(start, self.ZONE), calendar=made, pauses=pauses)
        return found.at

    @pytest.mark.parametrize(
        ("words", "start", "due"),
        [
            ("{amount: 24, unit: hour}", "2026-03-07 12:00", "2026-03-08 13:00"),
            ("{amount: 24, unit: hour}", "2026-10-31 12:00", "2026-11-01 11:00"),
            ("{amount: 1, unit: natural_day}", "2026-03-07 12:00", "2026-03-08 24:00"),
            ("{amount: 1, unit: natural_day, ends: same_time}", "2026-03-07 12:00", "2026-03-08 12:00"),
            ("{amount: 1, unit: working_day}", "2026-10-30 12:00", "2026-11-02 17:30"),
            ("{amount: 12, unit: hour, between: '00:00-12:00'}", "2026-03-08 00:00", "2026-03-09 01:00"),
        ],
    )  # fmt: skip
    def test_hours_are_real_hours_and_days_are_local_days(self, words: str, start: str, due: str):
        assert self.due(words, start) == at(due, self.ZONE)

    def test_a_pause_over_the_change_lasts_as_long_as_it_lasts(self):
        from_, to = at("2026-10-31 20:00", self.ZONE), at("2026-11-01 08:00", self.ZONE)
        pause = Pause(from_, to)
        due = self.due("{amount: 24, unit: hour}", "2026-10-31 12:00", [pause])
        assert due is not None
        assert due.timestamp() - at("2026-10-31 12:00", self.ZONE).timestamp() == (24 + 13) * 3600

    def test_the_day_is_the_packs_not_the_customers(self):
        abroad = datetime(2026, 3, 9, 18, 0, tzinfo=UTC)  # 02:00 on the 10th in Shanghai
        due = due_at(
            limit=limit("{amount: 1, unit: natural_day}"), start=abroad, calendar=calendar()
        )
        assert due.at == at("2026-03-11 24:00")
        assert due.at is not None
        assert str(due.at.tzinfo) == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("words", "start"),
    [
        ("{amount: 1, unit: working_day}", "1999-05-04 10:00"),
        ("{amount: 1, unit: working_day}", "2060-12-31 10:00"),
        ("{amount: 9999999, unit: working_hour}", "2026-03-09 10:00"),
    ],
    ids=["before the calendar", "after the calendar", "beyond the calendar"],
)
def test_outside_the_calendar_there_is_no_answer_rather_than_a_wrong_one(words: str, start: str):
    with pytest.raises(UnableToReckon, match="outside the calendar"):
        count(words, start)
