"""What is old comes in one; what one word tells is not told by two. Nothing is dropped."""

from datetime import timedelta

import pytest

from chengnuo.doors.jobs.deliver import deliver
from chengnuo.ledger.models import OutboxMessage
from chengnuo.ledger.services import OutgoingMessage, post
from chengnuo.people.models import Message as Told
from chengnuo.people.queries import unread
from tests.companies import house, rule, small_pack
from tests.obligations.matter import Matter, let_pass
from tests.rules.world import at

LEVELS = """
warn: [0.5, 0.8]
escalate:
  - {after: {amount: 1, unit: hour}, to: line-1}
  - {after: {amount: 2, unit: hour}, to: line-1}
calendar: {quiet_hours: "22:00-08:00"}
"""
SOON = rule(
    "repaired-soon",
    "kind: within, start: case.lodged, stop: repair.completed, limit: {amount: 2, unit: hour}, "
    "owed_by: network",
)


@pytest.fixture
def firm(db, tmp_path):
    return house(small_pack(tmp_path, SOON, more=LEVELS))


def told(person):
    """What a person sees at first: kind, and how many lie under it."""
    rows = Told.objects.filter(staff=person, gathered_in=None).order_by("pk")
    return [(row.kind, row.gathered.count()) for row in rows]


def test_after_three_days_a_person_gets_one_digest(firm):
    for hour in range(8, 20):
        Matter(firm, "leak", f"2026-03-06 {hour:02}:00")
    let_pass("2026-03-09 10:00")
    deliver(now=at("2026-03-09 10:00"))
    assert OutboxMessage.objects.count() > 24
    assert told(firm.people["network"]) == [("digest", 12)]
    assert told(firm.top) == [("digest", 24)]
    digest = Told.objects.get(staff=firm.top, kind="digest")
    assert digest.text_zh == "此前积下24条消息：逾期上报12项"
    assert digest.text_en == "24 messages from before: 12 escalated to you"
    assert Told.objects.exclude(kind="digest").count() == OutboxMessage.objects.count(), (
        "each of them is kept, and can be read"
    )


def test_due_soon_and_broken_of_one_promise_held_by_the_night_come_as_one(firm):
    Matter(firm, "leak", "2026-03-09 21:30")
    for moment in ("2026-03-09 22:40", "2026-03-09 23:10", "2026-03-09 23:40"):
        let_pass(moment)
    assert OutboxMessage.objects.count() == 3, "two warnings and the breach wait for the morning"
    deliver(now=at("2026-03-10 08:00"))
    assert told(firm.people["network"]) == [("broken", 2)]


def test_rungs_passed_meanwhile_are_told_once(firm):
    Matter(firm, "leak", "2026-03-09 10:00")
    let_pass("2026-03-09 16:00")
    deliver(now=at("2026-03-09 16:00"))
    assert told(firm.top) == [("escalated", 1)]
    assert Told.objects.get(staff=firm.top, gathered_in=None).key.split(":")[2] == "2"


def test_what_is_new_is_told_at_once_and_each_for_itself(firm):
    for minute in range(6):
        Matter(firm, "leak", f"2026-03-09 10:0{minute}")
    let_pass("2026-03-09 11:10")
    deliver(now=at("2026-03-09 11:10"))
    assert told(firm.people["network"]) == [("warned", 0)] * 6


def test_different_promises_and_different_people_are_never_folded(firm):
    Matter(firm, "leak", "2026-03-09 10:00")
    Matter(firm, "leak", "2026-03-09 09:00")
    let_pass("2026-03-09 11:20")
    deliver(now=at("2026-03-09 11:20"))
    assert sorted(told(firm.people["network"])) == [("broken", 0), ("warned", 0)]


def test_one_that_cannot_be_delivered_keeps_none_of_the_others_of_that_person(firm):
    words, now = {"zh": "z", "en": "e", "docket": ""}, at("2026-03-09 10:00")
    person = {"channel": "desk", "recipient": str(firm.top.pk), "not_before": now}
    rows = [
        OutgoingMessage(key=f"k{n}", payload={"kind": "note", **(words if n else {})}, **person)
        for n in range(3)
    ]
    post(organisation_id=1, messages=rows, now=now)
    deliver(now=now)
    assert sorted(Told.objects.values_list("key", flat=True)) == ["k1", "k2"]
    assert OutboxMessage.objects.get(delivered_at=None).key == "k0"


def test_who_was_away_finds_what_came_before_the_last_day_together(firm):
    now = at("2026-03-12 09:00")
    for days, number in ((3, 20), (2, 9), (0, 2)):
        for index in range(number):
            Told.objects.create(
                staff=firm.top, key=f"{days}.{index}", kind="broken", text_zh="z", text_en="e",
                sent_at=now - timedelta(days=days, hours=1),
            )  # fmt: skip
    waits = unread(staff=firm.top, now=now)
    assert (len(waits.recent), len(waits.earlier), waits.count) == (2, 29, 3)
