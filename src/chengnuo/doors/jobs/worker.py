"""The worker's loop. It reads the clock, and nothing else of the product does so while time
passes."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from types import FrameType

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from chengnuo.callbacks.drawing import draw_samples
from chengnuo.callbacks.services import offer_ratings
from chengnuo.conduct.opening import open_proceedings
from chengnuo.doors.jobs.checkpoints import sign_chains
from chengnuo.doors.jobs.deliver import deliver
from chengnuo.obligations.adopting import carry_out_transitions
from chengnuo.obligations.duties import open_periods
from chengnuo.obligations.ticking import tick

log = logging.getLogger("chengnuo.worker")
PERIODS_EVERY = timedelta(minutes=1)


class Worker:
    """Lets time pass until it is told to stop; stopping finishes the batch in hand."""

    def __init__(self, *, pause: float = 1.0) -> None:
        self.pause = pause
        self.stopping = threading.Event()
        self.periods_at: datetime | None = None

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
            except DatabaseError:
                log.exception("the database refused; trying again")
                busy = False
            except Exception:
                # One matter that cannot be judged must not stop the clocks of all the others.
                log.exception("a round failed; trying again")
                busy = False
            close_old_connections()
            if not busy:
                self.stopping.wait(self.pause)

    def once(self) -> bool:
        """One round; whether there was something to do."""
        now = datetime.now(UTC)
        if self.periods_at is None or now >= self.periods_at + PERIODS_EVERY:
            self.periods_at = now
            for step in (carry_out_transitions, open_periods, draw_samples, sign_chains):
                self._alone(partial(step, now=now))
        ticked = self._all(lambda: tick(now=now))
        self._all(lambda: offer_ratings(now=now, valid_for=settings.RATING_LINK_VALID))
        self._all(lambda: open_proceedings(now=now))
        delivered = self._all(lambda: deliver(now=datetime.now(UTC)))
        if ticked or delivered:
            log.info("%s clocks, %s messages", ticked, delivered)
        return bool(ticked or delivered)

    def _all(self, step: Callable[[], int]) -> int:
        total = 0
        while not self.stopping.is_set():
            done = self._alone(step) or 0
            total += done
            if not done:
                break
        return total

    def _alone(self, step: Callable[[], int | None]) -> int | None:
        """One step. One that fails keeps neither the clocks nor the messages of the others waiting;
        it is tried again in the next round."""
        try:
            return step()
        except DatabaseError:
            raise
        except Exception:
            log.exception("a step failed; the others go on")
            return None
