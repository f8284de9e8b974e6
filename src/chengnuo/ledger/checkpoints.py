"""Making checkpoints of the chains, and holding a chain against one that was kept elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from chengnuo.ledger.models import ChainHead, Entry, SignedCheckpoint
from chengnuo.ledger.notes import Checkpoint, Signer
from chengnuo.ledger.queries import ChainFault, Tip, follow


@dataclass(frozen=True, slots=True)
class Made:
    """A fresh checkpoint, or why none was signed."""

    organisation_id: int
    row: SignedCheckpoint | None
    faults: list[ChainFault]


def make_checkpoint(*, organisation_id: int, signer: Signer, now: datetime) -> Made:
    """Sign how far a chain has come, after what came since the last checkpoint was recomputed.

    A chain that does not go on from there is not signed. Where nothing came, the last one stands.
    """
    last, key = newest(organisation_id=organisation_id), str(signer.verifier)
    start = Tip(last.size, last.hash) if last is not None else Tip(0, "")
    faults, tip = follow(organisation_id=organisation_id, start=start)
    if faults or (last is not None and tip.seq == last.size and last.key == key):
        return Made(organisation_id, None if faults else last, faults)
    origin = signer.origin(organisation_id)
    note = signer.note(Checkpoint(origin=origin, size=tip.seq, hash=tip.hash, at=now))
    # Two workers may sign at once: for one length and one key there is one checkpoint, the first.
    row, _ = SignedCheckpoint.objects.get_or_create(
        organisation_id=organisation_id,
        size=tip.seq,
        key=key,
        defaults={"hash": tip.hash, "made_at": now, "note": note},
    )
    return Made(organisation_id, row, [])


def due(*, every: timedelta, now: datetime) -> list[int]:
    """The organisations whose last checkpoint is older than `every`, and whose chain went on."""
    done: dict[int, tuple[int, datetime]] = {}
    rows = SignedCheckpoint.objects.order_by("size", "pk")
    for pk, size, made_at in rows.values_list("organisation_id", "size", "made_at"):
        done[pk] = (size, made_at)
    heads = ChainHead.objects.filter(seq__gt=0).order_by("pk").values_list("pk", "seq")
    return [
        pk
        for pk, seq in heads
        if pk not in done or (seq > done[pk][0] and done[pk][1] + every <= now)
    ]


def newest(*, organisation_id: int) -> SignedCheckpoint | None:
    rows = SignedCheckpoint.objects.filter(organisation_id=organisation_id)
    return rows.order_by("-size", "-pk").first()


def newest_of_all() -> list[SignedCheckpoint]:
    found: dict[int, SignedCheckpoint] = {}
    for row in SignedCheckpoint.objects.order_by("size", "pk").iterator():
        found[row.organisation_id] = row
    return list(found.values())


def listed(*, organisation_id: int, limit: int) -> list[SignedCheckpoint]:
    """The newest of an organisation."""
    rows = SignedCheckpoint.objects.filter(organisation_id=organisation_id)
    return list(rows.order_by("-size", "-pk")[:limit])


def held_against(*, checkpoint: Checkpoint) -> list[ChainFault]:
    """What a chain lacks or has otherwise than when this checkpoint was signed.

    Only where the chain itself is sound does this say that all before the checkpoint is as it was.
    """
    here, size = checkpoint.organisation_id, checkpoint.size
    if size == 0:
        return []
    entry = Entry.objects.filter(organisation_id=here, seq=size).first()
    if entry is None:
        last = Entry.objects.filter(organisation_id=here).order_by("-seq").first()
        left = last.seq if last is not None else 0
        lost = f"had {size} entries when the checkpoint was signed and has {left}: its tail was cut"
        return [ChainFault(here, left, lost if left else lost.replace("its tail", "everything"))]
    if entry.hash != checkpoint.hash:
        return [ChainFault(here, size, "is another entry than when the checkpoint was signed")]
    return []
