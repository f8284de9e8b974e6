# ruff: noqa: E501 (a row is one line, so that it can be read)
"""What an author is told, in both languages: what stands there, and what to write instead."""

import re
from pathlib import Path

import pytest
import yaml

from chengnuo.doors.cli.main import main
from chengnuo.doors.cli.options import language_of
from chengnuo.packs.checking import check
from chengnuo.packs.errors import PackError, Problem
from chengnuo.packs.loader import load
from tests.packs.writing import changed, written

MESSAGES = {
    "a version that is a number": ("version", 1, '请加引号：version: "1"', 'write it in quotes: version: "1"'),
    "a unit in other words": ("rules/repair/limit/unit", "day", "没有 'day'；是不是 natural_day 或 working_day 或 next_day？可写：second, ", "'day' is not known; did you mean natural_day or working_day or next_day? write one of: second, "),
    "a unit in the plural": ("rules/repair/limit/unit", "hours", "是不是 hour？", "did you mean hour? "),
    "a unit in Chinese": ("rules/repair/limit/unit", "工作日", "是不是 working_day？", "did you mean working_day? "),
    "a period in words": ("rules/register/every", "2 years", "请写 every: {years: 2}；或可写：unset", "write every: {years: 2}, or write one of: unset"),
    "a period in Chinese": ("rules/register/every", "2个月", "请写 every: {months: 2}", "write every: {months: 2}"),
    "a plain title": ("rules/repair/title", "修复", "中英文都要写：title: {zh: 修复, en: …}", "write both languages: title: {zh: 修复, en: …}"),
    "a plain title in English": ("rules/repair/title", "Repair", "title: {zh: …, en: Repair}", "title: {zh: …, en: Repair}"),
    "an event without a noun": ("rules/arrival/stop", "arrived", "'arrived' 不是事件：事件写作“名词.动词”，如 crew.arrived，是不是 crew.arrived？", "'arrived' is no event: an event is written noun.verb, such as crew.arrived; did you mean crew.arrived?"),
    "a text for a number": ("rules/repair/limit/amount", "soon", "应写整数，如3，现为 'soon'", "write a whole number such as 3, not 'soon'"),
    "a part of a unit": ("rules/repair/limit/amount", 0.5, "半小时写 30 minute", "half an hour is 30 minute"),
    "a word for yes": ("rules/repair/urgent", "sometimes", "应写 true 或 false，现为 'sometimes'", "write true or false, not 'sometimes'"),
    "one value where a list stands": ("services/leak/words", "漏水", "应写列表，如 [a, b]，现为 '漏水'", "write a list such as [a, b], not '漏水'"),
    "a value where keys stand": ("rules/repair/limit", "24小时", "此处应写若干键值对，现为 '24小时'", "write keys with their values here, not '24小时'"),
    "a list where keys stand": ("facts", ["area"], "应写若干键值对", "write keys with their values here"),
    "an empty list": ("processes/repair/closes_on", [], "至少要写 1 项", "needs at least 1 entry"),
    "a share above one": ("warn", [2], "须小于 1", "must be less than 1"),
    "an unknown kind": ("rules/repair/kind", "promise", "没有 'promise'；可写：within, ", "'promise' is not known; write one of: within, "),
    "no kind": ("rules/repair/kind", ..., "缺少 kind；可写：within, before", "kind is missing; write one of: within, before"),
    "a key that is missing": ("rules/repair/stop", ..., "缺少此项", "is missing"),
    "an unknown key": ("rules/repair/stops", "crew.arrived", "没有 'stops' 这个键；此处可用：accepts", "unknown key 'stops'; allowed here: accepts"),
    "an id with a blank": ("rules/repair/process", "re pair", "'re pair' 不是标识：用字母、数字和连字符", "'re pair' is no id: use letters, digits and hyphens"),
    "an id that no table has room for": ("rules/repair/process", "a" * 61, "最多 60 个字符，现为 'aaa", "takes at most 60 characters, not 'aaa"),
    "an unknown key of the pack": ("rulse", {}, "facts, forms, glass, id, in_force, include, indicators", "facts, forms, glass, id, in_force, include, indicators"),
    "a fact in capitals": ("rules/repair/when", {"Area": "urban"}, "'Area' 不是情况（fact）的名字", "'Area' is no name of a fact"),
    "an unknown event": ("rules/repair/stop", "repair.finished", "没有事件 'repair.finished'；已有：appointment.agreed", "unknown event 'repair.finished'; known: appointment.agreed"),
}  # fmt: skip
OF_THE_VALIDATOR = re.compile(
    r"Input should|valid (string|integer|dictionary|tuple|number)|\bunion\b|\btag\b|pydantic|instance of"
)


def problems(folder: Path) -> list[Problem]:
    try:
        return check(load(str(folder)))
    except PackError as error:
        return error.problems


@pytest.mark.parametrize(("path", "value", "zh", "en"), MESSAGES.values(), ids=MESSAGES)
def test_an_author_is_told_what_to_write(tmp_path: Path, path, value, zh, en):
    found = problems(written(tmp_path / "small", changed(path, value)))
    assert any(zh in p.said("zh") for p in found), [p.said("zh") for p in found]
    assert any(en in p.said("en") for p in found), [p.said("en") for p in found]
    for problem in found:
        assert re.match(r"small/pack\.yaml:\d+: ", problem.said("zh"))
        assert not OF_THE_VALIDATOR.search(problem.said("zh") + problem.said("en"))


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LC_ALL": "", "LANG": "zh_CN"}, "zh"),
        ({}, "en"),
    ],
)
def test_the_language_is_that_of_the_terminal(environment, language):
    assert language_of(environment) == language


@pytest.mark.parametrize(
    ("options", "locale", "said"),
    [
        ([], "zh_CN.UTF-8", "没有 'day'"),
        ([], "C", "'day' is not known"),
        (["--language", "en"], "zh_CN.UTF-8", "'day' is not known"),
        (["--language", "zh"], "C", "没有 'day'"),
    ],
)
def test_check_speaks_it_and_ends_with_1(tmp_path, capsys, monkeypatch, options, locale, said):
    folder = written(tmp_path / "small", changed("rules/repair/limit/unit", "day"))
    monkeypatch.setenv("LC_ALL", locale)
    assert main(["policy", "check", str(folder), *options]) == 1
    assert said in capsys.readouterr().err


def test_a_pack_with_rules_but_no_process_is_told_so(tmp_path: Path, capsys):
    """It is sound for `explain`, and no case can be worked with it."""
    rule = {"title": {"zh": "x", "en": "x"}, "clause": {"source": "R", "place": "第一条", "quote": "24小时"}, "kind": "within", "start": "case.lodged", "stop": "crew.arrived", "limit": {"amount": 24, "unit": "hour"}}  # fmt: skip
    header = {"id": "bare", "title": {"zh": "x", "en": "x"}, "version": "1", "utility": "gas", "in_force": {"from": "2026-01-01"}, "sources": {"R": {"title": {"zh": "x", "en": "x"}}}, "rules": {"repair": rule}}  # fmt: skip
    folder = written(tmp_path / "bare", yaml.safe_dump(header, allow_unicode=True))
    assert main(["policy", "check", str(folder), "--language", "zh"]) == 0
    assert "bare/pack.yaml:" in (said := capsys.readouterr().out)
    assert (
        "有规则，但没有流程（processes）：工单还无法办理，请写 processes、services 和 forms" in said
    )
    assert main(["policy", "check", str(folder), "--language", "en"]) == 0
    assert (
        "there are rules, but no process (processes): no case can be worked"
        in capsys.readouterr().out
    )
