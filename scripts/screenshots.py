"""Take the pictures in docs/screenshots/ anew: a demonstration of its own, and a real browser.

Run it with `make screenshots`. Everything on the pictures is invented.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
BROWSER = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
WIDE, TABLET = (1366, 768), (820, 1180)
AGENT, CREW = "DW09", "DW17"  # of the demonstration's water company
BUTTONS = {"zh": "中文", "en": "English"}
LEAK = "厂区门口主管漏水"
PAGES = ("desk", "intake", "case", "overdue", "regulation", "process")


@contextmanager
def demonstration() -> Iterator[tuple[str, str]]:
    """A fresh demonstration on loopback: its address and its password."""
    with tempfile.TemporaryDirectory() as folder:
        ours = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        ours["CHENGNUO_VAR"] = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        line = [sys.executable, "-m", "chengnuo.doors.cli", "demo", "--port", str(port)]
        house = subprocess.Popen(line, env=ours, stdout=subprocess.PIPE, text=True)
        try:
            assert house.stdout is not None  # noqa: S101 - says to mypy what PIPE means
            address = f"http://127.0.0.1:{port}"
            if not any(address in said for said in house.stdout):
                raise SystemExit("the demonstration did not start")
            time.sleep(3)  # the worker's first round: breaches, warnings, messages
            yield address, (Path(folder) / "demo_password").read_text(encoding="utf-8").strip()
        finally:
            house.terminate()
            house.wait(timeout=30)


def enter(
    browser: Browser,
    house: tuple[str, str],
    badge: str,
    language: str,
    size: tuple[int, int],
    scheme: Literal["light", "dark"],
) -> Page:
    """Somebody at a screen of this size."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, base_url=house[0], color_scheme=scheme
    )
    page = context.new_page()
    page.goto("/sign-in/")
    page.get_by_role("button", name=BUTTONS[language]).click()
    page.locator("#badge").fill(badge)
    page.locator("#password").fill(house[1])
    page.locator("#password").press("Enter")
    page.wait_for_url(f"{house[0]}/")
    return page


def show(page: Page, what: str) -> None:
    """Bring a page in front of the camera."""
    if what == "intake":
        page.goto("/intake/?service=pipe-repair&phone=13800000002")
        page.locator("[name='fact.area'][value=urban]").check()
        page.locator("[name='fact.diameter_mm']").fill("300")
        page.locator("#narrative").fill("示例路口路面冒水，水量较大，已影响通行。")
        page.wait_for_load_state("networkidle")
    elif what == "case":
        page.goto("/?show=overdue")
        page.locator("tr", has_text=LEAK).locator("td.what a").first.click()
        page.wait_for_url("**/cases/**")
        page.locator(".promise.overdue summary").first.click()
    elif what == "process":
        page.goto("/regulation/")
        page.locator(".toc a[href$='/processes/emergency/']").click()
        page.wait_for_url("**/processes/**")
    else:
        page.goto({"desk": "/", "overdue": "/overdue/", "regulation": "/regulation/"}[what])


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demonstration() as house, sync_playwright() as driver:
        path = shutil.which("chromium") or "/usr/bin/chromium"
        browser = driver.chromium.launch(executable_path=path, args=BROWSER)
        kinds: list[tuple[str, tuple[int, int], Literal["light", "dark"], str]] = [
            ("zh", WIDE, "light", ""),
            ("en", WIDE, "light", ""),
            ("zh", TABLET, "light", "-tablet"),
            ("en", TABLET, "light", "-tablet"),
            ("zh", WIDE, "dark", "-dark"),
        ]
        for language, size, scheme, suffix in kinds:
            agent = enter(browser, house, AGENT, language, size, scheme)
            crew = enter(browser, house, CREW, language, size, scheme)
            for what in PAGES:
                if suffix and what not in ("desk", "case"):
                    continue
                page = crew if what == "case" else agent
                show(page, what)
                page.evaluate("scrollTo(0, 0)")
                page.wait_for_timeout(200)
                target = FOLDER / f"{what}-{language}{suffix}.png"
                page.screenshot(path=target)
                print(target.name)
        browser.close()


if __name__ == "__main__":
    main()
