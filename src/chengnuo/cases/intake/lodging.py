"""Taking a matter in: the case, its docket and every promise that runs from this moment."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Model, Q

from chengnuo.cases.drafting import UnableToLodge, check_facts, draft_docket
from chengnuo.cases.finding.search import row_of_words
from chengnuo.cases.intake.contacts import IncomingCall, contact_of
from chengnuo.cases.intake.dispatching import dispatch
from chengnuo.cases.models import Case, CaseTelephone
from chengnuo.cases.open_cases import open_rows
from chengnuo.cases.sealing import narrative_seal
from chengnuo.cases.sources import source_key
from chengnuo.customers.models import Customer, ServiceLocation
from chengnuo.customers.telephones import keys_of, tidy
from chengnuo.ledger.ids import uuid7
from chengnuo.ledger.services import take_head
from chengnuo.obligations.models import Docket
from chengnuo.obligations.persistence import save_new
from chengnuo.obligations.regulation import Regulation, release_in_force
from chengnuo.obligations.services import begin
from chengnuo.packs.schema import ServiceShape
from chengnuo.people.models import Organisation, Staff
from chengnuo.rules import moments
from chengnuo.rules.conditions import Facts
from chengnuo.rules.refusing import keep_within
from chengnuo.rules.state import Event
from chengnuo.rules.words import Text

# So many characters of each are kept of what somebody types; pages show the same numbers.
LONGEST = {"contact_name": 100, "contact_phone": 60, "address": 300, "narrative": 20_000}


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
    sender_words: Mapping[str, str] = field(default_factory=dict)
    outside_due_at: datetime | None = None
    first_asked: Staff | None = None
    restated: bool = False
    notified: Sequence[str] = ()
    confidential: bool = False
    # How it came in, where somebody took it down; an import brings no call with it.
    call: IncomingCall | None = None


def check_lengths(request: Request) -> None:
    """Whatever somebody types is kept whole or refused at its field. Raises Refused."""
    keep_within(LONGEST, **{name: getattr(request, name) for name in LONGEST})


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

    The same token (or the same source and reference) twice gives the same case. `release` pins
    another digest than the one in force; `judged` limits which rules run; `then` are recorded
    later events. Raises UnableToLodge, NoRegulation, RefusedByRule.
    """
    if at > now:
        told = moments.moment(at, style=moments.Style.SENTENCE)
        raise UnableToLodge(
            Text(
                f"受理时间{told.zh}晚于现在，请核对",
                f"{told.en} is in the future. Check the time received.",
            )
        )
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
    # Two clicks, or two who take in the same matter: the constraint lets one through, and the
    # other gets its case. Any other breach of a constraint is a fault and is raised.
    except IntegrityError:
        known = already_lodged(company=company, request=request)
        if known is None:
            raise
        return known


def told_facts(regulation: Regulation, request: Request) -> Facts:
    """What was told at intake; the channel is a fact too where the pack has rules by channel.

    Raises WrongFacts.
    """
    check_facts(regulation.pack, request.facts)
    if "channel" not in regulation.pack.facts:
        return request.facts
    return {"channel": request.channel, **request.facts}


def already_lodged(*, company: Organisation, request: Request) -> Case | None:
    """The case of this company that this request became before, if any."""
    same = Q(token=request.token)
    if request.source:
        same |= Q(source=request.source, source_key=source_key(request.source_ref))
    return Case.objects.filter(same, organisation=company).first()


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
    # The head of the chain first: its lock is also what makes the number of the case unique.
    head = take_head(organisation_id=company.pk)
    number = case_number(company=company, at=regulation.book.calendar.local(at), seq=head.seq + 1)
    # Salted, so that nobody guesses erased words from the digest that stays in the ledger.
    docket.subject, salt = number, secrets.token_hex(16)
    work = begin(
        docket=docket,
        events=[Event(name="case.lodged", at=at, facts=told_facts(regulation, request)), *then],
        now=now,
        actor=by,
        told_as=number,
        note={
            "case": number,
            "service": request.service,
            "channel": request.channel,
            "narrative": narrative_seal(salt=salt, narrative=request.narrative),
        },
    )
    service = regulation.pack.services[request.service]
    case = _case(company, request, docket, number, at, by, service)
    case.narrative_salt = salt
    case.closed_at = work.state.closed_at
    also: list[Model] = [case, row_of_words(case), *_telephones(case)]
    if case.closed_at is None:
        also += open_rows(case, docket=docket, running=work.running())
    if request.call is not None:
        also.append(contact_of(case=case, call=request.call))
    if service.emergency and not work.quiet:
        work.effects.messages += dispatch(docket=docket, number=number, service=service, now=now)
    save_new(work, also=also, head=head)
    return case


def _case(
    company: Organisation,
    request: Request,
    docket: Docket,
    number: str,
    at: datetime,
    by: Staff | None,
    service: ServiceShape,
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
        contact_phone=tidy(request.contact_phone),
        address=request.address,
        emergency=service.emergency,
        lodged_at=at,
        lodged_by=by,
        source=request.source,
        source_ref=request.source_ref,
        source_key=source_key(request.source_ref) if request.source else "",
        sender_words=dict(request.sender_words),
        outside_due_at=request.outside_due_at,
        first_asked=request.first_asked or by,
        restated=request.restated,
        notified=list(request.notified),
        confidential=request.confidential,
        restricted=bool(service.restricted_to),
        token=request.token,
    )


def _telephones(case: Case) -> list[CaseTelephone]:
    company = case.organisation_id
    keys = keys_of(case.contact_phone)
    return [CaseTelephone(case=case, organisation_id=company, key=key) for key in keys]


def case_number(*, company: Organisation, at: datetime, seq: int) -> str:
    """Company, day and the place in the company's ledger: unique without another counter."""
    return f"{company.code.upper()}-{moments.for_number(at)}-{seq:05d}"
