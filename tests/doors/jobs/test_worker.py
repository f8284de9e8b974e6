"""The worker's round: clocks, periods, releases, messages; and what it does in trouble."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError

from chengnuo.doors.jobs import worker as jobs
from chengnuo.doors.jobs.deliver import deliver
from chengnuo.doors.jobs.worker import Worker
from chengnuo.ledger.models import OutboxMessage
from chengnuo.ledger.services import LEASE, Message, post
from chengnuo.obligations.models import Obligation, PackRelease
from chengnuo.people.models import Message as Told
from tests.companies import house, rule, small_pack
from tests.obligations.matter import Matter
from tests.rules.world import at

NOW = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
SOON = rule(
    "repaired-soon",
    "kind: within, start: case.lodged, stop: repair.completed, limit: {amount: 2, unit: hour}, "
    "owed_by: network",
)
BULLETIN = rule("bulletin", "kind: recurring, every: month, stop: bulletin.sent, owed_by: service")


@pytest.fixture
def firm(db, tmp_path):
    return house(small_pack(tmp_path, SOON + BULLETIN))


def put(recipient, key="k", channel="desk", kind="broken"):
    payload = {"kind": kind, "zh": "逾期", "en": "overdue", "docket": "d"}
    message = Message(
        key=key, channel=channel, recipient=str(recipient), payload=payload, not_before=NOW
    )
    post(organisation_id=1, messages=[message], now=NOW)


# -- one round -------------------------------------------------------------------------------------


def test_a_round_breaks_opens_periods_carries_out_releases_and_delivers(firm):
    Matter(firm, "leak", "2026-03-09 10:00")
    with time_machine.travel(at("2026-03-09 13:00"), tick=False):
        assert Worker().once() is True
        assert Worker().once() is False, "nothing is left to do"
    held = Obligation.objects.get(rule="repaired-soon")
    assert held.broken_at == at("2026-03-09 12:00")
    told = Told.objects.get()
    assert (told.staff, told.kind) == (firm.people["network"], "broken")
    assert told.link == str(held.docket_id)
    assert Obligation.objects.get(rule="bulletin").turn == "2026-03"
    assert PackRelease.objects.get().carried_out_at == at("2026-03-09 13:00")


def test_periods_are_looked_at_once_a_minute(firm, monkeypatch):
    looked = []
    monkeypatch.setattr(jobs, "open_periods", lambda now: looked.append(now))
    worker = Worker()
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(10):
            worker.once()
            clock.shift(timedelta(seconds=20))
    assert looked == [NOW + timedelta(seconds=60 * n) for n in range(4)]


@pytest.mark.parametrize("trouble", [DatabaseError("away"), ValueError("a pack gone wrong")])
def test_trouble_is_logged_and_tried_again(firm, monkeypatch, caplog, trouble):
    worker = Worker(pause=0)
    rounds = []

    def once():
        rounds.append(1)
        if len(rounds) == 1:
            raise trouble
        worker.stopping.set()
        return False

    monkeypatch.setattr(worker, "once", once)
    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)
    worker.run()
    assert len(rounds) == 2
    assert str(trouble) in caplog.text


@pytest.mark.parametrize("step", ["draw_samples", "offer_ratings", "open_proceedings"])
def test_a_step_that_fails_stops_neither_clocks_nor_messages(firm, monkeypatch, caplog, step):
    def fails(**_given):
        raise ValueError("a pack gone wrong")

    monkeypatch.setattr(jobs, step, fails)
    Matter(firm, "leak", "2026-03-09 10:00")
    with time_machine.travel(at("2026-03-09 13:00"), tick=False):
        Worker().once()
    assert Obligation.objects.get(rule="repaired-soon").broken_at == at("2026-03-09 12:00")
    assert Told.objects.filter(kind="broken").exists()
    assert "a pack gone wrong" in caplog.text


def test_stopping_finishes_what_is_in_hand(firm, monkeypatch):
    worker, done = Worker(), []

    def step(now):
        done.append(now)
        worker.stopping.set()
        return 1

    monkeypatch.setattr(jobs, "tick", step)
    worker.once()
    assert len(done) == 1


# -- delivery --------------------------------------------------------------------------------------


def test_a_message_is_put_before_its_reader_once(firm):
    put(firm.top.pk)
    assert deliver(now=NOW) == 1
    assert deliver(now=NOW) == 0
    assert deliver(now=NOW + LEASE * 2) == 0
    assert [m.text_zh for m in Told.objects.all()] == ["逾期"]
    assert OutboxMessage.objects.get().delivered_at == NOW


def test_a_worker_killed_between_claiming_and_delivering_loses_nothing(firm, monkeypatch):
    put(firm.top.pk)

    def killed(**_):
        raise SystemExit(137)

    with monkeypatch.context() as patch:
        patch.setattr("chengnuo.doors.jobs.deliver.hand_out", killed)
        with pytest.raises(SystemExit):
            deliver(now=NOW)
    assert (Told.objects.count(), deliver(now=NOW)) == (0, 0), "its lease still runs"
    assert deliver(now=NOW + LEASE + timedelta(seconds=1)) == 1
    assert Told.objects.count() == 1


def test_a_worker_killed_between_delivering_and_settling_delivers_nothing_twice(firm, monkeypatch):
    put(firm.top.pk)

    def killed(**_):
        raise SystemExit(137)

    with monkeypatch.context() as patch:
        patch.setattr("chengnuo.doors.jobs.deliver.settle", killed)
        with pytest.raises(SystemExit):
            deliver(now=NOW)
    deliver(now=NOW + LEASE + timedelta(seconds=1))
    assert Told.objects.count() == 1
    assert OutboxMessage.objects.get().attempts == 2


@pytest.mark.parametrize(
    ("recipient", "channel", "said"),
    [("7", "carrier-pigeon", "carrier-pigeon"), ("nobody", "desk", "nobody")],
)
def test_what_cannot_be_delivered_waits_and_does_not_hold_up_the_rest(
    firm, recipient, channel, said
):
    put(recipient, key="a", channel=channel)
    put(firm.top.pk, key="b")
    assert deliver(now=NOW) == 2
    stuck = OutboxMessage.objects.get(key="a")
    assert said in stuck.last_error
    assert stuck.delivered_at is None
    assert stuck.not_before > NOW
    assert Told.objects.get().key == "b"
