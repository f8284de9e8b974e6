"""Holding breaches and verdicts against the ledger: what was recorded is what is stored.

Entries carry digests of every verdict they touch and of every breach they find. Entries from before
that carry the moments alone; these are compared then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from chengnuo.ledger.models import Entry
from chengnuo.ledger.queries import ChainFault
from chengnuo.ledger.services import seal
from chengnuo.obligations.models import Breach, Obligation
from chengnuo.rules.state import Broken, Decision

# What each decision makes of the moments of a promise; None: its own moment.
VERDICTS: dict[str, tuple[tuple[str, ...], bool]] = {
    "kept": (("kept_at",), True),
    "broken": (("broken_at",), True),
    "annulled": (("broken_at",), False),
    "voided": (("voided_at",), True),
    "revived": (("voided_at", "kept_at"), False),
    "restarted": (("kept_at",), False),
}


def is_judged(row: Obligation) -> bool:
    """Whether there is something about it that somebody might want to have been otherwise."""
    return bool(row.kept_at or row.broken_at or row.voided_at)


def verdict_seal(row: Obligation) -> str:
    """Since when it ran, until when, and what became of it."""
    return seal(
        id=row.pk,
        start=row.start_at,
        due=row.due_at,
        kept=row.kept_at,
        broken=row.broken_at,
        voided=row.voided_at,
    )


def breach_seal(breach: Breach) -> str:
    """The whole record of a breach."""
    return seal(
        obligation=breach.obligation_id,
        organisation=breach.organisation_id,
        unit=breach.unit_id,
        role=breach.role,
        rule=breach.rule,
        clause=[breach.clause_zh, breach.clause_en],
        digest=breach.digest,
        broken=breach.broken_at,
        detected=breach.detected_at,
        record=breach.record,
    )


def seals(
    *, decisions: Sequence[Decision], rows: Sequence[Obligation], breaches: Sequence[Breach]
) -> dict[str, Any]:
    """For an entry: digests of the verdicts that were touched and of the breaches found."""
    touched = {getattr(decision, "key", None) for decision in decisions}
    broken = {decision.key for decision in decisions if isinstance(decision, Broken)}
    judged = [row for row in rows if row.key in touched and is_judged(row)]
    found = {
        "verdicts": {row.key: verdict_seal(row) for row in judged},
        "breaches": {
            b.obligation.key: breach_seal(b) for b in breaches if b.obligation.key in broken
        },
    }
    return {name: held for name, held in found.items() if held}


@dataclass(slots=True)
class Told:
    """What the entries of one docket tell of one promise, and where they last did."""

    seq: int
    moments: dict[str, str | None] = field(default_factory=dict)
    verdict: str | None = None
    breach: str | None = None
    broken: str | None = None


def faults_of(*, dockets: Sequence[UUID], entries: Iterable[Entry]) -> Iterator[ChainFault]:
    """Where the promises and breaches of some dockets are not what their entries (oldest first)
    tell; also those that are gone, and those that nothing tells of."""
    told: dict[tuple[UUID, str], Told] = {}
    company: dict[UUID, int] = {}
    for entry in entries:
        if entry.subject is not None:
            company[entry.subject] = entry.organisation_id
            _listen(entry.subject, entry, told)
    promises = Obligation.objects.filter(docket__in=dockets).order_by("pk")
    breaches = {b.obligation_id: b for b in Breach.objects.filter(obligation__docket__in=dockets)}
    for row in promises:
        heard = told.pop((row.docket_id, row.key), Told(seq=0))
        for what in (_of_verdict(row, heard), _of_breach(breaches.get(row.pk), heard)):
            if what:
                yield ChainFault(
                    row.organisation_id, heard.seq, f"{row.key} ({row.docket_id}): {what}"
                )
    for (docket, key), heard in told.items():
        yield ChainFault(company[docket], heard.seq, f"{key} ({docket}): the promise is gone")


def _listen(docket: UUID, entry: Entry, told: dict[tuple[UUID, str], Told]) -> None:
    data = entry.data
    decided: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for decision in data.get("decided", ()):
        if "key" in decision:
            decided[decision["key"]].append(decision)
    verdicts, breaches = data.get("verdicts", {}), data.get("breaches", {})
    for key, decisions in decided.items():
        heard = told.setdefault((docket, key), Told(seq=entry.seq))
        heard.seq = entry.seq
        for decision in decisions:
            _decided(heard, decision)
        # None where the last word on it was no verdict: it runs again, and there is nothing to
        # compare.
        heard.verdict = verdicts.get(key)
        # A breach is found once; whatever comes later does not touch it.
        heard.breach = heard.breach or breaches.get(key)


def _decided(heard: Told, decision: dict[str, Any]) -> None:
    kind = decision["decision"]
    if kind in VERDICTS:
        names, holds = VERDICTS[kind]
        heard.moments |= dict.fromkeys(names, decision["at"] if holds else None)
    if kind == "broken":
        heard.broken = heard.broken or decision["at"]


def _of_verdict(row: Obligation, heard: Told) -> str:
    for name in ("kept_at", "broken_at", "voided_at"):
        at, recorded = getattr(row, name), heard.moments.get(name)
        if at != (datetime.fromisoformat(recorded) if recorded else None):
            return f"{name} is {at}, the ledger recorded {recorded or 'none'}"
    if heard.verdict is not None and heard.verdict != verdict_seal(row):
        return "its verdict was changed after it was recorded"
    return ""


def _of_breach(breach: Breach | None, heard: Told) -> str:
    if breach is None:
        return "its breach is gone" if heard.broken else ""
    if heard.broken is None:
        return "the ledger recorded no such breach"
    if breach.broken_at != datetime.fromisoformat(heard.broken):
        return f"its breach is dated {breach.broken_at}, the ledger recorded {heard.broken}"
    if heard.breach is not None and heard.breach != breach_seal(breach):
        return "its breach was changed after it was recorded"
    return ""
