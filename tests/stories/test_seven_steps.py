"""S2.3 二–三: a complaint in seven steps, with an agreement that the customer signs."""

from playwright.sync_api import expect

from tests.stories.steps import fill, open_form, save, take_in, take_step, write

FACTORS = {
    "long_relation": True,
    "future_business": True,
    "word_of_mouth": "邻里间会传开",
    "demand": "更换灶具",
    "demand_reasonable": True,
    "company_fault": "grave",
    "advice": "richer",
}
PLAN = {
    "plan": "免费更换并赠送配件",
    "plan_kind": "compensation",
    "goods_due": True,
    "gift_due": True,
    "production_due": False,
}
ANALYSIS = {"analysis": "点火器批次缺陷", "basis": True, "explained": "已说明", "sure": True}


def test_a_complaint_goes_through_seven_steps_until_the_customer_is_satisfied(enters):
    # 1: the recorder registers it, signs, and passes it on
    clerk = enters("DC08")
    take_in(clerk, "product-complaint", "新换的灶具三天就坏了，要求更换。")
    case = save(clerk)
    register = {"company": "演示来电人", "address": "示例路9号", "phone": "13900000000"}
    fill(clerk, case, "complaint-register", **register, cause="灶具故障", signature="演示")
    take_step(clerk, case, "hand-over", unit="Customer-service department")
    # 2: after-sales contacts the customer at once and restates
    sales, leader = enters("DC10"), enters("DC11")
    facts = {"means": "phone", "product": "灶具", "symptom": "打不着火", "confirmed": True}
    fill(sales, case, "complaint-facts", **facts, confirmed_by="call", wish="更换", sure=True)
    # 3: analysed and explained; a compensation needs the five factors first
    fill(sales, case, "analysis", **ANALYSIS)
    sheet = open_form(sales, case, "plan-proposal")
    write(sheet, **PLAN)
    sheet.locator(".actions .primary").click()
    expect(sheet).to_contain_text("No compensation and no refusal before the five factors")
    fill(sales, case, "five-factors", **FACTORS)
    fill(sales, case, "plan-proposal", **PLAN)
    # 4: the leader rejects; analysed anew, proposed again, approved
    fill(leader, case, "leader-decision", decision="reject", reason="补偿依据不足")
    fill(sales, case, "analysis", **ANALYSIS)
    fill(sales, case, "plan-proposal", **PLAN)
    fill(leader, case, "leader-decision", decision="approve", signature="演示领导")
    # 5: told; the customer does not sign, and so round again until he does
    fill(sales, case, "answer-to-customer", answer="免费更换")
    fill(sales, case, "agreement", confirmed=False, why_not="还要延长保修")
    fill(sales, case, "analysis", **ANALYSIS)
    fill(sales, case, "plan-proposal", **{**PLAN, "plan": "免费更换并延长保修"})
    fill(leader, case, "leader-decision", decision="approve", signature="演示领导")
    fill(sales, case, "answer-to-customer", answer="免费更换并延长保修")
    fill(
        sales,
        case,
        "agreement",
        confirmed=True,
        content="更换灶具，延长保修一年",
        departments="仓管、市场",
        signature="演示来电人",
    )
    # 6: the departments carry it out
    fill(sales, case, "department-notice", departments="仓管、市场")
    fill(enters("DC12"), case, "goods-issue", goods="灶具一台")
    fill(enters("DC13"), case, "gift-dispatch", gift="配件")
    fill(sales, case, "execution-check", checked="已更换")
    # 7: followed until the customer is satisfied
    fill(sales, case, "satisfaction-tracking", outcome="execution", account="配件未到")
    fill(sales, case, "execution-check", checked="配件已补送")
    said = {"outcome": "satisfied", "confirmed_by": "call", "account": "满意"}
    fill(sales, case, "satisfaction-tracking", **said)
    expect(sales.locator("h1")).to_contain_text("closed")
    replies = sales.locator(".talk li")
    expect(replies.last).to_contain_text("Current reply")
    expect(sales.get_by_role("link", name="F-16")).to_be_visible()
