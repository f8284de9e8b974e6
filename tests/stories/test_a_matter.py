"""A complaint from the call to its closure, and a leak that nobody repaired."""

import re

from playwright.sync_api import expect

from tests.stories.steps import fill, save, take_in


def test_a_complaint_is_taken_in_and_worked_by_the_right_people_to_its_closure(enters):
    # given an agent of the hotline
    agent = enters("DW09")
    # when she writes down a complaint
    take_in(agent, "service-complaint", "约定上午上门，没有人来，也没有电话。")
    # then she sees, before anything is saved, what will be promised, until when, by which clause
    promised = agent.locator("#promises")
    expect(promised).to_contain_text("First reply to a complaint")
    expect(promised.locator(".until").first).to_have_text(re.compile(r"\d\d:\d\d"))
    expect(promised).to_contain_text("六.1")
    expect(promised).to_contain_text("Goes to")
    agent.locator(".find input").fill("13900000000")
    # and when she takes it in, the promises run, as they were shown
    case = save(agent)
    running = agent.locator(".promise")
    expect(running.filter(has_text="First reply to a complaint")).to_contain_text("left")

    # when she replies, hands it over and phones the head of the department
    fill(agent, case, "first-reply", canned=True)
    kept = agent.locator(".promise.kept")
    expect(kept.filter(has_text="First reply to a complaint")).to_be_visible()
    over = agent.locator("#step-hand-over")
    over.locator("summary").click()
    over.locator("select").select_option(label="Network department")
    over.locator("[name=reason]").fill("上门由管网部负责")
    over.locator("button").click()
    expect(agent.locator(".told")).to_be_visible()
    fill(agent, case, "phone-head", head="演示管网部", system_reachable=True)

    # then it lies on the desk of the department, which feeds back there what was done
    network = enters("DW03")
    before = network.locator("tr", has_text=case).count()
    network.locator("tr", has_text=case).locator("a[href*='feedback']").first.click()
    sheet = network.locator("#sheet")
    sheet.get_by_label("The result").check()
    sheet.locator("[name=content]").fill("已重新约定并于当日上门，问题已解决")
    sheet.locator("[name=clear]").check()
    sheet.locator(".actions .primary").click()
    expect(sheet).to_be_hidden()
    expect(network.locator("tr", has_text=case)).to_have_count(before - 1)

    # when customer service answers and calls back
    clerk = enters("DW10")
    fill(clerk, case, "reply", content="已上门处理", same_channel=True)
    fill(
        clerk,
        case,
        "callback",
        reached=True,
        contacted="yes",
        arrived="yes",
        course="按约上门",
        outcome="已解决",
        category="enquiry_complaint",
        solved=True,
        attitude="5",
        integrity_issue=False,
        satisfied=True,
        has_opinion=False,
    )
    # then the case is closed, every promise is kept, and what was written is there to read
    expect(clerk.locator("h1")).to_contain_text("closed")
    expect(clerk.locator(".promise .stands.overdue")).to_have_count(0)
    expect(clerk.locator(".evidence")).to_have_count(5)


def test_a_leak_left_undone_breaks_and_goes_up(enters):
    # given a leak of thirty hours ago at which nobody arrived (the demonstration has it)
    crew = enters("DW17")
    # then it is overdue on the desk of the crew that owes it
    crew.goto("/?show=overdue")
    row = crew.locator("tr.overdue", has_text="厂区门口主管漏水").first
    expect(row.locator(".stands.overdue")).to_contain_text("overdue")
    number = row.locator(".what a").inner_text()
    # and in the register of the company, with how far it went up
    register = enters("DW12")
    register.goto("/overdue/?service=pipe-repair")
    line = register.locator("tbody tr", has_text=number).first
    expect(line).to_contain_text(re.compile(r"1 d.* overdue|\d+ h.* overdue"))
    expect(line).to_contain_text(re.compile(r"escalation level \d"))
    # and its page says when it was broken, and that the superior was told
    line.locator("a", has_text=number).click()
    expect(register.locator(".promise.overdue").first).to_contain_text("overdue")
    register.locator(".promise.overdue summary").first.click()
    expect(register.locator(".promise.overdue .moments .bad").first).to_contain_text("Breached")
    happened = register.locator(".effects li", has_text="superior")
    expect(happened.first).to_contain_text(re.compile("level 1", re.IGNORECASE))
    # and the head of the network department, their superior, has a message which leads there
    superior = enters("DW03")
    superior.locator("#messages summary").click()
    # what came before he was here last lies together
    superior.locator("#message-list .digest summary").click()
    superior.locator("#message-list a", has_text=number).first.click()
    expect(superior.locator("h1")).to_contain_text(number)
    # and once read it is gone
    superior.locator("#messages summary").click()
    superior.locator("#message-list button").click()
    expect(superior.locator("#message-list")).to_contain_text("No unread messages")
