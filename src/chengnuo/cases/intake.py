"""Taking a matter in at a desk: the case, and what it belongs together with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from chengnuo.cases.links import between, link
from chengnuo.cases.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.people.models import Organisation, Staff


@transaction.atomic
def take_in(
    *,
    company: Organisation,
    request: Request,
    by: Staff,
    now: datetime,
    related: Sequence[Case] = (),
) -> Case:
    """Lodge what is told now and link it with cases that have to do with it, both or neither.

    Raises UnableToLodge, NoRegulation, RefusedByRule.
    """
    case = lodge(company=company, request=request, at=now, now=now, by=by)
    for other in related:
        if other.pk != case.pk and not between(case, other).exists():
            link(case=case, other=other, by=by, now=now)
    return case
