"""What decisions bring about besides themselves: breaches, escalations, messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chengnuo.ledger.services import Fact, OutgoingMessage
from chengnuo.obligations.entries import moment_out
from chengnuo.obligations.held import Stay, answering, holding_at, lay_with, since_it_had_it
from chengnuo.obligations.models import (
    Breach,
    Docket,
    Escalation,
    Obligation,
    UnassignedEscalation,
)
from chengnuo.obligations.owners import Owner, escalation, told
from chengnuo.obligations.regulation import Regulation
from chengnuo.obligations.restricting import knowing_people, veiled
from chengnuo.obligations.spoken import spoken
from chengnuo.obligations.subjects import kind_of_subject
from chengnuo.obligations.values import in_working_time
from chengnuo.people.models import HEAD, Organisation
from chengnuo.rules.state import Broken, Decision, Escalated, State, Warned
from chengnuo.rules.words import Text


@dataclass(slots=True)
class Effects:
    """Collects what follows on one docket. `told_as` names the subject in messages (a case number);
    `quiet`: breaches are recorded and nobody is told."""

    docket: Docket
    regulation: Regulation
    now: datetime
    told_as: str
    quiet: bool = False
    messages: list[OutgoingMessage] = field(default_factory=list)
    unassigned: list[UnassignedEscalation] = field(default_factory=list)
    escalations: list[Escalation] = field(default_factory=list)
    breaches: list[Breach] = field(default_factory=list)

    @property
    def company(self) -> Organisation:
        return self.docket.organisation

    @property
    def rows(self) -> list[Breach | UnassignedEscalation | Escalation]:
        return [*self.breaches, *self.unassigned, *self.escalations]

    @property
    def knowing(self) -> tuple[str, ...]:
        """The only roles that know of this matter; none where it is open."""
        return self.regulation.pack.restricted_to(self.docket.service)

    def _knows(self, person: int) -> bool:
        if not self.knowing:
            return True
        return person in knowing_people(roles=self.knowing, company=self.company, at=self.now)

    def follow(
        self, row: Obligation, decision: Decision, *, state: State, pending: Sequence[Fact]
    ) -> None:
        """What one decision brings about. `pending`: what is told and not in the ledger yet."""
        if isinstance(decision, Broken):
            self._break(row, decision, state, pending)
        elif self.quiet:
            return
        elif isinstance(decision, Warned):
            rule = self.regulation.book.rules[row.rule]
            self._tell(row, "warned", f"{decision.index}", at=decision.at, urgent=rule.urgent)
        elif isinstance(decision, Escalated):
            self._escalate(row, decision)

    def _break(
        self, row: Obligation, decision: Broken, state: State, pending: Sequence[Fact]
    ) -> None:
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
                record=self._as_it_stood(row, decision.at, state, pending),
            )
        )  # fmt: skip

    def _as_it_stood(
        self, row: Obligation, end: datetime, state: State, pending: Sequence[Fact]
    ) -> dict[str, Any]:
        held = state.find(row.key)
        lay = lay_with(docket=self.docket, pending=pending)
        stays = since_it_had_it(held=_stays(row), start=row.start_at, lay=lay)
        return {
            "start": moment_out(row.start_at),
            "held": answering(held=stays, start=row.start_at, end=end, company=self.company),
            "standstills": list(row.standstills),
            "working": in_working_time(held, self.regulation, state),
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
        # A superior hears that something is late, and of a restricted matter not what: whose it is
        # must not leak by an escalation.
        if not self._knows(person):
            text, about = veiled(kind, row.unit), ""
        self.messages.append(
            OutgoingMessage(
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
        if not kind_of_subject(self.docket.subject_kind).told_by_unit:
            return Text(self.told_as, self.told_as)
        unit = row.unit
        return Text(unit.name_zh, unit.name_en or unit.name_zh)

    def _escalate(self, row: Obligation, decision: Escalated) -> None:
        owner = Owner(row.unit_id, row.role)
        people = escalation(to=decision.to, owner=owner, company=self.company, at=self.now)
        for person in people:
            tail = f"{decision.level}"
            self._message(row, "escalated", tail, person, at=decision.at, urgent=decision.urgent)
            # Who may not open it cannot answer for it either; the message was veiled, the level
            # goes on.
            if not self._knows(person):
                continue
            self.escalations.append(
                Escalation(
                    organisation_id=row.organisation_id,
                    obligation=row,
                    level=decision.level,
                    staff_id=person,
                    reached_at=decision.at,
                    told_at=self.now,
                )
            )
        if not people:
            self._raise_unassigned(row, decision)

    def _raise_unassigned(self, row: Obligation, decision: Escalated) -> None:
        """A level that found nobody: the organisation above has to know, and its head is told."""
        # At the top there is nobody above: it stays with the company, and is seen there, rather
        # than nowhere.
        above = self.company.parent_id or self.company.pk
        if row.annulled and row.unassigned.filter(level=decision.level).exists():
            return  # raised when its breach was recorded too early, and still there
        self.unassigned.append(
            UnassignedEscalation(
                organisation_id=above,
                obligation=row,
                level=decision.level,
                wanted=decision.to,
                raised_at=decision.at,
            )
        )
        for person in told(owner=Owner(above, HEAD), company=self.company, at=self.now):
            self._message(
                row, "incident", f"{decision.level}", person, at=decision.at, urgent=decision.urgent
            )


def _stays(row: Obligation) -> list[Stay]:
    """Who held it, one after the other; the last holds it now."""
    return [*row.held_before, {"unit": row.unit_id, "role": row.role}]
