"""The outbox: at least once, under a lease, recognisable by its key."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from chengnuo.ledger.models import OutboxMessage
from chengnuo.ledger.services import LEASE, OutgoingMessage, claim, give_back, post, settle

NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)


def put(*keys: str, wait: timedelta = timedelta(0), to: str = "1") -> None:
    messages = [
        OutgoingMessage(
            key=k, channel="desk", recipient=to, payload={"zh": k}, not_before=NOW + wait
        )
        for k in keys
    ]
    post(organisation_id=1, messages=messages, now=NOW)


def claimed(now: datetime = NOW, limit: int = 10) -> list[str]:
    return [m.key for m in claim(now=now, limit=limit)]


def test_a_message_is_claimed_once_while_its_lease_lasts(db):
    put("a", "b")
    assert sorted(claimed()) == ["a", "b"]
    assert claimed() == []
    assert claimed(NOW + LEASE) == []


def test_a_worker_that_died_loses_its_messages_when_the_lease_runs_out(db):
    put("a")
    claimed()
    assert claimed(NOW + LEASE + timedelta(seconds=1)) == ["a"]
    assert OutboxMessage.objects.get(key="a").attempts == 2


def test_a_settled_message_is_never_claimed_again(db):
    put("a")
    (message,) = claim(now=NOW, limit=1)
    settle(message=message, now=NOW)
    assert claimed(NOW + timedelta(days=1)) == []
    held = OutboxMessage.objects.get(key="a")
    assert (held.delivered_at, held.lease_until) == (NOW, None)


def test_a_second_delivery_does_not_move_the_moment_of_the_first(db):
    put("a")
    (message,) = claim(now=NOW, limit=1)
    settle(message=message, now=NOW)
    settle(message=message, now=NOW + timedelta(hours=1))
    assert OutboxMessage.objects.get(key="a").delivered_at == NOW


def test_a_message_waits_for_its_hour(db):
    put("quiet", wait=timedelta(hours=8))
    assert claimed() == []
    assert claimed(NOW + timedelta(hours=8)) == ["quiet"]


def test_a_failed_delivery_is_tried_again_later_and_later(db):
    put("a")
    now, waits = NOW, []
    for _ in range(14):
        (message,) = claim(now=now, limit=1)
        give_back(message=message, error=OSError("no line"), now=now)
        held = OutboxMessage.objects.get(key="a")
        waits.append((held.not_before - now).total_seconds())
        now = held.not_before
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == 3600, "never longer than an hour, and never given up"
    assert held.last_error == "OSError: no line"


def test_the_same_key_twice_is_one_message(db):
    put("a")
    put("a", "b")
    put("a")
    assert sorted(OutboxMessage.objects.values_list("key", flat=True)) == ["a", "b"]


def test_the_oldest_come_first_and_only_so_many(db):
    put("later", wait=timedelta(seconds=-5))
    put("first", wait=timedelta(seconds=-9))
    put("last", to="2")
    assert claimed(limit=2) == ["first", "later"]


def test_what_waits_for_one_person_is_taken_up_together(db):
    put("later", wait=timedelta(seconds=-5))
    put("first", wait=timedelta(seconds=-9))
    put("last")
    assert claimed(limit=2) == ["first", "later", "last"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_two_workers_at_once_take_different_messages(db):
    """A second connection sees nothing of an open transaction, so this looks at the statement."""
    put("a")
    with connection.execute_wrapper(_refuse_waiting):
        assert claimed() == ["a"]


def _refuse_waiting(execute, sql, params, many, context):
    assert "FOR UPDATE" not in sql or "SKIP LOCKED" in sql, sql
    return execute(sql, params, many, context)
