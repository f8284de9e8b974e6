"""Moments as people write them, in both languages: on a page, in a table, in a sentence, to
customers. One row says what stands where."""

from datetime import UTC, date, datetime

import pytest

from chengnuo.rules import moments
from chengnuo.rules.moments import Style

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
NEW_YEAR = datetime(2027, 1, 1, 0, 0, tzinfo=UTC)

WRITTEN = {
    "on a page": (NOON, {}, "11月22日（周日）16:30", "Sun 22 Nov, 16:30"),
    "in a table": (NOON, {"style": Style.TABLE}, "11-22（周日）16:30", "Sun 22 Nov, 16:30"),
    "in a sentence": (NOON, {"style": Style.SENTENCE}, "11月22日16:30", "Sun 22 Nov, 16:30"),
    "seconds are not said": (
        NOON.replace(second=59), {}, "11月22日（周日）16:30", "Sun 22 Nov, 16:30",
    ),
    "a deadline ends its day": (
        MIDNIGHT, {"deadline": True}, "11月22日（周日）24:00", "Sun 22 Nov, 24:00",
    ),
    "in a table too": (
        MIDNIGHT, {"deadline": True, "style": Style.TABLE}, "11-22（周日）24:00",
        "Sun 22 Nov, 24:00",
    ),
    "what happened at midnight began a day": (
        MIDNIGHT, {}, "11月23日（周一）00:00", "Mon 23 Nov, 00:00",
    ),
    "a second after midnight is no end of a day": (
        MIDNIGHT.replace(second=1), {"deadline": True}, "11月23日（周一）00:00",
        "Mon 23 Nov, 00:00",
    ),
    "the last day of this year needs no year": (
        NEW_YEAR, {"deadline": True}, "12月31日（周四）24:00", "Thu 31 Dec, 24:00",
    ),
    "the first of the next does": (
        NEW_YEAR, {}, "2027年1月1日（周五）00:00", "Fri 1 Jan 2027, 00:00",
    ),
    "another year in a table": (
        NEW_YEAR, {"style": Style.TABLE}, "2027-01-01（周五）00:00", "Fri 1 Jan 2027, 00:00",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("at", "how", "zh", "en"), WRITTEN.values(), ids=WRITTEN)
def test_a_moment_as_people_write_it(at, how, zh, en):
    told = moments.moment(at, now=NOW, **how)
    assert (told.zh, told.en) == (zh, en)


def test_the_year_stands_where_nobody_says_which_year_it_is():
    told = moments.moment(NOON)
    assert (told.zh, told.en) == ("2026年11月22日（周日）16:30", "Sun 22 Nov 2026, 16:30")


TO_CUSTOMERS = {
    "an hour": (NOON, True, "2026年11月22日16:30", "16:30 on 22 November 2026"),
    "the end of a day": (MIDNIGHT, True, "2026年11月22日24:00", "the end of 22 November 2026"),
    "a midnight that is no deadline": (
        MIDNIGHT, False, "2026年11月23日00:00", "00:00 on 23 November 2026",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("at", "deadline", "zh", "en"), TO_CUSTOMERS.values(), ids=TO_CUSTOMERS)
def test_customers_are_told_in_whole_words(at, deadline, zh, en):
    told = moments.to_customer(at, deadline=deadline)
    assert (told.zh, told.en) == (zh, en)


def test_days_and_months():
    on = date(2026, 11, 2)
    assert moments.day(on).as_dict() == {"zh": "2026年11月2日", "en": "2 Nov 2026"}
    assert moments.day(on, now=NOW).as_dict() == {"zh": "11月2日", "en": "2 Nov"}
    assert moments.day(on, style=Style.TABLE).zh == "2026-11-02"
    assert moments.day_of_axis(on).as_dict() == {"zh": "11-02", "en": "2 Nov"}
    assert moments.month(on).as_dict() == {"zh": "2026年11月", "en": "November 2026"}
    week = moments.days(on, date(2026, 11, 8))
    assert week.as_dict() == {"zh": "2026年11月2日～2026年11月8日", "en": "2 Nov 2026 – 8 Nov 2026"}


PERIODS = {
    "2026-11-02": ("2026年11月2日", "2 Nov 2026"),
    "2026-W47": ("2026年第47周", "Week 47 of 2026"),
    "2026-11": ("2026年11月", "November 2026"),
    "2026-Q4": ("2026年第4季度", "Quarter 4 of 2026"),
    "2026-H1": ("2026年上半年", "First half of 2026"),
    "2026-H2": ("2026年下半年", "Second half of 2026"),
    "2026": ("2026年", "2026"),
    "2": ("2", "2"),
    "2026-03-09T10:30": ("2026-03-09T10:30", "2026-03-09T10:30"),
}


@pytest.mark.parametrize(("label", "said"), PERIODS.items())
def test_a_period_by_the_name_that_rules_give_it(label, said):
    told = moments.period(label)
    assert (told.zh, told.en) == said


def test_what_machines_read():
    assert moments.for_control(NOON) == "2026-11-22T16:30"
    assert moments.month_key(NOON) == "2026-11"
    assert moments.for_number(NOON) == "261122"
    assert moments.for_file(NOON) == "20261122"
    assert moments.for_log(NOON) == "20261122T163000"
