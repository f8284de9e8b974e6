"""A database that can take no more answers with a page that gives back what was typed."""

from __future__ import annotations

import errno

import pytest
from django.db import OperationalError, connection

from chengnuo.doors.web.away import AWAY, BUSY, FULL, kind_of
from tests.companies import house, rule, small_pack
from tests.doors.web.conftest import page, sits

ARRIVED = rule(
    "arrived",
    "kind: within, start: case.lodged, stop: crew.arrived, limit: {amount: 2, unit: hour}",
)


@pytest.mark.django_db(transaction=True)
def test_a_full_database_gives_back_what_was_typed(tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("the size of one database cannot be bounded in PostgreSQL")
    client = sits(house(small_pack(tmp_path, ARRIVED)).top)
    client.get("/intake/")
    client.raise_request_exception = False
    words = "三楼漏水，" * 300
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        try:
            told = {"service": "leak", "channel": "phone", "token": "t", "narrative": words}
            answer = client.post("/intake/", told)
            part = client.post("/intake/", told, headers={"HX-Request": "true"})
        finally:
            cursor.execute("PRAGMA max_page_count = 1000000000")
    assert answer.status_code == 503
    assert words in page(answer)
    assert (part.status_code, part.content) == (503, b"")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OperationalError("database is locked"), BUSY),
        (OperationalError("database or disk is full"), FULL),
        (OperationalError("attempt to write a readonly database"), FULL),
        (OperationalError("disk I/O error"), FULL),
        (OperationalError("unable to open database file"), AWAY),
        (OSError(errno.ENOSPC, "No space left on device"), FULL),
        (OperationalError("no such table: x"), None),
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
