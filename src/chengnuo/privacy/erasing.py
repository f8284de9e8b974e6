"""Erasing personal data for good. The record stays: what was owed, when, by whom it was kept.

Words and numbers are overwritten, their keys, search words and the salt of the narrative with them:
the digest in the ledger then tells nothing, and the entry that says so keeps the chain whole. Each
erasure is one transaction with its entry.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from chengnuo.cases.finding.search import row_of_words
from chengnuo.cases.models import Case, CaseTelephone, CaseWords, Contact
from chengnuo.cases.sealing import ERASED
from chengnuo.customers.models import Customer, CustomerPhone, ServiceLocation
from chengnuo.customers.services import subject_of
from chengnuo.ledger.models import OutboxMessage
from chengnuo.ledger.services import Fact, forget, record
from chengnuo.obligations.models import Evidence
from chengnuo.people.models import Organisation, Staff
from chengnuo.privacy.files import let_go
from chengnuo.vault.masking import masked_payload

NOBODY = "***"


@transaction.atomic
def erase_case(*, case: Case, why: str, by: Staff | None, now: datetime) -> None:
    """Who asked, where, and in which words; what was written into the forms; who called."""
    row = Case.objects.select_for_update().get(pk=case.pk)
    if row.erased_at is not None:
        return
    row.contact_name = row.contact_phone = row.address = row.narrative = row.narrative_salt = ""
    row.customer, row.location, row.erased_at = None, None, now
    row.save(
        update_fields=[
            "contact_name", "contact_phone", "address", "narrative", "narrative_salt", "customer",
            "location", "erased_at",
        ]
    )  # fmt: skip
    CaseTelephone.objects.filter(case=row).delete()
    CaseWords.objects.filter(case=row).update(words=row_of_words(row).words)
    _contacts(Q(case=row))
    evidence = list(Evidence.objects.filter(docket=row.docket_id).order_by("pk"))
    files = let_go(case=row, evidence=evidence)
    for one in evidence:
        one.data = masked_payload(one.data)
    Evidence.objects.bulk_update(evidence, ["data"], batch_size=100)
    forget(subject=row.docket_id)
    _note(row.organisation_id, row.docket_id, now, by, case=row.number, why=why, files=files)


@transaction.atomic
def erase_customer(*, customer: Customer, why: str, by: Staff | None, now: datetime) -> None:
    """A customer's file and everything personal in his cases. The premises stay, of nobody."""
    row = Customer.objects.select_for_update().get(pk=customer.pk)
    if row.erased_at is not None:
        return
    for case in Case.objects.filter(customer=row, erased_at__isnull=True).order_by("pk"):
        erase_case(case=case, why=why, by=by, now=now)
    _contacts(Q(customer=row))
    CustomerPhone.objects.filter(customer=row).delete()
    ServiceLocation.objects.filter(customer=row).update(customer=None)
    row.name, row.name_key, row.phone, row.phone_key = NOBODY, "", "", ""
    row.visit_consent, row.erased_at = None, now
    row.version += 1
    row.save()
    forget(subject=subject_of(row))
    _note(row.organisation_id, subject_of(row), now, by, customer=row.number, why=why)


@transaction.atomic
def erase_contacts(*, company: Organisation, before: datetime, now: datetime) -> int:
    """Calls and visits that made no case, older than a moment; how many were."""
    number = _contacts(Q(organisation=company, case__isnull=True, at__lt=before))
    if number:
        _note(company.pk, None, now, None, contacts=number, why="retention")
    return number


@transaction.atomic
def erase_messages(*, company: Organisation, before: datetime, now: datetime) -> int:
    """Number and words of short messages that were sent before a moment."""
    sent = OutboxMessage.objects.filter(
        organisation_id=company.pk, channel="sms", delivered_at__lt=before
    )
    number = sent.exclude(recipient=NOBODY).update(recipient=NOBODY, payload={})
    if number:
        _note(company.pk, None, now, None, messages=number, why="retention")
    return number


def _contacts(which: Q) -> int:
    told = ~Q(phone="") | ~Q(need="") | ~Q(answer="")
    rows = Contact.objects.filter(which).filter(told)
    return rows.update(phone="", phone_key="", need="", answer="", customer=None)


def _note(
    organisation_id: int, subject: UUID | None, now: datetime, by: Staff | None, **data: Any
) -> None:
    fact = Fact(kind=ERASED, at=now, actor_id=by.pk if by else None, subject=subject, data=data)
    record(organisation_id=organisation_id, facts=[fact], now=now)
