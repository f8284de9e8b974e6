"""The cases that are not over: which they are, and when they are written."""

from __future__ import annotations

from datetime import datetime

from chengnuo.cases.models import Case, OpenCase
from chengnuo.obligations.models import Docket
from chengnuo.obligations.projections import Projection
from chengnuo.rules.words import Text

OPEN_CASES = Projection(
    name="open-cases",
    title=Text("未办结工单", "Open cases"),
    model=OpenCase,
    truth="""
        SELECT c.docket_id, c.id, c.organisation_id, d.handling_unit_id, d.accepting_unit_id,
            c.service, c.channel, c.emergency, c.confidential, c.restricted, c.urged,
            c.supervised_at, c.lodged_at, c.lodged_by_id, c.first_asked_id,
            (SELECT min(o.act_by) FROM obligations_obligation o
                WHERE o.docket_id = d.id AND o.kept_at IS NULL AND o.voided_at IS NULL) AS act_by
        FROM cases_case c JOIN obligations_docket d ON d.id = c.docket_id
        WHERE d.closed_at IS NULL AND {only}
    """,
)


def open_case(case: Case, *, docket: Docket, act_by: datetime | None) -> OpenCase:
    """The same of a new case that is written at this moment."""
    return OpenCase(
        docket=docket,
        case=case,
        organisation_id=case.organisation_id,
        unit_id=docket.handling_unit_id,
        accepting_unit_id=docket.accepting_unit_id,
        service=case.service,
        channel=case.channel,
        emergency=case.emergency,
        confidential=case.confidential,
        restricted=case.restricted,
        urged=case.urged,
        supervised_at=case.supervised_at,
        lodged_at=case.lodged_at,
        lodged_by=case.lodged_by,
        first_asked=case.first_asked,
        act_by=act_by,
    )


def keep(case: Case, *fields: str) -> None:
    """Write these fields of a case, and what queues show of it. Needs a transaction."""
    case.save(update_fields=fields)
    OPEN_CASES.keep(docket=case.docket_id)
