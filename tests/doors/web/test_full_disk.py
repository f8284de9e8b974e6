"""Which faults are the database's, so that a page gives back what was typed."""

from __future__ import annotations

import errno

import pytest
from django.db import DatabaseError, OperationalError

from chengnuo.doors.web.kit.away import AWAY, BUSY, FULL, GONE, kind_of


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OperationalError("database is locked"), BUSY),
        (OperationalError("database or disk is full"), FULL),
        (OperationalError("attempt to write a readonly database"), FULL),
        (OperationalError("disk I/O error"), FULL),
        (OperationalError("unable to open database file"), AWAY),
        (OSError(errno.ENOSPC, "No space left on device"), FULL),
        (OperationalError("unable to open database file: x is not there"), GONE),
        (OperationalError("no such table: x"), GONE),
        (DatabaseError("file is not a database"), GONE),
        (DatabaseError("database disk image is malformed"), GONE),
        (OperationalError("no such column: x.y"), GONE),
        (OperationalError('near "x": syntax error'), None),
        (OSError(errno.ENOENT, "No such file"), None),
        (ValueError("database is locked"), None),
        (None, None),
    ],
)
def test_what_is_no_fault_of_the_page_is_told_from_what_is(error, kind):
    assert kind_of(error) == kind


def test_the_cause_is_found_behind_what_it_led_to():
    later = RuntimeError("while closing")
    later.__cause__ = OperationalError("database is locked")
    assert kind_of(later) == BUSY
