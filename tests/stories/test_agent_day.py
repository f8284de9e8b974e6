"""A day at the hotline: a known caller, a suggestion, a promise, an emergency; by keyboard."""

import re

from playwright.sync_api import Page, expect

from tests.stories.conftest import SCREEN, Enters
from tests.stories.steps import message_about, open_form, save, take_in

KNOWN = "13800000002"


def rings(page: Page, phone: str) -> None:
    """The softphone opens the screen with the number that calls."""
    page.goto(f"/intake/?phone={phone}&rang=7")
    expect(page.locator("#phone")).to_be_focused()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def writes(page: Page, key: str, words: str) -> None:
    press(page, f"Alt+{key}")
    page.keyboard.type(words)


def test_a_call_from_the_first_ring_to_the_next_call(enters: Enters):
    page = enters("DW09")
    rings(page, KNOWN)
    # The greeting stands in both languages, with the number of whoever greets.
    expect(page.locator(".greeting")).to_contain_text("工号DW09")
    expect(page.locator(".greeting")).to_contain_text("staff number DW09")
    expect(page.locator(".calls")).to_contain_text("rang 7 s")
    # Who it is, where, and the fields are filled in.
    expect(page.locator(".caller .is")).to_contain_text("演示客户乙")
    expect(page.locator("#name")).to_have_value("演示客户乙")
    expect(page.locator("#address")).to_have_value(re.compile("示例路2号"))
    # What is said is heard; the service is chosen by one key.
    writes(page, "w", "家里没水了")
    expect(page.locator("#suggestions button").first).to_contain_text("No-water report")
    press(page, "Alt+1")
    expect(page.locator("#services input:checked")).to_have_value("no-water")
    # What is promised stands there before anything is saved, with its clause and who owes it.
    promised = page.locator("#promises li").filter(has_text="First reply to a complaint")
    expect(promised).to_contain_text(re.compile(r"due \w{3} \d{1,2} \w{3}"))
    expect(promised).to_contain_text("Hotline agent")
    expect(promised).to_contain_text("六.1")
    # Told in one go, restated once.
    press(page, "Alt+g", "Alt+r")
    expect(page.locator("[name=notified]").first).to_be_checked()
    expect(page.locator("[name=restated]")).to_be_checked()
    press(page, "Control+Enter")
    page.wait_for_url(re.compile(r"/cases/DW-[\d-]+/taken/"))
    number = page.url.split("/")[-3]
    expect(page.locator("h1")).to_contain_text(number)
    expect(page.locator(".closing-words")).to_contain_text(number)
    expect(page.locator("#track")).to_contain_text("First reply to a complaint")
    # One action: it is with the department, which hears of it, and the standard reply is recorded.
    expect(page.locator(".taken-head")).to_contain_text("handed over to Network department")
    expect(page.locator(".taken-head")).to_contain_text("standard reply recorded")
    expect(message_about(enters("DW03"), number)).to_contain_text("New case")
    press(page, "n")
    page.wait_for_url(re.compile("/intake/$"))
    expect(page.locator("#phone")).to_be_focused()


def test_the_whole_screen_is_in_view(enters: Enters):
    page = enters("DW09", language="zh")
    rings(page, KNOWN)
    page.locator("#services input[value=pipe-repair]").check()
    expect(page.locator("#promises li").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight") <= SCREEN["height"]
    for part in ("#phone", "#narrative", "#name", "#address", ".closing .primary", "#first-asked"):
        box = page.locator(part).bounding_box()
        assert box is not None, part
        assert box["y"] + box["height"] <= SCREEN["height"], part


def test_enter_goes_on_and_never_saves_half_a_matter(enters: Enters):
    page = enters("DW09")
    page.goto("/intake/")
    page.locator("#name").fill("演示来电人")
    press(page, "Enter")
    expect(page.locator("#address")).to_be_focused()
    assert page.url.endswith("/intake/")


def test_the_matter_that_runs_already_is_urged(enters: Enters):
    page = enters("DW09")
    take_in(page, "low-pressure", "水压很低", phone="13811110001")
    running = save(page)
    rings(page, "13811110001")
    known = page.locator(".open-matters")
    expect(known).to_contain_text(running)
    with page.expect_popup() as opened:
        known.get_by_role("link", name="Chase the open case").click()
    assert f"/cases/{running}/?step=urge" in opened.value.url


def test_a_wrong_number_needs_no_case(enters: Enters):
    page = enters("DW09")
    rings(page, "13811110002")
    press(page, "Alt+x")
    page.get_by_role("button", name="Wrong number").click()
    expect(page.locator(".told")).to_contain_text("Recorded without a case: Wrong number")
    expect(page.locator("#phone")).to_be_focused()


def test_the_standard_reply_is_one_key_after_saving(enters: Enters):
    page = enters("DW09")
    take_in(page, "low-pressure", "水压很低", phone="13811110004")
    page.locator("#intake .actions [data-plain]").click()
    page.wait_for_url(re.compile("/taken/"))
    expect(page.locator("[data-standard]")).to_be_visible()
    press(page, "s")
    expect(page.locator(".taken-head")).to_contain_text("standard reply recorded")
    expect(page.locator("[data-standard]")).to_have_count(0)


COMPOSING = """([where, key, more]) => document.querySelector(where).dispatchEvent(
    new KeyboardEvent('keydown', {key, code: key, bubbles: true, cancelable: true, ...more}))"""


def test_no_key_of_ours_acts_while_an_input_method_composes(enters: Enters):
    page = enters("DW09")
    rings(page, KNOWN)
    writes(page, "w", "家里没水了")
    expect(page.locator("#suggestions button").first).to_be_visible()
    here = page.url
    for more in ({"isComposing": True}, {"keyCode": 229}):
        for where, key, held in (
            ("#narrative", "Enter", {"ctrlKey": True}),
            ("#narrative", "Digit1", {"altKey": True}),
            ("#name", "Enter", {}),
            ("#service-search", "Enter", {}),
            ("#narrative", "Escape", {}),
        ):
            page.evaluate(COMPOSING, [where, key, {**held, **more}])
    assert page.url == here
    expect(page.locator("#narrative")).to_be_focused()
    expect(page.locator("#services input:checked")).to_have_count(0)
    expect(page.locator("#suggestions button").first).to_be_visible()
    # The same key without composing does act: the test can fail.
    page.evaluate(COMPOSING, ["#service-search", "Enter", {}])
    expect(page.locator("#services input:checked")).to_have_count(1)


def test_an_emergency_goes_out_at_once_and_one_sees_it_seen(enters: Enters):
    page = enters("DW09")
    rings(page, "13811110003")
    press(page, "Alt+j")
    page.wait_for_url(re.compile("/intake/emergency/"))
    expect(page.locator("#phone")).to_have_value("13811110003")
    expect(page.locator("#talk")).to_contain_text("Keep away from flowing water")
    page.keyboard.type("示例路与示例街交叉口")
    writes(page, "w", "爆管，水柱很高")
    # The one fact that the table of arrivals needs, by one key.
    press(page, "Alt+1")
    expect(page.locator("[name='fact.area']").first).to_be_checked()
    expect(page.locator("#promises li").first).to_contain_text("Crew on site")
    press(page, "Control+Enter")
    page.wait_for_url(re.compile("/taken/"))
    number = page.url.split("/")[-3]
    expect(page.locator("#track")).to_contain_text("0 of 2 have seen it")
    expect(page.locator("#track .count").first).to_contain_text("left")
    crew = enters("DW17")
    crew.goto(f"/cases/{number}/")
    expect(crew.locator("h1")).to_contain_text("Emergency")


def test_a_forbidden_word_is_named_while_one_types(enters: Enters):
    page = enters("DW09")
    take_in(page, "meter-verification", "表快了")
    # The prescribed sentence stands ready before the report.
    press(page, "Alt+k")
    expect(page.locator("#talk")).to_contain_text("will be known from the verification report")
    page.locator("#narrative").fill("大概是表坏了")
    hint = page.locator("#narrative-forbidden")
    expect(hint).to_contain_text("大概是")
    expect(hint).to_contain_text("五.2")
    page.locator("#narrative").fill("要求检表")
    expect(hint).to_have_count(0)


def test_a_canned_reply_is_put_where_one_writes(enters: Enters):
    page = enters("DW09")
    take_in(page, "no-water", "无水")
    expect(page.locator("#talk .reply")).to_have_count(1)
    press(page, "Alt+w", "End", "Alt+5")
    expect(page.locator("#narrative")).to_have_value(re.compile("无水Hello! Your fault report"))
    case = save(page)
    expect(page.locator(".side .talk")).to_contain_text("What to say")
    sheet = open_form(page, case, "first-reply")
    expect(sheet.locator(".script").first).to_be_attached()
