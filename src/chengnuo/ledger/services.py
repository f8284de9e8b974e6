"""Verbs of the ledger: record, claim and settle messages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q

from chengnuo.ledger.aside import MESSAGES, keep_aside
from chengnuo.ledger.ids import uuid7
from chengnuo.ledger.kinds import declared
from chengnuo.ledger.models import Bookmark, ChainHead, Entry, OutboxMessage, SubjectKey
from chengnuo.ledger.words import guarded

LEASE = timedelta(seconds=30)
AT_ONCE = 2000
DESK = "desk"
MOST_TOGETHER = 2000
MOST_DELIVERIES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something to be recorded."""

    kind: str
    at: datetime
    actor_id: int | None = None
    subject: UUID | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """Something to be sent. `key` makes a second delivery recognisable."""

    key: str
    channel: str
    recipient: str
    payload: dict[str, Any]
    not_before: datetime


def canonical(data: dict[str, Any]) -> str:
    """The one way in which a payload is written, so that its hash can be checked."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def seal(**content: Any) -> str:
    """The digest of a stored row, to stand in an entry: whoever changes the row is found out."""
    utc = {k: v.astimezone(UTC) if isinstance(v, datetime) else v for k, v in content.items()}
    return hashlib.sha256(canonical(utc).encode()).hexdigest()


def link(previous: str, entry: Entry) -> str:
    """The hash of an entry on top of the one before it."""
    parts = (
        previous,
        str(entry.organisation_id),
        str(entry.seq),
        entry.kind,
        entry.at.astimezone(UTC).isoformat(),
        entry.recorded_at.astimezone(UTC).isoformat(),
        str(entry.actor_id),
        str(entry.subject),
        entry.payload,
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def take_head(*, organisation_id: int) -> ChainHead:
    """Lock an organisation's chain for the rest of the transaction."""
    head = ChainHead.objects.select_for_update().filter(pk=organisation_id).first()
    if head is None:
        ChainHead.objects.get_or_create(pk=organisation_id)
        head = ChainHead.objects.select_for_update().get(pk=organisation_id)
    return head


def chain(*, head: ChainHead, facts: Sequence[Fact], now: datetime) -> list[Entry]:
    """Entries for facts, hashed onto a locked head; the head moves along, nothing is written
    yet. Raises WrongPayload for what no room declares."""
    entries, kinds = [], declared()
    for fact in facts:
        kinds.check(kind=fact.kind, keys=fact.data.keys(), of_a_subject=fact.subject is not None)
        head.seq += 1
        entry = Entry(
            organisation_id=head.organisation_id,
            seq=head.seq,
            kind=fact.kind,
            at=fact.at,
            recorded_at=now,
            actor_id=fact.actor_id,
            subject=fact.subject,
            payload=canonical(guarded(fact.data, subject=fact.subject)),
            previous=head.hash,
        )
        entry.hash = head.hash = link(head.hash, entry)
        entries.append(entry)
    return entries


def forget(*, subject: UUID) -> None:
    """Nobody reads again what was freely written in the entries of a subject; they stay."""
    SubjectKey.objects.filter(pk=subject).delete()


def record(
    *, organisation_id: int, facts: Sequence[Fact], now: datetime, head: ChainHead | None = None
) -> list[Entry]:
    """Append facts to an organisation's chain. Must run inside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError(
            "the ledger is written together with what it tells of: open a transaction"
        )
    if not facts:
        return []
    locked = head or take_head(organisation_id=organisation_id)
    entries = Entry.objects.bulk_create(chain(head=locked, facts=facts, now=now))
    ChainHead.objects.filter(pk=organisation_id).update(seq=locked.seq, hash=locked.hash)
    return entries


def read_on(*, reader: str, organisation_id: int) -> list[Entry]:
    """The entries that follow what this reader has read, oldest first, at most AT_ONCE; they are
    read with it. Must run inside a transaction: what comes of them and how far was read are kept
    together, or neither; of two at once, one waits."""
    if not connection.in_atomic_block:
        raise RuntimeError("what is read is marked with what comes of it: open a transaction")
    Bookmark.objects.get_or_create(reader=reader, organisation_id=organisation_id)
    marks = Bookmark.objects.select_for_update()
    mark = marks.get(reader=reader, organisation_id=organisation_id)
    rows = Entry.objects.filter(organisation_id=organisation_id, seq__gt=mark.seq).order_by("seq")
    entries = list(rows[:AT_ONCE])
    if entries:
        Bookmark.objects.filter(pk=mark.pk).update(seq=entries[-1].seq)
    return entries


def outbox_rows(
    *, organisation_id: int, messages: Iterable[OutgoingMessage], now: datetime
) -> list[OutboxMessage]:
    """Messages as rows, not written yet."""
    return [
        OutboxMessage(
            id=uuid7(now),
            organisation_id=organisation_id,
            key=m.key,
            channel=m.channel,
            recipient=m.recipient,
            payload=m.payload,
            created_at=now,
            not_before=m.not_before,
        )
        for m in messages
    ]


def post(*, organisation_id: int, messages: Iterable[OutgoingMessage], now: datetime) -> None:
    """Put messages into the outbox, in the same transaction as the facts behind them."""
    rows = outbox_rows(organisation_id=organisation_id, messages=messages, now=now)
    if rows:
        OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)


def claim(*, now: datetime, limit: int) -> list[OutboxMessage]:
    """Take waiting messages under a lease. A worker that dies loses them when the lease runs
    out."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    waiting = OutboxMessage.objects.filter(
        free, delivered_at__isnull=True, aside_at__isnull=True, not_before__lte=now
    )
    with transaction.atomic():
        skip = connection.features.has_select_for_update_skip_locked
        waiting = waiting.select_for_update(skip_locked=skip).order_by("not_before", "id")
        rows = list(waiting[:limit])
        if len(rows) == limit:
            # What waits for one person is taken up together: it may be told in one.
            readers = {row.recipient for row in rows if row.channel == DESK}
            more = waiting.filter(channel=DESK, recipient__in=readers)
            rows += list(more.exclude(pk__in=[row.pk for row in rows])[:MOST_TOGETHER])
        ids = [r.id for r in rows]
        OutboxMessage.objects.filter(id__in=ids).update(
            lease_until=now + LEASE, attempts=F("attempts") + 1
        )
    return rows


def withdraw(*, key_begins: str, channel: str, since: datetime, now: datetime) -> set[str]:
    """Messages posted at `since` and not taken up yet are not sent any more. Returns who has got
    one, or is getting it now. Must run inside a transaction."""
    rows = OutboxMessage.objects.filter(
        key__startswith=key_begins, channel=channel, created_at=since
    )
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    rows.select_for_update().filter(free, delivered_at__isnull=True).delete()
    return set(rows.values_list("recipient", flat=True))


def settle(*, message: OutboxMessage, now: datetime) -> None:
    """The message is delivered."""
    OutboxMessage.objects.filter(pk=message.pk, delivered_at__isnull=True).update(
        delivered_at=now, lease_until=None
    )


def give_back(*, message: OutboxMessage, error: BaseException, now: datetime) -> None:
    """Delivery failed: try again later, a little longer each time. What failed too often by its own
    fault is set aside; a disk or a database that refuses is no fault of the message."""
    tries = message.attempts + 1
    wait = timedelta(seconds=min(3600, 2 ** min(tries, 12)))
    ours = not isinstance(error, OSError | OperationalError | InterfaceError)
    with transaction.atomic():
        OutboxMessage.objects.filter(pk=message.pk).update(
            lease_until=None,
            not_before=now + wait,
            last_error=f"{type(error).__name__}: {error}"[:2000],
            aside_at=now if ours and tries >= MOST_DELIVERIES else None,
        )
        if ours and tries >= MOST_DELIVERIES:
            keep_aside(
                step=MESSAGES, subject=str(message.pk), error=error, tries=tries, now=now,
                organisation_id=message.organisation_id,
            )  # fmt: skip
