"""Who sees the name, the numbers and the addresses of a customer in the archive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from chengnuo.cases.intake.callers import unclaimed_of
from chengnuo.cases.models import Case, Contact
from chengnuo.customers.models import Customer
from chengnuo.disclosure.masks import masked_address, masked_name, masked_phone


@dataclass(frozen=True, slots=True)
class Who:
    """Name, numbers (with their notes) and addresses as this viewer may see them."""

    name: str
    phones: list[tuple[str, str]]
    addresses: dict[int, str]
    in_full: bool


def works_for(*, customer: Customer, units: Iterable[int], at: datetime) -> bool:
    """Whether one of these units has an open case of this customer in hand or took it in: then it
    sees him in full."""
    mine = [*units]
    where = Q(docket__handling_unit_id__in=mine) | Q(docket__accepting_unit_id__in=mine)
    rows = Case.objects.filter(where, organisation_id=customer.organisation_id, lodged_at__lte=at)
    return rows.filter(
        Q(customer=customer) | unclaimed_of(customer), closed_at__isnull=True, confidential=False
    ).exists()


def who_of(*, customer: Customer, in_full: bool) -> Who:
    """A customer on a page. `in_full`: he works for him (`works_for`), or his look is recorded."""
    phones = [(p.number, p.note) for p in customer.phones.all()]
    if customer.phone:
        phones.insert(0, (customer.phone, ""))
    places = {place.pk: place.address for place in customer.locations.all()}
    if in_full:
        return Who(customer.name, phones, places, in_full=True)
    return Who(
        masked_name(customer.name),
        [(masked_phone(number), "") for number, _note in phones],
        {pk: masked_address(address) for pk, address in places.items()},
        in_full=False,
    )


def listed_name(customer: Customer | None) -> str:
    """A customer's name on a list."""
    return masked_name(customer.name) if customer is not None else ""


def listed_number(contact: Contact) -> str:
    """By what a call without a case is known on a list."""
    return masked_phone(contact.phone)


@dataclass(frozen=True, slots=True)
class Called:
    """A customer on the telephone: one who calls, or who is called back without a case."""

    name: str
    phone: str


def called(*, customer: Customer | None, looked: bool) -> Called:
    """Whoever speaks with a customer addresses him by his name; the look at it is recorded."""
    if customer is None:
        return Called("", "")
    if looked:
        return Called(customer.name, customer.phone)
    return Called(masked_name(customer.name), masked_phone(customer.phone))
