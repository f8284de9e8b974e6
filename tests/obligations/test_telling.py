"""Who hears of it: the owner, then up the line; a rung that finds nobody is an incident."""

import pytest

from chengnuo.ledger.models import OutboxMessage
from chengnuo.obligations.models import Incident
from chengnuo.obligations.writing import moment_out
from chengnuo.people.models import Holding
from chengnuo.people.services import found_organisation, relieve
from tests.companies import LONG_AGO, house, rule, seat, small_pack
from tests.obligations.matter import Matter, let_pass
from tests.rules.world import at

LADDER = """
warn: [0.5]
escalate:
  - {after: {amount: 0, unit: minute}, to: line-1}
  - {after: {amount: 2, unit: hour}, to: service}
calendar: {quiet_hours: "22:00-07:00"}
"""
TWO_HOURS = (
    "kind: within, start: case.lodged, stop: repair.completed, "
    "limit: {amount: 2, unit: hour}, owed_by: network"
)


def vacate(house, role, moment):
    for holding in Holding.objects.filter(post=house.posts[role], until__isnull=True):
        relieve(holding=holding, now=at(moment))
    house.again()


def heard(kind):
    """Who was told, by badge number, and from when on they may be disturbed."""
    messages = OutboxMessage.objects.filter(payload__kind=kind).order_by("created_at", "recipient")
    return [(int(m.recipient), m.not_before) for m in messages]


@pytest.fixture
def firm(db, tmp_path):
    return house(small_pack(tmp_path, rule("repaired-soon", TWO_HOURS), more=LADDER))


def test_the_owner_is_warned_told_and_then_it_climbs(firm):
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    owner, top, service = (firm.people[r].pk for r in ("network", "general-manager", "service"))
    let_pass("2026-03-09 11:00:01")
    assert heard("warned") == [(owner, at("2026-03-09 11:00:01"))]
    let_pass("2026-03-09 12:00:01")
    assert heard("broken") == [(owner, at("2026-03-09 12:00:01"))]
    assert heard("escalated") == [(top, at("2026-03-09 12:00:01"))], "the owner's superior"
    let_pass("2026-03-09 14:00:01")
    assert [person for person, _ in heard("escalated")] == [top, service]
    assert leak["repaired-soon"].rung == 2
    assert [d["at"] for d in leak.decided("escalated")] == [
        moment_out(at("2026-03-09 12:00")),
        moment_out(at("2026-03-09 14:00")),
    ], "rungs are dated from the legal moment of the breach, not from its discovery"


def test_a_worker_that_slept_climbs_all_rungs_at_once(firm):
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    let_pass("2026-03-10 10:00")
    assert leak["repaired-soon"].rung == 2
    assert [d["rung"] for d in leak.decided("escalated")] == [1, 2]
    assert heard("warned") == [], "a warning of what is broken already helps nobody"


def test_a_message_names_the_matter_the_promise_and_the_local_moment(firm):
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    let_pass("2026-03-09 12:30")
    message = OutboxMessage.objects.get(payload__kind="broken")
    said = f"已逾期：{leak.docket.subject}「repaired-soon」，03-09 12:00 到期"
    assert message.payload["zh"] == said
    assert message.payload["docket"] == str(leak.pk)


def test_quiet_hours_hold_the_message_and_not_the_clock(firm):
    leak = Matter(firm, "leak", "2026-03-09 21:30")
    let_pass("2026-03-09 23:31")
    assert leak["repaired-soon"].broken_at == at("2026-03-09 23:30")
    assert {moment for _, moment in heard("broken") + heard("escalated")} == {
        at("2026-03-10 07:00")
    }


def test_an_urgent_promise_wakes_people_up(db, tmp_path):
    words = f"{TWO_HOURS}, urgent: true"
    firm = house(small_pack(tmp_path, rule("repaired-soon", words), more=LADDER))
    Matter(firm, "leak", "2026-03-09 21:30")
    let_pass("2026-03-09 22:31")
    assert heard("warned") == [(firm.people["network"].pk, at("2026-03-09 22:31"))]
    let_pass("2026-03-09 23:31")
    assert {moment for _, moment in heard("broken")} == {at("2026-03-09 23:31")}


def test_a_vacant_owner_is_answered_for_by_the_next_up_the_line(firm):
    vacate(firm, "network", "2026-03-01 00:00")
    Matter(firm, "leak", "2026-03-09 10:00")
    let_pass("2026-03-09 11:30")
    assert [person for person, _ in heard("warned")] == [firm.people["general-manager"].pk]


def test_a_vacant_rung_becomes_an_incident_of_the_parent(db, tmp_path):
    group = found_organisation(
        code="G", name_zh="集团", name_en="Group", kind="group", now=LONG_AGO
    )
    _, president = seat(group, "president", "P", None)
    pack = small_pack(tmp_path, rule("repaired-soon", TWO_HOURS), more=LADDER)
    firm = house(pack, parent=group)
    vacate(firm, "general-manager", "2026-03-01 00:00")
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    let_pass("2026-03-09 12:30")
    (incident,) = Incident.objects.all()
    assert incident.organisation == group
    assert (incident.rung, incident.wanted) == (1, "line-1")
    assert incident.obligation == leak["repaired-soon"]
    assert incident.raised_at == at("2026-03-09 12:00")
    assert [person for person, _ in heard("incident")] == [president.pk], "and not silence"
    let_pass("2026-03-09 15:00")
    assert Incident.objects.count() == 1, "the next rung found somebody"
    assert leak["repaired-soon"].rung == 2


def test_a_company_without_a_parent_keeps_its_own_incidents(firm):
    vacate(firm, "general-manager", "2026-03-01 00:00")
    Matter(firm, "leak", "2026-03-09 10:00")
    let_pass("2026-03-09 12:30")
    assert Incident.objects.get().organisation_id == firm.company.pk


def test_the_head_of_the_handling_unit_is_told_and_not_everybody_in_it(db, tmp_path):
    words = TWO_HOURS.replace("owed_by: network", "owed_by: handling_head")
    firm = house(small_pack(tmp_path, rule("repaired-soon", words), more=LADDER))
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    leak.happens("case.handed_over", "2026-03-09 10:10", handling_unit=firm.units["service"].pk)
    let_pass("2026-03-09 11:30")
    assert [person for person, _ in heard("warned")] == [firm.people["service"].pk]


def test_each_message_has_a_key_of_its_own(firm):
    for hour in (8, 9, 10):
        Matter(firm, "leak", f"2026-03-09 {hour:02}:00")
    let_pass("2026-03-09 20:00")
    keys = list(OutboxMessage.objects.values_list("key", flat=True))
    assert len(keys) == len(set(keys)) == 3 * 3
