"""Whoever uses the pages with a screen reader, with the keyboard alone, or in the dark.

axe-core (tests/vendor/axe-core) finds what a machine can find of WCAG 2.2, levels A and AA: on
every page in test_sights.py, here on what opens over one. The keyboard's story is the rest that
can be played.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

AXE = (Path(__file__).parents[1] / "vendor/axe-core/axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
SIGHTS = [("zh", "light"), ("en", "dark")]


def faults(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    page.evaluate(AXE)
    ask = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"
    found = page.evaluate(ask, RULES)["violations"]
    return [f"{page.url} {v['id']}: {n['html'][:200]}" for v in found for n in v["nodes"]]


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    # The caller's card and the promises of the intake come after the page.
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize(("language", "scheme"), SIGHTS)
def test_what_opens_over_a_page_has_no_fault_that_a_machine_finds(enters, language, scheme):
    page = enters("DW09", language=language, scheme=scheme)
    found = []
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    found += faults(page)
    page.keyboard.press("Escape")
    page.locator("#rows td.step a[hx-get]").first.click()
    expect(page.locator("#sheet form")).to_be_visible()
    found += faults(page)
    page.locator("#sheet .actions .primary").click()
    expect(page.locator("#sheet .wrong").first).to_be_visible()
    found += faults(page)
    page.keyboard.press("Escape")
    page.locator("#messages summary").click()
    expect(page.locator("#message-list h2")).to_be_visible()
    found += faults(page)
    opened(page, "/cases/")
    opened(page, page.locator("main a[href^='/cases/D']").first.get_attribute("href"))
    for step in page.locator(".other-steps details").all():
        step.evaluate("box => { box.open = true; }")
    found += faults(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nor_has_the_door(enters, language):
    page = enters(language=language)
    assert not faults(page)
    page.locator("#badge").fill("DW09")
    page.locator("#password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.locator(".wrong")).to_be_visible()
    assert not faults(page)


def tab_to(page: Page, selector: str, most: int = 120) -> None:
    """Press Tab until the focus is there, and see that it shows."""
    for _ in range(most):
        if page.evaluate("s => document.activeElement?.matches(s)", selector):
            seen = "getComputedStyle(document.activeElement)"
            assert page.evaluate(f"{seen}.outlineStyle != 'none' || {seen}.boxShadow != 'none'")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_a_repair_without_a_mouse(enters, product):
    page = enters(language="zh")
    press = page.keyboard.press
    expect(page.locator("#badge")).to_be_focused()
    page.keyboard.type("DW09")
    press("Tab")
    page.keyboard.type(product.password)
    press("Enter")
    page.wait_for_url(f"{product.address}/")
    press("n")
    expect(page.locator("#phone")).to_be_focused()
    page.keyboard.type("13900007777")
    press("Alt+w")
    page.keyboard.type("示例路路面冒水")
    press("Alt+s")
    page.keyboard.type("水质")
    press("Enter")
    expect(page.locator("#services input:checked")).to_be_focused()
    press("Alt+a")
    page.keyboard.type("示例市示例路77号")
    press("Control+Enter")
    page.wait_for_url(re.compile("/taken/"))
    tab_to(page, ".taken-acts a[href^='/cases/']:last-child")
    press("Enter")
    page.wait_for_url(re.compile(r"/cases/D[A-Z]-[\d-]+/$"))
    press("f")
    sheet = page.locator("#sheet")
    expect(sheet.locator("form")).to_be_visible()
    fill_by_keyboard(page)
    press("Control+Enter")
    expect(sheet).to_be_hidden()
    expect(page.locator(".told")).to_be_visible()
    page.wait_for_load_state()  # the page stands there before its keys are heard
    press("g")
    press("q")
    page.wait_for_url(re.compile("/queues/"))


def fill_by_keyboard(page: Page) -> None:
    """Answer what the open form must have: words where words are asked, else the first choice."""
    for name in page.locator("#sheet form [required]").evaluate_all("all => all.map(f => f.name)"):
        field = page.locator(f"#sheet [name='{name}']").first
        tab_to(page, f"#sheet [name='{name}']")
        kind = field.get_attribute("type")
        if kind in ("radio", "checkbox"):
            page.keyboard.press("Space")
        elif field.evaluate("f => f.tagName") == "SELECT":
            page.keyboard.press("ArrowDown")
        elif not field.input_value():
            page.keyboard.type("已按键盘办理")
