"""Questions about cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from chengnuo.cases.models import Case
from chengnuo.cases.services import draft_docket
from chengnuo.ledger.queries import history
from chengnuo.obligations.models import RUNNING, Evidence, Obligation
from chengnuo.obligations.regulation import Regulation, regulation_for, release_in_force
from chengnuo.obligations.services import preview
from chengnuo.obligations.values import state_of
from chengnuo.packs.forms import forms_that_keep, offered
from chengnuo.people.models import Organisation, Post, Staff
from chengnuo.rules.conditions import Facts
from chengnuo.rules.rulebook import Recurring, Within
from chengnuo.rules.state import State
from chengnuo.rules.words import Text


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


def keeping_forms(row: Obligation, regulation: Regulation) -> list[str]:
    """The forms that keep an obligation and whose turn it is now."""
    rule = regulation.book.rules.get(row.rule)
    if not isinstance(rule, Within | Recurring):
        return []
    forms = forms_that_keep(regulation.pack, rule.stop.events)
    if isinstance(rule, Recurring):
        return [f for f in forms if regulation.pack.forms[f].duty]
    if row.docket.closed_at is not None:
        return []
    turn = set(offered(regulation.pack, state_of(row.docket, [], regulation)))
    return [f for f in forms if f in turn]


def desk(
    *,
    staff: Staff,
    posts: Sequence[Post],
    due_before: datetime | None = None,
    limit: int = 60,
) -> list[Obligation]:
    """A person's running obligations, soonest first; those without a moment last."""
    mine = seats(posts)
    if not mine:
        return []
    rows = Obligation.objects.filter(mine, kept_at__isnull=True, voided_at__isnull=True)
    rows = rows.select_related("docket__case", "docket__organisation", "unit")
    if due_before is not None:
        rows = rows.filter(act_by__lt=due_before)
    dated = list(rows.filter(act_by__isnull=False).order_by("act_by")[:limit])
    if len(dated) < limit and due_before is None:
        dated += rows.filter(act_by__isnull=True).order_by("start_at")[: limit - len(dated)]
    return dated


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """How much lies on a desk."""

    overdue: int
    today: int
    running: int


def desk_counts(*, posts: Sequence[Post], now: datetime, today_ends: datetime) -> DeskCounts:
    """Overdue; due by the end of today (the overdue among them); everything that runs."""
    mine = seats(posts)
    if not mine:
        return DeskCounts(0, 0, 0)
    found = Obligation.objects.filter(mine, RUNNING).aggregate(
        overdue=Count("pk", filter=Q(act_by__lt=now)),
        today=Count("pk", filter=Q(act_by__lt=today_ends)),
        running=Count("pk"),
    )
    return DeskCounts(**found)


def seats(posts: Sequence[Post]) -> Q:
    """The obligations of these posts: their unit, and their role or nobody's in particular."""
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


def numbered(*, company: Organisation, number: str) -> Case | None:
    """A case of this company by its number."""
    rows = Case.objects.select_related(
        "docket__accepting_unit", "docket__handling_unit", "customer", "organisation", "lodged_by"
    )
    return rows.filter(organisation=company, number=number).first()


def of_docket(*, company: Organisation, docket_id: UUID) -> Case | None:
    """The case behind a docket of this company; None for a docket that is no case."""
    return Case.objects.filter(organisation=company, docket_id=docket_id).first()


def find_cases(
    *, company: Organisation, words: str = "", state: str = "open", units: Iterable[int] = ()
) -> QuerySet[Case]:
    """Cases by number or telephone, newest first; `mine` are those that these units hold."""
    rows = Case.objects.filter(organisation=company).select_related(
        "docket__handling_unit", "docket__organisation"
    )
    if state == "open":
        rows = rows.filter(closed_at__isnull=True)
    elif state == "closed":
        rows = rows.filter(closed_at__isnull=False)
    elif state == "mine":
        held = [*units]
        where = Q(docket__handling_unit__in=held) | Q(docket__accepting_unit__in=held)
        rows = rows.filter(where, closed_at__isnull=True)
    if words:
        digits = "".join(c for c in words if c.isdigit())
        match = Q(number__icontains=words)
        if len(digits) >= 4 and digits == words.replace(" ", "").replace("-", "").lstrip("+"):
            match |= Q(contact_phone__contains=digits)
        rows = rows.filter(match)
    return rows.order_by("-lodged_at")


@dataclass(frozen=True, slots=True)
class Promise:
    """What would run if a request were lodged now."""

    rule: str
    due_at: datetime | None
    title: Text
    clause: Text


def promised(
    *,
    company: Organisation,
    service: str,
    channel: str,
    facts: Facts,
    at: datetime,
    accepting_unit: int | None,
) -> list[Promise]:
    """The promises a request would start. Raises UnableToLodge, NoRegulation."""
    release = release_in_force(company=company, at=at)
    docket, regulation = draft_docket(
        company=company, release=release, service=service, at=at, accepting_unit=accepting_unit
    )
    told = {"channel": channel, **facts} if "channel" in regulation.pack.facts else facts
    return [Promise(*found) for found in preview(docket=docket, facts=told, at=at)]


def open_cases_of_phone(*, company: Organisation, phone: str, at: datetime) -> list[Case]:
    """Running and recent cases of one telephone number."""
    rows = Case.objects.filter(organisation=company, contact_phone=phone)
    return list(rows.order_by("-lodged_at")[:5])
