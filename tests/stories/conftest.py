"""The product as it is run: a server and a worker of its own on loopback, and a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright

from tests.migrated import alone, put_tables

BROWSER = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run"  # noqa: E501
SCREEN = {"width": 1366, "height": 768}
PATIENCE = 15_000
CHOICES = {"zh": "中文", "en": "English"}


@dataclass(frozen=True, slots=True)
class Product:
    """Where the demonstration answers, the password of its people, and where it keeps things."""

    address: str
    password: str
    var: Path


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    var = tmp_path_factory.mktemp("demonstration") / "var"
    ours = {k: v for k, v in os.environ.items() if k != "DATABASE_URL" and "CHENGNUO" not in k}
    ours["CHENGNUO_VAR"] = str(var)
    shutil.copytree(_prepared(tmp_path_factory, ours), var)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = var / "log"
    with log.open("wb") as out:
        line = [sys.executable, "-m", "chengnuo.doors.cli", "demo", "--port", str(port)]
        house = subprocess.Popen(line, env=ours, stdout=out, stderr=out)
        try:
            _wait(house, port, log)
            password = (var / "demo_password").read_text(encoding="utf-8").strip()
            yield Product(f"http://127.0.0.1:{port}", password, var)
        finally:
            house.terminate()
            house.wait(timeout=30)


def _prepared(tmp_path_factory: pytest.TempPathFactory, env: dict[str, str]) -> Path:
    """The data, and what the worker makes of it at once: messages wait before anybody looks.
    Made by the first runner of a run, for all of them."""
    own = tmp_path_factory.getbasetemp()
    made = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "prepared"
    with alone("prepared"):
        if not made.exists():
            making = made.with_suffix(".making")
            put_tables(making)
            for words in (["demo", "--prepare"], ["worker", "--once"]):
                done = subprocess.run(
                    [sys.executable, "-m", "chengnuo.doors.cli", *words],
                    env=env | {"CHENGNUO_VAR": str(making)},
                    capture_output=True,
                    text=True,
                    timeout=240,
                )
                assert done.returncode == 0, done.stderr
            making.rename(made)
    return made


def _wait(house: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(900):
        assert house.poll() is None, log.read_text()
        if f"http://127.0.0.1:{port}/" in log.read_text():
            return
        time.sleep(0.1)
    raise AssertionError(f"no server: {log.read_text()}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Within one module: Playwright's loop must not run while others use the database."""
    path = (
        shutil.which("chromium-headless-shell") or shutil.which("chromium") or "/usr/bin/chromium"
    )
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=BROWSER.split())
        yield started
        started.close()


Enters = Callable[..., Page]


@pytest.fixture(scope="session")
def signed_in() -> dict[tuple[str, str], StorageState]:
    """The sessions of those who signed in once, by badge and language: signing in takes longer than
    most pages, and has its own stories."""
    return {}


@pytest.fixture
def enters(
    browser: Browser, product: Product, signed_in: dict[tuple[str, str], StorageState]
) -> Iterator[Enters]:
    """Somebody signs in, in a browser of his own. What the console complains of fails the story."""
    complaints: list[str] = []
    contexts = []

    def sign_in(badge: str = "", *, language: str = "en", scheme: str = "light") -> Page:
        known = signed_in.get((badge, language))
        context = browser.new_context(
            viewport=SCREEN,
            base_url=product.address,
            color_scheme=scheme,
            locale="zh-CN",
            storage_state=known,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: (
                complaints.append(f"{page.url}: {said.text}")
                if _bad(said.text, said.type)
                else None
            ),
        )
        if known is not None:
            page.goto("/")
            if page.url == f"{product.address}/":
                return page
        page.goto("/sign-in/")
        if language in CHOICES:
            page.get_by_role("button", name=CHOICES[language]).click()
        if badge:
            page.locator("#badge").fill(badge)
            page.locator("#password").fill(product.password)
            page.locator("#password").press("Enter")
            page.wait_for_url(f"{product.address}/")
            signed_in[badge, language] = context.storage_state()
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert not complaints


def _bad(text: str, kind: str) -> bool:
    """Our own answers 409, 422 and 429 are news to a browser's console, not to us."""
    ours = ("status of 409", "status of 422", "status of 429")
    return kind == "error" and not any(status in text for status in ours)
