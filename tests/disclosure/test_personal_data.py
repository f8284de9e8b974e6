"""Personal data: shown masked; a look at it in full is recorded."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from chengnuo.customers.queries import by_phone, of_classes
from chengnuo.customers.services import register_customer
from chengnuo.disclosure.access_log import log_access
from chengnuo.disclosure.masks import masked_address, masked_name, masked_phone
from chengnuo.ledger.queries import history
from tests.companies import house

NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812341234", "138****1234"),
        ("0571-12345678", "057******5678"),
        ("12345678", "******78"),
        ("1234567", "******7"),
        ("110", "***"),
        ("", ""),
    ],
)
def test_a_telephone_number_can_be_recognised_and_not_called(phone, shown):
    assert masked_phone(phone) == shown


@pytest.mark.parametrize(
    ("name", "shown"), [("张三丰", "张**"), ("李四", "李*"), ("", ""), ("Smith", "S****")]
)
def test_of_a_name_the_first_character_stays(name, shown):
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("示例市示例路12号3单元401室", "示例市示例路12号3***" + "***"),
        ("一号楼三室", "一号楼**"),
        ("", ""),
    ],
)
def test_of_an_address_the_door_is_hidden(address, shown):
    assert masked_address(address) == shown
    assert not address or masked_address(address) != address


def test_a_look_in_full_is_recorded_with_its_reason(db):
    firm, subject = house("water-company", roles=()), uuid4()
    log_access(viewer=firm.top, subject=subject, what="phone", why="回访", now=NOW)
    (entry,) = history(subject=subject)
    assert (entry.kind, entry.actor_id) == ("personal_data.seen", firm.top.pk)
    assert entry.data == {"what": "phone", "why": "回访"}


def test_customers_are_found_in_their_own_company_alone(db):
    firm = house("water-company", roles=())
    other = house("water-company", code="U", roles=())
    for company, number in ((firm.company, "1"), (firm.company, "2"), (other.company, "1")):
        register_customer(
            company=company, number=number, name="甲", phone="13800000138", now=NOW, address="一号"
        )
    found = by_phone(company=firm.company, phone="13800000138")
    assert [c.number for c in found] == ["1", "2"]
    assert [place.address for place in found[0].locations.all()] == ["一号"]
    assert len(of_classes(company=other.company, classes=[])) == 1
    assert of_classes(company=other.company, classes=["key"]) == []
