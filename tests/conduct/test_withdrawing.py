"""A proceeding that should not have been started: it is withdrawn with a reason, and stays."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from chengnuo.conduct.models import Deduction, Proceeding
from chengnuo.conduct.queries import Stage, by_breach, stage_of
from chengnuo.conduct.services import give_opinion, open_on_breach, rebut, serve
from chengnuo.conduct.signing import sign_off
from chengnuo.conduct.withdrawing import withdraw
from chengnuo.doors.jobs.deliver import deliver
from chengnuo.people.models import Message
from chengnuo.rules.refusing import NotYours, Refused
from tests.companies import house
from tests.conduct.matters import as_stated, breach_of, decide, opinion_of, passed_on
from tests.rules.world import at

WHY = "停水期间无法上门，经核实不属违诺"


@pytest.fixture
def firm(db):
    return house("gas-appliance")


@pytest.fixture
def breach(firm):
    case = opinion_of(firm)
    passed_on(firm, case)
    return breach_of(case)


@pytest.fixture
def proceeding(firm, breach):
    return open_on_breach(
        breach=breach, by=firm.people["cs-manager"], now=at("2026-03-20 10:00"), reason="超期未办"
    )


def ended(proceeding, who, reason=WHY, moment="2026-03-20 12:00"):
    return withdraw(proceeding=proceeding, by=who, reason=reason, now=at(moment))


def test_it_ends_and_stays_on_record_and_nothing_falls_on_anybody(firm, proceeding):
    row = ended(proceeding, firm.people["hr"])
    assert (stage_of(row), row.withdrawn_by, row.withdrawn_why, row.reason) == (
        Stage.WITHDRAWN, firm.people["hr"], WHY, "超期未办",
    )  # fmt: skip
    row.case.refresh_from_db()
    assert row.case.closed_at is not None
    assert not row.case.docket.obligations.filter(kept_at=None, voided_at=None).exists()
    assert ended(row, firm.people["hr"], "又一次").withdrawn_why == WHY, "twice is once"
    with pytest.raises(DatabaseError), transaction.atomic():
        Proceeding.objects.filter(pk=row.pk).update(withdrawn_why="改写")


@pytest.mark.parametrize(
    ("role", "why", "refused"),
    [
        ("technician", WHY, NotYours),  # it concerns him
        ("maintenance", WHY, NotYours),
        ("agent", WHY, NotYours),
        ("hr", " ", Refused),  # without a reason
    ],
)
def test_who_may_not_and_not_without_a_reason(firm, proceeding, role, why, refused):
    with pytest.raises(refused):
        ended(proceeding, firm.people[role], why)
    proceeding.refresh_from_db()
    assert proceeding.withdrawn_at is None


def test_after_it_nothing_more_is_said_or_signed(firm, proceeding):
    serve(proceeding=proceeding, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    ended(proceeding, firm.people["hr"])
    part = proceeding.parts.filter(staff=firm.people["technician"]).get()
    later = at("2026-03-21 09:00")
    with pytest.raises(Refused):
        rebut(part=part, by=firm.people["technician"], words="配件缺货", now=later)
    with pytest.raises(Refused):
        give_opinion(
            proceeding=proceeding, unit=firm.units["technician"], by=firm.people["technician"],
            words="属实", now=later,
        )  # fmt: skip
    with pytest.raises(Refused, match="withdrawn"):
        sign_off(
            proceeding=proceeding, verdict=as_stated(proceeding), by=firm.people["hr"], now=later
        )
    assert not Deduction.objects.exists()


def test_those_it_was_served_on_are_told_why(firm, proceeding):
    serve(proceeding=proceeding, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    ended(proceeding, firm.people["hr"])
    deliver(now=at("2026-03-21 12:00"))
    told = Message.objects.filter(staff=firm.people["technician"], kind="withdrawn").get()
    assert WHY in told.text_zh


def test_what_is_signed_is_not_withdrawn(firm, proceeding):
    serve(proceeding=proceeding, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    decide(proceeding, firm)
    now = at("2026-03-27 09:00")
    sign_off(proceeding=proceeding, verdict=as_stated(proceeding), by=firm.people["hr"], now=now)
    with pytest.raises(Refused, match="signed"):
        ended(proceeding, firm.people["hr"], moment="2026-03-27 10:00")


def test_the_same_breach_may_be_opened_anew_by_somebody(firm, breach, proceeding):
    ended(proceeding, firm.people["hr"])
    assert by_breach(breaches=[breach]) == {}
    again = open_on_breach(
        breach=breach, by=firm.people["hr"], now=at("2026-03-21 10:00"), reason="复核后确认"
    )
    assert again.pk != proceeding.pk
    assert again.case.number != proceeding.case.number
    assert again.digest == proceeding.digest, "the record is the same"
    assert by_breach(breaches=[breach]) == {breach.pk: again}
