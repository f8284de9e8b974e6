# ruff: noqa: E501 (rules are written on one line, so that they can be read)
"""Traps that other systems fell into, each with a test named after it (design, section 3)."""

import pickle
from dataclasses import replace

import pytest

from chengnuo.rules.counting import UnableToReckon
from chengnuo.rules.evolve import evolve
from chengnuo.rules.react import next_moment, react
from chengnuo.rules.rulebook import Rulebook
from chengnuo.rules.state import TIME_PASSED, Broken, Event, Kept
from tests.rules.world import Docket, at, book, calendar, count

REPLY = "reply: {kind: within, start: case.lodged, stop: reply.sent, on_reopen: restart, limit: {amount: 24, unit: hour}}"


def broken() -> Docket:
    docket = Docket(book(REPLY))
    docket.happens("case.lodged", "2026-03-09 09:00")
    docket.happens("reply.sent", "2026-03-11 09:00")
    assert docket["reply"].broken_at == at("2026-03-10 09:00")
    return docket


def without(rulebook: Rulebook, *rules: str) -> Rulebook:
    return replace(rulebook, rules={i: r for i, r in rulebook.rules.items() if i not in rules})


def test_deleting_a_policy_deletes_its_breaches():
    docket = broken()
    before = docket["reply"]
    docket.book = without(docket.book, "reply")
    for name in ("time.passed", "facts.changed", "callback.made", "case.reopened"):
        docket.happens(name, "2026-03-12 09:00")
    assert docket["reply"] == before


def test_a_running_promise_whose_rule_is_gone_is_an_error_not_silence():
    docket = Docket(book(REPLY))
    docket.happens("case.lodged", "2026-03-09 09:00")
    with pytest.raises(KeyError, match="reply"):
        react(
            without(docket.book, "reply"),
            docket.state,
            Event(name=TIME_PASSED, at=at("2026-03-12")),
        )


def test_a_reopen_erases_a_failure():
    docket = broken()
    docket.happens("case.reopened", "2026-03-16 09:00")
    docket.happens("reply.sent", "2026-03-16 10:00")
    assert docket["reply#1"].broken_at == at("2026-03-10 09:00")
    assert docket["reply#2"].broken_at is None


def test_one_day_taken_as_24_service_hours():
    # Eight business hours a day would stretch "one day" over three days.
    assert count("{amount: 1, unit: natural_day}", "2026-03-09 09:00").at == at("2026-03-10 24:00")
    assert count("{amount: 1, unit: working_day}", "2026-03-09 09:00").at == at("2026-03-10 17:30")
    assert count("{amount: 24, unit: working_hour}", "2026-03-09 09:00").at == at(
        "2026-03-12 10:30"
    )


def test_a_month_as_30_working_days():
    assert count("{amount: 1, unit: month}", "2026-03-09 09:00").at == at("2026-04-09 24:00")


def test_the_first_matching_rule_wins_silently():
    words = "{table: [{when: {diameter_mm: {gte: 600}}, amount: 38, unit: hour}, {when: {diameter_mm: {gt: 800}}, amount: 48, unit: hour}]}"
    with pytest.raises(UnableToReckon, match="2 rows"):
        count(words, "2026-03-09 09:00", diameter_mm=900)
    twice = REPLY + "\n" + REPLY.replace("reply:", "reply-too:").replace("24", "48")
    docket = Docket(book(twice))
    docket.happens("case.lodged", "2026-03-09 09:00")
    assert [o.rule for o in docket.state.obligations] == ["reply", "reply-too"]


def test_timers_living_only_in_a_cache():
    docket = Docket(book(REPLY))
    docket.happens("case.lodged", "2026-03-09 09:00")
    woken = pickle.loads(pickle.dumps(docket.state))
    fresh = book(REPLY)
    assert next_moment(fresh, woken.find("reply#1")) == at("2026-03-10 09:00")
    decided = react(fresh, woken, Event(name=TIME_PASSED, at=at("2026-03-20 09:00")))
    assert decided == (Broken("reply#1", at("2026-03-10 09:00")),)


def test_a_wall_clock_pause_added_to_a_working_time_deadline():
    # Friday 16:30 with four working hours is due on Monday 11:30. The clock stands still from Friday
    # 17:00 to Monday 09:00: 64 hours by the wall, one business hour by the clock of the promise.
    due = count(
        "{amount: 4, unit: working_hour}",
        "2026-03-06 16:30",
        pauses=[("2026-03-06 17:00", "2026-03-09 09:00")],
    )
    assert due.at == at("2026-03-09 14:00")


def test_the_clock_in_the_users_time_zone():
    docket = Docket(
        book(REPLY.replace("{amount: 24, unit: hour}", "{amount: 1, unit: natural_day}"))
    )
    docket.take(Event(name="case.lodged", at=at("2026-03-09 10:00", "America/Los_Angeles")))
    assert docket["reply"].due_at == at("2026-03-11 24:00")  # it is the 10th in Shanghai


def test_the_clock_when_clocks_go_back():
    # 01:30 comes twice. Due at the second 01:15; what happens at the first 01:30 is in time.
    zone = "America/Los_Angeles"
    first, second = at("2026-11-01 01:30", zone), at("2026-11-01 01:15", zone).replace(fold=1)
    docket = Docket(book(REPLY))
    docket.book = replace(docket.book, calendar=calendar("{holidays: none}", zone))
    docket.take(Event(name="case.lodged", at=at("2026-10-31 02:15", zone)))
    assert docket["reply"].due_at.timestamp() == second.timestamp()
    decided = docket.take(Event(name="reply.sent", at=first))
    assert [(type(d), d.late) for d in decided] == [(Kept, False)]


def test_a_new_version_with_a_stricter_rule_changes_no_verdict():
    docket = broken()
    kept = Docket(book(REPLY))
    kept.happens("case.lodged", "2026-03-09 09:00")
    kept.happens("reply.sent", "2026-03-09 20:00")
    for one in (docket, kept):
        before = one["reply"]
        one.book = book(REPLY.replace("24", "1"))
        one.happens("facts.changed", "2026-03-12 09:00", area="urban")
        one.tick("2026-04-01 09:00")
        assert one["reply"] == before


def test_a_refused_event_leaves_no_trace():
    rules = REPLY + "\nsigned: {kind: gate, before: reply.sent, until: result.signed}"
    docket = Docket(book(rules))
    docket.happens("case.lodged", "2026-03-09 09:00")
    event = Event(name="reply.sent", at=at("2026-03-12 10:00"))
    decided = react(docket.book, docket.state, event)
    assert evolve(docket.state, decided, event) == docket.state
