"""Duties: one obligation per period and subject, opened once, kept by a form, broken if missed."""

import pytest

from chengnuo.customers.models import ServiceLocation
from chengnuo.customers.services import register_customer
from chengnuo.ledger.models import OutboxMessage
from chengnuo.obligations.duties import open_periods
from chengnuo.obligations.models import Breach, Docket, Evidence, Obligation
from chengnuo.obligations.services import install
from chengnuo.people.services import found_organisation
from chengnuo.submissions.checks import FormHasErrors, NoSuchForm
from tests.companies import LONG_AGO, House, house, rule, small_pack
from tests.obligations.matter import Matter, let_pass
from tests.rules.world import at
from tests.submitting import fill

MONTHLY = "kind: recurring, every: month, by: {day: 15}, in: next, stop: bulletin.sent"


@pytest.fixture
def firm(db, tmp_path):
    return house(small_pack(tmp_path, rule("bulletin", f"{MONTHLY}, owed_by: service")))


def periods(name="bulletin"):
    rows = Obligation.objects.filter(rule=name).order_by("due_at")
    return list(rows.values_list("turn", flat=True))


def send(firm: House, moment, token="t", form="bulletin", **raw):
    docket = Docket.objects.get(subject_kind="organisation")
    raw = raw or {"figure": "3"}
    return fill(docket.pk, form, raw, token=token, by=firm.people["service"], now=at(moment))


def test_a_period_is_opened_once_however_often_one_looks(firm):
    assert open_periods(now=at("2026-03-20 10:00")) == 1
    assert open_periods(now=at("2026-03-20 10:01")) == 0
    held = Obligation.objects.get()
    assert (held.turn, held.due_at) == ("2026-03", at("2026-04-15 24:00"))
    assert held.unit_id == firm.units["service"].pk
    assert Docket.objects.get().subject == str(firm.company.pk)


def test_what_is_still_owed_for_the_last_period_is_opened_beside_the_one_that_began(firm):
    open_periods(now=at("2026-04-05 10:00"))
    assert periods() == ["2026-03", "2026-04"]


def test_periods_missed_while_no_worker_ran_are_opened_and_broken_at_their_moments(firm):
    open_periods(now=at("2026-01-20 10:00"))
    open_periods(now=at("2026-04-20 10:00"))
    assert periods() == ["2026-01", "2026-02", "2026-03", "2026-04"]
    let_pass("2026-04-20 10:00")
    broken = Breach.objects.order_by("broken_at").values_list("broken_at", flat=True)
    assert list(broken) == [
        at("2026-02-15 24:00"),
        at("2026-03-15 24:00"),
        at("2026-04-15 24:00"),
    ]


def test_a_deed_within_two_years_of_the_last(db, tmp_path):
    words = "kind: recurring, since_last: {amount: 2, unit: year}, stop: bulletin.sent, "
    firm = house(small_pack(tmp_path, rule("inspected", f"{words} owed_by: service")))

    def due():
        rows = Obligation.objects.filter(rule="inspected").order_by("start_at")
        return [(row.start_at, row.due_at, row.kept_at is not None) for row in rows]

    open_periods(now=at("2026-03-20 10:00"))
    open_periods(now=at("2026-03-21 10:00"))
    first = (at("2026-03-20 10:00"), at("2028-03-20 24:00"))
    assert due() == [(*first, False)]
    send(firm, "2027-05-04 11:00")
    open_periods(now=at("2027-05-04 11:01"))
    open_periods(now=at("2027-05-04 11:02"))
    assert due() == [(*first, True), (at("2027-05-04 11:00"), at("2029-05-04 24:00"), False)]
    let_pass("2029-05-06 10:00")
    assert [b.broken_at for b in Breach.objects.all()] == [at("2029-05-04 24:00")]
    open_periods(now=at("2029-05-06 11:00"))
    assert len(due()) == 2  # it is still owed, and late: nothing new begins before it is done


def test_a_message_about_a_duty_names_the_unit_that_owes_it(firm):
    open_periods(now=at("2026-01-20 10:00"))
    let_pass("2026-02-20 10:00")
    unit = firm.units["service"]
    told = [m.payload for m in OutboxMessage.objects.filter(payload__kind="broken")]
    assert told
    assert all(f"：{unit.name_zh}“" in one["zh"] for one in told)
    assert all(f": {unit.name_en or unit.name_zh} “" in one["en"] for one in told)


def test_one_deed_keeps_the_oldest_open_period(firm):
    open_periods(now=at("2026-01-20 10:00"))
    open_periods(now=at("2026-02-20 10:00"))
    send(firm, "2026-02-20 11:00")
    first, second = Obligation.objects.order_by("due_at")
    assert first.kept_at == at("2026-02-20 11:00")
    assert first.broken_at == at("2026-02-15 24:00"), "late is late"
    assert (second.kept_at, second.broken_at) == (None, None)


def test_the_same_form_sent_twice_counts_once(firm):
    open_periods(now=at("2026-01-20 10:00"))
    open_periods(now=at("2026-02-20 10:00"))
    first = send(firm, "2026-02-20 11:00", token="same")
    assert send(firm, "2026-02-20 11:00", token="same") == first
    assert Evidence.objects.count() == 1
    assert Obligation.objects.filter(kept_at__isnull=False).count() == 1


def test_a_wrong_form_comes_back_with_its_errors(firm):
    open_periods(now=at("2026-03-20 10:00"))
    with pytest.raises(FormHasErrors) as error:
        send(firm, "2026-03-20 11:00", figure="many")
    assert "figure" in error.value.filled.errors
    assert Evidence.objects.count() == 0


def test_only_the_forms_of_duties_fill_duties(firm):
    open_periods(now=at("2026-03-20 10:00"))
    for form in ("repaired", "no-such-form"):
        with pytest.raises(NoSuchForm):
            send(firm, "2026-03-20 11:00", form=form)
    leak = Matter(firm, "leak", "2026-03-20 10:00")
    told = {"by": firm.people["service"], "now": at("2026-03-20 11:00")}
    with pytest.raises(NoSuchForm):
        fill(leak.pk, "bulletin", {"figure": "1"}, token="x", **told)


def test_each_unit_of_a_role_owes_its_own(db, tmp_path):
    words = f"{MONTHLY}, each: network, owed_by: network"
    firm = house(small_pack(tmp_path, rule("bulletin", words)))
    open_periods(now=at("2026-03-20 10:00"))
    held = Obligation.objects.get()
    assert held.docket.subject == str(firm.units["network"].pk)
    assert held.unit_id == firm.units["network"].pk


def test_each_premises_of_a_customer_is_a_subject(db):
    """S0.1 §4.3.2(1): a shop with two addresses has each of them inspected twice a year."""
    firm = house("gas-company")
    shop, home = (
        register_customer(
            company=firm.company, number=number, name=number, now=LONG_AGO, customer_class=kind
        )
        for number, kind in (("K1", "commercial_industrial"), ("K2", "residential"))
    )
    places = [
        ServiceLocation.objects.create(organisation=firm.company, customer=shop, address=address)
        for address in ("示例路1号", "示例路2号")
    ]
    open_periods(now=at("2026-03-20 10:00"))
    held = Obligation.objects.filter(rule="business-inspected-twice")
    subjects = held.values_list("docket__subject", flat=True)
    assert sorted(subjects) == sorted(f"K1/{place.pk}" for place in places)
    alone = Obligation.objects.get(rule="home-inspected-once").docket
    assert (alone.subject_kind, alone.subject) == ("customer", home.number), "no premises recorded"
    open_periods(now=at("2026-03-21 10:00"))
    assert held.count() == len(places), "opened once"


def test_customers_of_a_class_are_subjects(db, tmp_path):
    words = (
        "kind: recurring, every: half_year, subject: customer, stop: bulletin.sent, "
        "when: {customer_class: [key]}"
    )
    fact = (
        "facts: {customer_class: {type: choice, title: {zh: 类别, en: Class}, "
        "values: {key: {zh: 大客户, en: Key}, residential: {zh: 居民, en: Residential}}}}"
    )
    place = tmp_path / "small-c"
    place.mkdir()
    (place / "facts.yaml").write_text(fact, encoding="utf-8")
    firm = house(small_pack(tmp_path, rule("inspected", words), version="c"))
    for number, kind in (("K1", "key"), ("R1", "residential"), ("K2", "key")):
        register_customer(
            company=firm.company, number=number, name=number, now=LONG_AGO, customer_class=kind
        )
    assert open_periods(now=at("2026-03-20 10:00")) == 2
    subjects = Docket.objects.order_by("subject").values_list("subject_kind", "subject")
    assert list(subjects) == [("customer", "K1"), ("customer", "K2")]
    assert open_periods(now=at("2026-03-21 10:00")) == 0
    register_customer(
        company=firm.company, number="K3", name="K3", now=LONG_AGO, customer_class="key"
    )
    assert open_periods(now=at("2026-03-22 10:00")) == 1


def test_a_duty_of_the_group_is_not_opened_again_in_each_company(db, tmp_path):
    pack = small_pack(tmp_path, rule("bulletin", f"{MONTHLY}, owed_by: service"))
    group = house(pack, code="G", roles=("service",))
    house(pack, code="C", parent=group.company, roles=("network",))
    open_periods(now=at("2026-03-20 10:00"))
    assert list(Docket.objects.values_list("organisation_id", flat=True)) == [group.company.pk]


def test_several_times_a_period_are_counted(db, tmp_path):
    words = "kind: recurring, every: month, count: 2, stop: bulletin.sent, owed_by: service"
    firm = house(small_pack(tmp_path, rule("bulletin", words)))
    open_periods(now=at("2026-03-02 10:00"))
    send(firm, "2026-03-03 10:00", token="1")
    held = Obligation.objects.get()
    assert (held.done, held.kept_at) == (1, None)
    send(firm, "2026-03-04 10:00", token="2")
    held.refresh_from_db()
    assert (held.done, held.kept_at) == (2, at("2026-03-04 10:00"))


# -- a new regulation ------------------------------------------------------------------------------


def test_duties_follow_the_regulation_in_force_from_period_to_period(firm, tmp_path):
    open_periods(now=at("2026-03-20 10:00"))
    sooner = rule("bulletin", MONTHLY.replace("day: 15", "day: 5") + ", owed_by: service")
    install(loaded=small_pack(tmp_path, sooner, version="2", begins="2026-04-01"), now=LONG_AGO)
    open_periods(now=at("2026-04-02 10:00"))
    march, april = Obligation.objects.order_by("due_at")
    assert march.due_at == at("2026-04-15 24:00"), "what was open keeps its moment"
    assert april.due_at == at("2026-05-05 24:00")


def test_a_duty_that_the_new_regulation_dropped_ends_and_its_breaches_stay(db, tmp_path):
    both = rule("bulletin", MONTHLY) + rule("report", MONTHLY)
    firm = house(small_pack(tmp_path, both))
    open_periods(now=at("2026-02-20 10:00"))
    open_periods(now=at("2026-03-20 10:00"))
    install(
        loaded=small_pack(tmp_path, rule("bulletin", MONTHLY), version="2", begins="2026-04-01"),
        now=LONG_AGO,
    )
    open_periods(now=at("2026-04-02 10:00"))
    dropped = {o.turn: o for o in Obligation.objects.filter(rule="report")}
    assert dropped["2026-02"].broken_at == at("2026-03-15 24:00")
    assert dropped["2026-02"].voided_at == dropped["2026-03"].voided_at == at("2026-04-02 10:00")
    assert dropped["2026-03"].broken_at is None
    assert Breach.objects.filter(rule="report").count() == 1
    let_pass("2026-05-20 10:00")
    open_periods(now=at("2026-05-20 10:00"))
    assert periods("report") == ["2026-02", "2026-03"]
    assert periods()[-1] == "2026-05"
    assert firm.roster


def test_the_companies_of_a_group_each_owe_what_they_inherit(db):
    """The power grid's method is a pack of its own; its subsidiary's extends it."""
    group = house("power-grid", code="PG")
    below = house("power-subsidiary", code="PS", parent=group.company)
    open_periods(now=at("2026-03-20 10:00"))
    mine = Obligation.objects.filter(organisation=below.company)
    assert mine.exists()
    assert Obligation.objects.filter(organisation=group.company).exists()
    assert not mine.filter(docket__organisation=group.company).exists()


def test_opening_again_asks_little_of_the_database(firm, django_assert_max_num_queries):
    found_organisation(code="other", name_zh="他", name_en="Other", kind="company", now=LONG_AGO)
    open_periods(now=at("2026-03-20 10:00"))
    open_periods(now=at("2026-03-20 10:01"))
    with django_assert_max_num_queries(4):
        open_periods(now=at("2026-03-20 10:02"))
