"""Pages of callbacks: the officer's list, the call sheet, visits, bad answers, rates, samples."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from python_calamine import CalamineWorkbook

from chengnuo.callbacks.answers import raise_bad_answer
from chengnuo.callbacks.calling import attempt, take
from chengnuo.callbacks.drawing import draw
from chengnuo.callbacks.models import Assignment, Attempt, BadAnswer, Outcome, Rating, VisitOrder
from chengnuo.cases.filling import Submission, fill_form
from chengnuo.cases.models import Case
from chengnuo.cases.services import Request, hand_over, lodge
from chengnuo.conduct.models import Proceeding
from chengnuo.customers.services import register_customer
from chengnuo.ledger.models import Entry
from chengnuo.obligations.duties import open_periods
from chengnuo.obligations.models import Obligation
from chengnuo.people.services import appoint, hire
from tests.companies import LONG_AGO, house
from tests.doors.web.conftest import page, sits
from tests.rules.world import at

NOW = at("2026-03-09 16:00")
PHONE = "13800000001"
ANSWERED = {
    "called_at": "2026-03-09T16:00", "reached": "true", "contacted": "yes", "arrived": "yes",
    "course": "当日上门", "outcome": "已修复", "category": "enquiry_complaint", "solved": "true",
    "attitude": "5", "integrity_issue": "false", "satisfied": "true",
}  # fmt: skip
UNHAPPY = {**ANSWERED, "satisfied": "false", "solved": "false", "attitude": "1"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moment:
        yield moment


@pytest.fixture
def firm(db):
    return house("water-company")


@pytest.fixture
def agent(firm):
    return sits(firm.people["hotline-agent"])


def lodged(
    firm, service="service-complaint", token="complaint-1", moment="2026-03-09 09:00", **more
):
    request = Request(
        service=service, channel=more.pop("channel", "phone"), narrative="约定上午上门，没有人来",
        token=token, contact_name="演示客户甲", contact_phone=PHONE, address="示例路1号", **more,
    )  # fmt: skip
    moment = at(moment)
    return lodge(
        company=firm.again(), request=request, at=moment, now=moment,
        by=firm.people["hotline-agent"],
    )  # fmt: skip


def put(firm, case, form, who, moment, **raw):
    case = Case.objects.select_related("docket__organisation").get(pk=case.pk)
    submission = Submission(form=form, raw=raw, token=f"{form}-{moment}-{case.pk}"[:64])
    return fill_form(case=case, submission=submission, by=firm.people[who], now=at(moment))


def reported(firm, case):
    """The network department reports the complaint as done."""
    agent = firm.people["hotline-agent"]
    hand_over(case=case, to=firm.units["network"], by=agent, now=at("2026-03-09 09:30"))
    put(
        firm, case, "department-feedback", "network", "2026-03-09 15:00",
        fed_back_at="2026-03-09T15:00", feedback="result", content="当日上门处理完毕", clear="true",
    )  # fmt: skip
    return case


@pytest.fixture
def complaint(firm):
    return reported(firm, lodged(firm))


def due(case, rule="tracking-callback"):
    return Obligation.objects.get(docket=case.docket_id, rule=rule)


def sheet(case, rule="tracking-callback", end=""):
    return f"/callbacks/{due(case, rule).pk}/{end}"


def token(html):
    return re.search(r'name="token" value="([^"]+)"', html).group(1)


def tried(client, case, outcome, **more):
    made = {"outcome": outcome, "token": more.pop("token", f"t-{outcome}"), **more}
    return client.post(sheet(case, end="attempt/"), made)


# -- the list --------------------------------------------------------------------------------------


def test_the_list_shows_whom_to_call_what_about_by_which_questionnaire_and_clause(
    agent, firm, complaint
):
    html = page(agent.get("/callbacks/"))
    assert "演示客户甲" in html
    assert complaint.number in html
    assert "Hotline/window callback register" in html
    assert "二.1" in html
    assert sheet(complaint) in html
    # the department that handled it does not call back on it
    assert complaint.number not in page(sits(firm.people["network"]).get("/callbacks/"))


def test_the_list_is_in_groups_overdue_first_then_those_to_be_tried_again(agent, firm, clock):
    late = reported(firm, lodged(firm, token="a"))
    again = reported(firm, lodged(firm, token="b"))
    fresh = reported(firm, lodged(firm, token="c"))
    assert tried(agent, again, "no_answer").status_code == 302
    Obligation.objects.filter(pk=due(late).pk).update(
        due_at=at("2026-03-09 15:30"), act_by=at("2026-03-09 15:30")
    )
    clock.move_to(at("2026-03-09 18:30"))
    html = page(sits(firm.people["hotline-agent"]).get("/callbacks/"))
    heads = re.findall(r'<h2 id="g-(\w+)"', html)
    assert heads == ["overdue", "again", "today"]
    order = [html.index(sheet(case)) for case in (late, again, fresh)]
    assert order == sorted(order)


def test_nobody_to_call_is_said(firm):
    assert "Nobody is to be called" in page(sits(firm.people["hotline-agent"]).get("/callbacks/"))


def test_take_puts_it_on_ones_own_list(agent, firm, complaint):
    assert agent.post(sheet(complaint, end="take/")).status_code == 302
    assert Assignment.objects.get().officer == firm.people["hotline-agent"]


# -- the call --------------------------------------------------------------------------------------


def test_the_sheet_tells_the_greeting_the_case_and_what_was_reported(agent, complaint):
    html = page(agent.get(sheet(complaint)))
    assert "staff number T-hotline-agent" in html
    assert "约定上午上门，没有人来" in html
    assert "当日上门处理完毕" in html
    assert "5 attempts left" in html


def test_the_number_is_masked_until_a_look_is_recorded_and_again_afterwards(
    agent, complaint, clock
):
    assert PHONE not in page(agent.get(sheet(complaint)))
    looked = agent.post(sheet(complaint, end="number/"), follow=True)
    assert f"tel:{PHONE}" in page(looked)
    [seen] = Entry.objects.filter(kind="personal_data.seen")
    assert seen.data["what"] == "callback"
    clock.shift(timedelta(minutes=31))
    assert PHONE not in page(agent.get(sheet(complaint)))


def test_no_answer_plans_the_next_attempt_and_opens_the_next_callback(agent, firm, complaint):
    other = reported(firm, lodged(firm, token="other"))
    answer = tried(agent, complaint, "no_answer")
    assert answer.url == sheet(other)
    made = Attempt.objects.get()
    assert (made.outcome, made.again_at) == ("no_answer", at("2026-03-09 18:00"))
    html = page(agent.get(answer.url))
    assert "Next attempt: 03-09 18:00" in html
    assert 'title="No answer · 03-09 16:00 · ' in html


def test_a_double_click_is_one_attempt(agent, complaint):
    for _n in range(2):
        tried(agent, complaint, "busy", token="same")
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"outcome": ""}, "Please choose what came of it"),
        ({"outcome": "call_later"}, "Please write the agreed time"),
        ({"outcome": "call_later", "again_at": "2026-03-09T15:00"}, "must lie ahead"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(agent, complaint, typed, said):
    made = {"token": "kept-token", "note": "周五下午在家", **typed}
    answer = agent.post(sheet(complaint, end="attempt/"), made)
    html = page(answer)
    assert answer.status_code == 422
    assert said in html
    assert "周五下午在家" in html
    assert token(html) == "kept-token"
    assert not Attempt.objects.exists()


def test_call_later_keeps_the_agreed_time(agent, complaint):
    tried(agent, complaint, "call_later", again_at="2026-03-10T19:00", note="下班后")
    made = Attempt.objects.get()
    assert (made.again_at, made.note) == (at("2026-03-10 19:00"), "下班后")
    assert '<h2 id="g-later">' in page(agent.get("/callbacks/"))


def test_connected_opens_the_questionnaire_of_this_matter_in_the_same_sheet(agent, complaint):
    html = page(agent.get(sheet(complaint, end="answers/")))
    assert "Is the problem solved" in html
    assert re.search(r'name="reached" value="true" checked', html)
    answer = agent.post(sheet(complaint, end="answers/"), {**ANSWERED, "token": "call-1"})
    assert answer.status_code == 302
    assert Rating.objects.get().satisfied
    assert Attempt.objects.get().outcome == Outcome.CONNECTED
    assert due(complaint).kept_at is not None
    gone = agent.get(sheet(complaint), follow=True)
    assert "no longer due" in page(gone)


def test_an_answer_that_is_missing_is_marked_and_the_others_stay(agent, complaint):
    typed = {**ANSWERED, "attitude": "", "token": "call-1"}
    answer = agent.post(sheet(complaint, end="answers/"), typed)
    html = page(answer)
    assert answer.status_code == 422
    assert "Attitude" in html.split('class="wrong" role="alert"')[1][:200]
    assert "当日上门" in html
    assert not Rating.objects.exists()


def test_who_handled_it_may_not_call(firm, complaint):
    network = sits(firm.people["network"])
    assert network.get(sheet(complaint, end="answers/")).status_code == 404
    assert network.post(sheet(complaint, end="number/")).status_code == 404
    taken = network.post(sheet(complaint, end="take/"))
    assert taken.status_code == 422
    assert not Assignment.objects.exists(), "nobody keeps the callback on his own work from others"
    answer = tried(network, complaint, "no_answer")
    assert answer.status_code == 422
    assert "not yours to make" in page(answer)


def test_what_somebody_else_has_is_told_as_a_conflict(agent, firm, complaint):
    take(obligation=due(complaint), officer=firm.people["clerk"], now=NOW)
    answer = tried(agent, complaint, "no_answer")
    assert answer.status_code == 409
    assert "It is on the list of" in page(answer)
    answer = agent.post(sheet(complaint, end="answers/"), {**ANSWERED, "token": "x"})
    assert answer.status_code == 409
    assert "已修复" in page(answer)


def test_what_was_answered_meanwhile_is_told_as_a_conflict(agent, firm, complaint):
    agent.post(sheet(complaint, end="answers/"), {**ANSWERED, "token": "call-1"})
    answer = tried(agent, complaint, "no_answer")
    assert answer.status_code == 409
    assert "no longer due" in page(answer)


def test_the_head_hands_a_callback_to_another_officer(firm, complaint):
    second = hire(
        badge="T-second", name="演示回访员", organisation=firm.units["hotline-agent"],
        password="x", now=LONG_AGO,
    )  # fmt: skip
    appoint(staff=second, post=firm.posts["hotline-agent"], now=LONG_AGO)
    head = sits(firm.people["hotline-agent"])
    assert "Hand to another officer" in page(head.get(sheet(complaint)))
    answer = head.post(sheet(complaint, end="hand-on/"), {"to": second.pk})
    assert answer.status_code == 302
    assert Assignment.objects.get().officer == second
    # only those of the unit who may make it; and nobody else hands it on
    stranger = firm.people["testing-centre"]
    assert head.post(sheet(complaint, end="hand-on/"), {"to": stranger.pk}).status_code == 422
    other = sits(firm.people["cs-manager"])
    assert other.post(sheet(complaint, end="hand-on/"), {"to": second.pk}).status_code == 422


def test_when_attempts_are_used_up_those_who_decide_find_it_with_the_form(firm, complaint):
    for n in range(5):
        attempt(
            obligation=due(complaint), officer=firm.people["hotline-agent"],
            outcome=Outcome.NO_ANSWER, token=f"try-{n}", now=NOW - timedelta(minutes=50 - 10 * n),
        )  # fmt: skip
    asked = page(sits(firm.people["hotline-agent"]).get(sheet(complaint)))
    assert "somebody has to decide" in asked
    assert "End a callback without contact" in asked
    manager = sits(firm.people["cs-manager"])
    html = page(manager.get("/callbacks/"))
    assert "attempts are used up" in html
    assert complaint.number in html
    assert "?form=callback-waiver" in page(manager.get(sheet(complaint)))


# -- every callback that the texts name ------------------------------------------------------------


def formalities(firm):
    case = lodged(firm, service="application", token="app", moment="2026-03-06 09:00")
    put(
        firm, case, "formalities", "clerk", "2026-03-06 10:00",
        finished_at="2026-03-06T10:00", kind="application",
    )  # fmt: skip
    return case


def transferred(firm):
    return lodged(firm, service="transferred-item", channel="transfer", token="12345")


def repair(firm):
    case = lodged(
        firm, service="pipe-repair", token="pipe", facts={"area": "urban", "diameter_mm": 100}
    )
    hand_over(
        case=case, to=firm.units["network"], by=firm.people["hotline-agent"],
        now=at("2026-03-09 09:10"),
    )  # fmt: skip
    return case


@pytest.mark.parametrize(
    ("make", "rule", "who", "asked", "until"),
    [
        (formalities, "formalities-callback", "cs-department", "(five aspects)", "2026-03-11"),
        (transferred, "transfer-callback", "cs-specialist", "(four questions)", "2026-03-13"),
        (repair, "repair-next-day-callback", "hotline-agent", "(four questions)", "2026-03-11"),
    ],
)
def test_each_named_callback_is_on_the_list_of_who_owes_it_with_its_questionnaire(
    firm, make, rule, who, asked, until
):
    case = make(firm)
    row = due(case, rule)
    assert f"{row.due_at.astimezone(NOW.tzinfo):%Y-%m-%d}" <= until
    client = sits(firm.people[who])
    assert sheet(case, rule) in page(client.get("/callbacks/"))
    assert asked in page(client.get(sheet(case, rule, "answers/")))


def test_key_customers_are_called_by_period_and_the_call_keeps_the_half_year(firm):
    register_customer(
        company=firm.again(), number="K1", name="示例食品厂", phone="13800000009",
        customer_class="key", now=at("2026-02-01 09:00"),
    )  # fmt: skip
    open_periods(now=NOW)
    row = Obligation.objects.get(rule="half-yearly-callbacks")
    manager = sits(firm.people["cs-manager"])
    assert f"/callbacks/{row.pk}/" in page(manager.get("/callbacks/"))
    tried_ = {"outcome": "no_answer", "token": "k-1"}
    assert manager.post(f"/callbacks/{row.pk}/attempt/", tried_).status_code == 302
    html = page(manager.get(f"/callbacks/{row.pk}/answers/"))
    assert "Water and service needs" in html
    answer = manager.post(
        f"/callbacks/{row.pk}/answers/",
        {
            "called_at": "2026-03-09T16:00", "mode": "phone", "needs": "夏季用水量增加",
            "answers": "已解答", "publicity": "供水条例", "opinions": "无", "token": "k-2",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.kept_at is not None
    assert [a.outcome for a in Attempt.objects.order_by("pk")] == ["no_answer", "connected"]


# -- visits ----------------------------------------------------------------------------------------


def test_a_visit_waits_on_the_leaders_desk_and_is_recorded_after_his_instruction(
    agent, firm, complaint
):
    def step(client, what, words):
        return client.post(sheet(complaint, end=f"visit/{what}/"), {"words": words})

    refused = agent.post(sheet(complaint, end="answers/?manner=visit"), {**ANSWERED, "token": "v"})
    assert "needs the customer's consent" in page(refused)
    assert step(agent, "ask", "").status_code == 422
    assert step(agent, "ask", "客户要求当面说明").status_code == 302
    assert step(agent, "consent", "演示客户甲").status_code == 302
    assert step(agent, "instruct", "同意").status_code == 422, "who asked does not instruct"
    leader = sits(firm.people["vice-president"])
    assert "A visit to instruct" in page(leader.get("/"))
    assert "waits for the instruction" in page(leader.get("/callbacks/visits/"))
    assert step(leader, "instruct", "由客服部上门").status_code == 302
    assert VisitOrder.objects.get().instruction == "由客服部上门"
    assert "A visit to instruct" not in page(leader.get("/"))
    html = page(agent.get(sheet(complaint, end="?manner=visit")))
    assert "What came of the visit" in html
    agent.post(sheet(complaint, end="answers/?manner=visit"), {**ANSWERED, "token": "v2"})
    assert Attempt.objects.get().manner == "visit"
    assert "made" in page(agent.get("/callbacks/visits/"))


# -- bad answers -----------------------------------------------------------------------------------


def test_not_done_goes_back_and_is_marked_as_false_completion_on_the_case(agent, complaint):
    agent.post(sheet(complaint, end="answers/"), {**UNHAPPY, "token": "call-1"})
    html = page(agent.get(f"/cases/{complaint.number}/"))
    assert "False completion" in html
    assert "back with the unit that had it" in html
    assert "False completion" in page(agent.get("/callbacks/bad/"))


@pytest.fixture
def waiting(firm, complaint):
    Case.objects.filter(pk=complaint.pk).update(closed_at=at("2026-03-09 15:30"))
    complaint.refresh_from_db()
    complaint.docket.closed_at = at("2026-03-09 15:30")
    complaint.docket.save(update_fields=["closed_at"])
    rating = Rating.objects.create(
        organisation=firm.company, case=complaint, satisfied=False, score=1, solved=False,
        words="还在漏", via="link", at=NOW,
    )  # fmt: skip
    return raise_bad_answer(rating=rating, now=NOW)


def test_a_bad_answer_on_a_closed_case_waits_on_the_desk_of_who_accepted_it(
    agent, firm, complaint, waiting
):
    assert "The customer wants it back" in page(agent.get("/"))
    assert "The customer wants it back" not in page(sits(firm.people["network"]).get("/"))
    assert "Do not reopen" in page(agent.get(f"/cases/{complaint.number}/"))
    refused = agent.post(f"/callbacks/bad/{waiting.pk}/", {"verdict": "reopen", "remark": " "})
    assert refused.status_code == 422
    assert "Please give the reason" in page(refused)
    done = agent.post(f"/callbacks/bad/{waiting.pk}/", {"verdict": "reopen", "remark": "重新处理"})
    assert done.status_code == 302
    complaint.refresh_from_db()
    assert complaint.closed_at is None
    assert complaint.docket.handling_unit == firm.units["network"]
    again = agent.post(f"/callbacks/bad/{waiting.pk}/", {"verdict": "refuse", "remark": "不"})
    assert again.status_code == 409


def test_not_to_reopen_needs_a_reason_that_stays_on_record(agent, complaint, waiting):
    agent.post(
        f"/callbacks/bad/{waiting.pk}/",
        {"verdict": "refuse", "remark": "属用户内部管道", "back": "case"},
    )
    row = BadAnswer.objects.get()
    assert (row.reopened, row.remark) == (False, "属用户内部管道")
    assert "属用户内部管道" in page(agent.get(f"/cases/{complaint.number}/"))


def test_those_who_handled_it_do_not_decide(firm, waiting):
    answer = sits(firm.people["network"]).post(
        f"/callbacks/bad/{waiting.pk}/", {"verdict": "refuse", "remark": "无需处理"}
    )
    assert answer.status_code == 422
    assert BadAnswer.objects.get().decided_at is None


def test_customer_service_starts_accountability_on_a_bad_answer(firm, agent, waiting):
    firm.posts["hotline-agent"].is_head = False
    firm.posts["hotline-agent"].save()
    start = f"/conduct/start/answer/{waiting.rating_id}/"
    assert start not in page(agent.get("/callbacks/bad/"))
    manager = sits(firm.people["cs-manager"])
    assert start in page(manager.get("/callbacks/bad/"))
    html = page(manager.post(start, follow=True))
    proceeding = Proceeding.objects.get()
    assert proceeding.case.number in html
    assert manager.post(start).status_code == 302, "twice is once"
    assert proceeding.case.number in page(manager.get("/callbacks/bad/"))
    assert agent.post(start).status_code == 403
    assert manager.post("/conduct/start/answer/999/").status_code == 404


# -- rates and samples -----------------------------------------------------------------------------


def test_rates_stand_on_their_base_and_every_number_opens_into_its_rows(agent, firm, complaint):
    agent.post(sheet(complaint, end="answers/"), {**UNHAPPY, "token": "call-1"})
    manager = sits(firm.people["cs-manager"])
    html = page(manager.get("/callbacks/rates/?month=2026-03"))
    assert "0 % of 1 rated; 1 due, 1 reached" in html
    for measure in ("due", "reached", "rated", "false_completions"):
        rows = page(manager.get(f"/callbacks/rates/rows/?month=2026-03&measure={measure}&unit="))
        assert complaint.number in rows
    unit = firm.units["network"].pk
    rows = manager.get(f"/callbacks/rates/rows/?measure=false_completions&unit={unit}")
    assert complaint.number in page(rows)
    assert manager.get("/callbacks/rates/rows/?measure=no-such").status_code == 404
    assert "No callbacks" in page(manager.get("/callbacks/rates/?month=2025-01"))


def test_no_rating_is_not_nought_per_cent(firm, complaint):
    html = page(sits(firm.people["cs-manager"]).get("/callbacks/rates/?month=2026-03"))
    assert "nobody rated; 1 due, 0 reached" in html


def test_the_workbook_has_the_same_numbers_and_is_recorded(firm, complaint):
    answer = sits(firm.people["cs-manager"]).get("/callbacks/rates/sheet/?month=2026-03")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[2][:5] == ["Unit", "Due", "With a limit", "In time", "Reached"]
    assert rows[3][1] == 1
    assert Entry.objects.filter(kind="personal_data.exported").exists()


def test_a_sample_is_drawn_again_and_compared(firm):
    case = lodged(firm, service="routine-enquiry", token="enquiry", moment="2026-03-03 09:00")
    Case.objects.filter(pk=case.pk).update(closed_at=at("2026-03-03 10:00"))
    made = draw(company=firm.company, plan_id="routine-enquiries", seed="s", now=NOW)
    manager = sits(firm.people["cs-manager"])
    html = page(manager.get("/callbacks/samples/"))
    assert "Sample of routine enquiries" in html
    assert case.number in html
    assert "1 of 1 cases, as then" in page(manager.get(f"/callbacks/samples/?again={made.pk}"))
    Case.objects.filter(pk=case.pk).update(closed_at=None)
    assert "differs" in page(manager.get(f"/callbacks/samples/?again={made.pk}"))


def test_samples_are_for_those_who_see_the_whole_company(firm):
    assert sits(firm.people["network"]).get("/callbacks/samples/").status_code == 403


@pytest.mark.parametrize("place", ["", "bad/", "visits/", "rates/", "samples/", "register/"])
def test_every_page_speaks_both_languages(firm, complaint, place):
    for language in ("zh-hans", "en"):
        client = sits(firm.people["cs-manager"], language)
        assert client.get(f"/callbacks/{place}").status_code == 200
