"""Every page at three widths, in both languages and both themes, and on paper.

A page fits when nothing has to be pushed sideways, when axe finds nothing in it, when a thumb hits
what is to be pressed, and when its print says whose it is, who printed it, when, and which page of
how many. By turns a page is looked at in Chinese, in the light and on paper, or in English and in
the dark: make sights looks at each in both. `SIGHTS_FOLDER=folder` keeps a picture of each.
"""

from __future__ import annotations

import io
import json
import os
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from django.urls import get_resolver, reverse
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.stories.sights import MORE, NO_PAGE, PAGES, RATING, Sight
from tests.stories.steps import a_letter_comes
from tests.stories.test_accessibility import faults

WIDTHS = {390: 844, 820: 1180, 1366: 768}
LANGUAGES = {"zh": "zh-hans", "en": "en"}
# What a sheet of A4 leaves between its margins, in the pixels of a stylesheet.
PAPER = {"width": 688, "height": 960}
# What shows of each drawn picture when the page is about to be printed: width and height.
PICTURES = """() => {
  dispatchEvent(new Event("beforeprint"));
  const shown = (frame) => [frame.offsetWidth, Math.round(frame.offsetHeight)];
  return [...document.querySelectorAll("[_echarts_instance_] > div:first-child")].map(shown);
}"""
SEEN = 60
FITS = (Path(__file__).parent / "fits.js").read_text(encoding="utf-8")
RADICALS = str.maketrans(
    "戶⻔⻅⻓⻚⻛⻢⻋⻉⻝⺠⻄⻩⻬⻆⻘⻥⻦⻰⻣⻜", "户门见长页风马车贝食民西黄齐角青鱼鸟龙骨飞"
)
SHOTS = os.environ.get("SIGHTS_FOLDER")
EVERY = {s.name: s for s in (*PAGES, *MORE)}
BOTH = "SIGHTS" in os.environ or bool(SHOTS)
TURNS = [
    (name, language)
    for turn, name in enumerate(EVERY)
    for language in (LANGUAGES if BOTH else [("zh", "en")[turn % 2]])
]


class Walks:
    """Who looks at the pages: everybody signs in once and keeps his page."""

    def __init__(self, browser, product):
        self.browser, self.product = browser, product
        self.pages: dict[str, Page] = {}
        self.found: dict[str, str] = {}

    def page(self, badge: str) -> Page:
        if badge not in self.pages:
            context = self.browser.new_context(base_url=self.product.address, locale="zh-CN")
            page = self.pages[badge] = context.new_page()
            if badge:
                page.goto("/sign-in/")
                page.locator("#badge").fill(badge)
                page.locator("#password").fill(self.product.password)
                page.locator("#password").press("Enter")
                page.wait_for_url(f"{self.product.address}/")
        return self.pages[badge]

    def opens(self, sight: Sight, language: str) -> Page:
        """The page of the sight; its way is walked once, then its address is known."""
        page = self.page(sight.badge)
        cookie = {"name": "chengnuo_language", "value": LANGUAGES[language]}
        page.context.add_cookies([{**cookie, "url": self.product.address}])
        if sight.way == RATING:
            self.found[sight.name] = self._rating()
        address = self.found.get(sight.name) or self._walk(page, sight.way)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == sight.status, f"{answer.status} {address}"
        self.found[sight.name] = address
        if sight.late:
            page.wait_for_load_state("networkidle")
        return page

    def _walk(self, page: Page, way: str) -> str:
        start, *links = way.split(" -> ")
        address, _, tail = start.partition(" + ")
        for link in links:
            page.goto(address + tail)
            where, _, tail = link.partition(" + ")
            found = page.locator(where).first
            assert found.count(), f"{page.url} has no {where}"
            address = found.get_attribute("href") or ""
            if address.startswith("?"):
                address = page.url.split("?")[0] + address
        return address + tail

    def _rating(self) -> str:
        """A link that a customer was sent and has not used."""
        files = sorted(self.product.var.glob("sms*.jsonl"))
        told = "".join(f.read_text(encoding="utf-8") for f in files)
        sent = told[: told.rfind("\n")].split("\n")  # the last may be in the writing
        links = re.findall(r"/rate/[^\s\"]+", " ".join(json.loads(line)["text"] for line in sent))
        asked = self.page("").context.request
        return next(link for link in reversed(links) if asked.get(link).status == 200)


@pytest.fixture(scope="module")
def walks(browser, product):
    walks = Walks(browser, product)
    a_letter_comes(walks.page("DW07"), "演示-路面-1")
    yield walks
    for page in walks.pages.values():
        page.context.close()


def _shot(page: Page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def _misfits(page: Page, *, narrow: bool) -> list[str]:
    return page.evaluate(f"narrow => {{ {FITS} return fits(narrow); }}", narrow)


DRAWN = "() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))"


def _fits(page: Page, name: str) -> list[str]:
    """What does not fit at each width; on the narrowest also what a thumb misses."""
    found = []
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(DRAWN)  # a chart is told of its new width a frame later
        found += [f"{width}: {what}" for what in _misfits(page, narrow=width < 700)]
        _shot(page, f"{name}-{width}")
    return found


@pytest.mark.parametrize(("name", "language"), TURNS)
def test_every_page_fits_is_accessible_and_prints(walks, name, language):
    sight = EVERY[name]
    page = walks.opens(sight, language)
    page.emulate_media(color_scheme="light" if language == "zh" else "dark")
    found = _fits(page, f"{name}-{language}")
    if language == "zh":
        page.set_viewport_size({"width": 390, "height": 844})
    found += faults(page)
    if language == "zh":
        found += _printed(page, sight)
    page.goto("about:blank")  # an open page asks for news, and there are many of them
    assert not found, "\n".join(found)


def _printed(page: Page, sight: Sight) -> list[str]:
    """What is wrong with the page on paper, from the dark theme, where white paper came from."""
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size(PAPER)
    found = [f"paper: {what}" for what in _misfits(page, narrow=False)]
    page.emulate_media(media="null", color_scheme="light")
    page.evaluate(DRAWN)
    page.emulate_media(media="print", color_scheme="light")
    found += [f"paper: a picture of {box}" for box in page.evaluate(PICTURES) if min(box) < SEEN]
    page.emulate_media(media="null", color_scheme="light")
    title = page.locator("h1").first.inner_text().split("\n")[0].strip()
    sheets = _sheets(page)
    if sight.badge and sight.name not in ("404",):
        who = f"({sight.badge})打印于"
        for number, text in enumerate(sheets, start=1):
            missing = [w for w in (who, f"{number} / {len(sheets)}") if w not in text]
            found += [f"sheet {number} without {w!r}: {text[:80]!r}" for w in missing]
        found += [f"on paper: {w}" for w in ("退出登录", "跳到正文") if w in "".join(sheets)]
    words = "".join("".join(sheets).split())
    if _plain("".join(title.split()))[:6] not in words:
        found.append(f"paper without its title {title!r}: {words[:200]!r}")
    return found


def _sheets(page: Page) -> list[str]:
    """The text of the print, sheet by sheet."""
    printed = page.pdf(prefer_css_page_size=True)
    texts = (sheet.extract_text() for sheet in PdfReader(io.BytesIO(printed)).pages)
    return [_plain(text) for text in texts]


def _plain(text: str) -> str:
    """A print names the shape of a character: where a radical looks the same, it names that."""
    return unicodedata.normalize("NFKC", text).translate(RADICALS)


def test_what_is_masked_on_the_screen_is_masked_on_paper(walks):
    page = walks.opens(EVERY["case-sheet"], "zh")
    seen = page.locator(".sheet-lines td").nth(1).inner_text()
    sheets = "".join(_sheets(page))
    assert seen in sheets
    assert not re.findall(r"(?<!\d)1\d{10}(?!\d)", sheets) or "*" not in seen


def test_a_long_table_repeats_its_heads_on_every_sheet(walks):
    page = walks.opens(EVERY["queues"], "zh")
    sheets = _sheets(page)
    assert len(sheets) > 1
    assert all("经办单位" in sheet for sheet in sheets[:-1])


def test_what_opens_over_a_page_fits_a_telephone(walks):
    page = walks.opens(EVERY["desk"], "zh")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 844})
    for menu in page.locator(".bar details.menu > summary").all():
        menu.click()
        page.wait_for_load_state("networkidle")
        assert not _misfits(page, narrow=True)
        menu.click()
    page.locator("#rows td.step a[hx-get]").first.click()
    expect(page.locator("#sheet form")).to_be_visible()
    assert not _misfits(page, narrow=True)


def _names() -> dict[str, Any]:
    """Every address of the resolver by its name."""
    found = {}
    for included in get_resolver().url_patterns:
        for pattern in included.url_patterns:
            found[pattern.name] = pattern
    return found


def test_every_address_is_a_page_that_is_looked_at_or_none():
    pages = {s.name for s in PAGES}
    assert not pages & NO_PAGE.keys()
    assert set(_names()) == pages | NO_PAGE.keys()


def test_what_is_no_page_gives_none(walks):
    page = walks.page("DW09")
    found = []
    for name in NO_PAGE:
        converters = _names()[name].pattern.converters
        parts = {k: _any_of(v) for k, v in converters.items()}
        answer = page.request.get(reverse(name, kwargs=parts), max_redirects=0)
        if answer.status == 200 and "<main" in answer.text():
            found.append(name)
    assert not found


def _any_of(converter: Any) -> str:
    """Something that the address takes, and nobody has."""
    anything = ("1", "00000000-0000-0000-0000-000000000000")
    return next(one for one in anything if re.fullmatch(converter.regex, one))
