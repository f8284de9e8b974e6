"""Questions about dockets and releases."""

from __future__ import annotations

from uuid import UUID

from chengnuo.obligations.models import Docket, PackRelease
from chengnuo.people.models import Organisation


def docket_of(*, company: Organisation, docket_id: UUID) -> Docket | None:
    """A docket of this company."""
    return Docket.objects.filter(organisation=company, pk=docket_id).first()


def releases_of(*, company: Organisation) -> list[PackRelease]:
    """Every installed release of the company's pack, newest first, without its content."""
    rows = PackRelease.objects.filter(pack=company.pack).defer("content")
    return list(rows.order_by("-in_force_from", "-installed_at"))
