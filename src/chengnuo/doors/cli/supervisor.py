"""Processes that stay: one that ends by itself is started again, until we are told to stop.

A server that is killed, or gives up because its workers died one after the other, is back within
a second. What cannot even start (a wrong setting) ends the house with its code after some tries.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType

# Seconds: between two looks, before a restart, and for how long a process must have lived to count
# as having started.
LOOK, PAUSE, LIVED = 0.1, 0.5, 5.0
MOST_FALSE_STARTS = 5
PR_SET_PDEATHSIG = 1
STOPPED = (0, -signal.SIGTERM, -signal.SIGINT)


@dataclass(slots=True)
class ChildProcess:
    """One process: how it is started, and how often it ended before it had lived."""

    name: str
    line: Sequence[str]
    process: subprocess.Popen[bytes]
    born: float
    false_starts: int = 0
    again_at: float | None = None


class House:
    """Several processes that stand together."""

    def __init__(self, lines: Mapping[str, Sequence[str]]) -> None:
        self.stopping = False
        self.all: list[ChildProcess] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        now = time.monotonic()
        self.all = [ChildProcess(name, line, _started(line), now) for name, line in lines.items()]

    def process(self, name: str) -> subprocess.Popen[bytes]:
        return next(one.process for one in self.all if one.name == name)

    def stand(self) -> int:
        """Until a signal stops us, or one of them cannot be started at all; the exit code."""
        while not self.stopping:
            for one in self.all:
                code = self._tended(one)
                if code is not None:
                    self.stopping = True
                    self._end()
                    return code
            time.sleep(LOOK)
        self._end()
        codes = [one.process.wait() for one in self.all]
        return max(0, *(code for code in codes if code not in STOPPED), 0)

    def _tended(self, one: ChildProcess) -> int | None:
        """Start a process that ended again; the code to end with where that is in vain."""
        code = one.process.poll()
        if code is None:
            return None
        now = time.monotonic()
        if one.again_at is None:
            one.false_starts = 0 if now - one.born >= LIVED else one.false_starts + 1
            if one.false_starts > MOST_FALSE_STARTS:
                return abs(code) or 1
            _clear_up(one.process.pid)
            one.again_at = now + PAUSE * max(1, one.false_starts)
            print(f"{one.name} ended ({code}): started again", file=sys.stderr, flush=True)
        elif now >= one.again_at:
            one.process, one.born, one.again_at = _started(one.line), now, None
        return None

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
        for one in self.all:
            one.process.terminate()

    def _end(self) -> None:
        for one in self.all:
            if one.process.poll() is None:
                one.process.terminate()
        for one in self.all:
            one.process.wait()
            _clear_up(one.process.pid)


def _started(line: Sequence[str]) -> subprocess.Popen[bytes]:
    # A group of its own, so that what it leaves behind can be found. Nothing else runs in this
    # process, so that code between fork and exec is safe.
    return subprocess.Popen(  # noqa: S603
        line,
        start_new_session=True,
        preexec_fn=_ends_with_us,
    )


def _clear_up(group: int) -> None:
    """End what a process that was killed left behind: it would go on answering, owned by nobody."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _ends_with_us() -> None:
    """Be told to stop when the parent is gone, even by a kill: no server stays that nobody owns."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
