"""Emergencies go out at once: everybody in the unit that handles them is told, and who has seen
it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chengnuo.cases.models import Case
from chengnuo.ledger.services import OutgoingMessage
from chengnuo.obligations.models import Docket
from chengnuo.obligations.owners import Owner, told
from chengnuo.packs.schema import ServiceShape
from chengnuo.people.models import Staff
from chengnuo.people.queries import staff_by_id, when_read

DISPATCHED = "dispatched"


@dataclass(frozen=True, slots=True)
class EmergencyReached:
    """One of the people to whom an emergency went."""

    person: Staff
    sent_at: datetime | None
    seen_at: datetime | None


def dispatch(
    *, docket: Docket, number: str, service: ServiceShape, now: datetime
) -> list[OutgoingMessage]:
    """The messages by which a new emergency goes to its unit; quiet hours do not hold them."""
    title = service.title
    return [
        OutgoingMessage(
            key=f"{_key(docket)}{person}",
            channel="desk",
            recipient=str(person),
            payload={
                "kind": DISPATCHED,
                "zh": f"紧急派单：{number}“{title.zh}”，请立即出发",
                "en": f"Emergency dispatch: {number} – {title.en}. Go now.",
                "docket": str(docket.pk),
            },
            not_before=now,
        )
        for person in _crew(docket, now)
    ]


def reached(*, case: Case) -> list[EmergencyReached]:
    """To whom an emergency went when it came in, and who has seen it."""
    docket = case.docket
    read = when_read(key_begins=_key(docket))
    crew = {*_crew(docket, case.lodged_at), *read}
    people = staff_by_id(crew)
    found = [EmergencyReached(people[p], *read.get(p, (None, None))) for p in sorted(crew)]
    return sorted(found, key=lambda one: one.seen_at is None)


def _key(docket: Docket) -> str:
    return f"{docket.pk}:{DISPATCHED}:"


def _crew(docket: Docket, at: datetime) -> list[int]:
    company = docket.organisation
    return told(owner=Owner(docket.handling_unit_id or company.pk, ""), company=company, at=at)
