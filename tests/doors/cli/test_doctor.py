"""What the doctor finds, what the watch tells, and the units of systemd."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from chengnuo.doors.cli.main import main, parser
from chengnuo.doors.cli.watching import application, health
from chengnuo.ledger.aside import failed
from chengnuo.ledger.heartbeat import beat, steady
from chengnuo.ledger.models import Heartbeat, OutboxMessage
from chengnuo.ledger.services import OutgoingMessage, post
from chengnuo.obligations.models import Obligation
from chengnuo.reports.standing import findings
from tests.companies import house, rule, small_pack
from tests.obligations.matter import Matter

SOON = rule(
    "repaired-soon",
    "kind: within, start: case.lodged, stop: repair.completed, limit: {amount: 2, unit: hour}",
)
CHECKS = {
    "database", "migrations", "clock", "workers", "backlog", "set-aside", "regulation", "notices",
    "disk", "privacy", "static", "fonts", "short-messages",
}  # fmt: skip


@pytest.fixture
def firm(db, tmp_path, settings, monkeypatch):
    settings.VAR = tmp_path
    settings.SMS_FILE = tmp_path / "sms.jsonl"
    tmp_path.chmod(0o700)
    monkeypatch.setattr("chengnuo.doors.cli.watching.close_old_connections", lambda: None)
    return house(small_pack(tmp_path, SOON))


def works(*, off=0.0):
    now = datetime.now(UTC)
    beat(worker="w", began_at=now, now=now, off=timedelta(seconds=off), steady=steady())


def test_a_house_in_order_is_in_order(firm, capsys):
    works()
    assert main(["doctor", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert {one["check"] for one in told["findings"]} == CHECKS
    assert all(one["says"]["zh"] and one["says"]["en"] for one in told["findings"])


def test_both_languages_stand_on_the_terminal(firm, capsys):
    assert main(["doctor"]) == 1, "no worker is at work"
    said = capsys.readouterr().out
    for words in ("没有工作进程", "No worker", "→ 启动 chengnuo worker"):
        assert words in said


# -- troubles --------------------------------------------------------------------------------------


def dead(firm, var):
    works()
    Heartbeat.objects.update(seen_at=datetime.now(UTC) - timedelta(minutes=5))


def stopped(firm, var):
    works()
    Heartbeat.objects.update(left_at=datetime.now(UTC))


def wrong_clock(firm, var):
    works(off=86400.0)


def stuck(firm, var):
    for _ in range(5):
        failed(step="clocks", subject="d", error=ValueError("x"), now=datetime.now(UTC))


def behind(firm, var):
    Matter(firm, "leak", "2026-03-09 10:00")
    Obligation.objects.update(next_at=datetime.now(UTC) - timedelta(hours=2))


def undelivered(firm, var):
    ago = datetime.now(UTC) - timedelta(hours=2)
    message = OutgoingMessage(key="k", channel="desk", recipient="1", payload={}, not_before=ago)
    post(organisation_id=1, messages=[message], now=ago)


def lawless(firm, var):
    firm.company.pack = "no-such-pack"
    firm.company.save()


def not_taken(firm, var):
    file = var / "sms-20260101T000000.jsonl"
    file.write_text("{}")
    os.utime(file, (time.time() - 90_000,) * 2)


def open_to_all(firm, var):
    var.chmod(0o755)


@pytest.mark.parametrize(
    ("trouble", "check", "level"),
    [
        (dead, "workers", "bad"),
        (stopped, "workers", "bad"),
        (wrong_clock, "workers", "bad"),
        (stuck, "set-aside", "bad"),
        (behind, "backlog", "bad"),
        (undelivered, "backlog", "bad"),
        (lawless, "regulation", "bad"),
        (not_taken, "short-messages", "look"),
        (open_to_all, "privacy", "look"),
    ],
)
def test_each_trouble_is_found_and_says_what_to_do(firm, tmp_path, trouble, check, level):
    trouble(firm, tmp_path)
    (one,) = [one for one in findings(now=datetime.now(UTC)) if one.check == check]
    assert one.level == level
    assert one.do.zh
    assert one.do.en


def test_the_notice_for_next_year_is_asked_for_in_december(firm):
    def notices(month):
        rows = findings(now=datetime(2029, month, 20, tzinfo=UTC))
        return next(one for one in rows if one.check == "notices")

    assert (notices(6).level, notices(6).facts["missing"]) == ("bad", [2029])
    assert notices(12).facts["missing"] == [2029, 2030]


def test_a_database_that_is_away_is_a_finding_and_no_crash(tmp_path):
    env = os.environ | {
        "CHENGNUO_VAR": str(tmp_path), "DATABASE_URL": "postgresql://nobody@/x?host=/nowhere",
    }  # fmt: skip
    words = [sys.executable, "-m", "chengnuo.doors.cli", "doctor", "--json"]
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=120)
    told = json.loads(done.stdout)
    assert (done.returncode, told["ok"]) == (1, False)
    assert told["findings"][0]["level"] == "bad"
    assert "disk" in {one["check"] for one in told["findings"]}, "what needs no database is told"


# -- the watch -------------------------------------------------------------------------------------


def ask(path, pages=None):
    heard = []
    asked = {"PATH_INFO": path, "REQUEST_METHOD": "GET", "QUERY_STRING": ""}
    body = application(pages)(asked, lambda status, headers, _=None: heard.append(status))
    return heard[0], b"".join(body).decode()


def test_it_is_healthy_while_a_worker_judges_and_nothing_waits(firm, tmp_path):
    assert ask("/healthz")[0].startswith("503")
    works()
    status, text = ask("/healthz")
    assert status == "200 OK"
    assert json.loads(text) == {"ok": True, "database": True, "worker": True, "in_time": True}
    undelivered(firm, tmp_path)
    assert ask("/healthz")[0].startswith("503")
    assert ask("/")[0].startswith("404")
    assert health(now=datetime.now(UTC), pages=1)["pages"] is False


def test_the_figures_count_what_is_there(firm, tmp_path):
    works()
    undelivered(firm, tmp_path)
    status, text = ask("/metrics")
    assert status == "200 OK"
    figures = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert figures["chengnuo_up"] == "1.0"
    assert figures["chengnuo_workers"] == "1.0"
    assert figures["chengnuo_messages_waiting"] == str(float(OutboxMessage.objects.count()))
    assert float(figures["chengnuo_behind_seconds"]) == pytest.approx(7200, abs=60)
    assert figures['chengnuo_worker_clock_off_seconds{worker="w"}'] == "0.0"


@pytest.mark.parametrize("command", ["watch", "serve"])
def test_nothing_listens_beyond_loopback_unless_told_to(command):
    assert parser().parse_args([command]).host == "127.0.0.1"


# -- units -----------------------------------------------------------------------------------------

UNITS = ("chengnuo-server.service", "chengnuo-watch.service", "chengnuo-worker@.service")


def test_the_units_come_with_the_package():
    names = sorted(one.name for one in files("chengnuo.doors.cli").joinpath("units").iterdir())
    assert tuple(names) == UNITS


def test_the_units_are_made_out_and_systemd_takes_them(tmp_path):
    assert main(["units", "--out", str(tmp_path), "--user", "root", "--var", str(tmp_path)]) == 0
    for name in UNITS:
        text = (tmp_path / name).read_text()
        assert "@" not in text.replace("@system-service", "")
        for line in ("Restart=always", "NoNewPrivileges=yes", "ProtectSystem=strict"):
            assert line in text
    if (verify := shutil.which("systemd-analyze")) is None:
        pytest.skip("systemd-analyze is not installed")
    (tmp_path / "chengnuo-worker@.service").rename(tmp_path / "chengnuo-worker@1.service")
    words = [verify, "verify", *map(str, Path(tmp_path).glob("*.service"))]
    said = subprocess.run(words, capture_output=True, text=True, timeout=60).stderr
    assert [
        line for line in said.splitlines() if "Unknown" in line or "Failed to parse" in line
    ] == []
