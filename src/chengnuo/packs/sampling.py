"""Sample moments and facts at every edge of a limit: how tables are proved and packs compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise, product
from zoneinfo import ZoneInfo

from chengnuo.packs.schema import Pack
from chengnuo.packs.triggers import ConditionField, condition
from chengnuo.rules.conditions import (
    OF_THE_START,
    START_DAY,
    START_HOLIDAY,
    START_TIME,
    START_WEEKDAY,
    WEEKDAYS,
    Test,
    Times,
    Value,
)

MOST_SAMPLES = 5000


def sample_facts(pack: Pack, given: Iterable[ConditionField]) -> Iterator[dict[str, Value]]:
    """Every combination of values around the bounds that the conditions name."""
    tests: dict[str, list[Test]] = {}
    for one in given:
        for test in condition(one).tests:
            tests.setdefault(test.fact, []).append(test)
    names = sorted(n for n in tests if n not in OF_THE_START)
    values = [_values(pack, name, tests[name]) for name in names]
    for index, combination in enumerate(product(*values)):
        if index >= MOST_SAMPLES:
            return
        yield dict(zip(names, combination, strict=True))


def _values(pack: Pack, name: str, tests: list[Test]) -> list[Value]:
    fact = pack.facts.get(name)
    if fact is not None and fact.type == "choice":
        return list(fact.values)
    if fact is not None and fact.type == "flag":
        return [True, False]
    bounds = sorted({v for t in tests for v in t.value if isinstance(v, int | float)})
    around: set[float] = set()
    for low in bounds:
        around |= {low - 1, low, low + 1}
    around |= {(a + b) / 2 for a, b in pairwise(bounds)}
    lowest = fact.min if fact is not None else None
    highest = fact.max if fact is not None else None
    kept = [
        v
        for v in sorted(around)
        if (lowest is None or v >= lowest) and (highest is None or v <= highest)
    ]
    return [*kept] or [v for t in tests for v in t.value[:1] if not isinstance(v, Times)]


def sample_starting_facts() -> Iterator[dict[str, Value]]:
    """The facts of the start, as they can come together: no holiday is a working day."""
    for minute in range(0, 1440, 15):
        for weekday in WEEKDAYS:
            for day, holiday in (("working", False), ("rest", False), ("rest", True)):
                yield {
                    START_TIME: minute,
                    START_WEEKDAY: weekday,
                    START_DAY: day,
                    START_HOLIDAY: holiday,
                }


def sample_starts(zone: str) -> Iterator[datetime]:
    """Moments that differ for every clock: around holidays, weekends, month ends, night and day."""
    tz = ZoneInfo(zone)
    days = (
        (2025, 1, 26), (2025, 9, 30), (2025, 12, 31), (2026, 1, 30), (2026, 2, 12), (2026, 2, 13),
        (2026, 2, 14), (2026, 2, 18), (2026, 2, 28), (2026, 4, 30), (2026, 5, 9), (2026, 6, 17),
        (2026, 6, 20), (2026, 8, 31), (2026, 9, 24), (2026, 9, 30), (2026, 10, 10),
    )  # fmt: skip
    for year, month, day in days:
        for hours in (0, 7.5, 9, 17, 17.75, 23.5):
            yield datetime(year, month, day, tzinfo=tz) + timedelta(hours=hours)
