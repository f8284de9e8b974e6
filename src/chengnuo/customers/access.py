"""How personal data may be seen: masked by default, in full only under a recorded look."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chengnuo.ledger.services import Fact, record
from chengnuo.people.models import Organisation, Staff

HOUSE = re.compile(r"\d+号")


def masked_phone(phone: str) -> str:
    """138****1234: enough to recognise, not to call. Of a shorter number less is shown."""
    if len(phone) < 11:
        shown = len(phone) // 4
        return "*" * (len(phone) - shown) + phone[len(phone) - shown :]
    return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"


def masked_name(name: str) -> str:
    """张** — the family name stays."""
    return name[:1] + "*" * (len(name) - 1) if name else ""


def masked_address(address: str) -> str:
    """The street stays, the door does not."""
    keep = _kept(address)
    return address[:keep] + "*" * (len(address) - keep)


def street_of_address(address: str) -> str:
    """By what of an address somebody finds it who sees the mask: what that leaves to be read, and
    the street with the number of the house, never the door."""
    house = HOUSE.search(address)
    return address[: max(_kept(address), house.end() if house else 0)]


def _kept(address: str) -> int:
    return len(address) * 2 // 3


@transaction.atomic
def note_look(
    *, viewer: Staff, subject: UUID | None, what: str, why: str, now: datetime, **more: str | int
) -> None:
    """Record that a person looked at personal data in full. `subject` is None for what is of
    several, or of nobody."""
    company = viewer.organisation.home_id
    fact = Fact(
        kind="personal_data.seen",
        at=now,
        actor_id=viewer.pk,
        subject=subject,
        data={"what": what, "why": why, **more},
    )
    record(organisation_id=company, facts=[fact], now=now)


@transaction.atomic
def note_export(
    *,
    company: Organisation,
    what: str,
    why: str,
    by: str | Staff,
    now: datetime,
    **bounds: str,
) -> None:
    """Record that personal data leaves the house, before it does. `by`: a person, or on the command
    line a login name."""
    actor = by if isinstance(by, Staff) else None
    data = {"what": what, "why": why, "by": actor.badge if actor else str(by), **bounds}
    fact = Fact(
        kind="personal_data.exported", at=now, actor_id=actor.pk if actor else None, data=data
    )
    record(organisation_id=company.pk, facts=[fact], now=now)
