"""What the worker does: each room declares its steps in its `manifest.py`, and the worker runs them
in the order of the list of rooms (`config/rooms.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


class Doing(Protocol):
    """Does what is due at a moment; how many things that were, where it counts them."""

    def __call__(self, *, now: datetime) -> int | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerStep:
    """One step of the worker, under a name for logs and tests.

    Without `every` it is done in each round, until nothing is left to do. With it, once in that
    time, at the beginning of a round.
    """

    name: str
    do: Doing
    every: timedelta | None = None
