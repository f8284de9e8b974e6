"""The same leak is told twice: the agent sees it while typing, links, and merges it afterwards."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.stories.steps import save, take_in

STREET = "示例市示例新路88号"


def told(page: Page, phone: str, narrative: str, room: str) -> None:
    take_in(page, "pipe-repair", narrative, phone=phone, address=f"{STREET}{room}")
    page.locator("#address").press("Tab")


def number_of(page: Page) -> str:
    found = re.search(r"DW-\d{6}-\d{5}", page.url)
    assert found, page.url
    return found.group()


def test_the_same_matter_is_found_linked_and_merged(enters):
    page = enters("DW09")
    told(page, "13900000071", "路面冒水", "")
    save(page)
    first = number_of(page)

    told(page, "13900000072", "楼前一直冒水，已经淹到车库", "2单元301室")
    known = page.locator("#duplicates")
    expect(known).to_contain_text(first)
    expect(known).to_contain_text("same address")
    known.locator(f"input[name=link_to][value='{first}']").check()
    save(page)
    second = number_of(page)

    page.goto(f"/cases/{second}/")
    linked = page.locator("#linked")
    expect(linked).to_contain_text(first)
    linked.get_by_text("Link or merge").click()
    page.locator("#link-other").fill(first)
    page.locator("#link-why").fill("同一处冒水")
    linked.get_by_role("button", name="Merge this case into it").click()
    expect(page.locator(".told")).to_be_visible()
    expect(page.locator("#linked")).to_contain_text(f"Merged into {first}")
    expect(page.locator("h1")).to_contain_text("closed")

    page.goto(f"/cases/{first}/")
    expect(page.locator("#linked")).to_contain_text(second)
    expect(page.locator("#linked")).to_contain_text("Callers awaiting a reply 2")


def test_a_known_matter_is_urged_instead_of_taken_in_again(enters):
    page = enters("DW09")
    told(page, "13900000073", "示例水表井边冒水", "9号院")
    save(page)
    first = number_of(page)

    told(page, "13900000073", "水还在冒，催一下", "9号院")
    known = page.locator("#duplicates")
    expect(known).to_contain_text("same telephone")
    known.get_by_role("button", name="Chase this one instead").first.click()
    page.wait_for_url(f"**/cases/{first}/")
    expect(page.locator(".timeline")).to_contain_text("水还在冒，催一下")


def test_a_service_is_suggested_and_taken_by_a_key(enters):
    page = enters("DW09")
    page.goto("/intake/")
    page.locator("#narrative").fill("小区水压低，洗不了澡")
    expect(page.locator("#suggestions")).to_contain_text("Low-pressure report")
    page.locator("#narrative").press("Alt+1")
    expect(page.locator("#services input[value=low-pressure]")).to_be_checked()
