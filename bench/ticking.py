"""The tick: a million running obligations, ten thousand due; one worker, then two on fresh ones."""

from __future__ import annotations

import subprocess
import sys
import time

from bench.telling import say
from bench.world import fill, set_up

MILLION = 1_000_000
WORKER = """
import bench.world, resource, sys, time
bench.world.set_up()
from datetime import UTC, datetime
from chengnuo.obligations.ticking import tick
print("ready", flush=True); sys.stdin.readline()
begun = time.perf_counter(); early = None
while tick(now=datetime.now(UTC)):
    early = early or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
late = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(time.perf_counter() - begun, (early or late) / 1024, late / 1024, flush=True)
"""


def run() -> None:
    """Measure with separate worker processes, as in real life."""
    set_up()
    from chengnuo.ledger.queries import organisations, verify
    from chengnuo.obligations.models import Breach

    begun = time.perf_counter()
    fill(number=MILLION, tag="0001")
    say("made 1,000,000 running obligations", f"{time.perf_counter() - begun:.0f} s")
    alone, early, late = _workers(1)
    first = Breach.objects.count()
    say("one worker breaks 10,000", f"{alone:.1f} s", f"bar: 15 s; {first / alone:,.0f} per second")
    say("its memory after the first batch and at the end", f"{early:.0f} → {late:.0f} MB")
    fill(number=MILLION, tag="0002")
    pair, _, _ = _workers(2)
    say(
        "two workers break another 10,000", f"{pair:.1f} s", f"{alone / pair:.2f} × one; bar: 1.6 ×"
    )
    second = Breach.objects.count() - first
    if (first, second) != (10_000, 10_000):
        raise AssertionError(f"breaches: {first} and {second}, not 10,000 each")
    faults = [f for o in organisations() for f in verify(organisation_id=o)]
    say("ledger after it", "sound" if not faults else f"{len(faults)} faults")


def _workers(number: int) -> tuple[float, float, float]:
    line = [sys.executable, "-c", WORKER]
    workers = [
        subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(number)
    ]
    for worker in workers:
        worker.stdout.readline()  # type: ignore[union-attr]
    for worker in workers:
        worker.stdin.write("go\n")  # type: ignore[union-attr]
        worker.stdin.flush()  # type: ignore[union-attr]
    results = [w.stdout.readline().split() for w in workers]  # type: ignore[union-attr]
    for worker in workers:
        worker.wait()
    worst = max(results, key=lambda r: float(r[0]))
    return float(worst[0]), float(worst[1]), float(worst[2])
