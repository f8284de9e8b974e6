"""A department's day: its crew repairs, its head asks for help, returns, agrees, feeds back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.stories.steps import fill, save, take_in, take_step

AGENT, HEAD, CREW, ENGINEERS = "DW09", "DW03", "DW17", "DW05"
TABLET = {"width": 820, "height": 1180}


def in_china(**ahead: int) -> str:
    """A moment on the wall clock of the company, as a field takes it."""
    return f"{datetime.now(UTC) + timedelta(hours=8) + timedelta(**ahead):%Y-%m-%dT%H:%M}"


def fits(page: Page) -> None:
    """Nothing has to be scrolled sideways."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_the_crew_arrives_and_repairs_with_a_tablet(enters):
    # given a burst pipe that the hotline passed to the network department
    agent = enters(AGENT)
    take_in(agent, "pipe-repair", "演示路口主管爆裂，路面冒水。")
    agent.locator("[name='fact.area'][value=urban]").check()
    agent.locator("[name='fact.diameter_mm']").fill("300")
    case = save(agent)
    # when the crew opens its desk on a tablet, the case stands there with its next form
    crew = enters(CREW)
    crew.set_viewport_size(TABLET)
    line = crew.locator("tr", has_text=case).filter(has_text="Crew on site")
    expect(line.locator("a[href$='/forms/arrival/']")).to_be_visible()
    fits(crew)
    fill(crew, case, "arrival", arrived_at=in_china(minutes=0), place="演示路口")
    expect(crew.locator(".promise.kept", has_text="Crew on site")).to_have_count(1)
    fits(crew)
    # and repairs
    fill(
        crew,
        case,
        "repair-completion",
        completed_at=in_china(minutes=0),
        diameter_mm="300",
        work="更换管段三米，已通水",
        site_cleared=True,
    )
    expect(crew.locator(".promise.kept", has_text="Pipe repaired")).to_have_count(1)
    # then the hotline owes the answer and the callback, and nothing lies with the crew
    crew.goto("/")
    expect(crew.locator("main")).not_to_contain_text(case)
    agent.goto(f"/cases/{case}/")
    expect(agent.locator(".promise", has_text="Follow-up after the repair").first).to_be_visible()


def test_the_head_agrees_a_time_asks_for_help_and_feeds_back(enters):
    # given a flat without water
    agent = enters(AGENT)
    take_in(agent, "no-water", "五楼以上全部没有水。")
    case = save(agent)
    head = enters(HEAD)
    # when the head agrees a time with the customer, it becomes a promise of its own
    take_step(head, case, "appointment", agreed_at=in_china(hours=2), reason="客户下午在家")
    agreed = head.locator(".promise", has_text="Arrive on time as agreed").first
    expect(agreed).to_contain_text("left")
    # and asks another unit for help, which it answers
    engineers = "General office of the engineering company"
    take_step(head, case, "assist", unit=engineers, reason="请提供二次供水竣工图")
    helper = enters(ENGINEERS)
    helper.locator(".waiting tr", has_text=case).get_by_role("link", name="Reply").click()
    helper.locator("#step-assisted [name=reason]").fill("竣工图已送管网部")
    helper.locator("#step-assisted button").click()
    # then it is read on the case; the site is seen, the fault repaired, the result fed back
    fill(
        head,
        case,
        "site-check",
        visited_at=in_china(minutes=0),
        place="演示路口",
        terrain="低处",
        secondary_supply="direct",
        responsibility="company",
    )
    expect(head.locator(".together")).to_contain_text("竣工图已送管网部")
    fill(head, case, "fault-repair", repaired_at=in_china(minutes=0), work="更换阀门")
    fill(head, case, "department-feedback", feedback="result", content="阀门已更换", clear=True)
    expect(head.locator(".promise.kept", has_text="Arrive on time as agreed")).to_have_count(1)
    # and the month of the department counts it
    head.get_by_role("link", name="Overview").click()
    expect(head.locator("h1")).to_contain_text("Network department")
    expect(head.locator("tbody tr").first).to_contain_text("Network department")
    fits(head)
    head.set_viewport_size(TABLET)
    fits(head)


def test_a_wrong_case_goes_back_and_on(enters):
    # given turbid water that was handed to the network department by mistake
    agent = enters(AGENT)
    take_in(agent, "water-quality", "水发黄，有异味。")
    case = save(agent)
    take_step(agent, case, "hand-over", unit="Network department")
    # when its head says whose it is, the case waits with him until that is decided
    head = enters(HEAD)
    take_step(head, case, "return", unit="Water-quality testing centre", reason="属水质检测")
    expect(head.locator(".together")).to_contain_text("awaiting reply")
    head.get_by_role("link", name="Overview").click()
    head.locator("a[href*='of=returns']").first.click()
    expect(head.locator("table.register")).to_contain_text(case)
    # then the hotline hands it on, and it lies with the testing centre
    take_step(agent, case, "decide-return", press="Approve and reassign", reason="改派水质检测中心")
    expect(enters("DW04").locator("main")).to_contain_text(case)
    head.goto(f"/cases/{case}/")
    expect(head.locator(".together")).to_contain_text("reassigned")


def test_a_pause_wants_its_proof_and_another_s_consent_and_the_head_signs(enters):
    # given a customer's opinion with the maintenance department of the appliance company
    clerk = enters("DA05")
    take_in(clerk, "customer-opinion", "安装后胶管不牢。")
    case = save(clerk)
    fill(
        clerk,
        case,
        "opinion-order",
        customer="演示来电人",
        opinion="安装后胶管不牢",
        accepting_unit="客户服务中心",
        handling_unit="维修部门",
        displeased=False,
    )
    take_step(clerk, case, "hand-over", unit="Maintenance department")
    # when the technician meets nobody, a pause without the slip's number is not taken
    technician = enters("DA11")
    technician.goto(f"/cases/{case}/?step=pause")
    asking = technician.locator("#step-pause")
    asking.locator("[name=proof]").fill(" ")
    asking.locator("button").last.click()
    expect(technician.locator("#step-pause .wrong")).to_contain_text("supporting document")
    take_step(technician, case, "pause", proof="到访不遇单 2026-1107")
    expect(technician.locator("main")).to_contain_text("Decide the pause")
    # then the head of customer service decides, and the clock stands still
    manager = enters("DA07")
    manager.goto(f"/cases/{case}/")
    manager.locator("#pauses button[value=approved]").click()
    expect(manager.locator(".told")).to_be_visible()
    expect(manager.locator("main")).to_contain_text("approved")
    # and the result waits for the signature of the department's head
    result = {
        "result": "重新固定胶管",
        "cause": "卡箍松动",
        "factors": "未复检",
        "violation": False,
    }
    fill(technician, case, "opinion-result", **result)
    expect(technician.locator(".offered")).not_to_contain_text("Signature of the head")
    head = enters("DA04")
    fill(head, case, "head-signature", decision="sign", signature="演示负责人")
    expect(head.locator("main")).to_contain_text("演示负责人")
