"""Two people acting at the same moment: the one begins while the other has not come to an end.

Wants PostgreSQL: on SQLite whoever writes waits for whoever wrote before.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

PATIENCE = 20.0
AT_THE_SAME_MOMENT = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two connections at once"),
    pytest.mark.django_db(transaction=True),
]


def overlapping(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Any]:
    """What came of each: what it returned, or what it raised.

    `first` is done, but seen by nobody yet, when `second` begins; it is kept as soon as `second`
    waits for it or has come to an end.
    """
    other = _Other(second)
    try:
        with transaction.atomic():
            one = first()
            other.start()
            other.goes_on()
    finally:
        other.join(PATIENCE)
    assert not other.is_alive(), "the second one waits for ever"
    return one, other.outcome


class _Other(Thread):
    """Somebody else, with a connection of his own."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.act = act
        self.outcome: Any = None
        self.backend: int | None = None

    def run(self) -> None:
        try:
            connection.ensure_connection()
            self.backend = connection.connection.info.backend_pid
            self.outcome = self.act()
        except Exception as raised:
            self.outcome = raised
        finally:
            connection.close()

    def goes_on(self) -> None:
        """Until it waits for somebody, or is over."""
        until = time.monotonic() + PATIENCE
        while self.is_alive() and time.monotonic() < until:
            if self.backend is not None and self._waits():
                return
            time.sleep(0.01)

    def _waits(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [self.backend])
            return bool(cursor.fetchone()[0])
