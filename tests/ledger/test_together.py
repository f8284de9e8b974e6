"""Writing several tables in one statement gives the rows that the ORM would have written."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from chengnuo.ledger.bulk_write import BulkWrite, write_together
from chengnuo.ledger.ids import uuid7
from chengnuo.ledger.models import ChainHead, Entry, OutboxMessage
from chengnuo.ledger.queries import verify
from chengnuo.ledger.services import Fact, OutgoingMessage, chain, outbox_rows, post, take_head

NOW = datetime(2026, 3, 9, 10, 0, 0, 5, tzinfo=UTC)
FACTS = [
    Fact(kind="case.lodged", at=NOW, actor_id=None, subject=None, data={}),
    Fact(
        kind="case.urged",
        at=NOW,
        actor_id=4,
        subject=UUID(int=5),
        data={"why": "“急”%s; --'", "count": 1},
    ),
    Fact(kind="case.attached", at=NOW, data={"files": {"层": [1, None, True]}}),
]

MESSAGE = OutgoingMessage(
    key="k", channel="desk", recipient="9", payload={"zh": "“到”期"}, not_before=NOW
)


def row_of(entry: Entry) -> dict[str, object]:
    """The columns; free words are sealed anew each time, so they are compared as they open."""
    own = {f.attname: getattr(entry, f.attname) for f in Entry._meta.concrete_fields}
    return {k: v for k, v in own.items() if k not in ("id", "payload")} | {"data": entry.data}


def test_rows_written_together_are_the_rows_the_orm_writes(db):
    head = take_head(organisation_id=1)
    entries = chain(head=head, facts=FACTS, now=NOW)
    told = outbox_rows(organisation_id=1, messages=[MESSAGE], now=NOW)
    write_together(bundle=BulkWrite(new=[*told, *entries], heads=[head]))
    together = [row_of(e) for e in Entry.objects.order_by("seq")]
    message = OutboxMessage.objects.values().get()
    assert verify(organisation_id=1) == []

    other = take_head(organisation_id=2)
    Entry.objects.bulk_create(chain(head=other, facts=FACTS, now=NOW))
    ChainHead.objects.filter(pk=2).update(seq=other.seq, hash=other.hash)
    plain = [row_of(e) for e in Entry.objects.filter(organisation_id=2).order_by("seq")]
    differing = {"organisation_id", "hash", "previous"}
    assert [{k: v for k, v in r.items() if k not in differing} for r in together] == [
        {k: v for k, v in r.items() if k not in differing} for r in plain
    ]
    OutboxMessage.objects.all().delete()
    told[0].save(force_insert=True)
    assert OutboxMessage.objects.values().get() == message


def test_the_head_moves_with_its_entries_or_not_at_all(db):
    head = take_head(organisation_id=1)
    entries = chain(head=head, facts=FACTS, now=NOW)
    with suppress(ZeroDivisionError), transaction.atomic():
        write_together(bundle=BulkWrite(new=list(entries), heads=[head]))
        raise ZeroDivisionError
    assert Entry.objects.count() == 0
    assert ChainHead.objects.get(pk=1).seq == 0


def test_changed_rows_are_changed_in_the_named_fields_alone(db):
    post(organisation_id=1, messages=[MESSAGE, replace(MESSAGE, key="other")], now=NOW)
    rows = list(OutboxMessage.objects.order_by("key"))
    for row in rows:
        row.attempts, row.last_error, row.channel = 3, f"“{row.key}” 断线", "nowhere"
    rows[0].lease_until, rows[0].payload = NOW, {"zh": None}
    fields = ("attempts", "last_error", "lease_until", "payload")
    write_together(bundle=BulkWrite(changed=[(rows, fields)]))
    first, second = OutboxMessage.objects.order_by("key")
    assert (first.attempts, first.last_error) == (3, "“k” 断线")
    assert (first.lease_until, first.payload) == (NOW, {"zh": None})
    assert (second.lease_until, second.payload) == (None, MESSAGE.payload)
    assert {first.channel, second.channel} == {"desk"}


def test_a_key_that_is_there_already_is_an_integrity_error_as_ever(db):
    rows = outbox_rows(organisation_id=1, messages=[MESSAGE], now=NOW)
    write_together(bundle=BulkWrite(new=list(rows)))
    with pytest.raises(IntegrityError), transaction.atomic():
        write_together(bundle=BulkWrite(new=list(rows)))


def test_a_row_that_gives_way_leaves_the_one_that_is_there(db):
    (first,) = outbox_rows(organisation_id=1, messages=[MESSAGE], now=NOW)
    again, other = outbox_rows(
        organisation_id=1,
        messages=[replace(MESSAGE, payload={"zh": "later"}), replace(MESSAGE, key="other")],
        now=NOW,
    )
    write_together(bundle=BulkWrite(unless_there=[first]))
    write_together(bundle=BulkWrite(unless_there=[again, other]))
    held = OutboxMessage.objects.order_by("key").values_list("pk", "payload")
    assert list(held) == [(first.pk, MESSAGE.payload), (other.pk, MESSAGE.payload)]


def test_rows_of_two_tables_are_changed_each_in_its_own_fields(db):
    post(organisation_id=1, messages=[MESSAGE], now=NOW)
    head, row = take_head(organisation_id=1), OutboxMessage.objects.get()
    head.seq, row.attempts, row.last_error = 7, 2, "untold"
    write_together(bundle=BulkWrite(changed=[([row], ("attempts",)), ([head], ("seq",))]))
    row.refresh_from_db()
    assert (row.attempts, row.last_error, ChainHead.objects.get(pk=1).seq) == (2, "", 7)


def test_many_shapes_one_after_the_other(db):
    """Statements are kept by their shape; a second of the same shape carries its own values."""
    for number in (1, 2, 1, 3, 2):
        head = take_head(organisation_id=1)
        entries = chain(head=head, facts=FACTS[:number], now=NOW)
        write_together(bundle=BulkWrite(new=list(entries), heads=[head]))
    assert Entry.objects.count() == 9
    assert verify(organisation_id=1) == []


def test_ids_are_version_7_and_in_order_of_time():
    moments = [datetime(2026, 3, 9, 10, 0, 0, n * 1000, tzinfo=UTC) for n in range(50)]
    made = [uuid7(m) for m in moments]
    assert {u.version for u in made} == {7}
    assert {u.variant for u in made} == {"specified in RFC 4122"}
    assert all(a < b for a, b in pairwise(made))
    assert len({uuid7(NOW) for _ in range(1000)}) == 1000, "the same millisecond, other ids"
    assert made[1].int >> 80 == int(moments[1].timestamp() * 1000)
