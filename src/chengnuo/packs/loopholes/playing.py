"""Play a matter with the pack's own forms: what every move does to the promises that run."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chengnuo.packs.loopholes.moves import (
    Move,
    asked_by_gates,
    facts_that_matter,
    later_by,
    moves_of,
)
from chengnuo.packs.loopholes.situations import Situations
from chengnuo.packs.schema import Pack
from chengnuo.packs.shape import Shape
from chengnuo.rules.conditions import Value
from chengnuo.rules.counting import UnableToReckon
from chengnuo.rules.evolve import evolve
from chengnuo.rules.react import react
from chengnuo.rules.rulebook import Gate, Rulebook
from chengnuo.rules.state import Decision, Denied, Event, State

STEP = timedelta(minutes=5)
# What a gate refuses until some time has passed is tried again so much later.
PATIENCE = timedelta(days=40)
# Bounds: so many moves in a row, so many situations and moves of one service.
DEEPEST = 40
MOST_SITUATIONS = 800
MOST_MOVES_PLAYED = 5_000


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
class Playboard:
    """A pack laid out to be played: its forms' moves are made once."""

    pack: Pack
    book: Rulebook
    opening: datetime
    matter: frozenset[str] = frozenset()
    moves: dict[str, list[Move]] = field(default_factory=dict)
    wanted: dict[str, frozenset[Value]] = field(default_factory=dict)
    waits: frozenset[str] = frozenset()
    cut: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.matter, self.wanted = facts_that_matter(self.book), asked_by_gates(self.book)
        self.waits = frozenset(e for g in self._gates_that_wait() for e in g.before)

    def _gates_that_wait(self) -> Iterator[Gate]:
        """Gates that mere time may open: an embargo, or a moment that they compare."""
        moments = {name for name, fact in self.pack.facts.items() if fact.type == "moment"}
        for rule in self.book.rules.values():
            if isinstance(rule, Gate) and (rule.wait or moments & rule.needs.facts()):
                yield rule

    def of(self, form_id: str) -> list[Move]:
        if form_id not in self.moves:
            at = self.opening + STEP
            self.moves[form_id] = moves_of(
                pack=self.pack,
                form_id=form_id,
                matter=self.matter,
                wanted=self.wanted,
                at=at,
            )
        return self.moves[form_id]

    def play(self, service: str, focus: str = "") -> Iterator[Played]:
        """Every move in every situation that brings something new, the shortest ways first; with a
        promise in `focus`, new while that promise runs."""
        start = self.begin(service)
        if start is None:
            return
        situations = Situations(self.pack, self.book, start, focus)
        waiting: deque[tuple[State, tuple[Move, ...], datetime, list[str]]] = deque()
        waiting.append((start, (), self.opening, situations.worth_playing(start, ())))
        met, played = 1, 0
        while waiting:
            state, way, since, forms = waiting.popleft()
            for one in self._moves_in(state, way, since + STEP, forms):
                played += 1
                yield one
                if one.after.closed_at is not None:
                    continue
                after, longer = self._handed_over(one.after, one.at), (*way, one.move)
                forms = situations.worth_playing(after, longer)
                if not forms:
                    continue
                if met >= MOST_SITUATIONS or len(longer) >= DEEPEST:
                    self.cut.add(service)
                    continue
                met += 1
                waiting.append((after, longer, one.at, forms))
            if waiting and played >= MOST_MOVES_PLAYED:
                self.cut.add(service)
                return

    def _moves_in(
        self, state: State, way: tuple[Move, ...], at: datetime, forms: list[str]
    ) -> Iterator[Played]:
        """Every way to fill these forms in a situation; where it has to wait, after a while."""
        for form_id in forms:
            if not self._attempted(form_id, way):
                continue
            for move in self.of(form_id):
                for moment in (at, at + PATIENCE):
                    done = self.do(state, move, moment)
                    if done is not None:
                        yield Played(state, move, moment, done[1], done[0], way)
                    if done is not None or not self.waits.intersection(move.events):
                        break

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
        facts = later_by(move.facts, self.opening + STEP, at)
        for index, name in enumerate(move.events):
            event = Event(
                name=name,
                at=at,
                facts={} if index else facts,
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
        if any(isinstance(d, Denied) for d in decisions):
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
