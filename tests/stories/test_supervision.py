"""What few may know of: a report of misconduct, a complainant who stays unknown, and a look that is
taken nevertheless."""

import re

from playwright.sync_api import Page, expect

from tests.stories.steps import fill, take_in

AGENT, COLLEAGUE, LEADER = "DS06", "DS05", "DS01"
SUPERVISION, HANDLER, GROUP = "DS03", "DS02", "DP03"
REASON = "The leader on duty must know at once whom to warn."


def take(page: Page, service: str, narrative: str, *, confidential: bool = False) -> str:
    """Take a matter in; its number."""
    take_in(page, service, narrative, name="演示举报人", phone="13900000077")
    facts = page.locator("#service-facts select[name^='fact.']")
    expect(page.locator("#promises b").first).to_be_visible()
    for index in range(facts.count()):
        facts.nth(index).select_option(index=1)
    if confidential:
        page.locator("[name=confidential]").check()
    page.locator("#intake .actions button").first.click()
    page.wait_for_url(re.compile(r"/cases/DS-.+/taken/"))
    found = re.search(r"/cases/(DS-[\d-]+)/", page.url)
    assert found
    return found.group(1)


def knows_nothing(page: Page, case: str, words: str) -> None:
    """Neither the case nor a list, a search, the desk or a register shows it."""
    assert page.request.get(f"/cases/{case}/").status == 404
    for address in (
        "/",
        "/cases/?state=all",
        f"/cases/?q={words}",
        f"/cases/?q={case}",
        "/overdue/",
    ):
        text = page.request.get(address).text()
        assert f"/cases/{case}/" not in text, address


def test_a_report_of_misconduct_is_known_to_supervision_alone(enters):
    # given a caller who reports misconduct: the screen says where it goes before it is saved
    agent = enters(AGENT)
    take_in(agent, "conduct-report", "抄表员收受现金吃拿卡要")
    expect(agent.locator("#promises .restricted-note")).to_contain_text("straight to")
    case = take(agent, "conduct-report", "抄表员收受现金吃拿卡要")
    # then the agent keeps the number, and no more
    agent.goto(f"/cases/{case}/")
    expect(agent.locator("main")).to_contain_text("you can see its number only")
    expect(agent.locator("main")).not_to_contain_text("吃拿卡要")
    # and colleagues do not know that there is such a case
    knows_nothing(enters(COLLEAGUE), case, "吃拿卡要")
    # but supervision has it on the desk and handles it to the end
    officer = enters(SUPERVISION)
    expect(officer.locator(f"a[href*='{case}']").first).to_be_visible()
    fill(officer, case, "report-acceptance", content="来电举报抄表员收受现金", reporter="named")
    fill(officer, case, "report-investigation", findings="已核实", upheld=True)
    fill(officer, case, "report-action", action="调离岗位，退还现金", unit="抄表班")
    fill(officer, case, "report-conclusion", conclusion="按规定处理", informed=True, accepted=True)
    officer.goto(f"/cases/{case}/")
    expect(officer.locator("h1")).to_contain_text("closed")
    # and the supervision department of the group above may read it
    assert enters(GROUP).request.get(f"/cases/{case}/").status == 200


def test_a_leader_opens_a_restricted_case_for_a_reason_and_supervision_reads_it(enters):
    case = take(enters(AGENT), "conduct-report", "演示举报：营业厅刁难客户")
    leader = enters(LEADER)
    closed = leader.request.get(f"/cases/{case}/")
    assert closed.status == 403
    assert "刁难客户" not in closed.text()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', closed.text())
    assert token
    sent = {"csrfmiddlewaretoken": token.group(1), "why": REASON}
    leader.request.post(f"/cases/{case}/glass/", form=sent, headers={"Referer": leader.url})
    leader.goto(f"/cases/{case}/")
    expect(leader.locator(".glass")).to_contain_text(REASON)
    expect(leader.locator(".narrative")).to_contain_text("刁难客户")
    officer = enters(SUPERVISION)
    officer.goto(f"/cases/{case}/")
    expect(officer.locator(".timeline")).to_contain_text(REASON)


def test_a_confidential_complainant_stays_unknown_to_the_handler(enters):
    # given a complaint whose complainant asks to stay unknown
    agent = enters(AGENT)
    case = take(agent, "service-complaint", "演示投诉：营业员态度差", confidential=True)
    # then the handler reads what happened, not who says so
    handler = enters(HANDLER)
    handler.goto(f"/cases/{case}/")
    expect(handler.locator(".narrative")).to_contain_text("态度差")
    expect(handler.locator("#contact")).to_contain_text("Confidential")
    for known in ("13900000077", "0077", "演示举报人"):
        assert known not in handler.content()
    # when he looks without a good reason he is asked for one
    handler.locator("#contact summary").click()
    handler.locator("#glass-why").fill("curious")
    handler.locator("#contact button").click()
    expect(handler.locator("#contact .wrong")).to_contain_text("at least 10 characters")
    # and with one he sees it for a while, which the record says
    handler.locator("#glass-why").fill(REASON)
    handler.locator("#contact button").click()
    expect(handler.locator(".glass")).to_contain_text(REASON)
    expect(handler.locator("#contact")).to_contain_text("13900000077")
    expect(handler.locator(".timeline")).to_contain_text("Emergency access")
