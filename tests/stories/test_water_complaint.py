"""S3.1 五–六: a complaint on WeChat that goes to the wrong department first."""

from playwright.sync_api import expect

from tests.stories.steps import fill, open_form, record, save, take_in, take_step, write


def test_a_complaint_on_wechat_is_returned_urged_supervised_and_answered_twice(enters):
    # given an agent who takes in a complaint from WeChat: saved, it is with the engineers
    agent = enters("DW09")
    take_in(agent, "works-complaint", "路面开挖后一直没恢复，出行不便。")
    agent.locator("#intake [name=channel]").select_option("wechat")
    case = save(agent)
    fill(agent, case, "first-reply", canned=True)
    expect(agent.locator(".talk li")).to_contain_text("Your message has been received")
    fill(agent, case, "phone-head", head="演示工程", system_reachable=True)

    # when the engineers say it is not theirs
    engineers = enters("DW05")
    take_step(engineers, case, "return", unit="Network department", reason="此路段由管网部开挖恢复")
    # then they keep it, with its clock, until the accepting unit decides
    expect(engineers.locator(".case-head")).to_contain_text("General office of the engineering")
    expect(engineers.locator(".together")).to_contain_text("awaiting reply")
    feedback = engineers.locator(".promise", has_text="Feedback of the engineering company")
    expect(feedback).to_contain_text("left")
    # and it waits on the desk of customer service, which hands it on
    supervisor = enters("DW11")
    waits = supervisor.locator(".waiting tr", has_text=case)
    waits.get_by_role("link", name="Review return request").click()
    where = supervisor.locator("#step-decide-return")
    where.locator("[name=reason]").fill("查证属管网部，改派")
    where.get_by_role("button", name="Approve and reassign").click()
    expect(supervisor.locator("h1")).to_contain_text("returned 1×")
    expect(supervisor.locator(".case-head")).to_contain_text("handled by Network department")
    # and the head who is now in charge is phoned as well
    fill(agent, case, "phone-head", head="演示管网部", system_reachable=True)

    # and when the network department asks the engineers for help, they answer it
    network = enters("DW03")
    take_step(
        network,
        case,
        "assist",
        unit="General office of the engineering company",
        reason="请提供该路段的开挖记录",
    )
    engineers.goto("/")
    engineers.locator(".waiting tr", has_text=case).get_by_role("link", name="Reply").click()
    where = engineers.locator("#step-assisted")
    where.locator("[name=reason]").fill("开挖记录已送管网部")
    where.locator("button").click()
    expect(engineers.locator(".together")).to_contain_text("开挖记录已送管网部")

    # when the customer asks again and the agent urges, it is counted; a leader supervises
    take_step(agent, case, "urge", reason="客户再次留言催问")
    expect(agent.locator("h1")).to_contain_text("chased 1×")
    leader = enters("DW02")
    leader.goto(f"/cases/{case}/")
    until = leader.evaluate(
        "() => { const d = new Date(Date.now() + 8.64e7 + 2.88e7);"
        " return d.toISOString().slice(0, 16); }"
    )
    take_step(leader, case, "supervise", reason="明日前恢复路面", until=until)
    expect(leader.locator("h1")).to_contain_text("Under oversight")
    # then it is a promise of the network department, which it answers
    row = network.locator(".promise", has_text="Answer an oversight request by its limit")
    network.goto(f"/cases/{case}/")
    expect(row.first).to_contain_text("left")
    fill(network, case, "supervision-answer", done="路面今日恢复")

    # and a vague feedback is refused with its clause; progress keeps the matter open
    sheet = open_form(network, case, "department-feedback")
    sheet.get_by_label("The progress").check()
    write(sheet, content="我们会尽快处理", clear=True)
    sheet.locator(".actions .primary").click()
    expect(sheet.locator(".wrong").first).to_be_visible()
    expect(sheet).to_contain_text("“尽快处理” must not be used")
    expect(sheet).to_contain_text("五.4")
    write(sheet, content="已回填，明日上午铺沥青")
    record(sheet)
    result = network.locator(".promise", has_text="Feedback of the result after progress")
    expect(result).to_have_count(1)
    sheet = open_form(network, case, "department-feedback")
    sheet.get_by_label("The result").check()
    write(sheet, content="路面已恢复并验收", clear=True)
    record(sheet)

    # when the agent answers on WeChat again, the customer's last word stands, the first is kept
    fill(agent, case, "reply", content="路面已恢复，请您查看", same_channel=True)
    talk = agent.locator(".talk li")
    expect(talk).to_have_count(2)
    expect(talk.nth(0)).to_contain_text("replaced")
    expect(talk.nth(1)).to_contain_text("路面已恢复，请您查看")
    expect(talk.nth(1)).to_contain_text("Current reply")
    # and the callback by somebody else closes it
    officer = enters("DW10")
    answers = {
        "reached": True,
        "contacted": "yes",
        "arrived": "yes",
        "course": "改派后次日恢复",
        "outcome": "已恢复",
        "category": "works",
        "works_issue": "none",
        "attitude": "5",
        "integrity_issue": False,
        "satisfied": True,
        "has_opinion": False,
    }
    sheet = open_form(officer, case, "callback")
    sheet.locator("[name=works_issue][value=none]").check()
    answers.pop("works_issue")
    write(sheet, **answers)
    record(sheet)
    expect(officer.locator("h1")).to_contain_text("closed")
