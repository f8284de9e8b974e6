"""Taking in: promises before saving, errors at their fields, one case for a double click."""

import pytest

from chengnuo.cases.models import Case
from tests.doors.web.conftest import TOKEN, control, page, sits, take

LEAK = {
    "service": "leak",
    "channel": "phone",
    "contact_name": "演示客户乙",
    "contact_phone": "13800000002",
    "address": "示例路2号",
    "narrative": "路面冒水，水量很大",
    "fact.area": "urban",
    "token": TOKEN,
}


def test_a_matter_is_taken_in(browser):
    answer = browser.post("/intake/", LEAK, follow=True)
    case = Case.objects.get()
    assert answer.redirect_chain == [(f"/cases/{case.number}/", 302)]
    assert (case.contact_phone, case.address) == ("13800000002", "示例路2号")
    assert case.docket.facts["area"] == "urban"
    assert f"Taken in: {case.number}" in page(answer)


def test_a_double_click_is_one_case(browser):
    first = browser.post("/intake/", LEAK)
    again = browser.post("/intake/", LEAK)
    assert first["Location"] == again["Location"]
    assert Case.objects.count() == 1


def test_promises_are_shown_before_anything_is_saved(browser):
    for address in ("/intake/promises/", "/intake/fields/"):
        html = page(browser.post(address, LEAK))
        assert "repaired-soon" in html
        assert "12:30" in html, "two hours from half past ten"
        assert "第一条" in html, "by which clause"
        assert "network" in html, "to whom"
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"narrative": "  "}, "Please write what was asked."),
        ({"service": ""}, "Please choose a service."),
        ({"service": "nonsense"}, "Please choose a service."),
        ({"channel": "pigeon"}, "Please choose a channel."),
        ({"contact_phone": "call me"}, "This is not a telephone number."),
        ({"address": "路" * 301}, "At most 300 characters."),
        ({"contact_name": "名" * 101}, "At most 100 characters."),
    ],
)
def test_what_is_wrong_is_told_and_everything_typed_is_still_there(browser, wrong, said):
    sent = {**LEAK, **wrong}
    answer = browser.post("/intake/", sent)
    html = page(answer)
    assert answer.status_code == 422
    assert said in html
    assert Case.objects.count() == 0
    for name in ("contact_name", "contact_phone", "address"):
        assert f'value="{sent[name]}"' in control(html, name)
    assert sent["narrative"].strip() in html
    if sent["service"] == "leak":
        assert 'value="leak" checked' in html
        assert 'value="urban" checked' in html


def test_the_error_stands_at_its_field(browser):
    html = page(browser.post("/intake/", {**LEAK, "narrative": "", "contact_phone": "x"}))
    for name in ("narrative", "contact_phone"):
        assert 'aria-invalid="true"' in control(html, name)
        assert "aria-describedby" in control(html, name)


def test_markup_in_a_narrative_stays_text(browser):
    answer = browser.post(
        "/intake/", {**LEAK, "narrative": "<script>alert(1)</script>"}, follow=True
    )
    assert b"<script>alert" not in answer.content
    assert b"&lt;script&gt;alert" in answer.content


def test_earlier_cases_of_the_telephone_are_shown_masked(browser, firm):
    earlier = take(firm)
    html = page(browser.get("/intake/earlier/?contact_phone=13800000001"))
    assert earlier.number in html
    assert "演示客户甲" not in html
    assert "101室" not in html
    assert earlier.number not in page(browser.get("/intake/earlier/?contact_phone=1380"))


def test_a_company_without_a_regulation_says_so(firm):
    firm.company.pack = ""
    firm.company.save()
    client = sits(firm.top)
    for address in ("/intake/", "/regulation/"):
        assert "No regulation is installed" in page(client.get(address))
    assert client.post("/intake/promises/", LEAK).status_code == 204
