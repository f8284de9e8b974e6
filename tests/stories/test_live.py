"""Pages while others work: who changed the case, who has the form open too, what is new on the
desk; and whatever happens to a page, nothing that was typed is lost."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.stories.steps import open_form, save, take_in, take_step

# What the browser shows on the desktop is beside the page: it is noted on its way there.
# A browser without a window has no desktop: what it would be asked to show there is noted.
NOTES = """window.noted = []; window.Notification = class extends EventTarget {
  static permission = "granted";
  static async requestPermission() { return "granted"; }
  constructor(title, more) { super(); noted.push(more.body); }
  close() {} };"""
TYPED = "主管接口渗水，还没有保存"


def begin(page: Page) -> None:
    """Somebody writes half a matter."""
    take_in(page, "pipe-repair", TYPED, address="示例市示例路31号")
    expect(page.locator("#promises li").first).to_be_visible()
    page.wait_for_timeout(500)


def is_back(page: Page) -> None:
    expect(page.locator(".restored")).to_be_visible()
    expect(page.locator("#narrative")).to_have_value(TYPED)
    expect(page.locator("#services input[value=pipe-repair]")).to_be_checked()
    expect(page.locator("#promises li").first).to_be_visible()


def test_a_reload_the_back_button_and_a_new_sign_in_lose_nothing(enters, product):
    page = enters("DW09")
    begin(page)
    page.reload()
    is_back(page)
    page.goto("/cases/")
    page.go_back()
    is_back(page)
    # The session ends elsewhere; the next page is the door, and behind it everything stands.
    context = page.context
    context.clear_cookies(name=re.compile("session"))
    # By the page itself: it may find out at the same moment, and of two reloads one is aborted.
    page.evaluate("location.reload()")
    page.wait_for_url(re.compile("/sign-in/"))
    page.locator("#badge").fill("DW09")
    page.locator("#password").fill(product.password)
    page.locator("#password").press("Enter")
    page.wait_for_url(re.compile("/intake/"))
    is_back(page)
    save(page)
    page.goto("/intake/")
    expect(page.locator("#narrative")).to_have_value("")
    expect(page.locator(".restored")).to_have_count(0)


def test_a_draft_is_its_writers_alone_and_goes_when_he_goes(enters, product):
    page = enters("DW09")
    begin(page)
    page.locator(".bar .menu").last.locator("summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("/sign-in/"))
    assert page.evaluate("Object.keys(sessionStorage).filter(k => k.startsWith('draft '))") == []
    for badge in ("DW08", "DW09"):
        page.locator("#badge").fill(badge)
        page.locator("#password").fill(product.password)
        page.locator("#password").press("Enter")
        page.wait_for_url(f"{product.address}/")
        page.goto("/intake/")
        expect(page.locator("#narrative")).to_have_value("")
        page.context.clear_cookies(name=re.compile("session"))
        page.evaluate("location.assign('/sign-in/')")
        page.wait_for_url(re.compile("/sign-in/"))


def test_discarding_brings_the_blank_page_back(enters):
    page = enters("DW09")
    begin(page)
    page.reload()
    page.locator(".restored button").click()
    expect(page.locator("#narrative")).to_have_value("")
    expect(page.locator(".restored")).to_have_count(0)


def test_a_new_call_does_not_meet_the_words_of_the_last_one(enters):
    page = enters("DW09")
    page.goto("/intake/?phone=13800000003&rang=2")
    page.locator("#narrative").fill(TYPED)
    page.wait_for_timeout(500)
    # when another one rings, nothing of the last stands there
    page.goto("/intake/?phone=13800000002&rang=3")
    expect(page.locator(".caller .is")).to_contain_text("演示客户乙")
    expect(page.locator("#phone")).to_have_value("13800000002")
    expect(page.locator("#narrative")).to_have_value("")
    expect(page.locator(".restored")).to_have_count(0)
    # and the last one is there as soon as nobody rings, until it is saved
    page.goto("/intake/")
    expect(page.locator("#phone")).to_have_value("13800000003")
    expect(page.locator("#narrative")).to_have_value(TYPED)
    page.locator("#services input[value=no-water]").check()
    save(page)
    page.goto("/intake/")
    expect(page.locator("#narrative")).to_have_value("")
    page.goto("/intake/?phone=13800000003")
    expect(page.locator("#narrative")).to_have_value("")


def test_two_people_on_one_case_know_of_each_other_and_of_what_was_recorded(enters):
    agent, network = enters("DW09"), enters("DW03", language="zh")
    take_in(agent, "pipe-repair", "示例路口冒水")
    number = save(agent)
    sheet = open_form(network, number, "arrival")
    expect(sheet.locator("[data-live]")).to_contain_text("正在查看本工单")
    expect(agent.locator("main [data-live]")).to_contain_text("is viewing the form")
    sheet.locator("[name=place]").fill("示例路口")
    take_step(agent, number, "urge", reason="客户第二次来电")
    told = sheet.locator("[data-live] .changed")
    expect(told).to_contain_text("催办")
    expect(sheet.locator("[name=place]")).to_have_value("示例路口")
    told.get_by_role("button").click()
    expect(sheet.locator(".restored")).to_be_visible()
    expect(sheet.locator("[name=place]")).to_have_value("示例路口")
    network.keyboard.press("Escape")
    expect(network.locator(".offered .drafted")).to_be_visible()
    # and what was urged a moment ago is taken back by one key
    take_step(agent, number, "urge", reason="又来电")
    expect(agent.locator("[data-undo]")).to_be_visible()
    agent.keyboard.press("Escape")
    agent.locator("h1").click()
    agent.keyboard.press("z")
    expect(agent.locator(".told")).to_contain_text("Taken back")
    expect(agent.locator("h1")).to_contain_text("chased 1×")


def test_a_message_that_waits_shows_itself_on_the_desktop_once_by_who_wants_it(enters, product):
    page = enters("DW03")
    page.context.grant_permissions(["notifications"], origin=product.address)
    page.context.add_init_script(NOTES)
    page.goto("/own/")
    page.locator("[name=desktop_notice]").check()
    page.locator("[data-notices] .primary").click()
    expect(page.locator("body")).to_have_attribute("data-notice", re.compile(r"\{n\}"))
    page.evaluate("localStorage.setItem('chengnuo heard DW03', '0')")
    page.goto("/own/")
    page.wait_for_function("() => noted.length === 1")
    assert re.fullmatch(r"Unread messages: \d+", page.evaluate("noted[0]")), "no word of anybody"
    page.goto("/own/")
    page.wait_for_timeout(2500)  # the page has asked again
    assert page.evaluate("noted") == []
    page.locator("[name=desktop_notice]").uncheck()
    page.locator("[data-notices] .primary").click()
    expect(page.locator("body")).not_to_have_attribute("data-notice", re.compile("."))


def test_new_work_comes_to_the_desk_by_itself_and_is_said(enters):
    desk, clerk = enters("DW09"), enters("DW09")
    desk.goto("/?rows=500")  # what is due last is among the lines, however much lies here
    overdue = desk.locator(".counts .late b").inner_text()
    expect(desk).to_have_title(re.compile(rf"^\({overdue}\) "))
    take_in(clerk, "pipe-repair", "来自另一个窗口的新工单")
    number = save(clerk)
    fresh = desk.locator("tr.fresh", has_text=number).first
    expect(fresh).to_be_visible()
    expect(desk.locator("#live-says")).to_contain_text("New:")
    desk.goto("/queues/?sort=-taken")
    desk.locator("tbody input[name=case]").first.check()
    desk.locator("#bulk [name=reason]").fill("成批移交")
    take_in(clerk, "pipe-repair", "又一张新工单")
    other = save(clerk)
    expect(desk.locator(f"tr.fresh[data-line='{other}']")).to_be_visible()
    expect(desk.locator(f"tr[data-line='{number}'] input[name=case]")).to_be_checked()
    expect(desk.locator("#bulk [name=reason]")).to_have_value("成批移交")


def test_a_ticked_line_is_handed_over_as_it_was_when_it_was_ticked_or_not_at_all(enters):
    desk, clerk = enters("DW09"), enters("DW09")
    take_in(clerk, "pipe-repair", "勾选之后有人催办")
    number = save(clerk)
    desk.goto("/queues/?sort=-taken")
    line = desk.locator(f"tr[data-line='{number}']")
    box = line.locator("input[name=case]")
    box.check()
    seen = box.input_value()
    take_step(clerk, number, "urge", reason="勾选之后又来电")
    moved = desk.locator("[data-moved]")
    expect(moved).to_contain_text(": 1.", timeout=15_000)
    expect(box).to_be_checked()
    assert box.input_value() == seen, "a poll does not say that he has seen what it brought"
    box.uncheck()
    expect(moved).to_be_hidden()
    box.check()
    assert box.input_value() != seen
