"""Verbs of the case file. Each is one transaction and one unit of work on the case's docket.

Forms are filled by `submissions.submit`; a return is asked for in `objections`, help in
`assisting`; urging and supervision are in `supervising`. Times: `at` is when it happened, `now` is
when we are told; both are passed in.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from chengnuo.cases.casework.pausing import (
    check_not_by_who_asked,
    check_was_asked_for,
    tell_customer,
)
from chengnuo.cases.casework.steps import TITLES, check_hand_over, check_step
from chengnuo.cases.drafting import WrongFacts, check_facts
from chengnuo.cases.events import HANDED_OVER
from chengnuo.cases.models import Case
from chengnuo.cases.unit_of_work import (
    company_of,
    happen_to,
    people_in,
    refused,
    regulation_of,
    tell,
)
from chengnuo.obligations.access import check_approver
from chengnuo.obligations.models import RUNNING, Docket
from chengnuo.obligations.owners import Owner, told
from chengnuo.obligations.regulation import regulation_for
from chengnuo.obligations.services import locked
from chengnuo.people.models import Organisation, Staff
from chengnuo.people.queries import roster_of
from chengnuo.rules import moments
from chengnuo.rules.conditions import Facts
from chengnuo.rules.refusing import Refused
from chengnuo.rules.state import Event
from chengnuo.rules.words import Text
from chengnuo.submissions.checks import IN_THE_PAST

STEPS = {"disputed": "dispute", "withdrawn": "withdraw", "reopened": "reopen"}
ARRIVED = "handed_over"  # the kind of message to who gets it
VERDICTS = ("approved", "rejected", "ended")
STILL_OPEN = Text("工单尚未办结", "The case is not closed.")


@transaction.atomic
def hand_over(
    *,
    case: Case,
    to: Organisation,
    by: Staff | None,
    now: datetime,
    reason: str = "",
    version: int | None = None,
) -> Case:
    """Pass the case to the handling unit, whose people are told. Clocks run on; what that unit owes
    lies with it now.

    Raises Refused for a unit that is neither in the company nor above it, RefusedByRule, also
    where that unit has it already.
    """
    check_step(case=case, step="hand_over", by=by, now=now)
    check_hand_over(case=case, to=to.pk)
    # Locked before it is looked at: two hand-overs at once would both find it elsewhere.
    docket = locked(docket_id=case.docket_id, expected_version=None)
    _check_not_there(docket, to)
    company = Organisation.objects.get(pk=case.organisation_id)
    # Up the tree or inside it; sideways, a case would leave the people who answer for it.
    if to.company_id != company.pk and not company.path.startswith(to.path):
        raise Refused(
            Text(
                f"{to.name_zh}不是{company.name_zh}的单位，请选择本公司或上级单位。",
                f"{to.name_en} is no unit of {company.name_en}. Choose one of it or above it.",
            ),
            field="unit",
        )
    note = {"to": to.pk, "from": docket.handling_unit_id, "unit": to.name_zh, "why": reason}
    event = Event(name=HANDED_OVER, at=now)
    passed = happen_to(
        case, [event], by=by, now=now, version=version, note=note, handling_unit=to.pk
    )
    if not (case.emergency and case.lodged_at == now):  # its crew was told when it was saved
        people = _receivers(passed, to, now)
        tell(passed, people=people, kind=ARRIVED, text=_arrived(passed), by=by, now=now)
    return passed


def _receivers(case: Case, to: Organisation, at: datetime) -> set[int]:
    """Everybody in the unit; where it took the case in itself, whoever holds the post that owns the
    service, so that it is no news to those beside him."""
    company, role = company_of(case), regulation_of(case).pack.services[case.service].owner
    inside = to.pk in (case.docket.accepting_unit_id, company.pk)
    if inside and role and roster_of(company=company).unit_of_role(role) == to.pk:
        return set(told(owner=Owner(to.pk, role), company=company, at=at))
    return people_in(case, units=[to.pk], at=at)


def _check_not_there(docket: Docket, to: Organisation) -> None:
    """What a unit has got, it does not get twice, unless a promise waits for just that."""
    since = docket.seen.get(HANDED_OVER)
    if docket.handling_unit_id != to.pk or since is None:
        return
    got = datetime.fromisoformat(since)
    regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
    waiting = regulation.book.stops.get(HANDED_OVER, frozenset())
    if got < docket.round_at or docket.obligations.filter(RUNNING, rule__in=waiting).exists():
        return
    at = moments.moment(regulation.book.calendar.local(got), style=moments.Style.SENTENCE)
    said = Text(
        f"{to.name_zh}自{at.zh}起已在办理，未重复移交；需要提醒请催办",
        f"{to.name_en or to.name_zh} has had it since {at.en}. It was "
        "not handed over again; to remind the unit, chase it.",
    )
    raise refused(TITLES["hand_over"], said)


def _arrived(case: Case) -> Text:
    title = regulation_of(case).pack.services[case.service].title
    return Text(f"新工单{case.number}“{title.zh}”", f"New case {case.number} “{title.en}”")


@transaction.atomic
def agree_appointment(
    *,
    case: Case,
    fact: str,
    agreed_at: datetime,
    by: Staff | None,
    now: datetime,
    reason: str,
    version: int | None = None,
) -> Case:
    """An agreed time with the customer; it replaces the clock where the clause says so.

    Raises WrongFacts for a time that is over already.
    """
    check_step(case=case, step="appointment", by=by, now=now)
    # An appointment in the past would be a breach on paper, or an excuse for one.
    if agreed_at < now:
        raise WrongFacts(IN_THE_PAST)
    check_facts(regulation_of(case).pack, {fact: agreed_at})
    event = Event(name="appointment.agreed", at=now, facts={fact: agreed_at})
    told = {"why": reason}
    return happen_to(case, [event], by=by, now=now, version=version, note=told, by_own_word=True)


@transaction.atomic
def change_facts(
    *,
    case: Case,
    facts: Facts,
    by: Staff | None,
    now: datetime,
    reason: str = "",
    version: int | None = None,
) -> Case:
    """Put facts right; clocks that rest on them move, verdicts stay. Raises WrongFacts."""
    check_step(case=case, step="facts", by=by, now=now)
    check_facts(regulation_of(case).pack, facts)
    event = Event(name="facts.changed", at=now, facts=facts)
    told = {"why": reason}
    return happen_to(case, [event], by=by, now=now, version=version, note=told, by_own_word=True)


@transaction.atomic
def ask_pause(
    *,
    case: Case,
    obligation: str,
    reason: str,
    proof: str,
    by: Staff | None,
    now: datetime,
    file: str = "",
) -> Case:
    """Ask to stop one clock for a listed reason; it stands still at once, until somebody decides.

    `proof` in words; `file` is a kept file, as the evidence of forms holds it.
    """
    check_step(case=case, step="pause", by=by, now=now)
    event = Event(name="pause.requested", at=now, target=obligation, reason=reason)
    note = {"proof": proof, "file": file} if file else {"proof": proof}
    return happen_to(case, [event], by=by, now=now, note=note)


@transaction.atomic
def decide_pause(
    *,
    case: Case,
    obligation: str,
    verdict: str,
    by: Staff | None,
    now: datetime,
    version: int | None = None,
) -> Case:
    """`approved`, `rejected` (taken back: a breach appears at its true moment) or `ended`.

    Of an approved one the customer is told, with the new moment.
    """
    if verdict not in VERDICTS:
        raise ValueError(f"a pause is {', '.join(VERDICTS)}; not '{verdict}'")
    check_was_asked_for(case=case, obligation=obligation)
    if verdict == "ended":
        check_step(case=case, step="pause", by=by, now=now)
    elif by is not None:
        check_approver(docket=case.docket, key=obligation, by=by, now=now)
        # Nobody approves his own pause, though his post might.
        check_not_by_who_asked(case=case, obligation=obligation, by=by)
    event = Event(name=f"pause.{verdict}", at=now, target=obligation)
    changed = happen_to(case, [event], by=by, now=now, version=version)
    if verdict == "approved":
        tell_customer(case=changed, obligation=obligation, now=now)
    return changed


def _follows(main: str) -> Text:
    return Text(
        f"本工单已并入{main}；如合并有误，请撤销合并",
        f"This case is merged into {main}. If that is wrong, undo the merge.",
    )


@transaction.atomic
def say(
    *,
    case: Case,
    what: str,
    by: Staff | None,
    now: datetime,
    reason: str,
    version: int | None = None,
) -> Case:
    """A plain step of the case: disputed, withdrawn, reopened, with its reason."""
    if what not in STEPS:
        raise ValueError(f"a case is {', '.join(STEPS)}; not '{what}'")
    check_step(case=case, step=STEPS[what], by=by, now=now)
    docket = locked(docket_id=case.docket_id, expected_version=version)
    if what == "reopened" and docket.closed_at is None:
        raise refused(Text("工单状态", "State of the case"), STILL_OPEN)
    main = Case.objects.filter(merged=case).values_list("number", flat=True).first()
    # Reopened on its own it would run beside the case that it is part of, with clocks of its own.
    if what == "reopened" and main is not None:
        raise refused(Text("工单状态", "State of the case"), _follows(main))
    event = Event(name=f"case.{what}", at=now)
    return happen_to(case, [event], by=by, now=now, version=version, note={"why": reason})
