"""Questions about what was sent in."""

from __future__ import annotations

from uuid import UUID

from chengnuo.obligations.models import Evidence


def sent_before(*, docket: UUID, token: str) -> Evidence | None:
    """What was sent to a docket with this token."""
    return Evidence.objects.filter(docket=docket, token=token).first()
