"""Which faults are the database's, so that a page gives back what was typed."""

from __future__ import annotations

import errno

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import RequestFactory

from chengnuo.config.env import limit_statements
from chengnuo.doors.web.kit.away import AWAY, BUSY, FULL, GONE, SLOW, kind_of, unavailable


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


# -- a page that asks for too much -----------------------------------------------------------------

POSTGRES = "django.db.backends.postgresql"


@pytest.mark.parametrize(
    ("database", "seconds", "told"),
    [
        ({"ENGINE": POSTGRES, "OPTIONS": {"options": "-c jit=off"}}, 30,
         "-c jit=off -c statement_timeout=30000"),
        ({"ENGINE": POSTGRES, "OPTIONS": {}}, 5, "-c statement_timeout=5000"),
        ({"ENGINE": POSTGRES, "OPTIONS": {}}, 0, None),
        ({"ENGINE": POSTGRES, "OPTIONS": {"options": "-c statement_timeout=7"}}, 30,
         "-c statement_timeout=7"),
        ({"ENGINE": POSTGRES, "OPTIONS": {}, "DISABLE_SERVER_SIDE_CURSORS": True}, 30, None),
        ({"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}}, 30, None),
    ],
)  # fmt: skip
def test_postgresql_is_told_how_long_a_page_may_ask(database, seconds, told):
    limit_statements(database, seconds=seconds)
    assert database["OPTIONS"].get("options") == told


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has nobody to end it")
def test_what_takes_too_long_is_ended_and_told(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 50")
        with pytest.raises(OperationalError) as ended:
            cursor.execute("SELECT pg_sleep(5)")
        cursor.execute("RESET statement_timeout")
    assert kind_of(ended.value) == SLOW


@pytest.mark.parametrize(
    ("language", "title"), [("zh-hans", "查询耗时过长"), ("en", "This takes too long")]
)
def test_a_page_that_took_too_long_is_not_asked_again_by_itself(language, title):
    request = RequestFactory().get("/customers/archive/", headers={"accept-language": language})
    answer = unavailable(request, SLOW)
    html = answer.content.decode()
    assert (answer.status_code, title in html, "30" in html) == (503, True, True)
    assert 'http-equiv="refresh"' not in html
    assert "Retry-After" not in answer.headers
    assert 'http-equiv="refresh"' in unavailable(request, BUSY).content.decode()
