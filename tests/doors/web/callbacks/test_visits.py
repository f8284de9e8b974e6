"""Callbacks by a visit."""

from __future__ import annotations

from chengnuo.callbacks.models import Attempt, VisitOrder
from tests.doors.web.callbacks.matter import (
    ANSWERED,
    sheet,
)
from tests.doors.web.conftest import page, sits


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
    asked = page(leader.get(sheet(complaint)))
    assert "Follow-up officer" in asked
    assert "The handler may not make this call" not in asked, "he did not"
    assert "Visit awaiting instruction" in page(leader.get("/"))
    assert "awaiting instruction" in page(leader.get("/callbacks/visits/"))
    assert step(leader, "instruct", "由客服部上门").status_code == 302
    assert VisitOrder.objects.get().instruction == "由客服部上门"
    assert "Visit awaiting instruction" not in page(leader.get("/"))
    html = page(agent.get(sheet(complaint, end="?manner=visit")))
    assert "Visit outcome" in html
    assert "No access" in html
    assert "Wrong number" not in html, "only a telephone knows"
    agent.post(sheet(complaint, end="answers/?manner=visit"), {**ANSWERED, "token": "v2"})
    assert Attempt.objects.get().manner == "visit"
    assert "done" in page(agent.get("/callbacks/visits/"))
