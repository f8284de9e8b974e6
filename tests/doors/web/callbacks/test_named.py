"""Every callback that the texts name is on the list of who owes it."""

from __future__ import annotations

import pytest

from chengnuo.callbacks.models import Attempt
from chengnuo.cases.casework.services import hand_over
from chengnuo.customers.services import register_customer
from chengnuo.ledger.models import Entry
from chengnuo.obligations.duties import open_periods
from chengnuo.obligations.models import Obligation
from tests.doors.web.callbacks.matter import (
    NOW,
    due,
    lodged,
    put,
    sheet,
)
from tests.doors.web.conftest import page, sits
from tests.rules.world import at


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
    asked = page(manager.get(f"/callbacks/{row.pk}/"))
    assert "K1 · 2026-H1" in asked
    assert "示例食品厂" not in asked
    looked = page(manager.post(f"/callbacks/{row.pk}/number/", follow=True))
    assert "示例食品厂" in looked, "whoever calls addresses the customer by name"
    assert Entry.objects.filter(kind="personal_data.seen").count() == 1
    tried_ = {"outcome": "no_answer", "token": "k-1"}
    assert manager.post(f"/callbacks/{row.pk}/attempt/", tried_).status_code == 302
    html = page(manager.get(f"/callbacks/{row.pk}/answers/"))
    assert "Water and service needs" in html
    answer = manager.post(
        f"/callbacks/{row.pk}/answers/",
        {
            "called_at": "2026-03-09T16:00", "mode": "phone", "needs": "夏季用水量增加",
            "answers": "已解答", "publicity": "供水条例", "opinions": "无",
            "satisfied": "true", "token": "k-2",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.kept_at is not None
    assert [a.outcome for a in Attempt.objects.order_by("pk")] == ["no_answer", "connected"]
