"""S1.2 四: the customer opinion task order, from hand to hand, with signatures and an objection."""

import re

from playwright.sync_api import expect

from tests.stories.steps import fill, save, take_in, take_step

RESULT = {"cause": "师傅态度生硬", "factors": "当日派单过多", "violation": False}


def test_a_task_order_goes_through_five_hands_and_an_objection(enters):
    # given a clerk who takes in an opinion, fills in the order and passes it on
    clerk = enters("DA05")
    take_in(clerk, "customer-opinion", "师傅态度生硬，收费没有说明。")
    case = save(clerk)
    clerk.goto(f"/cases/{case}/")
    expect(clerk.locator(".offered .btn.primary").first).to_contain_text("acceptance")
    fill(
        clerk,
        case,
        "opinion-order",
        customer="演示来电人",
        opinion="师傅态度生硬，收费没有说明",
        accepting_unit="客户服务中心",
        handling_unit="维修部门",
        displeased=True,
    )
    fill(clerk, case, "apology", about="师傅态度生硬")
    take_step(clerk, case, "hand-over", unit="Maintenance department")

    # when the handler writes the result, he cannot reply before the head has signed
    handler = enters("DA11")
    fill(handler, case, "opinion-result", result="向客户道歉并退还多收费用", **RESULT)
    expect(handler.locator(".offered")).not_to_contain_text("Signature of the head")
    handler.goto(f"/cases/{case}/forms/opinion-reply/")
    expect(handler.locator(".alarm")).to_contain_text("not available at this stage")
    head = enters("DA04")
    fill(head, case, "head-signature", decision="sign", signature="演示负责人")

    # and when the customer objects, a solution is found together with the accepting unit
    fill(handler, case, "opinion-reply", reply="已道歉", stance="objects", objection="要求退费")
    fill(handler, case, "objection-report", objection="要求退费", reported_to="演示受理")
    centre = enters("DA02")
    fill(centre, case, "joint-solution", solution="全额退费并上门致歉", present="双方")
    fill(handler, case, "opinion-result", result="全额退费并上门致歉", **RESULT)
    fill(head, case, "head-signature", decision="sign", signature="演示负责人")
    fill(handler, case, "opinion-reply", reply="已全额退费并致歉", stance="accepts")
    talk = handler.locator(".talk li")
    expect(talk.nth(0)).to_contain_text("replaced")
    expect(talk.nth(1)).to_contain_text("Current reply")
    fill(handler, case, "handler-signature", signature="演示经办人")
    fill(handler, case, "order-return", received_by="演示受理")

    # then the accepting unit calls back, never who handled it, and the order is done
    expect(handler.locator(".offered")).not_to_contain_text("callback")
    officer = enters("DA06")
    fill(
        officer,
        case,
        "opinion-callback",
        reached=True,
        satisfaction="satisfied",
        account="客户满意",
    )
    expect(officer.locator("h1")).to_contain_text("closed")
    # and it is printed with all its parts and signatures on one page
    officer.get_by_role("link", name="F-02").click()
    sheet = officer.locator(".case-sheet")
    for words in ("演示负责人", "演示经办人", "全额退费并上门致歉", "客户满意"):
        expect(sheet).to_contain_text(words)
    pdf = officer.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", pdf)) == 1
