"""kill -9 in a loop under load: nothing is done twice, nothing is lost, whatever the moment.

Workers are killed at random moments and started again while another process takes matters in. Then
ledger and effects are compared: one breach per overdue promise, one decision in the ledger for each
effect, one message for each decision, delivered once. The database is the test's own.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[3]
WORKER = [sys.executable, "-m", "chengnuo.doors.cli", "worker"]
SCENE = [sys.executable, "-m", "tests.doors.jobs.scenes"]
OVERDUE = 250
WORKERS = 3
KILLING = 14.0  # seconds
SEED = 20260309


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of every process: a fresh SQLite file, or a fresh database on the server."""
    own = {k: v for k, v in os.environ.items() if not k.startswith("CHENGNUO_")}
    own |= {"CHENGNUO_VAR": str(tmp_path / "var"), "CHENGNUO_LOG_LEVEL": "ERROR"}
    url = own.pop("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield own
        return
    name = f"killed_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield own | {"DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=f"/{name}"))}
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(scene: str, *words: str, env: dict[str, str]) -> str:
    done = subprocess.run(
        [*SCENE, scene, *words], env=env, cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def start(words: list[str], env: dict[str, str]) -> subprocess.Popen[str]:
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        words, env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=quiet, text=True
    )


def kill_for(seconds: float, env: dict[str, str]) -> int:
    """Keep workers at work and kill one after the other; the number killed."""
    rng, killed = random.Random(SEED), 0
    workers = [start(WORKER, env) for _ in range(WORKERS)]
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            # Some die while they still start, some in the middle of a batch, some while idle.
            time.sleep(rng.uniform(0.2, 1.6))
            index = rng.randrange(WORKERS)
            workers[index].kill()
            workers[index].communicate()
            workers[index] = start(WORKER, env)
            killed += 1
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
    return killed


def test_workers_killed_at_any_moment_do_nothing_twice_and_lose_nothing(environment, tmp_path):
    run("prepare", str(tmp_path), str(OVERDUE), env=environment)
    stop = tmp_path / "stop"
    lodging = start([*SCENE, "lodge", str(stop), str(SEED)], environment)
    killed = kill_for(KILLING, environment)
    stop.touch()
    said = lodging.communicate(timeout=60)[0].split()
    assert lodging.returncode == 0, "taking matters in is not disturbed by dying workers"
    assert killed >= 5
    run("settle", env=environment)
    found = json.loads(run("inspect", env=environment))

    expected = [f"first-{n}" for n in range(OVERDUE)] + said
    assert sorted(found.pop("cases")) == sorted(expected), "every matter that was acknowledged"
    number = len(expected)
    assert len(said) > 20, "there was load"
    told = found.pop("told")
    decided = found.pop("decided")
    assert decided["broken"] == 2 * number
    assert decided["escalated"] == 4 * number
    assert told == decided, "one message for each decision"
    assert found == {
        "lodged": number,
        "obligations": 2 * number,
        "unbroken": 0,
        "wrongly dated": 0,
        "low rungs": 0,
        "breaches": 2 * number,
        "broken twice": [],
        "decided twice": [],
        "undelivered": 0,
        "messages": True,
        "number of messages": sum(told.values()),
        "faults": [],
    }
