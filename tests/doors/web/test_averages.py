"""Averages as pages: nothing before the period ends, then the mean with the matters behind it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chengnuo.obligations.averages import judge_averages, means_of
from tests.companies import House, house, rule, small_pack
from tests.doors.web.conftest import NOW, page, sits, take
from tests.rules.world import at
from tests.submitting import fill_case

ARRIVAL = (
    "kind: within, start: case.lodged, stop: crew.arrived, verdict: average, over: month, "
    "owed_by: network, limit: {amount: 45, unit: minute}"
)


@pytest.fixture
def firm(db, tmp_path, settings) -> House:
    settings.MEDIA_ROOT = tmp_path / "files"
    return house(small_pack(tmp_path, rule("arrival-on-average", ARRIVAL)))


def arrive(firm: House, minutes: int, token: str):
    case = take(firm, token=token)
    told = {"by": firm.people["network"], "now": NOW + timedelta(minutes=minutes)}
    return fill_case(case, "arrival", {}, token=f"arrived-{token}", **told)


def test_before_the_end_of_the_period_it_counts_nowhere(firm, clock):
    arrive(firm, 100, "a")
    take(firm, token="b")
    clock.move_to(at("2026-03-12 10:00"))
    judge_averages(now=at("2026-03-12 10:00"))
    browser = sits(firm.top)
    html = page(browser.get("/averages/"))
    assert "Not judged yet" in html
    assert "45 minutes" in html
    assert "Average missed" not in html
    assert "Nothing is overdue" in page(browser.get("/overdue/"))
    desk = page(sits(firm.people["network"]).get("/"))
    assert "arrival-on-average" in desk
    assert 'class="stands overdue"' not in desk
    assert "Counts in the average" in page(browser.get(f"/cases/{take(firm, token='a').number}/"))


def test_the_mean_leads_to_its_matters(firm, clock):
    late, soon = arrive(firm, 100, "a"), arrive(firm, 10, "b")
    clock.move_to(at("2026-04-01 09:00"))
    judge_averages(now=at("2026-04-01 00:00"))
    (mean,) = means_of(company=firm.company)
    browser = sits(firm.top)
    html = page(browser.get("/averages/"))
    assert "Average missed" in html
    assert "55 minutes" in html
    html = page(browser.get(f"/averages/{mean.pk}/"))
    assert late.number in html
    assert soon.number in html
    assert "promised 45 minutes, cases: 2" in html
    assert "平均未达" in page(sits(firm.top, "zh-hans").get("/averages/"))


def test_another_company_does_not_find_it(firm, clock, tmp_path):
    arrive(firm, 100, "a")
    clock.move_to(at("2026-04-01 09:00"))
    judge_averages(now=at("2026-04-01 00:00"))
    (mean,) = means_of(company=firm.company)
    pack = small_pack(tmp_path, rule("arrival-on-average", ARRIVAL))
    other = house(pack, code="U")
    assert sits(other.top).get(f"/averages/{mean.pk}/").status_code == 404
    assert sits(firm.top).get(f"/averages/{mean.pk}/").status_code == 200
