"""Every published commitment we know of can be said in the pack language, and means what it says.

The record is a table of 47 commitments that nobody here wrote. It is not part of this repository.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from chengnuo.packs.checking import check
from chengnuo.packs.compiling import compiled
from chengnuo.packs.loader import LoadedPack, load
from chengnuo.packs.notices import shipped_notices
from chengnuo.rules.calendar import Calendar
from chengnuo.rules.clock import due_at, notice_due
from chengnuo.rules.limits import Count, Limit, LimitTable
from chengnuo.rules.rulebook import AnyRule, Before, Gate, Prohibition, Recurring, Standing, Within
from tests.rules.world import at

PACK = Path(__file__).parent / "pack"
RECORD = Path(__file__).resolve().parents[4] / "shared/data/commitments/published_commitments.csv"
UNITS = {
    "min": "minute",
    "h": "hour",
    "s": "second",
    "d": "natural_day",
    "wd": "working_day",
    "rings": "ring",
}
START = at("2026-09-30 16:00")


@cache
def pack() -> LoadedPack:
    return load(str(PACK))


@cache
def calendar() -> Calendar:
    return compiled(pack().pack, digest="", notices=shipped_notices()).calendar


@cache
def citing(row_id: str) -> tuple[AnyRule, ...]:
    book = compiled(pack().pack, digest="", notices=shipped_notices())
    return tuple(r for r in book.rules.values() if row_id in dict(r.obligations))


def record() -> list[dict[str, str]]:
    if not RECORD.is_file():
        return []
    with RECORD.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = record()
recorded = pytest.mark.skipif(
    not ROWS, reason="the record of commitments is not beside the repository"
)
each_row = pytest.mark.parametrize("row", ROWS, ids=[r["id"] for r in ROWS])


def test_the_pack_is_sound_and_its_examples_hold():
    assert [str(p) for p in check(pack())] == []


def said_in(row: dict[str, str]) -> list[tuple[int, str]]:
    """The amounts and units of a row: `2/8 h`, `10min / 1h`, `1+3+2 wd`, 次日."""
    if row["limit"] == "次日":
        return [(1, "next_day")]
    unit = "shift_hour" if row["calendar"] == "shift" else UNITS[row["unit"]]
    found = []
    for part in re.split(r"[/+]", row["limit"]):
        number, own = re.fullmatch(r"\s*(\d+)\s*(\w*)\s*", part).groups()
        found.append((int(number), UNITS[own] if own else unit))
    return sorted(found)


def counts_in(rules: tuple[AnyRule, ...]) -> Iterator[Count]:
    for rule in rules:
        if isinstance(rule, Within):
            yield from leaves(rule.limit)
        elif isinstance(rule, Gate) and rule.wait is not None:
            yield rule.wait.limit


def leaves(limit: Limit) -> Iterator[Count]:
    if isinstance(limit, LimitTable):
        for row in limit.rows:
            yield from leaves(row.limit)
    else:
        assert isinstance(limit, Count)
        yield limit


def is_clocked(row: dict[str, str]) -> bool:
    return row["unit"] in UNITS


@recorded
def test_nothing_in_the_pack_is_made_up():
    cited = {i for rule in pack().pack.rules.values() for i in (c.id for c in rule.obligations)}
    assert cited == {row["id"] for row in ROWS}
    assert len(ROWS) == 47


@each_row
def test_a_rule_says_it(row: dict[str, str]):
    assert citing(row["id"])


@each_row
def test_its_source_is_named(row: dict[str, str]):
    titles = {c.source_title.zh for rule in citing(row["id"]) for c in rule.clauses}
    assert all(row["source"].endswith(title) for title in titles)


@each_row
def test_its_limit_is_the_published_one(row: dict[str, str]):
    rules = citing(row["id"])
    if is_clocked(row):
        made = sorted((c.amount, c.unit.value) for c in counts_in(rules))
        if row["id"] in ("C001", "C002"):  # two rows of one table: in town and in the country
            assert said_in(row)[0] in made
        else:
            assert made == said_in(row)
    else:
        assert OTHERWISE[row["unit"]](row, rules)


def _window(row: dict[str, str], rules: tuple[AnyRule, ...]) -> bool:
    hours = [int(h) * 60 for h in re.findall(r"(\d\d):00", row["limit"])]
    return [r.between for r in rules if isinstance(r, Prohibition)] == [tuple(hours)]


def _per_year(row: dict[str, str], rules: tuple[AnyRule, ...]) -> bool:
    made = [(r.every, r.count) for r in rules if isinstance(r, Recurring)]
    return made == [("year", int(row["limit"]))]


def _day_of_month(row: dict[str, str], rules: tuple[AnyRule, ...]) -> bool:
    days = [int(d) for d in re.findall(r"(\d+)日", row["limit"])]
    return [(r.every, r.by_day) for r in rules if isinstance(r, Recurring)] == [
        ("month", d) for d in days
    ]


def _at_least(row: dict[str, str], rules: tuple[AnyRule, ...]) -> bool:
    return [r.at_least for r in rules if isinstance(r, Standing)] == [float(row["limit"])]


OTHERWISE = {
    "window": _window,
    "per year": _per_year,
    "day of month": _day_of_month,
    "%>=": _at_least,
}


@each_row
def test_its_direction_and_its_verdict(row: dict[str, str]):
    clocked = [r for r in citing(row["id"]) if isinstance(r, Within)]
    ahead = "提前" in row["clock_start"]
    assert all(isinstance(r, Before) is ahead for r in clocked)
    average = "(平均)" in row["item"]
    assert all((r.verdict == "average") is average for r in clocked)


def by_hand(amount: int, unit: str, start: datetime) -> datetime:
    """The same promise reckoned the slow way, one day at a time."""
    seconds = {"second": 1, "minute": 60, "hour": 3600, "shift_hour": 3600, "ring": 5}
    if unit in seconds:
        return start + timedelta(seconds=amount * seconds[unit])
    day = start.date()
    while amount:
        day += timedelta(days=1)
        amount -= unit != "working_day" or calendar().day(day).is_working
    end = day.isoformat()
    return at(f"{end} 17:30") if unit == "working_day" else at(f"{end} 24:00")


@each_row
def test_on_the_eve_of_national_day_it_is_due_when_the_calendar_of_the_row_says(
    row: dict[str, str],
):
    for count in counts_in(tuple(r for r in citing(row["id"]) if not isinstance(r, Before))):
        made = due_at(limit=count, start=START, calendar=calendar()).at
        assert made == by_hand(count.amount, count.unit.value, START)


@each_row
def test_a_notice_is_due_that_long_ahead(row: dict[str, str]):
    for count in counts_in(tuple(r for r in citing(row["id"]) if isinstance(r, Before))):
        made = notice_due(limit=count, announced=START, calendar=calendar()).at
        amount = timedelta(hours=count.amount) if count.unit.value == "hour" else None
        assert made == (START - amount if amount else at("2026-09-23 00:00"))
