"""The customer archive: files, accounts, meters; what the ledger tells of them; finding one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from chengnuo.customers.models import Customer, CustomerAccount, Meter
from chengnuo.customers.queries import by_phone, find_customers, numbered
from chengnuo.customers.services import (
    Phone,
    add_location,
    change_customer,
    close_account,
    install_meter,
    open_account,
    record_appliance,
    register_customer,
    remove_meter,
    sign_agreement,
    subject_of,
)
from chengnuo.customers.strangers import WITHIN, may_ask, was_right
from chengnuo.ledger.queries import history
from chengnuo.rules.refusing import MovedOn, Refused
from tests.companies import house

NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
DAY = date(2026, 3, 9)


@pytest.fixture
def company(db):
    return house(roles=()).company


@pytest.fixture
def shop(company) -> Customer:
    return register_customer(
        company=company, number="C-1", name="示例餐饮店", phone="13800000001", now=NOW,
        customer_class="commercial_industrial", address="示例市示例路1号", area="urban",
        phones=[Phone(number="13900000001", note="店长")],
    )  # fmt: skip


def told_of(customer):
    return [(entry.kind, entry.data) for entry in history(subject=subject_of(customer))]


def test_the_ledger_names_the_fields_that_changed_and_not_what_stands_in_them(shop):
    changed = change_customer(
        customer=shop, changes={"name": "新店名", "phone": "13700000009", "level": 0}, by=None,
        now=NOW, phones=[Phone(number="13600000009")],
    )  # fmt: skip
    kinds = dict(told_of(shop))
    assert changed == ["name", "phone", "phones"]
    assert kinds["customer.changed"]["fields"] == changed
    everything = str(told_of(shop))
    assert not any(v in everything for v in ("新店名", "13700000009", "13600000009", "示例路"))


def test_nothing_changed_is_no_entry(shop):
    assert change_customer(customer=shop, changes={"name": shop.name}, by=None, now=NOW) == []
    assert [kind for kind, _ in told_of(shop)] == ["customer.registered"]


def test_who_changes_an_old_version_is_told_so(shop):
    change_customer(customer=shop, changes={"level": 2}, by=None, now=NOW, version=0)
    with pytest.raises(MovedOn):
        change_customer(customer=shop, changes={"level": 3}, by=None, now=NOW, version=0)


def test_a_number_is_given_once(company, shop):
    with pytest.raises(Refused):
        register_customer(company=company, number="C-1", name="另一人", now=NOW)
    open_account(customer=shop, number="A-1", opened_on=DAY, by=None, now=NOW)
    with pytest.raises(Refused):
        open_account(customer=shop, number="A-1", opened_on=DAY, by=None, now=NOW)


def test_closing_an_account_ends_its_agreements_and_happens_once(shop):
    account = open_account(customer=shop, number="A-1", opened_on=DAY, by=None, now=NOW)
    sign_agreement(account=account, number="H-1", signed_on=DAY, by=None, now=NOW)
    for day in (DAY + timedelta(days=3), DAY + timedelta(days=9)):
        close_account(account=account, closed_on=day, by=None, now=NOW)
    account.refresh_from_db()
    assert account.closed_on == account.agreements.get().ended_on == DAY + timedelta(days=3)
    assert [kind for kind, _ in told_of(shop)].count("account.closed") == 1


def test_days_lie_in_their_order(shop):
    early = DAY - timedelta(days=1)
    with pytest.raises(Refused):
        open_account(customer=shop, number="A", opened_on=early, applied_on=DAY, by=None, now=NOW)
    account = open_account(customer=shop, number="A", opened_on=DAY, by=None, now=NOW)
    with pytest.raises(Refused):
        close_account(account=account, closed_on=early, by=None, now=NOW)


def test_a_meter_hangs_in_one_place_until_it_is_taken_down(company, shop):
    first, second = shop.locations.get(), add_location(
        customer=shop, address="示例市示例路2号", by=None, now=NOW, riser_ready=True
    )  # fmt: skip
    meter = install_meter(location=first, serial_number="M1", kind="remote", by=None, now=NOW)
    with pytest.raises(Refused):
        install_meter(location=second, serial_number="M1", by=None, now=NOW)
    remove_meter(meter=meter, removed_on=DAY, by=None, now=NOW)
    again = install_meter(location=second, serial_number="M1", by=None, now=NOW)
    assert again.usage_point.location == second
    assert Meter.objects.filter(serial_number="M1").count() == 2


def test_equipment_seen_twice_is_one_appliance_seen_later(shop):
    place = shop.locations.get()
    for day in (DAY, DAY + timedelta(days=30)):
        record_appliance(
            location=place, kind="cooker", make="示例牌", seen_on=day, by=None, now=NOW
        )
    assert place.appliances.get().seen_on == DAY + timedelta(days=30)


@pytest.mark.parametrize(
    "wrong",
    [{"customer_class": "unknown"}, {"level": 6}, {"name": ""}, {"number": ""}],
    ids=str,
)
def test_the_database_refuses_what_cannot_be(shop, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.filter(pk=shop.pk).update(**wrong)


def test_the_database_refuses_an_account_closed_before_it_was_opened(shop):
    account = open_account(customer=shop, number="A", opened_on=DAY, by=None, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomerAccount.objects.filter(pk=account.pk).update(closed_on=DAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("C-1", True),
        ("c-1", True),
        ("示例餐饮店", True),
        ("示例餐", False),  # so has a name, and what the mask hides of an address
        ("13800000001", True),
        ("13900000001", True),
        ("1380000", False),  # a telephone has to be told whole
        ("示例市示例路", True),
        ("示例市示例路1号2单元", False),
        ("示例路1号", True),
        ("示例路", True),
        ("例路", False),  # too short for an address: half the town would answer
        ("A-77", True),
        ("M-77", True),
        ("别的", False),
    ],
)
def test_a_customer_is_found_by_whatever_is_known_of_it(company, shop, words, found):
    open_account(customer=shop, number="A-77", opened_on=DAY, by=None, now=NOW)
    install_meter(location=shop.locations.get(), serial_number="M-77", by=None, now=NOW)
    assert list(find_customers(company=company, words=words)) == ([shop] if found else [])


def test_a_telephone_has_the_customers_who_use_it_and_no_others(company, shop):
    register_customer(company=company, number="C-2", name="另一人", phone="13800000002", now=NOW)
    other = house(code="V", roles=()).company
    register_customer(company=other, number="C-3", name="外司客户", phone="13800000001", now=NOW)
    for phone, found in (
        ("13800000001", [shop]),
        ("13900000001", [shop]),
        ("13800000003", []),
        ("", []),
    ):
        assert by_phone(company=company, phone=phone) == found


def test_another_companys_customer_does_not_exist(shop):
    other = house(code="U", roles=()).company
    assert not find_customers(company=other, words="C-1").exists()
    assert numbered(company=other, pk=shop.pk) is None


def test_a_further_number_leads_to_its_customer(company, shop):
    assert by_phone(company=company, phone="13900000001") == [shop]


def test_a_stranger_asks_so_often_and_no_more(db):
    asked = {"case:1": 2, "address:9": 99}
    assert [may_ask(what=asked, now=NOW) for _ in range(3)] == [True, True, False]
    assert may_ask(what={"case:2": 2}, now=NOW)
    assert may_ask(what=asked, now=NOW + WITHIN)


def test_a_right_answer_does_not_count(db):
    for _ in range(5):
        assert may_ask(what={"case:1": 1}, now=NOW)
        was_right(what={"case:1": 1})
