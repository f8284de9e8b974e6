"""The sheet of one call: what it tells, what came of it, who has it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from chengnuo.callbacks.calling import attempt, take
from chengnuo.callbacks.drawing import draw
from chengnuo.callbacks.models import Assignment, Attempt, Outcome, Rating
from chengnuo.cases.models import Case
from chengnuo.ledger.models import Entry
from chengnuo.people.services import appoint, hire
from tests.companies import LONG_AGO
from tests.doors.web.callbacks.matter import (
    ANSWERED,
    NOW,
    PHONE,
    UNHAPPY,
    due,
    lodged,
    reported,
    sheet,
    token,
    tried,
)
from tests.doors.web.conftest import page, sits
from tests.rules.world import at


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
    assert "Next attempt: Mon 9 Mar, 18:00" in html
    assert 'title="No answer · Mon 9 Mar, 16:00 · ' in html


def test_a_double_click_is_one_attempt(agent, complaint):
    for _n in range(2):
        tried(agent, complaint, "busy", token="same")
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"outcome": ""}, "Choose the outcome"),
        ({"outcome": "call_later"}, "Enter the agreed time."),
        ({"outcome": "call_later", "again_at": "2026-03-09T15:00"}, "must be later than now"),
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
    assert "Has the problem been solved?" in html
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
    assert "The handler may not make this call" in page(network.get(sheet(complaint)))
    taken = network.post(sheet(complaint, end="take/"))
    assert taken.status_code == 422
    assert not Assignment.objects.exists(), "nobody keeps the callback on his own work from others"
    answer = tried(network, complaint, "no_answer")
    assert answer.status_code == 422
    assert "You cannot make this follow-up" in page(answer)


def test_what_somebody_else_has_is_told_as_a_conflict(agent, firm, complaint):
    take(obligation=due(complaint), officer=firm.people["clerk"], now=NOW)
    answer = tried(agent, complaint, "no_answer")
    assert answer.status_code == 409
    assert "Assigned to" in page(answer)
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
    assert "Reassign to another officer" in page(head.get(sheet(complaint)))
    answer = head.post(sheet(complaint, end="hand-on/"), {"to": second.pk})
    assert answer.status_code == 302
    assert Assignment.objects.get().officer == second
    # only those of the unit who may make it; and nobody else hands it on
    stranger = firm.people["testing-centre"]
    assert head.post(sheet(complaint, end="hand-on/"), {"to": stranger.pk}).status_code == 422
    other = sits(firm.people["cs-manager"])
    assert other.post(sheet(complaint, end="hand-on/"), {"to": second.pk}).status_code == 422


def test_the_history_of_the_case_tells_of_calls_in_words(agent, complaint):
    tried(agent, complaint, "busy")
    agent.post(sheet(complaint, end="answers/"), {**UNHAPPY, "token": "call-1"})
    html = page(agent.get(f"/cases/{complaint.number}/"))
    for told in ("Follow-up taken", "Follow-up attempted", "Busy", "customer asks to reopen"):
        assert told in html
    for raw in ("callback.taken", "callback.attempted", "answer.bad"):
        assert raw not in html


def test_when_attempts_are_used_up_those_who_decide_find_it_with_the_form(firm, complaint):
    for n in range(5):
        attempt(
            obligation=due(complaint), officer=firm.people["hotline-agent"],
            outcome=Outcome.NO_ANSWER, token=f"try-{n}", now=NOW - timedelta(minutes=50 - 10 * n),
        )  # fmt: skip
    asked = page(sits(firm.people["hotline-agent"]).get(sheet(complaint)))
    assert "a decision is needed" in asked
    assert "Follow-up ended without contact" in asked
    leader = sits(firm.people["vice-president"])
    html = page(leader.get("/callbacks/"))
    assert "No attempts left: decision needed" in html
    assert complaint.number in html
    assert "?form=callback-waiver" in page(leader.get(sheet(complaint)))


def test_the_sheet_of_a_drawn_callback_names_the_original_and_its_service(firm):
    original = lodged(firm, service="routine-enquiry", token="e", moment="2026-03-03 09:00")
    Case.objects.filter(pk=original.pk).update(closed_at=at("2026-03-03 10:00"))
    draw(company=firm.company, plan_id="routine-enquiries", seed="s", now=NOW)
    case = Case.objects.get(service="customer-callback")
    row = due(case, "customer-called-back")
    officer = sits(firm.people["cs-specialist"])
    html = page(officer.get(f"/callbacks/{row.pk}/"))
    assert f"(case number {original.number})" in html, "the words that are read out"
    assert case.number not in html.split('class="spoken"')[1][:400]
    about = html.split('class="about"')[1][:300]
    assert original.number in about
    assert "Routine enquiry" in about
    assert original.number in page(officer.get(f"/callbacks/{row.pk}/answers/"))
