"""Bad answers: what they do to a case, and who decides."""

from __future__ import annotations

import pytest

from chengnuo.callbacks.answers import raise_bad_answer
from chengnuo.callbacks.models import BadAnswer, Rating
from chengnuo.cases.models import Case
from chengnuo.conduct.models import Proceeding
from tests.doors.web.callbacks.matter import (
    NOW,
    UNHAPPY,
    sheet,
)
from tests.doors.web.conftest import page, sits
from tests.rules.world import at


def test_not_done_goes_back_and_is_marked_as_false_completion_on_the_case(agent, complaint):
    agent.post(sheet(complaint, end="answers/"), {**UNHAPPY, "token": "call-1"})
    html = page(agent.get(f"/cases/{complaint.number}/"))
    assert "Falsely reported complete" in html
    assert "returned to the handling unit" in html
    assert "Falsely reported complete" in page(agent.get("/callbacks/bad/"))


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
    assert "Customer asks to reopen" in page(agent.get("/"))
    assert "Customer asks to reopen" not in page(sits(firm.people["network"]).get("/"))
    assert "Do not reopen" in page(agent.get(f"/cases/{complaint.number}/"))
    refused = agent.post(f"/callbacks/bad/{waiting.pk}/", {"verdict": "reopen", "remark": " "})
    assert refused.status_code == 422
    assert "Enter the reason." in page(refused)
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
    html = page(manager.post(start, {"reason": "客户称未修好"}, follow=True))
    proceeding = Proceeding.objects.get()
    assert proceeding.case.number in html
    assert manager.post(start).status_code == 302, "twice is once"
    assert proceeding.case.number in page(manager.get("/callbacks/bad/"))
    assert agent.post(start).status_code == 403
    assert manager.post("/conduct/start/answer/999/").status_code == 404
