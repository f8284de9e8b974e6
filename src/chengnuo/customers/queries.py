"""Questions about customers."""

from __future__ import annotations

from chengnuo.customers.models import Customer, ServiceLocation
from chengnuo.people.models import Organisation


def by_phone(*, company: Organisation, phone: str) -> list[Customer]:
    """The customers of a company who use this number."""
    return list(Customer.objects.filter(organisation=company, phone=phone).order_by("pk")[:10])


def locations_of(*, customer: Customer) -> list[ServiceLocation]:
    return list(customer.locations.order_by("pk"))


def of_classes(*, company: Organisation, classes: list[str]) -> list[Customer]:
    """Customers of some classes; all when none is named."""
    rows = Customer.objects.filter(organisation=company)
    if classes:
        rows = rows.filter(customer_class__in=classes)
    return list(rows.order_by("pk"))
