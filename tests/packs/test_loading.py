# ruff: noqa: E501 (a row is one line, so that it can be read)
"""Reading a pack: everything is strict, every fault names its file, its line and what is allowed."""

import json
import re
from pathlib import Path

import pytest
import yaml

from chengnuo.packs.channels import channel_title
from chengnuo.packs.compiling import compiled
from chengnuo.packs.examples import Example
from chengnuo.packs.explaining import explain
from chengnuo.packs.loader import digest_of
from chengnuo.packs.notices import shipped_notices
from chengnuo.packs.schema import Pack
from tests.packs.writing import PACK, changed, loaded, not_loaded, written
from tests.rules.world import at


def line_of(text: str) -> int:
    return PACK.split("\n").index(next(row for row in PACK.split("\n") if text in row)) + 1


def test_a_sound_pack_loads(tmp_path: Path):
    made = loaded(written(tmp_path / "small", PACK))
    assert made.pack.id == "small-water"
    assert made.own_rules == {"arrival", "repair", "callback", "register", "no-night-work"}


class TestUnknownKeys:
    def test_name_file_line_and_the_allowed_keys(self, tmp_path: Path):
        text = PACK.replace(
            "    limit: {amount: 24, unit: hour}", "    limit: {amount: 24, unti: hour}"
        )
        (said,) = not_loaded(written(tmp_path / "small", text))
        row = line_of("limit: {amount: 24, unit: hour}")
        assert said.startswith(
            f"small/pack.yaml:{row}: rules.repair.limit.unti: unknown key 'unti'"
        )
        assert "amount, between, count_start_day, ends, roll, shift_end, starts, unit" in said

    def test_are_found_in_other_files_too(self, tmp_path: Path):
        folder = written(tmp_path / "small", PACK, more="\n\nscripts:\n  a: {titel: x}\n")
        said = not_loaded(folder)
        assert any(s.startswith("small/more.yaml:4: scripts.a.titel: unknown key") for s in said)

    def test_at_the_top(self, tmp_path: Path):
        (said,) = not_loaded(written(tmp_path / "small", PACK, "rulse: {}"))
        assert "unknown key 'rulse'" in said


WRONG = {
    "a missing key": ("rules/repair/stop", ..., "rules.repair.stop: is missing"),
    "a wrong type": ("rules/repair/limit/amount", "soon", "rules.repair.limit.amount: write a whole number such as 3, not 'soon'"),
    "half an hour": ("rules/repair/limit/amount", 0.5, "half an hour is 30 minute"),
    "a negative amount": ("rules/repair/limit/amount", "-1", "must not be less than 0; here it is '-1'"),
    "an unknown unit": ("rules/repair/limit/unit", "fortnight", "'fortnight' is not known; write one of: second, minute, hour"),
    "an unknown kind": ("rules/repair/kind", "promise", "'promise' is not known; write one of: within, before, recurring, gate"),
    "a text without English": ("title", {"zh": "小水司"}, "title.en: is missing"),
    "an empty text": ("title/en", "", "must not be empty; write some text"),
    "not a date": ("in_force/from", "spring", "'spring' is not a date like 2026-01-31"),
    "in force backwards": ("in_force/to", "2025-01-01", "to must be later than from"),
    "no such time zone": ("time_zone", "Mars/Olympus", "not a time zone like Asia/Shanghai"),
    "an event without a verb": ("rules/repair/stop", "done", "an event is written noun.verb, such as crew.arrived"),
    "neither any nor all": ("rules/repair/stop", {}, "give an event, or"),
    "an unknown event": ("rules/repair/stop", "repair.finished", "unknown event 'repair.finished'; known: "),
    "an unknown role": ("rules/repair/owed_by", "kitchen", "unknown role 'kitchen'; known: "),
    "an unknown process": ("rules/repair/process", "baking", "unknown process 'baking'; known: repair"),
    "an unknown reading": ("rules/repair/readings", ["A-99"], "unknown reading 'A-99'; known: A-01"),
    "an unknown source": ("rules/repair/clause/source", "X", "unknown source 'X'; known: R"),
    "an unknown fact": ("rules/repair/when", {"colour": "red"}, "unknown fact 'colour'; known: area"),
    "an unknown value": ("rules/repair/when", {"area": "lunar"}, "unknown value of area 'lunar'; known: rural, urban"),
    "a flag compared with a word": ("rules/repair/when", {"emergency": "yes"}, "emergency is a flag"),
    "a choice compared by size": ("rules/repair/when", {"area": {"gt": 3}}, "area is a choice"),
    "a number compared with a moment": ("rules/repair/when", {"diameter_mm": {"gt": "2026-01-01T00:00+08:00"}}, "diameter_mm is a number"),
    "a moment without its zone": ("rules/repair/when", {"stop_at": {"gt": "2026-01-01"}}, "neither a number nor a moment"),
    "a window on something else": ("rules/repair/when", {"area": {"from": "06:00", "to": "22:00"}}, "a window is for start_time"),
    "a broken window": ("rules/repair/when", {"start_time": {"from": "6", "to": "22:00"}}, "is not a span like"),
    "an unknown kind of day": ("rules/repair/when", {"start_day": "sunny"}, "unknown value of start_day 'sunny'; known: working, rest"),
    "an announced fact that is no moment": ("rules/repair", {"kind": "before", "clause": {"source": "R", "place": "x"}, "title": {"zh": "x", "en": "x"}, "announced": "area", "stop": "crew.arrived", "limit": {"amount": "1", "unit": "hour"}}, "fact 'area' must be a moment"),
    "an unknown setting": ("rules/register/every/setting", "no-such", "unknown setting 'no-such'; known: inspection"),
    "a period that a setting cannot give": ("settings/inspection/values", ["unset", "monthly"], "'monthly' of the setting does not fit every; allowed: unset, shift, day"),
    "a year that a setting cannot give": ("rules/register/anchor_year", {"setting": "inspection"}, "'unset' of the setting does not fit anchor_year"),
    "neither yes nor no": ("rules/register/by_day_included", {"setting": "inspection"}, "does not fit by_day_included; allowed: true, false"),
    "a start with a case left out": ("rules/repair/start", {"setting": "inspection", "cases": {"unset": "crew.arrived"}}, "the cases of 'inspection' must be exactly: unset, month, year"),
    "a stop by a setting": ("rules/repair/stop", {"setting": "inspection", "cases": {"unset": "crew.arrived"}}, "a setting can choose the start of a rule only"),
    "a setting outside its values": ("settings/inspection/value", "week", "value must be one of unset, month, year"),
    "a form for a process that is not there": ("forms/callback/processes", ["baking"], "unknown process 'baking'"),
    "a field of a fact that is not there": ("forms/arrival/fields/0/fact", "colour", "unknown fact 'colour'"),
    "a no to what was not asked": ("forms/callback", {"title": {"zh": "x", "en": "x"}, "processes": ["repair"], "after": "repair.completed", "emits": "callback.made", "callback": {"satisfied": {"done": True}, "dissatisfied": {"done": False}}, "fields": [{"id": "done", "type": "flag", "title": {"zh": "x", "en": "x"}}]}, "holds also where it was not asked"),
    "hours that overlap": ("calendar", {"week": {"mon": ["08:00-12:00", "11:00-17:00"]}}, "without overlap"),
    "hours backwards": ("calendar", {"week": {"mon": ["17:00-08:00"]}}, "begin before they end"),
    "hours past midnight": ("calendar", {"week": {"mon": ["08:00-24:30"]}}, "goes past 24:00"),
    "a week without work": ("calendar", {"week": {"mon": []}}, "at least one working day"),
    "an average over nothing": ("rules/repair/verdict", "average", "verdict: average and over"),
    "a stretch of the day for days": ("rules/callback/limit/between", "08:00-20:00", "'between' changes nothing for next_day; it goes with second, minute, hour"),
    "a day of the month in a week": ("rules/register", {"kind": "recurring", "clause": {"source": "R", "place": "x"}, "title": {"zh": "x", "en": "x"}, "every": "week", "by": {"day": "15"}, "stop": "register.kept"}, "weekday goes with every: week"),
    "a gate that nothing opens": ("rules/register", {"kind": "gate", "clause": {"source": "R", "place": "x"}, "title": {"zh": "x", "en": "x"}, "before": "crew.arrived"}, "what opens it?"),
    "a band without a unit": ("rules/arrival/limit/table/0", {"when": {"area": "urban"}, "amount": "3"}, "a band with an amount needs a unit"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "what"), WRONG.values(), ids=WRONG)
def test_is_refused(tmp_path: Path, path: str, value: object, what: str):
    said = not_loaded(written(tmp_path / "small", changed(path, value)))
    assert any(what in s for s in said), said
    assert all(s.startswith("small/pack.yaml:") for s in said)


class TestDuplicates:
    def test_an_id_in_two_files(self, tmp_path: Path):
        folder = written(
            tmp_path / "small", PACK, more="roles:\n  network: {title: {zh: 网, en: Net}}\n"
        )
        (said,) = not_loaded(folder)
        row = line_of("network: {title")
        assert (
            said == f"small/more.yaml:2: 'network' of roles stands already at small/pack.yaml:{row}"
        )

    def test_a_key_twice_in_one_mapping(self, tmp_path: Path):
        (said,) = not_loaded(written(tmp_path / "small", PACK, 'version: "2"'))
        assert said.endswith("'version' is given twice")

    def test_header_keys_stand_in_pack_yaml_only(self, tmp_path: Path):
        (said,) = not_loaded(written(tmp_path / "small", PACK, more="warn: [0.5]\n"))
        assert said == "small/more.yaml:1: 'warn' stands in pack.yaml only"


BROKEN_FILES = {
    "broken YAML": (b"rules: [", "small/more.yaml:"),
    "not UTF-8": (b"rules: {\xff\xfe}", "not a text in UTF-8"),
    "a control character": (b"rules: \x07", "small/more.yaml"),
    "a bare list": (b"- 1\n", "the file must hold sections"),
}


@pytest.mark.parametrize(("content", "what"), BROKEN_FILES.values(), ids=BROKEN_FILES)
def test_a_broken_file_is_named(tmp_path: Path, content: bytes, what: str):
    folder = written(tmp_path / "small", PACK)
    (folder / "more.yaml").write_bytes(content)
    assert any(what in s for s in not_loaded(folder))


def test_several_faults_are_told_at_once(tmp_path: Path):
    text = changed("rules/repair/stop", "repair.finished").replace("callback.made\n", "call.made\n")
    assert len(not_loaded(written(tmp_path / "small", text))) > 1


def test_a_folder_without_a_pack(tmp_path: Path):
    (said,) = not_loaded(tmp_path)
    assert "no such pack" in said


def test_scalars_follow_yaml_1_2(tmp_path: Path):
    """`no` is a word, not false; a quoted number stays a text."""
    text = PACK.replace("facts: [area, diameter_mm]}", 'words: [no, on, "1"]}')
    assert loaded(written(tmp_path / "small", text)).pack.services["leak"].words == (
        "no",
        "on",
        "1",
    )


def test_settings_choose_a_start_a_period_an_anchor_and_whether_a_day_is_included(tmp_path: Path):
    settings = """
  clock-from: {title: {zh: 起点, en: From}, values: [report, arrival], value: report}
  anchor: {title: {zh: 基准年, en: Anchor}, values: ["2025", "2026"], value: "2026"}
  included: {title: {zh: 含当日, en: Included}, values: ["true", "false"], value: "true"}
roles:"""
    start = "start: {setting: clock-from, cases: {report: case.lodged, arrival: crew.arrived}}"
    every = "every: {setting: inspection}\n    anchor_year: {setting: anchor}\n    by: {day: 15}\n    by_day_included: {setting: included}"
    text = PACK.replace("roles:", settings.strip("\n"), 1).replace("start: crew.arrived", start)
    made = loaded(written(tmp_path / "small", text.replace("every: {setting: inspection}", every)))

    def book(**chosen: str):
        return compiled(made.pack, digest="x", notices=shipped_notices(), settings=chosen)

    assert book().rules["repair"].start.events == ("case.lodged",)
    assert book(**{"clock-from": "arrival"}).rules["repair"].start.events == ("crew.arrived",)
    one, other = (
        book().rules["register"],
        book(anchor="2025", included="false", inspection="year").rules["register"],
    )
    assert (one.every, one.anchor_year, one.by_day_included) == (None, 2026, True)
    assert (other.every, other.anchor_year, other.by_day_included) == ("year", 2025, False)


class TestTheDigest:
    def test_is_the_same_for_the_same_content(self, tmp_path: Path):
        one = loaded(written(tmp_path / "one", PACK))
        other = loaded(written(tmp_path / "other", "# a remark\n" + PACK))
        assert one.digest == other.digest

    def test_is_the_same_however_the_files_are_cut(self, tmp_path: Path):
        head, rules = PACK.split("\nrules:\n")
        cut = loaded(written(tmp_path / "cut", head, works=f"rules:\n{rules}"))
        assert cut.digest == loaded(written(tmp_path / "one", PACK)).digest

    @pytest.mark.parametrize(
        ("path", "value"),
        [("rules/repair/limit/amount", "23"), ("title/zh", "大水司"), ("calendar", {"holidays": "none"})],
    )  # fmt: skip
    def test_changes_with_the_content(self, tmp_path: Path, path: str, value: object):
        made = loaded(written(tmp_path / "other", changed(path, value)))
        assert made.digest != loaded(written(tmp_path / "one", PACK)).digest


class TestStoredContent:
    def test_comes_back_as_the_same_pack(self, tmp_path: Path):
        made = loaded(written(tmp_path / "small", PACK))
        back = Pack.model_validate(json.loads(json.dumps(made.content())))
        assert back == made.pack
        assert digest_of(back) == made.digest

    def test_only_what_is_said_is_kept_so_a_new_key_of_the_language_moves_no_digest(
        self, tmp_path: Path
    ):
        rule = loaded(written(tmp_path / "small", PACK)).content()["rules"]["register"]
        assert set(rule) <= {"kind", *yaml.safe_load(PACK)["rules"]["register"]}
        assert rule["kind"] == "recurring"

    def test_gives_the_same_rulebook(self, tmp_path: Path):
        made = loaded(written(tmp_path / "small", PACK))
        back = Pack.model_validate(json.loads(json.dumps(made.content())))
        books = [compiled(p, digest="x", notices=shipped_notices()) for p in (made.pack, back)]
        assert books[0].rules == books[1].rules
        assert books[0].calendar is books[1].calendar

    def test_a_new_required_field_does_not_trap_old_cases(self, tmp_path: Path):
        """A case pins the content it began with: what a later version asks for is not asked of it."""
        old = loaded(written(tmp_path / "old", PACK))
        stricter = changed("forms/repaired/fields", [{"id": "cause", "type": "text", "title": {"zh": "原因", "en": "Cause"}, "required": True}])  # fmt: skip
        new = loaded(written(tmp_path / "new", stricter))
        assert new.pack.forms["repaired"].fields[0].required
        assert Pack.model_validate(old.content()).forms["repaired"].fields == ()
        assert old.digest != new.digest


class TestThePageOnThePackLanguage:
    PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "pack-language.md"

    def test_its_smallest_pack_works_at_once(self, tmp_path: Path):
        text = self.PAGE.read_text(encoding="utf-8")
        block = text.split("## The smallest pack")[1].split("```yaml")[1].split("```")[0]
        made = loaded(written(tmp_path / "my-water", block))
        answer = explain(
            made.pack,
            digest=made.digest,
            rule="leak-arrival",
            at=at("2026-09-30 16:00"),
            facts={"area": "urban"},
        )
        assert answer.due == at("2026-09-30 16:30")

    def test_it_names_every_key_of_the_language(self):
        """A key of any model, at any depth, that the page does not name is told with its model."""
        text = self.PAGE.read_text(encoding="utf-8")
        models = [Pack.model_json_schema(by_alias=True), Example.model_json_schema(by_alias=True)]
        shapes = {m["title"]: m for m in models} | {
            n: d for m in models for n, d in m["$defs"].items()
        }
        keys = {
            (name, key) for name, shape in shapes.items() for key in shape.get("properties", ())
        }
        assert len(keys) > 200
        named = {k for k in keys if re.search(rf"`{k[1]}[`:]|\b{k[1]}:", text)}
        assert keys - named == set()


def test_the_channels_are_the_packs_own(tmp_path: Path):
    channels = {
        "phone": {"title": {"zh": "热线", "en": "Hotline"}},
        "meter": {"title": {"zh": "表计告警", "en": "Meter alarm"}, "by_hand": False},
    }
    made = loaded(written(tmp_path / "small", changed("channels", channels)))
    assert list(made.pack.channels) == ["phone", "meter"]
    script = "scripts: {hello: {title: {zh: 问候, en: Hello}, moment: greeting, channel: %s, text: {zh: 您好, en: Hello}, reading: A-01}}"
    assert loaded(
        written(tmp_path / "known", changed("channels", channels), script % "phone")
    ).pack.scripts
    (said,) = not_loaded(
        written(tmp_path / "other", changed("channels", channels), script % "counter")
    )
    assert "unknown channel 'counter'" in said


METER = {"meter": {"title": {"zh": "表计告警", "en": "Meter alarm"}}}
NO_CHANNEL = {
    "a role's, beside the pack's own": (METER, "roles/network/channel", "counter", "roles.network.channel: unknown channel 'counter'; known: meter"),
    "a role's, in a pack that names none": ({}, "roles/network/channel", "couter", "roles.network.channel: unknown channel 'couter'; known: app, counter, email, import, internal"),
    "a fact's value that is none": (METER, "facts/channel", {"type": "choice", "title": {"zh": "渠道", "en": "Channel"}, "values": {"fax": {"zh": "传真", "en": "Fax"}}}, "facts.channel.values.fax: unknown channel 'fax'; known: meter"),
    "a script's": ({}, "scripts", {"hello": {"title": {"zh": "问候", "en": "Hello"}, "moment": "greeting", "channel": "fax", "reading": "A-01", "text": {"zh": "您好", "en": "Hello"}}}, "scripts.hello.channel: unknown channel 'fax'; known: app, counter"),
}  # fmt: skip


@pytest.mark.parametrize(("named", "path", "value", "what"), NO_CHANNEL.values(), ids=NO_CHANNEL)
def test_a_channel_by_which_nothing_comes_in_is_refused(tmp_path: Path, named, path, value, what):
    text = changed(path, value, changed("channels", named))
    folder = written(tmp_path / "small", text)
    line = 1 + next(n for n, row in enumerate(text.splitlines()) if what.split("'")[1] in row)
    (said,) = not_loaded(folder)
    assert said.startswith(f"small/pack.yaml:{line}: {what}"), said


def test_a_role_may_have_any_channel_of_its_pack(tmp_path: Path):
    for named, channel in ((METER, "meter"), ({}, "wechat")):
        text = changed("roles/network/channel", channel, changed("channels", named))
        assert loaded(written(tmp_path / channel, text)).pack.roles["network"].channel == channel


TITLES = {
    "the pack's word": (METER, "meter", "Meter alarm"),
    "the product's, for a matter of before": (METER, "phone", "Hotline"),
    "the product's, where the pack names none": ({}, "transfer", "Referred from above"),
    "the id, where nobody knows it": (METER, "pigeon", "pigeon"),
}


@pytest.mark.parametrize(("named", "channel", "title"), TITLES.values(), ids=TITLES)
def test_a_channel_is_called_what_its_pack_calls_it(tmp_path: Path, named, channel, title):
    made = loaded(written(tmp_path / "small", changed("channels", named)))
    assert channel_title(made.pack, channel).en == title
