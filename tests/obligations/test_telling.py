"""Who hears of it: the owner, then up the line; one that finds nobody is unassigned."""

import pytest

from chengnuo.ledger.models import OutboxMessage
from chengnuo.ledger.queries import history
from chengnuo.obligations.answering import answer, waiting_for
from chengnuo.obligations.entries import moment_out
from chengnuo.obligations.models import Escalation, Obligation, UnassignedEscalation
from chengnuo.obligations.unassigned import settle, unassigned_below
from chengnuo.people.models import Holding
from chengnuo.people.services import appoint, found_organisation, hire, relieve
from chengnuo.rules.refusing import Refused
from tests.companies import LONG_AGO, house, rule, seat, small_pack
from tests.obligations.matter import Matter, let_pass
from tests.rules.world import at

LEVELS = """
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
    return house(small_pack(tmp_path, rule("repaired-soon", TWO_HOURS), more=LEVELS))


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
    assert leak["repaired-soon"].level == 2
    assert [d["at"] for d in leak.decided("escalated")] == [
        moment_out(at("2026-03-09 12:00")),
        moment_out(at("2026-03-09 14:00")),
    ], "levels are dated from the legal moment of the breach, not from its discovery"


def test_a_worker_that_slept_climbs_all_rungs_at_once(firm):
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    let_pass("2026-03-10 10:00")
    assert leak["repaired-soon"].level == 2
    assert [d["level"] for d in leak.decided("escalated")] == [1, 2]
    assert heard("warned") == [], "a warning of what is broken already helps nobody"


def test_a_message_names_the_matter_the_promise_and_the_local_moment(firm):
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    let_pass("2026-03-09 12:30")
    message = OutboxMessage.objects.get(payload__kind="broken")
    said = f"已逾期：{leak.docket.subject}“repaired-soon”，3月9日12:00到期"
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
    firm = house(small_pack(tmp_path, rule("repaired-soon", words), more=LEVELS))
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
    pack = small_pack(tmp_path, rule("repaired-soon", TWO_HOURS), more=LEVELS)
    firm = house(pack, parent=group)
    vacate(firm, "general-manager", "2026-03-01 00:00")
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    let_pass("2026-03-09 12:30")
    (unassigned,) = UnassignedEscalation.objects.all()
    assert unassigned.organisation == group
    assert (unassigned.level, unassigned.wanted) == (1, "line-1")
    assert unassigned.obligation == leak["repaired-soon"]
    assert unassigned.raised_at == at("2026-03-09 12:00")
    assert [person for person, _ in heard("incident")] == [president.pk], "and not silence"
    let_pass("2026-03-09 15:00")
    assert UnassignedEscalation.objects.count() == 1, "the next level found somebody"
    assert leak["repaired-soon"].level == 2


def test_a_company_without_a_parent_keeps_its_own_incidents(firm):
    vacate(firm, "general-manager", "2026-03-01 00:00")
    Matter(firm, "leak", "2026-03-09 10:00")
    let_pass("2026-03-09 12:30")
    assert UnassignedEscalation.objects.get().organisation_id == firm.company.pk


def test_the_head_of_the_handling_unit_is_told_and_not_everybody_in_it(db, tmp_path):
    words = TWO_HOURS.replace("owed_by: network", "owed_by: handling_head")
    firm = house(small_pack(tmp_path, rule("repaired-soon", words), more=LEVELS))
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


# -- answers ---------------------------------------------------------------------------------------

ANSWERED = LEVELS.replace("to: line-1}", "to: line-1, answer: {amount: 1, unit: hour}}")


@pytest.fixture
def answering(db, tmp_path):
    return house(small_pack(tmp_path, rule("repaired-soon", TWO_HOURS), more=ANSWERED))


def test_whoever_is_reached_takes_it_up_and_the_ladder_waits(answering):
    leak = Matter(answering, "leak", "2026-03-09 10:00")
    let_pass("2026-03-09 12:05")
    top = answering.top
    [reached] = waiting_for(staff=top)
    answer(escalation=reached, by=top, words="抢修队已在路上", now=at("2026-03-09 12:30"))
    assert list(waiting_for(staff=top)) == []
    let_pass("2026-03-09 13:30")
    assert leak["repaired-soon"].level == 1, "it was answered: the next level has its own time"
    assert "escalation.answered" in [e.kind for e in history(subject=leak.pk)]


def test_a_rung_that_nobody_answers_climbs_before_its_time(answering):
    leak = Matter(answering, "leak", "2026-03-09 10:00")
    let_pass("2026-03-09 12:05")
    let_pass("2026-03-09 13:06")
    assert leak["repaired-soon"].level == 2
    assert [e.staff_id for e in Escalation.objects.order_by("level")] == [
        answering.top.pk,
        answering.people["service"].pk,
    ]


def test_an_answer_from_a_lower_rung_does_not_speak_for_the_one_above(answering):
    leak = Matter(answering, "leak", "2026-03-09 10:00")
    let_pass("2026-03-09 12:05")
    let_pass("2026-03-09 13:06")
    [late] = waiting_for(staff=answering.top)
    answer(escalation=late, by=answering.top, words="现在处理", now=at("2026-03-09 13:10"))
    assert (leak["repaired-soon"].level, leak["repaired-soon"].answered) == (2, 0)
    assert list(waiting_for(staff=answering.top)) == []
    assert leak.told("escalation.answered")[0].data["level"] == 1


def test_of_two_who_were_reached_the_second_may_answer_too(answering):
    second = hire(
        badge="GM-2", name="演示副手", organisation=answering.company, password=None,
        now=at("2026-03-01 09:00"),
    )  # fmt: skip
    post = answering.posts["general-manager"]
    appoint(staff=second, post=post, now=at("2026-03-01 09:00"))
    answering.again()
    leak = Matter(answering, "leak", "2026-03-09 10:00")
    let_pass("2026-03-09 12:05")
    for minute, who in ((20, answering.top), (30, second)):
        [reached] = waiting_for(staff=who)
        answer(escalation=reached, by=who, words="已安排", now=at(f"2026-03-09 12:{minute}"))
        assert list(waiting_for(staff=who)) == []
    assert leak["repaired-soon"].answered == 1


def test_only_the_person_reached_answers_and_says_something(answering):
    Matter(answering, "leak", "2026-03-09 10:00")
    let_pass("2026-03-09 12:05")
    [reached] = waiting_for(staff=answering.top)
    for who, words in ((answering.people["network"], "在路上"), (answering.top, " ")):
        with pytest.raises(Refused):
            answer(escalation=reached, by=who, words=words, now=at("2026-03-09 12:30"))


def test_an_incident_is_settled_by_those_above_with_a_remark(db, tmp_path):
    firm = house(small_pack(tmp_path, rule("repaired-soon", TWO_HOURS), more=LEVELS))
    vacate(firm, "general-manager", "2026-03-09 09:00")
    Matter(firm, "leak", "2026-03-09 10:00")
    let_pass("2026-03-09 12:05")
    [unassigned] = unassigned_below(organisations=[firm.company.pk])
    with pytest.raises(Refused):
        settle(
            unassigned=unassigned,
            by=firm.people["network"],
            remark="已补岗",
            now=at("2026-03-09 14:00"),
        )
    appoint(staff=firm.top, post=firm.posts["general-manager"], now=at("2026-03-09 13:00"))
    with pytest.raises(Refused):
        settle(unassigned=unassigned, by=firm.top, remark="", now=at("2026-03-09 14:00"))
    settle(unassigned=unassigned, by=firm.top, remark="已补岗", now=at("2026-03-09 14:00"))
    assert list(unassigned_below(organisations=[firm.company.pk])) == []


def test_who_held_the_clock_before_a_hand_over_stays_known(firm):
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    network, service = firm.units["network"].pk, firm.units["service"].pk
    row = Obligation.objects.get(docket=leak.pk)
    assert (row.unit_id, row.held_before) == (network, []), "a role owns it, wherever the case lies"
    second = Matter(firm, "leak", "2026-03-09 10:00")
    Obligation.objects.filter(docket=second.pk).update(unit=service, role="")
    second.happens("case.handed_over", "2026-03-09 11:00", handling_unit=service)
    row = Obligation.objects.get(docket=second.pk)
    assert row.held_before == [
        {"unit": service, "role": "", "until": moment_out(at("2026-03-09 11:00"))}
    ]
