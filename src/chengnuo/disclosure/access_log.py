"""Every look at personal data in full, and every export of it, stands in the ledger."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chengnuo.ledger.services import Fact, record
from chengnuo.people.models import Organisation, Staff


@transaction.atomic
def log_access(
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
