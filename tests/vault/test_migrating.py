"""An installation of an earlier release with rows in it comes to today without losing one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.migrated import database_of_its_own

ROOT = Path(__file__).resolve().parents[2]
ASKED_AT = "2026-01-06T01:00:00Z"
RIGHT = {
    # Columns in which a value does not lie sealed or hashed.
    "sealed": [],
    "hashed": [],
    "customers": [["买买提·阿不都", "13800001234"]],
    "by number": 1,
    "further": [["0532 8888 7777"], ["13900001234"]],
    "cases": [
        ["张 三", "13800001234/13900001234", "DZ 1"],
        ["张 三", "13800001234/13900001234", "DZ2"],
        ["张 三", "13800001234/13900001234", "dz1"],
    ],
    # One number in two spellings was two matters: both stay, the later with a key of its own.
    "matters": [False, False, True],
    "found": {"13800001234": 3, "138-0000-1234": 3, "张三": 3, "冒水": 3, "old": 0},
    "contacts": [["13800001234"]],
    "promises": [
        ["decided", False, [{"status": "approved", "due_without": []}]],
        ["no", False, []],
        [
            "waits",
            True,
            [
                {"status": "approved", "due_without": []},
                {"status": "requested", "due_without": [ASKED_AT, None]},
                {"status": "requested", "due_without": [ASKED_AT]},
            ],
        ],
    ],
    # What was called a rung, an incident, a count of failures.
    "levels": [[2], [2], [2], [1], [2, "line-2"]],
    "throttled": [[3]],
    "opinions": [["情况属实"]],
    "bookmarks": [["ratings", 7]],
    "languages": [["M1", ""], ["M2", "en"]],
    "code": [True],
    "factor": "ab" * 20,
}


@pytest.fixture
def of_its_own(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a process with an empty database of its own."""
    given = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    given |= {"PYTHONPATH": str(ROOT), "CHENGNUO_VAR": str(tmp_path)}
    if connection.vendor == "sqlite":
        yield given
        return
    with database_of_its_own(os.environ["DATABASE_URL"]) as ours:
        yield given | {"DATABASE_URL": ours}


def test_the_rows_of_an_earlier_release_are_what_they_were(of_its_own):
    ran = subprocess.run(
        [sys.executable, "-m", "tests.migrating"], cwd=ROOT, env=of_its_own,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    found = json.loads(ran.stdout.splitlines()[-1])
    assert found == RIGHT
