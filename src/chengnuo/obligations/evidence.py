"""A filled form is kept as evidence, and its events happen. The same token sent to the same docket
twice is one submission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from chengnuo.ledger.ids import uuid7
from chengnuo.ledger.services import canonical
from chengnuo.obligations.models import Docket, Evidence
from chengnuo.obligations.services import happen
from chengnuo.obligations.unit_of_work import UnitOfWork
from chengnuo.packs.forms import Filled, facts_of_form, storable
from chengnuo.packs.schema import FormShape
from chengnuo.people.models import Staff
from chengnuo.rules.state import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What a form tells: its values, the events that follow from them, and when they happened."""

    form: str
    shape: FormShape
    filled: Filled
    events: Sequence[str]
    at: datetime
    token: str


def evidence_of(*, docket: UUID, token: str) -> Evidence | None:
    """What was sent to a docket with this token."""
    return Evidence.objects.filter(docket=docket, token=token).first()


def take_in(*, docket: Docket, deed: Deed, by: Staff, now: datetime, told_as: str) -> UnitOfWork:
    """Keep a form that was checked and was not sent before, and let its events happen.

    Needs a transaction that holds the docket: of two who send at once, the second sees the first.
    Raises RefusedByRule.
    """
    evidence = Evidence.objects.create(
        id=uuid7(now),
        docket=docket,
        form=deed.form,
        digest=docket.release_id,
        data=storable(deed.filled.values),
        events=list(deed.events),
        filled_by=by,
        at=deed.at,
        filled_at=now,
        token=deed.token,
    )
    facts, last = facts_of_form(deed.shape, deed.filled.values), len(deed.events) - 1
    events = [
        Event(name=name, at=deed.at, facts={} if i else facts, more_follow=i < last)
        for i, name in enumerate(deed.events)
    ]
    # The ledger holds the hash of what was filled in: the evidence cannot be changed unnoticed.
    note = {
        "form": deed.form,
        "evidence": str(evidence.pk),
        "sha256": sha256(canonical(evidence.data).encode()).hexdigest(),
    }
    return happen(docket_id=docket.pk, events=events, now=now, actor=by, told_as=told_as, note=note)
