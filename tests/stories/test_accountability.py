"""From a breach to the pay sheet: customer service, HR, the head concerned, in their browsers."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.stories.steps import write

SERVICE, HR, CONCERNED, ANSWERING = "DA07", "DA01", "DA04", "DA03"


def test_a_breach_is_answered_for(enters):
    # the head of customer service starts it where the breach stands
    service = enters(SERVICE)
    service.goto("/overdue/")
    row = service.locator("tr", has=service.get_by_role("link", name="Start accountability"))
    row = row.filter(has_text="Handle, reply and return the order").first
    row.get_by_role("link", name="Start accountability").click()
    service.get_by_label("Reason for starting").fill("超期多日未办，客户多次催促")
    service.get_by_role("button", name="Start accountability").click()
    expect(service.locator(".told")).to_contain_text("Accountability review started")
    number = service.url.rstrip("/").rsplit("/", 1)[-1]
    expect(service.locator(".held .bar, .held .lane").first).to_be_visible()
    # HR serves the statement
    hr = enters(HR)
    hr.goto(f"/conduct/{number}/")
    hr.get_by_role("button", name="Serve the notice").click()
    expect(hr.locator(".way")).to_contain_text("left")
    # the head concerned sees his own part, rebuts, and gives the opinion of his department
    head = enters(CONCERNED)
    head.goto(f"/conduct/{number}/")
    expect(head.get_by_role("button", name="Sign", exact=True)).to_have_count(0)
    head.locator("form[id^='rebut-'] textarea").fill("配件缺货三天，有采购单。")
    head.get_by_role("button", name="Submit a response").click()
    expect(head.locator(".said").first).to_contain_text("配件缺货三天")
    head.get_by_label("for the deciding department").fill("情况属实，建议减半。")
    head.get_by_role("button", name="Give the opinion").click()
    expect(head.locator("main")).to_contain_text("情况属实，建议减半。")
    # HR decides by the form of the regulation and signs in one; refused, it keeps what was typed
    hr.goto(f"/conduct/{number}/")
    sign = hr.locator("#sign")
    write(
        sign, outcome="decided", verification="采购单属实", confirmed=True, complaint_caused=True,
        customer_loss=False, final="减半", points="1", remark="采纳申辩，减半",
    )  # fmt: skip
    hr.locator("[data-share]").first.fill("99")
    expect(hr.locator("[data-sum]")).to_have_class(re.compile("bad"))
    hr.locator("[data-share]").first.fill("100")
    hr.locator("input[name^='accept-']").first.check()
    hr.get_by_role("button", name="Decide and sign").click()
    expect(hr.locator("#sign .wrong").first).to_contain_text("Please confirm")
    expect(hr.locator("#remark")).to_have_value("采纳申辩，减半")
    hr.locator("#sign [name=sure]").check()
    hr.get_by_role("button", name="Decide and sign").click()
    expect(hr.locator(".signed")).to_contain_text("The violation is confirmed")
    hr.get_by_role("link", name="Recalculate").click()
    expect(hr.locator("#again")).to_contain_text("result unchanged")
    # it is on the pay sheet of the head, who opens it into the proceeding
    head.goto("/conduct/pay/")
    head.locator(".own-line a[href$='#taken']").first.click()
    expect(head.locator("#taken")).to_contain_text(number)
