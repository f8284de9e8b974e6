"""Processes of their own, on a database of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doors.running.house import SCENE, environment, run


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A company with a few matters, in the database that the tests are run on."""
    with environment(tmp_path / "var") as own:
        run([*SCENE, "prepare", str(tmp_path), "3"], own)
        yield own
