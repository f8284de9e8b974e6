"""The database is away, busy or full: a page says so, and gives back what was typed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from scripts.throwaway_postgres import PostgresUnavailable, throwaway_postgres
from tests.doors.running.house import SCENE, Browser, environment, run, serving

TYPED = "三楼 kitchen tap leaks,\nsince <Monday>"


class Stoppable:
    """A PostgreSQL server that can be stopped and started again under its clients."""

    def __init__(self, pid: int) -> None:
        status = Path(f"/proc/{pid}/status").read_text().splitlines()
        ids = {
            line.split()[0]: int(line.split()[1]) for line in status if line[:4] in ("Uid:", "Gid:")
        }
        self.user, self.group = ids["Uid:"], ids["Gid:"]
        self.words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")[:-1]
        self.pid, self.again = pid, None

    def stop(self) -> None:
        os.kill(self.pid, signal.SIGINT)
        data = Path(self.words[self.words.index("-D") + 1])
        while (data / "postmaster.pid").exists():
            time.sleep(0.05)

    def start(self) -> None:
        who = {} if os.geteuid() else {"user": self.user, "group": self.group, "extra_groups": []}
        self.again = subprocess.Popen(
            self.words, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **who
        )
        self.pid = self.again.pid

    def end(self) -> None:
        if self.again is not None:
            self.again.send_signal(signal.SIGINT)
            self.again.wait(timeout=20)


@pytest.fixture(scope="module")
def stoppable(tmp_path_factory) -> Iterator[tuple[Stoppable, dict[str, str]]]:
    """One server for all; a test that stops it starts it again."""
    tmp_path = tmp_path_factory.mktemp("away")
    try:
        with throwaway_postgres() as server:
            database = Stoppable(server.pid)
            env = {k: v for k, v in os.environ.items() if not k.startswith("CHENGNUO_")}
            env |= {"CHENGNUO_VAR": str(tmp_path / "var"), "DATABASE_URL": server.url}
            run([*SCENE, "prepare", str(tmp_path), "1"], env)
            yield database, env
            database.end()
    except PostgresUnavailable as why:
        pytest.skip(f"{why}")


def filled(browser: Browser) -> dict[str, str]:
    """The intake form, as somebody filled it."""
    form = browser.get("/intake/")
    fresh = {name: form.hidden(name) for name in ("csrfmiddlewaretoken", "token")}
    return fresh | {"service": "leak", "channel": "phone", "narrative": TYPED}


def test_postgresql_that_is_stopped_gives_back_what_was_typed(stoppable):
    database, env = stoppable
    with serving(env) as served:
        browser = Browser(served.port, language="zh-CN")
        assert browser.sign_in().status == 200
        given = filled(browser)
        database.stop()

        looked = browser.get("/cases/")
        assert looked.status == 503
        assert "数据库暂时无法连接" in looked.text
        assert 'http-equiv="refresh"' in looked.text
        assert looked.headers["retry-after"]

        saved = browser.post("/intake/", given)
        assert saved.status == 503
        assert "三楼 kitchen tap leaks,\nsince &lt;Monday&gt;</textarea>" in saved.text
        assert "重新提交" in saved.text
        assert saved.headers["cache-control"] == "private, no-store"

        part = browser.post("/intake/", given, HX_Request="true")
        assert part.status == 503
        assert part.text == ""
        assert "未保存" in unquote(part.headers["x-why"])

        database.start()
        time.sleep(1)
        sent = given | {"csrfmiddlewaretoken": saved.hidden("csrfmiddlewaretoken")}
        for _twice in range(2):
            assert browser.post("/intake/", sent).status == 200
        found = run([*SCENE, "inspect"], env)
        assert found.count('"' + given["token"] + '"') == 1, "sent twice, it counts once"


def test_a_password_is_asked_for_again_and_never_given_back(stoppable):
    database, env = stoppable
    with serving(env) as served:
        browser = Browser(served.port)
        token = browser.get("/sign-in/").hidden("csrfmiddlewaretoken")
        database.stop()
        given = {"csrfmiddlewaretoken": token, "badge": "K-top", "password": "my secret word"}
        page = browser.post("/sign-in/", given)
        assert page.status == 503
        assert "The database cannot be reached" in page.text
        assert "my secret word" not in page.text
        assert 'type="password" name="password"' in page.text
        assert ">\nK-top</textarea>" in page.text


def test_a_locked_sqlite_says_so(tmp_path):
    with environment(tmp_path / "var", url="") as env:
        run([*SCENE, "prepare", str(tmp_path), "1"], env)
        with serving(env | {"DJANGO_SETTINGS_MODULE": "tests.doors.running.settings"}) as served:
            browser = Browser(served.port, language="zh-CN")
            browser.sign_in()
            given = filled(browser)
            held = sqlite3.connect(tmp_path / "var" / "chengnuo.sqlite3", isolation_level=None)
            held.execute("BEGIN IMMEDIATE")
            page = browser.post("/intake/", given)
            held.close()
            assert page.status == 503
            assert "数据库正忙" in page.text
            assert "三楼" in page.text


FULL = """
import django
django.setup()
from django.conf import settings
from django.db import connection
from django.test import Client
from chengnuo.people.models import Staff
settings.ALLOWED_HOSTS = ["*"]
client = Client(raise_request_exception=False, headers={"Accept-Language": "zh-CN"})
client.force_login(Staff.objects.get(badge="K-top"))
client.get("/intake/")
words = "三楼漏水，" * 3000
with connection.cursor() as cursor:
    cursor.execute("PRAGMA page_count")
    cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
told = {"service": "leak", "channel": "phone", "token": "t", "narrative": words}
answer = client.post("/intake/", told)
part = client.post("/intake/", told, headers={"HX-Request": "true"})
print(answer.status_code, words in answer.content.decode(), part.status_code, part.content)
"""


def test_a_full_database_gives_back_what_was_typed(tmp_path):
    """In a process of its own: a database that is full takes a test's own way back with it."""
    with environment(tmp_path / "var", url="") as env:
        run([*SCENE, "prepare", str(tmp_path), "1"], env)
        own = env | {"DJANGO_SETTINGS_MODULE": "chengnuo.config.settings"}
        told = run([sys.executable, "-c", FULL], own)
    assert told.split("\n")[-2] == "503 True 503 b''"
