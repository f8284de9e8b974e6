"""The worker's loop. It reads the clock, and nothing else of the product does so while time
passes.

A worker whose clock is more than a minute off the database's lets no time pass: it says so and
waits. One step that fails stops none of the others.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from types import FrameType

from django.db import close_old_connections

from chengnuo.doors.jobs.deliver import deliver
from chengnuo.doors.jobs.steps import declared
from chengnuo.ledger import heartbeat
from chengnuo.ledger.steps import WorkerStep

log = logging.getLogger("chengnuo.worker")
BEAT_EVERY = timedelta(seconds=10)


def clock() -> datetime:
    """This machine's clock, UTC."""
    return datetime.now(UTC)


class Worker:
    """Lets time pass until it is told to stop; stopping finishes the batch in hand.

    `clock` is the machine's; `measure` tells how far it is off. `trusted`: somebody has looked at
    it, and it is right. `steps`: what it does; by default what the rooms declare.
    """

    def __init__(
        self,
        *,
        pause: float = 1.0,
        clock: Callable[[], datetime] = clock,
        steady: Callable[[], heartbeat.Steady] = heartbeat.steady,
        measure: Callable[..., timedelta] = heartbeat.clock_off_by,
        trusted: bool = False,
        steps: Sequence[WorkerStep] | None = None,
    ) -> None:
        self.pause = pause
        self.clock = clock
        self.steady = steady
        self.measure = measure
        self.trusted = trusted
        self.stopping = threading.Event()
        self.name = f"{socket.gethostname()}:{os.getpid()}"[:120]
        self.began_at = clock()
        self.steps = declared() if steps is None else steps
        self.done_at: dict[str, datetime] = {}
        self.beat_at: float | None = None
        self.judges = False

    def stop_on_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()

    def run(self) -> None:
        """Work until stopped. A database that is away is waited for."""
        while not self.stopping.is_set():
            try:
                busy = self.once()
            except Exception:
                log.exception("a round failed; trying again")
                busy = False
            close_old_connections()
            if not busy:
                self.stopping.wait(self.pause)
        self._alone(lambda: heartbeat.leave(worker=self.name, now=self.clock()))

    def once(self) -> bool:
        """One round; whether there was something to do."""
        if not self._may_judge():
            return False
        now, done = self.clock(), 0
        for step in self.steps:
            if step.every is not None and self._is_due(step, step.every, now):
                self.done_at[step.name] = now
                self._alone(partial(step.do, now=now))
        for step in self.steps:
            if step.every is None:
                done += self._all(step.name, partial(step.do, now=now))
        done += self._all("jobs.deliver", lambda: deliver(now=self.clock()))
        return bool(done)

    def _is_due(self, step: WorkerStep, every: timedelta, now: datetime) -> bool:
        last = self.done_at.get(step.name)
        return last is None or now >= last + every

    def _may_judge(self) -> bool:
        """Beat, now and then; whether this clock is right. A database that does not answer has not
        said that it is."""
        steady = self.steady()
        due = self.beat_at is None or steady.seconds >= self.beat_at + BEAT_EVERY.total_seconds()
        if not due:
            return self.judges
        self.judges = False
        now = self.clock()
        off = self.measure(now=now, steady=steady, trusted=self.trusted)
        self.judges = heartbeat.beat(
            worker=self.name, began_at=self.began_at, now=now, off=off, steady=steady
        )
        # Taken as right once: from here on the time that passes is counted.
        self.trusted = False
        self.beat_at = steady.seconds
        if not self.judges:
            log.error(
                "this machine's clock says %s and is more than a minute off: nothing is judged "
                "until it is right (chengnuo doctor tells more)",
                now.isoformat(timespec="seconds"),
            )
        return self.judges

    def _all(self, name: str, work: Callable[[], int | None]) -> int:
        total = 0
        while not self.stopping.is_set():
            done = self._alone(work) or 0
            total += done
            if not done:
                break
        if total:
            log.info("%s: %s", name, total)
        return total

    def _alone(self, work: Callable[[], int | None]) -> int | None:
        """One step. One that fails keeps neither the clocks nor the messages of the others waiting;
        it is tried again in the next round."""
        try:
            return work()
        except Exception:
            log.exception("a step failed; the others go on")
            # A connection that broke under it is not handed to the next step.
            close_old_connections()
            return None
