"""At intake: which service may be meant, and whether the matter is known already."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.customers.models import ServiceLocation
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
    assert "received 30 min ago" in html


def test_a_case_of_the_same_house_is_shown(browser, leak):
    html = page(asks(browser, "duplicates", address="示例路 １号3单元502", service="leak"))
    assert numbers(html) == [leak.number]
    assert "same address" in html
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


def test_a_double_click_urges_once(browser, leak):
    where, version = f"duplicates/{leak.number}/urge", leak.docket.version
    asked = {"narrative": "又来电催", "contact_phone": "13800000001", "version": version}
    assert [asks(browser, where, **asked).status_code for _ in range(2)] == [204, 409]
    assert Case.objects.get().urged == 1


def test_without_words_nothing_is_urged_and_the_list_stays(browser, leak):
    answer = asks(browser, f"duplicates/{leak.number}/urge", contact_phone="13800000001")
    assert answer.status_code == 422
    assert "Please enter the customer's request" in page(answer)
    assert numbers(page(answer)) == [leak.number]


def test_another_company_cannot_urge(leak, other_firm):
    answer = asks(sits(other_firm.top), f"duplicates/{leak.number}/urge", narrative="快点")
    assert answer.status_code == 404
    assert (
        numbers(page(asks(sits(other_firm.top), "duplicates", contact_phone="13800000001"))) == []
    )


# -- on the page of a case -------------------------------------------------------------------------


@pytest.fixture
def second(firm, leak):
    """The same leak told by somebody else, five minutes later."""
    moment = NOW + timedelta(minutes=5)
    request = Request(
        service="leak",
        channel="phone",
        narrative="路口漏水",
        token="leak-2",
        contact_name="演示客户乙",
        contact_phone="13800000002",
        address="示例市示例路1号",
    )
    return lodge(
        company=firm.again(), request=request, at=moment, now=moment, by=firm.people["network"]
    )


def does(browser, case, what, **typed):
    return browser.post(f"/cases/{case.number}/joined/{what}/", typed)


def now(case):
    return Case.objects.get(pk=case.pk)


def test_what_may_be_the_same_matter_is_shown_on_the_page(browser, leak, second):
    html = page(browser.get(f"/cases/{second.number}/"))
    assert "Possible duplicates" in html
    assert f'<option value="{leak.number}">same address</option>' in html


def test_two_cases_are_linked_and_unlinked_by_their_numbers(browser, leak, second):
    assert does(browser, second, "link", other=f" {leak.number.lower()} ").status_code == 302
    for one, other in ((leak, second), (second, leak)):
        html = page(browser.get(f"/cases/{one.number}/"))
        assert "Linked with" in html
        assert f'/cases/{other.number}/"' in html
    assert does(browser, leak, "unlink", other=second.number, reason="两回事").status_code == 302
    assert "Linked with" not in page(browser.get(f"/cases/{leak.number}/"))


def test_a_case_is_merged_and_every_caller_is_shown(firm, browser, leak, second):
    answer = does(browser, second, "merge", other=leak.number, reason="同一处漏水")
    assert answer.status_code == 302
    assert now(second).merged_into == leak
    html = page(browser.get(f"/cases/{leak.number}/"))
    assert "Merged into this case" in html
    assert "138****0002" in html, "whoever does not work on it sees a mask"
    at_work = sits(firm.people["network"])
    assert "13800000002" in page(at_work.get(f"/cases/{leak.number}/")), "to be called back"
    merged = page(browser.get(f"/cases/{second.number}/"))
    assert "Merged into" in merged
    assert "Undo merge" in merged
    assert "同一处漏水" in merged


def test_a_merging_is_taken_back_on_the_page(browser, leak, second):
    does(browser, second, "merge", other=leak.number, reason="同一处漏水")
    assert does(browser, second, "separate", reason="不是一处").status_code == 302
    assert now(second).merged_into is None
    assert "Resumed: repaired-soon" in page(browser.get(f"/cases/{second.number}/"))


@pytest.mark.parametrize(
    ("what", "typed", "said"),
    [
        ("link", {"other": ""}, "Please enter the number of the other case."),
        ("merge", {"other": "T-1", "reason": "同一处"}, "There is no case T-1 that you can see"),
        ("merge", {"other": "LEAK", "reason": " "}, "Please enter the reason."),
        ("separate", {"reason": "拆开"}, "This case is not merged into another"),
        ("unlink", {"other": "LEAK", "reason": "拆开"}, "The two cases are not linked"),
    ],
)
def test_what_is_wrong_is_told_with_what_was_typed(browser, leak, second, what, typed, said):
    typed = {k: leak.number if v == "LEAK" else v for k, v in typed.items()}
    answer = does(browser, second, what, **typed)
    html = page(answer)
    assert answer.status_code == 422
    assert said in html
    if what in ("link", "merge") and typed["other"]:
        assert f'value="{typed["other"]}"' in html


def test_a_refusal_names_the_promise_that_would_be_lost(browser, leak, second):
    answer = does(browser, leak, "merge", other=second.number, reason="同一处漏水")
    html = page(answer)
    assert answer.status_code == 422
    assert "repaired-soon" in html
    assert "第一条" in html
    assert "Merge the later case into the earlier one" in html


def test_somebody_who_was_faster_is_told(browser, leak, second):
    stale = second.docket.version
    browser.post(f"/cases/{second.number}/steps/urge/", {"reason": "快一点"})
    answer = does(browser, second, "merge", other=leak.number, reason="同一处", version=stale)
    assert answer.status_code == 409
    assert "Someone else has already done this" in page(answer)
    assert 'value="同一处"' in page(answer)


def test_a_case_closed_to_the_viewer_is_not_there(browser, leak, second):
    Case.objects.filter(pk=leak.pk).update(lodged_by=None, first_asked=None, restricted=True)
    answer = does(browser, second, "link", other=leak.number)
    assert answer.status_code == 422
    assert "that you can see" in page(answer)


def test_nothing_else_can_be_done_to_a_link(browser, leak):
    assert does(browser, leak, "forget", other="x").status_code == 404


def test_a_case_near_by_is_shown_with_its_distance(browser, firm, leak):
    place = {"organisation": firm.company, "address": "示例路口", "longitude": 121.0}
    here = ServiceLocation.objects.create(**place, latitude=31.0)
    there = ServiceLocation.objects.create(**place, latitude=31.0005)
    far = ServiceLocation.objects.create(**place, latitude=31.01)
    Case.objects.filter(pk=leak.pk).update(location=there)
    html = page(asks(browser, "duplicates", service="leak", location=here.pk))
    assert numbers(html) == [leak.number]
    assert "56 m away" in html
    assert numbers(page(asks(browser, "duplicates", service="leak", location=far.pk))) == []


# -- perhaps known already -------------------------------------------------------------------------

# What is known, what the next caller tells, and why it may be the same; "" where it is another.
SECOND_CALLS = {
    "the same telephone, spelt otherwise": ({}, {"contact_phone": "+86 138-0000-0001"},
                                            "same telephone"),
    "another flat of one house": ({}, {"address": "示例路1号3单元502室"}, "same address"),
    "the house across": ({}, {"address": "示例路2号"}, ""),
    "the same estate, another building": ({"address": "示例市幸福小区3号楼"},
                                          {"address": "幸福小区12号楼1单元"}, "same estate"),
    "another estate": ({"address": "示例市幸福小区3号楼"}, {"address": "和平小区3号楼"}, ""),
    "two callers at one crossing": ({"address": "示例路与人民路交叉口"},
                                    {"address": "人民路、示例路路口"}, "same junction"),
    "another crossing of the street": ({"address": "示例路与人民路交叉口"},
                                       {"address": "示例路与解放路交叉口"}, ""),
    "premises 149 m away": ({"at": 31.0}, {"at": 31.00134}, "149 m away"),
    "premises 151 m away": ({"at": 31.0}, {"at": 31.00136}, ""),
}  # fmt: skip


@pytest.mark.parametrize("why", SECOND_CALLS)
def test_what_may_be_known_is_said_as_possible_in_both_languages(firm, browser, why):
    known, told, said = SECOND_CALLS[why]
    known, told = dict(known), dict(told)
    for one in (known, told):
        if latitude := one.pop("at", None):
            place = {"organisation": firm.company, "address": "示例路口", "longitude": 121.0}
            one["location"] = ServiceLocation.objects.create(**place, latitude=latitude)
    case = take(firm, **known)
    if "location" in told:
        told["location"] = told["location"].pk
    html = page(asks(browser, "duplicates", service="leak", **told))
    assert numbers(html) == ([case.number] if said else [])
    if said:
        assert f'<span class="tag">{said}</span>' in html
        assert "Possible duplicate" in html
        chinese = page(asks(sits(firm.top, "zh-hans"), "duplicates", service="leak", **told))
        assert "可能" in chinese
        assert said not in chinese


@pytest.mark.parametrize("address", ["人民路、示例路路口", "示例路人民路口"])
def test_an_emergency_asks_too_whether_it_is_known(db, address):
    firm = house("water-company", code="E")
    agent = sits(firm.people["hotline-agent"])
    first = {
        "service": "pipe-repair", "channel": "phone", "address": "示例路与人民路交叉口",
        "narrative": "爆管", "contact_phone": "13800000003", "fact.area": "urban", "token": "e1",
    }  # fmt: skip
    agent.post("/intake/emergency/", first)
    case = Case.objects.get()
    screen = page(agent.get("/intake/emergency/"))
    assert 'id="duplicates"' in screen
    assert 'hx-post="/intake/duplicates/"' in screen
    second = {**first, "address": address, "contact_phone": "13800000009", "narrative": "冒水"}
    assert numbers(page(asks(agent, "duplicates", **second))) == [case.number]
    # and the second caller's matter is still taken in, at once, and linked
    linked = {**second, "token": "e2", "link_to": case.number}
    agent.post("/intake/emergency/", linked)
    assert Case.objects.count() == 2
    assert case.links.count() + case.linked_from.count() == 1
