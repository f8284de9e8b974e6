"""A copy of what is kept of a customer, for himself (PIPL article 45)."""

from __future__ import annotations

from typing import Any

from chengnuo.cases.models import Case, Contact
from chengnuo.customers.models import Customer


def copy_of(*, customer: Customer) -> dict[str, Any]:
    """Everything in plain words; matters that others brought in confidence are left out."""
    cases = Case.objects.filter(customer=customer, restricted=False).order_by("lodged_at")
    contacts = Contact.objects.filter(customer=customer).order_by("at")
    return {
        "number": customer.number,
        "name": customer.name,
        "telephones": [customer.phone, *(p.number for p in customer.phones.order_by("pk"))],
        "registered_at": _moment(customer.registered_at),
        "premises": [place.address for place in customer.locations.order_by("pk")],
        "accounts": [
            {"number": a.number, "opened": f"{a.opened_on}", "closed": f"{a.closed_on or ''}"}
            for a in customer.accounts.all()
        ],
        "cases": [
            {
                "number": case.number,
                "lodged_at": _moment(case.lodged_at),
                "name": case.contact_name,
                "telephone": case.contact_phone,
                "address": case.address,
                "words": case.narrative,
            }
            for case in cases
        ],
        "contacts": [
            {"at": _moment(c.at), "telephone": c.phone, "asked": c.need, "answered": c.answer}
            for c in contacts
        ],
    }


def _moment(at: Any) -> str:
    return at.isoformat() if at else ""
