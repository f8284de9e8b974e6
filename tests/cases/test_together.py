"""Units beside each other: returns, assistance, urging, supervision; what the customer heard."""

from datetime import timedelta

import pytest

from chengnuo.cases.casework.assisting import answer_assistance, ask_assistance, assistance_of
from chengnuo.cases.casework.objections import ask_return, decide_return, returns_of
from chengnuo.cases.casework.replies import conversation
from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.casework.supervising import supervise, urge
from chengnuo.cases.casework.waiting import waiting_for
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.cases.queries import case_file
from chengnuo.ledger.models import OutboxMessage
from chengnuo.ledger.queries import history, verify
from chengnuo.obligations.models import RUNNING, Obligation
from chengnuo.obligations.services import RefusedByRule
from chengnuo.people.services import choose_setting
from chengnuo.submissions.checks import FormHasErrors
from tests.companies import house
from tests.obligations.matter import let_pass
from tests.rules.world import at
from tests.submitting import fill_case

NOW = at("2026-03-09 10:00")  # a Monday


def hours(n):
    return NOW + timedelta(hours=n)


@pytest.fixture
def water(db):
    return house("water-company")


@pytest.fixture
def complaint(water):
    """Works that do not get on, told on WeChat, taken in by the hotline, with the engineers."""
    case = take(water)
    return hand_over(case=case, to=water.units["engineering"], by=agent(water), now=NOW)


def take(firm, service="works-complaint", channel="wechat"):
    request = Request(service=service, channel=channel, narrative="路面没恢复", token=service)
    return lodge(company=firm.again(), request=request, at=NOW, now=NOW, by=agent(firm))


def agent(firm):
    return firm.people["hotline-agent"]


def fill_as(firm, case, form, role, now, **raw):
    return fill_case(
        case, form, raw, token=f"{form}-{now:%d%H%M}-{role}", by=firm.people[role], now=now
    )


def running(case):
    rows = Obligation.objects.filter(RUNNING, docket=case.docket_id)
    return {row.rule: row for row in rows}


def told(kind):
    rows = OutboxMessage.objects.all()
    return {int(m.recipient) for m in rows if m.payload.get("kind") == kind}


def missing(raised):
    (refusal,) = raised.value.refusals
    return refusal.missing.en


# -- returns ---------------------------------------------------------------------------------------


def asks_return(firm, case, wants="network", by="engineering", now=None):
    return ask_return(
        case=case,
        wants=firm.units[wants],
        reason="路面由管网部恢复",
        by=firm.people[by],
        now=now or hours(1),
    )


def test_a_unit_that_wants_to_return_a_case_keeps_it_and_its_clock_until_it_is_decided(
    water, complaint
):
    before = {k: r.due_at for k, r in running(complaint).items()}
    asks_return(water, complaint)
    case = Case.objects.get()
    assert case.docket.handling_unit_id == water.units["engineering"].pk
    assert {k: r.due_at for k, r in running(case).items()} == before
    assert told("return_asked") == {agent(water).pk}
    (waits,) = waiting_for(units=[water.units["hotline-agent"].pk])
    assert (waits.step, waits.case.number) == ("decide-return", case.number)


def test_upheld_it_goes_to_the_wanted_or_another_unit_and_the_clock_has_run_on(water, complaint):
    before = running(complaint)["matter-answered"]
    asks_return(water, complaint)
    decide_return(
        case=complaint,
        to=water.units["network"],
        remark="确属管网部",
        by=agent(water),
        now=hours(2),
    )
    after = running(complaint)["matter-answered"]
    assert (after.pk, after.start_at) == (before.pk, before.start_at)
    assert after.unit_id == water.units["network"].pk
    own = running(complaint)["works-feedback"]  # 六.6(6) names the engineers; they gave it back
    assert (own.unit_id, own.due_at) == (water.units["network"].pk, at("2026-03-10 17:30"))
    assert [e.kind for e in history(subject=complaint.docket_id)][-2:] == [
        "case.returned",
        "case.handed_over",
    ]
    assert water.people["network"].pk in told("return_decided")
    (done,) = returns_of(complaint)
    assert (done.upheld, done.remark) == (True, "确属管网部")
    assert waiting_for(units=[water.units["hotline-agent"].pk]) == []
    assert verify(organisation_id=water.company.pk) == []


def test_refused_it_stays_with_a_remark(water, complaint):
    asks_return(water, complaint)
    decide_return(case=complaint, to=None, remark="属工程质量", by=agent(water), now=hours(2))
    assert Case.objects.get().docket.handling_unit_id == water.units["engineering"].pk
    assert history(subject=complaint.docket_id)[-1].kind == "case.return_refused"
    assert told("return_decided") == {water.people["engineering"].pk}
    asks_return(water, complaint, now=hours(3))  # and it may ask again


def test_what_a_return_is_refused_for(water, complaint):
    with pytest.raises(RefusedByRule) as raised:
        asks_return(water, complaint, by="network")
    assert missing(raised) == "Only the handling unit can request this"
    asks_return(water, complaint)
    with pytest.raises(RefusedByRule) as raised:
        asks_return(water, complaint)
    assert "already awaiting the receiving unit" in missing(raised)
    refused = {"case": complaint, "remark": "x", "now": hours(2)}
    with pytest.raises(RefusedByRule) as raised:
        decide_return(**refused, to=water.units["network"], by=water.people["network"])
    assert missing(raised) == "The receiving unit decides it"
    with pytest.raises(RefusedByRule) as raised:
        decide_return(**refused, to=water.units["engineering"], by=agent(water))
    assert "another unit" in missing(raised)


def test_a_returned_task_order_starts_its_three_days_anew_with_the_new_unit(db):
    """S1.2 四.2: three working days from receipt; the five days of 三.9 run on."""
    firm = house("gas-appliance")
    clerk = firm.people["cs-centre"]
    request = Request(service="customer-opinion", channel="phone", narrative="x", token="t")
    case = lodge(company=firm.again(), request=request, at=NOW, now=NOW, by=clerk)
    filled = {
        "customer": "甲", "opinion": "x", "accepting_unit": "客服", "handling_unit": "维修",
        "displeased": "no",
    }  # fmt: skip
    fill_as(firm, case, "opinion-order", "cs-centre", NOW, **filled)
    hand_over(case=case, to=firm.units["maintenance"], by=clerk, now=NOW)
    ask_return(
        case=case,
        wants=firm.units["technician"],
        reason="x1",
        by=firm.people["maintenance"],
        now=hours(24),
    )
    decide_return(case=case, to=firm.units["technician"], remark="y1", by=clerk, now=hours(25))
    held = running(case)
    assert held["order-handled"].due_at == at("2026-03-13 17:30")
    assert held["replied-in-five-days"].due_at == at("2026-03-15 00:00")


# -- assistance ------------------------------------------------------------------------------------


def test_a_unit_that_is_asked_answers_and_the_lead_still_owes(water, complaint):
    before = {k: (r.due_at, r.unit_id) for k, r in running(complaint).items()}
    ask_assistance(
        case=complaint,
        unit=water.units["network"],
        asked_for="提供管线图",
        by=water.people["engineering"],
        now=hours(1),
    )
    assert told("assistance_asked") == {water.people["network"].pk}
    (waits,) = waiting_for(units=[water.units["network"].pk])
    assert (waits.step, waits.words) == ("assisted", "提供管线图")
    answer_assistance(case=complaint, answer="图已送达", by=water.people["network"], now=hours(2))
    (help_,) = assistance_of(complaint)
    assert (help_.answer, help_.answered_by) == ("图已送达", water.people["network"])
    assert told("assisted") == {water.people["engineering"].pk}
    assert {k: (r.due_at, r.unit_id) for k, r in running(complaint).items()} == before


def test_only_the_lead_asks_and_only_who_was_asked_answers(water, complaint):
    asked = {"case": complaint, "asked_for": "图", "now": hours(1)}
    lead = water.people["engineering"]
    with pytest.raises(RefusedByRule):
        ask_assistance(**asked, unit=water.units["network"], by=water.people["inspection"])
    with pytest.raises(RefusedByRule):
        ask_assistance(**asked, unit=water.units["engineering"], by=lead)
    with pytest.raises(RefusedByRule):
        answer_assistance(case=complaint, answer="x", by=water.people["network"], now=hours(1))
    ask_assistance(**asked, unit=water.units["network"], by=lead)
    with pytest.raises(RefusedByRule):
        ask_assistance(**asked, unit=water.units["network"], by=lead)


# -- urging and supervision ------------------------------------------------------------------------


def test_urging_counts_and_tells_those_who_hold_the_running_promises(water, complaint):
    urge(case=complaint, reason="客户又来电", by=agent(water), now=hours(1))
    assert Case.objects.get().urged == 1
    assert water.people["engineering"].pk in told("urged")
    assert agent(water).pk not in told("urged"), "who urges knows it"
    message = next(m for m in OutboxMessage.objects.all() if m.payload["kind"] == "urged")
    assert "第1次" in message.payload["zh"]
    assert "客户又来电" in message.payload["zh"]


def test_beyond_the_houses_limit_a_leader_supervises_instead(water, complaint):
    for n in range(3):
        urge(case=complaint, reason="催", by=agent(water), now=hours(1 + n))
    with pytest.raises(RefusedByRule) as raised:
        urge(case=complaint, reason="催", by=agent(water), now=hours(5))
    assert missing(raised).startswith("Already chased today (3×), the most allowed; ask a leader")
    urge(case=complaint, reason="催", by=agent(water), now=hours(24))  # another day
    choose_setting(
        company=water.company, name="urgings-in-all", value="3", by=water.top, now=hours(24)
    )
    with pytest.raises(RefusedByRule) as raised:
        urge(case=complaint, reason="催", by=agent(water), now=hours(30))
    assert missing(raised).startswith("Already chased (4×)")


def test_supervision_is_a_promise_until_the_moment_the_leader_names(water, complaint):
    leader = water.people["vice-president"]
    supervise(case=complaint, instruction="今日到场", until=hours(6), by=leader, now=hours(1))
    held = running(complaint)["supervision-answered"]
    assert (held.due_at, held.unit_id) == (hours(6), water.units["engineering"].pk)
    assert Case.objects.get().supervised_at == hours(1)
    assert told("supervised") == {water.people["engineering"].pk}
    fill_as(water, complaint, "supervision-answer", "engineering", hours(3), done="已到场")
    assert "supervision-answered" not in running(complaint)
    assert Obligation.objects.get(rule="supervision-answered").kept_at == hours(3)


def test_an_unanswered_supervision_is_a_breach_and_still_owed(water, complaint):
    leader = water.people["vice-president"]
    supervise(case=complaint, instruction="到场", until=hours(6), by=leader, now=hours(1))
    let_pass("2026-03-09 17:00")
    held = Obligation.objects.get(rule="supervision-answered")
    assert held.broken_at == hours(6)
    assert "supervision-answered" in running(complaint), "and it is still owed"


def test_a_second_instruction_replaces_the_first_and_never_gives_more_time(water, complaint):
    leader = water.people["vice-president"]
    supervise(case=complaint, instruction="一", until=hours(6), by=leader, now=hours(1))
    with pytest.raises(RefusedByRule) as raised:
        supervise(case=complaint, instruction="二", until=hours(8), by=leader, now=hours(2))
    assert "by Mon 9 Mar 2026, 16:00 at the latest" in missing(raised)
    supervise(case=complaint, instruction="二", until=hours(4), by=leader, now=hours(2))
    assert running(complaint)["supervision-answered"].due_at == hours(4)
    assert Obligation.objects.filter(rule="supervision-answered").count() == 1


@pytest.mark.parametrize(
    ("until", "why"),
    [
        (hours(0), "The reply due time must be later than now."),
        (hours(1), "The reply due time must be later than now."),
        (hours(1 + 367 * 24), "The reply due time is more than a year ahead. Check the year."),
    ],
)
def test_supervision_ends_ahead_and_within_a_year(water, complaint, until, why):
    leader = water.people["vice-president"]
    with pytest.raises(RefusedByRule) as raised:
        supervise(case=complaint, instruction="到场", until=until, by=leader, now=hours(1))
    assert missing(raised) == why
    assert Case.objects.get().supervised_at is None, "and nothing was written"


@pytest.mark.parametrize("role", ["engineering", "hotline-agent", "network"])
def test_only_a_leader_supervises(water, complaint, role):
    with pytest.raises(RefusedByRule) as raised:
        supervise(
            case=complaint, instruction="x", until=hours(6), by=water.people[role], now=hours(1)
        )
    assert missing(raised) == "Only a leader above the handling unit can do this"


# -- the customer's side ---------------------------------------------------------------------------


def test_the_second_reply_on_wechat_overrides_the_first_which_is_kept(water, complaint):
    """S3.1 五.6, reading A-36."""
    fill_as(water, complaint, "first-reply", "hotline-agent", hours(1), canned="yes")
    filled = {"feedback": "result", "content": "路面已于今日恢复", "clear": "on"}
    fill_as(water, complaint, "department-feedback", "engineering", hours(2), **filled)
    said = {"content": "路面已恢复，请您查看", "same_channel": "on"}
    fill_as(water, complaint, "reply", "hotline-agent", hours(3), **said)
    first, second = talk(complaint)
    assert first.words.zh.startswith("您好！您的留言已收悉"), "the prescribed words"
    assert first.overridden_at == hours(3)
    assert (second.words.zh, second.overridden_at) == ("路面已恢复，请您查看", None)


def test_on_the_telephone_both_replies_stand(water):
    case = take(water, channel="phone")
    fill_as(water, case, "first-reply", "hotline-agent", hours(1), canned="yes")
    hand_over(case=case, to=water.units["engineering"], by=agent(water), now=hours(1))
    filled = {"feedback": "result", "content": "已恢复", "clear": "on"}
    fill_as(water, case, "department-feedback", "engineering", hours(2), **filled)
    said = {"content": "已恢复", "same_channel": "on"}
    fill_as(water, case, "reply", "hotline-agent", hours(3), **said)
    assert [r.overridden_at for r in talk(case)] == [None, None]


def talk(case):
    file = case_file(case=Case.objects.select_related("docket", "organisation").get(pk=case.pk))
    return conversation(case=file.case, regulation=file.regulation, evidence=file.evidence)


@pytest.mark.parametrize("vague", ["我们会尽快处理", "情况已了解", "大概下周"])
def test_a_vague_feedback_is_refused_with_the_clause(water, complaint, vague):
    filled = {"feedback": "progress", "content": vague, "clear": "on"}
    with pytest.raises(FormHasErrors) as raised:
        fill_as(water, complaint, "department-feedback", "engineering", hours(1), **filled)
    said = raised.value.filled.errors["content"].zh
    assert "不得使用" in said
    assert "五.4" in said


def test_progress_keeps_the_matter_open_until_there_is_a_result(water, complaint):
    filled = {"feedback": "progress", "content": "已开挖，10日下午回填", "clear": "on"}
    fill_as(water, complaint, "department-feedback", "engineering", hours(1), **filled)
    assert "result-follows-progress" in running(complaint)
    filled = {"feedback": "result", "content": "已回填", "clear": "on"}
    fill_as(water, complaint, "department-feedback", "engineering", hours(2), **filled)
    assert "result-follows-progress" not in running(complaint)


# -- separation of duties --------------------------------------------------------------------------


RESULT = {"cause": "迟到", "factors": "排班", "result": "已道歉", "violation": "no"}


@pytest.fixture
def order(db):
    """A task order with the maintenance department, whose head is alone in it."""
    firm = house("gas-appliance")
    clerk = firm.people["cs-centre"]
    request = Request(service="customer-opinion", channel="phone", narrative="x", token="t")
    case = lodge(company=firm.again(), request=request, at=NOW, now=NOW, by=clerk)
    filled = {
        "customer": "甲", "opinion": "x", "accepting_unit": "客服", "handling_unit": "维修",
        "displeased": "no",
    }  # fmt: skip
    fill_as(firm, case, "opinion-order", "cs-centre", NOW, **filled)
    return firm, hand_over(case=case, to=firm.units["maintenance"], by=clerk, now=NOW)


def test_who_wrote_the_result_does_not_sign_it_alone_in_a_unit_the_superior_does(order):
    firm, case = order
    fill_as(firm, case, "opinion-result", "maintenance", hours(1), **RESULT)
    signed = {"decision": "sign", "signature": "演示"}
    with pytest.raises(RefusedByRule) as raised:
        fill_as(firm, case, "head-signature", "maintenance", hours(2), **signed)
    assert "someone else must complete this form" in missing(raised)
    with pytest.raises(RefusedByRule):
        fill_as(firm, case, "head-signature", "technician", hours(2), **signed)
    held = running(case)["result-signed"]
    assert held.unit_id == firm.company.pk, "it lies with the superior"
    fill_as(firm, case, "head-signature", "general-manager", hours(3), **signed)
    assert "customer-replied" in running(case)


def test_who_handled_an_opinion_does_not_call_the_customer_back(order):
    firm, case = order
    handler = "maintenance"
    fill_as(firm, case, "opinion-result", handler, hours(1), **RESULT)
    signed = {"decision": "sign", "signature": "演示"}
    fill_as(firm, case, "head-signature", "general-manager", hours(2), **signed)
    replied = {"replied_at": "2026-03-09 13:00", "reply": "已道歉", "stance": "accepts"}
    fill_as(firm, case, "opinion-reply", handler, hours(3), **replied)
    fill_as(firm, case, "handler-signature", handler, hours(4), signature="演示")
    fill_as(firm, case, "order-return", handler, hours(5), received_by="演示")
    called = {"called_at": "2026-03-09 15:30", "reached": "yes", "account": "满意"}
    called["satisfaction"] = "satisfied"
    with pytest.raises(RefusedByRule):
        fill_as(firm, case, "opinion-callback", handler, hours(6), **called)
    fill_as(firm, case, "opinion-callback", "cs-centre", hours(6), **called)
    assert Case.objects.get().closed_at is not None
