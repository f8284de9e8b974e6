"""Two people at the archive at the same moment."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from chengnuo.customers.models import Customer, Meter, UsagePoint
from chengnuo.customers.services import (
    change_customer,
    install_meter,
    open_account,
    register_customer,
)
from chengnuo.disclosure.searching import MOST_MISSES, Asking, TooManyMisses, note_search
from chengnuo.ledger.queries import verify
from chengnuo.people.services import hire
from chengnuo.rules.refusing import MovedOn, Refused
from tests.companies import house
from tests.overlapping import AT_THE_SAME_MOMENT, overlapping

pytestmark = AT_THE_SAME_MOMENT

NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)


@pytest.fixture
def company(transactional_db):
    made = house(roles=()).company
    yield made
    assert verify(organisation_id=made.pk) == [], "the chain of the ledger holds"


@pytest.fixture
def shop(company):
    return register(company, "C-1")


def register(company, number) -> Customer:
    return register_customer(
        company=company, number=number, name="示例餐饮店", now=NOW, address="示例路1号"
    )


def test_a_number_is_given_to_one_customer(company):
    _, told = overlapping(lambda: register(company, "C-7"), lambda: register(company, "C-7"))
    assert isinstance(told, Refused), repr(told)
    assert Customer.objects.count() == 1


def test_a_number_is_given_to_one_account(shop):
    def open_one():
        return open_account(
            customer=shop, number="A-1", opened_on=date(2026, 3, 9), by=None, now=NOW
        )

    _, told = overlapping(open_one, open_one)
    assert isinstance(told, Refused), repr(told)


def test_of_two_who_change_a_file_the_second_is_told(shop):
    def rename(name):
        return lambda: change_customer(
            customer=shop, changes={"name": name}, by=None, now=NOW, version=shop.version
        )

    _, told = overlapping(rename("示例餐饮一店"), rename("示例餐饮二店"))
    assert isinstance(told, MovedOn), repr(told)
    assert Customer.objects.get().name == "示例餐饮一店"


def test_two_meters_hung_at_once_hang_at_two_places(shop):
    premises = shop.locations.get()

    def hang(serial):
        return lambda: install_meter(location=premises, serial_number=serial, by=None, now=NOW)

    overlapping(hang("M-1"), hang("M-2"))
    assert (Meter.objects.count(), UsagePoint.objects.count()) == (2, 2)


def test_of_many_guesses_at_once_no_more_are_answered_than_one_after_the_other(company):
    guesser = hire(badge="T-g", name="试", organisation=company, password="x", now=NOW)

    def guess(number):
        asking = Asking(
            viewer=guesser, posts=(), asked=f"139{number:08d}", may_guess=False, now=NOW,
            zone=ZoneInfo("Asia/Shanghai"),
        )  # fmt: skip
        return lambda: note_search(asking, found=[], missed=True)

    for number in range(MOST_MISSES - 1):
        guess(number)()
    _, told = overlapping(guess(100), guess(101))
    assert isinstance(told, TooManyMisses), repr(told)
