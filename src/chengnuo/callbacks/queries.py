"""Questions about ratings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from chengnuo.callbacks.listing import Part, part_of
from chengnuo.callbacks.models import Rating, RatingOffer
from chengnuo.cases.models import Case
from chengnuo.customers.models import Customer
from chengnuo.obligations.models import CUSTOMER, Obligation


def ratings_of(*, case: Case) -> list[Rating]:
    """What the customer said of a case, newest first."""
    rows = case.ratings.select_related("taken_by", "bad_answer__before", "bad_answer__decided_by")
    return list(rows.order_by("-at"))


def ratings_of_cases(cases: Iterable[Case]) -> list[Rating]:
    """What was said of some cases, newest first."""
    return list(Rating.objects.filter(case__in=list(cases)).select_related("case").order_by("-at"))


def dissatisfied(
    *, units: Iterable[int], since: datetime, cases: QuerySet[Case], limit: int = 10
) -> Part[Rating]:
    """Dissatisfied ratings of those cases that these units took in, newest first."""
    rows = Rating.objects.filter(
        satisfied=False,
        at__gte=since,
        case__docket__accepting_unit_id__in=list(units),
        case__in=cases,
    )
    return part_of(rows.select_related("case__docket").order_by("-at", "-pk"), most=limit)


def customer_of(row: Obligation) -> Customer | None:
    """The customer who is called by period, without a case."""
    docket = row.docket
    if docket.subject_kind != CUSTOMER:
        return None
    rows = Customer.objects.filter(organisation_id=docket.organisation_id, number=docket.subject)
    return rows.first()


def offer_numbered(pk: int) -> RatingOffer | None:
    """The offer that a message speaks of."""
    return RatingOffer.objects.select_related("organisation", "case").filter(pk=pk).first()
