"""The units of the regulations, one table: how each counts, what may stand beside it, its words.

Whoever counts, checks, quotes or tells an amount of time reads it here and knows no unit by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chengnuo.rules.words import Text


class Unit(StrEnum):
    """The units of the regulations. `ring` is a telephone's; `shift_*` are the start's shift's."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    RING = "ring"
    NATURAL_DAY = "natural_day"
    WORKING_DAY = "working_day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    WORKING_HOUR = "working_hour"
    WORKING_MINUTE = "working_minute"
    SHIFT_HOUR = "shift_hour"
    SHIFT_MINUTE = "shift_minute"
    NEXT_DAY = "next_day"


class Way(StrEnum):
    """How a unit counts, forward (`counting`) and back (`counting_back`)."""

    ELAPSED = "elapsed"  # by the clock, day and night
    WORKED = "worked"  # by the clock, business hours only
    WORKING_DAYS = "working_days"  # from working day to working day
    CALENDAR = "calendar"  # by the days and months of the calendar


DAY_KEYS = frozenset({"count_start_day", "ends", "roll", "starts"})
CLOCK_KEYS = frozenset({"between", "starts"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What is to be known of a unit.

    `seconds` is the length where a clock counts it; None there: as long as the calendar says (a
    ring). `days` and `months` are the steps on the calendar. `said` is the family in which a clause
    names it, `meant` what authors of packs write for it. `most` is where an amount becomes a slip:
    a hundred years; of a shift a day, of rings a hundred.
    """

    name: Text
    way: Way
    most: int
    takes: frozenset[str]
    said: str
    seconds: int | None = None
    days: int = 0
    months: int = 0
    meant: tuple[str, ...] = ()
    has_mean: bool = False
    has_today: bool = False
    of_a_shift: bool = False


YEARS = 100
DAYS = YEARS * 366
UNITS: dict[Unit, Measure] = {
    Unit.SECOND: Measure(
        name=Text("秒", "second"), way=Way.ELAPSED, seconds=1, most=DAYS * 86_400,
        takes=CLOCK_KEYS, said="time", meant=("sec", "秒"), has_mean=True,
    ),
    Unit.MINUTE: Measure(
        name=Text("分钟", "minute"), way=Way.ELAPSED, seconds=60, most=DAYS * 1_440,
        takes=CLOCK_KEYS, said="time", meant=("min", "分钟"), has_mean=True,
    ),
    Unit.HOUR: Measure(
        name=Text("小时", "hour"), way=Way.ELAPSED, seconds=3600, most=DAYS * 24,
        takes=CLOCK_KEYS, said="time", meant=("h", "小时"), has_mean=True,
    ),
    Unit.RING: Measure(
        name=Text("声铃响", "ring"), way=Way.ELAPSED, most=100,
        takes=frozenset({"starts"}), said="ring", has_mean=True,
    ),
    # Of the two days nothing at all has a meaning: today (当日).
    Unit.NATURAL_DAY: Measure(
        name=Text("个自然日", "calendar day"), way=Way.CALENDAR, days=1, most=DAYS, takes=DAY_KEYS,
        said="day", meant=("day", "days", "calendar_day", "日", "天", "自然日"), has_mean=True,
        has_today=True,
    ),
    # A working day never ends on a rest day.
    Unit.WORKING_DAY: Measure(
        name=Text("个工作日", "working day"), way=Way.WORKING_DAYS, days=1, most=DAYS,
        takes=DAY_KEYS - {"roll"}, said="working_day",
        meant=("day", "days", "business_day", "workday", "工作日"), has_mean=True, has_today=True,
    ),
    Unit.WEEK: Measure(
        name=Text("周", "week"), way=Way.CALENDAR, days=7, most=YEARS * 53, takes=DAY_KEYS,
        said="day", meant=("weekly", "周"),
    ),
    # Months and years differ in length: there is no mean of them.
    Unit.MONTH: Measure(
        name=Text("个月", "month"), way=Way.CALENDAR, months=1, most=YEARS * 12, takes=DAY_KEYS,
        said="month", meant=("monthly", "月"),
    ),
    Unit.YEAR: Measure(
        name=Text("年", "year"), way=Way.CALENDAR, months=12, most=YEARS, takes=DAY_KEYS,
        said="month", meant=("annually", "yearly", "年"),
    ),
    # Business hours never begin outside of them: they take no `starts`.
    Unit.WORKING_HOUR: Measure(
        name=Text("个工作小时", "working hour"), way=Way.WORKED, seconds=3600, most=DAYS * 24,
        takes=frozenset(), said="time", meant=("business_hour",), has_mean=True,
    ),
    Unit.WORKING_MINUTE: Measure(
        name=Text("个工作分钟", "working minute"), way=Way.WORKED, seconds=60, most=DAYS * 1_440,
        takes=frozenset(), said="time", has_mean=True,
    ),
    Unit.SHIFT_HOUR: Measure(
        name=Text("小时（本班次）", "hour of this shift"), way=Way.ELAPSED, seconds=3600, most=24,
        takes=frozenset({"shift_end", "starts"}), said="time", has_mean=True, of_a_shift=True,
    ),
    Unit.SHIFT_MINUTE: Measure(
        name=Text("分钟（本班次）", "minute of this shift"), way=Way.ELAPSED, seconds=60,
        most=1_440, takes=frozenset({"shift_end", "starts"}), said="time", has_mean=True,
        of_a_shift=True,
    ),
    Unit.NEXT_DAY: Measure(
        name=Text("日之后", "day after"), way=Way.CALENDAR, days=1, most=DAYS,
        takes=DAY_KEYS - {"count_start_day"}, said="next_day", meant=("day", "次日"),
    ),
}  # fmt: skip
BESIDE = ("count_start_day", "ends", "roll", "shift_end", "between", "starts")
"""Everything that may stand beside an amount and its unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleKind:
    """Which keys a kind of rule does something with: of those beside its limit, and of those that
    all kinds may say."""

    limit: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()


DUE_KEYS = frozenset({"warn", "escalate", "urgent"})
MATTER_KEYS = frozenset({"blocks_close", "on_reopen"})
KINDS: dict[str, RuleKind] = {
    "within": RuleKind(limit=frozenset(BESIDE), keys=DUE_KEYS | MATTER_KEYS),
    "before": RuleKind(
        limit=frozenset({"count_start_day", "ends", "between"}), keys=DUE_KEYS | MATTER_KEYS
    ),
    "recurring": RuleKind(limit=frozenset(BESIDE), keys=DUE_KEYS),
    "gate": RuleKind(limit=frozenset(BESIDE)),
    "standing": RuleKind(),
    "prohibition": RuleKind(),
}


def taking(key: str) -> tuple[Unit, ...]:
    """The units whose counting a key changes."""
    return tuple(unit for unit, measure in UNITS.items() if key in measure.takes)


def is_day(unit: Unit) -> bool:
    """Whether it counts whole days, of whatever kind."""
    return UNITS[unit].way in (Way.CALENDAR, Way.WORKING_DAYS)


def by_business(unit: Unit) -> bool:
    """Whether only business time counts."""
    return UNITS[unit].way in (Way.WORKED, Way.WORKING_DAYS)


def length_of(unit: Unit, ring: int = 0) -> int:
    """The seconds of one of a unit; `ring` is how long a ring lasts. A day is 24 hours here."""
    measure = UNITS[unit]
    return measure.days * 86_400 or ring if measure.seconds is None else measure.seconds
