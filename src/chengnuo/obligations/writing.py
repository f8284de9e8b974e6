"""One unit of work on a docket: what was decided becomes rows, ledger entries and messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import models

from chengnuo.ledger.ids import uuid7
from chengnuo.ledger.models import ChainHead
from chengnuo.ledger.services import Fact, Message, chain, outbox_rows, post, record, take_head
from chengnuo.ledger.together import Bundle, write_together
from chengnuo.obligations.held import Stay, answering, holding_at, lay_with, since_it_had_it
from chengnuo.obligations.models import (
    Breach,
    Docket,
    Escalation,
    Incident,
    Obligation,
    SubjectKind,
)
from chengnuo.obligations.owners import Owner, kept_apart, ladder, owner_of, told
from chengnuo.obligations.regulation import Regulation, facts_out
from chengnuo.obligations.restricting import kept_by_who_knows, knowing_people, veiled
from chengnuo.obligations.sealing import seals
from chengnuo.obligations.spoken import spoken
from chengnuo.obligations.values import (
    CHANGING,
    act_by,
    in_working_time,
    part_of,
    state_of,
    write_back,
)
from chengnuo.people.models import HEAD, Organisation, Staff
from chengnuo.rules.evolve import evolve
from chengnuo.rules.rulebook import AnyRule, Recurring
from chengnuo.rules.state import (
    TIME_PASSED,
    Broken,
    Decision,
    Escalated,
    Event,
    Started,
    State,
    Warned,
)
from chengnuo.rules.words import Text


@dataclass(slots=True)
class Writing:
    """Collects decisions on one docket and writes them at once.

    `told_as` names the subject in messages (a case number). Nothing is written before `save`.
    `quiet`:
    what happens is recorded and nobody is told.
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
    messages: list[Message] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    escalations: list[Escalation] = field(default_factory=list)
    breaches: list[Breach] = field(default_factory=list)
    fresh: list[Obligation] = field(default_factory=list)
    changed: dict[str, Obligation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.state = state_of(self.docket, self.rows, self.regulation)

    @property
    def company(self) -> Organisation:
        return self.docket.organisation

    @property
    def knowing(self) -> tuple[str, ...]:
        """The only roles that know of this matter; none where it is open."""
        return self.regulation.pack.restricted_to(self.docket.service)

    def _knows(self, person: int) -> bool:
        if not self.knowing:
            return True
        return person in knowing_people(roles=self.knowing, company=self.company, at=self.now)

    def take(self, event: Event, decisions: Sequence[Decision], note: dict[str, Any]) -> None:
        """Take in one event with its decisions."""
        passing = event.name == TIME_PASSED
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
            if row not in self.fresh:
                self.changed[key] = row
            write_back(row, held[key], self.regulation, self.state)
            self._effects(row, decision)
        if decisions or not passing:
            self.facts.append(self._entry(event, decisions, note))

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
        if self.knowing:
            return kept_by_who_knows(rule=rule, pack=self.regulation.pack, docket=self.docket)
        each = rule.each if isinstance(rule, Recurring) else None
        apart = kept_apart(rule=rule, pack=self.regulation.pack, docket=self.docket)
        return owner_of(
            owed_by="handling_unit" if self._follows_the_case(rule) else rule.owed_by,
            docket=self.docket,
            company=self.company,
            each=each,
            not_by=apart,
        )

    def _follows_the_case(self, rule: AnyRule) -> bool:
        """What a service's own department owes goes along when it gave the case back."""
        entry = self.regulation.pack.services.get(self.docket.service)
        back = self.state.seen.get("case.returned")
        given_back = back is not None and back >= self.state.round_at
        return given_back and entry is not None and entry.owner == rule.owed_by

    def reassign(self, at: datetime) -> None:
        """After a hand-over: what the handling unit owes lies with the new one; the clock runs
        on, and it stays known who held it until then."""
        for row in self.rows:
            if not row.is_running:
                continue
            owner = self._owner(row.rule)
            if (row.unit_id, row.role) != (owner.unit, owner.role):
                before = {"unit": row.unit_id, "role": row.role, "until": moment_out(at)}
                row.held_before = [*row.held_before, before]
                row.unit_id, row.role = owner.unit, owner.role
                if row not in self.fresh:
                    self.changed[row.key] = row

    def _entry(self, event: Event, decisions: Sequence[Decision], note: dict[str, Any]) -> Fact:
        data: dict[str, Any] = dict(note)
        if event.facts:
            data["facts"] = facts_out(event.facts)
        if event.target:
            data["target"] = event.target
        if event.reason:
            data["reason"] = event.reason
        if decisions:
            data["decided"] = [in_ledger(d) for d in decisions]
            data |= seals(decisions=decisions, rows=self.rows, breaches=self.breaches)
        return Fact(
            kind=event.name,
            at=event.at,
            actor_id=self.actor.pk if self.actor else None,
            subject=self.docket.pk,
            data=data,
        )

    # -- effects -----------------------------------------------------------------------------------

    def _effects(self, row: Obligation, decision: Decision) -> None:
        if isinstance(decision, Broken):
            self._break(row, decision)
        elif self.quiet:
            return
        elif isinstance(decision, Warned):
            rule = self.regulation.book.rules[row.rule]
            self._tell(row, "warned", f"{decision.index}", at=decision.at, urgent=rule.urgent)
        elif isinstance(decision, Escalated):
            self._escalate(row, decision)

    def _break(self, row: Obligation, decision: Broken) -> None:
        rule = self.regulation.book.rules[row.rule]
        self._tell(row, "broken", "", at=decision.at, urgent=rule.urgent)
        if row.annulled_at is not None:
            # It was recorded too early once, and is broken in truth now: its record counts again.
            row.annulled_at = None
            return
        cited = Text(**row.proof.get("clause", rule.cite().as_dict()))
        # The rejection of a pause dates it back: it is the breach of whoever held it then.
        then = holding_at(held=_stays(row), at=decision.at)
        self.breaches.append(
            Breach(
                obligation=row, organisation_id=row.organisation_id,
                unit_id=then["unit"], role=then["role"],
                rule=row.rule, digest=self.regulation.book.digest,
                clause_zh=cited.zh, clause_en=cited.en,
                broken_at=decision.at, detected_at=self.now,
                record=self._as_it_stood(row, decision.at),
            )
        )  # fmt: skip

    def _as_it_stood(self, row: Obligation, end: datetime) -> dict[str, Any]:
        held = self.state.find(row.key)
        lay = lay_with(docket=self.docket, pending=self.facts)
        stays = since_it_had_it(held=_stays(row), start=row.start_at, lay=lay)
        return {
            "start": moment_out(row.start_at),
            "held": answering(held=stays, start=row.start_at, end=end),
            "standstills": list(row.standstills),
            "working": in_working_time(held, self.regulation, self.state),
        }

    def _tell(self, row: Obligation, kind: str, tail: str, *, at: datetime, urgent: bool) -> None:
        if self.quiet:
            return
        owner = Owner(row.unit_id, row.role)
        for person in told(owner=owner, company=self.company, at=self.now):
            self._message(row, kind, tail, person, at=at, urgent=urgent)

    def _message(
        self, row: Obligation, kind: str, tail: str, person: int, *, at: datetime, urgent: bool
    ) -> None:
        calendar = self.regulation.book.calendar
        title = self.regulation.book.rules[row.rule].title
        # A promise that was started again (or resumed) warns again: that is another message.
        run = f"{row.start_at.timestamp():.0f}.{len(row.standstills)}"
        run += f".{row.annulled}" if row.annulled else ""
        due = calendar.local(row.due_at) if row.due_at else None
        text = spoken(kind, self._named(row), title, due, calendar.local(self.now))
        about = str(self.docket.pk)
        if not self._knows(person):
            text, about = veiled(kind, row.unit), ""
        self.messages.append(
            Message(
                key=f"{row.pk}:{kind}:{tail}:{run}:{person}",
                channel="desk",
                recipient=str(person),
                payload={
                    "kind": kind,
                    "zh": text.zh,
                    "en": text.en,
                    "docket": about,
                    "at": moment_out(at),
                },
                not_before=self.now if urgent else calendar.after_quiet_hours(self.now),
            )
        )

    def _named(self, row: Obligation) -> Text:
        """A case by its number, a customer by his; a duty of a unit by the unit that owes it."""
        if self.docket.subject_kind != SubjectKind.ORGANISATION:
            return Text(self.told_as, self.told_as)
        unit = row.unit
        return Text(unit.name_zh, unit.name_en or unit.name_zh)

    def _escalate(self, row: Obligation, decision: Escalated) -> None:
        owner = Owner(row.unit_id, row.role)
        people = ladder(to=decision.to, owner=owner, company=self.company, at=self.now)
        for person in people:
            tail = f"{decision.rung}"
            self._message(row, "escalated", tail, person, at=decision.at, urgent=decision.urgent)
            if not self._knows(person):
                continue
            self.escalations.append(
                Escalation(
                    organisation_id=row.organisation_id,
                    obligation=row,
                    rung=decision.rung,
                    staff_id=person,
                    reached_at=decision.at,
                    told_at=self.now,
                )
            )
        if not people:
            self._raise_incident(row, decision)

    def _raise_incident(self, row: Obligation, decision: Escalated) -> None:
        """A rung that found nobody: the organisation above has to know, and its head is told."""
        above = self.company.parent_id or self.company.pk
        if row.annulled and row.incidents.filter(rung=decision.rung).exists():
            return  # raised when its breach was recorded too early, and still there
        self.incidents.append(
            Incident(
                organisation_id=above,
                obligation=row,
                rung=decision.rung,
                wanted=decision.to,
                raised_at=decision.at,
            )
        )
        for person in told(owner=Owner(above, HEAD), company=self.company, at=self.now):
            self._message(
                row, "incident", f"{decision.rung}", person, at=decision.at, urgent=decision.urgent
            )

    # -- writing -----------------------------------------------------------------------------------

    def save_new(self, *, also: Sequence[models.Model] = (), head: ChainHead | None = None) -> None:
        """Write a new docket and everything that comes with it, in one statement."""
        self._carry_into_docket()
        company = self.docket.organisation_id
        locked = head or take_head(organisation_id=company)
        told = outbox_rows(organisation_id=company, messages=self.messages, now=self.now)
        entries = chain(head=locked, facts=self.facts, now=self.now)
        rows = [self.docket, *self.fresh, *also, *self.breaches, *self.incidents]
        rows += [*self.escalations, *told, *entries]
        write_together(bundle=Bundle(new=rows, heads=[locked]))

    def save(self) -> None:
        """Write what changed. The ledger comes last: its chain is locked for the shortest time."""
        self._carry_into_docket()
        docket = self.docket
        docket.save(update_fields=DOCKET_FIELDS)
        if self.fresh:
            Obligation.objects.bulk_create(self.fresh)
        if self.changed:
            Obligation.objects.bulk_update(list(self.changed.values()), CHANGING)
        if self.breaches:
            Breach.objects.bulk_create(self.breaches, ignore_conflicts=True)
        if self.incidents:
            Incident.objects.bulk_create(self.incidents, ignore_conflicts=True)
        if self.escalations:
            Escalation.objects.bulk_create(self.escalations, ignore_conflicts=True)
        post(organisation_id=docket.organisation_id, messages=self.messages, now=self.now)
        record(organisation_id=docket.organisation_id, facts=self.facts, now=self.now)

    def _carry_into_docket(self) -> None:
        docket, state = self.docket, self.state
        docket.facts = facts_out(state.facts)
        docket.seen = {name: at.astimezone(UTC).isoformat() for name, at in state.seen.items()}
        docket.closed_at, docket.round_at = state.closed_at, state.round_at
        docket.version += 1
        held = {o.key: o for o in state.obligations}
        for row in self.rows:
            if not row.is_running:
                continue
            soonest = act_by(held[row.key], self.regulation, state)
            if soonest != row.act_by:
                row.act_by = soonest
                if row not in self.fresh:
                    self.changed[row.key] = row


DOCKET_FIELDS = (
    "facts",
    "seen",
    "handling_unit",
    "closed_at",
    "round_at",
    "version",
)


def _stays(row: Obligation) -> list[Stay]:
    """Who held it, one after the other; the last holds it now."""
    return [*row.held_before, {"unit": row.unit_id, "role": row.role}]


def in_ledger(decision: Decision) -> dict[str, Any]:
    """A decision as it stands in the ledger: its kind, the obligation, the moments."""
    data: dict[str, Any] = {"decision": type(decision).__name__.lower()}
    if isinstance(decision, Started):
        held = decision.obligation
        return data | {
            "key": held.key,
            "due": moment_out(held.due_at),
            "provisional": bool(held.unpublished),
        }
    for name in ("key", "at", "late", "done", "share", "rung", "to", "due_at", "why"):
        value = getattr(decision, name, None)
        if value is not None:
            data[name] = moment_out(value) if isinstance(value, datetime) else value
    return data


def moment_out(at: datetime | None) -> str | None:
    """A moment as the ledger writes it: always in UTC, wherever it was reckoned."""
    return at.astimezone(UTC).isoformat() if at else None
