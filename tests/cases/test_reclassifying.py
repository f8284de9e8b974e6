"""A case under the wrong service is moved to the right one; what was owed counts from intake."""

from datetime import timedelta

import pytest

from chengnuo.cases.casework.reclassifying import reclassify
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.ledger.models import Entry
from chengnuo.obligations.models import Breach, Obligation
from chengnuo.obligations.services import RefusedByRule
from tests.companies import house
from tests.rules.world import at

NOON = at("2026-03-09 12:00")


@pytest.fixture
def gas(db, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    return house("gas-company")


def taken(gas, service, **facts):
    request = Request(
        service=service, channel="phone", narrative="厨房有异味", token=service, facts=facts
    )
    return lodge(company=gas.again(), request=request, at=NOON, now=NOON, by=gas.people["agent"])


def move(gas, case, service, *, by, minutes):
    now = NOON + timedelta(minutes=minutes)
    return reclassify(
        case=case, service=service, reason="现场闻到燃气味", by=gas.people[by], now=now
    )


def test_a_leak_taken_as_an_indoor_fault_owes_thirty_minutes_from_the_first_report(gas):
    case = taken(gas, "indoor-fault", area="urban")
    moved = Case.objects.get(pk=move(gas, case, "emergency-alarm", by="technician", minutes=50).pk)
    assert (moved.service, moved.emergency) == ("emergency-alarm", True)
    docket = moved.docket
    assert (docket.service, docket.process) == ("emergency-alarm", "emergency")
    assert docket.handling_unit == gas.units["emergency-crew"]
    owed = Obligation.objects.get(rule="crew-arrives")
    assert (owed.start_at, owed.due_at) == (NOON, NOON + timedelta(minutes=30))
    assert Breach.objects.get().broken_at == owed.due_at
    assert Obligation.objects.get(rule="indoor-fault-visited").voided_at is not None
    entry = Entry.objects.get(kind="case.reclassified")
    assert entry.data["target"] == "emergency-alarm"
    assert entry.data["from"] == "indoor-fault"


def test_who_owes_a_reply_does_not_make_praise_of_the_complaint(gas):
    case = taken(gas, "service-complaint", line="complaint_line")
    with pytest.raises(RefusedByRule, match="never the person who owes it"):
        move(gas, case, "praise-and-suggestion", by="cs-department", minutes=10)
    assert Case.objects.get().service == "service-complaint"


@pytest.mark.parametrize("service", ["routine-enquiry", "water-quality"])
def test_who_owes_a_repair_does_not_leave_it_for_what_others_owe_earlier(db, service):
    """The desk's first reply there was due within the hour; the network's own day is not over."""
    water = house("water-company")
    request = Request(
        service="no-water", channel="phone", narrative="无水", token="w", facts={"area": "urban"}
    )
    by = water.people["hotline-agent"]
    case = lodge(company=water.again(), request=request, at=NOON, now=NOON, by=by)
    with pytest.raises(RefusedByRule, match="never the person who owes it"):
        move(water, case, service, by="network", minutes=1200)
    assert Obligation.objects.get(rule="network-feedback").voided_at is None
    move(water, case, service, by="acceptance-supervisor", minutes=1210)


def test_but_praise_becomes_a_complaint_in_the_same_hands(gas):
    case = taken(gas, "praise-and-suggestion")
    moved = move(gas, case, "service-complaint", by="agent", minutes=10)
    owed = Obligation.objects.get(docket=moved.docket, rule="complaint-responded")
    assert owed.due_at == NOON + timedelta(hours=24)


@pytest.mark.parametrize("service", ["accountability", "shift-change", "complaint", "nonsense"])
def test_only_to_what_such_a_case_can_be(gas, service):
    """Not to what only some may know of, nor an internal matter, nor a mere branch of the tree."""
    case = taken(gas, "praise-and-suggestion")
    with pytest.raises(RefusedByRule, match="Choose another service"):
        move(gas, case, service, by="agent", minutes=10)
