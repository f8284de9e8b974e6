"""Verbs: take a request in, decide it, hold back, lift, and erase what is due."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from chengnuo.cases.models import Case
from chengnuo.customers.models import Customer
from chengnuo.customers.services import subject_of
from chengnuo.ledger.services import Fact, record
from chengnuo.people.models import Organisation, Staff
from chengnuo.privacy.erasing import erase_case, erase_contacts, erase_customer, erase_messages
from chengnuo.privacy.files import remove_files
from chengnuo.privacy.models import DataRequest, LegalHold, Wanted
from chengnuo.privacy.queries import (
    cases_due,
    customers_due,
    hindrance_of_case,
    hindrance_of_customer,
    kept_for,
)
from chengnuo.rules.refusing import Refused, keep_within
from chengnuo.rules.words import Text

SHORTEST, LONGEST = 4, 500
BATCH = 200
SAME_PERSON = Text(
    "登记人不能自己审批，请由另一人审批",
    "The person who registered the request cannot decide it. Ask a colleague.",
)
NOBODY_NUMBERED = Text(
    "没有这个编号的客户或工单，请核对", "No customer or case has this number. Check it."
)
DECIDED = Text("该申请已审批，请刷新页面", "This request is already decided. Refresh the page.")
NO_REASON = Text("请写明理由（至少4个字）", "Enter a reason of at least 4 characters.")
ERASED_ALREADY = Text("该客户的个人信息已删除", "This customer's data has already been erased.")


@transaction.atomic
def take_request(
    *, customer: Customer, wanted: str, told: str, by: Staff, now: datetime
) -> DataRequest:
    """Write down what a customer asks of his data, and how he proved who he is. Raises Refused."""
    _reasoned(told)
    if customer.erased_at is not None:
        raise Refused(ERASED_ALREADY)
    made = DataRequest.objects.create(
        organisation_id=customer.organisation_id,
        customer=customer,
        wanted=Wanted(wanted),
        told=told.strip(),
        taken_by=by,
        taken_at=now,
    )
    _note(customer, "data_request.taken", now, by, wanted=wanted, why=made.told)
    return made


@transaction.atomic
def decide_request(
    *, request: DataRequest, granted: bool, remark: str, by: Staff, now: datetime
) -> DataRequest:
    """Grant or refuse, by a second person; a granted erasure is done at once. Raises Refused, with
    the provision, where the data must be kept."""
    row = DataRequest.objects.select_for_update().get(pk=request.pk)
    if row.decided_at is not None:
        raise Refused(DECIDED)
    if row.taken_by_id == by.pk:
        raise Refused(SAME_PERSON)
    _fits(remark) if granted else _reasoned(remark)
    customer = row.customer
    if granted and row.wanted == Wanted.ERASURE:
        if against := hindrance_of_customer(customer=customer, now=now):
            raise Refused(against)
        erase_customer(customer=customer, why="request", by=by, now=now)
        transaction.on_commit(remove_files)
    row.granted, row.remark, row.decided_by, row.decided_at = granted, remark.strip(), by, now
    row.save(update_fields=["granted", "remark", "decided_by", "decided_at"])
    outcome = {"wanted": row.wanted, "granted": granted, "remark": row.remark}
    _note(customer, "data_request.decided", now, by, **outcome)
    return row


@transaction.atomic
def hold_back(*, thing: Customer | Case, reason: str, by: Staff, now: datetime) -> LegalHold:
    """Let nothing of a customer or case be erased until the hold is lifted. Raises Refused."""
    _reasoned(reason)
    about: dict[str, Any] = {"customer" if isinstance(thing, Customer) else "case": thing}
    made = LegalHold.objects.create(
        organisation_id=thing.organisation_id, reason=reason.strip(), set_by=by, set_at=now, **about
    )
    _note(thing, "legal_hold.set", now, by, why=made.reason)
    return made


@transaction.atomic
def lift(*, hold: LegalHold, by: Staff, now: datetime) -> None:
    """The reason is gone. Twice is once."""
    row = LegalHold.objects.select_for_update().get(pk=hold.pk)
    if row.lifted_at is not None:
        return
    row.lifted_by, row.lifted_at = by, now
    row.save(update_fields=["lifted_by", "lifted_at"])
    thing = row.customer or row.case
    if thing is not None:
        _note(thing, "legal_hold.lifted", now, by)


def erase_due(*, company: Organisation, by: Staff | None, now: datetime) -> dict[str, int]:
    """Erase everything whose time has come and against which nothing stands; how many of each
    kind. Interrupted, it goes on with what is left."""
    done = {"customer": 0, "case": 0}
    for customer in customers_due(company=company, now=now).iterator(chunk_size=BATCH):
        if hindrance_of_customer(customer=customer, now=now) is None:
            erase_customer(customer=customer, why="retention", by=by, now=now)
            done["customer"] += 1
    for case in cases_due(company=company, now=now).iterator(chunk_size=BATCH):
        if hindrance_of_case(case=case, now=now) is None:
            erase_case(case=case, why="retention", by=by, now=now)
            done["case"] += 1
    before = now - kept_for(company=company, kind="contact")
    done["contact"] = erase_contacts(company=company, before=before, now=now)
    before = now - kept_for(company=company, kind="message")
    done["message"] = erase_messages(company=company, before=before, now=now)
    done["file"] = remove_files()
    return done


def _reasoned(words: str) -> None:
    if len(words.strip()) < SHORTEST:
        raise Refused(NO_REASON)
    _fits(words)


def _fits(words: str) -> None:
    keep_within({"why": LONGEST}, why=words.strip())


def _note(thing: Customer | Case, kind: str, now: datetime, by: Staff, **data: Any) -> None:
    is_customer = isinstance(thing, Customer)
    subject = subject_of(thing) if isinstance(thing, Customer) else thing.docket_id
    told = {"customer" if is_customer else "case": thing.number, **data}
    fact = Fact(kind=kind, at=now, actor_id=by.pk, subject=subject, data=told)
    record(organisation_id=thing.organisation_id, facts=[fact], now=now)
