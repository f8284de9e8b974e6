"""A morning of the acceptance supervisor: registers, a search, and cases to be moved."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.stories.steps import fill, save, take_in

SUPERVISOR, AGENT = "DW11", "DW09"


@pytest.fixture(scope="session")
def taken() -> list[str]:
    """The numbers of what the agent took in, kept for all stories of one house."""
    return []


@pytest.fixture
def matters(enters, taken) -> list[str]:
    """Four complaints that an agent took in; he called the first customer back since.

    Whichever story comes first takes them in: several runners share the stories of one module.
    """
    if not taken:
        agent = enters(AGENT)
        for house in ("七号院", "八号院", "九号院", "十号院"):
            take_in(
                agent, "service-complaint", f"槐荫{house}投诉工作人员态度生硬", name="演示槐先生"
            )
            taken.append(save(agent))
        fill(
            agent,
            taken[0],
            "progress-callback",
            reached=True,
            contacted="yes",
            arrived="no",
            course="部门已电话联系",
            outcome="约定明日上门",
            satisfied=True,
        )
    return taken


def test_the_case_tells_how_the_customer_was_called_back(enters, matters):
    agent = enters(AGENT)
    agent.goto(f"/cases/{matters[0]}/")
    expect(agent.locator("body")).to_contain_text("约定明日上门")


def test_the_registers_of_the_day_are_read_and_taken_along(enters, matters, tmp_path):
    # given the supervisor in the morning
    supervisor = enters(SUPERVISOR, language="zh")
    supervisor.get_by_role("link", name="工单队列").click()
    # when she opens what is overdue
    supervisor.get_by_role("link", name="逾期清单").click()
    expect(supervisor.locator(".definition")).to_contain_text("七.1")
    expect(supervisor.locator("tbody tr").first).to_contain_text("逾期")
    overdue = int(supervisor.locator("h1 .muted").inner_text())
    # then the workbook holds the same lines, with nobody's telephone in full
    rows = taken_along(supervisor, tmp_path)
    assert rows[0][0] == "客户投诉逾期未处理明细表"
    assert rows[2][:3] == ["工单", "客户姓名", "电话"]
    assert len(rows) - 3 == overdue
    # and the callbacks of the day stand in theirs
    supervisor.get_by_role("link", name="回访登记表").click()
    line = supervisor.locator(".calls tr", has_text=matters[0])
    expect(line).to_contain_text("约定明日上门")
    # (her department took it in and may know who asked; the others see a mask)
    expect(line).to_contain_text("演示槐先生")
    called = next(r for r in taken_along(supervisor, tmp_path)[3:] if r[2] == matters[0])
    assert called[5:8] == ["是", "是", "否"]
    other = enters("DW02", language="zh")
    other.goto("/callbacks/register/")
    expect(other.locator(".calls tr", has_text=matters[0])).to_contain_text("演****")


def taken_along(page: Page, folder) -> list[list]:
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("XLSX")).click()
    place = folder / download.value.suggested_filename
    download.value.save_as(place)
    return CalamineWorkbook.from_path(place).get_sheet_by_index(0).to_python()


def test_two_characters_find_the_complaints_and_show_nobody(enters, matters):
    supervisor = enters(SUPERVISOR, language="zh")
    supervisor.keyboard.press("/")
    supervisor.locator("#find").fill("槐荫")
    supervisor.locator("#find").press("Enter")
    expect(supervisor.locator("tbody tr")).to_have_count(4)
    expect(supervisor.locator("mark").first).to_have_text("槐荫")
    expect(supervisor.locator("tbody")).not_to_contain_text("槐先生")
    supervisor.locator(".seek input[type=search]").fill("槐荫 九号")
    supervisor.locator(".seek button").click()
    expect(supervisor.locator("tbody tr")).to_have_count(1)
    expect(supervisor.locator("tbody")).to_contain_text(matters[2])


def test_three_are_handed_over_at_once_and_the_fourth_says_why_not(enters, matters):
    # given the supervisor before the queue of these complaints
    supervisor = enters(SUPERVISOR)
    supervisor.goto("/queues/?service=service-complaint&sort=taken")
    boxes = [supervisor.locator(f"input[name=case][value^='{number}:']") for number in matters]
    # when she ticks all four (with shift, from the first to the last)
    boxes[0].click()
    boxes[3].click(modifiers=["Shift"])
    for box in boxes:
        expect(box).to_be_checked()
    expect(supervisor.locator("[data-number]")).to_contain_text("4")
    # and a colleague works on one of them before she hands them over
    fill(enters(AGENT), matters[3], "progress-callback", reached=False)
    supervisor.locator("#bulk select[name=unit]").select_option(label="Inspection department")
    supervisor.locator("#bulk [name=reason]").fill("conduct of staff is for the inspectors")
    supervisor.locator("#bulk button.primary").dblclick()
    # then three went, and of the fourth it is said why
    expect(supervisor.locator("main")).to_contain_text("Handed over: 3")
    refused = supervisor.locator("tr[data-went='0']")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text(matters[3])
    expect(refused).to_contain_text("Someone worked on it")
    # and the queue of the inspectors holds the three
    supervisor.get_by_role("link", name="Back to the queue").click()
    supervisor.locator(".facets a", has_text="Inspection department").click()
    for number in matters[:3]:
        expect(supervisor.locator("#bulk tbody")).to_contain_text(number)
    expect(supervisor.locator("#bulk tbody")).not_to_contain_text(matters[3])


def test_the_load_is_a_picture_and_a_table(enters, matters):
    supervisor = enters(SUPERVISOR)
    supervisor.goto("/queues/load/")
    expect(supervisor.locator("[data-load='due'] svg")).to_be_visible()
    supervisor.locator("details summary", has_text="As a table").first.click()
    expect(supervisor.locator(".loads tbody").first.locator("tr")).to_have_count(24)
