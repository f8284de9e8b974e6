"""The cases that are not over: which they are, in which stages, and when they are written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chengnuo.cases.models import Case, OpenCase
from chengnuo.obligations.models import Docket
from chengnuo.obligations.projections import RowsOfDockets
from chengnuo.rules.words import Text

WHOLE = ""
"""The stage of the row that is the case itself."""
OPEN_CASES = RowsOfDockets(
    name="open-cases",
    title=Text("未办结工单", "Open cases"),
    model=OpenCase,
    key=("docket_id", "stage"),
    truth="""
        SELECT c.docket_id, c.id AS case_id, s.stage, c.organisation_id,
            d.handling_unit_id AS unit_id, d.accepting_unit_id, c.service, c.channel, c.emergency,
            c.confidential, c.restricted, c.urged, c.supervised_at, c.lodged_at, c.lodged_by_id,
            c.first_asked_id, s.act_by
        FROM cases_case c
        JOIN obligations_docket d ON d.id = c.docket_id
        JOIN (
            SELECT d.id AS docket_id, '' AS stage, min(o.act_by) AS act_by
            FROM obligations_docket d LEFT JOIN obligations_obligation o
                ON o.docket_id = d.id AND o.kept_at IS NULL AND o.voided_at IS NULL
            WHERE d.closed_at IS NULL AND {only}
            GROUP BY d.id
            UNION ALL
            SELECT d.id AS docket_id, o.rule AS stage, min(o.act_by) AS act_by
            FROM obligations_docket d JOIN obligations_obligation o
                ON o.docket_id = d.id AND o.kept_at IS NULL AND o.voided_at IS NULL
            WHERE d.closed_at IS NULL AND {only}
            GROUP BY d.id, o.rule
        ) s ON s.docket_id = d.id
        WHERE d.closed_at IS NULL
    """,
)


def open_rows(
    case: Case, *, docket: Docket, running: Mapping[str, datetime | None]
) -> list[OpenCase]:
    """The same of a new case that is written at this moment. `running`: when each rule that runs is
    due."""
    moments = [at for at in running.values() if at is not None]
    stages = {WHOLE: min(moments, default=None), **running}
    return [_row(case, docket, stage, act_by) for stage, act_by in stages.items()]


def _row(case: Case, docket: Docket, stage: str, act_by: datetime | None) -> OpenCase:
    return OpenCase(
        docket=docket,
        case=case,
        stage=stage,
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
