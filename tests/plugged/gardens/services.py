"""The one verb of the room of gardens: to water what belongs to a case."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from chengnuo.cases.models import Case
from chengnuo.ledger.models import Entry
from chengnuo.ledger.services import Fact, record

WATERED = "garden.watered"


def not_watered() -> list[Case]:
    done = Entry.objects.filter(kind=WATERED).values("subject")
    return list(Case.objects.exclude(docket__in=done))


@transaction.atomic
def water(*, case: Case, litres: int, now: datetime) -> int:
    fact = Fact(kind=WATERED, at=now, subject=case.docket_id, data={"litres": litres})
    record(organisation_id=case.organisation_id, facts=[fact], now=now)
    return 1
