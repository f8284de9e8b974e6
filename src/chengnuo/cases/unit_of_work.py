"""One unit of work on a case: events happen to its docket, and people are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chengnuo.cases.events import SUBJECT
from chengnuo.cases.models import Case
from chengnuo.ledger.services import OutgoingMessage, post
from chengnuo.obligations.models import RUNNING, Docket, Evidence
from chengnuo.obligations.owners import Owner, told
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.obligations.restricting import knowing_people
from chengnuo.obligations.services import Refusal, RefusedByRule, happen
from chengnuo.obligations.unit_of_work import UnitOfWork
from chengnuo.people.models import Organisation, Staff
from chengnuo.rules.state import Event
from chengnuo.rules.words import Text
from chengnuo.submissions.handlers import Submission, Then

NO_CLAUSE = Text("", "")


def happen_to(
    case: Case,
    events: Sequence[Event],
    *,
    by: Staff | None,
    now: datetime,
    version: int | None = None,
    note: dict[str, Any] | None = None,
    handling_unit: int | None = None,
    by_own_word: bool = False,
) -> Case:
    """Let events happen to a case. Needs a transaction. Raises RefusedByRule, SomebodyWasFaster."""
    work = happen(
        docket_id=case.docket_id,
        events=events,
        now=now,
        actor=by,
        told_as=case.number,
        expected_version=version,
        note=note,
        handling_unit=handling_unit,
        by_own_word=by_own_word,
    )
    return carried(case, work)


def find(*, case_id: UUID) -> Case:
    """A case as it stands now."""
    return Case.objects.select_related("docket", "customer", "organisation").get(pk=case_id)


def has_a_case(sent: Submission) -> bool:
    """Whether a form is sent in to a case."""
    return sent.docket.subject_kind == SUBJECT


def follow_the_form(sent: Submission) -> Then:
    """The case follows its docket, whichever form is filled: a form may close it."""

    def follow(evidence: Evidence) -> None:
        Case.objects.filter(docket=sent.docket).update(closed_at=evidence.docket.closed_at)

    return follow


def carried(case: Case, work: UnitOfWork) -> Case:
    """The case after what happened to its docket. Needs the transaction in which it happened."""
    # The case in hand may be older than the docket: what the docket says now is written either way.
    case.docket, case.closed_at = work.docket, work.state.closed_at
    case.save(update_fields=["closed_at"])
    return case


def refused(title: Text, missing: Text, clause: Text = NO_CLAUSE) -> RefusedByRule:
    """A refusal by the rules of the house: what, why, and what to do."""
    return RefusedByRule([Refusal("", title, clause, missing)])


def regulation_of(case: Case) -> Regulation:
    """The regulation to which a case is pinned."""
    docket = Docket.objects.select_related("organisation").get(pk=case.docket_id)
    return regulation_for(digest=docket.release_id, company=docket.organisation)


def company_of(case: Case) -> Organisation:
    return Organisation.objects.get(pk=case.organisation_id)


def people_in(case: Case, *, units: Iterable[int], at: datetime) -> set[int]:
    """Everybody who works in these units; where nobody does, who stands above them."""
    company = company_of(case)
    return {p for unit in units for p in told(owner=Owner(unit, ""), company=company, at=at)}


def owing(case: Case, *, at: datetime) -> set[int]:
    """The people who hold the running promises of a case."""
    company = company_of(case)
    rows = case.docket.obligations.filter(RUNNING).values_list("unit_id", "role").distinct()
    return {p for unit, role in rows for p in told(owner=Owner(unit, role), company=company, at=at)}


def tell(
    case: Case, *, people: Iterable[int], kind: str, text: Text, by: Staff | None, now: datetime
) -> None:
    """A message on the desk of each of them, but not of who did it. Quiet hours hold it, unless the
    case is an emergency. Of a restricted matter only those hear who know of it. Needs the
    transaction of what it tells of."""
    people = set(people) - {by.pk if by else None}
    if roles := regulation_of(case).pack.restricted_to(case.service):
        people &= knowing_people(roles=roles, company=company_of(case), at=now)
    calendar = regulation_of(case).book.calendar
    wait = now if case.emergency else calendar.after_quiet_hours(now)
    payload = {"kind": kind, "zh": text.zh, "en": text.en, "docket": str(case.docket_id)}
    messages = [
        OutgoingMessage(
            key=f"{case.docket_id}:{kind}:{case.docket.version}:{person}",
            channel="desk",
            recipient=str(person),
            payload=payload,
            not_before=wait,
        )
        for person in sorted(people)
    ]
    post(organisation_id=case.organisation_id, messages=messages, now=now)
