"""`chengnuo policy …`: what leaves the house on the command line; what it says of wrong input."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from chengnuo.doors.cli.main import main
from chengnuo.packs.loader import shipped_packs

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


WRONG = {
    "a fact is missing": (
        "water-company O3-049 --at 2026-09-30T16:00+08:00",
        "diameter_mm: is missing; a number in mm",
    ),
    "a fact nobody knows": (
        "water-company O3-049 --at 2026-09-30T16:00+08:00 --set width=3",
        "this pack knows:",
    ),
    "a value that is not allowed": (
        "water-company O3-046 --at 2026-09-30T16:00+08:00 --set area=moon",
        "one of: urban",
    ),
    "no such rule": (
        "water-company O9-999 --at 2026-09-30T16:00+08:00",
        "no such rule or obligation",
    ),
    "no such pack": ("nowhere O3-049 --at 2026-09-30T16:00+08:00", "no such pack"),
    "a moment without a time zone": (
        "water-company O3-049 --at 2026-09-30T16:00 --set diameter_mm=700",
        "not a moment with its time zone",
    ),
    "not a pair": (
        "water-company O3-049 --at 2026-09-30T16:00+08:00 --set diameter_mm",
        "is not NAME=VALUE",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_told_on_stderr(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    words, said = WRONG[case]
    assert main(["policy", "explain", *words.split()]) == 1
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


def test_a_pack_of_ones_own_is_taken_by_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "docs" / "pack-language.md").read_text(encoding="utf-8")
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
