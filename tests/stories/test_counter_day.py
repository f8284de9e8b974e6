"""A day at the counter: the clerk takes a matter in, fills the form for the customer, tells the
number to call."""

import re

from playwright.sync_api import expect

from tests.stories.conftest import Enters
from tests.stories.steps import write

CLERK = "DG13"
PROMISED = "2099-01-15T17:30"


def test_a_customer_at_the_counter(enters: Enters):
    page = enters(CLERK)
    page.goto("/intake/")
    # A clerk's customers stand at the counter, and are greeted there.
    expect(page.locator("#channel")).to_have_value("counter")
    expect(page.locator(".greeting")).to_contain_text(f"我是{CLERK}号营业员")
    page.keyboard.type("13800000003")
    expect(page.locator(".caller .is")).to_contain_text("演示客户丙")
    expect(page.locator(".caller .is")).to_contain_text("Key")
    page.keyboard.press("Alt+w")
    page.keyboard.type("要办理过户")
    page.locator("#services input[value=account-transfer]").check()
    expect(page.locator("#promises li").first).to_be_visible()
    page.keyboard.press("Alt+w")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("/taken/"))
    number = page.url.split("/")[-3]
    # The enquiry number is told, and the acceptance form follows at once.
    closing = page.locator(".closing-words")
    expect(closing).to_contain_text("please call the enquiry number on the form")
    expect(closing).to_contain_text(number)
    page.get_by_role("link", name="Service request form").click()
    page.wait_for_url(re.compile(f"/cases/{number}/forms/acceptance-form/"))
    form = page.locator(".pack-form")
    write(
        form,
        customer="演示客户丙",
        phone="13800000003",
        business="过户",
        promised_at=PROMISED,
        place="counter",
        filled_for_customer=True,
        phone_told=True,
    )
    form.locator(".actions .primary").click()
    expect(page.locator(".told")).to_be_visible()
    expect(page.locator(".evidence")).to_contain_text("Service request form")


def test_the_enquiry_number_is_not_forgotten(enters: Enters):
    """Without the tick the form is not accepted, and what was typed stays."""
    page = enters(CLERK)
    page.goto("/intake/")
    page.locator("#services input[value=account-opening]").check()
    page.locator("#narrative").fill("要开户")
    page.locator("#narrative").press("Control+Enter")
    page.wait_for_url(re.compile("/taken/"))
    page.get_by_role("link", name="Service request form").click()
    form = page.locator(".pack-form")
    write(
        form,
        customer="演示客户",
        phone="13800000099",
        business="开户",
        promised_at=PROMISED,
        place="counter",
    )
    form.locator(".actions .primary").click()
    form = page.locator(".pack-form")
    expect(form.locator(".wrong").first).to_contain_text("Enquiry number told")
    expect(form.locator("[name=business]")).to_have_value("开户")
