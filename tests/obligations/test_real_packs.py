"""The clauses people argue about, run in the database as the shipped packs have them."""

import pytest

from chengnuo.obligations.duties import open_periods
from chengnuo.obligations.models import Breach, Obligation
from chengnuo.obligations.services import RefusedByRule
from chengnuo.people.services import choose_setting
from chengnuo.submissions.checks import FormHasErrors
from tests.companies import LONG_AGO, house
from tests.obligations.matter import Matter, let_pass
from tests.rules.world import at
from tests.submitting import fill

# -- S1.2: five days beside 1 + 3 + 2 working days (A-01) ------------------------------------------


@pytest.fixture
def appliances(db):
    return house("gas-appliance")


def test_five_days_run_beside_the_steps_and_the_earlier_governs_the_desk(appliances):
    """Taken in on Thursday before a weekend: the steps would end after the fifth day."""
    opinion = Matter(appliances, "customer-opinion", "2026-03-12 10:00", channel="phone")
    assert opinion["replied-in-five-days"].due_at == at("2026-03-17 24:00")
    assert opinion["order-handed-over"].due_at == at("2026-03-13 17:30")
    assert opinion["order-handed-over"].act_by == at("2026-03-13 17:30"), "its own is the earlier"
    opinion.happens("opinion.recorded", "2026-03-12 10:30")
    opinion.happens("case.handed_over", "2026-03-13 17:00")
    handled = opinion["order-handled"]
    assert handled.due_at == at("2026-03-18 17:30"), "three working days"
    assert handled.act_by == at("2026-03-17 24:00"), "the fifth day comes first"
    let_pass("2026-03-18 12:00")
    assert [b.rule for b in opinion.breaches()] == ["replied-in-five-days"]


def test_a_company_may_read_five_days_as_working_days(appliances):
    choose_setting(
        company=appliances.company, name="five-days", value="working_day", by=None, now=LONG_AGO
    )
    opinion = Matter(appliances, "customer-opinion", "2026-03-12 10:00", channel="phone")
    assert opinion["replied-in-five-days"].due_at == at("2026-03-19 17:30")


def test_the_task_order_comes_before_the_hand_over(appliances):
    opinion = Matter(appliances, "customer-opinion", "2026-03-12 10:00", channel="phone")
    with pytest.raises(RefusedByRule) as refused:
        opinion.happens("case.handed_over", "2026-03-12 10:10")
    (why,) = refused.value.refusals
    assert why.rule == "no-handover-without-order"
    assert "四.1" in why.clause.zh


def test_what_the_handling_unit_owes_moves_with_the_case(appliances):
    opinion = Matter(appliances, "customer-opinion", "2026-03-12 10:00", channel="phone")
    opinion.happens("opinion.recorded", "2026-03-12 10:30")
    first, second = (appliances.units[r].pk for r in ("cs-centre", "maintenance"))
    opinion.happens("case.handed_over", "2026-03-12 11:00", handling_unit=first)
    due = opinion["order-handled"].due_at
    assert opinion["order-handled"].unit_id == opinion["replied-in-five-days"].unit_id == first
    opinion.happens("case.handed_over", "2026-03-12 15:00", handling_unit=second)
    assert opinion["order-handled"].unit_id == opinion["replied-in-five-days"].unit_id == second
    assert opinion["order-handled"].due_at == due, "handing on gains no time"


# -- S0.1: the gas company -------------------------------------------------------------------------


@pytest.fixture
def gas(db):
    return house("gas-company")


def test_who_disputes_the_reply_has_complained_again(gas):
    complaint = Matter(gas, "service-complaint", "2026-03-09 10:00")
    assert complaint["complaint-responded"].due_at == at("2026-03-10 10:00")
    assert complaint["complaint-replied"].due_at == at("2026-03-12 24:00")
    complaint.happens("complaint.responded", "2026-03-09 12:00")
    complaint.happens("complaint.replied", "2026-03-14 09:00")
    complaint.happens("case.disputed", "2026-03-14 15:00")
    late, again = complaint["complaint-replied#1"], complaint["complaint-replied#2"]
    assert (late.broken_at, late.kept_at) == (at("2026-03-12 24:00"), at("2026-03-14 09:00"))
    assert (again.due_at, again.kept_at) == (at("2026-03-17 24:00"), None)
    assert Breach.objects.count() == 1


@pytest.mark.parametrize(
    ("area", "due"), [("urban", "2026-02-16 23:40"), ("remote", "2026-02-17 00:00")]
)
def test_an_alarm_on_new_years_eve_runs_by_minutes(gas, area, due):
    """除夕: minutes know neither holidays nor midnight."""
    alarm = Matter(gas, "emergency-alarm", "2026-02-16 23:10", area=area)
    keys = alarm.keys()
    arrival = next(key for key in keys if alarm[key].due_at == at(due))
    let_pass("2026-02-17 00:30")
    assert alarm[arrival].broken_at == at(due)


def test_an_agreed_visit_replaces_the_24_hours(gas):
    fault = Matter(gas, "indoor-fault", "2026-03-09 10:00")
    assert fault["indoor-fault-visited"].due_at == at("2026-03-10 10:00")
    fault.happens("appointment.agreed", "2026-03-09 10:05", agreed_at=at("2026-03-13 15:00"))
    assert fault["indoor-fault-visited"].due_at == at("2026-03-13 15:00")
    let_pass("2026-03-11 10:00")
    assert "indoor-fault-visited" not in [b.rule for b in fault.breaches()]


# -- S3.1: the water company -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "due"), [("38h", "2026-03-10 23:00"), ("48h", "2026-03-11 09:00")]
)
def test_exactly_dn800_belongs_where_the_company_says(db, choice, due):
    water = house("water-company")
    choose_setting(company=water.company, name="dn800", value=choice, by=None, now=LONG_AGO)
    leak = Matter(water, "pipe-repair", "2026-03-09 09:00", diameter_mm=800, area="urban")
    assert leak["pipe-repaired"].due_at == at(due)


# -- S5: group and subsidiary ----------------------------------------------------------------------


def test_a_subsidiary_works_by_the_words_of_the_group_where_it_has_none_of_its_own(db):
    group = house("power-grid", code="PG")
    below = house("power-subsidiary", code="PS", parent=group.company)
    fault = Matter(below, "fault-repair", "2026-03-09 10:00")
    assert fault.keys()
    assert fault.is_sound()
    assert all(o.unit_id for o in fault.docket.obligations.all())


def test_a_bad_result_of_a_duty_starts_what_the_text_attaches_to_it(db):
    """S4.1 4.4: a supply unit that missed its indicators is named in a notice."""
    group = house("power-grid", code="PG")
    below = house("power-subsidiary", code="PS", parent=group.company)
    open_periods(now=at("2026-03-09 09:00"))
    docket = Obligation.objects.get(
        rule="supply-unit-assessed", docket__organisation=below.company
    ).docket
    held = below.people["marketing"]

    def fills(form: str, when: str, **raw: str) -> None:
        fill(docket.pk, form, raw, token=form, by=held, now=at(when))

    assessed = {"unit": "城东供电所", "year": "2026", "results": "未达标", "passed": "no"}
    fills("unit-assessment-entry", "2026-03-10 10:00", **assessed)
    kept, owed = docket.obligations.order_by("start_at").filter(
        rule__in=("supply-unit-assessed", "failing-unit-named")
    )
    assert (kept.rule, kept.kept_at) == ("supply-unit-assessed", at("2026-03-10 10:00"))
    assert (owed.rule, owed.kept_at) == ("failing-unit-named", None)
    assert owed.unit_id == below.units["marketing"].pk
    with pytest.raises(FormHasErrors, match="notice"):
        fills("notice-entry", "2026-03-11 10:00", unit="城东供电所", indicator="接通率",
              target="95%", actual="80%", circulated_on="2026-03-11")  # fmt: skip
