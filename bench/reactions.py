"""`react`: a water leak from the report to the callback, again and again."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bench.telling import best_rate, say
from chengnuo.packs.compiling import compiled
from chengnuo.packs.loader import load
from chengnuo.packs.notices import shipped_notices
from chengnuo.rules.evolve import evolve
from chengnuo.rules.react import react
from chengnuo.rules.rulebook import Rulebook
from chengnuo.rules.state import Event, Refused, State

START = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
STEPS = (
    ("case.lodged", 0, {"area": "urban", "diameter_mm": 300}),
    ("crew.arrived", 20, {}),
    ("facts.changed", 25, {"diameter_mm": 700}),
    ("time.passed", 60, {}),
    ("repair.completed", 60 * 30, {}),
    ("time.passed", 60 * 31, {}),
)


def run() -> None:
    """Events per second on one core, state carried along."""
    loaded = load("water-company")
    book = compiled(loaded.pack, digest=loaded.digest, notices=shipped_notices())
    process = loaded.pack.services["pipe-repair"].process or ""
    rate = best_rate(lambda: _run(book, process, 500))
    say(
        "events per second and core",
        f"{rate:,.0f}",
        f"bar: 20,000; {len(book.rules)} rules in the book",
    )


def _run(book: Rulebook, process: str, cases: int) -> int:
    for _ in range(cases):
        state = State(service="pipe-repair", process=process, round_at=START)
        for name, minutes, facts in STEPS:
            event = Event(name=name, at=START + timedelta(minutes=minutes), facts=facts)
            decided = react(book, state, event)
            if any(isinstance(d, Refused) for d in decided):
                raise AssertionError(f"{name} was refused: {decided}")
            state = evolve(state, decided, None if name == "time.passed" else event)
    return cases * len(STEPS)
