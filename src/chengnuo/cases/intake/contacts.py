"""Contacts with customers (来电/来访记录, F-01): one an intake, and those that need no case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from chengnuo.cases.models import Case, Contact
from chengnuo.customers.models import Customer
from chengnuo.customers.telephones import key_of, tidy
from chengnuo.ledger.services import Fact, record, take_head
from chengnuo.people.models import Organisation, Staff

# The same words by the same person within this time are a second click, not a second call.
SAME_CALL = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingCall:
    """How the customer reached us. `rang`: how many seconds it rang before somebody answered."""

    language: str = "zh-hans"
    rang: int | None = None


def contact_of(*, case: Case, call: IncomingCall) -> Contact:
    """The contact by which a case came in; not written yet."""
    return Contact(
        organisation_id=case.organisation_id,
        case=case,
        customer=case.customer,
        channel=case.channel,
        phone=case.contact_phone,
        phone_key=key_of(case.contact_phone),
        language=call.language,
        agent=case.lodged_by,
        need=case.narrative,
        rang=call.rang,
        at=case.lodged_at,
    )


@transaction.atomic
def note_contact(
    *,
    company: Organisation,
    by: Staff,
    now: datetime,
    channel: str,
    answer: str,
    need: str = "",
    phone: str = "",
    customer: Customer | None = None,
    case: Case | None = None,
    call: IncomingCall | None = None,
) -> Contact:
    """Record a contact that needs no case of its own: a wrong number, a question answered at once.

    `case`: the running one it was about. The same words again within two minutes are the same call.
    """
    told = call or IncomingCall()
    known = {
        "organisation": company, "agent": by, "channel": channel, "phone_key": key_of(phone),
        "customer": customer, "case": case, "need": need, "answer": answer,
    }  # fmt: skip
    head = take_head(organisation_id=company.pk)  # a second click waits here for the first
    for again in Contact.objects.filter(**known, at__gt=now - SAME_CALL):
        # The number is sealed and cannot be asked of the database; its key is empty for all that
        # cannot be read.
        if again.phone == tidy(phone):
            return again
    made = Contact.objects.create(
        **known, phone=tidy(phone), language=told.language, rang=told.rang, at=now
    )
    fact = Fact(
        kind="contact.noted",
        at=now,
        actor_id=by.pk,
        subject=case.docket_id if case else None,
        data={"channel": channel, "answer": answer} | ({"case": case.number} if case else {}),
    )
    record(organisation_id=company.pk, facts=[fact], now=now, head=head)
    return made
