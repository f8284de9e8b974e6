"""Who calls: recognised, shown in full under a log, with the cases that are open."""

from chengnuo.cases.models import Case
from chengnuo.customers.services import register_customer
from chengnuo.ledger.models import Entry
from chengnuo.obligations.models import Docket
from tests.companies import house
from tests.doors.web.conftest import NOW, page, sits, take
from tests.doors.web.intake.matter import LEAK, called, register


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
    assert "演**** " in html
    assert "示**** " in html
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
    assert "Contacts in 30 days: 3" in html
    assert "Leak ×3" in html


def test_cases_that_the_viewer_may_not_see_are_not_told_of(firm):
    earlier = take(firm)
    Case.objects.update(restricted=True)
    assert earlier.number not in called(sits(firm.people["service"]))


def test_half_a_number_tells_nothing(browser, firm):
    register(firm)
    assert page(browser.post("/intake/caller/", {"contact_phone": "1380"})).strip() == ""
    assert "No customer with this number" in called(browser, contact_phone="13900000000")


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
    told = {"customer": customer.pk, "location": place.pk, "address": "示例路1号"}
    browser.post("/intake/", LEAK | told)
    case = Case.objects.get()
    assert (case.customer, case.location) == (customer, place)


def test_a_matter_elsewhere_is_not_at_the_home_of_whoever_reports_it(browser, firm):
    customer = register(firm)
    told = {"customer": customer.pk, "location": customer.locations.get().pk}
    elsewhere = told | {"address": "示例路与示例街路口"}
    assert "will not be put on them" in page(browser.post("/intake/outages/", elsewhere))
    assert "will not be put" not in page(browser.post("/intake/outages/", told | {"address": ""}))
    asked = page(browser.post("/intake/fields/", {"service": "leak"} | elsewhere))
    assert 'value="urban" checked' not in asked
    browser.post("/intake/", LEAK | elsewhere)
    case = Case.objects.get()
    assert (case.customer, case.location) == (customer, None)


def test_a_customer_of_another_company_cannot_be_named(browser, firm):
    elsewhere = house(code="U")
    other = register_customer(company=elsewhere.company, number="K1", name="别家", now=NOW)
    browser.post("/intake/", {**LEAK, "customer": other.pk})
    assert Case.objects.get().customer is None


def test_to_who_takes_no_calls_a_number_gives_nobody_away(firm):
    """Its open matter is told to the unit that handles it, and reads the number there; to no other,
    nor as a possible duplicate."""
    case = take(firm)
    typed = {"contact_phone": "13800000001", "narrative": "x", "service": "leak"}
    for place in ("/intake/caller/", "/intake/duplicates/"):
        assert case.number in page(sits(firm.people["service"]).post(place, typed)), place
    assert case.number in page(sits(firm.people["network"]).post("/intake/caller/", typed))
    Docket.objects.filter(pk=case.docket_id).update(
        handling_unit=firm.units["service"], accepting_unit=firm.units["service"]
    )
    for place in ("/intake/caller/", "/intake/duplicates/"):
        assert case.number not in page(sits(firm.people["network"]).post(place, typed)), place
