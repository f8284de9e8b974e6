"""Questions to the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from chengnuo.ledger.kinds import declared
from chengnuo.ledger.models import ACCESS_KINDS, Bookmark, ChainHead, Entry, SubjectKey
from chengnuo.ledger.services import link


@dataclass(frozen=True, slots=True)
class ChainFault:
    """Where a chain does not hold."""

    organisation_id: int
    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class Tip:
    """A place in a chain: the number of an entry and its hash."""

    seq: int
    hash: str


def history(*, subject: UUID) -> list[Entry]:
    """Everything recorded about one docket, oldest first."""
    return with_keys(Entry.objects.filter(subject=subject).order_by("seq"))


def with_keys(entries: Iterable[Entry]) -> list[Entry]:
    """Entries with the keys of their free words, asked for at once."""
    found = list(entries)
    keys = SubjectKey.objects.in_bulk({e.subject for e in found if e.subject})
    for entry in found:
        entry._key = keys.get(entry.subject)
    return found


def last_but_access_log(*, subject: UUID) -> Entry | None:
    """The newest entry about one docket that is more than a look at it."""
    rows = Entry.objects.filter(subject=subject).exclude(kind__in=ACCESS_KINDS)
    return rows.order_by("-seq").first()


def last_deed(*, subject: UUID) -> Entry | None:
    """The newest entry about one docket that is a deed: no look, nothing that came of itself."""
    rows = Entry.objects.filter(subject=subject).exclude(
        kind__in=(*ACCESS_KINDS, *declared().no_deeds)
    )
    return rows.order_by("-seq").first()


def access_log(
    *,
    organisation_id: int,
    actor_id: int | None = None,
    subject: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    kind: str = "",
) -> QuerySet[Entry]:
    """Who saw personal data, newest first; seen in `[since, until)`."""
    rows = Entry.objects.filter(organisation_id=organisation_id, kind__in=ACCESS_KINDS)
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


def versions(*, organisations: Iterable[int]) -> list[tuple[int, int]]:
    """The number of the last entry of each organisation, as pairs in their order."""
    heads = ChainHead.objects.filter(pk__in=list(organisations)).order_by("pk")
    return list(heads.values_list("pk", "seq"))


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


def verify(
    *, organisation_id: int, progress: Callable[[int], None] | None = None
) -> list[ChainFault]:
    """Recompute a whole chain; every gap, change and wrong head is a fault."""
    return follow(organisation_id=organisation_id, start=Tip(0, ""), progress=progress)[0]


def follow(
    *, organisation_id: int, start: Tip, progress: Callable[[int], None] | None = None
) -> tuple[list[ChainFault], Tip]:
    """The same for what comes after an entry that is known to be sound; and the last one met."""
    faults: list[ChainFault] = []

    def found(seq: int, what: str) -> None:
        faults.append(ChainFault(organisation_id, seq, what))

    # Entries that are written meanwhile come with their head: it is read before and after.
    before = _head(organisation_id)
    tip = start
    rows = Entry.objects.filter(organisation_id=organisation_id, seq__gt=start.seq).order_by("seq")
    for entry in rows.iterator(chunk_size=2000):
        if entry.seq != tip.seq + 1:
            found(entry.seq, f"entry {tip.seq + 1} is missing")
        if entry.previous != tip.hash:
            found(entry.seq, "does not follow the entry before it")
        if link(entry.previous, entry) != entry.hash:
            found(entry.seq, "was changed after it was written")
        tip = Tip(entry.seq, entry.hash)
        if before is not None and before.seq == tip.seq and before.hash != tip.hash:
            found(tip.seq, "the head does not match the last entry")
        if progress is not None:
            progress(1)
    if (head := _head(organisation_id)) is None:
        if tip.seq > 0:
            found(tip.seq, "the chain has lost its head")
    elif head.seq < tip.seq or (before is not None and before.seq > tip.seq):
        found(head.seq, "the head does not match the last entry")
    return faults, tip


def _head(organisation_id: int) -> Tip | None:
    head = ChainHead.objects.filter(pk=organisation_id).first()
    return Tip(head.seq, head.hash) if head is not None else None


def no_entries() -> QuerySet[Entry]:
    """What answers a question that cannot be asked."""
    return Entry.objects.none()
