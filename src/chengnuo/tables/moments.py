"""Moments as people and programs spell them. What can be read in two ways is not read.

`11/20/26` and `05/06/2026` stay unread: nobody can tell the day from the month or the year.
24:00 is the next day's 00:00; a date alone is a day, which an explicit 00:00 is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from chengnuo.tables.cleaning import folded
from chengnuo.tables.shapes import EPOCH_1900


@dataclass(frozen=True, slots=True)
class Spelt:
    """A moment without a zone unless the text names one. `is_day`: the text names a day only;
    `is_24`: it names the end of a day, which is the next one's 00:00."""

    at: datetime
    is_day: bool
    is_24: bool = False


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
WEEKDAY = re.compile(
    r"[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b\.?,?"
)
# Blanks around what separates the parts of a date mean nothing.
LOOSE = re.compile(r"\s*([-/.年月])\s*(?=\d)|(?<=\d)\s+(?=[年月日号])")
YEAR_FIRST = re.compile(
    r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})(?:[日号]|(?!\d))(.*)", re.DOTALL
)
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)(.*)", re.DOTALL)
DAY_NAMED = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?[-\s]?{MONTH}[-,\s]*(\d{{4}})(?!\d)(.*)", re.DOTALL
)
NAMED_DAY = re.compile(rf"{MONTH}\s*(\d{{1,2}})(?:st|nd|rd|th)?,?\s*(\d{{4}})(?!\d)(.*)", re.DOTALL)
DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[t\s]?(\d{2})(\d{2})(\d{2})?)?")
COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)(.+)", re.DOTALL)
SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
# Serials of the years 1954 to 2119: smaller and larger numbers are no dates.
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000

MORNING = ("上午", "早上", "早晨", "清晨", "凌晨")
AFTERNOON = ("下午", "午后", "傍晚", "晚上", "晚间", "夜间", "晚")
PERIOD = "|".join((*MORNING, "中午", *AFTERNOON))
CLOCK = re.compile(
    rf"(?P<period>{PERIOD}|[ap]\.?m\.?)?\s*(?P<hour>\d{{1,2}})"
    r"(?:\s*[:时点]\s*(?:(?P<half>半|一刻|三刻)|(?P<minute>\d{1,2})(?!\d)"
    r"(?:\s*[:分]\s*(?:(?P<second>\d{1,2})(?:[.,](?P<part>\d{1,9}))?\s*秒?)?)?)?(?P<sharp>整)?)?"
    r"\s*(?P<after>[ap]\.?m\.?)?\s*(?P<zone>z|utc|gmt|[+-]\d{2}(?::?\d{2})?)?"
)
PARTS = {"半": 30, "一刻": 15, "三刻": 45}

NUMERALS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "两": "2"}
CHINESE_YEAR = re.compile(r"[〇零一二三四五六七八九]{4}(?=年)")
CHINESE_NUMBER = re.compile(
    r"[一二三四五六七八九]?十[一二三四五六七八九]?|[零〇一二两三四五六七八九](?!刻)"
)


def spelt(text: str) -> Spelt | None:
    """The moment that a text spells, or None where it spells none or more than one."""
    plain = folded(text)
    if re.search("[〇零一二三四五六七八九十]", plain):
        plain = _with_digits(WEEKDAY.sub(" ", plain))
    plain = LOOSE.sub(r"\1", WEEKDAY.sub(" ", plain)).strip()
    try:
        return _spelt(" ".join(plain.split()))
    except (ValueError, OverflowError):
        return None


def _spelt(text: str) -> Spelt | None:
    if found := DIGITS.fullmatch(text):
        year, month, day, *clock = (int(part) if part else None for part in found.groups())
        whole = date(year or 0, month or 0, day or 0)
        if clock[0] is None:
            return Spelt(datetime.combine(whole, time()), is_day=True)
        return _moment(whole, clock[0], clock[1] or 0, clock[2] or 0)
    if SERIAL.fullmatch(text):
        return of_serial(float(text))
    day_and_rest = _day(text)
    if day_and_rest is None:
        return None
    day_of, rest = day_and_rest
    rest = rest.removeprefix("t").strip(" ,")
    if not rest:
        return Spelt(datetime.combine(day_of, time()), is_day=True)
    return _clock(day_of, rest)


def _day(text: str) -> tuple[date, str] | None:
    if found := YEAR_FIRST.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3])), found[4]
    if found := COMPACT_DAY.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3])), found[4]
    if found := YEAR_LAST.fullmatch(text):
        first, second = int(found[1]), int(found[3])
        if first > 12 or first == second:
            return date(int(found[4]), second, first), found[5]
        return (date(int(found[4]), first, second), found[5]) if second > 12 else None
    if found := DAY_NAMED.fullmatch(text):
        return date(int(found[3]), 1 + MONTHS.index(found[2][:3]), int(found[1])), found[4]
    if found := NAMED_DAY.fullmatch(text):
        return date(int(found[3]), 1 + MONTHS.index(found[1][:3]), int(found[2])), found[4]
    return None


def _clock(day: date, text: str) -> Spelt | None:
    found = CLOCK.fullmatch(text)
    if found is None or not (found["minute"] or found["half"] or re.search("[时点apm]", text)):
        return None
    if found["period"] and found["after"]:
        return None
    hour = _hour(int(found["hour"]), (found["period"] or found["after"] or "").replace(".", ""))
    if hour is None:
        return None
    minute = PARTS[found["half"]] if found["half"] else int(found["minute"] or 0)
    part = int((found["part"] or "0").ljust(6, "0")[:6])
    return _moment(day, hour, minute, int(found["second"] or 0), part, _zone(found["zone"]))


def _hour(hour: int, period: str) -> int | None:
    """The hour of the day; None where the words and the number do not agree."""
    if not period:
        return hour
    if period in ("am", "pm"):
        if not 1 <= hour <= 12:
            return hour if period == "pm" and 12 < hour < 24 else None
        return hour % 12 + (12 if period == "pm" else 0)
    if period in MORNING:
        if hour == 12:
            # 凌晨12点 is midnight; 上午12点 is noon to some and midnight to others.
            return 0 if period == "凌晨" else None
        return hour if hour < 12 else None
    if period == "中午":
        return {11: 11, 12: 12, 1: 13, 13: 13, 2: 14}.get(hour)
    if hour == 12:
        # 晚上12点 is the end of one day to some and of another to others.
        return 12 if period in ("下午", "午后") else None
    return hour + 12 if 1 <= hour < 12 else hour if 12 < hour < 24 else None


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-span if text[0] == "-" else span)


def _moment(
    day: date, hour: int, minute: int, second: int = 0, part: int = 0, zone: tzinfo | None = None
) -> Spelt:
    if hour == 24 and not (minute or second or part):
        end = datetime.combine(day + timedelta(days=1), time(), zone)
        return Spelt(end, is_day=False, is_24=True)
    return Spelt(datetime.combine(day, time(hour, minute, second, part), zone), is_day=False)


def of_serial(serial: float, epoch: date = EPOCH_1900) -> Spelt | None:
    """The moment of a spreadsheet's day number, to the second; a whole number is a day."""
    if not FIRST_SERIAL <= serial < LAST_SERIAL:
        return None
    days = int(serial)
    seconds = round((serial - days) * 86_400)
    at = datetime.combine(epoch, time()) + timedelta(days=days, seconds=seconds)
    return Spelt(at, is_day=serial == days)


def _with_digits(text: str) -> str:
    """Chinese numerals of a date as digits: 二〇二六年十一月二十日 is 2026年11月20日."""
    text = CHINESE_YEAR.sub(lambda m: "".join(NUMERALS[c] for c in m[0]), text)
    text = re.sub("二十|廿", "二十", text)
    return CHINESE_NUMBER.sub(lambda m: _number(m[0]), text)


def _number(text: str) -> str:
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return NUMERALS[text]
    return str(int(NUMERALS.get(tens, "1")) * 10 + int(NUMERALS.get(ones, "0")))
