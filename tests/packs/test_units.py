"""The table of units is whole, and the language's documentation shows it as it is."""

import ast
from typing import get_args

import pytest
from django.conf import settings

from chengnuo.packs.messages import MEANT
from chengnuo.packs.rule_shapes import AnyRuleShape
from chengnuo.rules.counting import FORWARD
from chengnuo.rules.counting_back import BACK
from chengnuo.rules.units import BESIDE, KINDS, UNITS, Unit, Way, taking

DOCS = settings.PACKAGE.parents[1] / "docs" / "reference" / "pack-language.md"
HOW = {
    Way.ELAPSED: "by the clock, day and night",
    Way.WORKED: "by the clock, business hours only",
    Way.WORKING_DAYS: "working days",
    Way.CALENDAR: "the calendar",
}


def documented() -> str:
    """The table of units as the documentation has to show it."""
    rows = ["| unit | 中文 | English | counts by | most | takes |", "|---|---|---|---|---|---|"]
    for unit, measure in UNITS.items():
        keys = ", ".join(f"`{key}`" for key in BESIDE if key in measure.takes) or "–"
        rows.append(
            f"| `{unit}` | {measure.name.zh} | {measure.name.en} | {HOW[measure.way]} "
            f"| {measure.most} | {keys} |"
        )
    return "\n".join(rows)


def test_the_documentation_shows_the_table():
    assert documented() in DOCS.read_text(encoding="utf-8"), documented()


def test_every_unit_has_its_row_and_every_way_is_counted_forward_and_back():
    assert set(UNITS) == set(Unit)
    assert set(FORWARD) == set(BACK) == set(Way)


def test_every_kind_of_rule_has_its_row():
    kinds = {shape.model_fields["kind"].annotation for shape in get_args(get_args(AnyRuleShape)[0])}
    assert {get_args(kind)[0] for kind in kinds} == set(KINDS)


@pytest.mark.parametrize("key", BESIDE)
def test_every_key_changes_something(key):
    assert taking(key)
    assert any(key in kind.limit for kind in KINDS.values())


@pytest.mark.parametrize(
    ("unit", "seconds", "days", "months"),
    [
        (Unit.HOUR, 3600, 0, 0), (Unit.WORKING_MINUTE, 60, 0, 0), (Unit.WEEK, None, 7, 0),
        (Unit.YEAR, None, 0, 12), (Unit.NEXT_DAY, None, 1, 0), (Unit.RING, None, 0, 0),
    ],
)  # fmt: skip
def test_a_length(unit, seconds, days, months):
    row = UNITS[unit]
    assert (row.seconds, row.days, row.months) == (seconds, days, months)


def test_what_an_author_may_have_meant_is_a_unit_or_a_period():
    assert MEANT["day"] == ("natural_day", "working_day", "next_day")
    assert MEANT["天"] == ("natural_day",)
    assert MEANT["yearly"] == ("year",)


def test_nobody_but_the_table_lists_units():
    """Two units side by side in a literal are a second table. Naming one is a special case."""
    found = []
    for path in sorted(settings.PACKAGE.rglob("*.py")):
        if path.name == "units.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            parts = [*node.keys] if isinstance(node, ast.Dict) else getattr(node, "elts", [])
            named = [
                p for p in parts
                if isinstance(p, ast.Attribute) and getattr(p.value, "id", "") == "Unit"
            ]  # fmt: skip
            if len(named) > 1:
                found.append(f"{path.name}:{node.lineno}")
    assert found == []
