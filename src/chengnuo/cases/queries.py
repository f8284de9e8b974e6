"""Questions about cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from chengnuo.cases.models import Case
from chengnuo.ledger.queries import history
from chengnuo.obligations.models import Evidence, Obligation
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.obligations.values import state_of
from chengnuo.packs.forms import forms_that_keep, offered
from chengnuo.people.models import Organisation, Post, Staff
from chengnuo.rules.rulebook import Recurring, Within
from chengnuo.rules.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """Everything a case page shows."""

    case: Case
    regulation: Regulation
    state: State
    obligations: list[Obligation]
    evidence: list[Evidence]
    entries: list[Any]
    forms: list[str]


def case_file(*, case: Case) -> CaseFile:
    """The whole file of one case."""
    docket = case.docket
    regulation = regulation_for(digest=docket.release_id, company=case.organisation)
    rows = list(docket.obligations.select_related("unit", "breach").order_by("start_at", "pk"))
    state = state_of(docket, rows, regulation)
    open_forms = offered(regulation.pack, state) if docket.closed_at is None else []
    return CaseFile(
        case=case,
        regulation=regulation,
        state=state,
        obligations=rows,
        evidence=list(docket.evidence.select_related("filled_by").order_by("filled_at")),
        entries=history(subject=docket.pk),
        forms=open_forms,
    )


def next_form(row: Obligation, regulation: Regulation) -> str | None:
    """The form that keeps an obligation."""
    rule = regulation.book.rules.get(row.rule)
    if not isinstance(rule, Within | Recurring):
        return None
    return next(iter(forms_that_keep(regulation.pack, rule.stop.events)), None)


def desk(*, staff: Staff, posts: Sequence[Post], limit: int = 60) -> list[Obligation]:
    """A person's running obligations, soonest first; those without a moment last."""
    mine = seats(posts)
    if not mine:
        return []
    rows = Obligation.objects.filter(mine, kept_at__isnull=True, voided_at__isnull=True)
    rows = rows.select_related("docket__case", "docket__organisation", "unit")
    dated = list(rows.filter(act_by__isnull=False).order_by("act_by")[:limit])
    if len(dated) < limit:
        dated += rows.filter(act_by__isnull=True).order_by("start_at")[: limit - len(dated)]
    return dated


def seats(posts: Sequence[Post]) -> Q:
    """The obligations that lie with these posts: their unit, and their role or nobody's in particular."""
    mine = Q()
    for post in posts:
        roles = ["", post.role]
        if post.is_head:
            roles.append("head")
        mine |= Q(unit_id=post.organisation_id, role__in=roles)
    return mine


def overdue(*, company: Organisation) -> QuerySet[Obligation]:
    """Broken and still not done, longest first."""
    rows = Obligation.objects.filter(
        organisation=company,
        broken_at__isnull=False,
        kept_at__isnull=True,
        voided_at__isnull=True,
    )
    return rows.select_related("docket__case", "unit").order_by("broken_at")


def recent(*, company: Organisation, limit: int = 50) -> list[Case]:
    return list(Case.objects.filter(organisation=company).order_by("-lodged_at")[:limit])


def open_cases_of_phone(*, company: Organisation, phone: str, at: datetime) -> list[Case]:
    """Running and recent cases of one telephone number."""
    rows = Case.objects.filter(organisation=company, contact_phone=phone)
    return list(rows.order_by("-lodged_at")[:5])
