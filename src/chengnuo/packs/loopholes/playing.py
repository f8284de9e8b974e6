"""Play a matter with the pack's own forms: what every move does to the promises that run."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chengnuo.packs.forms import offered
from chengnuo.packs.loopholes.moves import Move, facts_that_matter, moves_of
from chengnuo.packs.schema import Pack
from chengnuo.packs.shape import Shape
from chengnuo.rules.conditions import Value
from chengnuo.rules.counting import UnableToReckon
from chengnuo.rules.evolve import evolve
from chengnuo.rules.react import react
from chengnuo.rules.rulebook import Rulebook
from chengnuo.rules.state import Decision, Event, Refused, State

STEP = timedelta(minutes=5)
# Bounds: so many moves in a row, so many situations and moves of one service.
DEEPEST = 7
MOST_SITUATIONS = 160
MOST_MOVES_PLAYED = 2_500


@dataclass(frozen=True, slots=True)
class Played:
    """One move in one situation: the state before, what was decided, and the state after."""

    before: State
    move: Move
    at: datetime
    decisions: tuple[Decision, ...]
    after: State
    way: tuple[Move, ...]


@dataclass(slots=True)
class Table:
    """A pack laid out to be played: its forms' moves are made once."""

    pack: Pack
    book: Rulebook
    opening: datetime
    matter: frozenset[str] = frozenset()
    moves: dict[str, list[Move]] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.matter = facts_that_matter(self.book)

    def of(self, form_id: str) -> list[Move]:
        if form_id not in self.moves:
            at = self.opening + STEP
            self.moves[form_id] = moves_of(
                pack=self.pack, form_id=form_id, matter=self.matter, at=at
            )
        return self.moves[form_id]

    def play(self, service: str) -> Iterator[Played]:
        """Every move in every situation that few moves lead to, the shortest ways first."""
        start = self.begin(service)
        if start is None:
            return
        waiting: deque[tuple[State, tuple[Move, ...]]] = deque([(start, ())])
        met, played = {_seen_as(start, self.matter)}, 0
        while waiting:
            state, way = waiting.popleft()
            at = self.opening + STEP * (len(way) + 1)
            for form_id in offered(self.pack, state):
                if not self._attempted(form_id, way):
                    continue
                for move in self.of(form_id):
                    done = self.do(state, move, at)
                    if done is None:
                        continue
                    played += 1
                    after, decisions = done
                    yield Played(state, move, at, decisions, after, way)
                    after = self._handed_over(after, at)
                    known = _seen_as(after, self.matter)
                    if known in met or after.closed_at is not None or len(way) + 1 >= DEEPEST:
                        continue
                    if len(met) >= MOST_SITUATIONS or played >= MOST_MOVES_PLAYED:
                        self.cut.add(service)
                        continue
                    met.add(known)
                    waiting.append((after, (*way, move)))
            if played >= MOST_MOVES_PLAYED:
                self.cut.add(service)
                return

    def _attempted(self, form_id: str, way: tuple[Move, ...]) -> bool:
        """Whether the attempts that a form asks for lie behind it."""
        asked = self.pack.forms[form_id].attempts
        return asked is None or sum(move.form in asked.of for move in way) >= asked.times

    def begin(self, service: str) -> State | None:
        """A case that was taken in on a Monday morning and handed over, with nothing known of it
        but what its first answers say."""
        shape = self.pack.services[service]
        state = State(
            subject="case", service=service, process=shape.process or "", round_at=self.opening
        )
        facts: dict[str, Value] = {}
        for name in (*shape.facts, *(("channel",) if "channel" in self.pack.facts else ())):
            value = _first(self.pack.facts[name], self.opening)
            if value is not None:
                facts[name] = value
        lodged = self._react(state, Event(name="case.lodged", at=self.opening, facts=facts))
        return None if lodged is None else self._handed_over(lodged[0], self.opening)

    def _handed_over(self, state: State, at: datetime) -> State:
        """The case with the unit that handles it; where a gate holds that back, as it is."""
        if "case.handed_over" in state.seen:
            return state
        done = self._react(state, Event(name="case.handed_over", at=at))
        return state if done is None else done[0]

    def do(
        self, state: State, move: Move, at: datetime
    ) -> tuple[State, tuple[Decision, ...]] | None:
        """What follows from a move; None where it is refused."""
        decided: list[Decision] = []
        for index, name in enumerate(move.events):
            event = Event(
                name=name,
                at=at,
                facts={} if index else move.facts,
                more_follow=index + 1 < len(move.events),
            )
            done = self._react(state, event)
            if done is None:
                return None
            state = done[0]
            decided += done[1]
        return state, tuple(decided)

    def _react(self, state: State, event: Event) -> tuple[State, tuple[Decision, ...]] | None:
        try:
            decisions = react(self.book, state, event)
        except UnableToReckon:
            return None
        if any(isinstance(d, Refused) for d in decisions):
            return None
        return evolve(state, decisions, event), decisions


def _first(fact: Shape, at: datetime) -> Value:
    kind, values = getattr(fact, "type", ""), getattr(fact, "values", {})
    if kind == "choice":
        return str(next(iter(values)))
    if kind == "flag":
        return True
    if kind in ("number", "integer"):
        low = getattr(fact, "min", None)
        return 1 if low is None else low
    if kind == "moment":
        return at + timedelta(days=20)
    return "2026-03-20" if kind == "date" else "一"


def _seen_as(state: State, matter: frozenset[str]) -> tuple[object, ...]:
    """Situations that differ in nothing that a rule asks for are one."""
    told: Mapping[str, Value] = state.facts
    return (
        frozenset(state.seen),
        frozenset((o.key, o.is_running, o.due_at is None) for o in state.obligations),
        frozenset((n, str(v)) for n, v in told.items() if n in matter),
        state.closed_at is not None,
    )
