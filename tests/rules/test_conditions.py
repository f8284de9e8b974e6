"""When a condition on facts holds: at its bound, on either side of it, and where nobody knows."""

from decimal import Decimal
from typing import Any

import pytest

from chengnuo.rules import conditions
from tests.rules.world import at

MORNING, NOON, EVENING = (at(f"2026-03-09 {clock}") for clock in ("08:00", "12:00", "18:00"))
DAY, NIGHT = (8 * 60, 20 * 60), (20 * 60, 8 * 60)

# op, bound: what it says just below, at, and just above the bound
BOUNDS = {
    "less": ("lt", (True, False, False)),
    "at most": ("lte", (True, True, False)),
    "more": ("gt", (False, False, True)),
    "at least": ("gte", (False, True, True)),
}


@pytest.mark.parametrize(
    "around",
    [(599, 600, 601), (0.5, 1.0, 1.5), tuple(map(Decimal, "123")), (MORNING, NOON, EVENING)],
    ids=["whole", "parts", "decimal", "moments"],
)
@pytest.mark.parametrize(("op", "said"), BOUNDS.values(), ids=BOUNDS)
def test_a_bound(op: str, said: tuple[bool, ...], around: tuple[Any, Any, Any]):
    test = conditions.Test("size", op, (around[1],))
    assert tuple(test.holds({"size": value}) for value in around) == said


OTHERS = {
    "one of them": ("in", ("urban", "rural"), "rural", True),
    "none of them": ("in", ("urban", "rural"), "island", False),
    "not one of them": ("not_in", ("urban", "rural"), "island", True),
    "one that is excluded": ("not_in", ("urban", "rural"), "urban", False),
    "the first minute of a window": ("window", DAY, 8 * 60, True),
    "the minute before": ("window", DAY, 8 * 60 - 1, False),
    "its last minute": ("window", DAY, 20 * 60 - 1, True),
    "the minute at which it ends": ("window", DAY, 20 * 60, False),
    "the first minute of a night": ("window", NIGHT, 20 * 60, True),
    "midnight in a night": ("window", NIGHT, 0, True),
    "its last minute in the morning": ("window", NIGHT, 8 * 60 - 1, True),
    "the minute at which a night ends": ("window", NIGHT, 8 * 60, False),
    "a window round the clock": ("window", (480, 480), 479, True),
    "what nobody knows": ("not_in", ("urban",), None, None),
}


@pytest.mark.parametrize(("op", "value", "known", "said"), OTHERS.values(), ids=OTHERS)
def test_a_choice_or_a_window(op: str, value: tuple[Any, ...], known: Any, said: bool | None):
    assert conditions.Test("fact", op, value).holds({"fact": known}) is said


@pytest.mark.parametrize(
    ("op", "value", "known"),
    [
        ("lt", (600,), "600"),
        ("gte", (NOON,), 600),
        ("lte", (600,), NOON),
        ("window", DAY, "08:00"),
        ("window", ("08:00", 1200), 600),
        ("window", (480, "20:00"), 600),
    ],
)
def test_what_cannot_be_compared_is_no_answer(op: str, value: tuple[Any, ...], known: Any):
    with pytest.raises(TypeError):
        conditions.Test("fact", op, value).holds({"fact": known})


URBAN = conditions.Test("area", "in", ("urban",))
LARGE = conditions.Test("size", "gte", (600,))
TOGETHER = {
    "nothing asked": ((), {}, True),
    "both hold": ((URBAN, LARGE), {"area": "urban", "size": 600}, True),
    "the first fails": ((URBAN, LARGE), {"area": "rural", "size": 600}, False),
    "the last fails": ((URBAN, LARGE), {"area": "urban", "size": 599}, False),
    "one fails, one is unknown": ((URBAN, LARGE), {"size": 599}, False),
    "one holds, one is unknown": ((URBAN, LARGE), {"size": 600}, None),
    "the last is unknown": ((URBAN, LARGE), {"area": "urban"}, None),
    "nothing is known": ((URBAN, LARGE), {}, None),
}


@pytest.mark.parametrize(("tests", "facts", "said"), TOGETHER.values(), ids=TOGETHER)
def test_all_must_hold(tests: tuple[Any, ...], facts: dict[str, Any], said: bool | None):
    condition = conditions.Condition(tests)
    assert condition.holds(facts) is said
    assert condition.facts() == {t.fact for t in tests}
