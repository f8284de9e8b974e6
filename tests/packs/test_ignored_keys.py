# ruff: noqa: E501 (a row is one key, so that it can be read)
"""Every key is either obeyed, which moves a moment, or refused with file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from chengnuo.packs.errors import PackError
from chengnuo.packs.ignored import ignored_keys
from chengnuo.packs.loader import load
from chengnuo.packs.reading import Document
from chengnuo.packs.sampling import sample_starts
from chengnuo.rules.clock import due_at, notice_due
from chengnuo.rules.units import Unit
from tests.packs.writing import changed, not_loaded, written
from tests.rules.world import SHANGHAI, calendar, limit, pack

WITHIN = {"kind": "within", "start": "case.lodged", "stop": "crew.arrived"}
BEFORE = {"kind": "before", "announced": "stop_at", "stop": "notice.sent"}
GATE = {"kind": "gate", "before": "supply.stopped"}
COUNT = {"amount": 3, "unit": "hour"}
PAUSE = {
    "reason": "absent",
    "title": {"zh": "不在", "en": "Absent"},
    "proof": {"zh": "单", "en": "Slip"},
    "approver": "handler",
}

KEYS: dict[str, tuple[Any, ...]] = {
    "count_start_day": (True,),
    "ends": ("day_end", "close_of_business", "same_time"),
    "roll": ("forward", "backward"),
    "shift_end": ("cap",),
    "between": ("08:00-20:00",),
    "starts": ("next_opening",),
}
SPANS = {"natural_day", "working_day", "week", "month", "year"}
FORWARD = {
    "count_start_day": SPANS,
    "ends": SPANS | {"next_day"},
    "roll": SPANS - {"working_day"} | {"next_day"},
    "shift_end": {"shift_hour", "shift_minute"},
    "between": {"second", "minute", "hour"},
    "starts": {u.value for u in Unit} - {"working_hour", "working_minute"},
}
BACK = {"count_start_day": SPANS, "ends": SPANS | {"next_day"}, "between": FORWARD["between"]}
"""The units with which each key goes, counted forward and counted back."""

PLACES: dict[str, Any] = {
    "a limit": lambda count: {**WITHIN, "limit": count},
    "a band": lambda count: {
        **WITHIN,
        "limit": {
            "table": [{"when": {"area": "urban"}, **count}, {"when": {"area": "rural"}, **COUNT}]
        },
    },
    "one of several": lambda count: {**WITHIN, "limit": {"min_of": [COUNT, count]}},
    "a band with a limit": lambda count: {
        **WITHIN,
        "limit": {
            "table": [
                {"when": {"area": "urban"}, "limit": count},
                {"when": {"area": "rural"}, **COUNT},
            ]
        },
    },
    "a cap": lambda count: {**WITHIN, "limit": COUNT, "pause": [{**PAUSE, "cap": count}]},
    "a level": lambda count: {
        **WITHIN,
        "limit": COUNT,
        "escalate": [{"after": count, "to": "line-1"}],
    },
    "an answer": lambda count: {
        **WITHIN,
        "limit": COUNT,
        "escalate": [{"after": COUNT, "to": "line-1", "answer": count}],
    },
    "a wait": lambda count: {**GATE, "wait": {"from": "bill.overdue", **count}},
    "a notice": lambda count: {**BEFORE, "limit": count},
}
ALL = [
    (place, key, value, unit.value)
    for place in PLACES
    for key, values in KEYS.items()
    for value in values
    for unit in Unit
]


def refusals(rule: dict[str, Any], **calendar_keys: Any) -> list[str]:
    made = pack(yaml.safe_dump({"rule": rule}))
    if calendar_keys:
        shape = made.calendar.model_copy(update=calendar_keys)
        made = made.model_copy(update={"calendar": shape})
    return [str(p) for p in ignored_keys(made, Document())]


@pytest.mark.parametrize("place", PLACES)
def test_a_key_is_taken_where_it_goes_and_refused_by_name_everywhere_else(place: str):
    goes = BACK if place == "a notice" else FORWARD
    for _place, key, value, unit in (row for row in ALL if row[0] == place):
        found = refusals(PLACES[place]({"amount": 2, "unit": unit, key: value}))
        taken = unit in goes.get(key, ())
        if place == "a notice" and key == "ends":
            taken = taken and value == "same_time"
        assert (found == []) == taken, (key, value, unit, found)
        assert taken or any(key in what for what in found)


def moments(words: dict[str, Any], *, back: bool) -> list[object]:
    made = limit(yaml.safe_dump(words))
    starts = list(sample_starts(SHANGHAI))
    if back:
        return [notice_due(limit=made, announced=s, calendar=calendar()).at for s in starts]
    return [due_at(limit=made, start=s, calendar=calendar()).at for s in starts]


DEFAULTS = {
    ("ends", unit): "close_of_business" if unit == "working_day" else "day_end"
    for unit in SPANS | {"next_day"}
}


@pytest.mark.parametrize("back", [False, True], ids=["forward", "back"])
def test_a_key_that_is_taken_moves_some_moment(back: bool):
    goes = BACK if back else FORWARD
    for key, units in goes.items():
        for unit in sorted(units):
            for value in ("same_time",) if back and key == "ends" else KEYS[key]:
                if value == DEFAULTS.get((key, unit)):
                    continue  # says what holds anyway
                # Enough to pass a closing time, a shift or a rest day from one of the moments.
                amount = {
                    "second": 20_000,
                    "minute": 400,
                    "hour": 7,
                    "ring": 3000,
                    "shift_minute": 600,
                    "shift_hour": 11,
                }.get(unit, 2)
                plain: dict[str, Any] = {"amount": amount, "unit": unit}
                assert moments({**plain, key: value}, back=back) != moments(plain, back=back), (
                    key,
                    value,
                    unit,
                )


PLAIN = {"kind": "recurring", "every": "month", "stop": "register.kept"}
BAN = {"kind": "prohibition", "held_by": "script"}
STANDING = {"kind": "standing", "held_by": "roster", "how": {"zh": "排班", "en": "Roster"}}
MET = {**GATE, "until": "notice.sent"}
RUNG = [{"after": COUNT, "to": "line-1"}]
RULES: dict[str, tuple[dict[str, Any], str]] = {
    "warnings of a gate": ({**MET, "warn": [0.5]}, "warn"),
    "an escalation of a standing rule": ({**STANDING, "escalate": RUNG}, "escalate"),
    "an urgent prohibition": ({**BAN, "forbids": "crew.arrived", "urgent": True}, "urgent"),
    "a gate that does not keep the case open": ({**MET, "blocks_close": False}, "blocks_close"),
    "a duty on reopening": ({**PLAIN, "on_reopen": "new"}, "on_reopen"),
    "a standing rule under conditions": ({**STANDING, "when": {"area": "urban"}}, "when"),
    "a duty under a fact that nobody tells": ({**PLAIN, "when": {"area": "urban"}}, "when.area"),
    "next period without a day": ({**PLAIN, "in": "next"}, "in"),
    "a day included that is not there": ({**PLAIN, "by_day_included": False}, "by_day_included"),
    "a working day included": ({**PLAIN, "by": {"working_day": 5}, "by_day_included": False}, "by_day_included"),
    "a month of a week": ({**PLAIN, "every": "week", "by": {"weekday": "fri", "month": 2}}, "by.month"),
    "the first year of a month": ({**PLAIN, "anchor_year": 2025}, "anchor_year"),
    "the first year of two months": ({**PLAIN, "every": {"months": 2}, "anchor_year": 2025}, "anchor_year"),
    "a day after the last": ({"kind": "recurring", "since_last": {"amount": 2, "unit": "year"}, "stop": "register.kept", "by": {"day": 3}}, "by"),
    "twice after the last": ({"kind": "recurring", "since_last": {"amount": 2, "unit": "year"}, "stop": "register.kept", "count": 2}, "count"),
    "no rhythm at all": ({"kind": "recurring", "stop": "register.kept"}, "every"),
    "each unit of a customer": ({**PLAIN, "subject": "customer", "each": "network"}, "each"),
    "since nothing that opens": ({**GATE, "facts": {"certificate": "valid"}, "since": "result.recorded"}, "since"),
    "hours of no event": ({**BAN, "words": ["可能"], "between": "22:00-06:00"}, "between"),
    "forms without words": ({**BAN, "forbids": "crew.arrived", "forms": ["arrival"]}, "forms"),
    "until without anything forbidden": ({**BAN, "until": "notice.sent"}, "until"),
    "a unit beside a limit": ({**WITHIN, "limit": {"table": [{"when": {"area": "urban"}, "unit": "hour", "limit": COUNT}, {"when": {"area": "rural"}, **COUNT}]}}, "unit"),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "key"), RULES.values(), ids=RULES)
def test_a_key_that_its_kind_would_ignore_is_refused(rule: dict[str, Any], key: str):
    (found,) = refusals(rule)
    assert found.startswith(f"rules.rule.{'' if key != 'unit' else 'limit.table.0.'}{key}:")


def test_a_shift_that_ends_needs_shifts():
    rule = {**WITHIN, "limit": {"amount": 2, "unit": "shift_hour", "shift_end": "cap"}}
    assert refusals(rule) == []
    assert "calendar.shifts" in refusals(rule, shifts={})[0]


AMOUNTS: dict[str, tuple[Any, str, str, str]] = {
    "no hours": (
        {"amount": 0, "unit": "hour"},
        "limit.amount",
        "prompt: immediate",
        "prompt: immediate",
    ),
    "no minutes of the office": (
        {"amount": 0, "unit": "working_minute"},
        "limit.amount",
        "不是时限",
        "is no time",
    ),
    "no months": ({"amount": 0, "unit": "month"}, "limit.amount", "不是时限", "is no time"),
    "no next day": ({"amount": 0, "unit": "next_day"}, "limit.amount", "不是时限", "is no time"),
    "ten million years": (
        {"amount": 99_999_999_999, "unit": "hour"},
        "limit.amount",
        "太大",
        "too much",
    ),
    "more than a hundred years": (
        {"amount": 101, "unit": "year"},
        "limit.amount",
        "最多 100",
        "at most 100",
    ),
    "a thousand rings": (
        {"amount": 1000, "unit": "ring"},
        "limit.amount",
        "最多 100",
        "at most 100",
    ),
    "today, rolled": (
        {"amount": 0, "unit": "natural_day", "roll": "forward"},
        "limit.roll",
        "next_opening",
        "next_opening",
    ),
    "hours of no shift": (
        {"amount": 2, "unit": "shift_hour"},
        "limit.unit",
        "calendar.shifts",
        "calendar.shifts",
    ),
}


@pytest.mark.parametrize("name", AMOUNTS)
def test_an_amount_that_is_a_slip_is_refused_with_file_and_line(tmp_path: Path, name: str):
    count, key, zh, en = AMOUNTS[name]
    folder = written(tmp_path, changed("rules/repair/limit", count))
    with pytest.raises(PackError) as caught:
        load(str(folder))
    (problem,) = caught.value.problems
    assert problem.key.endswith(key)
    assert zh in problem.text.zh
    assert en in problem.text.en
    assert ".yaml:" in problem.where


@pytest.mark.parametrize("unit", ["natural_day", "working_day"])
def test_no_days_are_today(tmp_path: Path, unit: str):
    assert not refusals({**WITHIN, "limit": {"amount": 0, "unit": unit}})


def test_a_rung_may_be_climbed_at_once():
    level = {"after": {"amount": 0, "unit": "minute"}, "to": "line-1"}
    assert not refusals({**WITHIN, "limit": COUNT, "escalate": [level]})


def test_today_has_no_starting_day_to_count():
    rule = {**WITHIN, "limit": {"amount": 0, "unit": "natural_day", "count_start_day": True}}
    assert "count_start_day" in refusals(rule)[0]


@pytest.mark.parametrize(("path", "value", "line"), [
    ("rules/repair/limit", {"amount": 24, "unit": "hour", "roll": "forward"}, "roll: forward"),
    ("rules/arrival/limit/table/1", {"when": {"area": "rural"}, "amount": 60, "unit": "minute", "ends": "same_time"}, "ends: same_time"),
    ("rules/no-night-work/warn", [0.5], "warn:"),
    ("callbacks", {"reading": "A-01", "hours": "09:00-20:00", "apart": {"amount": 2, "unit": "natural_day"}, "most": 3}, "unit: natural_day"),
])  # fmt: skip
def test_the_file_and_the_line_are_named(tmp_path: Path, path: str, value: Any, line: str):
    text = changed(path, value)
    (problem,) = not_loaded(written(tmp_path / "pack", text))
    number = next(n for n, words in enumerate(text.splitlines(), 1) if line in words)
    assert problem.startswith(f"pack/pack.yaml:{number}: ")


def test_calls_are_apart_by_the_clock(tmp_path: Path):
    given = {
        "reading": "A-01",
        "hours": "09:00-20:00",
        "most": 3,
        "apart": {"amount": 90, "unit": "minute"},
    }
    written(tmp_path / "pack", changed("callbacks", given))
    found = changed("callbacks", {**given, "apart": {**given["apart"], "starts": "next_opening"}})
    assert "starts" in not_loaded(written(tmp_path / "other", found))[0]
