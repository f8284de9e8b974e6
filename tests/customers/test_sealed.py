"""What the database holds of people: nothing that can be read or dialled without the keys."""

import pytest
from django.db import IntegrityError, connection, transaction

from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case, CaseTelephone, CaseWords, Contact
from chengnuo.customers.models import Customer, CustomerPhone
from chengnuo.customers.queries import by_phone, find_customers
from chengnuo.customers.services import Phone, register_customer
from chengnuo.doors.cli.main import main
from chengnuo.vault.keys import kept_in
from tests.companies import house, rule, small_pack
from tests.rules.world import at

NOW = at("2026-03-09 10:00")
TELEPHONES = ("13800001234", "13900005678", "13600007777")
NAMES = ("张三丰", "李四光")
TABLES = (Customer, CustomerPhone, Case, CaseTelephone, CaseWords, Contact)


@pytest.fixture
def firm(db, tmp_path):
    leak = (
        "kind: within, start: case.lodged, stop: repair.completed, limit: {amount: 2, unit: hour}"
    )
    made = house(small_pack(tmp_path, rule("repaired-soon", leak)))
    register_customer(
        company=made.company, number="U1", name="张三丰", phone="+86 138-0000-1234", now=NOW,
        phones=[Phone(number="13900005678", note="妻子")],
    )  # fmt: skip
    request = Request(
        service="leak", channel="phone", narrative="漏水", token="t", contact_name="李四光",
        contact_phone="136 0000 7777",
    )  # fmt: skip
    lodge(company=made.again(), request=request, at=NOW, now=NOW, by=None)
    return made


def stored():
    """Everything in these tables as a copy of the database would show it."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table._meta.db_table}")
            yield from (str(value) for row in cursor.fetchall() for value in row)


def test_no_telephone_and_no_name_stands_in_the_database(firm):
    told = "\n".join(stored())
    assert "漏水" in told, "words of matters are searched by their parts, and stay"
    for secret in (*TELEPHONES, *NAMES, "1234", "三丰", "四光"):
        assert secret not in told


def test_the_code_reads_them_in_the_clear_and_finds_them_by_their_keys(firm):
    person = Customer.objects.get()
    assert (person.name, person.phone) == ("张三丰", "13800001234")
    assert [p.number for p in person.phones.all()] == ["13900005678"]
    case = Case.objects.get()
    assert (case.contact_name, case.contact_phone) == ("李四光", "13600007777")
    for asked in ("138 0000 1234", "13900005678"):
        assert by_phone(company=firm.company, phone=asked) == [person]
    assert list(find_customers(company=firm.company, words="张三丰")) == [person]
    assert list(find_customers(company=firm.company, words="张三")) == []
    assert list(Case.objects.exclude(contact_phone="")) == [case]


@pytest.mark.parametrize(
    "asked", [{"phone": "13800001234"}, {"name__startswith": "张"}, {"phone__in": ["1"]}]
)
def test_a_question_that_could_never_be_answered_is_an_error(firm, asked):
    with pytest.raises(TypeError, match="sealed"):
        Customer.objects.filter(**asked).count()


def test_a_further_number_stands_once_with_a_customer(firm):
    further = CustomerPhone.objects.get()
    further.pk = None
    further.whole = further.number
    with pytest.raises(IntegrityError), transaction.atomic():
        further.save(force_insert=True)


def test_a_rotation_seals_everything_again_and_goes_on_after_an_interruption(
    firm, tmp_path, settings, capsys
):
    ring = tmp_path / "data_keys"
    ring.write_text(settings.DATA_KEYS.source.read_text())
    ring.chmod(0o600)
    settings.DATA_KEYS = kept_in(ring, make=False)
    first = settings.DATA_KEYS.newest
    assert main(["keys", "rotate"]) == 0
    assert settings.DATA_KEYS.newest == first + 1
    told = "\n".join(stored())
    assert f"enc:{first}:" not in told
    assert f"enc:{first + 1}:" in told
    assert Customer.objects.get().name == "张三丰"
    assert main(["keys", "seal"]) == 0, "again: there is nothing left to do"
    assert "0 rows sealed" in capsys.readouterr().out
    assert by_phone(company=firm.company, phone="13800001234"), "keys of search stay"


def test_rows_from_before_are_sealed(firm, capsys):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET phone = '13800001234'")
        cursor.execute("UPDATE customers_customer SET phone_key = '13800001234'")
    assert Customer.objects.get().phone == "13800001234", "readable until then"
    assert main(["keys", "seal"]) == 0
    assert "1 rows sealed" in capsys.readouterr().out
    assert not any(secret in value for value in stored() for secret in TELEPHONES)
    assert by_phone(company=firm.company, phone="13800001234")
