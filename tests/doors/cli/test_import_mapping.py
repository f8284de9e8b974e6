"""Mappings are strict: a fault is told with its file and line, before a row is read."""

from pathlib import Path

import pytest

from chengnuo.doors.cli.importing.checking import problems_with_header, problems_with_pack
from chengnuo.doors.cli.importing.mapping import read_mapping, shipped_mappings
from chengnuo.packs.checking import check
from chengnuo.packs.errors import PackError
from chengnuo.tables.shapes import Header
from tests.doors.cli.leaks import COLUMNS, MAPPING, mapping_file
from tests.packs.shipped import shipped

ROOT = Path(__file__).resolve().parents[3]


def line_of(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)


@pytest.mark.parametrize("name", shipped_mappings())
def test_every_shipped_mapping_fits_its_pack(name):
    loaded = read_mapping(name)
    pack = shipped(loaded.pack)

    assert check(pack) == []
    assert problems_with_pack(loaded, pack.pack) == []


def test_the_example_of_the_manual_fits_the_pack_that_it_names(tmp_path):
    manual = (ROOT / "docs" / "how-to" / "import.md").read_text(encoding="utf-8")
    example = manual.split("```yaml\n")[1].split("```")[0]
    loaded = read_mapping(str(mapping_file(tmp_path, example)))

    assert problems_with_pack(loaded, shipped("water-company").pack) == []


@pytest.mark.parametrize(
    ("old", "new", "told", "zh"),
    [
        pytest.param(
            "reference: No",
            "refrence: No",
            "unknown key 'refrence'",
            "没有 'refrence' 这个键",
            id="unknown key",
        ),
        pytest.param(
            "unit: hour",
            "unit: fortnight",
            "write one of: minute, hour, day",
            "可写：minute, hour, day",
            id="a value",
        ),
        pytest.param(
            "table: nominal",
            "table: nominl",
            "no such table; known: nominal",
            "没有这张表；已有：nominal",
            id="a table",
        ),
        pytest.param(
            "6: 150", "six: 150", "'six' is not a number", "“six”不是数字", id="a table's key"
        ),
        pytest.param(
            "%H:%M", "%H:%Q", "'%Y-%m-%d %H:%Q' is not a date format", "不是日期格式", id="a format"
        ),
        pytest.param(
            "time_zone: America/Los_Angeles",
            "time_zone: LA",
            "'LA' is not a time zone",
            "时区",
            id="zone",
        ),
        pytest.param(
            "{value: pipe-repair}",
            "{}",
            "give either value or column",
            "value 和 column 写其一",
            id="neither of two",
        ),
        pytest.param("unit: hour", "unit: 7", "7 is not known", "没有 7", id="a number"),
        pytest.param(
            "pack: water-company\n", "", "pack: is missing", "pack: 缺少此项", id="a missing key"
        ),
    ],
)
def test_a_fault_names_file_and_line_and_what_would_be_right(tmp_path, old, new, told, zh):
    text = MAPPING.replace(old, new)
    with pytest.raises(PackError) as refused:
        read_mapping(str(mapping_file(tmp_path, text)))

    (problem,) = refused.value.problems
    assert told in problem.said("en")
    assert zh in problem.said("zh")
    wanted = line_of(text, new) if new else 1
    assert problem.where == f"leaks.yaml:{wanted}"


def test_an_unknown_key_is_told_with_the_keys_that_are_allowed(tmp_path):
    text = MAPPING.replace("{column: Inches,", "{column: Inches, colour: red,")
    with pytest.raises(PackError, match=r"unknown key 'colour'; allowed here: column, factor, "):
        read_mapping(str(mapping_file(tmp_path, text)))


def test_a_mapping_that_is_not_there_is_told_with_those_that_ship(tmp_path):
    with pytest.raises(PackError, match=r"no such mapping; .* one of: la311, ladwp_leaks"):
        read_mapping("ladwp")


@pytest.mark.parametrize(
    ("old", "new", "told", "zh"),
    [
        (
            "{value: pipe-repair}",
            "{value: pipe-repairs}",
            "'pipe-repairs' is not known; one of: ",
            "没有“pipe-repairs”；可写：",
        ),
        (
            "diameter_mm:",
            "diameter_inch:",
            "no such fact in water-company",
            "water-company 没有这项情况",
        ),
        (
            "event: repair.completed",
            "event: repair.done",
            "no such event in water-company",
            "没有事件“repair.done”",
        ),
        (
            "judge: [pipe-repaired]",
            "judge: [pipe-repair]",
            "no such rule in water-company",
            "没有规则“pipe-repair”",
        ),
    ],
)
def test_what_the_pack_does_not_know_is_told_with_its_line(tmp_path, old, new, told, zh):
    text = MAPPING.replace(old, new)
    loaded = read_mapping(str(mapping_file(tmp_path, text)))

    (problem,) = problems_with_pack(loaded, shipped("water-company").pack)
    assert told in problem.said("en")
    assert zh in problem.said("zh")
    assert problem.where == f"leaks.yaml:{line_of(text, new)}"


def test_columns_that_the_file_does_not_have_are_all_told_at_once(tmp_path):
    loaded = read_mapping(str(mapping_file(tmp_path)))
    there = [name for name in COLUMNS if name not in ("Hours", "Remarks")]

    problems = problems_with_header(loaded, Header(there))

    assert [problem.where for problem in problems] == [
        f"leaks.yaml:{line_of(MAPPING, words)}" for words in ("Hours", "Remarks")
    ]
    assert "the file has no column 'Hours'; it has: No, Reported," in problems[0].text.en
    assert "文件没有“Hours”这一列；文件的列：No, Reported," in problems[0].text.zh


def test_a_column_that_the_file_has_twice_is_not_guessed(tmp_path):
    loaded = read_mapping(str(mapping_file(tmp_path)))

    (problem,) = problems_with_header(loaded, Header([*COLUMNS, "hours"]))
    assert "the file has 'Hours' more than once" in problem.text.en
    assert "文件有多列名为“Hours”" in problem.text.zh
