# ruff: noqa: E501 (a row is one line, so that it can be read)
"""Recurring duties: which period is open at a moment, and when its deed is due."""

import pytest

from chengnuo.rules.periods import period_at, period_of
from chengnuo.rules.rulebook import Recurring
from tests.rules.world import at, book, calendar

PERIODS = {
    "by the 15th": ("every: month, by: {day: 15}", "2026-03-10 09:00", "2026-03", "2026-03-15 24:00"),
    "at its last moment": ("every: month, by: {day: 15}", "2026-03-15 24:00", "2026-03", "2026-03-15 24:00"),
    "from the 16th on the next month's": ("every: month, by: {day: 15}", "2026-03-16 00:01", "2026-04", "2026-04-15 24:00"),
    "before the 15th, that day not included": ("every: month, by: {day: 15}, by_day_included: false", "2026-03-10 09:00", "2026-03", "2026-03-14 24:00"),
    "about last month, due in this one": ("every: month, by: {day: 15}, in: next", "2026-03-10 09:00", "2026-02", "2026-03-15 24:00"),
    "about this month, due in the next": ("every: month, by: {day: 15}, in: next", "2026-03-20 09:00", "2026-03", "2026-04-15 24:00"),
    "the 31st of a shorter month": ("every: month, by: {day: 31}", "2026-02-10 09:00", "2026-02", "2026-02-28 24:00"),
    "by the end of the month": ("every: month", "2026-02-10 09:00", "2026-02", "2026-02-28 24:00"),
    "the first five working days, over National Day": ("every: month, by: {working_day: 5}", "2026-10-01 09:00", "2026-10", "2026-10-13 17:30"),
    "the last working day of the month": ("every: month, by: {working_day: -1}", "2026-02-10 09:00", "2026-02", "2026-02-28 17:30"),
    "the third working day after the quarter": ("every: quarter, by: {working_day: 3}, in: next", "2026-02-10 09:00", "2026-Q1", "2026-04-03 17:30"),
    "every Friday": ("every: week, by: {weekday: fri}", "2026-03-10 09:00", "2026-W11", "2026-03-13 24:00"),
    "on Saturday it is next week's": ("every: week, by: {weekday: fri}", "2026-03-14 09:00", "2026-W12", "2026-03-20 24:00"),
    "every day": ("every: day", "2026-03-10 09:00", "2026-03-10", "2026-03-10 24:00"),
    "every working day": ("every: working_day", "2026-02-16 09:00", "2026-02-24", "2026-02-24 17:30"),
    "every shift": ("every: shift", "2026-03-10 22:00", "2026-03-10T20:00", "2026-03-11 08:00"),
    "every half year, by 31 January": ("every: half_year, by: {month: 1, day: 31}", "2026-01-10 09:00", "2026-H1", "2026-01-31 24:00"),
    "the quarter's report by its 20th": ("every: quarter, by: {day: 20}", "2026-01-10 09:00", "2026-Q1", "2026-03-20 24:00"),
    "every year": ("every: year", "2026-03-10 09:00", "2026", "2026-12-31 24:00"),
    "every year by 31 January of the next": ("every: year, by: {month: 1, day: 31}, in: next", "2026-01-10 09:00", "2025", "2026-01-31 24:00"),
    "every two years, anchored": ("every: two_years, anchor_year: 2025", "2026-03-10 09:00", "2025", "2026-12-31 24:00"),
    "every two years, anchored the other way": ("every: two_years, anchor_year: 2026", "2026-03-10 09:00", "2026", "2027-12-31 24:00"),
    "meters read every two months": ("every: {months: 2}", "2026-04-10 09:00", "2026-03", "2026-04-30 24:00"),
    "meters changed every six years": ("every: {years: 6}, anchor_year: 2024", "2026-04-10 09:00", "2024-01", "2029-12-31 24:00"),
}  # fmt: skip


def recurring(words: str) -> Recurring:
    rule = book(f"duty: {{kind: recurring, {words}, stop: register.kept}}").rules["duty"]
    assert isinstance(rule, Recurring)
    return rule


@pytest.mark.parametrize(("words", "asked", "label", "due"), PERIODS.values(), ids=PERIODS)
def test_period(words: str, asked: str, label: str, due: str):
    period = period_at(rule=recurring(words), at=at(asked), calendar=calendar())
    assert (period.label, period.due_at) == (label, at(due))
    assert period.start < period.end


SHIFTS = {
    "that begin at half past": ("{day: '08:30-20:30', night: '20:30-08:30'}", "2026-03-10 22:00", "2026-03-10T20:30", "2026-03-11 08:30"),
    "by day": ("{day: '08:30-20:30', night: '20:30-08:30'}", "2026-03-10 20:29", "2026-03-10T08:30", "2026-03-10 20:30"),
    "that end at midnight": ("{late: '16:00-24:00'}", "2026-03-10 23:59", "2026-03-10T16:00", "2026-03-10 24:00"),
    "where none is on duty: the day": ("{late: '16:00-24:00'}", "2026-03-10 15:59", "2026-03-10T00:00", "2026-03-10 24:00"),
    "one round the clock": ("{all: '09:00-09:00'}", "2026-03-10 08:59", "2026-03-09T09:00", "2026-03-10 09:00"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "asked", "label", "due"), SHIFTS.values(), ids=SHIFTS)
def test_the_shift_at_a_moment(words: str, asked: str, label: str, due: str):
    used = calendar(f"{{shifts: {words}}}")
    period = period_at(rule=recurring("every: shift"), at=at(asked), calendar=used)
    assert (period.label, period.due_at) == (label, at(due))


SINCE = {
    "two years after the last": ("{amount: 2, unit: year}", "2026-03-09 10:00", "2028-03-09 24:00"),
    "three working days after the last": ("{amount: 3, unit: working_day}", "2026-03-06 10:00", "2026-03-11 17:30"),
    "moved off a rest day": ("{amount: 1, unit: month, roll: backward}", "2026-02-15 10:00", "2026-03-13 24:00"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "last", "due"), SINCE.values(), ids=SINCE)
def test_so_long_after_the_last(words: str, last: str, due: str):
    rule = book(f"x: {{kind: recurring, since_last: {words}, stop: register.kept}}").rules["x"]
    assert isinstance(rule, Recurring)
    found = period_at(rule=rule, at=at(last), calendar=calendar())
    assert found is not None
    assert (found.start, found.due_at) == (at(last), at(due))


SPANS = {
    "every: day": ("2026-03-09 00:00", "2026-03-10 00:00"),
    "every: week": ("2026-03-09 00:00", "2026-03-16 00:00"),
    "every: month": ("2026-03-01 00:00", "2026-04-01 00:00"),
    "every: quarter": ("2026-01-01 00:00", "2026-04-01 00:00"),
    "every: half_year": ("2026-01-01 00:00", "2026-07-01 00:00"),
    "every: year": ("2026-01-01 00:00", "2027-01-01 00:00"),
    "every: two_years, anchor_year: 2025": ("2025-01-01 00:00", "2027-01-01 00:00"),
    "every: {months: 2}": ("2026-03-01 00:00", "2026-05-01 00:00"),
    "every: shift": ("2026-03-09 08:00", "2026-03-09 20:00"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "span"), SPANS.items(), ids=SPANS)
def test_when_a_period_begins_and_ends(words: str, span: tuple[str, str]):
    found = period_of(rule=recurring(words), at=at("2026-03-09 10:00"), calendar=calendar())
    assert (found.start, found.end) == (at(span[0]), at(span[1]))


def test_without_a_period_nothing_is_planned():
    assert (
        period_at(rule=recurring("every: unset"), at=at("2026-03-10"), calendar=calendar()) is None
    )


@pytest.mark.parametrize("words", ["every: working_day", "every: month, by: {working_day: 1}"])
def test_working_days_of_an_unpublished_year_are_provisional(words: str):
    period = period_at(rule=recurring(words), at=at("2027-01-01 09:00"), calendar=calendar())
    assert period.unpublished == (2027,)


@pytest.mark.parametrize("words", [w for w, *_ in PERIODS.values()], ids=PERIODS)
def test_periods_follow_one_another_without_a_gap(words: str):
    rule, asked = recurring(words), at("2024-01-01 00:30")
    labels, due = [], None
    for _ in range(12):
        period = period_at(rule=rule, at=asked, calendar=calendar())
        assert due is None or period.due_at > due
        labels.append(period.label)
        due = period.due_at
        asked = due.fromtimestamp(due.timestamp() + 60, due.tzinfo)
    assert len(set(labels)) == len(labels)
