"""Questions about dockets, releases, and what waits for its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from chengnuo.obligations.models import (
    ONE_OF_MANY,
    RUNNING,
    Average,
    Breach,
    Docket,
    Escalation,
    Obligation,
    PackRelease,
    UnassignedEscalation,
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


def running_with_unit() -> QuerySet[Obligation]:
    """What runs, each with the unit that owes it: to be fetched along with dockets."""
    return Obligation.objects.filter(RUNNING).prefetch_related("unit")


def mean_of(*, company: Organisation, pk: UUID) -> Obligation | None:
    """A judged average of a company."""
    rows = Obligation.objects.filter(organisation=company, average=Average.MEAN)
    return rows.filter(pk=pk).first()


def promise_of(*, company: Organisation, pk: UUID) -> Obligation | None:
    """A promise of a company, with its docket and the unit that owes it."""
    rows = Obligation.objects.select_related("docket__organisation", "unit")
    return rows.filter(organisation=company, pk=pk).first()


def escalations_on(*, obligations: Sequence[UUID]) -> list[Escalation]:
    """Whom these promises were reported to, in the order in which they were told."""
    rows = Escalation.objects.filter(obligation__in=obligations).select_related("staff")
    return list(rows.order_by("told_at", "pk"))


def unassigned_on(*, obligations: Sequence[UUID]) -> list[UnassignedEscalation]:
    """The escalations of these promises that found nobody."""
    rows = UnassignedEscalation.objects.filter(obligation__in=obligations)
    return list(rows.select_related("organisation", "settled_by"))


def breaches_on(*, obligations: Sequence[UUID]) -> list[Breach]:
    """The breaches of these promises that stand."""
    rows = Breach.objects.filter(obligation__in=obligations, obligation__annulled_at__isnull=True)
    return list(rows)


def breach_among(*, companies: Iterable[Organisation], pk: int) -> Breach | None:
    """A breach of one of these companies."""
    rows = Breach.objects.select_related("obligation__docket", "organisation", "unit")
    return rows.filter(pk=pk, organisation__in=companies).first()
