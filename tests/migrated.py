"""The tables as the migrations leave them: migrating takes longer than testing a room.

Made once per run and kept: for SQLite as a file between runs, under the digest of all that
migrations are made of, so that a changed one is run; on a PostgreSQL server as a template database.
Runners and processes that the tests start take copies.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg.pq import TransactionStatus

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "chengnuo"
KEPT = ROOT / ".pytest_cache" / "migrated"


@cache
def _digest() -> str:
    made_of = [*PACKAGE.glob("*/migrations/*.py"), *PACKAGE.glob("ledger/*.py")]
    told = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for path in sorted(made_of):
        told.update(path.read_bytes())
    return told.hexdigest()[:16]


@contextmanager
def alone(name: str) -> Iterator[None]:
    """One runner at a time: what two would make at once is made once."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(folder: Path, url: str = "") -> None:
    own = {k: v for k, v in os.environ.items() if not k.startswith("CHENGNUO_")}
    own |= {"CHENGNUO_VAR": str(folder), "DATABASE_URL": url}
    words = [sys.executable, "-m", "chengnuo.doors.cli", "migrate"]
    subprocess.run(words, env=own, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def sqlite_file() -> Path:
    """A SQLite file with all tables and no rows of anybody; to be copied, not to be opened."""
    kept = KEPT / f"{_digest()}.sqlite3"
    with alone("sqlite"):
        if not kept.is_file():
            with tempfile.TemporaryDirectory() as folder:
                _migrate(Path(folder))
                made = Path(folder) / "chengnuo.sqlite3"
                with closing(sqlite3.connect(made)) as whole:  # what its log still holds is in it
                    whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                shutil.copy(made, kept)
    return kept


def put_tables(var: Path) -> None:
    """The tables into the folder of a house that keeps SQLite."""
    var.mkdir(parents=True, exist_ok=True)
    shutil.copy(sqlite_file(), var / "chengnuo.sqlite3")


def fill_in_memory(name: str) -> sqlite3.Connection:
    """Fill a shared database in memory; it lives as long as the connection that is given back."""
    ours = sqlite3.connect(name, uri=True)
    with closing(sqlite3.connect(sqlite_file())) as source:
        source.backup(ours)
    return ours


@contextmanager
def database_of_its_own(url: str, *, template: str = "template1") -> Iterator[str]:
    """The URL of a new database on a server, which goes again however the block ends. It is made
    and dropped through connections of their own, that never begin a transaction: Django's and the
    tests' own ones may be in the midst of one, in which the server drops nothing."""
    name = f"own_{uuid4().hex}"
    _outside(url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        _outside(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _outside(url: str, statement: str) -> None:
    """A statement that stands alone, outside every transaction."""
    with closing(psycopg.connect(url, autocommit=True)) as server:
        assert server.info.transaction_status == TransactionStatus.IDLE
        server.execute(statement)


def postgres_template(url: str) -> str:
    """The name of a database on the server that new ones are made from."""
    name = f"migrated_{_digest()}"
    with alone("postgres"), psycopg.connect(url, autocommit=True) as server:
        there = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not there:
            making = f"{name}_making"
            server.execute(f'DROP DATABASE IF EXISTS "{making}"')
            server.execute(f'CREATE DATABASE "{making}"')
            with tempfile.TemporaryDirectory() as folder:
                _migrate(Path(folder), urlunsplit(urlsplit(url)._replace(path=f"/{making}")))
            server.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')
    return name
