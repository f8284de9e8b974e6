"""What waits for somebody's word: bad answers, visits, callbacks whose attempts are used up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import BooleanField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models import Case as Choice

from chengnuo.callbacks.listing import DueCallback, ListReader, in_batches, read_all, running
from chengnuo.callbacks.models import BadAnswer, VisitOrder
from chengnuo.callbacks.visits import may_instruct
from chengnuo.cases.casework.steps import steps_of
from chengnuo.cases.models import Case
from chengnuo.obligations.access import may_fill
from chengnuo.obligations.models import Obligation
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.obligations.values import state_of
from chengnuo.packs.forms import offered
from chengnuo.people.models import Organisation, Post, Staff
from chengnuo.people.queries import posts_in
from chengnuo.rules.rulebook import Within

RUNS = Q(obligation__kept_at__isnull=True, obligation__voided_at__isnull=True)


def may_decide(*, bad: BadAnswer, posts: Sequence[Post], by: Staff) -> bool:
    """Those who accepted the case, and those who oversee it."""
    return "reopen" in steps_of(case=bad.case, staff=by, posts=posts)


def undecided(*, company: Organisation, cases: QuerySet[Case]) -> QuerySet[BadAnswer]:
    """The bad answers of some cases that wait for a decision, longest first."""
    rows = _bad_answers(company, cases).filter(decided_at__isnull=True)
    return rows.order_by("raised_at", "pk")


def decided(
    *, company: Organisation, cases: QuerySet[Case], since: datetime
) -> QuerySet[BadAnswer]:
    """Those that were decided since, newest first."""
    return _bad_answers(company, cases).filter(decided_at__gte=since).order_by("-decided_at", "-pk")


def _bad_answers(company: Organisation, cases: QuerySet[Case]) -> QuerySet[BadAnswer]:
    known = Exists(cases.filter(pk=OuterRef("case")))
    return BadAnswer.objects.filter(known, organisation=company).select_related(
        "case__docket__organisation", "rating__taken_by", "before", "decided_by"
    )


def to_decide(
    *, company: Organisation, cases: QuerySet[Case], posts: Sequence[Post], by: Staff
) -> Iterator[BadAnswer]:
    """Of the undecided those that this person decides."""
    for batch in in_batches(undecided(company=company, cases=cases)):
        yield from (bad for bad in batch if may_decide(bad=bad, posts=posts, by=by))


def visit_orders(
    *, company: Organisation, since: datetime, known: Q | None = None
) -> QuerySet[VisitOrder]:
    """Visits of callbacks that run, longest waiting first, those without an instruction before
    the others; then of those that ended since, newest first.

    `known` tells which of them the viewer may know of.
    """
    runs = Choice(When(RUNS, then=Value(True)), default=Value(False), output_field=BooleanField())
    rows = VisitOrder.objects.annotate(runs=runs).select_related(
        "obligation__docket__case", "obligation__docket__organisation", "obligation__unit",
        "asked_by", "instructed_by",
    )  # fmt: skip
    recent = Q(runs=True) | Q(asked_at__gte=since)
    rows = rows.filter(recent, known or Q(), obligation__organisation=company)
    return rows.order_by(
        "-runs",
        Choice(When(RUNS, then=F("instructed_at"))).asc(nulls_first=True),
        Choice(When(RUNS, then=F("asked_at"))).asc(nulls_last=True),
        "-asked_at",
        "-pk",
    )


def visits_to_instruct(
    *, company: Organisation, posts: Sequence[Post], by: Staff, known: Q | None = None
) -> Iterator[VisitOrder]:
    """Visits that were asked for and that this person may instruct, longest first."""
    rows = VisitOrder.objects.filter(
        RUNS, known or Q(), obligation__organisation=company, instructed_at__isnull=True
    ).select_related("obligation__docket__case", "obligation__docket__organisation", "asked_by")
    for batch in in_batches(rows.order_by("asked_at", "pk")):
        yield from (order for order in batch if may_instruct(order=order, posts=posts, by=by))


def used_up(
    *,
    company: Organisation,
    regulation: Regulation,
    reader: ListReader,
    now: datetime,
    known: Q | None = None,
) -> Iterator[DueCallback]:
    """Callbacks for which no further attempt is planned, soonest due first: those on this person's
    list, and those that he may end."""
    rows = running(regulation, now, used_up=True).filter(known or Q(), organisation=company)
    for due in read_all(rows):
        mine = reader.looks_at(due)
        if mine is not None:
            yield mine
        elif waiver_of(due=due, posts=reader.posts, by=reader.staff):
            yield due


def waivers_of(*, row: Obligation) -> list[str]:
    """The forms by which a callback ends without an answer, where the pack has one."""
    docket = row.docket
    regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
    rule = regulation.book.rules.get(row.rule)
    if not isinstance(rule, Within) or not rule.void_on:
        return []
    turn = offered(regulation.pack, state_of(docket, [], regulation))
    shapes = regulation.pack.forms
    return [f for f in turn if {e.event for e in shapes[f].emits} & rule.void_on]


def waiver_of(*, due: DueCallback, posts: Sequence[Post], by: Staff) -> str | None:
    """Of these the one that this person may fill."""
    row = due.obligation
    regulation = regulation_for(digest=row.docket.release_id, company=row.docket.organisation)
    for form in waivers_of(row=row):
        shape = regulation.pack.forms[form]
        if may_fill(form=shape, docket=row.docket, posts=posts, by=by):
            return form
    return None


def officers_for(*, row: Obligation, form: str, at: datetime) -> list[Staff]:
    """Who in the unit may make this callback."""
    company = row.docket.organisation
    regulation = regulation_for(digest=row.docket.release_id, company=company)
    shape, found = regulation.pack.forms[form], {}
    for post in posts_in(company=company):
        if post.organisation_id != row.unit_id:
            continue
        for person in _holding(post, at):
            if may_fill(form=shape, docket=row.docket, posts=[post], by=person):
                found[person.pk] = person
    return sorted(found.values(), key=lambda p: p.badge)


def _holding(post: Post, at: datetime) -> Iterable[Staff]:
    rows = post.holdings.filter(Q(until__isnull=True) | Q(until__gt=at), since__lte=at)
    return [held.staff for held in rows.select_related("staff")]


LATELY = timedelta(days=30)
