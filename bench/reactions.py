"""`react`: a water leak from the report to the repair, again and again."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bench.telling import best_rate, say
from chengnuo.packs.compiling import compiled
from chengnuo.packs.loader import load
from chengnuo.packs.notices import shipped_notices
from chengnuo.rules.conditions import Facts
from chengnuo.rules.evolve import evolve
from chengnuo.rules.react import react
from chengnuo.rules.rulebook import Rulebook
from chengnuo.rules.state import TIME_PASSED, Denied, Event, State

START = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
STEPS: tuple[tuple[str, int, Facts], ...] = (
    ("case.lodged", 0, {"area": "urban", "diameter_mm": 300}),
    ("crew.arrived", 20, {}),
    ("facts.changed", 25, {"diameter_mm": 700}),
    (TIME_PASSED, 60, {}),
    ("repair.completed", 60 * 30, {}),
    (TIME_PASSED, 60 * 31, {}),
)


def run() -> None:
    """Events per second on one core: `react` alone, and with the state carried along."""
    loaded = load("water-company")
    book = compiled(loaded.pack, digest=loaded.digest, notices=shipped_notices())
    process = loaded.pack.services["pipe-repair"].process or ""
    moments = _moments(book, process)
    alone = best_rate(lambda: _react(book, moments, 1000), rounds=5, clock=time.process_time)
    carried = best_rate(
        lambda: sum(len(_moments(book, process)) for _ in range(500)), clock=time.process_time
    )
    say("react, events per second and core", f"{alone:,.0f}", "bar: 20,000")
    say("react and evolve", f"{carried:,.0f}", f"{len(book.rules)} rules in the book")


def _moments(book: Rulebook, process: str) -> list[tuple[State, Event]]:
    """Each event of the story with the state in which it comes."""
    found = []
    state = State(subject="case", service="pipe-repair", process=process, round_at=START)
    for name, minutes, facts in STEPS:
        event = Event(name=name, at=START + timedelta(minutes=minutes), facts=facts)
        found.append((state, event))
        decided = react(book, state, event)
        if any(isinstance(d, Denied) for d in decided):
            raise AssertionError(f"{name} was refused: {decided}")
        state = evolve(state, decided, None if name == TIME_PASSED else event)
    return found


def _react(book: Rulebook, moments: list[tuple[State, Event]], turns: int) -> int:
    for _ in range(turns):
        for state, event in moments:
            react(book, state, event)
    return turns * len(moments)
