"""Conditions on facts: `area: urban`, `diameter_mm: {gte: 600, lte: 800}`, `start_time: …`.

A condition can be true, false or unknown (None) where a fact is not known yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

Value = str | bool | int | float | Decimal | datetime | None
Facts = Mapping[str, Value]

START_TIME = "start_time"
START_DAY = "start_day"
START_WEEKDAY = "start_weekday"
START_HOLIDAY = "start_holiday"
OF_THE_START = frozenset({START_TIME, START_DAY, START_WEEKDAY, START_HOLIDAY})
"""Facts that no form asks for: they follow from the moment of the start and the calendar."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Times:
    """A bound that is another fact, or so many times it, less another (`less`)."""

    fact: str
    factor: float = 1
    less: str = ""

    def of(self, facts: Facts) -> Value:
        """The bound under these facts; None while the fact is unknown."""
        told, off = facts.get(self.fact), facts.get(self.less) if self.less else 0
        if told is None or off is None or (self.factor == 1 and not self.less):
            return None if off is None else told
        for one in (told, off):
            if isinstance(one, bool) or not isinstance(one, int | float | Decimal):
                raise TypeError(f"nothing is reckoned with {one!r}")
        # Decimals: three times 0.1 is 0.3.
        return Decimal(str(self.factor)) * Decimal(str(told)) - Decimal(str(off))

    def facts(self) -> frozenset[str]:
        return frozenset({self.fact, self.less} - {""})

    def said(self, names: Mapping[str, str]) -> str:
        """In words, each fact by its name."""
        times = f"{self.factor:g} × " if self.factor != 1 else ""
        off = f" − {names.get(self.less, self.less)}" if self.less else ""
        return f"{times}{names.get(self.fact, self.fact)}{off}"


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of one fact. `op`: in, not_in, lt, lte, gt, gte, window."""

    fact: str
    op: str
    value: tuple[Value | Times, ...]

    def holds(self, facts: Facts) -> bool | None:
        """True or False; None when the fact, or the one it is compared with, is unknown."""
        actual = facts.get(self.fact)
        if actual is None:
            return None
        bound = self.value[0]
        if isinstance(bound, Times):
            against = bound.of(facts)
            return None if against is None else _compare(actual, self.op, against)
        if self.op == "in":
            return actual in self.value
        if self.op == "not_in":
            return actual not in self.value
        if self.op == "window":
            return _in_window(actual, self.value)
        return _compare(actual, self.op, bound)

    def facts(self) -> frozenset[str]:
        """The facts that it asks for."""
        bounds = [v.facts() for v in self.value if isinstance(v, Times)]
        return frozenset({self.fact}).union(*bounds)


def _in_window(actual: Value, window: tuple[Value | Times, ...]) -> bool:
    begin, end = window
    if not isinstance(actual, int) or not isinstance(begin, int) or not isinstance(end, int):
        raise TypeError("a window compares minutes of the local day")
    return (actual - begin) % 1440 < ((end - begin) % 1440 or 1440)


def _compare(actual: Value, op: str, bound: Value) -> bool:
    if isinstance(actual, datetime) and isinstance(bound, datetime):
        return _ordered(actual.timestamp(), op, bound.timestamp())
    if isinstance(actual, int | float | Decimal) and isinstance(bound, int | float | Decimal):
        return _ordered(float(actual), op, float(bound))
    raise TypeError(f"cannot compare {actual!r} with {bound!r}")


def _ordered(left: float, op: str, right: float) -> bool:
    if op == "lt":
        return left < right
    if op == "lte":
        return left <= right
    if op == "gt":
        return left > right
    return left >= right


@dataclass(frozen=True, slots=True)
class Condition:
    """All tests must hold; an empty condition always does."""

    tests: tuple[Test, ...] = ()
    # Asked for at every event, and known for good.
    _facts: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        asked = frozenset[str]().union(*(t.facts() for t in self.tests))
        object.__setattr__(self, "_facts", asked)

    def holds(self, facts: Facts) -> bool | None:
        """False as soon as one test fails; None when none fails but a fact is unknown."""
        unknown = False
        for test in self.tests:
            verdict = test.holds(facts)
            if verdict is False:
                return False
            unknown = unknown or verdict is None
        return None if unknown else True

    def facts(self) -> frozenset[str]:
        """The facts that its tests ask for."""
        return self._facts


ALWAYS = Condition()
