"""Whether what is stored is what the ledger recorded: chains, promises, breaches, narratives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from uuid import UUID

from chengnuo.cases import sealing as cases
from chengnuo.ledger.models import ACCESS_KINDS, Entry
from chengnuo.ledger.queries import ChainFault, organisations, verify
from chengnuo.obligations import sealing as obligations
from chengnuo.obligations.models import Docket

AT_ONCE = 500
Progress = Callable[[int], None]


def recorded_in() -> list[int]:
    """Every organisation of which something is recorded, or of which something should be."""
    stored = Docket.objects.order_by().values_list("organisation_id", flat=True).distinct()
    return sorted({*organisations(), *stored})


def faults(*, organisation_id: int, progress: Progress | None = None) -> list[ChainFault]:
    """Everything that does not hold in one organisation; `progress` is told of entries."""
    found = verify(organisation_id=organisation_id, progress=progress)
    dockets = Docket.objects.filter(organisation_id=organisation_id).order_by("pk")
    rows = dockets.values_list("pk", flat=True).iterator(chunk_size=AT_ONCE)
    while chunk := list(islice(rows, AT_ONCE)):
        found += _of_dockets(organisation_id, chunk)
    found += _gone(organisation_id)
    return found


def _of_dockets(organisation_id: int, chunk: list[UUID]) -> Iterator[ChainFault]:
    entries = list(
        Entry.objects.filter(organisation_id=organisation_id, subject__in=chunk)
        .exclude(kind__in=ACCESS_KINDS)
        .order_by("seq")
    )
    yield from obligations.faults_of(dockets=chunk, entries=entries)
    yield from cases.faults_of(dockets=chunk, entries=entries)


def _gone(organisation_id: int) -> Iterator[ChainFault]:
    """Matters that were lodged and of which no docket is left."""
    lodged = Entry.objects.filter(organisation_id=organisation_id, kind="case.lodged")
    left = lodged.exclude(subject__in=Docket.objects.values("pk"))
    for entry in left.order_by("seq").iterator():
        yield ChainFault(organisation_id, entry.seq, f"{entry.data.get('case')}: the case is gone")
