"""Rates on their base, and samples that are drawn again."""

from __future__ import annotations

from io import BytesIO

from python_calamine import CalamineWorkbook

from chengnuo.callbacks.drawing import draw
from chengnuo.cases.models import Case
from chengnuo.ledger.models import Entry
from tests.doors.web.callbacks.matter import (
    NOW,
    UNHAPPY,
    lodged,
    sheet,
)
from tests.doors.web.conftest import page, sits
from tests.rules.world import at


def test_rates_stand_on_their_base_and_every_number_opens_into_its_rows(agent, firm, complaint):
    agent.post(sheet(complaint, end="answers/"), {**UNHAPPY, "token": "call-1"})
    manager = sits(firm.people["cs-manager"])
    html = page(manager.get("/callbacks/rates/?month=2026-03"))
    assert "0% satisfied (1 rated); 1 due, 1 reached" in html
    for measure in ("due", "reached", "rated", "false_completions"):
        rows = page(manager.get(f"/callbacks/rates/rows/?month=2026-03&measure={measure}&unit="))
        assert complaint.number in rows
    unit = firm.units["network"].pk
    rows = manager.get(f"/callbacks/rates/rows/?measure=false_completions&unit={unit}")
    assert complaint.number in page(rows)
    assert manager.get("/callbacks/rates/rows/?measure=no-such").status_code == 404
    assert "No follow-ups" in page(manager.get("/callbacks/rates/?month=2025-01"))


def test_no_rating_is_not_nought_per_cent(firm, complaint):
    html = page(sits(firm.people["cs-manager"]).get("/callbacks/rates/?month=2026-03"))
    assert "nobody rated; 1 due, 0 reached" in html


def test_the_workbook_has_the_same_numbers_and_is_recorded(firm, complaint):
    answer = sits(firm.people["cs-manager"]).get("/callbacks/rates/sheet/?month=2026-03")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[2][:5] == ["Unit", "Due", "With a time limit", "On time", "Reached"]
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
    assert "1 of 1 cases, same as before" in page(
        manager.get(f"/callbacks/samples/?again={made.pk}")
    )
    Case.objects.filter(pk=case.pk).update(closed_at=None)
    assert "differs" in page(manager.get(f"/callbacks/samples/?again={made.pk}"))


def test_samples_are_for_those_who_see_the_whole_company(firm):
    assert sits(firm.people["network"]).get("/callbacks/samples/").status_code == 403
