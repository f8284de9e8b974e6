"""Once a day what has had its time is put away, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session

from chengnuo.doors.jobs.sms import send
from chengnuo.doors.jobs.tidying import tidy
from chengnuo.ledger.models import OutboxMessage, SetAside

NOW = datetime.now(UTC)


@pytest.fixture
def var(db, tmp_path, settings):
    settings.SMS_FILE = tmp_path / "sms.jsonl"
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path


def message(key):
    return OutboxMessage(key=key, channel="sms", recipient="13900000000", payload={"text": "x"})


def test_sessions_that_ended_go(var):
    for key, days in (("old", -1), ("young", 1)):
        Session.objects.create(
            session_key=key, session_data="x", expire_date=NOW + timedelta(days=days)
        )
    tidy(now=NOW)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["young"]


def test_short_messages_are_closed_daily_and_go_only_once_taken(var):
    send(message=message("a"), now=NOW)
    tidy(now=NOW)
    send(message=message("b"), now=NOW)
    (closed,) = var.glob("sms-*.jsonl")
    assert '"a"' in closed.read_text()
    assert '"b"' in (var / "sms.jsonl").read_text()
    tidy(now=NOW + timedelta(days=30))
    kept = sorted(var.glob("sms-*.jsonl"))
    assert closed in kept, "nobody has taken it"
    closed.rename(closed.with_name(closed.name + ".taken"))
    tidy(now=NOW + timedelta(days=6))
    assert list(var.glob("*.taken"))
    tidy(now=NOW + timedelta(days=8))
    assert list(var.glob("*.taken")) == []


def test_uploads_that_nobody_took_in_go_and_evidence_stays(var):
    for name in ("sheets/s", "ab/ab12", "coming/x.part"):
        file = var / "files" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    tidy(now=NOW + timedelta(hours=2))
    assert len(list(var.rglob("files/*/*"))) == 3
    tidy(now=NOW + timedelta(days=2))
    assert [f.name for f in var.rglob("files/*/*")] == ["ab12"]


def test_one_that_fails_keeps_no_other_waiting(var, settings):
    settings.SESSION_ENGINE = "no.such.engine"
    send(message=message("a"), now=NOW)
    tidy(now=NOW)
    assert list(var.glob("sms-*.jsonl"))
    assert SetAside.objects.get().subject == "sessions"
