# ruff: noqa: E501 (a row is one line, so that it can be read)
"""`chengnuo policy …`: what leaves the house on the command line; what it says of wrong input."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from chengnuo.doors.cli.main import main
from chengnuo.packs.loader import shipped_packs
from tests.packs.test_messages import OF_THE_VALIDATOR

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "tests" / "golden" / "explain"
REQUIREMENTS = ROOT.parent / "shared" / "requirements.md"

# What each golden file shows, and the words that ask for it.
EXPLAINED = {
    "pipe-dn700-before-national-day": (
        "water-company O3-049 --at 2026-09-30T16:00+08:00 --set diameter_mm=700"
    ),
    "three-working-days-across-spring-festival": (
        "gas-appliance O1-029 --at 2026-02-12T10:00+08:00"
    ),
    "notice-48-hours-ahead": "gas-company O0-020 --at 2026-05-06T09:00+08:00",
    "bulletin-by-the-15th": "power-subsidiary O4-022 --at 2026-09-30T16:00+08:00",
    "working-day-into-an-unpublished-year": "water-company O3-035 --at 2026-12-31T16:00+08:00",
    "two-inspections-a-year": "gas-company O0-028 --at 2026-09-30T16:00+08:00",
    "no-number-in-the-text": "gas-appliance O1-107 --at 2026-09-30T16:00+08:00",
    "a-gate": "gas-appliance O1-030 --at 2026-09-30T16:00+08:00",
}


@pytest.mark.parametrize("name", EXPLAINED)
def test_explain_says_the_same_as_ever(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "explain", *EXPLAINED[name].split(), "--json"]) == 0
    told = capsys.readouterr().out
    path = GOLDEN / f"{name}.json"
    if not path.exists():  # a new golden file is written once, to be read and committed
        path.write_text(told, encoding="utf-8")
        pytest.fail(f"{path.name} is new: read it and commit it")
    assert json.loads(told) == json.loads(path.read_text(encoding="utf-8"))


def test_explain_has_the_keys_that_were_promised(capsys: pytest.CaptureFixture[str]) -> None:
    words = EXPLAINED["pipe-dn700-before-national-day"].split()
    main(["policy", "explain", *words, "--json"])
    told = json.loads(capsys.readouterr().out)
    promised = {"rule", "clause", "start", "due", "provisional", "segments", "sentence"}
    assert promised <= set(told)
    assert {"from", "to", "counted", "reason"} <= set(told["segments"][0])
    assert set(told["sentence"]) == {"zh", "en"}
    assert told["due"] == "2026-10-02T06:00:00+08:00"


AT = "--at 2026-09-30T16:00+08:00"
PIPE = f"water-company O3-049 {AT} --set diameter_mm"
NOTICE = "gas-company O0-020 --at 2026-05-06T09:00+08:00"
# What is asked, and what is said of it in English and in Chinese.
WRONG = {
    "a fact is missing": (f"water-company O3-049 {AT}", "diameter_mm: is missing; a number in mm from 1 up to 5000", "diameter_mm: 缺少此项；应为数字（单位 mm），不小于 1，不大于 5000"),
    "a fact nobody knows": (f"water-company O3-049 {AT} --set width=3", "width: unknown fact; this pack knows: ", "width: 没有这项情况；本制度包已有："),
    "a value that is not allowed": (f"water-company O3-046 {AT} --set area=moon", "area: 'moon' is not allowed; one of: urban", "area: 不能是 'moon'；应为其中之一：urban"),
    "a word for a number": (f"{PIPE}=wide", "'wide' is not allowed; a number in mm", "不能是 'wide'；应为数字（单位 mm）"),
    "a number without end": (f"{PIPE}=inf", "'inf' is not allowed; a number in mm", "不能是 'inf'；应为数字"),
    "a number that is too large": (f"{PIPE}=5001", "'5001' is not allowed; a number in mm", "不能是 '5001'；应为数字"),
    "no such rule": (f"water-company O9-999 {AT}", "O9-999: no such rule or obligation; rules: ", "O9-999: 没有这个编号的规则；已有规则："),
    "no such pack": (f"nowhere O3-049 {AT}", "no such pack; give a folder", "没有这个制度包；请给出"),
    "a moment without a time zone": ("water-company O3-049 --at 2026-09-30T16:00", "--at: '2026-09-30T16:00' is not a moment with its time zone, like 2026", "--at: “2026-09-30T16:00”不是带时区的时刻，应如“2026"),
    "not a pair": (f"water-company O3-049 {AT} --set diameter_mm", "--set: 'diameter_mm' is not NAME=VALUE", "--set: “diameter_mm”应写作“名称=值”"),
    "a setting nobody knows": (f"{PIPE}=700 --setting x=1", "x: no such setting; known: ", "x: 没有这个设置；已有："),
    "a setting that is not among them": (f"{PIPE}=700 --setting dn800=9h", "dn800: '9h' is not allowed; one of: ", "dn800: 不能是 '9h'；可选："),
    "a pause without an end": (f"{PIPE}=700 --pause 2026-09-30T16:00+08:00", "--pause: '2026-09-30T16:00+08:00' is not FROM/TO", "应写作“起/止”"),
    "a pause that ends before it begins": (f"{PIPE}=700 --pause 2026-09-30T16:00+08:00/2026-09-30T15:00+08:00", "ends no later than it begins", "的止不晚于起"),
    "a pause of a notice": (f"{NOTICE} --pause 2026-05-01T16:00+08:00/2026-05-02T16:00+08:00", "only the clock of a within rule can be paused", "只有 within 规则的时限可以暂停"),
    "an appointment in place of a period": (f"gas-company O0-028 {AT} --agreed 2026-10-01T09:00+08:00", "or replaced by an appointment", "可由约定代替"),
    "the end of time": ("water-company O3-049 --set diameter_mm=700 --at 9999-12-31T20:00+08:00", "the due time lies outside the calendar", "到期时间超出日历范围"),
    "the beginning of time": ("water-company O3-035 --at 0001-01-01T00:00+14:00", "the start lies outside the calendar", "起算时刻在日历范围之外"),
    "a condition that is not met": (f"water-company half-yearly-callbacks {AT} --set customer_class=ordinary", "does not apply when customer_class=ordinary", "customer_class=ordinary 时不适用这条规则"),
    "a notice that is not there": (f"{PIPE}=700 --notice nowhere.yaml", "nowhere.yaml: is not there, or cannot be read", "nowhere.yaml: 文件不在，或无法读取"),
}  # fmt: skip


def asked(language: str, *words: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of a wrong question: an exit with 1, nothing answered, and one heading."""
    assert main(["policy", "explain", *words, "--language", language]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert ("处问题" if language == "zh" else "problem(s)") in captured.err
    assert not OF_THE_VALIDATOR.search(captured.err)
    return captured.err


@pytest.mark.parametrize(("words", "en", "zh"), WRONG.values(), ids=WRONG)
def test_wrong_questions_are_told_in_both_languages(
    words: str, en: str, zh: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert en in asked("en", *words.split(), capsys=capsys)
    assert zh in asked("zh", *words.split(), capsys=capsys)


NO_NOTICE = {
    "no JSON": ("y.json", "{", "is no JSON file in UTF-8", "不是 UTF-8 的 JSON 文件"),
    "another JSON": ("y.json", '{"days": [{"date": "2027-01-01"}]}', "is no year of holiday-cn", "不是 holiday-cn 的年度文件"),
    "a list": ("y.json", "[1]", "is no year of holiday-cn", "不是 holiday-cn 的年度文件"),
    "no YAML": ("y.yaml", "[1", "y.yaml:1: broken YAML (column 1): ", "YAML 写法有误"),
    "another YAML": ("y.yaml", "family: cn", "year: is missing", "year: 缺少此项"),
    "a year in words": ("y.yaml", "{family: cn, year: next, source: x, off: []}", "write a whole number such as 3, not 'next'", "应写整数，如3，现为 'next'"),
    "no days": ("y.yaml", "{family: cn, year: 2027, source: x, off: []}", "the notice holds no days", "通知里没有放假日"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "en", "zh"), NO_NOTICE.values(), ids=NO_NOTICE)
def test_a_file_that_is_no_notice_is_told_in_both_languages(
    tmp_path: Path, name: str, text: str, en: str, zh: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    words = (*f"{PIPE}=700 --notice".split(), str(tmp_path / name))
    assert en in asked("en", *words, capsys=capsys)
    assert zh in asked("zh", *words, capsys=capsys)


def test_a_question_without_its_moment_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["policy", "explain", "water-company", "O3-049"])
    assert ended.value.code == 2
    assert "--at" in capsys.readouterr().err


def test_a_pack_of_ones_own_is_taken_by_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "docs" / "reference" / "pack-language.md").read_text(encoding="utf-8")
    smallest = re.search(r"## The smallest pack\n\n```yaml\n(.*?)```", text, re.S)
    assert smallest is not None
    folder = tmp_path / "my-water"
    folder.mkdir()
    (folder / "pack.yaml").write_text(smallest.group(1), encoding="utf-8")
    words = [str(folder), "leak-arrival", "--at", "2026-09-30T16:00+08:00", "--set", "area=rural"]
    assert main(["policy", "explain", *words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["due"] == "2026-09-30T17:00:00+08:00"


@pytest.mark.parametrize("pack", shipped_packs())
def test_every_shipped_pack_is_sound(pack: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["policy", "check", pack])
    assert code == 0, capsys.readouterr().err


def test_check_fails_for_a_pack_with_a_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pack.yaml").write_text("id: broken\ncolour: red\n", encoding="utf-8")
    assert main(["policy", "check", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert "pack.yaml:2" in told
    assert "unknown key 'colour'; allowed here:" in told


def test_coverage_counts_every_obligation_of_the_catalogue(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["policy", "coverage", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    rows = {row["id"]: row for row in told["obligations"]}
    assert len(rows) == 316
    for row in rows.values():
        assert row["rules"] or row["held_by"]
        if row["kind"] in ("DL", "REC", "GATE"):
            assert row["rules"], f"{row['id']} is not a working rule"
    assert told["sum"]["all"]["obligations"] == 316


def test_coverage_agrees_with_the_catalogue(capsys: pytest.CaptureFixture[str]) -> None:
    if not REQUIREMENTS.is_file():
        pytest.skip("the catalogue ../shared/requirements.md is not here")
    text = REQUIREMENTS.read_text(encoding="utf-8")
    catalogue = dict(re.findall(r"^\| (O\d-\d{3}) \| (\w+) \|", text, re.M))
    main(["policy", "coverage", "--json"])
    rows = json.loads(capsys.readouterr().out)["obligations"]
    assert {r["id"]: r["kind"] for r in rows} == catalogue


def test_diagrams_of_every_process_are_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["policy", "diagram", "water-company", "--language", "en", "--out", str(tmp_path)])
        == 0
    )
    drawn = sorted(tmp_path.glob("*.svg"))
    assert len(drawn) == len(capsys.readouterr().out.split())
    assert all(p.read_text(encoding="utf-8").startswith("<svg") for p in drawn)
