"""Confidential cases, and looking into what is closed to the viewer (应急查看).

A look needs a reason, ends by itself, stands in the ledger, and supervision hears of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from chengnuo.cases.access import Reach, is_shown, reach_of, takes_in
from chengnuo.cases.models import BreakGlass, Case
from chengnuo.customers.reasons import says_something
from chengnuo.ledger.services import Fact, OutgoingMessage, post, record
from chengnuo.obligations.models import Docket
from chengnuo.obligations.owners import Owner, told
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.obligations.restricting import knowing_people
from chengnuo.people.models import HEAD, Organisation, Post, Staff
from chengnuo.people.queries import posts_of, roster_of
from chengnuo.rules import moments
from chengnuo.rules.refusing import Refused, Unknown
from chengnuo.rules.words import Text


class ClosedPart(StrEnum):
    """What of a case is closed to somebody who may look nevertheless."""

    CASE = "case"
    CONTACT = "contact"


def knowing(*, staff: Staff, posts: Sequence[Post], at: datetime) -> Q:
    """The cases whose complainant a person may know: those that are not confidential, those he
    himself or his unit took in where his post takes matters in, and those into which he looks just
    now. A condition on `Case`."""
    units = {p.organisation_id for p in posts if p.is_head or takes_in(posts=[p], at=at)}
    looking = BreakGlass.objects.filter(staff=staff, since__lte=at, until__gt=at)
    return (
        Q(confidential=False)
        | Q(docket__accepting_unit__in=sorted(units))
        | Q(lodged_by=staff)
        | Q(first_asked=staff)
        | Q(pk__in=looking.values("case_id"))
    )


def knows_complainant(*, case: Case, staff: Staff, posts: Sequence[Post], at: datetime) -> bool:
    """Whether a person may know who asked: name, number, address and the customer."""
    if not case.confidential:
        return True
    rows = Case.objects.filter(knowing(staff=staff, posts=posts, at=at), pk=case.pk)
    return rows.exists()


def glass_of(*, case: Case, staff: Staff, at: datetime) -> BreakGlass | None:
    """The look that somebody takes into a case just now."""
    rows = BreakGlass.objects.filter(case=case, staff=staff, since__lte=at, until__gt=at)
    return rows.order_by("-until").first()


def closed_to(
    *, case: Case, staff: Staff, posts: Sequence[Post], company: Organisation, at: datetime
) -> ClosedPart | None:
    """What this person may open with a reason: a case within reach of the company that is closed
    to him, or who asked in one that he sees. None: nothing, or not for him."""
    reach = reach_of(staff=staff, posts=posts, company=company, at=at)
    if not is_shown(case=case, reach=reach):
        return ClosedPart.CASE if _oversees(case, reach) else None
    if knows_complainant(case=case, staff=staff, posts=posts, at=at):
        return None
    return ClosedPart.CONTACT


def _oversees(case: Case, reach: Reach) -> bool:
    return case.restricted and case.organisation_id in reach.overseen


@transaction.atomic
def break_glass(
    *, case: Case, by: Staff, company: Organisation, why: str, now: datetime
) -> BreakGlass:
    """Open what is closed, for a reason, for the time that the regulation gives.

    `company` is the one in which he works. Raises Unknown where nothing is closed to
    him, Refused for a reason that says too little.
    """
    posts = posts_of(staff=by, at=now)
    closed = closed_to(case=case, staff=by, posts=posts, company=company, at=now)
    if closed is None:
        raise Unknown(Text("没有需要打开的内容", "There is nothing closed to open."))
    docket = Docket.objects.select_related("organisation").get(pk=case.docket_id)
    regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
    rule = regulation.pack.glass
    if len(why.strip()) < rule.reason or not says_something(why):
        raise Refused(
            Text(
                f"请写明具体理由，至少{rule.reason}个字：为谁、为何事查看，例如“回电核对漏水地点”。",
                f"Please enter the reason (at least {rule.reason} characters): for whom and what "
                "you need it, such as “call the customer back about the leak”.",
            ),
            field="why",
        )
    until = now + timedelta(minutes=rule.minutes)
    made = BreakGlass.objects.create(case=case, staff=by, why=why.strip(), since=now, until=until)
    _tell(made, case, docket, regulation)
    data = {"what": closed.value, "why": made.why, "until": until.isoformat()}
    fact = Fact(kind="case.glass_broken", at=now, actor_id=by.pk, subject=docket.pk, data=data)
    record(organisation_id=docket.organisation_id, facts=[fact], now=now)
    return made


def _tell(made: BreakGlass, case: Case, docket: Docket, regulation: Regulation) -> None:
    """Supervision and the head of the accepting unit hear of it at once; of a restricted matter
    only those who know of it."""
    viewer, company = made.staff, docket.organisation
    until = moments.moment(regulation.book.calendar.local(made.until), style=moments.Style.SENTENCE)
    text = Text(
        f"应急查看：{viewer.name}（{viewer.badge}）查看{case.number}至{until.zh}。事由：{made.why}",
        f"Emergency access: {viewer.name_en or viewer.name} ({viewer.badge}) sees "
        f"{case.number} until {until.en}. Reason: {made.why}",
    )
    payload = {"kind": "glass_broken", "zh": text.zh, "en": text.en, "docket": str(docket.pk)}
    messages = [
        OutgoingMessage(
            key=f"glass:{made.pk}:{person}",
            channel="desk",
            recipient=str(person),
            payload=payload,
            not_before=made.since,
        )
        for person in sorted(_watchers(docket, regulation, company, made.since) - {viewer.pk})
    ]
    post(organisation_id=company.pk, messages=messages, now=made.since)


def _watchers(
    docket: Docket, regulation: Regulation, company: Organisation, at: datetime
) -> set[int]:
    pack = regulation.pack
    if roles := pack.restricted_to(docket.service):
        return knowing_people(roles=roles, company=company, at=at)
    supervising = {role for service in pack.services.values() for role in service.restricted_to}
    roster = roster_of(company=company)
    inside = [
        s for s in roster.seats.values() if s.role in supervising and roster.is_inside(s.unit)
    ]
    accepting = docket.accepting_unit_id or company.pk
    head = told(owner=Owner(accepting, HEAD), company=company, at=at)
    return {person for seat in inside for person in seat.holders(at)} | set(head)
