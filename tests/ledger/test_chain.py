"""The chain: what is written stays, and whoever changes it by other means is found out."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, connections, transaction

from chengnuo.ledger.immutable import make_ordinary
from chengnuo.ledger.models import ChainHead, Entry
from chengnuo.ledger.queries import history, organisations, verify
from chengnuo.ledger.services import Fact, link, record

NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
HERE, THERE = 7, 8


def write(number: int, organisation: int = HERE) -> list[Entry]:
    """So many facts, one transaction each."""
    written = []
    for index in range(number):
        fact = Fact(kind="case.urged", at=NOW, data={"why": f"第{index}次", "count": index})
        written += record(
            organisation_id=organisation, facts=[fact], now=NOW + timedelta(minutes=index)
        )
    return written


class Locksmith:
    """Takes the triggers off, as somebody with the keys of the database could."""

    connection = connection

    def execute(self, sql: str, params: None = None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)


def unlocked(statement: str) -> None:
    """Change the table behind the ledger's back."""
    make_ordinary(Locksmith(), "ledger_entry")
    Locksmith().execute(statement)


def said(organisation: int = HERE) -> list[str]:
    return [f"{fault.seq}: {fault.what}" for fault in verify(organisation_id=organisation)]


# -- what holds ------------------------------------------------------------------------------------


def test_entries_are_numbered_and_each_follows_the_one_before(db):
    first, second, third = write(3)
    assert [first.seq, second.seq, third.seq] == [1, 2, 3]
    assert first.previous == ""
    assert (second.previous, third.previous) == (first.hash, second.hash)
    head = ChainHead.objects.get(pk=HERE)
    assert (head.seq, head.hash) == (3, third.hash)
    assert said() == []


def test_what_was_recorded_reads_back_the_same(db):
    subject = uuid4()
    shanghai = timezone(timedelta(hours=8))
    fact = Fact(
        kind="incident.settled",
        at=datetime(2026, 3, 9, 18, 0, 0, 123456, tzinfo=shanghai),
        actor_id=3,
        subject=subject,
        data={"wanted": ["二", 2.5, None], "level": True, "remark": ""},
    )
    record(organisation_id=HERE, facts=[fact], now=NOW)
    (held,) = history(subject=subject)
    assert held.data == {"remark": "", "level": True, "wanted": ["二", 2.5, None]}
    assert held.payload == '{"level":true,"remark":"","wanted":["二",2.5,null]}', (
        "canonical: sorted, no spaces, as written"
    )
    assert (held.at, held.recorded_at, held.actor_id) == (fact.at, NOW, 3)
    assert said() == [], "the hash does not depend on the time zone a moment was given in"


def test_chains_of_two_organisations_are_independent(db):
    write(2, HERE)
    write(3, THERE)
    unlocked(
        f"UPDATE ledger_entry SET payload = '{{}}' WHERE organisation_id = {THERE} AND seq = 2"
    )
    assert organisations() == [HERE, THERE]
    assert said(HERE) == []
    assert said(THERE) == ["2: was changed after it was written"]


def test_nothing_recorded_is_a_sound_chain(db):
    assert record(organisation_id=HERE, facts=[], now=NOW) == []
    assert said() == []
    assert organisations() == []


def test_the_ledger_is_never_written_outside_a_transaction(db):
    outside = patch.object(connections["default"], "in_atomic_block", new=False)
    with outside, pytest.raises(RuntimeError, match="open a transaction"):
        record(organisation_id=HERE, facts=[Fact(kind="x.y", at=NOW)], now=NOW)


def test_a_fact_whose_transaction_fails_was_never_there(db):
    write(1)
    with suppress(ZeroDivisionError), transaction.atomic():
        write(1)
        raise ZeroDivisionError
    assert Entry.objects.count() == 1
    write(1)
    assert said() == []


# -- what the database refuses ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET payload = '{}' WHERE seq = 1",
        "UPDATE ledger_entry SET kind = kind",
        "DELETE FROM ledger_entry",
        "DELETE FROM ledger_entry WHERE seq = 2",
    ],
)
def test_the_database_itself_refuses_to_change_an_entry(db, statement):
    write(2)
    with (
        pytest.raises(DatabaseError, match="permanent record"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert said() == []


def test_the_same_place_in_a_chain_cannot_be_taken_twice(db):
    (entry,) = write(1)
    entry.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save(force_insert=True)


# -- what verify finds -----------------------------------------------------------------------------

CHANGES = {
    "payload": 'payload = \'{"count":1,"why":"第2次"}\'',
    "kind": "kind = 'case.closed'",
    "moment": "at = '2026-03-09 09:00:00'",
    "moment of recording": "recorded_at = '2026-03-09 09:00:00'",
    "actor": "actor_id = 99",
    "subject": "subject = '00000000000000000000000000000001'",
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_entry_is_found(db, what):
    write(3)
    unlocked(f"UPDATE ledger_entry SET {CHANGES[what]} WHERE seq = 2")
    assert said() == ["2: was changed after it was written"]


def test_a_changed_entry_with_a_new_hash_is_found_at_the_next(db):
    write(3)
    entry = Entry.objects.get(seq=2)
    entry.kind = "case.closed"
    unlocked(
        f"UPDATE ledger_entry SET kind = 'case.closed', hash = '{link(entry.previous, entry)}' "
        "WHERE seq = 2"
    )
    assert said() == ["3: does not follow the entry before it"]


def test_a_removed_entry_is_found(db):
    write(3)
    unlocked("DELETE FROM ledger_entry WHERE seq = 2")
    assert said() == ["3: entry 2 is missing", "3: does not follow the entry before it"]


def test_the_first_entry_removed_is_found(db):
    write(2)
    unlocked("DELETE FROM ledger_entry WHERE seq = 1")
    assert said() == ["2: entry 1 is missing", "2: does not follow the entry before it"]


def test_the_last_entry_removed_is_found(db):
    write(3)
    unlocked("DELETE FROM ledger_entry WHERE seq = 3")
    assert said() == ["3: the head does not match the last entry"]


def test_all_entries_removed_is_found(db):
    write(2)
    unlocked("DELETE FROM ledger_entry")
    assert said() == ["2: the head does not match the last entry"]


def test_two_entries_exchanged_are_found(db):
    write(4)
    unlocked("UPDATE ledger_entry SET seq = 50 WHERE seq = 2")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET seq = 2 WHERE seq = 3")
        cursor.execute("UPDATE ledger_entry SET seq = 3 WHERE seq = 50")
    found = said()
    assert "2: was changed after it was written" in found
    assert "3: was changed after it was written" in found
    assert "2: does not follow the entry before it" in found


def test_an_entry_slipped_in_at_the_end_is_found(db):
    write(2)
    last = Entry.objects.get(seq=2)
    last.pk, last.seq = None, 3
    last.save(force_insert=True)
    assert "3: the head does not match the last entry" not in said()
    assert "2: the head does not match the last entry" in said()


def test_a_wrong_head_is_found(db):
    write(2)
    ChainHead.objects.filter(pk=HERE).update(hash="0" * 64)
    assert said() == ["2: the head does not match the last entry"]


def test_a_lost_head_is_found_and_its_chain_is_still_looked_at(db):
    write(2)
    ChainHead.objects.all().delete()
    assert organisations() == [HERE]
    assert said() == ["2: the chain has lost its head"]
