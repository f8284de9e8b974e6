"""Questions to the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from chengnuo.ledger.models import LOOKS, Bookmark, ChainHead, Entry
from chengnuo.ledger.services import link


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a chain does not hold."""

    organisation_id: int
    seq: int
    what: str


def history(*, subject: UUID) -> list[Entry]:
    """Everything recorded about one docket, oldest first."""
    return list(Entry.objects.filter(subject=subject).order_by("seq"))


def last_but_looks(*, subject: UUID) -> Entry | None:
    """The newest entry about one docket that is more than a look at it."""
    rows = Entry.objects.filter(subject=subject).exclude(kind__in=LOOKS)
    return rows.order_by("-seq").first()


def looks(
    *,
    organisation_id: int,
    actor_id: int | None = None,
    subject: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    kind: str = "",
) -> QuerySet[Entry]:
    """Who saw personal data, newest first; seen in `[since, until)`."""
    rows = Entry.objects.filter(organisation_id=organisation_id, kind__in=LOOKS)
    wanted: dict[str, Any] = {
        "actor_id": actor_id,
        "subject": subject,
        "at__gte": since,
        "at__lt": until,
        "kind": kind or None,
    }
    return rows.filter(**{k: v for k, v in wanted.items() if v is not None}).order_by("-seq")


def last_hash(*, organisation_id: int) -> str:
    """The hash of a chain's last link; nobody knows it beforehand."""
    head = ChainHead.objects.filter(pk=organisation_id).first()
    return head.hash if head is not None else ""


def unread_by(*, reader: str) -> set[int]:
    """The organisations whose chains go on after what this reader has read."""
    marks = dict(Bookmark.objects.filter(reader=reader).values_list("organisation_id", "seq"))
    heads = ChainHead.objects.values_list("pk", "seq")
    return {pk for pk, seq in heads if seq > marks.get(pk, 0)}


def organisations() -> list[int]:
    """Every organisation with a chain; one whose head was taken away still has its entries."""
    heads = ChainHead.objects.values_list("pk", flat=True)
    chained = Entry.objects.order_by().values_list("organisation_id", flat=True).distinct()
    return sorted({*heads, *chained})


def entry_count(*, organisation_id: int) -> int:
    return Entry.objects.filter(organisation_id=organisation_id).count()


def verify(*, organisation_id: int, progress: Callable[[int], None] | None = None) -> list[Fault]:
    """Recompute a whole chain; every gap, change and wrong head is a fault."""
    faults: list[Fault] = []
    previous, expected = "", 1
    rows = Entry.objects.filter(organisation_id=organisation_id).order_by("seq")
    for entry in rows.iterator(chunk_size=2000):
        if entry.seq != expected:
            faults.append(Fault(organisation_id, entry.seq, f"entry {expected} is missing"))
        if entry.previous != previous:
            faults.append(Fault(organisation_id, entry.seq, "does not follow the entry before it"))
        if link(entry.previous, entry) != entry.hash:
            faults.append(Fault(organisation_id, entry.seq, "was changed after it was written"))
        previous, expected = entry.hash, entry.seq + 1
        if progress is not None:
            progress(1)
    head = ChainHead.objects.filter(pk=organisation_id).first()
    if head is None:
        if expected > 1:
            faults.append(Fault(organisation_id, expected - 1, "the chain has lost its head"))
    elif (head.seq, head.hash) != (expected - 1, previous):
        faults.append(Fault(organisation_id, head.seq, "the head does not match the last entry"))
    return faults
