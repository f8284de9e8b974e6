"""Everything about one customer, across the rooms: what lies open, what was done, what went wrong.

Read only. Which cases a viewer may see is told from outside; a confidential case hides who asked,
so it is never listed under its customer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from chengnuo.callbacks.models import Rating
from chengnuo.callbacks.queries import ratings_of_cases
from chengnuo.cases.intake.callers import keys_of_customer, unclaimed_of
from chengnuo.cases.models import Case, Contact
from chengnuo.customers.models import Customer
from chengnuo.customers.services import subject_of
from chengnuo.ledger.models import Entry
from chengnuo.ledger.queries import history
from chengnuo.obligations.models import RUNNING, Breach, Evidence, Obligation

MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFile:
    """What is known of a customer beside the archive itself; each list newest first."""

    open: list[Case]
    closed: list[Case]
    soonest: dict[UUID, Obligation]
    contacts: list[Contact]
    evidence: list[Evidence]
    visits: list[Evidence]
    ratings: list[Rating]
    breaches: list[Breach]
    entries: list[Entry]

    @property
    def cases(self) -> dict[UUID, Case]:
        """The cases by their dockets."""
        return {case.docket_id: case for case in (*self.open, *self.closed)}


def customer_file(*, customer: Customer, shown: Q) -> CustomerFile:
    """The file of a customer, as far as the viewer sees its cases."""
    cases = cases_of(customer=customer, shown=shown)
    dockets = [case.docket_id for case in cases]
    evidence = list(
        Evidence.objects.filter(docket_id__in=dockets)
        .select_related("filled_by")
        .order_by("-at")[: 2 * MOST]
    )
    breaches = Breach.objects.filter(
        obligation__docket_id__in=dockets, obligation__annulled_at__isnull=True
    )
    return CustomerFile(
        open=[c for c in cases if c.closed_at is None],
        closed=[c for c in cases if c.closed_at is not None],
        soonest=_soonest(dockets),
        contacts=contacts_of(customer=customer, cases=cases),
        evidence=evidence,
        visits=[row for row in evidence if is_visit(row)],
        ratings=ratings_of_cases(cases),
        breaches=list(breaches.select_related("obligation", "unit").order_by("-broken_at")[:MOST]),
        entries=history(subject=subject_of(customer)),
    )


def cases_of(*, customer: Customer, shown: Q) -> list[Case]:
    """The customer's own cases, and those of a telephone of his that nobody gave to a customer."""
    unclaimed = unclaimed_of(customer)
    rows = Case.objects.filter(shown, organisation_id=customer.organisation_id)
    rows = rows.filter(Q(customer=customer) | unclaimed, confidential=False)
    return list(
        rows.select_related("docket__handling_unit", "docket__organisation").order_by("-lodged_at")[
            :MOST
        ]
    )


def contacts_of(*, customer: Customer, cases: Iterable[Case]) -> list[Contact]:
    """Calls and visits to the counter; those about a case that is not shown are not shown."""
    about = Q(case__isnull=True) | Q(case__in=[case.pk for case in cases])
    unclaimed = Q(customer__isnull=True, phone_key__in=keys_of_customer(customer))
    rows = Contact.objects.filter(about, organisation_id=customer.organisation_id)
    rows = rows.filter(Q(customer=customer) | unclaimed)
    return list(rows.select_related("agent", "case").order_by("-at")[:MOST])


def is_visit(row: Evidence) -> bool:
    """Whether a form tells that somebody was at the customer's door, or stood before it."""
    return any(
        event.startswith("visit.") or event.endswith((".arrived", ".visited"))
        for event in row.events
    )


def _soonest(dockets: list[UUID]) -> dict[UUID, Obligation]:
    """The running promise of each docket that is due first."""
    rows = Obligation.objects.filter(RUNNING, docket_id__in=dockets, act_by__isnull=False)
    found: dict[UUID, Obligation] = {}
    for row in rows.select_related("unit", "docket").order_by("act_by"):
        found.setdefault(row.docket_id, row)
    return found
