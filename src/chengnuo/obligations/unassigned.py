"""Escalations that found nobody, matters of the organisation above until settled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from chengnuo.ledger.services import Fact, record
from chengnuo.obligations.models import UnassignedEscalation
from chengnuo.people.access import may_administer
from chengnuo.people.models import Organisation, Staff
from chengnuo.people.queries import posts_of
from chengnuo.rules.refusing import NotYours, Refused
from chengnuo.rules.words import Text

SHORTEST = 2
NOT_YOURS = Text(
    "由该单位或其上级单位的在岗人员，或责任单位的系统管理员处置。",
    "Resolved by those with a post in that unit or above it, or by the administrator of the "
    "company that owes.",
)


def unassigned_below(*, organisations: Sequence[int]) -> QuerySet[UnassignedEscalation]:
    """Those that wait in these organisations, longest first."""
    return _waiting(UnassignedEscalation.objects.filter(organisation__in=organisations))


def unassigned_about(*, company: Organisation) -> QuerySet[UnassignedEscalation]:
    """Those that wait in a company or above it about its own obligations: its administrators fill
    the posts that were vacant."""
    mine = Q(obligation__organisation=company) | Q(organisation__company=company)
    return _waiting(UnassignedEscalation.objects.filter(mine))


@transaction.atomic
def settle(
    *, unassigned: UnassignedEscalation, by: Staff, remark: str, now: datetime
) -> UnassignedEscalation:
    """One of an organisation is settled by somebody who holds a post right in it, or by an
    administrator of the company that owes.

    Raises NotYours for others, Refused without a remark.
    """
    row = UnassignedEscalation.objects.select_for_update().get(pk=unassigned.pk)
    may = may_settle(organisation=row.organisation, by=by, at=now) or _administers(
        row.obligation.organisation, by, now
    )
    if not may:
        raise NotYours(NOT_YOURS)
    if len(remark.strip()) < SHORTEST:
        raise Refused(Text("请写明处理情况。", "Please enter the action taken."), field="remark")
    if row.settled_at is not None:
        return row
    row.settled_at, row.settled_by, row.remark = now, by, remark.strip()
    row.save(update_fields=["settled_at", "settled_by", "remark"])
    fact = Fact(
        kind="incident.settled",
        at=now,
        actor_id=by.pk,
        subject=row.obligation.docket_id,
        data={"level": row.level, "wanted": row.wanted, "remark": row.remark},
    )
    record(organisation_id=row.obligation.organisation_id, facts=[fact], now=now)
    return row


def may_settle(*, organisation: Organisation, by: Staff, at: datetime) -> bool:
    """Heads in the organisation itself, or anybody on a post above it."""
    return any(
        post.organisation_id == organisation.pk
        or organisation.path.startswith(post.organisation.path)
        for post in posts_of(staff=by, at=at)
    )


def _administers(company: Organisation, by: Staff, at: datetime) -> bool:
    posts = posts_of(staff=by, at=at)
    return may_administer(p for p in posts if p.organisation.company_id == company.pk)


def _waiting(rows: QuerySet[UnassignedEscalation]) -> QuerySet[UnassignedEscalation]:
    return (
        rows.filter(settled_at__isnull=True)
        .select_related("organisation", "obligation__docket", "obligation__unit")
        .order_by("raised_at", "pk")
    )
