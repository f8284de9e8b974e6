"""Queues, search and registers as pages: filters in the address, many handed over, workbooks."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from chengnuo.cases.casework.services import hand_over as pass_on
from chengnuo.cases.models import Case
from chengnuo.ledger.models import Entry
from chengnuo.obligations.models import Docket, Obligation
from chengnuo.obligations.ticking import tick
from tests.doors.web.conftest import LATER, NOW, page, sits, take
from tests.submitting import fill_case

PLACES = ("/queues/", "/queues/load/", "/overdue/", "/callbacks/register/", "/cases/")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_answer_with_nothing_and_with_something(firm, place, language):
    client = sits(firm.top, language)
    assert client.get(place).status_code == 200
    take(firm)
    assert client.get(place).status_code == 200


@pytest.mark.parametrize("place", PLACES)
def test_the_pages_are_for_staff(firm, place):
    assert Client().get(place).status_code == 302


@pytest.mark.parametrize(
    "words",
    [
        "unit=x",
        "unit=999999999999999999999",
        "due=never",
        "sort=number;drop",
        "page=-7",
        "stage=%00",
        "day=0000-00-00",
        "day=9999-12-31",
        "unit=²",
        "q=%00",
        "mark=%F0%9F%92%A7",
    ],
)
@pytest.mark.parametrize("place", PLACES)
def test_an_address_that_makes_no_sense_is_answered_all_the_same(browser, leak, place, words):
    assert browser.get(f"{place}?{words}").status_code == 200


# -- search ----------------------------------------------------------------------------------------


# The name and the telephone whole, the rest by its words: what is masked is not read by pieces.
@pytest.mark.parametrize("asked", ["冒水", "示例路", "演示客户甲", "路 演示客户甲"])
def test_a_case_is_found_and_who_asked_stays_masked(browser, leak, asked):
    html = page(browser.get("/cases/", {"q": asked}))
    assert leak.number in html
    shown = html.replace(f'value="{asked}"', "")
    assert "演示客户甲" not in shown
    assert "13800000001" not in shown
    assert "101室" not in html


def test_a_telephone_finds_it_whole_and_not_by_pieces(browser, leak):
    assert leak.number in page(browser.get("/cases/", {"q": "138 0000 0001"}))
    assert leak.number not in page(browser.get("/cases/", {"q": "0001"}))


def test_the_words_that_fit_are_marked(browser, firm):
    take(firm, narrative="小区门口路面冒水很多")
    html = page(browser.get("/cases/", {"q": "路面冒水"}))
    assert "<mark>路面冒水</mark>" in html


def test_what_people_type_is_no_markup(browser, firm):
    take(firm, narrative="<script>alert(1)</script>冒水")
    html = browser.get("/cases/", {"q": "冒水"}).content.decode()
    assert "<script>alert" not in html


def test_a_whole_number_opens_its_case(browser, leak):
    assert browser.get("/cases/", {"q": leak.number.lower()}).url == f"/cases/{leak.number}/"


@pytest.mark.parametrize(
    ("role", "language", "words"),
    [
        ("network", "en", "(last digits for cases of your units)"),
        ("network", "zh-hans", "电话（本单位工单可用尾号）"),
        ("service", "en", "Case number, full telephone, name or address"),
        ("service", "zh-hans", "完整的电话、姓名或地址"),
    ],
)
def test_the_search_says_by_what_this_person_finds(firm, role, language, words):
    case = take(firm)
    reader = sits(firm.people[role], language)
    assert words in page(reader.get("/cases/"))
    ends = page(reader.get("/cases/", {"q": "0001", "state": "all"}))
    assert (case.number in ends) is (role == "network"), "and so it is"


# -- queues ----------------------------------------------------------------------------------------


def test_filters_stay_in_the_address_and_numbers_open_what_they_count(browser, firm):
    for name in ("a", "b", "c"):
        take(firm, token=name)
    html = page(browser.get("/queues/?due=today&sort=-taken"))
    links = re.findall(r'<a href="\?([^"]+)"[^>]*><span>[^<]+</span><b>(\d+)</b>', html)
    assert links
    for link, number in links:
        shown = page(browser.get(f"/queues/?{link.replace('&amp;', '&')}"))
        assert len(re.findall(r'name="case"', shown)) == int(number)


def test_many_are_handed_over_and_what_did_not_go_says_why(browser, firm):
    first, second, closed = (take(firm, token=t) for t in ("a", "b", "c"))
    pass_on(case=second, to=firm.units["service"], by=firm.top, now=NOW)
    answer = hand_over(browser, firm, [first, second, closed], extra=["T-1:1"])
    html = page(answer)
    assert answer.status_code == 200
    assert "Handed over: 2" in html
    assert "Not handed over: 2" in html
    assert "has had it since Mon 9 Mar 2026, 10:00. It was not handed over again" in html
    assert html.count('class="undo"') == 2, "each that went can be taken back"
    assert "No such case" in html


def hand_over(browser, firm, cases, *, extra=(), reason="集中调整", **more):
    values = [f"{c.number}:{Docket.objects.get(pk=c.docket_id).version}" for c in cases]
    form = {"case": [*values, *extra], "unit": firm.units["service"].pk, "reason": reason, **more}
    return browser.post("/queues/hand-over/", form)


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ({"reason": " "}, "Please enter the reason."),
        ({"unit": ""}, "Please choose the receiving unit"),
        ({"case": []}, "Please select the cases"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(browser, firm, leak, spoilt, said):
    answer = hand_over(browser, firm, [leak], back="due=today", **spoilt)
    html = page(answer)
    assert answer.status_code == 422
    assert said in html
    if "case" not in spoilt:
        assert re.search(rf'name="case" value="{leak.number}:\d+" checked', html)
    if "reason" not in spoilt:
        assert 'value="集中调整"' in html
    assert Docket.objects.get(pk=leak.docket_id).handling_unit == firm.units["network"]


def test_a_list_shown_again_keeps_what_was_ticked_as_it_was_seen(browser, firm, leak):
    """Somebody works on it between the tick and the mended form: it is not handed over unseen."""
    seen = Docket.objects.get(pk=leak.docket_id).version
    pass_on(case=leak, to=firm.units["network"], by=firm.top, now=NOW)
    form = {"case": [f"{leak.number}:{seen}"], "unit": firm.units["service"].pk}
    again = page(browser.post("/queues/hand-over/", {**form, "reason": ""}))
    assert f'name="case" value="{leak.number}:{seen}" checked' in again
    assert "after you opened the list" in page(
        browser.post("/queues/hand-over/", {**form, "reason": "集中调整"})
    )


def test_a_part_of_many_answers_with_its_lines_alone(browser, firm, leak):
    values = [f"{leak.number}:{leak.docket.version}"]
    form = {"case": values, "unit": firm.units["service"].pk, "reason": "集中调整"}
    html = page(browser.post("/queues/hand-over/", form, headers={"HX-Request": "true"}))
    assert html.lstrip().startswith("<tr")
    assert 'data-went="1"' in html


def test_every_number_of_the_load_opens_as_many_rows(firm, late, clock):
    soon = NOW + timedelta(days=1, hours=5)
    for token in ("b", "c"):
        case = take(firm, token=token)
    Obligation.objects.filter(docket=case.docket).update(act_by=soon)
    clock.move_to(NOW + timedelta(days=1))
    browser = sits(firm.top)
    html = page(browser.get("/queues/load/"))
    links = re.findall(r'<a href="(/queues/load/rows/[^"]+)">(\d+)</a>', html)
    asked = [link.split("?of=")[1].split("&")[0] for link, _number in links]
    assert set(asked) == {"taken", "due", "overdue"}
    for link, number in links:
        shown = page(browser.get(link))
        assert re.search(rf'<h1>[^<]+<span class="muted">{number}</span>', shown), link
        assert len(re.findall(r'<tr tabindex="-1">', shown)) == int(number)


@pytest.mark.parametrize("words", ["", "of=guess", "of=taken", "of=taken&hour=24", "of=due&hour=x"])
def test_there_are_no_rows_behind_no_number_of_the_load(browser, leak, words):
    assert browser.get(f"/queues/load/rows/?{words}").status_code == 404


# -- registers -------------------------------------------------------------------------------------


def sheet(answer):
    assert answer.status_code == 200, answer.content[:300]
    assert "attachment" in answer["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    return book.sheet_names, book.get_sheet_by_index(0).to_python()


@pytest.fixture
def late(firm, clock):
    """A leak that was to be repaired two hours after it was told, half a day ago."""
    case = take(firm, narrative="=HYPERLINK(1)路面冒水，电话13811112222")
    clock.move_to(NOW + timedelta(hours=12))
    tick(now=NOW + timedelta(hours=12))
    return case


def test_the_overdue_register_says_what_it_counts_and_as_of_when(browser, late):
    html = page(browser.get("/overdue/"))
    assert late.number in html
    assert "As of" in html
    assert "not required by the regulation" in html


def test_the_register_of_a_past_day_shows_what_was_overdue_then(firm, late, clock):
    clock.move_to(NOW + timedelta(days=2))
    browser = sits(firm.top)
    for day, there in (("2026-03-08", False), ("2026-03-09", True), ("2026-03-10", True)):
        assert (late.number in page(browser.get("/overdue/", {"day": day}))) is there
    late.docket.obligations.update(kept_at=NOW + timedelta(days=1), voided_at=None)
    assert late.number in page(browser.get("/overdue/", {"day": "2026-03-09"}))
    assert late.number not in page(browser.get("/overdue/", {"day": "2026-03-10"}))


def test_the_workbook_has_titles_no_formula_no_telephone_and_is_recorded(browser, late):
    names, rows = sheet(browser.get("/overdue/sheet/?day=2026-03-09"))
    assert names == ["Overdue complaint list"]
    assert rows[2][:4] == ["Case", "Customer's name", "Telephone", "Service"]
    line = next(r for r in rows[3:] if r[0] == late.number)
    assert line[1] == "演****"
    assert line[4] == "=HYPERLINK(1)路面冒水，电话138****2222"
    assert line[8] == 0.4
    fact = Entry.objects.filter(kind="personal_data.exported").get()
    assert fact.data["what"] == "Overdue complaint list"


def test_the_workbook_speaks_chinese(firm, late):
    names, rows = sheet(sits(firm.top, "zh-hans").get("/overdue/sheet/"))
    assert names == ["客户投诉逾期未处理明细表"]
    assert rows[0][0] == "客户投诉逾期未处理明细表"
    assert rows[2][0] == "工单"


def test_questionnaires_of_the_day_are_registered_with_who_asked_and_what_was_said(
    browser, firm, leak
):
    arrive_repair_and_call(firm, leak)
    html = page(browser.get("/callbacks/register/"))
    assert leak.number in html
    assert "演****" in html
    _names, rows = sheet(browser.get("/callbacks/register/sheet/"))
    assert [(row[2], row[4]) for row in rows[3:]] == [(leak.number, "Satisfaction call")]
    assert page(browser.get("/callbacks/register/?day=2026-03-08")).count(leak.number) == 0


def arrive_repair_and_call(firm, case):
    by = firm.people["network"]
    done = {"done_at": LATER.isoformat()}
    asked = {"answer": "content"}
    for form, raw in (("arrival", {}), ("repaired", done), ("asked-back", asked), ("call", {})):
        fill_case(case, form, raw, token=f"{form}-{case.number}", by=by, now=LATER)


def test_who_asked_in_confidence_is_in_no_register_and_no_list(browser, firm, late):
    Case.objects.filter(pk=late.pk).update(confidential=True)
    _names, rows = sheet(browser.get("/overdue/sheet/"))
    line = next(r for r in rows[3:] if r[0] == late.number)
    assert line[1:3] == ["confidential", ""]
    assert "演*" not in page(browser.get("/queues/"))
