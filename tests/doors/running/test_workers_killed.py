"""kill -9 in a loop under load: nothing is done twice, nothing is lost, whatever the moment.

Workers are killed at random moments and started again while another process takes matters in. Then
ledger and effects are compared: one breach per overdue promise, one decision in the ledger for each
effect, one message for each decision, delivered once. The database is the test's own.
"""

from __future__ import annotations

import json
import os
import random
import time

from tests.doors.running.house import CHENGNUO, SCENE, end, environment, run, start

WORKER = [*CHENGNUO, "worker"]
OVERDUE = 250
WORKERS = 3
KILLING = float(os.environ.get("KILL_SECONDS", "8"))
SEED = 20260309


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
            end(workers[index])
            workers[index] = start(WORKER, env)
            killed += 1
    finally:
        for worker in workers:
            end(worker)
    return killed


def test_workers_killed_at_any_moment_do_nothing_twice_and_lose_nothing(tmp_path):
    with environment(tmp_path / "var") as env:
        run([*SCENE, "prepare", str(tmp_path), str(OVERDUE)], env)
        stop = tmp_path / "stop"
        lodging = start([*SCENE, "lodge", str(stop), str(SEED)], env)
        assert lodging.stdout
        first = lodging.stdout.readline()
        killed = kill_for(KILLING, env)
        stop.touch()
        said = (first + lodging.communicate(timeout=60)[0]).split()
        assert lodging.returncode == 0, "taking matters in is not disturbed by dying workers"
        assert killed >= 5
        run([*SCENE, "settle"], env)
        found = json.loads(run([*SCENE, "inspect"], env))

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
        "low levels": 0,
        "breaches": 2 * number,
        "broken twice": [],
        "decided twice": [],
        "undelivered": 0,
        "messages": True,
        "number of messages": sum(told.values()),
        "faults": [],
    }
