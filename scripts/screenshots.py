"""Take the pictures in docs/screenshots/ anew: a demonstration of its own, and a real browser.

Run it with `make screenshots`; name pictures to take only these. Everything on them is invented.
"""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
BROWSER = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
WIDE, TABLET = (1366, 768), (820, 1180)
LANGUAGES = {"zh": "zh-hans", "en": "en"}
BUTTONS = {"zh": "中文", "en": "English"}
LEAK = "厂区门口主管漏水"
PALETTE = (Path(__file__).parent / "palette.js").read_text(encoding="utf-8")

Scheme = Literal["light", "dark"]
BOTH, TABLETS, DARK = ("zh", "en"), ("zh-tablet", "en-tablet"), ("zh-dark",)


@dataclass(frozen=True, slots=True)
class Picture:
    """A page, whose it is (a badge of the demonstration), and in which kinds it is taken."""

    name: str
    badge: str
    address: str = ""
    kinds: tuple[str, ...] = BOTH


PICTURES = (
    Picture("desk", "DW09", "/", BOTH + TABLETS + DARK),
    Picture("intake", "DW09", kinds=BOTH + DARK),
    Picture("customer", "DW09"),
    Picture("outside", "DW07", "/outside/new/"),
    Picture("case", "DW17", kinds=BOTH + TABLETS + DARK),
    Picture("department", "DW03", "/", TABLETS),
    Picture("queue", "DW11", "/queues/", (*BOTH, "zh-tablet")),
    Picture("overdue", "DW11", "/overdue/"),
    Picture("callbacks", "DW10", "/callbacks/"),
    Picture("overview", "DW02", "/overview/", BOTH + TABLETS + DARK),
    Picture("conduct", "DW02", "/conduct/"),
    Picture("house", "DW00", "/house/"),
    Picture("regulation", "DW09", "/regulation/"),
    Picture("process", "DW09"),
    Picture("commitments", "", "/public/dw/commitments/?language={}"),
)


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


def enter(browser: Browser, house: tuple[str, str], badge: str, kind: str) -> Page:
    """Somebody at a screen of this kind: the language, and where it is another, what it is."""
    language, _sep, other = kind.partition("-")
    scheme: Scheme = "dark" if other == "dark" else "light"
    width, height = TABLET if other == "tablet" else WIDE
    context = browser.new_context(
        viewport={"width": width, "height": height},
        base_url=house[0],
        color_scheme=scheme,
        locale={"zh": "zh-CN", "en": "en-GB"}[language],
    )
    page = context.new_page()
    if badge:
        page.goto("/sign-in/")
        page.get_by_role("button", name=BUTTONS[language]).click()
        page.locator("#badge").fill(badge)
        page.locator("#password").fill(house[1])
        page.locator("#password").press("Enter")
        page.wait_for_url(f"{house[0]}/")
    return page


def show(page: Page, picture: Picture, kind: str) -> None:
    """Bring a page in front of the camera."""
    if picture.name == "intake":
        page.goto("/intake/?service=pipe-repair&phone=13800000002")
        page.locator("[name='fact.area'][value=urban]").check()
        page.locator("[name='fact.diameter_mm']").fill("300")
        page.locator("#narrative").fill("示例路口路面冒水，水量较大，已影响通行。")
    elif picture.name == "customer":
        page.goto("/customers/")
        page.locator("main table a[href^='/customers/']").first.click()
        page.wait_for_load_state()
    elif picture.name == "case":
        page.goto("/?show=overdue")
        page.locator("tr", has_text=LEAK).locator("td.what a").first.click()
        page.wait_for_url("**/cases/**")
        page.locator(".promise.overdue summary").first.click()
    elif picture.name == "process":
        page.goto("/regulation/")
        page.locator(".toc a[href$='/processes/emergency/']").click()
        page.wait_for_url("**/processes/**")
    else:
        page.goto(picture.address.format(LANGUAGES[kind[:2]]))
    page.wait_for_timeout(1200)
    page.evaluate("scrollTo(0, 0)")


def small(painter: Page, picture: bytes) -> bytes:
    """The same PNG with 256 colours: a third of the size, and no difference to the eye."""
    found: dict[str, Any] = painter.evaluate(
        PALETTE, f"data:image/png;base64,{b64encode(picture).decode()}"
    )
    width, height = found["width"], found["height"]
    indices = b64decode(found["indices"])
    lines = b"".join(b"\0" + indices[y * width : (y + 1) * width] for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"PLTE", b64decode(found["palette"])))
    ends = ((b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*c) for c in (*chunks, *ends))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = [p for p in PICTURES if p.name in (sys.argv[1:] or {q.name for q in PICTURES})]
    with demonstration() as house, sync_playwright() as driver:
        path = shutil.which("chromium") or "/usr/bin/chromium"
        browser = driver.chromium.launch(executable_path=path, args=BROWSER)
        painter = browser.new_page()
        for badge, kind in sorted({(p.badge, kind) for p in wanted for kind in p.kinds}):
            page = enter(browser, house, badge, kind)
            for picture in wanted:
                if picture.badge == badge and kind in picture.kinds:
                    show(page, picture, kind)
                    target = FOLDER / f"{picture.name}-{kind}.png"
                    target.write_bytes(small(painter, page.screenshot()))
                    print(target.name, target.stat().st_size // 1024, "kB", flush=True)
            page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
