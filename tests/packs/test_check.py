# ruff: noqa: E501 (a row is one line, so that it can be read)
"""The pack check: one broken pack for each thing it proves, told with file and line."""

from pathlib import Path

import pytest
import yaml

from chengnuo.packs.errors import PackError
from chengnuo.packs.examples import read_examples
from tests.packs.small import rule, small_pack
from tests.packs.writing import EXAMPLES, PACK, changed, faults, written

REGISTER = {"kind": "recurring", "clause": {"source": "R", "place": "x"}, "title": {"zh": "x", "en": "x"}, "every": "year", "stop": "repair.completed"}  # fmt: skip
GATE = {"kind": "gate", "clause": {"source": "R", "place": "x"}, "title": {"zh": "x", "en": "x"}}
TABLE = "rules/arrival/limit/table"
BANDS = [
    {"when": {"diameter_mm": {"lt": 600}}, "amount": 30, "unit": "minute"},
    {"when": {"diameter_mm": {"gt": 600}}, "amount": 60, "unit": "minute"},
]
HOURS = [
    {"when": {"start_time": {"from": "06:00", "to": "22:00"}}, "amount": 30, "unit": "minute"},
    {"when": {"start_time": {"from": "22:30", "to": "06:00"}}, "amount": 60, "unit": "minute"},
]
KINDS_OF_DAY = [
    {"when": {"start_day": "working"}, "amount": 30, "unit": "minute"},
    {"when": {"start_holiday": True}, "amount": 60, "unit": "minute"},
]


def test_a_sound_pack_has_no_fault(tmp_path: Path):
    assert faults(written(tmp_path / "small", PACK, examples=EXAMPLES)) == []


PROCEEDING = {
    "service": "leak", "reading": "A-01", "decides": "network", "decided": "repair.completed",
    "served": "crew.arrived", "rebutted": "callback.made", "points": 1, "dissatisfied": 1,
    "false_completion": 1, "yuan_per_point": 1,
}  # fmt: skip
BROKEN = {
    "never closes": ("forms/callback/emits", "repair.completed", "processes.repair: never closes: no form leads to callback.made"),
    "cannot be kept": ("forms/callback/emits", "repair.completed", "rules.callback: cannot be kept in process repair: no form leads to callback.made"),
    "never starts": ("forms/repaired/emits", "crew.arrived", "rules.callback: never starts in process repair: nothing leads to repair.completed"),
    "a form that cannot be reached": ("forms/repaired/after", "callback.made", "forms.repaired: cannot be reached in process repair"),
    "a proceeding open to everybody": ("accountability", PROCEEDING, "services.leak: a proceeding is not open to everybody: say restricted_to"),
    "a form of no process": ("forms/callback/processes", [], None),
    "no indicator": ("processes/repair/indicators", [], "processes.repair: no indicator watches it"),
    "no promise at the intake": ("rules/arrival/start", "case.handed_over", "processes.repair: no promise starts when a case is lodged"),
    "a service without a process": ("services/leak/process", ..., "services.leak: has no process"),
    "a process without a service": ("services/leak/process", ..., "processes.repair: no service uses it"),
    "a service without an owner": ("services/leak/owner", ..., "services.leak: has no owner"),
    "a duty that no form keeps": ("forms/register", ..., "rules.register: no form leads to register.kept"),
    "a number that is not in the words": ("rules/repair/limit/amount", 25, "rules.repair: 25 hour does not stand in the cited words “二十四小时内修复”"),
    "a wait that is not in the words": ("rules/gate", {**GATE, "before": "repair.completed", "wait": {"from": "case.lodged", "amount": 30, "unit": "natural_day"}}, "30 natural_day does not stand in the cited words"),
    "a count that is not in the words": ("rules/register/count", 2, "times 2 does not stand in the cited words “定期登记”"),
    "a day that is not in the words": ("rules/register/by", {"day": 15}, "day 15 does not stand in the cited words “定期登记”"),
    "a target that is not in the words": ("rules/rate", {**GATE, "kind": "standing", "held_by": "system_figure", "how": {"zh": "x", "en": "x"}, "measure": {"indicator": "K-1", "at_least": 95, "unit": "percent", "over": "day"}}, "percent 95 does not stand in the cited words"),
    "a band missing for a choice": (f"{TABLE}/1/when/area", "urban", "rules.arrival: bands 1, 2 overlap for area=urban"),
    "a gap in a table": (TABLE, BANDS, "rules.arrival: no band matches for diameter_mm=600"),
    "an overlap in a table": (TABLE, [{**BANDS[0], "when": {"diameter_mm": {"lte": 700}}}, BANDS[1]], "bands 1, 2 overlap for diameter_mm="),
    "a gap in the day": (TABLE, HOURS, "no band matches for start_time=22:00"),
    "a kind of day forgotten": (TABLE, KINDS_OF_DAY, "no band matches for start_day=rest, start_holiday=False"),
    "a gate that nothing opens": ("rules/gate", {**GATE, "before": "repair.completed", "until": "callback.made"}, "cannot be kept in process repair: no form leads to repair.completed"),
    "a wait for what never happens": ("rules/gate", {**GATE, "before": "repair.completed", "wait": {"from": "callback.made", "amount": 1, "unit": "hour"}}, "cannot be kept in process repair: no form leads to repair.completed"),
    "a ban on what is owed": ("rules/no-night-work/between", ..., "rules.arrival: cannot be kept in process repair: no form leads to crew.arrived"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "what"), BROKEN.values(), ids=BROKEN)
def test_is_found(tmp_path: Path, path: str, value: object, what: str | None):
    said = faults(written(tmp_path / "small", changed(path, value)))
    if what is None:
        assert said == []  # a form without processes is offered in all of them
    else:
        assert any(what in s for s in said), said
        assert all(s.startswith("small/pack.yaml:") for s in said)


def test_a_table_covers_only_what_its_rule_does_not_exclude(tmp_path: Path):
    text = changed("rules/arrival/limit/table", [BANDS[0]])
    assert any("no band matches" in s for s in faults(written(tmp_path / "one", text)))
    data = yaml.safe_load(text)
    data["rules"]["arrival"]["when"] = {"diameter_mm": {"lt": 600}}
    narrowed = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    assert faults(written(tmp_path / "two", narrowed)) == []


def test_a_table_in_a_band_covers_what_the_band_admits(tmp_path: Path):
    inner = {"table": [{"when": {"area": "urban"}, "amount": 30, "unit": "minute"}]}
    bands = [
        {"when": {"area": "urban"}, "limit": inner},
        {"when": {"area": "rural"}, "amount": 60, "unit": "minute"},
    ]
    assert faults(written(tmp_path / "small", changed(TABLE, bands))) == []


FREE = {"kind": "within", "clause": {"source": "R", "place": "第八条", "quote": "24小时"}, "title": {"zh": "x", "en": "x"}, "start": "case.lodged", "stop": "repair.completed", "limit": {"amount": 24, "unit": "hour"}}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        (FREE, None),
        # what the form of a duty tells may start one
        ({**FREE, "start": "register.kept"}, None),
        ({**FREE, "start": "never.told"}, "rules.free: nothing leads to never.told"),
        # one that never starts there, and is tied to no process, is not said to be unkept there
        ({**FREE, "start": "callback.made", "stop": "case.closed"}, None),
        ({**FREE, "start": "never.told", "stop": "never.told"}, "rules.free: nothing leads"),
    ],
)
def test_a_rule_of_no_process_can_start_in_one(tmp_path: Path, rule: dict, what: str | None):
    data = yaml.safe_load(changed("rules/free", rule))
    if rule["start"] == "never.told":
        data["events"]["never.told"] = {"title": {"zh": "无人登记", "en": "Told by nobody"}}
    words = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    said = faults(written(tmp_path / "small", words))
    assert said == [] if what is None else any(what in s for s in said), said
    assert not any("rules.free: cannot be kept" in s for s in said)


def test_a_rule_that_nothing_starts_is_found(tmp_path: Path):
    text = changed("rules/free", {**FREE, "start": "register.kept"})
    said = faults(written(tmp_path / "small", changed("forms/register", ..., text)))
    assert any("rules.free: nothing leads to register.kept" in s for s in said), said


def test_a_gate_on_conditions_shuts_nobody_out(tmp_path: Path):
    gate = {
        **GATE,
        "before": "repair.completed",
        "until": "callback.made",
        "when": {"area": "rural"},
    }
    assert faults(written(tmp_path / "small", changed("rules/gate", gate))) == []


def test_a_promise_after_closing_can_start(tmp_path: Path):
    text = changed("rules/callback/start", "case.closed")
    assert faults(written(tmp_path / "small", text)) == []


EXAMPLES_THAT_FAIL = {
    "a wrong moment": (EXAMPLES.replace("17:00", "17:30"), "it says 2026-09-30T17:30:00+08:00, the rule gives 2026-09-30T17:00:00+08:00"),
    "a moment that should be provisional": (EXAMPLES + "  provisional: true\n", "(provisional)"),
    "no due moment": (EXAMPLES.replace("due: 2026-09-30T17:00+08:00", "due: null"), "it says no due time"),
    "an unknown rule": (EXAMPLES.replace("rule: arrival", "rule: arival"), "no such rule or obligation"),
    "a missing fact": (EXAMPLES.replace("  facts: {area: rural}\n", ""), "area: is missing; one of: urban"),
    "an unknown key": (EXAMPLES + "  becuase: x\n", "unknown key 'becuase'"),
    "a moment without its zone": (EXAMPLES.replace("16:00+08:00", "16:00"), "has no time zone"),
}  # fmt: skip


@pytest.mark.parametrize(("examples", "what"), EXAMPLES_THAT_FAIL.values(), ids=EXAMPLES_THAT_FAIL)
def test_an_example_that_does_not_hold_is_found(tmp_path: Path, examples: str, what: str):
    (said,) = faults(written(tmp_path / "small", PACK, examples=examples))
    assert said.startswith("small/examples.yaml")
    assert what in said


CONNECT = {
    "kind": "within", "process": "repair", "clause": {"source": "R", "place": "x", "quote": "六个工作日"},
    "title": {"zh": "接电", "en": "Connect"}, "start": "case.lodged", "stop": "callback.made",
    "limit": {"amount": 6, "unit": "working_day"},
}  # fmt: skip
FIRST = {"from": "case.lodged", "to": "crew.arrived"}
LAST = {"from": "repair.completed", "to": "callback.made"}
SUMS = {
    "two steps": ([FIRST, LAST], {}, None),
    "it begins elsewhere": ([LAST], {}, "a step of sum_of must begin with case.lodged"),
    "a step of no length": ([FIRST, {"from": "repair.completed", "to": "repair.completed"}], {}, "a step begins and ends with repair.completed"),
    "a step that nothing begins": ([FIRST, {"from": "works.reported", "to": "callback.made"}], {}, "no form leads to works.reported"),
    "only who owes can end the other side's turn": ([FIRST, LAST], {"owed_by": "network"}, "only the post that owes it can report repair.completed"),
}  # fmt: skip


@pytest.mark.parametrize(("steps", "more", "what"), SUMS.values(), ids=SUMS)
def test_a_sum_of_steps(tmp_path: Path, steps: list, more: dict, what: str | None):
    text = changed("rules/connect", {**CONNECT, **more, "sum_of": steps})
    text = text.replace(
        "events:\n", "events:\n  works.reported: {title: {zh: 报验, en: Works reported}}\n"
    )
    found = faults(written(tmp_path / "small", text))
    assert found == [] if what is None else any(what in s for s in found), found


def test_examples_under_another_name_are_not_lost_in_silence(tmp_path):
    loaded = small_pack(tmp_path, rule("repaired", "kind: within, start: case.lodged, stop: repair.completed, limit: {amount: 2, unit: hour}"))  # fmt: skip
    (loaded.folder / "examples.yaml").write_text("examples: []\nexampls:\n  - a: 1\n", "utf-8")
    with pytest.raises(PackError) as caught:
        read_examples(loaded)
    (problem,) = caught.value.problems
    assert "examples.yaml:2" in problem.where
    assert "unknown section exampls" in problem.said("en")
