"""Moments, days and months written out, for people and for machines: the one place that does it.

Every moment comes local already. A deadline at the end of a day is its 24:00, never the 00:00 of
the next. The year stands where `now` is of another year, or is not told.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from enum import Enum

from chengnuo.rules.words import Text

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

PARTS = re.compile(r"(?P<year>\d{4})-(?P<part>[QHW])(?P<number>\d{1,2})")
HALVES_ZH, HALVES_EN = "上下", ("First", "Second")


class Style(Enum):
    """Where it stands, which makes a difference in Chinese alone."""

    PAGE = "11月22日（周日）16:30"
    TABLE = "11-22（周日）16:30"
    SENTENCE = "11月22日16:30"


def moment(
    at: datetime,
    *,
    now: datetime | None = None,
    style: Style = Style.PAGE,
    deadline: bool = False,
    exact: bool = False,
) -> Text:
    """11月22日（周日）16:30 and Sun 22 Nov, 16:30; `exact`: with its seconds, where it has any."""
    on, time = _ended(at) if deadline else (at.date(), clock(at))
    if exact and at.second:
        time = f"{at:%H:%M:%S}"
    year = now is None or now.year != on.year
    weekday = "" if style is Style.SENTENCE else f"（周{WEEKDAYS_ZH[on.weekday()]}）"
    return Text(
        f"{_day_zh(on, style, year=year)}{weekday}{time}",
        f"{WEEKDAYS_EN[on.weekday()]} {_day_en(on, year=year)}, {time}",
    )


def to_customer(at: datetime, *, now: datetime | None = None, deadline: bool = False) -> Text:
    """In a sentence for customers, whom 24:00 tells nothing in English: …11月22日24:00前,
    by the end of 22 November 2026."""
    on, time = _ended(at) if deadline else (at.date(), clock(at))
    day_en = f"{on.day} {MONTHS_EN[on.month - 1]} {on.year}"
    return Text(
        moment(at, now=now, style=Style.SENTENCE, deadline=deadline).zh,
        f"the end of {day_en}" if time == "24:00" else f"{time} on {day_en}",
    )


def day(on: date, *, now: date | None = None, style: Style = Style.PAGE) -> Text:
    """2026年11月22日 (in a table 2026-11-22) and 22 Nov 2026."""
    year = now is None or now.year != on.year
    return Text(_day_zh(on, style, year=year), _day_en(on, year=year))


def days(first: date, last: date, *, style: Style = Style.PAGE) -> Text:
    """From the first day to the last, both included."""
    begins, ends = day(first, style=style), day(last, style=style)
    return Text(f"{begins.zh}～{ends.zh}", f"{begins.en} – {ends.en}")


def day_of_axis(on: date) -> Text:
    """As short as a picture needs it: 11-22 and 22 Nov."""
    return Text(_day_zh(on, Style.TABLE, year=False), _day_en(on, year=False))


def month(of: date) -> Text:
    """2026年11月 and November 2026."""
    return Text(f"{of.year}年{of.month}月", f"{MONTHS_EN[of.month - 1]} {of.year}")


def period(label: str) -> Text:
    """A period by the name that rules give it (2026-11-22, 2026-W47, 2026-11, 2026-Q4, 2026-H2,
    2026); anything else as it is."""
    if found := PARTS.fullmatch(label):
        year, number = found["year"], int(found["number"])
        if found["part"] == "W":
            return Text(f"{year}年第{number}周", f"Week {number} of {year}")
        if found["part"] == "Q":
            return Text(f"{year}年第{number}季度", f"Quarter {number} of {year}")
        return Text(
            f"{year}年{HALVES_ZH[number - 1]}半年", f"{HALVES_EN[number - 1]} half of {year}"
        )
    if re.fullmatch(r"\d{4}", label):
        return Text(f"{label}年", label)
    if re.fullmatch(r"\d{4}-\d{2}", label):
        return month(date.fromisoformat(f"{label}-01"))
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", label):
        return day(date.fromisoformat(label))
    return Text(label, label)


def clock(at: datetime) -> str:
    """16:30, in both languages."""
    return f"{at:%H:%M}"


# -- for machines: addresses, controls, names of files ---------------------------------------------


def for_control(at: datetime) -> str:
    """As `datetime-local` and an address want it: 2026-11-22T16:30."""
    return f"{at:%Y-%m-%dT%H:%M}"


def month_key(of: date) -> str:
    """As `month` and an address want it: 2026-11."""
    return f"{of:%Y-%m}"


def for_number(on: date) -> str:
    """In a case number: 261122."""
    return f"{on:%y%m%d}"


def for_file(on: date) -> str:
    """In the name of a file: 20261122."""
    return f"{on:%Y%m%d}"


def for_log(at: datetime) -> str:
    """In the name of a file of which there may be several a day: 20261122T163000."""
    return f"{at:%Y%m%dT%H%M%S}"


def _ended(at: datetime) -> tuple[date, str]:
    """The day and time of a deadline: midnight ends the day before."""
    if (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0):
        return at.date() - timedelta(days=1), "24:00"
    return at.date(), clock(at)


def _day_zh(on: date, style: Style, *, year: bool) -> str:
    if style is Style.TABLE:
        return f"{on:%Y-%m-%d}" if year else f"{on:%m-%d}"
    return f"{on.year}年{on.month}月{on.day}日" if year else f"{on.month}月{on.day}日"


def _day_en(on: date, *, year: bool) -> str:
    short = f"{on.day} {MONTHS_EN[on.month - 1][:3]}"
    return f"{short} {on.year}" if year else short
