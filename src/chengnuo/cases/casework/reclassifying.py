"""A case was taken in under the wrong service (改正服务项目): it is moved to the right one.

The clocks of the right service count from the first report. Who owes a promise does not move the
case to where nothing is due as early: somebody else of the case does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from chengnuo.cases.casework.steps import TITLES, check_step
from chengnuo.cases.events import RECLASSIFIED
from chengnuo.cases.models import Case
from chengnuo.cases.open_cases import keep
from chengnuo.cases.unit_of_work import (
    company_of,
    happen_to,
    people_in,
    refused,
    regulation_of,
    tell,
)
from chengnuo.obligations.owners import owner_of
from chengnuo.obligations.services import locked
from chengnuo.packs.schema import Pack, ServiceShape
from chengnuo.people.models import Staff
from chengnuo.rules.state import Event
from chengnuo.rules.words import Text

NOT_THERE = Text(
    "请选择可受理的其他服务项目；限制知悉的事项请另行受理",
    "Choose another service that customers ask for. What only some may know of is lodged as a case "
    "of its own.",
)


def others(*, pack: Pack, service: str) -> Mapping[str, ServiceShape]:
    """The services to which a case of one may be moved: open ones of the same audience."""
    here = pack.services[service]
    if here.restricted_to or pack.is_conduct(service):
        return {}
    return {
        name: entry
        for name, entry in pack.services.items()
        if name != service
        and entry.process is not None
        and entry.audience == here.audience
        and not entry.restricted_to
        and not pack.is_conduct(name)
    }


@transaction.atomic
def reclassify(
    *,
    case: Case,
    service: str,
    reason: str,
    by: Staff | None,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Move a case to the service that it is truly of, and to the unit that handles that one.

    Raises RefusedByRule, SomebodyWasFaster.
    """
    check_step(case=case, step="reclassify", by=by, now=now)
    docket = locked(docket_id=case.docket_id, expected_version=version)
    entry = others(pack=regulation_of(case).pack, service=case.service).get(service)
    if entry is None:
        raise refused(TITLES["reclassify"], NOT_THERE)
    owner = owner_of(
        owed_by=entry.owner or "accepting_unit", docket=docket, company=company_of(case)
    )
    event = Event(name=RECLASSIFIED, at=now, target=service)
    moved = happen_to(
        case,
        [event],
        by=by,
        now=now,
        note={"why": reason, "from": case.service, "to": owner.unit},
        handling_unit=owner.unit,
        by_own_word=True,
    )
    moved.service, moved.emergency = service, entry.emergency
    keep(moved, "service", "emergency")
    text = Text(
        f"工单{case.number}改为“{entry.title.zh}”：{reason}",
        f"Case {case.number} is now “{entry.title.en}”: {reason}",
    )
    people = people_in(moved, units=[owner.unit], at=now)
    tell(moved, people=people, kind="reclassified", text=text, by=by, now=now)
    return moved
