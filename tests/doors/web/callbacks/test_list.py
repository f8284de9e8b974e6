"""The list of callbacks: whom to call, in which order, and that both languages are spoken."""

from __future__ import annotations

import re

import pytest

from chengnuo.callbacks.models import Assignment
from chengnuo.obligations.models import Obligation
from tests.doors.web.callbacks.matter import (
    due,
    lodged,
    reported,
    sheet,
    tried,
)
from tests.doors.web.conftest import page, sits
from tests.rules.world import at


def test_the_list_shows_whom_to_call_what_about_by_which_questionnaire_and_clause(
    agent, firm, complaint
):
    html = page(agent.get("/callbacks/"))
    assert "演示客户甲" in html
    assert complaint.number in html
    assert "Register of follow-ups (hotline and counter)" in html
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
    assert "No follow-up calls due" in page(sits(firm.people["hotline-agent"]).get("/callbacks/"))


def test_take_puts_it_on_ones_own_list(agent, firm, complaint):
    assert agent.post(sheet(complaint, end="take/")).status_code == 302
    assert Assignment.objects.get().officer == firm.people["hotline-agent"]


@pytest.mark.parametrize("place", ["", "bad/", "visits/", "rates/", "samples/", "register/"])
def test_every_page_speaks_both_languages(firm, complaint, place):
    for language in ("zh-hans", "en"):
        client = sits(firm.people["cs-manager"], language)
        assert client.get(f"/callbacks/{place}").status_code == 200
