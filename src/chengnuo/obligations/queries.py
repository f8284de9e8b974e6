"""Questions about dockets, releases, and what waits for its verdict."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chengnuo.obligations.models import (
    ONE_OF_MANY,
    Docket,
    Obligation,
    PackRelease,
)
from chengnuo.obligations.values import obligation_of
from chengnuo.people.models import Organisation
from chengnuo.rules.reckoning import moments_without


def duties_of(*, company: Organisation, docket_id: UUID) -> Docket | None:
    """A docket of duties of this company; a matter is seen through its own room alone."""
    rows = Docket.objects.filter(process="")
    return rows.filter(organisation=company, pk=docket_id).first()


def releases_of(*, company: Organisation) -> list[PackRelease]:
    """Every installed release of the company's pack, newest first, without its content."""
    rows = PackRelease.objects.filter(pack=company.pack).defer("content")
    return list(rows.order_by("-in_force_from", "-installed_at"))


def installed_packs() -> set[str]:
    """The packs of which a release is installed."""
    return set(PackRelease.objects.values_list("pack", flat=True))


def hanging_in(*, company: Organisation, begin: datetime, end: datetime) -> list[Obligation]:
    """What may turn out to have been due in `(begin, end]` when its pause is decided: between its
    moment without the pause and its moment with it."""
    rows = Obligation.objects.filter(
        ~ONE_OF_MANY,
        hangs=True,
        organisation=company,
        due_at__gt=begin,
        broken_at=None,
        voided_at=None,
    )
    return [row for row in rows if (_earliest(row) or begin) <= end]


def _earliest(row: Obligation) -> datetime | None:
    moments = moments_without(obligation_of(row))
    return min((m for m in moments if m is not None), default=row.due_at)
