"""What waits for somebody's word: bad answers, visits, callbacks whose attempts are used up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from chengnuo.callbacks.calling import Due, callback_rules, due_callback
from chengnuo.callbacks.models import Attempt, BadAnswer, Outcome, VisitOrder
from chengnuo.callbacks.visits import may_instruct
from chengnuo.cases.models import Case
from chengnuo.cases.steps import steps_of
from chengnuo.obligations.access import may_fill
from chengnuo.obligations.models import Obligation
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.obligations.values import state_of
from chengnuo.packs.forms import offered
from chengnuo.people.models import Organisation, Post, Staff
from chengnuo.people.queries import posts_in
from chengnuo.rules.rulebook import Within

MOST = 100
RUNS = Q(obligation__kept_at__isnull=True, obligation__voided_at__isnull=True)


def may_decide(*, bad: BadAnswer, posts: Sequence[Post], by: Staff) -> bool:
    """Those who accepted the case, and those who oversee it."""
    return "reopen" in steps_of(case=bad.case, staff=by, posts=posts)


def bad_answers(
    *, company: Organisation, cases: QuerySet[Case], since: datetime | None = None
) -> list[BadAnswer]:
    """Undecided ones of some cases, longest first; then decided ones, newest first, only where
    `since` asks: these never push out what waits."""
    wanted = Q(decided_at__isnull=True)
    if since is not None:
        wanted |= Q(decided_at__gte=since)
    rows = BadAnswer.objects.filter(wanted, organisation=company, case__in=cases)
    rows = rows.select_related(
        "case__docket__organisation", "rating__taken_by", "before", "decided_by"
    )
    newest = F("decided_at").desc(nulls_first=True)
    return list(rows.order_by(newest, "raised_at")[:MOST])


def visit_orders(*, company: Organisation, since: datetime) -> list[VisitOrder]:
    """Visits of callbacks that run, and of those that ended since."""
    rows = VisitOrder.objects.filter(
        RUNS | Q(asked_at__gte=since), obligation__organisation=company
    ).select_related(
        "obligation__docket__case", "obligation__docket__organisation", "obligation__unit",
        "asked_by", "instructed_by",
    )  # fmt: skip
    return list(rows.order_by("asked_at")[:MOST])


def visits_to_instruct(
    *, company: Organisation, posts: Sequence[Post], by: Staff
) -> list[VisitOrder]:
    """Visits that were asked for and that this person may instruct."""
    rows = VisitOrder.objects.filter(
        RUNS, obligation__organisation=company, instructed_at__isnull=True
    ).select_related("obligation__docket__case", "obligation__docket__organisation", "asked_by")
    found = rows.order_by("asked_at")[:MOST]
    return [order for order in found if may_instruct(order=order, posts=posts, by=by)]


def used_up(
    *, company: Organisation, regulation: Regulation, posts: Sequence[Post], by: Staff
) -> list[Due]:
    """Callbacks for which no further attempt is planned and that this person may end."""
    ended = Attempt.objects.filter(RUNS, organisation=company, again_at__isnull=True)
    ended = ended.exclude(outcome=Outcome.CONNECTED)
    ended = ended.filter(obligation__rule__in=callback_rules(regulation))
    rows = Obligation.objects.filter(pk__in=ended.values("obligation_id")).order_by("act_by")
    found = [due_callback(row=row) for row in rows[:MOST]]
    return [d for d in found if d.is_used_up and waiver_of(due=d, posts=posts, by=by)]


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


def waiver_of(*, due: Due, posts: Sequence[Post], by: Staff) -> str | None:
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
