"""What a clause says about time, as values: amounts, tables by facts, agreed moments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from chengnuo.rules.calendar import Minutes
from chengnuo.rules.conditions import Condition, Test
from chengnuo.rules.units import Unit


class Ends(StrEnum):
    """Where in the last day a count ends (Civil Code art. 203)."""

    DAY_END = "day_end"
    CLOSE_OF_BUSINESS = "close_of_business"
    SAME_TIME = "same_time"


class Roll(StrEnum):
    """Where a last day that is a rest day moves: to the next working day, or to the one before.

    None of it is moved back onto or before the starting day: where no working day lies between,
    the last day stays.
    """

    NONE = "none"
    FORWARD = "forward"
    BACKWARD = "backward"


class Starts(StrEnum):
    """When a clock begins that is started outside office hours."""

    AS_RECEIVED = "as_received"
    NEXT_OPENING = "next_opening"


class ShiftEnd(StrEnum):
    """What the end of the shift does to a shift clock (reading A-12)."""

    HAND_OVER = "hand_over"
    CAP = "cap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """An amount of a unit, with the counting settings of the rule.

    `between` (elapsed units only): only this stretch of every local day counts, in minutes.
    """

    amount: int
    unit: Unit
    count_start_day: bool = False
    ends: Ends = Ends.DAY_END
    roll: Roll = Roll.NONE
    shift_end: ShiftEnd = ShiftEnd.HAND_OVER
    between: Minutes | None = None
    starts: Starts = Starts.AS_RECEIVED

    def open_minutes(self) -> tuple[Minutes, ...]:
        """The stretches of every local day that count; a window past midnight is two of them."""
        if self.between is None:
            return ((0, 1440),)
        begin, end = self.between
        if begin < end:
            return (self.between,)
        return tuple(m for m in ((0, end), (begin, 1440)) if m[0] < m[1])


@dataclass(frozen=True, slots=True)
class LimitBand:
    """One band of a table."""

    when: Condition
    limit: Limit


@dataclass(frozen=True, slots=True)
class LimitTable:
    """The amount depends on facts; exactly one row matches once all of them are known."""

    rows: tuple[LimitBand, ...]
    # Of the bands' conditions, and of these with their limits: asked for at every event.
    asked: frozenset[str] = field(init=False, repr=False, compare=False)
    facts: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        asked = frozenset[str]().union(*(row.when.facts() for row in self.rows))
        object.__setattr__(self, "asked", asked)
        object.__setattr__(self, "facts", asked.union(*(facts_of(row.limit) for row in self.rows)))


@dataclass(frozen=True, slots=True)
class MinOf:
    """The earlier of several clocks governs."""

    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class MaxOf:
    """The later of several clocks governs."""

    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class Agreed:
    """The moment stands in a contract or an appointment: the fact that holds it."""

    fact: str


@dataclass(frozen=True, slots=True)
class Unnumbered:
    """The text says "at once", "in time" or nothing: no due moment (reading A-26, A-27)."""

    word: str


Limit = Count | LimitTable | MinOf | MaxOf | Agreed | Unnumbered


def tests_of(limit: Limit) -> Iterator[Test]:
    """The comparisons that choose among the amounts."""
    for row in limit.rows if isinstance(limit, LimitTable) else ():
        yield from row.when.tests
        yield from tests_of(row.limit)
    for part in limit.limits if isinstance(limit, MinOf | MaxOf) else ():
        yield from tests_of(part)


def facts_of(limit: Limit) -> frozenset[str]:
    """The facts on which the due moment depends."""
    if isinstance(limit, LimitTable):
        return limit.facts
    if isinstance(limit, MinOf | MaxOf):
        return frozenset[str]().union(*(facts_of(part) for part in limit.limits))
    if isinstance(limit, Agreed):
        return frozenset({limit.fact})
    return frozenset()
