"""Words that are longer than is kept are refused whole, where they were typed: nothing is cut."""

from __future__ import annotations

import pytest

from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.ledger.models import Entry
from tests.companies import house
from tests.doors.web.conftest import NOW, page, sits

WORDS = "热线转来的情况说明。" * 300
"""3,000 characters."""


@pytest.fixture
def water(db):
    return house("water-company")


@pytest.fixture
def complaint(water):
    request = Request(
        service="works-complaint", channel="wechat", narrative="路面没恢复", token="t"
    )
    agent = water.people["hotline-agent"]
    case = lodge(company=water.again(), request=request, at=NOW, now=NOW, by=agent)
    return hand_over(case=case, to=water.units["engineering"], by=agent, now=NOW)


STEPS = {
    "urge": ("hotline-agent", {"reason": WORDS}),
    "hand-over": ("hotline-agent", {"reason": WORDS, "unit": "network"}),
    "return": ("engineering", {"reason": WORDS, "unit": "network"}),
    "assist": ("engineering", {"reason": WORDS, "unit": "network"}),
}


@pytest.mark.parametrize("what", STEPS)
def test_a_step_keeps_what_was_typed_and_does_nothing(water, complaint, what):
    who, typed = STEPS[what]
    sent = {n: str(water.units[v].pk) if n == "unit" else v for n, v in typed.items()}
    before = Entry.objects.count()
    answer = sits(water.people[who]).post(f"/cases/{complaint.number}/steps/{what}/", sent)
    assert answer.status_code == 422
    assert "At most 2000 characters, and these are 3000" in page(answer)
    assert WORDS in page(answer)
    assert Entry.objects.count() == before


def test_in_chinese_too(water, complaint):
    agent = sits(water.people["hotline-agent"])
    agent.cookies["chengnuo_language"] = "zh-hans"
    answer = agent.post(f"/cases/{complaint.number}/steps/urge/", {"reason": WORDS})
    assert "最多2000字，现有3000字" in answer.content.decode()


def test_many_cases_are_handed_over_for_a_reason_that_fits(water, complaint):
    agent = sits(water.people["hotline-agent"])
    sent = {
        "case": f"{complaint.number}:{complaint.docket.version}",
        "unit": water.units["network"].pk,
        "reason": WORDS,
    }
    before = Entry.objects.count()
    answer = agent.post("/queues/hand-over/", sent)
    assert answer.status_code == 422
    assert WORDS in page(answer)
    assert Entry.objects.count() == before
