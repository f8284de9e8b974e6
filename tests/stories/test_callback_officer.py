"""The day of a callback officer: nobody answers, one is agreed for later, one is not satisfied."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.stories.steps import fill, save, take_in, take_step, write

OFFICER, CHIEF, MANAGER = "DW09", "DW03", "DW12"
CALLED = re.compile(r"/callbacks/[\da-f-]{36}/$")


def opened(officer: Page, case: str) -> None:
    """The call sheet of one case, from the list."""
    officer.goto("/callbacks/")
    officer.locator(".call-lines tr", has_text=case).locator("td.whom a").click()
    expect(officer.locator(".call")).to_contain_text(case)


def test_a_day_of_callbacks_ends_with_a_false_completion_in_the_rates(enters):
    # given two complaints that the network department reports as done
    officer, chief = enters(OFFICER), enters(CHIEF)
    cases = []
    for narrative in ("回访故事：阀门井盖松动。", "回访故事：厨房水管渗水。"):
        take_in(officer, "service-complaint", narrative, name="演示回访客户")
        cases.append(save(officer))
        take_step(officer, cases[-1], "hand-over", unit="Network department")
        fill(
            chief, cases[-1], "department-feedback",
            feedback="result", content="已上门处理完毕", clear=True,
        )  # fmt: skip
    quiet, angry = cases

    # when the officer looks at the number and calls, and nobody answers
    opened(officer, quiet)
    expect(officer.locator(".dial .phone")).to_have_text("139****0000")
    officer.keyboard.press("p")
    expect(officer.locator(".dial .phone a")).to_have_text("13900000000")
    officer.keyboard.press("2")
    # then the next attempt is planned, and the next callback is open already
    expect(officer.locator(".told")).to_contain_text("Next attempt")
    expect(officer).to_have_url(CALLED)
    expect(officer.locator(".call")).not_to_contain_text(quiet)
    expect(officer.locator(".call-lines tr", has_text=quiet).locator(".try")).to_have_text("N")

    # when the customer answers later and asks to be called tomorrow
    opened(officer, quiet)
    officer.keyboard.press("6")
    expect(officer.locator("#again-at")).to_be_focused()
    tomorrow = officer.evaluate(
        "() => new Date(Date.now() + 8.64e7 + 2.88e7).toISOString().slice(0, 16)"
    )
    officer.locator("#again-at").fill(tomorrow)
    officer.locator("#call-note").fill("下班后再打")
    officer.locator("#call-note").press("Enter")
    # then it stands among the later ones
    expect(officer.locator(".told")).to_contain_text("Next attempt")
    expect(officer.locator("section.later")).to_contain_text(quiet)

    # when the other customer is connected, not satisfied, and says that it is not done
    opened(officer, angry)
    officer.keyboard.press("1")
    form = officer.locator(".call .pack-form")
    expect(form.locator("[name=reached][value=true]")).to_be_checked()
    write(
        form, contacted="yes", arrived="yes", course="来过一次", outcome="还在漏水",
        category="enquiry_complaint", solved=False, attitude="2", integrity_issue=False,
        satisfied=False, has_opinion=True, opinion="说修好了，其实没有修", opinion_kind="service",
    )  # fmt: skip
    form.locator(".actions .primary").click()
    expect(officer.locator(".told")).to_contain_text("Recorded")
    # then the case is back with the chief of the crew, and marked as a false completion
    chief.goto(f"/cases/{angry}/")
    expect(chief.locator(".ratings")).to_contain_text("Falsely reported complete")
    expect(chief.locator(".ratings")).to_contain_text("returned to the handling unit")
    expect(chief.locator(".case-head")).to_contain_text("Network department")
    officer.goto("/callbacks/bad/")
    expect(officer.locator("tr", has_text=angry)).to_contain_text("说修好了，其实没有修")

    # and it counts in the rates of the month, whose number opens into its rows
    manager = enters(MANAGER, language="zh")
    manager.goto("/callbacks/rates/")
    expect(manager.locator("[data-rates] svg")).to_be_visible()
    manager.locator(".rates tr.whole a[href*=false_completions]").click()
    expect(manager.locator("main")).to_contain_text(angry)
    expect(manager.locator("tr", has_text=angry)).to_contain_text("虚假办结")


def test_a_visit_goes_from_the_officer_to_the_leader_and_back(enters):
    # given a customer of the demonstration who wants somebody to come, and agreed to it
    leader = enters("DW02")
    waits = leader.locator(".waiting tr", has_text="客户要求当面查看水压")
    waits.get_by_role("link", name="Approve the visit").click()
    # when the leader instructs it
    leader.locator("#instruction").fill("由客服部会同管网部上门")
    leader.get_by_role("button", name="Approve the visit").click()
    expect(leader.locator(".told")).to_be_visible()
    # then the officer records the visit with what the customer said there
    officer = enters(OFFICER)
    officer.goto("/callbacks/visits/")
    line = officer.locator("tr", has_text="客户要求当面查看水压")
    expect(line).to_contain_text("to be visited")
    line.get_by_role("link", name="Open").click()
    officer.get_by_role("link", name="Record the visit").click()
    expect(officer.locator(".outcome")).to_contain_text("Visit outcome")
    officer.keyboard.press("1")
    form = officer.locator(".call .pack-form")
    write(
        form, contacted="yes", arrived="yes", course="当面查看", outcome="水压已恢复",
        category="quality_pressure", pressure_enough=True, attitude="5", integrity_issue=False,
        satisfied=True,
    )  # fmt: skip
    form.locator("[name=water_quality][value=none]").check()
    form.locator(".actions .primary").click()
    expect(officer.locator(".told")).to_contain_text("Recorded")
    officer.goto("/callbacks/visits/")
    expect(officer.locator("tr", has_text="客户要求当面查看水压")).to_contain_text("done")
