"""The tables as the migrations leave them, kept between runs: migrating takes longer than testing a
room. Kept under the digest of all that migrations are made of, so that a changed one is run."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "chengnuo"
KEPT = ROOT / ".pytest_cache" / "migrated"


def _digest() -> str:
    made_of = [*PACKAGE.glob("*/migrations/*.py"), *PACKAGE.glob("ledger/*.py")]
    told = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for path in sorted(made_of):
        told.update(path.read_bytes())
    return told.hexdigest()[:16]


@contextmanager
def tables() -> Iterator[Callable[[], None]]:
    """Before the test database is made: what is kept is put there. What is given keeps what is new.
    SQLite in memory alone; a server's database is migrated as it is."""
    if connection.vendor != "sqlite":
        yield lambda: None
        return
    kept = KEPT / f"{_digest()}.sqlite3"
    name = connection.creation._get_test_db_name()
    with closing(sqlite3.connect(name, uri=True)) as ours:  # open: it lives as long as we look
        if kept.is_file():
            with closing(sqlite3.connect(kept)) as source:
                source.backup(ours)
        yield lambda: None if kept.is_file() else _keep(ours, kept)


def _keep(ours: sqlite3.Connection, kept: Path) -> None:
    """Written aside and renamed: of two runners that make it at once, either may win."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    aside = kept.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(aside)) as target:
        ours.backup(target)
    aside.replace(kept)
