"""Questions about cases. Finding them: `search`; queues of them: `queues`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from chengnuo.cases.access import visible
from chengnuo.cases.drafting import draft_docket
from chengnuo.cases.events import HAND_OVER_UNDONE, HANDED_OVER
from chengnuo.cases.models import Case, OpenCase
from chengnuo.ledger.queries import history
from chengnuo.obligations.models import RUNNING, Evidence, Obligation
from chengnuo.obligations.queries import running_with_unit
from chengnuo.obligations.regulation import Regulation, regulation_for, release_in_force
from chengnuo.obligations.services import preview
from chengnuo.obligations.values import state_of
from chengnuo.packs.forms import forms_that_keep
from chengnuo.people.models import Organisation, Post, Staff
from chengnuo.people.queries import companies_below
from chengnuo.rules.conditions import Facts
from chengnuo.rules.rulebook import Recurring, Within
from chengnuo.rules.state import State
from chengnuo.rules.words import Text
from chengnuo.submissions.attempts import open_now

DESK_ROWS = 30
MOST_COUNTED = 1000


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

    @property
    def awaits_hand_over(self) -> bool:
        """Whether the unit that is to handle it does not have it: it was never handed over where a
        promise waits for that, or that was taken back."""
        docket = self.case.docket
        seen, stays = docket.seen, docket.handling_unit_id == docket.accepting_unit_id
        waiting = self.regulation.book.stops.get(HANDED_OVER, frozenset())
        waits = any(row.is_running and row.rule in waiting for row in self.obligations)
        return HANDED_OVER not in seen and (waits or (HAND_OVER_UNDONE in seen and not stays))


def case_file(*, case: Case) -> CaseFile:
    """The whole file of one case."""
    docket = case.docket
    regulation = regulation_for(digest=docket.release_id, company=case.organisation)
    rows = list(docket.obligations.select_related("unit", "breach").order_by("start_at", "pk"))
    state = state_of(docket, rows, regulation)
    open_forms = open_now(docket=docket, pack=regulation.pack, state=state)
    return CaseFile(
        case=case,
        regulation=regulation,
        state=state,
        obligations=rows,
        evidence=list(docket.evidence.select_related("filled_by").order_by("filled_at")),
        entries=history(subject=docket.pk),
        forms=open_forms if docket.closed_at is None else [],
    )


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
    state = state_of(row.docket, [], regulation)
    turn = set(open_now(docket=row.docket, pack=regulation.pack, state=state))
    return [f for f in forms if f in turn]


def desk(
    *,
    posts: Sequence[Post],
    due_before: datetime | None = None,
    limit: int = DESK_ROWS,
) -> list[Obligation]:
    """A person's running obligations, soonest first; those without a moment last.

    Asked unit by unit: each answer comes in order from the index, whatever the size of the table.
    """
    found: list[Obligation] = []
    for rows in _on_desk(posts):
        whole = rows.select_related("docket__case", "docket__organisation", "unit")
        if due_before is not None:
            whole = whole.filter(act_by__lt=due_before)
        found += whole.filter(act_by__isnull=False).order_by("act_by")[:limit]
        if due_before is None:
            found += whole.filter(act_by__isnull=True).order_by("start_at")[:limit]
    far = datetime.max.replace(tzinfo=UTC)
    return sorted(found, key=lambda row: (row.act_by or far, row.start_at))[:limit]


def _on_desk(posts: Sequence[Post]) -> list[QuerySet[Obligation]]:
    """The running obligations of these posts, one query a unit: their roles, and nobody's."""
    roles: dict[int, set[str]] = {}
    for post in posts:
        roles.setdefault(post.organisation_id, set()).update(post.owes_as)
    return [
        Obligation.objects.filter(RUNNING, unit_id=unit, role__in=sorted(held))
        for unit, held in sorted(roles.items())
    ]


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """How much lies on a desk."""

    overdue: int
    today: int
    running: int


def desk_counts(*, posts: Sequence[Post], now: datetime, today_ends: datetime) -> DeskCounts:
    """Overdue; due by the end of today (the overdue among them); everything that runs.

    Counted up to MOST_COUNTED each: a desk with more is not helped by the exact number, and
    counting a million rows would cost every reload of the page.
    """
    desks = _on_desk(posts)

    def bounded(**wanted: Any) -> int:
        found = sum(rows.filter(**wanted)[:MOST_COUNTED].count() for rows in desks)
        return min(found, MOST_COUNTED)

    return DeskCounts(
        overdue=bounded(act_by__lt=now), today=bounded(act_by__lt=today_ends), running=bounded()
    )


def numbered(*, company: Organisation, number: str) -> Case | None:
    """A case of this company, or of one below it, by its number."""
    rows = Case.objects.select_related(
        "docket__accepting_unit", "docket__handling_unit", "customer", "organisation", "lodged_by"
    )
    below = [c.pk for c in companies_below(organisation=company)]
    found = list(rows.filter(organisation__in=[company.pk, *below], number=number))
    return min(found, key=lambda c: c.organisation_id != company.pk, default=None)


def of_docket(*, company: Organisation, docket_id: UUID) -> Case | None:
    """The case behind a docket of this company; None for a docket that is no case."""
    return Case.objects.filter(organisation=company, docket_id=docket_id).first()


def in_state(*, state: str, units: Iterable[int] = ()) -> Q:
    """Open or closed cases, or the open ones that these units hold or took in; all for `all`."""
    if state == "open":
        return Q(closed_at__isnull=True)
    if state == "closed":
        return Q(closed_at__isnull=False)
    if state == "mine":
        held = [*units]
        where = Q(docket__handling_unit__in=held) | Q(docket__accepting_unit__in=held)
        return where & Q(closed_at__isnull=True)
    return Q()


@dataclass(frozen=True, slots=True)
class FuturePromise:
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
) -> list[FuturePromise]:
    """The promises a request would start. Raises UnableToLodge, NoRegulation."""
    release = release_in_force(company=company, at=at)
    docket, regulation = draft_docket(
        company=company, release=release, service=service, at=at, accepting_unit=accepting_unit
    )
    told = {"channel": channel, **facts} if "channel" in regulation.pack.facts else facts
    return [FuturePromise(*found) for found in preview(docket=docket, facts=told, at=at)]


def seen_by(
    *, staff: Staff, posts: Sequence[Post], company: Organisation, at: datetime
) -> QuerySet[Case]:
    """The cases of which somebody may know."""
    return Case.objects.filter(visible(staff=staff, posts=posts, company=company, at=at))


def bearing(*, companies: Iterable[Organisation], number: str) -> list[Case]:
    """The cases of this number, at most one in each company."""
    return list(Case.objects.filter(organisation__in=companies, number=number))


def with_running(rows: QuerySet[Case]) -> QuerySet[Case]:
    """The same cases, each with its units and with what runs on it.

    Units are few and promises are many: each unit is fetched once, not with every row.
    """
    return rows.select_related("docket").prefetch_related(
        "docket__handling_unit",
        "docket__organisation",
        Prefetch("docket__obligations", queryset=running_with_unit()),
    )


def cases_of(*, rows: Iterable[OpenCase]) -> list[Case]:
    """The cases behind rows of a queue, in their order, each with its units and what runs on it."""
    ids = [row.case_id for row in rows]
    found = with_running(Case.objects.filter(pk__in=ids)).in_bulk()
    return [found[pk] for pk in ids]
