"""Amounts with their units in Chinese or English prose: 三十日, 半小时, 两个工作日, 3-5 days.

A numeral is read as a whole (三十 is not 三), and only together with its unit: an amount of natural
days is none of working days. Amounts of one family are in one measure, so that 一周 is 7日 and
半小时 is 30分钟; hours are never days, since the one runs by the clock and the other by the
calendar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from unicodedata import normalize

import cn2an

from chengnuo.rules.units import UNITS, Unit, by_business

SPELT = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
ENGLISH = {word: number for number, word in enumerate(SPELT.split())}
ENGLISH |= {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
TIMES = {"once": 1, "twice": 2}
# A unit as it is written, its family, and how much of the family's measure it is.
AS_WRITTEN: tuple[tuple[str, str, Fraction], ...] = tuple(
    (pattern, family, Fraction(size))
    for pattern, family, size in (
        (r"个?工作日|个?营业日|(?:working|business)[ -]days?", "working_day", 1),
        (r"个?自然日|个?日历日|(?:natural|calendar)[ -]days?", "day", 1),
        (r"个?工作小时|(?:working|business)[ -]hours?", "working_time", 3600),
        (r"个?小时|个?钟头|hours?", "time", 3600),
        (r"刻钟", "time", 900),
        (r"分钟|minutes?|mins?\b", "time", 60),
        (r"秒钟?|seconds?", "time", 1),
        (r"个?星期|个?礼拜|周(?!年)|weeks?", "day", 7),
        (r"个?季度|quarters?", "month", 3),
        (r"个月|months?", "month", 1),
        (r"周?年(?!月|底|终|初)|years?", "month", 12),
        (r"天|日(?!常)|days?", "day", 1),
        (r"声(?:铃响|响)?|rings?", "ring", 1),
        (r"下(?=内|后|以内|必须|之内)", "ring", 1),
        (r"次(?!日|性|要)|遍|times", "times", 1),
        (r"%|per ?cent", "percent", 1),
        (r"‰|per ?mille", "permille", 1),
    )
)
NUMBER = r"(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千万]+|半)"
WORD = r"(?:\b(?:" + "|".join(ENGLISH) + r")\b)"
ANY = f"(?:{NUMBER}|{WORD})"
UNIT = "|".join(f"(?P<u{i}>{pattern})" for i, (pattern, _, _) in enumerate(AS_WRITTEN))
AMOUNT = re.compile(
    rf"(?P<listed>(?:{ANY}\s?(?:[-–—~～/+、,，]|至|到|或|和|or|to|and)\s?)*)"
    rf"(?P<last>{ANY})(?P<half>个半)?[ -]?(?:{UNIT})",
    re.IGNORECASE,
)
HALF_AN_HOUR = re.compile(r"half an? (?=hour|day|year|month|minute)", re.IGNORECASE)
SHARES = {"百": "percent", "千": "permille"}
SHARE = re.compile(rf"(?P<of>[百千])分之(?P<number>{NUMBER})")
DAY_OF_MONTH = re.compile(rf"(?:月(?:的)?第?|每月){NUMBER}(?:日|号)|{NUMBER}号(?!码|线)")
ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)\b", re.IGNORECASE)
FIXED = {
    "next_day": re.compile(r"次日|翌日|第二天|第二日|next day|following day", re.IGNORECASE),
    "third_day": re.compile(r"第三天|第三日|后天|day after next", re.IGNORECASE),
    "today": re.compile(r"当日|当天|即日|同日|same day|today", re.IGNORECASE),
}
OFTEN = re.compile(r"\b(once|twice)\b(?! over)(?!-| it )", re.IGNORECASE)
BETWEEN_WORDS = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")


@dataclass(frozen=True, slots=True)
class Amount:
    """So much of a family: `day` calendar days, `time` seconds, `month` months, `ring` …"""

    family: str
    number: Fraction


@dataclass(frozen=True, slots=True)
class WrittenAmount:
    """An amount in a text, and where it stands in the text as `plain` gives it."""

    amount: Amount
    start: int
    end: int


def plain(text: str) -> str:
    """The text as it is read: one width, no blanks beside Chinese characters."""
    return BETWEEN_WORDS.sub("", normalize("NFKC", text))


def said_in(text: str) -> list[WrittenAmount]:
    """Every amount of a text that has a unit, in the order of the text."""
    read = HALF_AN_HOUR.sub("半", plain(text))
    days = [(m.start(), m.end()) for m in DAY_OF_MONTH.finditer(read)]
    found = [*_amounts(read, days), *_shares(read), *_fixed(read), *_days_of_months(read)]
    return sorted(found, key=lambda s: (s.start, s.end))


def amounts_in(text: str) -> set[Amount]:
    return {said.amount for said in said_in(text)}


def _amounts(text: str, days: list[tuple[int, int]]) -> Iterator[WrittenAmount]:
    for match in AMOUNT.finditer(text):
        which = next(i for i in range(len(AS_WRITTEN)) if match[f"u{i}"])
        _, family, size = AS_WRITTEN[which]
        if any(start < match.end() and match.start("last") < end for start, end in days):
            continue
        last = _number(match["last"])
        if last is None:
            continue
        if match["half"]:
            last += Fraction(1, 2)
        yield WrittenAmount(Amount(family, last * size), match.start("last"), match.end())
        for other in re.finditer(ANY, match["listed"], re.IGNORECASE):
            number = _number(other[0])
            if number is not None:
                begin = match.start() + other.start()
                yield WrittenAmount(
                    Amount(family, number * size), begin, match.start() + other.end()
                )


def _shares(text: str) -> Iterator[WrittenAmount]:
    for match in SHARE.finditer(text):
        number = _number(match["number"])
        if number is not None:
            yield WrittenAmount(Amount(SHARES[match["of"]], number), match.start(), match.end())


def _fixed(text: str) -> Iterator[WrittenAmount]:
    for family, pattern in FIXED.items():
        for match in pattern.finditer(text):
            yield WrittenAmount(Amount(family, Fraction(1)), match.start(), match.end())
    for match in OFTEN.finditer(text):
        number = Fraction(TIMES[match[0].lower()])
        yield WrittenAmount(Amount("times", number), match.start(), match.end())


def _days_of_months(text: str) -> Iterator[WrittenAmount]:
    """每月15日, 3月31日, the 15th; and a day before which something is due (15日前)."""
    written = rf"({NUMBER})(?:日|号)(?=前|之前|以前)|(?<=月)({NUMBER})(?:日|号)"
    for match in re.finditer(written, text):
        number = _number(match[1] or match[2])
        if number is not None:
            yield WrittenAmount(Amount("date", number), match.start(), match.end())
    for match in ORDINAL.finditer(text):
        yield WrittenAmount(Amount("date", Fraction(int(match[1]))), match.start(), match.end())


def _number(word: str) -> Fraction | None:
    """A numeral as a whole; None for what is none (零零, 百)."""
    lowered = word.lower()
    if lowered in ENGLISH:
        return Fraction(ENGLISH[lowered])
    if lowered == "半":
        return Fraction(1, 2)
    if lowered[0].isdigit():
        return Fraction(lowered)
    try:
        return Fraction(str(cn2an.cn2an(lowered.replace("〇", "零"), "smart")))
    except ValueError:
        return None


def meant_by(amount: int, unit: Unit) -> set[Amount]:
    """What a text must say so that an amount of a rule stands in it: any one of these."""
    number = Fraction(amount)
    measure = UNITS[unit]
    if measure.seconds is not None:
        families = ("time", "working_time") if by_business(unit) else ("time",)
        return {Amount(family, number * measure.seconds) for family in families}
    if unit is Unit.NEXT_DAY:
        return {Amount("next_day" if amount == 1 else "third_day", Fraction(1))}
    if amount == 0:
        return {Amount("today", Fraction(1))}
    return {Amount(measure.said, number * (measure.months or measure.days or 1))}
