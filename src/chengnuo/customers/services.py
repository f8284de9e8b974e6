"""Verbs about customers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from chengnuo.customers.models import Customer, ServiceLocation
from chengnuo.ledger.services import Fact, record
from chengnuo.people.models import Organisation


@transaction.atomic
def register_customer(
    *,
    company: Organisation,
    number: str,
    name: str,
    now: datetime,
    phone: str = "",
    customer_class: str = "residential",
    address: str = "",
    area: str = "",
) -> Customer:
    """Open a customer's file, with the premises where they are known."""
    customer = Customer.objects.create(
        organisation=company,
        number=number,
        name=name,
        phone=phone,
        customer_class=customer_class,
    )
    if address:
        ServiceLocation.objects.create(
            organisation=company, customer=customer, address=address, area=area
        )
    fact = Fact(kind="customer.registered", at=now, data={"customer": number})
    record(organisation_id=company.pk, facts=[fact], now=now)
    return customer


def register_location(
    *,
    company: Organisation,
    address: str,
    area: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
) -> ServiceLocation:
    """Premises that a matter names, of no customer we know; the matter's entry tells of them."""
    return ServiceLocation.objects.create(
        organisation=company, address=address, area=area, latitude=latitude, longitude=longitude
    )
