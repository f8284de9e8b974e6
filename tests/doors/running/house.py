"""A house of real processes: a server on loopback, workers, and browsers that only speak HTTP."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

from tests.migrated import database_of_its_own, postgres_template, put_tables

ROOT = Path(__file__).resolve().parents[3]
CHENGNUO = [sys.executable, "-m", "chengnuo.doors.cli"]
SCENE = [sys.executable, "-m", "tests.doors.jobs.scenes"]
HEAD = "K-top"


@contextlib.contextmanager
def environment(var: Path, url: str | None = None) -> Iterator[dict[str, str]]:
    """The environment of every process: a fresh SQLite file, or a fresh database on the server."""
    own = {k: v for k, v in os.environ.items() if not k.startswith("CHENGNUO_")}
    own |= {"CHENGNUO_VAR": str(var), "CHENGNUO_LOG_LEVEL": "ERROR"}
    given = own.pop("DATABASE_URL", "")
    url = given if url is None else url
    if not url.startswith("postgres"):
        put_tables(var)
        yield own
        return
    with database_of_its_own(url, template=postgres_template(url)) as ours:
        yield own | {"DATABASE_URL": ours}


def run(words: list[str], env: dict[str, str], *, codes: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run(words, env=env, cwd=ROOT, capture_output=True, text=True, timeout=180)
    assert done.returncode in codes, done.stderr + done.stdout
    return done.stdout


def start(words: list[str], env: dict[str, str]) -> subprocess.Popen[str]:
    """A process in a group of its own, so that a server goes together with its children."""
    return subprocess.Popen(
        words, env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        start_new_session=True,
    )  # fmt: skip


def end(process: subprocess.Popen[str], how: int = signal.SIGKILL) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, how)
    process.communicate(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Served:
    """A server that answers: where, and the leader of its processes."""

    port: int
    process: subprocess.Popen[str]

    def members(self) -> list[int]:
        """The ids of all its processes."""
        found = []
        for status in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                group = int(status.read_text().rpartition(")")[2].split()[2])
                if group == self.process.pid:
                    found.append(int(status.parent.name))
        return found


@contextlib.contextmanager
def serving(env: dict[str, str], port: int | None = None) -> Iterator[Served]:
    """A server, as long as it is needed."""
    chosen = port or free_port()
    server = start([*CHENGNUO, "serve", "--port", str(chosen)], env)
    try:
        wait_for(chosen)
        yield Served(chosen, server)
    finally:
        end(server)


def wait_for(port: int, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}")


@dataclass
class Page:
    status: int
    text: str
    headers: dict[str, str]

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', self.text)
        assert found, f"no field {name}"
        return unescape(found[1])


@dataclass
class Browser:
    """Keeps cookies, follows to other pages, and never raises for what a server answers."""

    port: int
    language: str = "en"
    jar: CookieJar = field(default_factory=CookieJar)

    def __post_init__(self) -> None:
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str, **headers: str) -> Page:
        return self._ask(path, None, headers)

    def post(self, path: str, given: dict[str, str], **headers: str) -> Page:
        return self._ask(path, urlencode(given).encode(), headers)

    def _ask(self, path: str, body: bytes | None, headers: dict[str, str]) -> Page:
        said = {"Accept-Language": self.language, **headers}
        said = {name.replace("_", "-"): value for name, value in said.items()}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, said)
        try:
            with self.opener.open(request, timeout=60) as answer:
                return Page(answer.status, answer.read().decode(), dict(answer.headers))
        except urllib.error.HTTPError as answer:
            return Page(answer.code, answer.read().decode(), dict(answer.headers))

    def sign_in(self, badge: str = HEAD) -> Page:
        token = self.get("/sign-in/").hidden("csrfmiddlewaretoken")
        given = {"badge": badge, "password": badge, "csrfmiddlewaretoken": token}
        return self.post("/sign-in/", given)
