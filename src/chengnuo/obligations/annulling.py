"""Annulling a breach that was recorded wrongly: its record stays, and it counts no more.

The promise then counts as if it had been kept in time. One whose moment is still to come, since a
clock was fast, runs on and can be broken in truth. Who may ask and decide: `conduct.annulling`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chengnuo.ledger.bulk_write import BulkWrite, write_together
from chengnuo.ledger.services import Fact, record
from chengnuo.obligations.models import Annulment, Docket, Escalation, Obligation
from chengnuo.obligations.regulation import regulation_for
from chengnuo.obligations.sealing import is_judged, verdict_seal
from chengnuo.obligations.services import locked
from chengnuo.obligations.values import obligation_of
from chengnuo.obligations.verdicts import SUMMED, VerdictTally
from chengnuo.rules.expiry import next_moment
from chengnuo.rules.refusing import Refused
from chengnuo.rules.words import Text

ASKED, ANNULLED, REFUSED = (
    "breach.annulment_asked",
    "breach.annulled",
    "breach.annulment_refused",
)


def counts(row: Obligation) -> bool:
    """Whether its breach counts: a breach is there, and it is not annulled."""
    return row.broken_at is not None and row.annulled_at is None


def annul(*, annulment: Annulment, now: datetime) -> Obligation:
    """Take back the verdict of a breach. Needs a transaction. Raises Refused."""
    held = annulment.breach.obligation
    docket = locked(docket_id=held.docket_id, expected_version=None)
    row = Obligation.objects.select_for_update().get(pk=held.pk)
    check(row, now)
    verdicts = VerdictTally()
    verdicts.read(docket, [row])
    broken = row.broken_at
    row.broken_at, row.annulled_at, row.annulled = None, now, row.annulled + 1
    row.level, row.level_since, row.answered = 0, None, 0
    book = regulation_for(digest=docket.release_id, company=docket.organisation).book
    row.next_at = next_moment(book, obligation_of(row)) if row.rule in book.rules else None
    row.save(
        update_fields=[
            "broken_at",
            "annulled_at",
            "annulled",
            "level",
            "level_since",
            "answered",
            "next_at",
        ]
    )
    docket.version += 1
    docket.save(update_fields=["version"])
    Escalation.objects.filter(obligation=row, answered_at__isnull=True).update(
        answered_at=now, answer=annulment.reason
    )
    _write_down(annulment, row, docket, broken, now)
    # Behind the lock of the chain, like everything that adds to the sums.
    write_together(bundle=BulkWrite(sums=[(verdicts.changes(docket, [row]), SUMMED)]))
    return row


def check(row: Obligation, now: datetime) -> None:
    """Whether a verdict can be taken back. Raises Refused."""
    if row.broken_at is None:
        raise Refused(Text("该违诺已不计入", "This breach no longer counts."))
    if row.is_running and (row.due_at is None or row.due_at <= now):
        raise Refused(
            Text(
                "该承诺已过到期时间且尚未兑现，撤销后会立即再次违诺；请在兑现后再申请",
                "The promise is past its due time and not kept: it would be "
                "breached again at once. Ask again once it is kept.",
            )
        )


def _write_down(
    annulment: Annulment, row: Obligation, docket: Docket, broken: datetime | None, now: datetime
) -> None:
    at = now.astimezone(UTC).isoformat()
    data: dict[str, Any] = {
        "decided": [{"decision": "annulled", "key": row.key, "at": at}],
        "broken": broken,
        "reason": annulment.reason,
        "asked_by": annulment.asked_by_id,
        "words": annulment.words,
    }
    if is_judged(row):
        data["verdicts"] = {row.key: verdict_seal(row)}
    fact = Fact(
        kind=ANNULLED, at=now, actor_id=annulment.decided_by_id, subject=docket.pk, data=data
    )
    record(organisation_id=docket.organisation_id, facts=[fact], now=now)
