"""Who is at work, and whether his clock may judge.

PostgreSQL has a clock of its own, the same for every machine: a worker's is held against it.
SQLite has none. There two things stand for it: nothing can be older than the last entry of the
ledger, and the time since the last beat can be counted by the steady clock of the machine, which
nobody sets. Whoever has looked at the clock and found it right says so when he starts the worker.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connection, transaction

from chengnuo.ledger.models import Entry, Heartbeat

MOST_OFF = timedelta(minutes=1)
ALIVE = timedelta(minutes=2)
FORGOTTEN = timedelta(days=1)
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


@dataclass(frozen=True, slots=True)
class Steady:
    """The seconds since this machine was started, sleep and all; `boot` tells one start from the
    next."""

    boot: str
    seconds: float


def steady() -> Steady:
    """This machine's steady clock."""
    boot = BOOT_ID.read_text().strip() if BOOT_ID.is_file() else ""
    return Steady(boot, time.clock_gettime(_STEADY))


def clock_off_by(*, now: datetime, steady: Steady, trusted: bool = False) -> timedelta:
    """How far `now` is ahead of the database's clock (behind: negative), as far as one can tell."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            theirs: datetime = cursor.fetchone()[0]
        return now - theirs.astimezone(UTC)
    return timedelta() if trusted else _off_by_what_is_known(now, steady)


def _off_by_what_is_known(now: datetime, steady: Steady) -> timedelta:
    last = Heartbeat.objects.filter(boot=steady.boot).exclude(boot="").order_by("-steady").first()
    if last is not None and steady.seconds >= last.steady:
        expected = last.seen_at + timedelta(seconds=steady.seconds - last.steady)
        off = now - expected
        if abs(off) > MOST_OFF:
            return off
    newest = Entry.objects.order_by("-pk").values_list("recorded_at", flat=True).first()
    return min(now - newest, timedelta()) if newest is not None else timedelta()


@transaction.atomic
def beat(*, worker: str, began_at: datetime, now: datetime, off: timedelta, steady: Steady) -> bool:
    """Say that a worker is at work, with its clock `off` by so much. Whether it may judge: its
    clock is right to a minute."""
    judges = abs(off) <= MOST_OFF
    by_database = now - off
    Heartbeat.objects.filter(seen_at__lt=by_database - FORGOTTEN).exclude(pk=worker).delete()
    Heartbeat.objects.update_or_create(
        worker=worker,
        defaults={
            "began_at": began_at, "seen_at": by_database, "off_by": off.total_seconds(),
            "judges": judges, "boot": steady.boot, "steady": steady.seconds, "left_at": None,
        },
    )  # fmt: skip
    return judges


def leave(*, worker: str, now: datetime) -> None:
    """A worker was told to stop. Its last beat stays: the next clock is held against it."""
    Heartbeat.objects.filter(pk=worker).update(left_at=now)


def alive(*, now: datetime) -> list[Heartbeat]:
    """The workers that were at work in the last two minutes and were not told to stop."""
    return list(Heartbeat.objects.filter(left_at__isnull=True, seen_at__gte=now - ALIVE))
