"""SQLite's file is locked for long, removed or moved under a service that runs."""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path

import pytest

from tests.doors.running.house import CHENGNUO, SCENE, Browser, environment, run, serving

OWN = {"DJANGO_SETTINGS_MODULE": "tests.doors.running.settings"}
LOCKED = """
import sqlite3
from datetime import datetime, timedelta
import django
django.setup()
from django.conf import settings
from django.test import Client
from chengnuo.people.models import Staff
settings.ALLOWED_HOSTS = ["*"]
client = Client(raise_request_exception=False, headers={"Accept-Language": "en"})
client.force_login(Staff.objects.get(badge="K-top"))
client.get("/")
kept = client.session
kept["seen_at"] = (datetime.fromisoformat(kept["in_since"]) - timedelta(seconds=25)).isoformat()
kept.save()
held = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
for address in ("/", "/cases/", "/intake/"):
    page = client.get(address)
    print(address, page.status_code, "The database is busy" in page.content.decode())
told = {"service": "leak", "channel": "phone", "token": "t", "narrative": "TYPED words"}
page = client.post("/intake/", told)
print("posted", page.status_code, "TYPED words" in page.content.decode())
held.execute("ROLLBACK")
print("after", client.get("/").status_code)
"""


@pytest.fixture
def var(tmp_path):
    with environment(tmp_path / "var", url="") as env:
        run([*SCENE, "prepare", str(tmp_path), "1"], env)
        yield tmp_path / "var", env


def test_a_session_that_cannot_be_saved_is_a_busy_database_and_no_bad_request(var):
    _folder, env = var
    words = run([sys.executable, "-c", LOCKED], env | OWN).splitlines()
    assert words == [
        "/ 503 True", "/cases/ 503 True", "/intake/ 503 True", "posted 503 True", "after 200",
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["removed", "moved"])
def test_a_file_that_is_gone_is_noticed_and_never_made_anew(var, how):
    folder, env = var
    file, elsewhere = folder / "chengnuo.sqlite3", folder / "elsewhere.sqlite3"
    with serving(env | OWN) as served:
        browser = Browser(served.port, language="zh-CN")
        assert browser.sign_in().status == 200
        before = _rows(file)
        file.rename(elsewhere)
        if how == "removed":
            elsewhere.rename(folder / "kept.sqlite3")
        for address in ("/", "/cases/", "/public/commitments/"):
            page = browser.get(address)
            assert (address, page.status) == (address, 503)
            assert "数据库丢失或不完整" in page.text
        assert not file.exists()
        run([*CHENGNUO, "worker", "--once"], env, codes=(0, 1))
        told = json.loads(run([*CHENGNUO, "doctor", "--json"], env, codes=(1,)))
        assert not file.exists(), "neither the worker nor the doctor made an empty one"
        assert not told["ok"]
        assert told["findings"][0]["level"] == "bad"
        assert "从备份恢复" in told["findings"][0]["do"]["zh"]
        assert "restore it from the backup" in told["findings"][0]["do"]["en"]
        found = elsewhere if how == "moved" else folder / "kept.sqlite3"
        assert _rows(found) == before, "nothing goes on into the file that nobody finds again"
        found.rename(file)
        assert browser.get("/").status == 200


def _rows(file: Path) -> int:
    with sqlite3.connect(file) as known:
        return int(known.execute("SELECT count(*) FROM django_session").fetchone()[0])


def test_an_empty_file_in_its_place_is_said_and_pages_are_no_500(var):
    folder, env = var
    for name in ("chengnuo.sqlite3", "chengnuo.sqlite3-wal", "chengnuo.sqlite3-shm"):
        (folder / name).unlink(missing_ok=True)
    (folder / "chengnuo.sqlite3").touch()
    with serving(env | OWN) as served:
        page = Browser(served.port).get("/public/commitments/")
        assert page.status == 503
        assert "restored from its backup" in page.text
    told = json.loads(run([*CHENGNUO, "doctor", "--json"], env, codes=(1,)))
    assert "empty" in told["findings"][0]["says"]["en"]
