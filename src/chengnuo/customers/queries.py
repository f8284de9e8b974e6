"""Questions about customers."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from chengnuo.customers.addresses import street_of_address
from chengnuo.customers.models import (
    Customer,
    CustomerAccount,
    CustomerPhone,
    Meter,
    ServiceLocation,
    UsagePoint,
)
from chengnuo.customers.telephones import keys_of, name_key
from chengnuo.people.models import Organisation

MOST_FOUND = 50
MOST_LOOKED_AT = 500
SHORTEST_ADDRESS = 3
AFTER_ALL_LETTERS = "\U0010ffff"


def by_phone(*, company: Organisation, phone: str) -> list[Customer]:
    """The customers of a company who use this number, as their first or a further one."""
    keys = keys_of(phone)
    further = CustomerPhone.objects.filter(organisation=company, key__in=keys)
    wanted = Q(phone_key__in=keys) | Q(pk__in=further.values("customer"))
    return list(Customer.objects.filter(wanted, organisation=company).order_by("pk")[:10])


def of_classes(*, company: Organisation, classes: list[str]) -> list[Customer]:
    """Customers of some classes; all when none is named."""
    rows = Customer.objects.filter(organisation=company)
    if classes:
        rows = rows.filter(customer_class__in=classes)
    return list(rows.order_by("pk"))


def premises_of_classes(*, company: Organisation, classes: list[str]) -> list[tuple[str, int]]:
    """The premises of customers of some classes (of all when none is named): the customer's number
    and the premises' key."""
    rows = ServiceLocation.objects.filter(organisation=company, customer__isnull=False)
    if classes:
        rows = rows.filter(customer__customer_class__in=classes)
    return list(rows.order_by("pk").values_list("customer__number", "pk"))


def numbered(*, company: Organisation, pk: int) -> Customer | None:
    """A customer of this company with the whole archive behind it."""
    points = UsagePoint.objects.order_by("pk").prefetch_related(
        Prefetch("meters", Meter.objects.order_by("removed_on", "pk"))
    )
    places = ServiceLocation.objects.order_by("pk").prefetch_related(
        Prefetch("usage_points", points), "appliances"
    )
    accounts = CustomerAccount.objects.prefetch_related("agreements__location")
    rows = Customer.objects.filter(organisation=company, pk=pk).prefetch_related(
        "phones", Prefetch("locations", places), Prefetch("accounts", accounts)
    )
    return rows.first()


def find_customers(
    *, company: Organisation, words: str = "", classes: tuple[str, ...] = (), masked: bool = True
) -> QuerySet[Customer]:
    """Customers by number, telephone, name, address, account or meter; newest first.

    The list shows them masked: what the mask hides has to be told whole, so that nobody finds it
    out sign by sign; without `masked` not even then.
    """
    rows = Customer.objects.filter(organisation=company)
    if classes:
        rows = rows.filter(customer_class__in=classes)
    if words:
        rows = rows.filter(pk__in=_found(company, words, masked=masked))
    return rows.prefetch_related("locations").order_by("-pk")


def _found(company: Organisation, words: str, *, masked: bool) -> list[int]:
    """Each question is answered from its own index; the first fifty of each are enough."""
    here = {"organisation": company}
    asked: list[QuerySet[Any, int | None]] = [
        _ids(Customer.objects.filter(_begins("number", words.upper()), **here), "pk"),
        _ids(CustomerAccount.objects.filter(number=words, **here), "customer_id"),
        _ids(Meter.objects.filter(serial_number=words, **here), "usage_point__location__customer"),
    ]
    found = [pk for ids in asked for pk in ids if pk is not None]
    found += by_masked(company=company, words=words) if masked else []
    if len(words) < SHORTEST_ADDRESS:
        return found
    places = ServiceLocation.objects.filter(customer__isnull=False, **here)
    found += _by_street(places.filter(_begins("address", words)), words)
    # Only what no index knows is looked for inside of all addresses.
    return found or _by_street(places.filter(address__contains=words), words)


def by_masked(*, company: Organisation, words: str) -> list[int]:
    """The ids of those who have just this telephone, name or address: whoever finds them so knows
    what the list masks."""
    here = {"organisation": company}
    # One number at a time: several together would be as many questions in one.
    keys, name = keys_of(words)[:1], name_key(words)
    places = ServiceLocation.objects.filter(customer__isnull=False, address=words, **here)
    asked: list[QuerySet[Any, int | None]] = [
        _ids(Customer.objects.filter(name_key=name or None, **here), "pk"),
        _ids(Customer.objects.filter(phone_key__in=keys, **here), "pk"),
        _ids(CustomerPhone.objects.filter(key__in=keys, **here), "customer_id"),
        _ids(places, "customer_id"),
    ]
    return [pk for ids in asked for pk in ids if pk is not None]


def _by_street(places: QuerySet[ServiceLocation], words: str) -> list[int]:
    """Those where the words stand in the street; a number in it is whole."""
    rows = places.order_by().values_list("customer_id", "address")[:MOST_LOOKED_AT]
    whole = re.compile(rf"(?<!\d(?=\d)){re.escape(words)}(?!(?<=\d)\d)")
    return [pk for pk, where in rows if pk and whole.search(street_of_address(where))][:MOST_FOUND]


def _ids(rows: QuerySet[Any], name: str) -> QuerySet[Any, int | None]:
    return rows.order_by().values_list(name, flat=True)[:MOST_FOUND]


def _begins(name: str, words: str) -> Q:
    """SQLite's LIKE passes its indexes by; there the beginning is a span of letters."""
    if connection.vendor == "sqlite":
        return Q(**{f"{name}__gte": words, f"{name}__lt": words + AFTER_ALL_LETTERS})
    return Q(**{f"{name}__startswith": words})


def with_number(*, company: Organisation, number: str) -> Customer | None:
    """The customer of a number, however it is typed."""
    rows = Customer.objects.filter(organisation=company, number=number.strip().upper())
    return rows.first()


def accounts_of(*, customer: Customer) -> QuerySet[CustomerAccount]:
    return CustomerAccount.objects.filter(customer=customer)


def meters_of(*, customer: Customer) -> QuerySet[Meter]:
    return Meter.objects.filter(usage_point__location__customer=customer)
