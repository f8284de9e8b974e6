"""Incidents in words: which promise, who should have been there; of restricted matters neither."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from chengnuo.doors.web.shown.watch import wanted_of
from chengnuo.doors.web.visit import Visit
from chengnuo.obligations.models import Incident


@dataclass(frozen=True, slots=True)
class IncidentLine:
    row: Incident
    restricted: bool
    rule: Any
    wanted: Any


def incident_lines(visit: Visit, rows: Iterable[Incident]) -> list[IncidentLine]:
    found = []
    for row in rows:
        regulation = visit.regulation_behind(row.obligation.docket.release_id)
        rule = regulation.book.rules.get(row.obligation.rule)
        found.append(
            IncidentLine(
                row=row,
                restricted=bool(regulation.pack.restricted_to(row.obligation.docket.service)),
                rule=rule.title if rule else row.obligation.rule,
                wanted=wanted_of(row.wanted, regulation),
            )
        )
    return found
