"""Whatever stands in a file that an option names, one sentence says it; never a traceback."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from chengnuo.doors.cli.main import main

KINDS = {
    "absent": None,
    "a folder": "folder",
    "empty": b"",
    "binary": random.Random(8).randbytes(5000),
    "zeroes": bytes(4000),
    "no text": "承诺".encode("gb18030"),
    "other words": b"hello: world\nand: [more]\n",
    "deep": b"[" * 100_000,
}
# The words before the file.
COMMANDS = {
    "checkpoint": ("ledger", "verify", "--against"),
    "holiday notice": ("notice",),
    "holiday notice to explain": (
        "policy", "explain", "water-company", "complaint-first-reply",
        "--at", "2026-09-30T16:00+08:00", "--notice",
    ),
    "pack": ("policy", "check"),
    "pack to install": ("install",),
    "mapping": ("import", "x.csv", "--into", "X", "--mapping"),
    "file to import": ("import", "--into", "X", "--mapping", "la311"),
}  # fmt: skip


def made(folder: Path, kind: str, name: str) -> Path:
    path, content = folder / name, KINDS[kind]
    if content == "folder":
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    return path


@pytest.fixture(autouse=True)
def here(db, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_no_checkpoint_is_wrong_usage(tmp_path, capsys, kind):
    path = made(tmp_path, kind, "kept.txt")
    assert main(["ledger", "verify", "--against", str(path)]) == 2
    assert "kept.txt" in capsys.readouterr().err


def test_a_checkpoint_that_is_huge_is_not_read(tmp_path, capsys):
    path = tmp_path / "kept.txt"
    with open(path, "wb") as file:
        file.truncate(5 << 30)
    assert main(["ledger", "verify", "--against", str(path)]) == 2
    assert "16 MB" in capsys.readouterr().err


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "checkpoint"])
@pytest.mark.parametrize("kind", ["absent", "a folder", "binary", "deep"])
def test_every_file_that_is_named_is_told_of(tmp_path, capsys, command, kind):
    path = made(tmp_path, kind, "file.yaml")
    assert main([*COMMANDS[command], str(path)]) == 1
    assert ".yaml" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["binary", "deep"])
def test_a_year_of_holidays_in_json_is_told_of(tmp_path, capsys, kind):
    path = made(tmp_path, kind, "2027.json")
    assert main(["notice", str(path)]) == 1
    assert "2027.json" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["policy diagram water-company", "units"])
def test_a_file_in_the_place_of_a_folder_is_told_of(tmp_path, capsys, command):
    path = made(tmp_path, "empty", "out")
    assert main([*command.split(), "--out", str(path)]) == 1
    assert "out: File exists" in capsys.readouterr().err
