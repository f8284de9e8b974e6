"""Which situations of a matter are worth playing on: where a form meets something new."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from chengnuo.packs.forms import belongs, offered
from chengnuo.packs.loopholes.moves import Move, facts_of_rule
from chengnuo.packs.schema import Pack
from chengnuo.rules.gates import is_met
from chengnuo.rules.rulebook import Gate, Prohibition, Rulebook, Trigger, Within
from chengnuo.rules.state import State


class Situations:
    """Remembers in which company each form could be filled.

    Promises of one matter mostly run side by side: to play all their combinations has no end. A
    move concerns one promise or gate; so each form is met with each thing as it may stand, and a
    situation that brings no two of them together anew is not played on. Of a promise in `focus`
    the situations in which it runs are kept apart from the others.
    """

    def __init__(self, pack: Pack, book: Rulebook, start: State, focus: str = "") -> None:
        self.pack, self.focus = pack, focus
        bound = [
            r for r in book.rules.values() if r.binds(service=start.service, process=start.process)
        ]
        self.gates = [r for r in bound if isinstance(r, Gate)]
        self.before = {
            form_id: [g.id for g in self.gates if {e.event for e in form.emits} & set(g.before)]
            for form_id, form in pack.forms.items()
        }
        self.bans = [r for r in bound if isinstance(r, Prohibition) and r.until is not None]
        self.matter = frozenset[str]().union(*(facts_of_rule(r) for r in bound))
        self.together = {events for r in bound for events in _needed_together(r)}
        self.steps_of = {
            r.id: r.stop.events for r in bound if isinstance(r, Within) and r.stop.needs_all
        }
        self.closing = book.processes[start.process].closes_on
        self.met: dict[tuple[str, bool], set[object]] = defaultdict(set)
        self.asked = [
            form.attempts
            for form in pack.forms.values()
            if form.attempts and belongs(form, service=start.service, process=start.process)
        ]

    def worth_playing(self, state: State, way: tuple[Move, ...]) -> list[str]:
        """The forms that can be filled here while something stands as it did not when they could
        be filled before."""
        forms, atoms = offered(self.pack, state), set(self._as_it_stands(state, way))
        runs = any(o.rule == self.focus and o.is_running for o in state.obligations)
        opens = {gate.id: self._opens(gate, state) for gate in self.gates}
        new = []
        for form in forms:
            before = tuple(opens[gate] for gate in self.before[form])
            if not {*atoms, before} <= self.met[form, runs]:
                self.met[form, runs] |= {*atoms, before}
                new.append(form)
        return new

    def _opens(self, gate: Gate, state: State) -> tuple[bool, bool | None]:
        return is_met(gate, state), gate.needs.holds(state.facts)

    def _as_it_stands(self, state: State, way: tuple[Move, ...]) -> Iterator[object]:
        """What a rule, a gate or a form asks for, each by itself."""
        yield from ((r.id, r.until.reached(state.seen) is None) for r in self.bans if r.until)
        yield from ((event, event in state.seen) for event in self.closing)
        yield from ((events, tuple(e in state.seen for e in events)) for events in self.together)
        for held in state.obligations:
            done = tuple(e in state.seen for e in self.steps_of.get(held.rule, ()))
            stands = held.is_running, held.voided_at is None, held.due_at is None, held.stands
            yield held.rule, *stands, *done
        yield from ((n, str(v)) for n, v in state.facts.items() if n in self.matter)
        if self.asked:
            tried = Counter(move.form for move in way)
            for asked in self.asked:
                yield asked.of, min(asked.times, sum(tried[form] for form in asked.of))


def _needed_together(rule: object) -> Iterator[tuple[str, ...]]:
    """Events of which a rule needs several: how many of them there are makes a difference."""
    triggers: list[Trigger | None] = []
    if isinstance(rule, Within):
        triggers = [rule.start]
        yield from ((step.begins, step.ends) for step in rule.steps)
    elif isinstance(rule, Gate):
        triggers = [rule.until]
        yield from [(rule.wait.start,)] if rule.wait else []
    yield from (t.events for t in triggers if t is not None and t.needs_all)
