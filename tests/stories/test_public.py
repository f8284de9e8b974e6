"""A customer with a telephone in the hand: what is promised, how it stands, how it was."""

from __future__ import annotations

import json
import re
import time

import pytest
from playwright.sync_api import expect

from tests.stories import steps

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def visitor(browser, product):
    """A telephone without scripts: the public pages need none."""
    context = browser.new_context(
        viewport=PHONE, base_url=product.address, java_script_enabled=False, locale="zh-CN"
    )
    page = context.new_page()
    yield page
    context.close()


def fits(page) -> None:
    """Nothing has to be pushed sideways; asked of the browser, not of the page's own scripts."""
    box = page.locator("main").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]


def test_what_is_promised_in_the_browsers_language_and_in_english(visitor):
    visitor.goto("/public/dw/commitments/")
    expect(visitor.locator("h1")).to_have_text("服务承诺")
    visitor.get_by_text("管道维修").first.click()
    expect(visitor.locator("details[open]").first).to_be_visible()
    fits(visitor)
    visitor.get_by_role("link", name="English").click()
    expect(visitor.locator("h1")).to_have_text("Service commitments")
    fits(visitor)


def test_how_a_case_stands(enters, visitor):
    agent = enters("DW09")
    steps.take_in(agent, "pipe-repair", "路面冒水", phone="13612345678", name="演示来电人")
    number = steps.save(agent)
    visitor.goto("/public/dw/progress/")
    visitor.locator("#number").fill(number)
    visitor.locator("#phone").fill("13612345679")
    visitor.get_by_role("button").click()
    expect(visitor.locator(".wrong")).to_contain_text("没有查到")
    visitor.locator("#phone").fill("136 1234 5678")
    visitor.get_by_role("button").click()
    expect(visitor.locator(".stage")).to_contain_text("正在办理")
    expect(visitor.locator(".promises")).to_contain_text("抢修到场")
    expect(visitor.locator("body")).not_to_contain_text("演示来电人")
    fits(visitor)


def link_of(product, company: str) -> str:
    """The link in the short message about a case of this company that closed yesterday."""
    for _ in range(60):
        files = sorted(product.var.glob("sms*.jsonl"))  # a new one begins when one is taken away
        lines = [line for f in files for line in f.read_text(encoding="utf-8").splitlines()]
        texts = [json.loads(line)["text"] for line in lines]
        links = [t.rpartition("http")[2] for t in texts if f"工单{company}-" in t]
        if links:
            return "/rate/" + links[0].partition("/rate/")[2]
        time.sleep(0.5)
    raise AssertionError("no message was written")


def test_a_rating_by_the_link_of_the_message(enters, visitor, product):
    link = link_of(product, "DW")
    visitor.goto(link)
    number = re.search(r"DW-[\d-]+", visitor.locator("main").inner_text()).group()
    visitor.get_by_label("不满意").check()
    visitor.get_by_label("2", exact=True).check()
    visitor.get_by_label("未解决").check()
    visitor.locator("#words").fill("等了很久")
    fits(visitor)
    visitor.get_by_role("button").click()
    expect(visitor.locator("[role=status]")).to_contain_text("深表歉意")
    visitor.goto(link)
    expect(visitor.locator("[role=alert]")).to_contain_text("已评价过")
    head = enters("DW02")
    head.goto(f"/cases/{number}/")
    expect(head.locator(".ratings")).to_contain_text("等了很久")
