"""The promises of matters that are not over: which they are, and when they are written."""

from __future__ import annotations

from collections.abc import Sequence

from chengnuo.obligations.models import Obligation, OpenPromise
from chengnuo.obligations.projections import RowsOfDockets
from chengnuo.rules.words import Text

OPEN_PROMISES = RowsOfDockets(
    name="open-promises",
    title=Text("未办结事项的承诺", "Promises of open matters"),
    model=OpenPromise,
    key=("obligation_id",),
    truth="""
        SELECT o.id AS obligation_id, o.docket_id, o.organisation_id, o.unit_id, o.role, o.rule,
            (o.kept_at IS NULL AND o.voided_at IS NULL) AS runs,
            CASE WHEN o.kept_at IS NULL AND o.voided_at IS NULL THEN o.act_by END AS act_by
        FROM obligations_obligation o JOIN obligations_docket d ON d.id = o.docket_id
        WHERE d.closed_at IS NULL AND d.process <> '' AND {only}
    """,
)


def open_promises(rows: Sequence[Obligation]) -> list[OpenPromise]:
    """The same of the promises of a new matter, written at this moment."""
    return [
        OpenPromise(
            obligation=row,
            docket_id=row.docket_id,
            organisation_id=row.organisation_id,
            unit_id=row.unit_id,
            role=row.role,
            rule=row.rule,
            runs=row.is_running,
            act_by=row.act_by if row.is_running else None,
        )
        for row in rows
    ]
