"""Verbs of the case file. Each is one transaction and one unit of work on the case's docket.

Times: `at` is when it happened, `now` is when we are told; both are passed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from chengnuo.cases.models import Case
from chengnuo.customers.models import Customer, ServiceLocation
from chengnuo.ledger.ids import uuid7
from chengnuo.ledger.services import take_head
from chengnuo.obligations.models import Docket, Evidence, SubjectKind
from chengnuo.obligations.owners import owner_of
from chengnuo.obligations.regulation import Regulation, regulation_for, release_in_force
from chengnuo.obligations.services import (
    Refusal,
    RefusedByRule,
    begin,
    happen,
    locked,
    new_docket,
)
from chengnuo.obligations.values import state_of
from chengnuo.packs.forms import (
    Filled,
    event_time,
    events_of,
    facts_of_form,
    fill,
    offered,
    storable,
    texts,
)
from chengnuo.packs.schema import FormShape
from chengnuo.people.models import Organisation, Staff
from chengnuo.rules.conditions import Facts
from chengnuo.rules.gates import forbidden_words
from chengnuo.rules.state import Event
from chengnuo.rules.words import Text


class FormHasErrors(Exception):
    """The form came back with errors by field; `values` is what was typed."""

    def __init__(self, filled: Filled) -> None:
        self.filled = filled
        super().__init__("; ".join(f"{k}: {t.en}" for k, t in filled.errors.items()))


class UnableToLodge(ValueError):
    """There is no such service, or it has no process to run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a customer asks, as it was taken down. `token` makes a double click one case."""

    service: str
    channel: str
    narrative: str
    token: str
    facts: Facts = field(default_factory=dict)
    customer: Customer | None = None
    location: ServiceLocation | None = None
    contact_name: str = ""
    contact_phone: str = ""
    address: str = ""
    source: str = ""
    source_ref: str = ""


def draft_docket(
    *,
    company: Organisation,
    release: str,
    service: str,
    at: datetime,
    accepting_unit: int | None,
    judged: Sequence[str] | None = None,
) -> tuple[Docket, Regulation]:
    """The docket a request would open: nothing is written. Raises UnableToLodge."""
    regulation = regulation_for(digest=release, company=company)
    entry = regulation.pack.services.get(service)
    if entry is None or entry.process is None:
        known = ", ".join(i for i, s in regulation.pack.services.items() if s.process)
        raise UnableToLodge(f"no such service '{service}'; known: {known}")
    docket = new_docket(
        company=company,
        release=release,
        subject_kind=SubjectKind.CASE,
        subject="",
        at=at,
        service=service,
        process=entry.process,
        accepting_unit=accepting_unit,
        judged=judged,
    )
    owed_by = entry.owner or "accepting_unit"
    docket.handling_unit_id = owner_of(owed_by=owed_by, docket=docket, company=company).unit
    return docket, regulation


def lodge(
    *,
    company: Organisation,
    request: Request,
    at: datetime,
    now: datetime,
    by: Staff | None,
    release: str | None = None,
    judged: Sequence[str] | None = None,
    then: Sequence[Event] = (),
) -> Case:
    """Take in a matter: the case, its docket and every promise that now runs.

    The same token (or the same source and reference) twice gives the same case. `release` pins another
    digest than the one in force; `judged` limits which rules run; `then` are recorded later events.
    Raises UnableToLodge, NoRegulation, RefusedByRule.
    """
    pinned = release or release_in_force(company=company, at=at)
    docket, regulation = draft_docket(
        company=company,
        release=pinned,
        service=request.service,
        at=at,
        accepting_unit=by.organisation_id if by else None,
        judged=judged,
    )
    try:
        with transaction.atomic():
            return _lodge(docket, regulation, request, at, now, by, then)
    except IntegrityError:
        known = already_lodged(company=company, request=request)
        if known is None:
            raise
        return known


def told_facts(regulation: Regulation, request: Request) -> Facts:
    """What was told at intake; the channel is a fact too where the pack has rules by channel."""
    if "channel" not in regulation.pack.facts:
        return request.facts
    return {"channel": request.channel, **request.facts}


def already_lodged(*, company: Organisation, request: Request) -> Case | None:
    """The case that this request became before, if any."""
    same = Q(token=request.token)
    if request.source:
        same |= Q(organisation=company, source=request.source, source_ref=request.source_ref)
    return Case.objects.filter(same).first()


def _lodge(
    docket: Docket,
    regulation: Regulation,
    request: Request,
    at: datetime,
    now: datetime,
    by: Staff | None,
    then: Sequence[Event],
) -> Case:
    company = docket.organisation
    head = take_head(organisation_id=company.pk)
    number = case_number(company=company, at=regulation.book.calendar.local(at), seq=head.seq + 1)
    docket.subject = number
    writing = begin(
        docket=docket,
        events=[Event(name="case.lodged", at=at, facts=told_facts(regulation, request)), *then],
        now=now,
        actor=by,
        told_as=number,
        note={"case": number, "service": request.service, "channel": request.channel},
    )
    emergency = regulation.pack.services[request.service].emergency
    case = _case(company, request, docket, number, at, by, emergency=emergency)
    case.closed_at = writing.state.closed_at
    writing.save_new(also=[case], head=head)
    return case


def _case(
    company: Organisation,
    request: Request,
    docket: Docket,
    number: str,
    at: datetime,
    by: Staff | None,
    *,
    emergency: bool,
) -> Case:
    return Case(
        id=uuid7(at),
        organisation_id=company.pk,
        docket=docket,
        number=number,
        service=request.service,
        channel=request.channel,
        narrative=request.narrative,
        customer=request.customer,
        location=request.location,
        contact_name=request.contact_name,
        contact_phone=request.contact_phone,
        address=request.address,
        emergency=emergency,
        lodged_at=at,
        lodged_by=by,
        source=request.source,
        source_ref=request.source_ref,
        token=request.token,
    )


def case_number(*, company: Organisation, at: datetime, seq: int) -> str:
    """Company, day and the place in the company's ledger: unique without another counter."""
    return f"{company.code.upper()}-{at:%y%m%d}-{seq:05d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A form that somebody sent in: what was typed, for which version of the case."""

    form: str
    raw: Mapping[str, Any]
    token: str
    version: int | None = None


def fill_form(*, case: Case, submission: Submission, by: Staff, now: datetime) -> Case:
    """Fill a form of the case: evidence is kept, its events happen.

    The same token twice is one submission. Raises FormHasErrors (fields), RefusedByRule (a gate),
    SomebodyWasFaster (the case moved on); in each case nothing is written.
    """
    if Evidence.objects.filter(token=submission.token).exists():
        return Case.objects.get(pk=case.pk)
    try:
        with transaction.atomic():
            return _fill_form(case, submission, by, now)
    except IntegrityError:
        if Evidence.objects.filter(token=submission.token).exists():
            return Case.objects.get(pk=case.pk)
        raise


def _fill_form(case: Case, submission: Submission, by: Staff, now: datetime) -> Case:
    docket = locked(docket_id=case.docket_id, expected_version=submission.version)
    regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
    form = regulation.pack.forms.get(submission.form)
    if form is None:
        raise UnableToLodge(f"no such form '{submission.form}'")
    filled = fill(pack=regulation.pack, form=form, raw=submission.raw)
    at = event_time(form, filled.values, now)
    _check_moment(form, filled, at, docket, now)
    if filled.errors:
        raise FormHasErrors(filled)
    _check_turn(docket, regulation, submission.form, form)
    _check_words(docket, regulation, form, filled)
    facts = facts_of_form(form, filled.values)
    names = events_of(form, filled.values) or ["facts.changed"]
    Evidence.objects.create(
        id=uuid7(now),
        docket=docket,
        form=submission.form,
        digest=docket.release_id,
        data=storable(filled.values),
        events=names,
        filled_by=by,
        at=at,
        filled_at=now,
        token=submission.token,
    )
    events = [
        Event(name=n, at=at, facts={} if i else facts, more_follow=i + 1 < len(names))
        for i, n in enumerate(names)
    ]
    return _happen(case, events, by=by, now=now, note={"form": submission.form})


def _check_moment(
    form: FormShape, filled: Filled, at: datetime, docket: Docket, now: datetime
) -> None:
    """It cannot have happened in the future, nor before the matter was taken in."""
    name = next((f.id for f in form.fields if f.is_ == "event_time"), None)
    if name is None or name in filled.errors:
        return
    if at > now:
        filled.errors[name] = Text("不能晚于现在", "Cannot lie in the future")
    elif at < docket.opened_at:
        filled.errors[name] = Text("不能早于受理时间", "Cannot lie before the intake")


def _check_turn(docket: Docket, regulation: Regulation, form_id: str, form: FormShape) -> None:
    """A form is filled when its turn has come, not before and not after."""
    state = state_of(docket, [], regulation)
    if form_id in offered(regulation.pack, state):
        return
    missing = Text("还没有轮到填写此表，或已不再需要", "It is not this form's turn, or no longer")
    cited = form.clause
    clause = Text(cited.place, cited.place) if cited else Text("", "")
    raise RefusedByRule([Refusal("", form.title.text(), clause, missing)])


def _check_words(docket: Docket, regulation: Regulation, form: FormShape, filled: Filled) -> None:
    """Forbidden words (服务忌语) in a text are refused with the clause that names them."""
    state = state_of(docket, [], regulation)
    for name, text in texts(form, filled.values):
        for rule, word in forbidden_words(regulation.book, state, text):
            cited = rule.cite()
            filled.errors[name] = Text(
                f"不得使用「{word}」：{rule.title.zh}（{cited.zh}）",
                f"“{word}” must not be used: {rule.title.en} ({cited.en})",
            )
    if filled.errors:
        raise FormHasErrors(filled)


def _happen(
    case: Case,
    events: Sequence[Event],
    *,
    by: Staff | None,
    now: datetime,
    version: int | None = None,
    note: dict[str, Any] | None = None,
    handling_unit: int | None = None,
) -> Case:
    writing = happen(
        docket_id=case.docket_id,
        events=events,
        now=now,
        actor=by,
        told_as=case.number,
        expected_version=version,
        note=note,
        handling_unit=handling_unit,
    )
    if writing.state.closed_at != case.closed_at:
        case.closed_at = writing.state.closed_at
        case.save(update_fields=["closed_at"])
    return case


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
    """Pass the case to the handling unit. Clocks run on; what that unit owes lies with it now."""
    note = {"to": to.pk, "unit": to.name_zh, "why": reason}
    event = Event(name="case.handed_over", at=now)
    return _happen(case, [event], by=by, now=now, version=version, note=note, handling_unit=to.pk)


@transaction.atomic
def agree_appointment(
    *, case: Case, fact: str, agreed_at: datetime, by: Staff | None, now: datetime, reason: str
) -> Case:
    """An agreed time with the customer; it replaces the clock where the clause says so."""
    event = Event(name="appointment.agreed", at=now, facts={fact: agreed_at})
    return _happen(case, [event], by=by, now=now, note={"why": reason})


@transaction.atomic
def change_facts(
    *, case: Case, facts: Facts, by: Staff | None, now: datetime, reason: str = ""
) -> Case:
    """Put facts right; clocks that rest on them move, verdicts stay."""
    event = Event(name="facts.changed", at=now, facts=facts)
    return _happen(case, [event], by=by, now=now, note={"why": reason})


@transaction.atomic
def ask_pause(
    *, case: Case, obligation: str, reason: str, proof: str, by: Staff | None, now: datetime
) -> Case:
    """Ask to stop one clock for a listed reason; it stands still at once, until somebody decides."""
    event = Event(name="pause.requested", at=now, target=obligation, reason=reason)
    return _happen(case, [event], by=by, now=now, note={"proof": proof})


@transaction.atomic
def decide_pause(
    *, case: Case, obligation: str, verdict: str, by: Staff | None, now: datetime
) -> Case:
    """`approved`, `rejected` (taken back: a breach appears at its true moment) or `ended`."""
    event = Event(name=f"pause.{verdict}", at=now, target=obligation)
    return _happen(case, [event], by=by, now=now)


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
    """A plain step of the case: `urged`, `returned`, `disputed`, `withdrawn`, `reopened`, with its reason."""
    event = Event(name=f"case.{what}", at=now)
    return _happen(case, [event], by=by, now=now, version=version, note={"why": reason})


@transaction.atomic
def replay(*, case: Case, events: Sequence[Event], now: datetime) -> Case:
    """Let recorded events happen at their recorded moments (import)."""
    return _happen(case, events, by=None, now=now)


def find(*, case_id: UUID) -> Case:
    return Case.objects.select_related("docket", "customer", "organisation").get(pk=case_id)
