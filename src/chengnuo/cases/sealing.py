"""Holding the words of a matter against the ledger: what was taken down is what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from chengnuo.cases.models import Case
from chengnuo.ledger.models import Entry
from chengnuo.ledger.queries import ChainFault
from chengnuo.ledger.services import seal

# The entry that says that personal data of a subject was erased, and why.
ERASED = "personal_data.erased"


def narrative_seal(*, salt: str, narrative: str) -> str:
    """The digest of what a customer said; who has neither salt nor words learns nothing of it."""
    return seal(salt=salt, narrative=narrative)


def faults_of(*, dockets: Sequence[UUID], entries: Iterable[Entry]) -> Iterator[ChainFault]:
    """Cases of some dockets whose narrative is not what was recorded when they were lodged, and
    lodged ones that are gone. Words that were erased on record are not missed; entries from before
    digests were kept say nothing of the words."""
    entries = list(entries)
    erased = {e.subject for e in entries if e.kind == ERASED}
    lodged = {e.subject: e for e in entries if e.kind == "case.lodged"}
    cases = {case.docket_id: case for case in Case.objects.filter(docket__in=dockets)}
    for docket, entry in lodged.items():
        case, recorded = cases.pop(docket, None) if docket else None, entry.data.get("narrative")
        if case is None:
            yield ChainFault(entry.organisation_id, entry.seq, f"the case of {docket} is gone")
        elif docket in erased and not case.narrative and not case.narrative_salt:
            continue
        elif recorded is not None and recorded != narrative_seal(
            salt=case.narrative_salt, narrative=case.narrative
        ):
            what = f"{case.number}: its narrative was changed after it was recorded"
            yield ChainFault(entry.organisation_id, entry.seq, what)
    for case in cases.values():
        yield ChainFault(
            case.organisation_id, 0, f"{case.number}: nothing was recorded of this case"
        )
