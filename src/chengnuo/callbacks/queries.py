"""Questions about ratings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from chengnuo.callbacks.listing import Slice, part_of
from chengnuo.callbacks.models import BadAnswer, Rating, RatingOffer, Sample
from chengnuo.cases.models import Case
from chengnuo.customers.models import Customer
from chengnuo.obligations.models import CUSTOMER, Obligation
from chengnuo.people.models import Organisation


def ratings_of(*, case: Case) -> list[Rating]:
    """What the customer said of a case, newest first."""
    rows = case.ratings.select_related("taken_by", "bad_answer__before", "bad_answer__decided_by")
    return list(rows.order_by("-at"))


def ratings_of_cases(cases: Iterable[Case]) -> list[Rating]:
    """What was said of some cases, newest first."""
    return list(Rating.objects.filter(case__in=list(cases)).select_related("case").order_by("-at"))


def dissatisfied(
    *, units: Iterable[int], since: datetime, cases: QuerySet[Case], limit: int = 10
) -> Slice[Rating]:
    """Dissatisfied ratings of those cases that these units took in, newest first."""
    # Asked of each rating: the other way round, SQLite lists all cases that one may see.
    rows = Rating.objects.filter(
        Exists(cases.filter(pk=OuterRef("case"))),
        satisfied=False,
        at__gte=since,
        case__docket__accepting_unit_id__in=list(units),
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


def bad_answer(*, company: Organisation, cases: QuerySet[Case], pk: int) -> BadAnswer | None:
    """A bad answer about one of these cases."""
    rows = BadAnswer.objects.filter(organisation=company, case__in=cases)
    return rows.select_related("case__docket").filter(pk=pk).first()


def bad_answer_of(*, companies: Iterable[Organisation], rating: int) -> BadAnswer | None:
    """The bad answer that a rating is."""
    rows = BadAnswer.objects.select_related("case__docket__organisation", "rating")
    return rows.filter(rating=rating, organisation__in=companies).first()


def samples_drawn(*, company: Organisation) -> QuerySet[Sample]:
    """What was drawn, newest first."""
    return Sample.objects.filter(organisation=company).order_by("-drawn_at", "-pk")


def bad_answer_told(
    *, organisation: Organisation, rating: int | None, evidence: UUID | None
) -> BadAnswer | None:
    """The bad answer that is a rating, or that a form told."""
    rows = BadAnswer.objects.select_related("rating").filter(organisation=organisation)
    if rating is not None:
        return rows.filter(rating=rating).first()
    return rows.filter(evidence=evidence).first()
