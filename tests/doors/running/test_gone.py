"""SQLite's file is locked for long, removed or moved under a service that runs."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
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
    file, backup = folder / "chengnuo.sqlite3", folder / "backup.sqlite3"
    with serving(env | OWN) as served:
        browser = Browser(served.port, language="zh-CN")
        assert browser.sign_in().status == 200
        form = browser.get("/intake/")
        given = {name: form.hidden(name) for name in ("csrfmiddlewaretoken", "token")}
        given |= {"service": "leak", "channel": "phone", "narrative": "三楼 leaks"}
        _copy(file, backup)
        if how == "moved":
            file.rename(folder / "elsewhere.sqlite3")
        else:
            file.unlink()

        for address, said in (
            ("/", "数据库丢失或不完整"),
            ("/cases/", "数据库丢失或不完整"),
            ("/public/K/commitments/", "抱歉，页面暂时无法打开"),
        ):
            page = browser.get(address)
            assert (address, page.status) == (address, 503)
            assert said in page.text
        posted = browser.post("/intake/", given)
        assert (posted.status, "三楼 leaks" in posted.text) == (503, True)
        run([*CHENGNUO, "worker", "--once"], env, codes=(0, 1))
        told = json.loads(run([*CHENGNUO, "doctor", "--json"], env, codes=(1,)))
        assert not file.exists(), "neither the server nor the worker nor the doctor made one"
        first = told["findings"][0]
        assert (told["ok"], first["level"]) == (False, "bad")
        assert "从备份恢复" in first["do"]["zh"]
        assert "restore it from the backup" in first["do"]["en"]

        backup.rename(file)
        assert browser.get("/").status == 200
        given["csrfmiddlewaretoken"] = posted.hidden("csrfmiddlewaretoken")
        assert browser.post("/intake/", given).status == 200
    assert run([*SCENE, "inspect"], env).count('"' + given["token"] + '"') == 1


def _copy(file: Path, to: Path) -> None:
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def test_an_empty_file_in_its_place_is_said_and_pages_are_no_500(var):
    folder, env = var
    for name in ("chengnuo.sqlite3", "chengnuo.sqlite3-wal", "chengnuo.sqlite3-shm"):
        (folder / name).unlink(missing_ok=True)
    (folder / "chengnuo.sqlite3").touch()
    with serving(env | OWN) as served:
        page = Browser(served.port).get("/public/K/commitments/")
        assert page.status == 503
        assert "Sorry, this page is not available" in page.text
    told = json.loads(run([*CHENGNUO, "doctor", "--json"], env, codes=(1,)))
    assert "empty" in told["findings"][0]["says"]["en"]
