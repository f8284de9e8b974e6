"""A customer's whole file: found by the meter, put right, a meter hung, a matter taken in."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect


def register(page: Page, number: str, name: str, phone: str, kind: str) -> None:
    """A customer with an account, who has no matter yet; his file is open then."""
    page.goto("/customers/new/")
    page.locator("#c-number").fill(number)
    page.locator("#c-name").fill(name)
    page.locator("#c-phone").fill(phone)
    page.locator("#c-class").select_option(kind)
    page.locator("#c-address").fill("示例市新路1号")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_contain_text(number)
    page.get_by_text("Open an account").first.click()
    page.locator("#oa-number").fill(f"{number}-H")
    page.locator("#oa-opened").fill("2026-01-05")
    page.get_by_role("button", name="Open an account").click()
    expect(page.locator(".side")).to_contain_text(f"{number}-H")


def install(page: Page, serial: str) -> None:
    page.get_by_text("Install a meter").first.click()
    page.locator("#im-serial").fill(serial)
    page.get_by_role("button", name="Install a meter").click()


def test_an_agent_finds_a_customer_by_the_meter_and_looks_for_a_reason(enters):
    # given a customer of whom the agent's unit has no open matter: it would see him in full
    clerk = enters("DW09")
    register(clerk, "DW900011", "演示罐头厂", "13811110011", "key")
    install(clerk, "DWM9000011")
    expect(clerk.locator(".side")).to_contain_text("DWM9000011")
    # when the agent finds him by the meter, he is masked in the list and in his file
    page = enters("DW09", language="zh")
    page.get_by_role("link", name="客户", exact=True).click()
    page.wait_for_url(re.compile("/customers/"))  # the page before has a field of that name too
    page.locator("input[name=q]").last.fill("DWM9000011")
    page.get_by_role("button", name="搜索").click()
    row = page.locator(".register tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("大客户")
    expect(row).not_to_contain_text("演示罐头厂")
    row.get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text("DW900011")
    expect(page.locator("h1")).not_to_contain_text("演示罐头厂")
    # then he says why, and sees
    page.locator("#reveal summary").click()
    page.locator("#why").fill("客户来电核对地址")
    page.locator("#reveal button").click()
    expect(page.locator("h1")).to_contain_text("演示罐头厂")
    expect(page.locator(".side")).to_contain_text("13811110011")
    expect(page.locator(".timeline")).to_contain_text("装表")
    page.get_by_role("link", name="为该客户受理").click()
    page.wait_for_url(re.compile(r"/intake/\?customer="))


def test_a_new_customer_gets_an_account_and_a_meter(enters):
    page = enters("DW09")
    register(page, "DW900001", "演示新客户", "13811112222", "special")
    expect(page.locator("h1")).to_contain_text("Special customer")
    install(page, "DWM2024001")
    expect(page.locator(".wrong")).to_contain_text("DWM2024001 is already in use")
    page.locator("#im-serial").fill("DWM9000001")
    page.get_by_role("button", name="Install a meter").click()
    expect(page.locator(".side")).to_contain_text("DWM9000001")


def test_the_statistics_are_drawn_and_every_number_opens(enters):
    page = enters("DW09")
    page.goto("/customers/archive/")
    expect(page.locator(".figure.months .chart svg")).to_be_visible()
    number = page.locator(".figure.classes td a").first
    count = number.inner_text()
    number.click()
    expect(page.locator("h1")).to_contain_text(count)
    with page.expect_download() as sheet:
        page.goto("/customers/archive/")
        page.get_by_role("link", name="Download workbook").click()
    assert sheet.value.suggested_filename.endswith(".xlsx")
