"""A customer's whole file: found by the meter, put right, a meter hung, a matter taken in."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_an_agent_finds_a_customer_by_the_meter_and_looks_for_a_reason(enters):
    page = enters("DW09", language="zh")
    page.get_by_role("link", name="客户", exact=True).click()
    page.locator("input[name=q]").last.fill("DWM2024011")
    page.get_by_role("button", name="查找").click()
    row = page.locator(".register tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("大客户")
    expect(row).not_to_contain_text("示例食品厂")
    row.get_by_role("link").click()
    expect(page.locator("h1")).not_to_contain_text("示例食品厂")
    page.locator("#reveal summary").click()
    page.locator("#why").fill("客户来电核对地址")
    page.locator("#reveal button").click()
    expect(page.locator("h1")).to_contain_text("示例食品厂")
    expect(page.locator(".side")).to_contain_text("13800000011")
    expect(page.locator(".timeline")).to_contain_text("装表")
    page.get_by_role("link", name="为该客户受理").click()
    page.wait_for_url(re.compile(r"/intake/\?customer="))


def test_a_new_customer_gets_an_account_and_a_meter(enters):
    page = enters("DW09")
    page.goto("/customers/new/")
    page.locator("#c-number").fill("DW900001")
    page.locator("#c-name").fill("演示新客户")
    page.locator("#c-phone").fill("13811112222")
    page.locator("#c-class").select_option("special")
    page.locator("#c-address").fill("示例市新路1号")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_contain_text("Special customer")
    page.get_by_text("Open an account").first.click()
    page.locator("#oa-number").fill("DW-H90001")
    page.locator("#oa-opened").fill("2026-01-05")
    page.get_by_role("button", name="Open an account").click()
    expect(page.locator(".side")).to_contain_text("DW-H90001")
    page.get_by_text("Install a meter").first.click()
    page.locator("#im-serial").fill("DWM2024001")
    page.get_by_role("button", name="Install a meter").click()
    expect(page.locator(".wrong")).to_contain_text("DWM2024001 is taken already.")
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
        page.get_by_role("link", name="As a workbook").click()
    assert sheet.value.suggested_filename.endswith(".xlsx")
