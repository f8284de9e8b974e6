"""Taking in: promises before saving, errors at their fields, one case for a double click."""

import re

import pytest

from chengnuo.cases.models import Case, Contact
from chengnuo.customers.services import register_customer
from chengnuo.doors.jobs.deliver import deliver
from chengnuo.ledger.models import Entry
from chengnuo.ledger.queries import history
from chengnuo.people.models import Message
from chengnuo.people.services import read_messages
from tests.companies import house
from tests.doors.web.conftest import (
    LATER,
    NOW,
    TOKEN,
    control,
    error_at,
    page,
    sits,
    take,
)

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
    assert answer.redirect_chain == [(f"/cases/{case.number}/taken/", 302)]
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


# -- the caller ------------------------------------------------------------------------------------


def called(browser, **typed) -> str:
    return page(browser.post("/intake/caller/", {"contact_phone": "13800000001", **typed}))


def register(firm, number="K1", name="演示客户甲", **more):
    known = {
        "phone": "13800000001",
        "address": "示例市示例路1号1单元101室",
        "area": "urban",
        **more,
    }
    return register_customer(company=firm.company, number=number, name=name, now=NOW, **known)


def test_the_one_who_calls_is_shown_in_full_and_that_is_recorded(browser, firm):
    register(firm, customer_class="key")
    html = called(browser)
    assert "演示客户甲" in html
    assert 'data-address="示例市示例路1号1单元101室"' in html
    assert "Key customer" in html
    seen = Entry.objects.filter(kind="personal_data.seen").get()
    assert seen.actor_id == firm.top.pk


def test_of_several_one_is_chosen_and_until_then_names_are_masked(browser, firm):
    first, second = register(firm), register(firm, "K2", "示例住户乙")
    html = called(browser)
    assert "演示客户甲" not in html
    assert "演**" in html
    assert "示**" in html
    assert not Entry.objects.filter(kind="personal_data.seen").exists()
    html = called(browser, customer=second.pk)
    assert 'data-name="示例住户乙"' in html
    assert "演示客户甲" not in html, first


def test_open_cases_stand_there_with_their_promise_and_can_be_urged(browser, firm):
    register(firm)
    earlier = take(firm)
    html = called(browser)
    assert earlier.number in html
    assert "12:00" in html, "two hours from ten"
    assert f"/cases/{earlier.number}/?step=urge" in html


def test_somebody_who_calls_again_and_again_is_recognised(browser, firm):
    for turn in range(3):
        take(firm, token=f"again-{turn}")
    html = called(browser)
    assert "3 times in 30 days" in html
    assert "Leak ×3" in html


def test_cases_that_the_viewer_may_not_see_are_not_told_of(firm):
    earlier = take(firm)
    Case.objects.update(restricted=True)
    assert earlier.number not in called(sits(firm.people["service"]))


def test_half_a_number_tells_nothing(browser, firm):
    register(firm)
    assert page(browser.post("/intake/caller/", {"contact_phone": "1380"})).strip() == ""
    assert "Nobody in the archive" in called(browser, contact_phone="13900000000")


def test_what_the_premises_tell_need_not_be_asked(browser, firm):
    customer = register(firm)
    place = customer.locations.get()
    typed = {"service": "leak", "customer": customer.pk, "location": place.pk}
    assert 'value="urban" checked' in page(browser.post("/intake/fields/", typed))
    typed["fact.area"] = "rural"
    assert 'value="rural" checked' in page(browser.post("/intake/fields/", typed))


def test_customer_and_premises_are_kept_with_the_case(browser, firm):
    customer = register(firm)
    place = customer.locations.get()
    browser.post("/intake/", {**LEAK, "customer": customer.pk, "location": place.pk})
    case = Case.objects.get()
    assert (case.customer, case.location) == (customer, place)


def test_a_customer_of_another_company_cannot_be_named(browser, firm):
    elsewhere = house(code="U")
    other = register_customer(company=elsewhere.company, number="K1", name="别家", now=NOW)
    browser.post("/intake/", {**LEAK, "customer": other.pk})
    assert Case.objects.get().customer is None


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
    assert said.startswith("Nobody here has this badge number or name; choose from the list")
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
    assert "This page was saved before" in html
    assert "另一件事" in html
    token = re.search(r'name="token" value="([^"]+)"', html).group(1)
    browser.post("/intake/", {**LEAK, "narrative": "另一件事", "token": token})
    assert Case.objects.count() == 2


# -- contacts without a case -----------------------------------------------------------------------


def test_a_wrong_number_is_recorded_without_a_case(browser, firm):
    sent = {"contact_phone": "13800000002", "channel": "phone", "answer": "wrong_number"}
    answer = browser.post("/intake/contact/", sent, follow=True)
    assert "Recorded without a case: Wrong number" in page(answer)
    contact = Contact.objects.get()
    assert (contact.case, contact.answer, contact.agent) == (None, "Wrong number", firm.top)
    assert not Case.objects.exists()
    browser.post("/intake/contact/", sent)
    assert Contact.objects.count() == 1, "a second click"


def test_a_question_about_a_running_case_is_noted_with_it(browser, firm):
    earlier = take(firm)
    browser.post(
        "/intake/contact/",
        {"channel": "phone", "answer": "answered", "about": earlier.number, "narrative": "何时来"},
    )
    contact = Contact.objects.get()
    assert (contact.case, contact.need) == (earlier, "何时来")
    assert [e.kind for e in history(subject=earlier.docket_id)][-1] == "contact.noted"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"answer": ""}, "Please say why no case is needed."),
        ({"about": "T-000000-00000"}, "There is no case T-000000-00000"),
        ({"contact_phone": "x"}, "This is not a telephone number"),
    ],
)
def test_a_contact_that_cannot_be_kept_says_why(browser, wrong, said):
    sent = {"channel": "phone", "answer": "answered", "narrative": "问水价", **wrong}
    answer = browser.post("/intake/contact/", sent)
    assert answer.status_code == 422
    assert said in page(answer)
    assert "问水价" in page(answer)
    assert not Contact.objects.exists()


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


# -- the real packs --------------------------------------------------------------------------------


@pytest.fixture
def water(db, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    return house("water-company", code="W")


@pytest.fixture
def agent(water):
    return sits(water.people["hotline-agent"])


def test_the_greeting_names_the_badge_in_both_languages(agent):
    html = page(agent.get("/intake/"))
    assert "工号W-hotline-agent为您服务" in html
    assert "staff number W-hotline-agent" in html


def test_a_clerk_works_at_the_counter(water):
    html = page(sits(water.people["clerk"]).get("/intake/"))
    assert '<option value="counter" selected' in html
    assert "我是W-clerk号营业员" in html


def test_the_canned_reply_of_the_channel_stands_ready(agent):
    typed = {"service": "no-water", "channel": "wechat", "narrative": "无水"}
    html = page(agent.post("/intake/fields/", typed))
    assert "Your message has been received" in html
    assert "Your complaint has been registered" not in html
    html = page(agent.post("/intake/fields/", typed | {"channel": "phone"}))
    assert "Your complaint has been registered" in html


def test_the_meter_sentence_stands_ready_for_a_meter_and_guesses_are_named(agent):
    html = page(agent.post("/intake/fields/", {"service": "meter-verification"}))
    assert "has to await the verification report" in html
    assert "大概是" in html
    assert "S3.1 五.2" in html
    assert "data-forbidden" not in page(agent.post("/intake/fields/", {"service": "no-water"}))


def test_what_was_told_in_one_go_is_kept_in_the_words_of_the_regulation(agent):
    typed = {**LEAK, "service": "pipe-repair", "notified": ["1"]}
    agent.post("/intake/", typed)
    assert Case.objects.get().notified == ["修复时间按管径为24、38或48小时以内。"]


def test_an_outage_in_the_same_street_is_told_of(agent, water):
    leak = {**LEAK, "service": "pipe-repair", "address": "示例市示例路（东段）"}
    agent.post("/intake/", leak)
    typed = {"contact_phone": "13900000001", "address": "示例市示例路18号2单元201室"}
    html = page(agent.post("/intake/caller/", typed))
    assert "Supply is off around here" in html
    assert Case.objects.get().number in html
    typed["address"] = "示例市另一路18号"
    assert "Supply is off" not in page(agent.post("/intake/caller/", typed))


# -- emergencies -----------------------------------------------------------------------------------

BURST = {
    "service": "pipe-repair",
    "channel": "phone",
    "address": "示例路口",
    "narrative": "爆管",
    "contact_phone": "13800000003",
    "fact.area": "urban",
    "token": TOKEN,
}


def test_an_emergency_asks_three_things_and_chooses_the_service(agent):
    html = page(agent.get("/intake/emergency/"))
    assert 'value="pipe-repair" checked' in html
    assert "Keep away from the water" in html
    for name in ("address", "narrative", "contact_phone"):
        assert control(html, name)


def test_what_was_typed_goes_over_into_the_emergency(agent):
    typed = {"switch": "1", "contact_phone": "13800000003", "narrative": "爆管了", "service": "x"}
    html = page(agent.post("/intake/emergency/", typed))
    assert 'value="13800000003"' in control(html, "contact_phone")
    assert "爆管了" in html
    assert not Case.objects.exists()


def test_an_emergency_reaches_its_unit_at_once_and_one_sees_who_has_read_it(agent, water):
    answer = agent.post("/intake/emergency/", BURST, follow=True)
    case = Case.objects.get()
    assert case.emergency
    assert case.docket.handling_unit == water.units["network"]
    assert "0 of 1 have seen it" in page(answer)
    while deliver(now=LATER):
        pass
    message = Message.objects.get(kind="dispatched")
    assert message.staff == water.people["network"]
    assert case.number in message.text_zh
    read_messages(staff=message.staff, now=LATER)
    assert "1 of 1 have seen it" in page(agent.get(f"/cases/{case.number}/taken/"))


def test_an_emergency_that_lacks_something_is_kept_as_typed(agent):
    answer = agent.post("/intake/emergency/", {**BURST, "narrative": ""})
    assert answer.status_code == 422
    assert error_at(page(answer), "narrative") == "Please write what was asked."
    assert 'value="示例路口"' in control(page(answer), "address")


def test_a_company_without_emergencies_says_so(db):
    grid = house("power-grid", code="G")
    assert "no emergency service" in page(sits(grid.top).get("/intake/emergency/"))


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
