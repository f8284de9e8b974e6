"""At intake: which service may be meant, and whether the matter is known already."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from chengnuo.cases.models import Case
from chengnuo.people.services import choose_setting
from tests.companies import house
from tests.doors.web.conftest import LATER, NOW, page, sits, take

ASKED = {"narrative": "", "contact_phone": "", "address": "", "service": "", "channel": "phone"}


@pytest.fixture
def other_firm(firm):
    return house("water-company", code="U")


def asks(browser, where, **typed):
    return browser.post(f"/intake/{where}/", {**ASKED, **typed})


def numbers(html):
    return re.findall(r'target="_blank">([^<]+)</a>', html)


def test_a_service_is_suggested_with_its_why_and_a_key(browser):
    html = page(asks(browser, "suggestions", narrative="我家漏水了"))
    assert 'data-suggests="leak"' in html
    assert "<q>漏水</q>" in html
    assert 'aria-keyshortcuts="Alt+1"' in html


@pytest.mark.parametrize("narrative", ["", "啊", "天气不错"])
def test_where_nothing_is_heard_nothing_is_suggested(browser, narrative):
    assert "data-suggests" not in page(asks(browser, "suggestions", narrative=narrative))


def test_a_case_of_the_same_caller_is_shown_with_its_promise(browser, leak):
    html = page(asks(browser, "duplicates", contact_phone="13800000001", service="leak"))
    assert numbers(html) == [leak.number]
    assert "same telephone" in html
    assert "repaired-soon" in html
    assert "taken in 30 min ago" in html


def test_a_case_of_the_same_house_is_shown(browser, leak):
    html = page(asks(browser, "duplicates", address="示例路 １号3单元502", service="leak"))
    assert numbers(html) == [leak.number]
    assert "same house" in html
    assert "13800000001" not in html
    assert "演示客户甲" not in html


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"contact_phone": "1380"},
        {"contact_phone": "13900000009", "address": "示例路11号"},
        {"address": "示例路"},
    ],
)
def test_what_is_not_alike_is_not_shown(browser, leak, typed):
    assert numbers(page(asks(browser, "duplicates", service="leak", **typed))) == []


def test_only_open_cases_of_the_last_days_are_compared(firm, leak, clock):
    phone = {"contact_phone": "13800000001", "service": "leak"}
    clock.move_to(LATER + timedelta(days=8))
    browser = sits(firm.top)
    assert numbers(page(asks(browser, "duplicates", **phone))) == []
    choose_setting(company=firm.company, name="duplicate-days", value="30", by=firm.top, now=NOW)
    assert numbers(page(asks(browser, "duplicates", **phone))) == [leak.number]


@pytest.mark.parametrize("closed_to", [{"restricted": True}, {"confidential": True}])
def test_what_is_closed_to_others_is_not_compared(browser, leak, closed_to):
    Case.objects.filter(pk=leak.pk).update(lodged_by=None, first_asked=None, **closed_to)
    html = page(asks(browser, "duplicates", contact_phone="13800000001", service="leak"))
    assert numbers(html) == []


def test_a_known_matter_is_urged_instead_in_the_words_of_the_call(browser, leak):
    where = f"duplicates/{leak.number}/urge"
    answer = asks(browser, where, narrative="又来电催，水更大了", contact_phone="13800000001")
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/cases/{leak.number}/")
    assert Case.objects.count() == 1
    assert "又来电催，水更大了" in page(browser.get(f"/cases/{leak.number}/"))


def test_without_words_nothing_is_urged_and_the_list_stays(browser, leak):
    answer = asks(browser, f"duplicates/{leak.number}/urge", contact_phone="13800000001")
    assert answer.status_code == 422
    assert "Please write what was asked" in page(answer)
    assert numbers(page(answer)) == [leak.number]


def test_another_company_cannot_urge(leak, other_firm):
    answer = asks(sits(other_firm.top), f"duplicates/{leak.number}/urge", narrative="快点")
    assert answer.status_code == 404
    assert (
        numbers(page(asks(sits(other_firm.top), "duplicates", contact_phone="13800000001"))) == []
    )
