"""How a benchmark tells what it measured."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence


def head(name: str) -> None:
    print(f"\n== {name} " + "=" * (70 - len(name)), flush=True)


def say(what: str, figure: str, note: str = "") -> None:
    print(f"{what:<52} {figure:>14}  {note}", flush=True)


def best_rate(
    work: Callable[[], int], *, rounds: int = 3, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Things per second in the best of some rounds; `work` returns how many it did.

    For work that only computes, `clock=time.process_time` counts the seconds of a core.
    """
    rates = []
    for _ in range(rounds):
        begun = clock()
        done = work()
        rates.append(done / (clock() - begun))
    return max(rates)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies."""
    if len(values) < 2:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]
