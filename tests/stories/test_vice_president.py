"""A vice-president's day: from the month to one case, an instruction, a letter, no more."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.stories.steps import fill, message_about, take_step

LEADER, DEPUTY, CLERK, NETWORK = "DW02", "DW18", "DW07", "DW03"
CHINA = timedelta(hours=8)
FEW = 3  # days


def first_overdue(leader, department: str) -> str:
    """The number of the case that is overdue longest in a department; its page is open."""
    leader.goto("/overview/")
    leader.locator("tbody tr", has_text=department).locator("td.first a").click()
    leader.wait_for_url(re.compile(r"/overdue/\?unit=\d+"))
    leader.locator("table.register a[href^='/cases/']").first.click()
    leader.wait_for_url(re.compile(r"/cases/DW-"))
    return leader.url.rstrip("/").rsplit("/", 1)[-1]


def test_from_the_month_to_an_overdue_case_and_an_instruction(enters):
    # given the leader in the morning
    leader = enters(LEADER)
    leader.get_by_role("link", name="Overview").click()
    if (datetime.now(UTC) + CHINA).day <= FEW:  # nothing may have fallen due in this month yet
        leader.get_by_role("link", name="Previous month").click()
    line = leader.locator("tbody tr", has_text="Network department")
    expect(leader.locator("[data-picture='verdicts'] svg")).to_be_visible()
    # when he opens what is overdue in one department, as many rows stand there as were counted
    overdue = line.locator("td.first a")
    number = overdue.inner_text()
    overdue.click()
    leader.wait_for_url(re.compile(r"/overdue/\?unit=\d+"))
    expect(leader.locator("h1 .muted")).to_have_text(number)
    expect(leader.locator("table.register tbody tr")).to_have_count(int(number))
    # and instructs the department about the first of them, to be answered by tomorrow
    case = first_overdue(leader, "Network department")
    until = datetime.now(UTC) + CHINA + timedelta(days=1)
    take_step(
        leader, case, "supervise", reason="今日到场并说明原因", until=f"{until:%Y-%m-%dT%H:%M}"
    )
    expect(leader.locator("h1")).to_contain_text("Under oversight")
    # then the month shows it with the department, and the number opens it
    leader.get_by_role("link", name="Overview").click()
    leader.locator("tbody tr", has_text="Network department").locator("a[href*=supervised]").click()
    expect(leader.locator("#bulk tbody")).to_contain_text(case)
    # and the department has a message, answers, and the leader reads the answer
    head = enters(NETWORK)
    expect(message_about(head, "今日到场并说明原因")).to_contain_text(case)
    fill(head, case, "supervision-answer", done="已到场，阀门损坏，今晚修复")
    leader.goto(f"/cases/{case}/")
    expect(leader.locator("main")).to_contain_text("已到场，阀门损坏，今晚修复")


def test_a_leader_s_copy_of_a_letter_is_opened_and_seen(enters):
    # given a letter of the mayor's mailbox that the administration takes in
    clerk = enters(CLERK)
    clerk.goto("/outside/new/")
    clerk.locator("[name=sender][value=mayor_mailbox]").check()
    clerk.locator("#number").fill("市长信箱-演示-副总")
    clerk.locator("#narrative").fill("小区水压长期不足")
    clerk.locator("#contact_name").fill("演示来信人")
    limit = datetime.now(UTC) + CHINA + timedelta(days=2)
    clerk.locator("#due_at").fill(f"{limit:%Y-%m-%dT%H:%M}")
    clerk.locator("#unit").select_option(label="Network department")
    clerk.locator(".outside-form .actions button").click()
    clerk.wait_for_url(re.compile(r"/cases/DW-"))
    case = clerk.url.rstrip("/").rsplit("/", 1)[-1]
    # when the deputy manager, to whom the clause sends a copy, follows the message
    leader = enters(DEPUTY)
    message_about(leader, case).click()
    expect(leader.locator(".narrative").first).to_contain_text("小区水压长期不足")
    # then the administration sees that he looked
    clerk.reload()
    expect(clerk.locator(".papers li", has_text="Branch deputy")).to_contain_text("viewed")


def test_he_answers_nothing_that_is_not_his_and_signs_nothing_he_may_not(enters):
    # given a case of a department that is late
    leader = enters(LEADER)
    case = first_overdue(leader, "Network department")
    # what the crew and the hotline owe is shown, and not offered
    expect(leader.locator(".promise.overdue").first).to_be_visible()
    expect(leader.locator(".offered a[href*='/forms/']")).to_have_count(0)
    # and where he writes the address himself, it stays shut and he is told whose it is
    shut = leader.request.get(f"/cases/{case}/forms/arrival/")
    assert shut.status == 403
    assert "Network repair crew" in shut.text()
    leader.goto(f"/cases/{case}/")
    expect(leader.locator(".promise.kept", has_text="Crew on site")).to_have_count(0)
    # a return that another unit must decide, an assistance that another must answer: not his
    leader.goto(f"/cases/{case}/")
    for step in ("return", "decide-return", "assisted", "assist"):
        expect(leader.locator(f"#step-{step}")).to_have_count(0)
