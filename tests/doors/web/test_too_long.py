"""Words that are longer than is kept are refused whole, where they were typed: nothing is cut."""

from __future__ import annotations

import re

import pytest

from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.intake.desk import take_in
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.ledger.models import Entry
from chengnuo.people.house import open_unit
from chengnuo.rules.refusing import Refused
from tests.companies import house
from tests.doors.web.conftest import NOW, page, sits

WORDS = "热线转来的情况说明。" * 300
"""3,000 characters."""
KEPT = 20_000
"""So many of what a customer asks, wherever it is written down."""


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


LETTER = "小区里的路面挖开以后一直没有恢复，老人出门很不方便。" * 120


def intake(**typed):
    return {"service": "works-complaint", "channel": "phone", "token": "intake-0001"} | typed


def test_a_letter_of_three_thousand_signs_is_taken_in_whole(water):
    agent = sits(water.people["hotline-agent"])
    assert len(LETTER) > 3000
    agent.post("/intake/", intake(narrative=LETTER))
    assert Case.objects.get().narrative == LETTER


def test_the_room_refuses_what_the_page_lets_through(water):
    request = Request(
        service="works-complaint", channel="phone", narrative="路" * (KEPT + 1), token="t"
    )
    with pytest.raises(Refused, match=f"At most {KEPT} characters") as refused:
        take_in(company=water.again(), request=request, by=water.people["hotline-agent"], now=NOW)
    assert refused.value.field == "narrative"
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("who", "path", "field", "most"),
    [
        ("hotline-agent", "/intake/", "narrative", KEPT),
        ("hotline-agent", "/intake/", "address", 300),
        ("hotline-agent", "/intake/emergency/", "narrative", KEPT),
        ("hotline-agent", "/intake/emergency/", "contact_phone", 60),
        ("hotline-agent", "/customers/new/", "name", 100),
    ],
)
def test_a_page_counts_to_what_the_room_keeps(water, who, path, field, most):
    html = page(sits(water.people[who]).get(path))
    shown = re.search(rf'<(?:input|textarea)[^>]*\bname="{field}"[^>]*>', html)
    assert shown
    assert f'data-most="{most}"' in shown[0]


@pytest.mark.parametrize(("field", "most"), [("code", 20), ("name_zh", 100), ("name_en", 100)])
def test_names_of_units_are_refused_at_the_field(water, field, most):
    boss, company = water.people["hotline-agent"], water.again()
    names = {"code": "u-1", "name_zh": "抢修班", "name_en": "Crew", field: "x" * (most + 1)}
    with pytest.raises(Refused, match=f"At most {most} characters") as refused:
        open_unit(parent=company, kind="crew", by=boss, now=NOW, **names)
    assert refused.value.field == field
