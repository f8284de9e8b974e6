"""Taking in: promises before saving, errors at their fields, one case for a double click."""

import re

import pytest

from chengnuo.cases.models import Case, Contact
from tests.doors.web.conftest import control, error_at, page, sits
from tests.doors.web.intake.matter import LEAK


def test_a_matter_is_taken_in(browser):
    answer = browser.post("/intake/", LEAK, follow=True)
    case = Case.objects.get()
    assert answer.redirect_chain == [(f"/cases/{case.number}/taken/", 302)]
    assert (case.contact_phone, case.address) == ("13800000002", "示例路2号")
    assert case.docket.facts["area"] == "urban"
    assert f"Case registered: {case.number}" in page(answer)


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
        ({"narrative": "  "}, "Please enter the customer's request."),
        ({"service": ""}, "Please choose a service."),
        ({"service": "nonsense"}, "Please choose a service."),
        ({"channel": "pigeon"}, "Please choose a channel."),
        ({"contact_phone": "call me"}, "This is not a telephone number"),
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
    browser.post("/intake/", {**LEAK, "narrative": "<script>alert(1)</script>"})
    answer = browser.get(f"/cases/{Case.objects.get().number}/")
    assert b"<script>alert" not in answer.content
    assert b"&lt;script&gt;alert" in answer.content


# -- what is told, and by whom ---------------------------------------------------------------------


def test_a_softphone_fills_in_who_rang_and_how_long(browser):
    html = page(browser.get("/intake/?phone=13800000009&rang=7"))
    assert 'value="13800000009"' in control(html, "contact_phone")
    assert 'value="7"' in control(html, "rang")
    assert "rang 7 s" in html


def test_every_intake_leaves_a_contact(browser, firm):
    browser.post("/intake/", {**LEAK, "rang": "7", "language": "en"})
    contact = Contact.objects.get()
    assert contact.case == Case.objects.get()
    assert (contact.channel, contact.phone, contact.rang) == ("phone", "13800000002", 7)
    assert (contact.agent, contact.language, contact.need) == (firm.top, "en", LEAK["narrative"])


def test_whoever_takes_it_in_was_asked_first_unless_a_colleague_is_named(browser, firm):
    browser.post("/intake/", LEAK)
    browser.post("/intake/", {**LEAK, "token": "another-token", "first_asked": "T-service"})
    one, other = Case.objects.order_by("number")
    assert (one.first_asked, other.first_asked) == (firm.top, firm.people["service"])
    assert other.lodged_by == firm.top


def test_a_colleague_nobody_knows_is_told_at_the_field(browser):
    answer = browser.post("/intake/", {**LEAK, "first_asked": "nobody"})
    assert answer.status_code == 422
    said = error_at(page(answer), "first-asked")
    assert said.startswith("No one here has this staff number or name; check it")
    assert 'value="nobody"' in control(page(answer), "first_asked")


def test_flags_are_kept(browser):
    browser.post("/intake/", {**LEAK, "restated": "1", "confidential": "1"})
    case = Case.objects.get()
    assert case.restated
    assert case.confidential


def test_an_older_page_with_another_matter_is_not_taken_for_the_saved_one(browser):
    """Somebody goes back in the browser and writes the next call over the last one."""
    browser.post("/intake/", LEAK)
    again = browser.post("/intake/", {**LEAK, "narrative": "另一件事"})
    html = page(again)
    assert again.status_code == 409
    assert "Already saved as" in html
    assert "另一件事" in html
    token = re.search(r'name="token" value="([^"]+)"', html).group(1)
    browser.post("/intake/", {**LEAK, "narrative": "另一件事", "token": token})
    assert Case.objects.count() == 2


# -- after saving ----------------------------------------------------------------------------------


def test_after_saving_the_number_the_promises_and_the_next_call_stand_there(browser):
    html = page(browser.post("/intake/", LEAK, follow=True))
    assert "repaired-soon" in html
    assert "12:30" in html
    assert re.search(r'<a class="btn primary" href="/intake/" autofocus', html)


def test_the_page_after_saving_is_for_whoever_saved(browser, firm):
    browser.post("/intake/", LEAK)
    number = Case.objects.get().number
    answer = sits(firm.people["service"]).get(f"/cases/{number}/taken/")
    assert answer["Location"] == f"/cases/{number}/"


def test_a_company_without_a_regulation_says_so(firm):
    firm.company.pack = ""
    firm.company.save()
    client = sits(firm.top)
    for address in ("/intake/", "/regulation/"):
        assert "No regulation is installed" in page(client.get(address))
    assert client.post("/intake/promises/", LEAK).status_code == 204


@pytest.mark.parametrize(("narrative", "asked"), [("路面冒水", True), ("", False)])
def test_an_intake_that_comes_back_asks_for_its_suggestions_again(browser, narrative, asked):
    typed = {"channel": "phone", "narrative": narrative, "token": "a-page-of-intake"}
    html = page(browser.post("/intake/", typed))
    suggestions = re.search(r'<div id="suggestions"[^>]*>', html)
    assert suggestions
    assert ('hx-trigger="load, ' in suggestions.group()) is asked
