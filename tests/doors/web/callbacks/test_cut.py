"""Lists that are cut: nothing one waits for is hidden behind what is not his, and the rest is said.

Every test sets the bound to one or two, so that a handful of matters is more than a page.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from chengnuo.callbacks import listing
from chengnuo.callbacks.answers import raise_bad_answer
from chengnuo.callbacks.calling import attempt
from chengnuo.callbacks.drawing import draw
from chengnuo.callbacks.models import Assignment, Outcome, Rating, Sample
from chengnuo.callbacks.visits import ask_visit
from chengnuo.cases.models import Case
from chengnuo.doors.web.callbacks.page import callbacks as shown
from chengnuo.doors.web.callbacks.page import matters as told
from chengnuo.doors.web.callbacks.views import matters as callback_matters
from chengnuo.doors.web.callbacks.views import rates as callback_rates
from chengnuo.obligations.models import Obligation
from chengnuo.people.services import appoint, hire
from tests.companies import LONG_AGO
from tests.doors.web.callbacks.matter import NOW, due, lodged, reported, sheet, tried
from tests.doors.web.conftest import page, sits
from tests.rules.world import at


@pytest.fixture
def few(monkeypatch):
    """One row a page; rows are read two at a time."""
    monkeypatch.setattr(listing, "BATCH", 2)
    for room in (shown, callback_matters):
        monkeypatch.setattr(room, "MOST", 1)
    monkeypatch.setattr(told, "ON_DESK", 1)
    monkeypatch.setattr(callback_rates, "DRAWS", 1)


@pytest.fixture
def matters(firm):
    """Five complaints, each due an hour after the one before."""
    made = [reported(firm, lodged(firm, token=f"many-{n}")) for n in range(5)]
    for n, case in enumerate(made):
        moment = at("2026-03-10 09:00") + timedelta(hours=n)
        Obligation.objects.filter(pk=due(case).pk).update(due_at=moment, act_by=moment)
    return made


def bad(firm, case, minutes):
    moment = NOW - timedelta(minutes=minutes)
    Case.objects.filter(pk=case.pk).update(closed_at=at("2026-03-09 15:30"))
    case.refresh_from_db()
    rating = Rating.objects.create(
        organisation=firm.company, case=case, satisfied=False, score=1, solved=False,
        words="还在漏", via="link", at=moment,
    )  # fmt: skip
    return raise_bad_answer(rating=rating, now=moment)


def test_what_lies_on_others_lists_does_not_push_out_ones_own(firm, matters, few):
    second = hire(
        badge="T-second", name="演示回访员", organisation=firm.units["hotline-agent"],
        password="x", now=LONG_AGO,
    )  # fmt: skip
    firm.posts["hotline-agent"].is_head = False
    firm.posts["hotline-agent"].save()
    appoint(staff=second, post=firm.posts["hotline-agent"], now=LONG_AGO)
    for case in matters[:4]:
        Assignment.objects.create(obligation=due(case), officer=second, assigned_at=NOW)
    html = page(sits(firm.people["hotline-agent"]).get("/callbacks/"))
    assert sheet(matters[4]) in html
    assert not any(sheet(case) in html for case in matters[:4])


def test_what_may_be_called_now_comes_before_what_is_planned_for_later(agent, matters, few):
    for case in matters[:4]:
        tried(agent, case, "no_answer", token=f"t-{case.pk}")
    html = page(agent.get("/callbacks/"))
    assert sheet(matters[4]) in html
    assert "Call the first" in html


def test_a_cut_list_says_so_and_leads_on_to_the_last_one(agent, matters, few):
    html = page(agent.get("/callbacks/"))
    assert "1+" in html
    assert "1–1, the most urgent first; others follow" in html
    found = []
    for start in range(5):
        html = page(agent.get(f"/callbacks/?from={start}"))
        found += [case for case in matters if sheet(case) in html]
        assert (f"?from={start + 1}" in html) == (start < 4)
    assert found == matters, "every one once, soonest due first"
    refused = agent.post(sheet(matters[0], end="attempt/"), {"outcome": ""})
    assert 'href="/callbacks/?from=1"' in page(refused), "not to where it was posted"
    assert agent.get("/callbacks/?from=²").status_code == 200


def test_a_list_that_is_whole_says_nothing(agent, matters):
    assert "others follow" not in page(agent.get("/callbacks/"))


def test_used_up_ones_have_their_own_part_and_are_not_behind_what_is_to_be_called(
    firm, agent, matters, few
):
    for n in range(5):
        attempt(
            obligation=due(matters[4]), officer=firm.people["hotline-agent"],
            outcome=Outcome.NO_ANSWER, token=f"try-{n}", now=NOW - timedelta(minutes=50 - 10 * n),
        )  # fmt: skip
    for client in (agent, sits(firm.people["vice-president"])):
        html = page(client.get("/callbacks/"))
        assert "No attempts left: decision needed" in html
        assert sheet(matters[4]) in html


def test_visits_of_cases_that_are_closed_to_one_do_not_push_out_the_others(
    firm, agent, matters, few
):
    """A restricted case is known to supervision alone."""
    officer = firm.people["hotline-agent"]
    for n, case in enumerate(matters[:3]):
        moment = NOW - timedelta(minutes=30 - n)
        ask_visit(obligation=due(case), by=officer, why="当面说明", now=moment)
    Case.objects.filter(pk__in=[case.pk for case in matters[:2]]).update(restricted=True)
    html = page(agent.get("/callbacks/visits/"))
    assert matters[2].number in html
    assert "1–1 of" not in html
    leader = sits(firm.people["vice-president"])
    desk = page(leader.get("/"))
    assert sheet(matters[2]) in desk
    assert sheet(matters[0]) not in desk


def test_visits_that_are_cut_have_their_number_and_a_way_on(firm, agent, matters, few):
    for n, case in enumerate(matters[:3]):
        moment = NOW - timedelta(minutes=30 - n)
        ask_visit(obligation=due(case), by=firm.people["hotline-agent"], why="说明", now=moment)
    html = page(agent.get("/callbacks/visits/"))
    assert "1–1 of 3" in html
    assert matters[0].number in html
    assert matters[2].number in page(agent.get("/callbacks/visits/?from=2"))
    desk = page(sits(firm.people["vice-president"]).get("/"))
    assert "Also waiting:" in desk
    assert "/callbacks/visits/" in desk


def test_bad_answers_that_are_cut_have_their_number_and_a_way_on(firm, agent, matters, few):
    made = [bad(firm, case, 60 - n) for n, case in enumerate(matters)]
    html = page(agent.get("/callbacks/bad/"))
    assert "1–1 of 5" in html
    assert made[0].case.number in html
    assert made[4].case.number in page(agent.get("/callbacks/bad/?from=4"))
    assert "Also waiting:" in page(agent.get("/"))


def test_draws_that_are_cut_lead_on(firm, few):
    case = lodged(firm, service="routine-enquiry", token="enquiry", moment="2026-03-03 09:00")
    Case.objects.filter(pk=case.pk).update(closed_at=at("2026-03-03 10:00"))
    draw(company=firm.company, plan_id="routine-enquiries", seed="s", now=NOW)
    Sample.objects.create(
        organisation=firm.company, plan="routine-enquiries", begins=date(2026, 2, 2),
        ends=date(2026, 2, 9), seed="t", population=1, drawn=[], drawn_at=LONG_AGO,
    )  # fmt: skip
    manager = sits(firm.people["cs-manager"])
    assert "?from=1" in page(manager.get("/callbacks/samples/"))
    assert "2 Feb 2026" in page(manager.get("/callbacks/samples/?from=1"))
