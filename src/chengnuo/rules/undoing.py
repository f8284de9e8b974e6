"""Taking an event back that was told by mistake, moments ago: its follow-ups are ended or undone.

Pure, as `react`. What time alone did stays: whoever takes something back wins none. Nothing is as
if it had never been: what was started is void, and both the event and its undoing stay on record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from chengnuo.rules.evolve import evolve
from chengnuo.rules.expiry import lapse_all
from chengnuo.rules.rulebook import Rulebook
from chengnuo.rules.state import Decision, Revived, State, Unseen, Voided

UNDONE = "undone"
# What an event may have done: what it began, what it ended, and what time had made of it.
STARTED = "started"
ENDED = frozenset({"kept", "voided"})
LEFT = frozenset({"broken", "warned", "escalated"})


class NotToBeUndone(ValueError):
    """It did more than start and keep promises: nothing can be put back exactly."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """The event that is taken back, when it had last happened before, and what it decided: the kind
    of each decision with the key of its promise."""

    event: str
    before: datetime | None
    decided: Sequence[tuple[str, str]]


def undo(book: Rulebook, state: State, undoing: Undoing, *, at: datetime) -> tuple[Decision, ...]:
    """Everything that follows from taking an event back. Raises NotToBeUndone."""
    decided: list[Decision] = list(lapse_all(book, state, at))
    state = evolve(state, decided, None)
    back = [Unseen(undoing.event, at, undoing.before), *_back(state, undoing, at)]
    state = evolve(state, back, None)
    # What runs on may be late by now.
    return (*decided, *back, *lapse_all(book, state, at))


def _back(state: State, undoing: Undoing, at: datetime) -> Iterator[Decision]:
    for kind, key in undoing.decided:
        if kind == STARTED:
            if state.find(key).is_running:
                yield Voided(key, at, UNDONE)
        elif kind in ENDED:
            yield Revived(key, at)
        elif kind not in LEFT:
            raise NotToBeUndone(f"{undoing.event}: {kind} {key}")
