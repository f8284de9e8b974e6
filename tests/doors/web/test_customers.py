"""Customers on the pages: found, masked, put right, counted."""

import re
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest

from chengnuo.callbacks.services import CustomerWord, rate
from chengnuo.cases.models import Case
from chengnuo.customers.models import Customer, CustomerAccount
from chengnuo.customers.services import open_account, register_customer, subject_of
from chengnuo.ledger.queries import history
from chengnuo.obligations.ticking import tick
from tests.doors.web.conftest import LATER, NOW, page, sits, take
from tests.rules.world import at

PHONE = "13800000001"


@pytest.fixture
def shop(firm) -> Customer:
    made = register_customer(
        company=firm.company, number="C-1", name="示例餐饮店", phone=PHONE, now=NOW,
        customer_class="key", address="示例市示例路1号1单元101室", area="urban", level=4,
    )  # fmt: skip
    open_account(
        customer=made, number="A-1", opened_on=date(2026, 3, 1), use_nature="非居民", by=None,
        now=NOW,
    )  # fmt: skip
    return made


@pytest.fixture
def service(firm):
    """Somebody who has nothing to do with the leak."""
    return sits(firm.people["service"])


def test_the_list_masks_and_finds(shop, service):
    listed = page(service.get("/customers/", {"q": PHONE}))
    assert "C-1" in listed
    assert "示****" in listed
    assert "138****0001" in listed
    found = page(service.get("/customers/", {"q": "13800009999"}))
    assert "No customer matches" in found


def test_who_does_not_work_for_the_customer_sees_a_mask(firm, shop, service):
    take(firm, customer=shop)
    shown = page(service.get(f"/customers/{shop.pk}/"))
    assert "示****" in shown
    assert PHONE not in shown
    assert "示例餐饮店" not in shown
    assert "tel:" not in shown
    assert "geo:" not in shown


def test_who_works_on_an_open_matter_sees_in_full_until_it_is_closed(firm, shop):
    case = take(firm, customer=shop)
    network = sits(firm.people["network"])
    shown = page(network.get(f"/customers/{shop.pk}/"))
    assert f'<a class="tel" href="tel:{PHONE}">{PHONE}</a>' in shown
    assert '<a class="map" href="geo:0,0?q=%E7%A4%BA' in shown
    Case.objects.filter(pk=case.pk).update(closed_at=LATER)
    assert PHONE not in page(network.get(f"/customers/{shop.pk}/"))


def test_a_look_in_full_needs_a_reason_and_is_recorded(shop, service):
    refused = service.post(f"/customers/{shop.pk}/in-full/", {"why": ""})
    assert refused.status_code == 422
    assert PHONE not in page(refused)
    assert PHONE in page(service.post(f"/customers/{shop.pk}/in-full/", {"why": "核对来电"}))
    last = history(subject=subject_of(shop))[-1]
    assert (last.kind, last.data["why"]) == ("personal_data.seen", "核对来电")


def test_the_page_tells_everything_about_the_customer(firm, shop):
    case = take(firm, customer=shop)
    while tick(now=at("2026-03-09 13:00")):
        pass
    said = CustomerWord(satisfied=False, score=2, solved=False, words="没修好")
    rate(case=case, said=said, via="phone", now=LATER, by=None)
    shown = page(sits(firm.people["network"]).get(f"/customers/{shop.pk}/"))
    for words in (
        "Key customer", case.number, "breaches towards this customer: 1", "Dissatisfied", "没修好",
        "A-1", "非居民", "Account opened", "Received: Leak", f"/intake/?customer={shop.pk}",
    ):  # fmt: skip
        assert words in shown


@pytest.mark.parametrize("closed_to", ["restricted", "confidential"])
def test_a_closed_matter_is_not_shown(firm, shop, closed_to):
    case = take(firm, customer=shop)
    Case.objects.filter(pk=case.pk).update(**{closed_to: True})
    assert case.number not in page(sits(firm.people["service"]).get(f"/customers/{shop.pk}/"))


def test_another_companys_customer_is_not_found(shop, service):
    assert service.get(f"/customers/{shop.pk + 1}/").status_code == 404


SHEET = {
    "name": "新店", "phone": "13700000002", "phones": "13900000003 店长", "customer_class": "key",
    "level": "5", "language": "en", "visit_consent": "yes",
}  # fmt: skip


def test_a_file_is_put_right(shop, service):
    assert PHONE in page(service.post(f"/customers/{shop.pk}/edit/", {"why": "客户来电更正"}))
    service.post(f"/customers/{shop.pk}/edit/", {**SHEET, "version": "0"})
    shop.refresh_from_db()
    assert (shop.name, shop.level, shop.visit_consent) == ("新店", 5, True)
    assert shop.phones.get().note == "店长"


def test_the_archive_is_kept_by_those_who_take_matters_in(firm, shop):
    network = sits(firm.people["network"])
    assert network.get(f"/customers/{shop.pk}/edit/").status_code == 403
    assert network.post("/customers/new/", SHEET).status_code == 403
    assert "Correct" not in page(network.get(f"/customers/{shop.pk}/"))


@pytest.mark.parametrize(("who", "known"), [("service", True), ("network", False)])
def test_a_telephone_number_tells_only_those_who_take_calls_whose_it_is(firm, shop, who, known):
    card = page(sits(firm.people[who]).post("/intake/caller/", {"contact_phone": PHONE}))
    assert ("示例餐饮店" in card) is known


def test_who_was_slower_keeps_what_was_typed(firm, shop, service):
    service.post(f"/customers/{shop.pk}/edit/", {**SHEET, "version": "0"})
    again = service.post(f"/customers/{shop.pk}/edit/", {**SHEET, "name": "别名", "version": "0"})
    assert again.status_code == 409
    assert "别名" in page(again)


def test_editing_asks_for_a_reason_from_who_has_no_matter_of_the_customer(shop, service):
    asked = page(service.get(f"/customers/{shop.pk}/edit/"))
    assert "You will see full details while editing." in asked
    assert PHONE not in asked
    assert PHONE in page(service.post(f"/customers/{shop.pk}/edit/", {"why": "客户来电更正"}))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Please enter the name."),
        ({"phone": "abc"}, "This is not a telephone number"),
        ({"phones": "xyz 门卫"}, "is not a telephone number"),
        ({"customer_class": "no"}, "Please choose a class."),
        ({"number": "C-1"}, "Another customer already has this number"),
    ],
)
def test_a_new_customer_typed_wrong_comes_back_with_everything(shop, service, wrong, said):
    answer = service.post("/customers/new/", {**SHEET, "number": "C-2", "address": "路", **wrong})
    assert answer.status_code == 422
    assert said in page(answer)
    assert "13900000003 店长" in page(answer) or "phones" in wrong


def test_a_new_customer_is_opened(shop, service):
    service.post(
        "/customers/new/", {**SHEET, "number": "C-2", "address": "示例路", "area": "urban"}
    )
    assert Customer.objects.get(number="C-2").locations.get().address == "示例路"


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        ("open-account", {"number": "A-2", "opened_on": "2026-03-09"}),
        ("close-account", {"account": "{account}", "closed_on": "2026-03-09"}),
        ("sign-agreement", {"account": "{account}", "number": "H", "signed_on": "2026-03-09"}),
        ("add-location", {"address": "示例路2号", "riser_ready": "yes"}),
        ("install-meter", {"location": "{location}", "serial_number": "M1", "kind": "remote"}),
        ("record-appliance", {"location": "{location}", "kind": "cooker", "seen_on": "2026-03-09"}),
    ],
)
def test_small_steps(shop, service, step, typed):
    known = {"account": shop.accounts.get().pk, "location": shop.locations.get().pk}
    sent = {name: value.format(**known) for name, value in typed.items()}
    assert service.post(f"/customers/{shop.pk}/steps/{step}/", sent).status_code == 302


@pytest.mark.parametrize(
    ("step", "typed", "said"),
    [
        ("open-account", {"number": "A-1", "opened_on": "2026-03-09"}, "A-1 is already in use"),
        ("open-account", {"number": "A-2", "opened_on": "soon"}, "“soon” is not a valid date"),
        ("open-account", {"opened_on": "2026-03-09"}, "Please enter the number."),
        ("close-account", {"account": "999"}, "Please choose from the list."),
        ("remove-meter", {"meter": "x"}, "Please choose from the list."),
    ],
)
def test_a_step_typed_wrong_says_what_and_where(shop, service, step, typed, said):
    answer = service.post(f"/customers/{shop.pk}/steps/{step}/", typed)
    assert answer.status_code == 422
    assert said in page(answer)
    assert CustomerAccount.objects.count() == 1


@pytest.mark.parametrize(
    ("step", "typed", "wrong"),
    [
        ("open-account", {"number": "A-77", "use_nature": "餐饮"}, {"opened_on": "soon"}),
        ("sign-agreement", {"number": "H-77", "paid_on": "2026-03-08"}, {"signed_on": "soon"}),
        ("add-location", {"meter_box": "B-77"}, {"address": ""}),
        ("install-meter", {"serial_number": "M-77", "type": "G4"}, {"installed_on": "soon"}),
        ("record-appliance", {"make": "演示灶 77"}, {"seen_on": "soon"}),
    ],
)
def test_a_step_that_is_refused_keeps_all_that_was_typed(shop, service, step, typed, wrong):
    place = {"location": str(shop.locations.get().pk), "account": str(shop.accounts.get().pk)}
    sent = {**place, **typed, **wrong, "kind": "cooker" if step == "record-appliance" else ""}
    answer = service.post(f"/customers/{shop.pk}/steps/{step}/", sent)
    assert answer.status_code == 422
    for value in {**typed, **wrong}.values():
        assert f'value="{value}"' in page(answer)


def test_the_fields_of_steps_tell_how_much_they_take(shop, service):
    shown = page(service.get(f"/customers/{shop.pk}/"))
    for field, most in {"serial_number": 40, "make": 80, "use_nature": 40, "meter_box": 40}.items():
        (told,) = re.findall(rf'<input[^>]*name="{field}"[^>]*>', shown)
        assert f'data-most="{most}"' in told


def test_the_archive_counts_and_every_number_opens_its_rows(firm, shop, browser):
    case = take(firm, customer=shop)
    shown = page(browser.get("/customers/archive/"))
    assert "Cases per 100 customers" in shown
    for link, row in (
        ("of=customers&class=key", "C-1"),
        ("of=accounts&nature=%E9%9D%9E%E5%B1%85%E6%B0%91", "A-1"),
        ("of=accounts&opened=2026-03", "A-1"),
        ("of=customers&month=2026-03", "C-1"),
        ("of=cases&service=leak&class=key", case.number),
    ):
        assert f"/customers/archive/rows/?{link}" in shown.replace("&amp;", "&")
        assert row in page(browser.get(f"/customers/archive/rows/?{link}"))


@pytest.mark.parametrize("asked", ["of=nothing", "of=customers&level=x", "of=customers&month=soon"])
def test_a_question_that_makes_no_sense_has_no_rows(firm, browser, asked):
    assert browser.get(f"/customers/archive/rows/?{asked}").status_code == 404


def test_the_statistics_as_a_workbook(shop, browser):
    answer = browser.get("/customers/archive/sheet/")
    book = ZipFile(BytesIO(answer.content))
    assert any(name.startswith("xl/worksheets/") for name in book.namelist())


def test_a_dissatisfied_customer_is_on_the_case_and_on_the_heads_desk(firm, shop):
    case = take(firm, customer=shop)
    said = CustomerWord(satisfied=False, score=2, solved=False, words="没修好")
    rate(case=case, said=said, via="link", now=LATER, by=None)
    head = sits(firm.people["network"])
    assert "没修好" in page(head.get(f"/cases/{case.number}/"))
    assert "Dissatisfied customers" in page(head.get("/"))
    assert "Dissatisfied customers" not in page(sits(firm.people["service"]).get("/"))
