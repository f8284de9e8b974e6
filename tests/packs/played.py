"""Rules as a lawyer reads them: who does what when, and what becomes of the promise.

A row names a rule, says in one sentence what it shows, and plays it: forms are filled by roles at
moments counted from the intake (a working Monday, 9:00), as the product would take them: only when
their turn has come, only by those whom the form names, never by whoever is kept apart, and what a
rule lets only some release is refused to others. Questions that a row does not answer are answered
with the least that the form takes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from chengnuo.packs.compiling import compiled
from chengnuo.packs.forms import events_of, facts_of_form, fill, offered
from chengnuo.packs.loader import LoadedPack
from chengnuo.packs.loopholes.moves import least
from chengnuo.packs.notices import shipped_notices
from chengnuo.packs.schema import FormShape, Pack
from chengnuo.rules.conditions import Value
from chengnuo.rules.evolve import evolve
from chengnuo.rules.react import react
from chengnuo.rules.releasing import release_in
from chengnuo.rules.rulebook import Rulebook, Within
from chengnuo.rules.state import TIME_PASSED, Decision, Denied, Event, State
from tests.rules.world import at

OPENING = at("2026-03-09 09:00")
LATER = re.compile(r"(?:(\d+)d ?)?(?:(\d+):(\d\d))?")
Outcome = Literal["kept", "kept late", "broken", "running", "ended", "no promise", "refused"]
Step = tuple[Any, ...]
"""(when, who, form, answers): `when` is "2d 3:00" after the intake; `who` a role, or "role/name"
where two persons of a role must be told apart; answers are by field, moments as `when`.
(when, "!event", facts): something that no form tells; "!case.reclassified gas-leak" moves the case
to that service. (when,): time passes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One story of a rule. `service` None: a duty, whose period begins at 9:00 and is due `due`."""

    rule: str
    says: str
    outcome: Outcome
    service: str | None
    steps: tuple[Step, ...]
    facts: Mapping[str, Value] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    due: str = "30d"

    def __str__(self) -> str:
        return f"{self.rule}: {self.says}"


class Refusal(Exception):
    """What was tried is not taken; it says why."""


def outcome(loaded: LoadedPack, row: Row) -> str:
    """What becomes of the promise of a row; where its last step is refused, that."""
    play = Play(loaded, row)
    for index, step in enumerate(row.steps):
        try:
            play.do(step)
        except Refusal:
            if index < len(row.steps) - 1:
                raise
            return "refused"
    return play.verdict()


class Play:
    """One case, or one period of a duty."""

    def __init__(self, loaded: LoadedPack, row: Row) -> None:
        self.pack: Pack = loaded.pack
        self.book: Rulebook = compiled(
            loaded.pack, digest=loaded.digest, notices=shipped_notices(), settings=row.settings
        )
        self.row = row
        self.filled: dict[str, str] = {}
        self.tried: dict[str, list[datetime]] = {}
        assert row.rule in self.book.rules, f"there is no rule {row.rule}"
        if row.service is None:
            self.state = State(subject="organisation", service="", process="", round_at=OPENING)
            opened = Event(
                name="period.opened", at=OPENING, target=f"{row.rule}#1", due_at=_at(row.due)
            )
            self._react(opened)
            return
        shape = self.pack.services[row.service]
        self.state = State(
            subject="case", service=row.service, process=shape.process or "", round_at=OPENING
        )
        self._react(Event(name="case.lodged", at=OPENING, facts=_moments(row.facts)))
        # Where a gate holds the handing over back, the row hands it over: "!case.handed_over".
        with suppress(Refusal):
            self._react(Event(name="case.handed_over", at=OPENING))

    def do(self, step: Step) -> None:
        if len(step) == 1:
            return self._react(Event(name=TIME_PASSED, at=_at(step[0])))
        if str(step[1]).startswith("!"):
            facts = step[2] if len(step) > 2 else {}
            name, _, target = step[1][1:].partition(" ")
            told = _moments(facts)
            return self._react(Event(name=name, at=_at(step[0]), facts=told, target=target or None))
        when, who, form_id, *answers = step
        return self._fill(_at(when), who, form_id, dict(answers[0]) if answers else {})

    def _fill(self, when: datetime, who: str, form_id: str, answers: dict[str, Any]) -> None:
        form = self.pack.forms[form_id]
        role = who.partition("/")[0]
        if not form.duty and form_id not in offered(self.pack, self.state):
            raise Refusal(f"{form_id} does not have its turn")
        if form.who and role not in form.who:
            raise Refusal(f"{form_id} is not for {role}, but for {form.who}")
        if any(self.filled.get(other) == who for other in form.other_than):
            raise Refusal(f"{form_id} is for another than {who}")
        self._attempted(form_id, form)
        raw = {k: _typed(v) for k, v in answers.items()}
        for shape in form.fields:
            if shape.is_ == "event_time" and shape.id not in raw:
                raw[shape.id] = when.isoformat()
        filled = fill(pack=self.pack, form=form, raw=raw)
        for shape in form.fields:
            if shape.id in filled.errors and shape.id not in raw:
                raw[shape.id] = least(self.pack, shape, when)
        filled = fill(pack=self.pack, form=form, raw=raw)
        if filled.errors:
            raise Refusal(f"{form_id}: { ({k: t.en for k, t in filled.errors.items()}) }")
        names = events_of(form, filled.values) or ["facts.changed"]
        facts = facts_of_form(form, filled.values)
        before = self.state
        for index, event in enumerate(names):
            more = index + 1 < len(names)
            told = {} if index else facts
            try:
                self._react(Event(name=event, at=when, facts=told, more_follow=more), role)
            except Refusal:
                self.state = before
                raise
        self.filled[form_id] = who
        self.tried.setdefault(form_id, []).append(when)

    def _attempted(self, form_id: str, form: FormShape) -> None:
        if form.attempts is None:
            return
        apart = timedelta(minutes=form.attempts.apart.amount)
        if form.attempts.apart.unit == "hour":
            apart *= 60
        moments = sorted(m for f in form.attempts.of for m in self.tried.get(f, ()))
        counted: list[datetime] = []
        for moment in moments:
            if not counted or moment - counted[-1] >= apart:
                counted.append(moment)
        if len(counted) < form.attempts.times:
            raise Refusal(f"{form_id} waits for {form.attempts.times} attempts")

    def _react(self, event: Event, role: str = "") -> None:
        decisions = react(self.book, self.state, event)
        refused = [d for d in decisions if isinstance(d, Denied)]
        if refused:
            raise Refusal("; ".join(f"{d.rule}: {d.missing.en}" for d in refused))
        for decision in decisions:
            self._released(decision, role)
        self.state = evolve(self.state, decisions, event)

    def _released(self, decision: Decision, role: str) -> None:
        held = next(
            (o for o in self.state.obligations if o.key == getattr(decision, "key", "")), None
        )
        rule = self.book.rules[held.rule] if held is not None else None
        if held is None or not role or not isinstance(rule, Within) or not rule.released_by:
            return
        let_off = release_in(decision, due_at=held.due_at) is not None
        if let_off and role not in rule.released_by:
            raise Refusal(f"{rule.id} is released by {sorted(rule.released_by)}, not by {role}")

    def verdict(self) -> str:
        held = [o for o in self.state.obligations if o.rule == self.row.rule]
        if not held:
            return "no promise"
        last = held[-1]
        if last.broken_at is not None:
            return "kept late" if last.kept_at is not None else "broken"
        if last.voided_at is not None:
            return "ended"
        return "kept" if last.kept_at is not None else "running"


def _at(when: str) -> datetime:
    found = LATER.fullmatch(when)
    assert when
    assert found is not None, f"{when!r} is no moment like 2d 3:00"
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return OPENING + timedelta(days=days, hours=hours, minutes=minutes)


def _typed(answer: Any) -> Any:
    """Answers as they are typed; what looks like "2d 3:00" is that moment."""
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    if isinstance(answer, str) and (":" in answer or answer.endswith("d")):
        return _at(answer).isoformat() if LATER.fullmatch(answer) else answer
    return answer


def _moments(facts: Mapping[str, Any]) -> dict[str, Value]:
    return {
        k: _at(v) if isinstance(v, str) and v and LATER.fullmatch(v) else v
        for k, v in facts.items()
    }
