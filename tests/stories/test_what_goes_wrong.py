"""Mistakes and collisions: nothing that was typed is lost, and the page says what to do."""

import pytest
from playwright.sync_api import Route, expect

from tests.stories.steps import fill, open_form, record, save, take_in, write


@pytest.fixture
def complaint(enters):
    agent = enters("DW09")
    take_in(agent, "service-complaint", "营业厅等候一小时。")
    return agent, save(agent)


def test_of_two_people_on_one_form_one_wins_and_the_other_keeps_what_he_typed(enters, complaint):
    # given two people with the same form open
    agent, case = complaint
    colleague = enters("DW10")
    late = open_form(colleague, case, "first-reply")
    write(late, canned=False, content="我已向客户说明情况")
    # when the other one records something first
    fill(agent, case, "first-reply", canned=True)
    late.locator(".actions .primary").click()
    # then the second is told by whom, and what he typed is still there
    expect(late.locator(".alarm")).to_contain_text("Someone else has already done this")
    expect(late.locator(".alarm")).to_contain_text("Demo Hotline agent")
    expect(late.locator("[name=content]")).to_have_value("我已向客户说明情况")
    # and he can record it for the case as it is now
    record(late)


def test_a_form_with_a_mistake_stays_open_with_everything_typed(complaint):
    agent, case = complaint
    sheet = open_form(agent, case, "ask-superior")
    write(sheet, question="该向哪个部门推送")
    sheet.locator(".actions .primary").click()
    # the field that lacks something says so, has the focus, and nothing else is lost
    wrong = sheet.locator("[name=superior]")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(sheet.locator(".field.bad .wrong")).to_have_text("This field is required.")
    expect(sheet.locator("[name=question]")).to_have_value("该向哪个部门推送")
    write(sheet, superior="演示主管")
    record(sheet)


def test_a_step_that_lacks_something_is_in_view_and_under_the_cursor(complaint):
    agent, case = complaint
    agent.goto(f"/cases/{case}/?step=urge")
    step = agent.locator("#step-urge")
    step.locator("button").last.click()
    expect(step.locator(".wrong")).to_be_in_viewport()
    expect(step.locator("[name=reason]")).to_be_focused()


def test_an_intake_with_a_mistake_comes_back_as_it_was_typed(enters):
    agent = enters("DW09")
    take_in(agent, "pipe-repair", "路面冒水", phone="打不通")
    agent.locator("[name='fact.area'][value=urban]").check()
    agent.locator("[name='fact.diameter_mm']").fill("300")
    agent.locator("#narrative").fill("")
    agent.locator("#intake .actions [data-plain]").click()
    expect(agent.locator("#narrative-error")).to_have_text("Please enter the customer's request.")
    expect(agent.locator("#phone-error")).to_contain_text("This is not a telephone number")
    expect(agent.locator("#phone")).to_have_value("打不通")
    expect(agent.locator("[name='fact.diameter_mm']")).to_have_value("300")
    expect(agent.locator("[name='fact.area'][value=urban]")).to_be_checked()
    expect(agent.locator("#services input[value=pipe-repair]")).to_be_checked()
    expect(agent.locator("#promises")).to_contain_text("Emergency")
    agent.locator("#phone").fill("13900000001")
    agent.locator("#narrative").fill("路面冒水")
    save(agent)


def test_forbidden_words_are_named_with_their_clause(enters):
    agent = enters("DW09")
    take_in(agent, "meter-verification", "怀疑水表走得快。")
    case = save(agent)
    sheet = open_form(agent, case, "first-reply")
    write(sheet, canned=False, content="可能是水表坏了")
    sheet.locator(".actions .primary").click()
    refused = sheet.locator("#first-reply-content-error")
    expect(refused).to_contain_text("“可能是” must not be used")
    expect(sheet.locator("[name=content]")).to_have_value("可能是水表坏了")


def test_what_is_typed_survives_the_desks_poll(enters):
    network = enters("DW03")
    network.locator("tr .step a[hx-get]").first.click()
    sheet = network.locator("#sheet")
    field = sheet.locator("textarea, input[type=text]").first
    field.fill("还没写完")
    network.evaluate("htmx.ajax('GET', '/', {source: '#rows', target: '#rows'})")
    network.wait_for_timeout(300)
    expect(field).to_have_value("还没写完")
    expect(field).to_be_focused()


def test_an_answer_given_while_the_questions_are_on_their_way_stays(enters):
    agent = enters("DW09")
    take_in(agent, "pipe-repair", "路面冒水")
    agent.locator("[name='fact.diameter_mm']").fill("200")
    # the questions are asked for anew, and the answer of the server takes its time
    held: list[Route] = []
    agent.route("**/intake/fields/", lambda route: held.append(route))
    agent.locator("#services").dispatch_event("change")
    agent.wait_for_timeout(300)
    agent.locator("[name='fact.diameter_mm']").fill("300")
    with agent.expect_response("**/intake/fields/"):
        held[0].continue_()
    agent.wait_for_timeout(300)
    expect(agent.locator("[name='fact.diameter_mm']")).to_have_value("300")
