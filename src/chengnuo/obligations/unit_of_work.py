"""One unit of work on a docket: events, what was decided, and the rows that it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chengnuo.ledger.ids import uuid7
from chengnuo.ledger.kinds import declared
from chengnuo.ledger.services import Fact
from chengnuo.obligations.effects import Effects
from chengnuo.obligations.entries import in_ledger, moment_out
from chengnuo.obligations.models import Docket, Obligation, VerdictsOfDay
from chengnuo.obligations.owners import Owner, kept_apart, owner_of
from chengnuo.obligations.regulation import Regulation, facts_out
from chengnuo.obligations.restricting import kept_by_who_knows
from chengnuo.obligations.sealing import seals
from chengnuo.obligations.values import act_by, part_of, state_of, write_back
from chengnuo.obligations.verdicts import VerdictTally
from chengnuo.people.models import Organisation, Staff
from chengnuo.rules.evolve import evolve
from chengnuo.rules.lifecycle import RETURNED
from chengnuo.rules.rulebook import AnyRule, Recurring
from chengnuo.rules.state import TIME_PASSED, Decision, Event, Started, State


@dataclass(slots=True)
class UnitOfWork:
    """Collects decisions on one docket, to be written at once (persistence.py).

    `told_as` names the subject in messages (a case number). `quiet`: what happens is recorded and
    nobody is told.
    """

    docket: Docket
    rows: list[Obligation]
    regulation: Regulation
    now: datetime
    actor: Staff | None
    told_as: str
    quiet: bool = False
    state: State = field(init=False)
    decisions: list[Decision] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    effects: Effects = field(init=False)
    fresh: list[Obligation] = field(default_factory=list)
    changed: dict[str, Obligation] = field(default_factory=dict)
    verdicts: VerdictTally = field(default_factory=VerdictTally)

    def __post_init__(self) -> None:
        self.verdicts.read(self.docket, self.rows)
        self.state = state_of(self.docket, self.rows, self.regulation)
        self.effects = Effects(self.docket, self.regulation, self.now, self.told_as, self.quiet)

    @property
    def company(self) -> Organisation:
        return self.docket.organisation

    def take(self, event: Event, decisions: Sequence[Decision], note: dict[str, Any]) -> None:
        """Take in one event with its decisions."""
        passing = event.name == TIME_PASSED
        # Time that passes is no event of the matter: nothing is seen, and no rule may start from
        # it.
        self.state = evolve(self.state, decisions, None if passing else event)
        self.decisions += decisions
        by_key = {row.key: row for row in self.rows}
        held = {o.key: o for o in self.state.obligations}
        for decision in decisions:
            key = decision.obligation.key if isinstance(decision, Started) else None
            key = key or getattr(decision, "key", None)
            if key is None:
                continue
            row = by_key.get(key) or self._new_row(key)
            by_key[key] = row
            self.touch(row)
            write_back(row, held[key], self.regulation, self.state)
            self.effects.follow(row, decision, state=self.state, pending=self.facts)
        # A round of the worker that changed nothing leaves no entry, or the ledger would grow by
        # the clock.
        if decisions or not passing:
            self.facts.append(self._entry(event, decisions, note))

    def running(self) -> dict[str, datetime | None]:
        """The rules that run, each with when the soonest of its promises is to be done by."""
        found: dict[str, datetime | None] = {}
        for held in self.state.obligations:
            if held.is_running:
                at, known = act_by(held, self.regulation, self.state), found.get(held.rule)
                found[held.rule] = min(at, known) if at and known else at or known
        return found

    def counted(self) -> list[VerdictsOfDay]:
        """What this adds to the sums of verdicts; asked once, when all is decided."""
        return self.verdicts.changes(self.docket, self.rows)

    def touch(self, row: Obligation) -> None:
        """The row is to be written again, unless it is new anyhow."""
        # A new row is written whole; an update beside its insert would find nothing.
        if row not in self.fresh:
            self.changed[row.key] = row

    def _new_row(self, key: str) -> Obligation:
        held = self.state.find(key)
        owner = self._owner(held.rule)
        row = Obligation(
            id=uuid7(self.now),
            organisation_id=self.docket.organisation_id,
            docket=self.docket,
            rule=held.rule,
            turn=held.turn,
            unit_id=owner.unit,
            role=owner.role,
            start_at=held.start_at,
            average=part_of(self.regulation.book.rules[held.rule]),
        )
        self.rows.append(row)
        self.fresh.append(row)
        return row

    def _owner(self, rule_id: str) -> Owner:
        rule = self.regulation.book.rules[rule_id]
        if self.effects.knowing:
            return kept_by_who_knows(rule=rule, pack=self.regulation.pack, docket=self.docket)
        each = rule.each if isinstance(rule, Recurring) else None
        apart = kept_apart(rule=rule, pack=self.regulation.pack, docket=self.docket)
        return owner_of(
            owed_by="handling_unit" if self._follows_the_matter(rule) else rule.owed_by,
            docket=self.docket,
            company=self.company,
            each=each,
            not_by=apart,
        )

    def _follows_the_matter(self, rule: AnyRule) -> bool:
        """What a service's own department owes goes along when it gave the matter back."""
        entry = self.regulation.pack.services.get(self.docket.service)
        back = self.state.seen.get(self.state.own(RETURNED))
        given_back = back is not None and back >= self.state.round_at
        return given_back and entry is not None and entry.owner == rule.owed_by

    def reassign(self, at: datetime) -> None:
        """After a hand-over: what the handling unit owes lies with the new one; the clock runs
        on, and it stays known who held it until then."""
        for row in self.rows:
            if not row.is_running:
                continue
            owner = self._owner(row.rule)
            # Handed to whom it lay with already, no stay is recorded: it would divide one holder
            # in two.
            if (row.unit_id, row.role) != (owner.unit, owner.role):
                before = {"unit": row.unit_id, "role": row.role, "until": moment_out(at)}
                row.held_before = [*row.held_before, before]
                row.unit_id, row.role = owner.unit, owner.role
                self.touch(row)

    def _entry(self, event: Event, decisions: Sequence[Decision], note: dict[str, Any]) -> Fact:
        declared().check_named(kind=event.name, by_pack=self.regulation.pack.events)
        data: dict[str, Any] = dict(note)
        if event.facts:
            data["facts"] = facts_out(event.facts)
        if event.target:
            data["target"] = event.target
        if event.reason:
            data["reason"] = event.reason
        if decisions:
            data["decided"] = [in_ledger(d) for d in decisions]
            data |= seals(decisions=decisions, rows=self.rows, breaches=self.effects.breaches)
        return Fact(
            kind=event.name,
            at=event.at,
            actor_id=self.actor.pk if self.actor else None,
            subject=self.docket.pk,
            data=data,
        )
