"""What waits for a unit beside its promises: returns to decide, help to give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chengnuo.cases.models import Assistance, Case, Objection


@dataclass(frozen=True, slots=True)
class WaitingRequest:
    """One thing that somebody asked of a unit, and since when."""

    case: Case
    step: str
    words: str
    unit: object
    since: datetime


def waiting_for(*, units: Iterable[int]) -> list[WaitingRequest]:
    """Of open cases, longest first."""
    mine = list(units)
    returns = Objection.objects.filter(
        decided_at__isnull=True,
        case__docket__accepting_unit__in=mine,
        case__closed_at__isnull=True,
    ).select_related("case", "unit")
    helps = Assistance.objects.filter(
        unit__in=mine, answered_at__isnull=True, case__closed_at__isnull=True
    ).select_related("case__docket__handling_unit")
    found = [
        WaitingRequest(o.case, "decide-return", o.reason, o.unit, o.raised_at) for o in returns
    ]
    found += [
        WaitingRequest(a.case, "assisted", a.asked_for, a.case.docket.handling_unit, a.asked_at)
        for a in helps
    ]
    return sorted(found, key=lambda w: w.since)
