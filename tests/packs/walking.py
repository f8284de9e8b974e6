"""Random walks through a service: forms filled with valid random values, and the product's verbs.

The walker is the whole utility: whatever form has its turn, somebody fills it; whatever a telephone
system or another office reports, gets reported. It prefers what keeps a running promise.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from chengnuo.packs.compiling import compiled
from chengnuo.packs.forms import choices_of, event_time, events_of, facts_of_form, fill, offered
from chengnuo.packs.notices import shipped_notices
from chengnuo.packs.schema import FactShape, FieldShape, FormShape, Pack
from chengnuo.packs.triggers import condition
from chengnuo.rules.conditions import Times, Value
from chengnuo.rules.evolve import evolve
from chengnuo.rules.react import react
from chengnuo.rules.rulebook import Gate, Rulebook, Within
from chengnuo.rules.state import Denied, Event, State
from tests.packs.shipped import shipped
from tests.rules.world import at

MONDAY = at("2026-03-09 09:00")
RECLASSIFIED = "case.reclassified"
WANDER = 30
LONGEST_WAY_HOME = 300
MOODS = (True, None, None, False)  # all is well; as it comes; nothing is
Step = list[tuple[str, dict[str, Value]]]
PAUSES = (timedelta(minutes=1), timedelta(minutes=40), timedelta(hours=9), timedelta(days=4))


@cache
def utility(pack_id: str) -> tuple[Pack, Rulebook]:
    loaded = shipped(pack_id)
    return loaded.pack, compiled(loaded.pack, digest=loaded.digest, notices=shipped_notices())


@cache
def gate_values(pack_id: str) -> dict[str, set[str]]:
    """The values of facts that gates ask for."""
    found: dict[str, set[str]] = {}
    for rule in utility(pack_id)[1].rules.values():
        for test in rule.needs.tests if isinstance(rule, Gate) else ():
            if test.op == "in":
                found.setdefault(test.fact, set()).update(str(v) for v in test.value)
    return found


def services(pack_id: str) -> list[str]:
    """The entries of the catalogue that open a case."""
    return [i for i, s in utility(pack_id)[0].services.items() if s.process]


@dataclass(slots=True)
class Walk:
    """One case, from intake to closure."""

    pack_id: str
    service: str
    seed: int
    now: datetime = MONDAY
    done: list[str] = field(default_factory=list)
    empty_handed: list[str] = field(default_factory=list)
    filled: set[str] = field(default_factory=set)
    mood: bool | None = None
    in_circles: bool = False
    rng: random.Random = field(init=False)
    pack: Pack = field(init=False)
    book: Rulebook = field(init=False)
    state: State = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(f"{self.pack_id}/{self.service}/{self.seed}")
        self.pack, self.book = utility(self.pack_id)
        shape = self.pack.services[self.service]
        self.state = State(
            subject="case",
            service=self.service,
            process=shape.process or "",
            round_at=self.now,
            facts={},
        )
        facts = {n: self.value(self.pack.facts[n]) for n in shape.facts}
        if "channel" in self.pack.facts:
            facts["channel"] = self.value(self.pack.facts["channel"])
        assert self.take([("case.lodged", facts)])

    # -- what happens ------------------------------------------------------------------------------

    def after(self, events: Step) -> State | None:
        """The state after a step of one or more events; None when it is refused."""
        state = self.state
        for index, (name, facts) in enumerate(events):
            follow = index + 1 < len(events)
            name, _, target = name.partition(" ")
            event = Event(
                name=name, at=self.now, facts=facts, more_follow=follow, target=target or None
            )
            decided = react(self.book, state, event)
            if any(isinstance(d, Denied) for d in decided):
                return None
            state = evolve(state, decided, event)
        return state

    def take(self, events: Step, form: str = "") -> bool:
        state = self.after(events)
        if state is None:
            return False
        self.state = state
        self.done += [name for name, _ in events]
        self.filled |= {form} - {""}
        return True

    def go(self) -> Walk:
        """First wander about, then get it done; after that it is closed, or never will be."""
        for _ in range(self.rng.randrange(WANDER)):
            if self.state.closed_at is not None:
                return self
            self.wander()
        for step in range(LONGEST_WAY_HOME):
            if self.state.closed_at is not None:
                break
            self.in_circles = step > LONGEST_WAY_HOME // 2
            self.head_home()
        return self

    def wander(self) -> None:
        """Whatever form has its turn, and now and then a verb."""
        forms = self.wait()
        steps = [self.verb()] if not forms or self.rng.random() < 0.1 else []
        reported = self.reported()
        if reported and self.rng.random() < 0.3:
            steps = [(reported, "")]
        # Every other time something new: what is rare has its turn too.
        fresh = [f for f in forms if f not in self.filled] if self.rng.random() < 0.5 else []
        form = self.rng.choice(fresh or forms) if forms else ""
        mood = self.rng.choice(MOODS)
        self.take(*(steps[0] if steps else (self.filling(form, mood), form)))

    def head_home(self) -> None:
        """What somebody does who wants to be done, and does not do the same thing over and over."""
        forms = self.wait()
        steps = [(self.filling(f, mood), f) for f in forms for mood in MOODS]
        steps.append(self.verb())
        reported = self.reported()
        if reported:
            steps.append((reported, ""))
        self.rng.shuffle(steps)
        best = max(steps, key=lambda step: self.worth(step[0]))
        self.take(*best)

    def wait(self) -> list[str]:
        """Some time passes; the forms whose turn it is then. Noted: when there is nothing left."""
        self.now += self.rng.choice(PAUSES)
        forms = offered(self.pack, self.state)
        if not forms and not self.running():
            self.empty_handed.append(self.done[-1])
        return forms

    def running(self) -> list[str]:
        return [o.rule for o in self.state.obligations if o.is_running]

    def worth(self, events: Step) -> float:
        """What a step brings: promises kept, and not begun again; and how often it was made."""
        state = self.after(events)
        if state is None:
            return -1000
        if state.closed_at is not None:
            return 1000
        before = {o.key for o in self.state.obligations}
        rules = {o.rule for o in self.state.obligations}
        owed = {o.key for o in self.state.obligations if o.is_running}
        settled = sum(o.key in owed and not o.is_running for o in state.obligations)
        again = sum(o.key not in before and o.rule in rules for o in state.obligations)
        # By the rarest of its events: an answer that was never given is worth a try. Who goes round
        # in circles goes by the commonest: no side event makes the same step look new.
        times = [self.done.count(name) for name, _ in events]
        often = max(times) if self.in_circles else min(times)
        return 4 * settled - again - 0.2 * often

    def stops(self, name: str) -> tuple[str, ...]:
        """What keeps a promise."""
        rule = self.book.rules[name]
        return tuple(rule.stop.events) if isinstance(rule, Within) else ()

    def reported(self) -> Step:
        """What running promises wait for and no form tells: telephones, banks, other offices do."""
        stops = {
            event
            for name in self.running()
            if isinstance(rule := self.book.rules[name], Within)
            for event in rule.stop.events
            if (shape := self.pack.events.get(event)) is not None and shape.by != "form"
        }
        return [(self.rng.choice(sorted(stops)), {})] if stops else []

    def verb(self) -> tuple[Step, str]:
        """What the product itself offers on every case."""
        stops = {e for r in self.running() for e in self.stops(r)}
        if RECLASSIFIED in stops:
            return [(f"{RECLASSIFIED} {self.rng.choice(services(self.pack_id))}", {})], ""
        name = self.rng.choice(["case.handed_over", "case.urged", "case.supervised"])
        until: dict[str, Value] = {"supervised_until": self.now + timedelta(days=2)}
        return [(name, until if name == "case.supervised" else {})], ""

    def filling(self, form_id: str, mood: bool | None = None) -> Step:
        """The events of a form that is filled as its own shape allows."""
        self.mood = mood
        form = self.pack.forms[form_id]
        filled = fill(pack=self.pack, form=form, raw=self.typed(form))
        assert not filled.errors, f"{form_id} refuses what its own shape allows: {filled.errors}"
        assert event_time(form, filled.values, self.now) == self.now
        names = events_of(form, filled.values) or ["facts.changed"]
        facts = facts_of_form(form, filled.values)
        return [(n, {} if i else facts) for i, n in enumerate(names)]

    # -- what is typed -----------------------------------------------------------------------------

    def typed(self, form: FormShape) -> dict[str, Any]:
        """Every field that is needed, and most of the others."""
        return {
            f.id: self.text(f, form)
            for f in form.fields
            if f.required or f.required_when or self.rng.random() < 0.7
        }

    def text(self, shape: FieldShape, form: FormShape) -> Any:
        if shape.is_ == "event_time":
            return self.now.isoformat()
        if shape.type in ("choice", "choices"):
            return self.rng.choice(self.choices(shape))
        if shape.type == "flag":
            yes = self.rng.random() < 0.5 if self.mood is None else self.mood
            return "yes" if yes else "no"
        if shape.type == "tick":
            return "on"
        if shape.type in ("number", "integer", "score"):
            fact = self.pack.facts.get(shape.fact or "")
            low = shape.min if shape.min is not None else (fact.min if fact else None)
            high = shape.max if shape.max is not None else (fact.max if fact else None)
            base = 1 if low is None else low
            if self.mood and (asked := self.asked(shape, form)):
                return f"{max(asked):g}"
            return str(self.rng.randint(int(base), int(base + 4 if high is None else high)))
        if shape.type == "moment":
            if self.mood and (told := self.compared(shape)):
                return told.isoformat()
            return (self.now + self.rng.choice(PAUSES)).isoformat()
        if shape.type == "date":
            return self.now.date().isoformat()
        return {"phone": "010-12345678"}.get(shape.type, "已按规定办理")

    def compared(self, shape: FieldShape) -> datetime | None:
        """A moment that stands well beside the one with which a gate compares the answer."""
        for rule in self.book.rules.values():
            for test in rule.needs.tests if isinstance(rule, Gate) else ():
                bound = test.value[0]
                if test.fact != shape.fact or not isinstance(bound, Times):
                    continue
                told = self.state.facts.get(bound.fact)
                if isinstance(told, datetime):
                    return told + timedelta(days=400) if test.op == "gte" else told
        return None

    @staticmethod
    def asked(shape: FieldShape, form: FormShape) -> list[float]:
        """The numbers with which an event of the form compares the answer."""
        tests = [t for e in form.emits for t in condition(e.when).tests if t.fact == shape.id]
        return [v for t in tests for v in t.value if isinstance(v, int | float)]

    def choices(self, shape: FieldShape) -> list[str]:
        """The options; when all is well, only those that open the gates."""
        options = list(choices_of(self.pack, shape))
        wanted = gate_values(self.pack_id).get(shape.fact or "", set())
        good = [o for o in options if o in wanted]
        return good if good and self.mood else options

    def value(self, fact: FactShape) -> Value:
        if fact.type == "choice":
            return self.rng.choice(list(fact.values))
        if fact.type == "flag":
            return self.rng.choice([True, False])
        if fact.type == "moment":
            return self.now + self.rng.choice(PAUSES)
        if fact.type in ("number", "integer"):
            return self.rng.randint(int(fact.min or 1), int(fact.max or 5))
        return "2026-03-20" if fact.type == "date" else "一"

    def __str__(self) -> str:
        seen = " ".join(self.done[-12:])
        return (
            f"{self.pack_id}/{self.service} seed {self.seed}: after … {seen}; "
            f"running {self.running()}; forms {offered(self.pack, self.state)}"
        )
