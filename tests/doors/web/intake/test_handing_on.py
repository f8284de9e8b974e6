"""Saved is handed over: whom it went to, who is told of it, and the prescribed words by one key."""

import re

import pytest

from chengnuo.cases.models import Case
from chengnuo.ledger.models import OutboxMessage
from chengnuo.ledger.queries import history
from chengnuo.obligations.models import Evidence
from chengnuo.people.models import Post
from chengnuo.people.services import roster_changed
from tests.doors.web.conftest import page, sits
from tests.doors.web.intake.matter import LEAK

WORKS = {**LEAK, "service": "works-complaint"}


def told_of(case: Case) -> list[str]:
    found = OutboxMessage.objects.filter(channel="desk", key__contains=":handed_over:")
    return [m.payload["zh"] for m in found if m.payload["docket"] == str(case.docket_id)]


def test_one_action_hands_over_and_records_the_standard_reply(agent, water):
    answer = agent.post("/intake/", {**WORKS, "standard": "1"}, follow=True)
    case = Case.objects.get()
    kinds = [e.kind for e in history(subject=case.docket_id)]
    assert kinds == ["case.lodged", "canned.sent", "case.handed_over"]
    html = page(answer)
    assert "handed over to" in html
    assert str(water.units["engineering"].name_en) in html
    assert "standard reply recorded" in html
    assert Evidence.objects.get().data["canned"] is True


def test_the_receiving_unit_gets_a_message(agent, water):
    agent.post("/intake/", WORKS)
    case = Case.objects.get()
    assert told_of(case)
    assert case.number in told_of(case)[0]


REVIEW = {**LEAK, "service": "meter-data-review"}


def test_the_owner_in_the_agents_own_unit_gets_it_and_the_message(water, agent):
    """Whatever the unit: who takes it in does not hold that post. His colleagues are not told."""
    desk, supervisor = water.units["hotline-agent"], water.people["reading-supervisor"]
    Post.objects.filter(role="reading-supervisor").update(organisation=desk, is_head=False)
    Post.objects.filter(role="cs-specialist").update(organisation=desk, is_head=False)
    roster_changed(unit=water.company)
    html = page(agent.post("/intake/", REVIEW, follow=True))
    case = Case.objects.get()
    assert "case.handed_over" in case.docket.seen
    assert f"handed over to <b>{desk.name_en} · Meter-reading and collection supervisor</b>" in html
    found = OutboxMessage.objects.filter(channel="desk", key__contains=":handed_over:")
    assert {m.recipient for m in found} == {str(supervisor.pk)}
    owed = case.docket.obligations.get(rule="meter-data-reviewed")
    assert (owed.unit, owed.role) == (desk, "reading-supervisor")


def test_the_owner_who_takes_it_in_keeps_it(water):
    page(sits(water.people["reading-supervisor"]).post("/intake/", REVIEW, follow=True))
    case = Case.objects.get()
    assert "case.handed_over" not in case.docket.seen
    assert not told_of(case)


def test_a_role_that_nobody_has_gets_nothing_handed_over(water, agent):
    Post.objects.filter(role="reading-supervisor").update(role="cs-specialist")
    roster_changed(unit=water.company)
    agent.post("/intake/", REVIEW)
    assert "case.handed_over" not in Case.objects.get().docket.seen


def test_a_restricted_report_goes_straight_to_those_who_know_and_they_alone_are_told(agent, water):
    agent.post("/intake/", {**LEAK, "service": "violation-report"})
    case = Case.objects.get()
    assert "case.handed_over" in case.docket.seen
    assert case.docket.handling_unit == water.units["inspection"]
    found = OutboxMessage.objects.filter(channel="desk", key__contains=":handed_over:")
    assert {m.recipient for m in found} == {str(water.people["inspection"].pk)}


def test_a_double_click_hands_over_once(agent, water):
    for _ in range(2):
        agent.post("/intake/", {**WORKS, "standard": "1"})
    kinds = [e.kind for e in history(subject=Case.objects.get().docket_id)]
    assert kinds.count("case.handed_over") == kinds.count("canned.sent") == 1


def test_the_standard_reply_is_one_key_on_the_saved_page(agent, water):
    html = page(agent.post("/intake/", WORKS, follow=True))
    assert "data-standard" in html
    where = f"/cases/{Case.objects.get().number}/taken/"
    for _ in range(2):
        html = page(agent.post(where, follow=True))
    assert "standard reply recorded" in html
    assert "data-standard" not in html
    assert Evidence.objects.count() == 1


def test_what_the_agent_answers_himself_stays_with_him(agent, water):
    agent.post("/intake/", {**LEAK, "service": "routine-enquiry"})
    case = Case.objects.get()
    assert "case.handed_over" not in case.docket.seen
    assert not told_of(case)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ({"service": "works-complaint", "channel": "phone"}, True),
        ({"service": "works-complaint", "channel": "counter"}, False),
        ({"service": "routine-enquiry", "channel": "phone"}, False),
    ],
)
def test_the_button_says_what_is_saved(agent, typed, offered):
    html = page(agent.post("/intake/fields/", {**typed, "narrative": "x"}))
    assert ('name="standard"' in html) is offered


def test_after_an_undoing_no_page_says_that_the_unit_has_it(agent, water):
    html = page(agent.post("/intake/", WORKS, follow=True))
    case, name = Case.objects.get(), water.units["engineering"].name_en
    where = f"/cases/{case.number}/"
    assert f"handled by {name}" in page(agent.get(where))
    entry = re.search(r'name="entry" value="(\d+)"', html)[1]
    html = page(agent.post(f"{where}undo/", {"entry": entry}, follow=True))
    assert f"to go to {name} (awaiting hand-over)" in html
    assert f"handled by {name}" not in html
    assert f"to go to <b>{name}</b> (awaiting hand-over)" in page(agent.get(f"{where}taken/"))


def test_before_it_is_saved_the_page_says_where_it_goes_not_that_it_went(agent):
    chosen = page(agent.post("/intake/promises/", {**WORKS, "channel": "phone"}))
    assert "Goes to" in chosen
    assert "Handed over" not in chosen
    urgent = page(agent.get("/intake/emergency/"))
    assert "Not yet sent" in urgent
    assert "goes out as soon as it is saved" in urgent
