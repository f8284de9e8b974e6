"""Moments as people and programs spell them: one table of what each spelling means."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengnuo.tables.moments import spelt
from chengnuo.tables.shapes import EPOCH_1904
from chengnuo.tables.values import NotReadable, as_written, moment_of

# A spelling without a zone has none, and a day none either.
# ruff: noqa: DTZ001

SHANGHAI = ZoneInfo("Asia/Shanghai")
HALF_PAST_TWO = datetime(2026, 11, 20, 14, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20 14:30", "2026/11/20 14:30", "2026.11.20 14:30", "2026-11-20T14:30:00+08:00",
        "2026-11-20  14:30", "2026-11-20\xa014:30", "2026-11-20\n14:30", "2026-11-20 14：30",
        "２０２６-１１-２０ １４:３０", "2026-11-20 14:30\u200b", "2026-11-20T06:30:00Z",
        "2026年11月20日 14:30", "2026年11月20日14时30分", "2026年11月20日14点30分",
        "2026 年 11 月 20 日 14 时 30 分", "2026年11月20日下午2点30分", "2026年11月20日下午2点半",
        "2026/11/20 下午 2:30", "2026/11/20 2:30 PM", "2026/11/20 PM 2:30", "2026-11-20 2:30 p.m.",
        "二〇二六年十一月二十日下午两点半", "二零二六年十一月二十日 十四时三十分",
        "2026-11-20（星期五）14:30", "2026年11月20日 周五 下午2:30", "20-Nov-2026 14:30",
        "Nov 20, 2026 2:30 pm", "Fri, 20 Nov 2026 06:30:00 GMT", "11/20/2026 14:30",
        "20.11.2026 14:30", "202611201430", "20261120143000", "20261120 14:30", "20261120T143000",
        "20261120 1430", "20261120 143000",
        "46346.6041666667",
    ],
)  # fmt: skip
def test_one_moment_in_many_spellings(text):
    assert moment_of(text, (), SHANGHAI, "as_it_is") == HALF_PAST_TWO


@pytest.mark.parametrize(
    "text",
    [
        "11/20/26", "05/06/2026", "26-11-20", "11-20 14:30", "2026-11", "2026-13-01", "2026-02-29",
        "2026-11-20 25:00", "2026-11-20 24:30", "2026-11-20 14:60", "2026-11-20 晚上12点",
        "2026-11-20 上午12:30", "2026-11-20 上午14:30", "昨天上午", "无", "1234567", "99999",
        "2026-11-20 14", "12:30",
    ],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_or_none_is_refused(text):
    with pytest.raises(NotReadable):
        moment_of(text, (), SHANGHAI, "as_it_is")


@pytest.mark.parametrize(
    ("cell", "as_it_is", "day_end", "zero_is_day_end"),
    [
        ("2026-12-05", "12-05 00:00", "12-06 00:00", "12-06 00:00"),
        ("2026年12月5日", "12-05 00:00", "12-06 00:00", "12-06 00:00"),
        (date(2026, 12, 5), "12-05 00:00", "12-06 00:00", "12-06 00:00"),
        (46361, "12-05 00:00", "12-06 00:00", "12-06 00:00"),
        ("2026-12-05 24:00", "12-06 00:00", "12-06 00:00", "12-06 00:00"),
        ("2026-12-05 24:00:00", "12-06 00:00", "12-06 00:00", "12-06 00:00"),
        ("2026-12-05 00:00", "12-05 00:00", "12-05 00:00", "12-06 00:00"),
        (datetime(2026, 12, 5), "12-05 00:00", "12-05 00:00", "12-06 00:00"),
        ("2026-12-05 18:00", "12-05 18:00", "12-05 18:00", "12-05 18:00"),
    ],
)
def test_a_day_ends_at_its_24_00_and_an_explicit_00_00_is_one(
    cell, as_it_is, day_end, zero_is_day_end
):
    found = [
        f"{moment_of(cell, (), SHANGHAI, how).astimezone(SHANGHAI):%m-%d %H:%M}"
        for how in ("as_it_is", "day_end", "zero_is_day_end")
    ]
    assert found == [as_it_is, day_end, zero_is_day_end]


def test_a_format_of_the_layout_comes_before_our_own_reading():
    found = moment_of("11/20/26", ("%m/%d/%y",), SHANGHAI, "day_end")
    assert found == datetime(2026, 11, 21, tzinfo=SHANGHAI)


def test_day_numbers_count_from_the_workbook_s_own_beginning():
    assert moment_of(44884.6041666667, (), SHANGHAI, "as_it_is", epoch=EPOCH_1904) == HALF_PAST_TWO


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("2026-12-05", "2026-12-05"),
        ("2026-12-05 24:00", "2026-12-05 24:00"),
        ("2026年12月5日\n下午2点", "2026年12月5日 下午2点"),
        (date(2026, 12, 5), "2026-12-05"),
        (datetime(2026, 12, 5, 18), "2026-12-05 18:00"),
    ],
)
def test_what_goes_back_has_the_sender_s_form(cell, written):
    assert as_written(cell) == written


@given(st.datetimes(datetime(1960, 1, 1), datetime(2100, 1, 1)))
def test_every_minute_is_read_back_from_each_spelling(at):
    at = at.replace(second=0, microsecond=0)
    half = "上午" if at.hour < 12 else "下午"
    spellings = [
        f"{at:%Y-%m-%d %H:%M}", f"{at.year}年{at.month}月{at.day}日{at.hour}时{at.minute}分",
        f"{at:%Y%m%d%H%M}", f"{at:%d %b %Y %H:%M}", f"{at:%b %d, %Y %I:%M %p}",
    ]  # fmt: skip
    if at.hour % 12:
        spellings.append(f"{at:%Y/%m/%d} {half} {at.hour % 12}:{at:%M}")
    for text in spellings:
        found = spelt(text)
        assert found is not None, text
        assert (found.at, found.is_day) == (at, False), text
    serial = (at - datetime(1899, 12, 30)) / timedelta(days=1)
    assert spelt(f"{serial:.10f}").at == at


@given(st.text())
def test_no_text_at_all_is_a_fault_of_ours(text):
    found = spelt(text)
    assert found is None or found.at.year
    with suppress(NotReadable):
        assert moment_of(text, (), SHANGHAI, "day_end").tzinfo is UTC
