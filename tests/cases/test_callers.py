"""Who calls: the customer, what runs, who was there, what is off; and contacts without a case."""

from datetime import timedelta

import pytest

from chengnuo.cases.intake.callers import caller, outages_at, visiting_forms
from chengnuo.cases.intake.contacts import IncomingCall, note_contact
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case, Contact
from chengnuo.customers.queries import by_phone
from chengnuo.customers.services import register_customer, register_location
from chengnuo.ledger.queries import history, verify
from tests.companies import house
from tests.packs.shipped import shipped
from tests.rules.world import at
from tests.submitting import fill_case

NOW = at("2026-03-09 10:00")
PHONE = "13800000001"
HERE = "示例市示例路1号1单元101室"


@pytest.fixture
def firm(db):
    return house("gas-company")


@pytest.fixture
def pack():
    return shipped("gas-company").pack


def take(firm, service="indoor-fault", when=NOW, token="", **more):
    request = Request(
        service=service, channel="phone", narrative="打不着火", token=token or f"{service}{when}",
        contact_phone=more.pop("phone", PHONE), **more,
    )  # fmt: skip
    company = firm.again()
    return lodge(company=company, request=request, at=when, now=when, by=firm.people["agent"])


def every(case) -> bool:
    return True


def known(firm, pack, now=NOW, **chosen):
    customers = by_phone(company=firm.company, phone=PHONE)
    return caller(
        company=firm.company, phone=PHONE, customers=customers, pack=pack, now=now,
        chosen=chosen.get("chosen"), sees=chosen.get("sees", every),
    )  # fmt: skip


def test_cases_of_the_number_and_of_the_customer_belong_to_the_caller(firm, pack):
    customer = register_customer(
        company=firm.company, number="K1", name="演示客户甲", phone=PHONE, address=HERE, now=NOW
    )
    by_number = take(firm)
    of_customer = take(firm, phone="13900000009", customer=customer, token="other-phone")
    take(firm, phone="13900000008", token="a-stranger")
    told = known(firm, pack, chosen=customer)
    assert {o.case for o in told.open} == {by_number, of_customer}
    assert [p.location.address for p in told.premises] == [HERE]
    assert all(o.promise is not None for o in told.open)


def test_the_promise_due_soonest_is_the_one_shown(firm, pack):
    case = take(firm)
    (matter,) = known(firm, pack).open
    running = case.docket.obligations.filter(act_by__isnull=False).order_by("act_by")
    assert matter.promise == running.first()


def test_what_is_older_than_thirty_days_is_no_repetition(firm, pack):
    take(firm, when=NOW - timedelta(days=31))
    take(firm, when=NOW - timedelta(days=2))
    take(firm, service="service-complaint", when=NOW - timedelta(days=1))
    told = known(firm, pack)
    assert (told.times, sorted(told.about)) == (2, [("indoor-fault", 1), ("service-complaint", 1)])


def test_calls_without_a_case_count_as_calls(firm, pack):
    note(firm, now=NOW)
    assert known(firm, pack).times == 1


def test_calls_about_a_running_case_count_as_calls_and_the_one_that_brought_it_once(firm, pack):
    case = take(firm, call=IncomingCall())
    note(firm, NOW + timedelta(hours=1), case=case)
    assert known(firm, pack).times == 2


def test_calls_about_a_case_that_is_closed_to_the_viewer_are_not_told(firm, pack):
    case = take(firm, call=IncomingCall())
    note(firm, NOW + timedelta(hours=1), case=case)
    assert known(firm, pack, sees=lambda _: False).times == 0


def test_a_visit_is_a_form_that_tells_of_somebody_there(firm, pack):
    assert set(visiting_forms(pack)) >= {
        f for f, s in pack.forms.items() if any(e.event == "crew.arrived" for e in s.emits)
    }
    assert "acceptance-form" not in visiting_forms(pack)


def test_the_last_visits_are_told_with_their_day(db):
    firm, pack = house("water-company"), shipped("water-company").pack
    request = Request(
        service="pipe-repair", channel="phone", narrative="漏水", token="burst-1",
        contact_phone=PHONE, facts={"area": "urban"},
    )  # fmt: skip
    by = firm.people["hotline-agent"]
    case = lodge(company=firm.again(), request=request, at=NOW, now=NOW, by=by)
    form = next(f for f in visiting_forms(pack) if "emergency" in pack.forms[f].processes)
    raw = {
        one.id: "true" if one.type in ("tick", "flag") else f"{NOW:%Y-%m-%dT%H:%M}"
        for one in pack.forms[form].fields
        if one.required and one.type in ("tick", "flag", "moment")
    }
    raw |= {"crew": "演示抢修班", "place": "示例市示例路1号"}
    later = NOW + timedelta(minutes=20)
    fill_case(case, form, raw, token="arrived-1", by=firm.people["network"], now=later)
    assert [v.form for v in known(firm, pack).visits] == [form]


# -- outages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("示例市示例路1号", True),
        ("示例路（全段）", True),
        ("示例市示例区示例路1号2单元", True),
        ("示例市示例区示例路30号门口", False),
        ("示例路", False),
        ("示例市另一路1号", False),
        ("", False),
    ],
)
def test_an_outage_is_near_at_the_same_house_or_along_all_of_its_street(firm, pack, where, told):
    take(firm, service="planned-outage", address=where)
    found = outages_at(company=firm.company, address=HERE, pack=pack, sees=every)
    assert bool(found) is told


@pytest.mark.parametrize(
    ("stopped", "asked", "told"),
    [
        ("示例路与示例街交叉口", "示例街/示例路路口", True),
        ("示例路与示例街交叉口", "示例路与另一街交叉口", False),
        ("阳光小区3栋", "示例市阳光小区8栋2单元", True),
        ("阳光小区3栋", "月光小区3栋", False),
    ],
)
def test_an_outage_is_near_at_the_same_crossing_or_estate(firm, pack, stopped, asked, told):
    take(firm, service="planned-outage", address=stopped)
    found = outages_at(company=firm.company, address=asked, pack=pack, sees=every)
    assert bool(found) is told


@pytest.mark.parametrize(("latitude", "told"), [(31.0012, True), (31.0015, False)])
def test_an_outage_is_near_within_150_metres(firm, pack, latitude, told):
    there = register_location(company=firm.company, address="甲", latitude=31.0, longitude=121.0)
    here = register_location(company=firm.company, address="乙", latitude=latitude, longitude=121.0)
    take(firm, service="planned-outage", address="甲", location=there)
    found = outages_at(company=firm.company, address="乙", pack=pack, sees=every, location=here)
    assert bool(found) is told


def test_only_running_matters_that_stop_supply_are_outages(firm, pack):
    take(firm, service="service-complaint", address=HERE)
    over = take(firm, service="planned-outage", address=HERE)
    Case.objects.filter(pk=over.pk).update(closed_at=NOW)
    assert not outages_at(company=firm.company, address=HERE, pack=pack, sees=every)


def test_when_supply_comes_back_is_a_fact_of_the_case(firm, pack):
    back = NOW + timedelta(hours=6)
    take(firm, service="planned-outage", address=HERE, facts={"supply_back_at": back})
    (outage,) = outages_at(company=firm.company, address=HERE, pack=pack, sees=every)
    assert outage.back_at == back


def test_an_address_without_a_street_is_near_nothing(firm, pack):
    take(firm, service="planned-outage", address=HERE)
    for nowhere in ("", "1号", "5"):
        assert not outages_at(company=firm.company, address=nowhere, pack=pack, sees=every)


# -- contacts --------------------------------------------------------------------------------------


def note(firm, now, **more):
    told = {"channel": "phone", "answer": "打错电话", "phone": PHONE, **more}
    return note_contact(company=firm.again(), by=firm.people["agent"], now=now, **told)


def test_a_case_brings_its_contact_in_the_same_breath(firm):
    case = take(firm, call=IncomingCall(language="en", rang=9))
    contact = Contact.objects.get()
    assert (contact.case, contact.rang, contact.language) == (case, 9, "en")
    assert (contact.at, contact.agent) == (NOW, firm.people["agent"])
    assert [e.kind for e in history(subject=case.docket_id)] == ["case.lodged"]
    assert verify(organisation_id=firm.company.pk) == []


def test_a_matter_that_nobody_took_down_brings_none(firm):
    take(firm)
    assert not Contact.objects.exists()


def test_a_double_click_is_one_case_and_one_contact(firm):
    take(firm, call=IncomingCall(), token="twice")
    take(firm, call=IncomingCall(), token="twice")
    assert Contact.objects.count() == 1


def test_the_same_words_within_two_minutes_are_one_contact(firm):
    first = note(firm, NOW)
    assert note(firm, NOW + timedelta(seconds=90)) == first
    assert note(firm, NOW + timedelta(minutes=3)) != first
    assert Contact.objects.count() == 2
    assert verify(organisation_id=firm.company.pk) == []
