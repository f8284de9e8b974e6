"""The worker's round: clocks, periods, releases, messages; and what it does in trouble."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection

from chengnuo.doors.jobs import worker as jobs
from chengnuo.doors.jobs.deliver import deliver
from chengnuo.doors.jobs.steps import declared
from chengnuo.doors.jobs.worker import Worker
from chengnuo.ledger.aside import let_try
from chengnuo.ledger.heartbeat import Steady
from chengnuo.ledger.models import Heartbeat, OutboxMessage, SetAside
from chengnuo.ledger.services import LEASE, OutgoingMessage, post
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


def right(**_given):
    """The measure of a clock that is right: these tests choose what time it is."""
    return timedelta()


def doing(name, do):
    """The declared steps, with one that does something else."""
    assert name in {step.name for step in declared()}
    return [replace(step, do=do) if step.name == name else step for step in declared()]


@pytest.fixture
def firm(db, tmp_path):
    return house(small_pack(tmp_path, SOON + BULLETIN))


def put(recipient, key="k", channel="desk", kind="broken"):
    payload = {"kind": kind, "zh": "逾期", "en": "overdue", "docket": "d"}
    message = OutgoingMessage(
        key=key, channel=channel, recipient=str(recipient), payload=payload, not_before=NOW
    )
    post(organisation_id=1, messages=[message], now=NOW)


# -- one round -------------------------------------------------------------------------------------


def test_a_round_breaks_opens_periods_carries_out_releases_and_delivers(firm):
    Matter(firm, "leak", "2026-03-09 10:00")
    with time_machine.travel(at("2026-03-09 13:00"), tick=False):
        assert Worker(measure=right).once() is True
        assert Worker(measure=right).once() is False, "nothing is left to do"
    held = Obligation.objects.get(rule="repaired-soon")
    assert held.broken_at == at("2026-03-09 12:00")
    told = Told.objects.get()
    assert (told.staff, told.kind) == (firm.people["network"], "broken")
    assert told.link == str(held.docket_id)
    assert Obligation.objects.get(rule="bulletin").turn == "2026-03"
    assert PackRelease.objects.get().carried_out_at == at("2026-03-09 13:00")


def test_periods_are_looked_at_once_a_minute(firm):
    looked = []
    steps = doing("obligations.periods", lambda *, now: looked.append(now))
    worker = Worker(measure=right, steps=steps)
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(10):
            worker.once()
            clock.shift(timedelta(seconds=20))
    assert looked == [NOW + timedelta(seconds=60 * n) for n in range(4)]


@pytest.mark.parametrize("trouble", [DatabaseError("away"), ValueError("a pack gone wrong")])
def test_trouble_is_logged_and_tried_again(firm, monkeypatch, caplog, trouble):
    worker = Worker(pause=0, measure=right)
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


@pytest.mark.parametrize("trouble", [ValueError, DatabaseError, IntegrityError, MemoryError])
@pytest.mark.parametrize(
    "step",
    [step.name for step in declared() if step.name != "obligations.clocks"],
)
def test_a_step_that_fails_stops_neither_clocks_nor_messages(
    firm, monkeypatch, caplog, step, trouble
):
    def fails(**_given):
        raise trouble("a pack gone wrong")

    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)

    Matter(firm, "leak", "2026-03-09 10:00")
    with time_machine.travel(at("2026-03-09 13:00"), tick=False):
        Worker(measure=right, steps=doing(step, fails)).once()
    assert Obligation.objects.get(rule="repaired-soon").broken_at == at("2026-03-09 12:00")
    assert Told.objects.filter(kind="broken").exists()
    assert "a pack gone wrong" in caplog.text


def test_stopping_finishes_what_is_in_hand(firm):
    done = []

    def step(*, now):
        done.append(now)
        worker.stopping.set()
        return 1

    worker = Worker(measure=right, steps=doing("obligations.clocks", step))
    worker.once()
    assert len(done) == 1


# -- the clock -------------------------------------------------------------------------------------


class Machine:
    """A clock that can be set, and a steady one that only runs on."""

    def __init__(self, boot="b"):
        self.moment, self.seconds, self.boot = datetime.now(UTC), 1000.0, boot

    def passes(self, **time):
        self.moment += timedelta(**time)
        self.seconds += timedelta(**time).total_seconds()

    def worker(self, **more):
        return Worker(
            clock=lambda: self.moment, steady=lambda: Steady(self.boot, self.seconds), **more
        )


def owing(firm, machine):
    """A promise that is due in an hour."""
    local = machine.moment.astimezone(ZoneInfo("Asia/Shanghai"))
    return Matter(firm, "leak", f"{local - timedelta(hours=1):%Y-%m-%d %H:%M}")


def test_a_worker_whose_clock_is_a_day_fast_breaks_nothing(firm):
    machine = Machine()
    held = owing(firm, machine)
    machine.worker().once()
    machine.passes(seconds=20)
    machine.moment += timedelta(days=1)
    assert machine.worker().once() is False
    assert held["repaired-soon"].broken_at is None
    assert not Heartbeat.objects.get().judges
    assert Heartbeat.objects.get().off_by == pytest.approx(86400, abs=30)
    machine.moment -= timedelta(days=1)
    machine.worker().once()
    assert Heartbeat.objects.get().judges, "it is right again"


def test_a_worker_whose_clock_is_slow_does_not_judge_either(firm):
    machine = Machine()
    owing(firm, machine)
    machine.worker().once()
    machine.passes(seconds=20)
    machine.moment -= timedelta(minutes=2)
    machine.worker().once()
    assert not Heartbeat.objects.get().judges


@pytest.mark.parametrize(("off", "judges"), [(59, True), (-59, True), (61, False), (-61, False)])
def test_a_minute_is_what_a_clock_may_be_off(firm, off, judges):
    machine = Machine()
    machine.worker(measure=lambda **_: timedelta(seconds=off)).once()
    assert Heartbeat.objects.get().judges is judges


def test_where_the_database_has_no_clock_nothing_is_older_than_the_ledger(firm):
    """After a restart of the machine its steady clock begins anew: the ledger is what is known."""
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL has a clock of its own")
    machine = Machine()
    owing(firm, machine)
    machine.worker().once()
    machine.boot, machine.seconds = "another", 5.0
    machine.moment -= timedelta(hours=3)
    machine.worker().once()
    assert not Heartbeat.objects.get().judges
    machine.worker(trusted=True).once()
    assert Heartbeat.objects.get().judges, "somebody has looked at the clock and says it is right"


def test_a_worker_in_the_middle_of_its_work_notices(firm):
    machine = Machine()
    held = owing(firm, machine)
    worker = machine.worker()
    worker.once()
    machine.passes(seconds=20)
    machine.moment += timedelta(days=1)
    worker.once()
    assert held["repaired-soon"].broken_at is None


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


def test_a_message_that_fails_too_often_is_set_aside_and_can_be_tried_again(firm):
    put("nobody", key="a")
    now = NOW
    for _ in range(20):
        deliver(now=now)
        now += timedelta(hours=2)
    held = OutboxMessage.objects.get()
    assert (held.attempts, held.aside_at is not None) == (12, True)
    row = SetAside.objects.get(step="messages")
    assert (row.subject, row.tries) == (str(held.pk), 12)
    OutboxMessage.objects.update(recipient=str(firm.top.pk))
    assert deliver(now=now) == 0
    let_try(row=row, now=now)
    assert deliver(now=now) == 1
    assert (Told.objects.count(), SetAside.objects.count()) == (1, 0)


def test_a_disk_that_is_full_sets_no_message_aside(firm, monkeypatch, settings, tmp_path):
    settings.SMS_FILE = tmp_path / "no such folder" / "sms.jsonl"
    message = OutgoingMessage(
        key="s", channel="sms", recipient="13900000000", payload={"text": "x"}, not_before=NOW
    )
    post(organisation_id=1, messages=[message], now=NOW)
    now = NOW
    for _ in range(20):
        deliver(now=now)
        now += timedelta(hours=2)
    settings.SMS_FILE.parent.mkdir()
    assert deliver(now=now) == 1
    assert settings.SMS_FILE.read_text().count("\n") == 1
