# ruff: noqa: E501 (a row is one line, so that it can be read)
"""A limit that is the sum of one's own steps: the clock stands while it is the other side's turn."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengnuo.rules.react import next_moment
from chengnuo.rules.state import Broken, Kept
from tests.rules.world import Docket, at, book, refused

STEPS = "sum_of: [{from: case.lodged, to: plan.sent}, {from: design.handed_in, to: design.reviewed}, {from: works.reported, to: supply.connected}]"
PAUSE = "pause: [{reason: storm, title: {zh: 暴雨, en: Storm}, proof: {zh: 预警, en: Warning}, cap: {amount: 2, unit: natural_day}, approver: handler}]"


def connection(amount: str, more: str = "") -> Docket:
    docket = Docket(
        book(
            f"connect: {{kind: within, start: case.lodged, stop: supply.connected, limit: {amount}, {STEPS}, {PAUSE}{more}}}"
        )
    )
    docket.happens("case.lodged", "2026-03-09 09:00")
    return docket


HOURS = "{amount: 10, unit: hour}"


def test_the_clock_stands_between_two_steps_and_runs_on_with_the_rest():
    docket = connection(HOURS)
    assert docket["connect"].due_at == at("2026-03-09 19:00")
    docket.happens("plan.sent", "2026-03-09 12:00")
    assert docket["connect"].due_at is None
    assert next_moment(docket.book, docket["connect"]) is None
    assert docket.tick("2026-03-20 12:00") == ()
    docket.happens("design.handed_in", "2026-03-20 12:00")
    assert docket["connect"].due_at == at("2026-03-20 19:00")
    docket.happens("design.reviewed", "2026-03-20 15:00")
    docket.happens("works.reported", "2026-04-01 08:00")
    assert docket["connect"].due_at == at("2026-04-01 12:00")
    docket.happens("supply.connected", "2026-04-01 12:00")
    assert docket["connect"].kept_at == at("2026-04-01 12:00")
    assert docket["connect"].broken_at is None


def test_working_days_of_the_other_side_do_not_count():
    docket = connection("{amount: 6, unit: working_day}")
    docket.happens("plan.sent", "2026-03-11 10:00")
    docket.happens("design.handed_in", "2026-03-16 10:00")
    # The 10th counts, the 11th to the 15th stood at their ends, and five more from the 16th on.
    assert docket["connect"].due_at == at("2026-03-20 17:30")


def test_a_step_that_takes_too_long_breaks_the_promise_before_the_turn_changes():
    docket = connection(HOURS)
    decided = docket.happens("plan.sent", "2026-03-09 20:00")
    assert Broken("connect#1", at("2026-03-09 19:00")) in decided
    docket.happens("design.handed_in", "2026-03-10 20:00")
    assert docket["connect"].broken_at == at("2026-03-09 19:00")
    assert docket["connect"].standstills == ()


NOTHING = {
    "a step that is not open": ["plan.sent@12:00", "design.handed_in@13:00", "plan.sent@14:00"],
    "a later step that never began": ["design.reviewed@12:00"],
    "a step of nobody": ["crew.arrived@12:00"],
    "while another step is open": ["design.handed_in@10:00", "plan.sent@12:00"],
}


@pytest.mark.parametrize("told", NOTHING.values(), ids=NOTHING)
def test_what_ends_no_step_that_is_open_stops_no_clock(told: list[str]):
    docket = connection(HOURS)
    for words in told:
        name, _, clock = words.partition("@")
        docket.happens(name, f"2026-03-09 {clock}")
    assert docket["connect"].due_at is not None


def test_a_review_that_is_done_again_counts_again():
    docket = connection(HOURS)
    docket.happens("plan.sent", "2026-03-09 10:00")
    docket.happens("design.handed_in", "2026-03-10 10:00")
    docket.happens("design.reviewed", "2026-03-10 12:00")
    docket.happens("design.handed_in", "2026-03-12 10:00")
    assert docket["connect"].due_at == at("2026-03-12 17:00")


def test_no_pause_while_the_clock_stands_anyway():
    docket = connection(HOURS)
    docket.happens("plan.sent", "2026-03-09 10:00")
    assert refused(
        docket.happens("pause.requested", "2026-03-09 11:00", target="connect#1", reason="storm")
    ) == ["connect"]
    assert refused(docket.happens("pause.ended", "2026-03-09 11:00", target="connect#1")) == [
        "connect"
    ]


def test_a_pause_that_runs_is_over_when_the_turn_changes():
    docket = connection(HOURS)
    docket.happens("pause.requested", "2026-03-09 10:00", target="connect#1", reason="storm")
    docket.happens("plan.sent", "2026-03-09 12:00")
    docket.happens("design.handed_in", "2026-03-10 12:00")
    # One hour before the pause; two of the pause and a day of the other side do not count.
    assert docket["connect"].due_at == at("2026-03-10 21:00")
    docket.happens("pause.rejected", "2026-03-10 13:00", target="connect#1")
    assert docket["connect"].due_at == at("2026-03-10 19:00")


def test_facts_that_change_meanwhile_give_no_due_moment():
    table = "{table: [{when: {area: urban}, amount: 10, unit: hour}, {when: {area: rural}, amount: 20, unit: hour}]}"
    docket = connection(table)
    docket.happens("plan.sent", "2026-03-09 12:00")
    docket.happens("facts.changed", "2026-03-09 13:00", area="rural")
    assert docket["connect"].due_at is None
    docket.happens("design.handed_in", "2026-03-10 12:00")
    assert docket["connect"].due_at == at("2026-03-11 05:00")


def test_reopened_it_is_ones_own_turn():
    docket = connection(HOURS, ", on_reopen: resume")
    docket.happens("plan.sent", "2026-03-09 12:00")
    docket.happens("supply.connected", "2026-03-09 13:00")
    docket.happens("callback.made", "2026-03-09 14:00")
    docket.happens("case.reopened", "2026-03-10 14:00")
    assert docket["connect"].due_at == at("2026-03-10 21:00")


@settings(max_examples=80)
@given(st.lists(st.integers(1, 300), min_size=2, max_size=9))
def test_the_promise_is_broken_when_its_own_minutes_are_used_up(gaps: list[int]):
    """Own steps and turns of the other side by turns; a second count adds up the own minutes."""
    docket = connection(HOURS)
    now, own, broken = at("2026-03-09 09:00"), 0, None
    names = ["plan.sent", *(["design.handed_in", "design.reviewed"] * 4)]
    for index, gap in enumerate(gaps):
        if index % 2 == 0 and own + gap > 600 and broken is None:
            broken = now + timedelta(minutes=600 - own)
        own += gap if index % 2 == 0 else 0
        now += timedelta(minutes=gap)
        docket.happens(names[index], f"{now:%Y-%m-%d %H:%M}")
    assert docket["connect"].broken_at == broken
    assert not any(isinstance(d, Kept) for d in docket.told)


def test_a_pause_that_runs_when_the_turn_changes_ends_there_also_after_an_earlier_turn():
    docket = connection(HOURS)
    docket.happens("plan.sent", "2026-03-09 12:00")
    docket.happens("design.handed_in", "2026-03-10 12:00")
    docket.happens("pause.requested", "2026-03-10 13:00", target="connect#1", reason="storm")
    docket.happens("design.reviewed", "2026-03-10 15:00")
    docket.happens("works.reported", "2026-03-12 08:00")
    assert [s.end for s in docket["connect"].standstills] == [
        at("2026-03-10 12:00"), at("2026-03-10 15:00"), at("2026-03-12 08:00"),
    ]  # fmt: skip
    # Three hours, one more before the pause: six are left.
    assert docket["connect"].due_at == at("2026-03-12 14:00")


def test_a_pause_that_was_rejected_takes_nothing_out_of_a_step():
    docket = connection(HOURS)
    docket.happens("pause.requested", "2026-03-09 10:00", target="connect#1", reason="storm")
    docket.happens("pause.ended", "2026-03-09 22:00", target="connect#1")
    docket.happens("pause.rejected", "2026-03-09 23:00", target="connect#1")
    assert docket["connect"].due_at == at("2026-03-09 19:00")
