# ruff: noqa: E501 (rules and rows are written on one line, so that they can be read)
"""A pause that is decided late: there is no verdict before, and then the one that was true all along.

A visit is promised within 24 hours, lodged on Monday 2026-03-09 at 9:00. At 10:00 nobody is met, and
a pause of at most 5 hours is asked for. Rejected, the time was up on Tuesday at 9:00; approved, at 14:00.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengnuo.rules.evolve import evolve
from chengnuo.rules.expiry import next_moment
from chengnuo.rules.react import react
from chengnuo.rules.state import TIME_PASSED, Broken, Escalated, Event, ObligationState, State
from tests.rules.world import Docket, at, book

VISIT = """
visit:
  kind: within
  start: case.lodged
  stop: crew.arrived
  on_reopen: resume
  limit: {table: [{when: {area: urban}, amount: 24, unit: hour}, {when: {area: rural}, amount: 48, unit: hour}]}
  appointment: {event: appointment.agreed, fact: agreed_at}
  escalate:
    - {after: {amount: 0, unit: minute}, to: line-1}
    - {after: {amount: 2, unit: hour}, to: line-2}
  pause:
    - {reason: customer-absent, title: {zh: 客户不在, en: Absent}, proof: {zh: 单号, en: Slip}, cap: {amount: 5, unit: hour}, approver: handling_head}
"""
BOOK = book(VISIT)
TRUE, LENT = at("2026-03-10 09:00"), at("2026-03-10 14:00")
REST = {"target": "visit#1", "reason": "customer-absent"}


def paused() -> Docket:
    docket = Docket(BOOK)
    docket.happens("case.lodged", "2026-03-09 09:00", area="urban")
    docket.happens("pause.requested", "2026-03-09 10:00", **REST)
    return docket


def decide(docket: Docket, verdict: str, moment: str):
    return docket.happens(f"pause.{verdict}", moment, target="visit#1")


class TestTheVerdictWaits:
    def test_both_moments_pass_and_nothing_is_said(self):
        docket = paused()
        assert not [d for d in docket.tick("2026-03-10 14:01") if isinstance(d, Broken)]
        assert docket["visit"].hangs

    @pytest.mark.parametrize(
        ("then", "verdict", "decided", "broken"),
        [
            ([], "approved", "2026-03-09 11:00", None),
            ([], "rejected", "2026-03-09 11:00", None),
            ([], "rejected", "2026-03-10 08:59", None),
            ([], "rejected", "2026-03-10 12:00", TRUE),
            ([], "approved", "2026-03-10 12:00", None),
            ([], "rejected", "2026-03-10 16:00", TRUE),
            ([], "approved", "2026-03-10 16:00", LENT),
            ([("crew.arrived", "2026-03-10 08:00")], "rejected", "2026-03-12 09:00", None),
            ([("crew.arrived", "2026-03-10 12:00")], "rejected", "2026-03-12 09:00", TRUE),
            ([("crew.arrived", "2026-03-10 12:00")], "approved", "2026-03-12 09:00", None),
            ([("crew.arrived", "2026-03-10 15:00")], "approved", "2026-03-12 09:00", LENT),
            ([("crew.arrived", "2026-03-10 15:00")], "rejected", "2026-03-12 09:00", TRUE),
            ([("case.withdrawn", "2026-03-10 12:00")], "rejected", "2026-03-12 09:00", TRUE),
            ([("case.withdrawn", "2026-03-10 12:00")], "approved", "2026-03-12 09:00", None),
            ([("case.withdrawn", "2026-03-10 15:00")], "approved", "2026-03-12 09:00", LENT),
            ([("case.withdrawn", "2026-03-10 08:00")], "rejected", "2026-03-12 09:00", None),
            ([("case.merged", "2026-03-10 15:00")], "rejected", "2026-03-12 09:00", TRUE),
            ([("case.merged", "2026-03-10 08:00"), ("case.separated", "2026-03-10 15:00")], "approved", "2026-03-12 09:00", LENT),
            ([("crew.arrived", "2026-03-10 12:00"), ("callback.made", "2026-03-10 13:00")], "rejected", "2026-03-12 09:00", TRUE),
            ([("crew.arrived", "2026-03-10 12:00"), ("callback.made", "2026-03-10 13:00"), ("case.reopened", "2026-03-11 09:00")], "rejected", "2026-03-12 09:00", TRUE),
            ([("crew.arrived", "2026-03-10 15:00"), ("callback.made", "2026-03-10 16:00"), ("case.reopened", "2026-03-11 09:00")], "approved", "2026-03-12 09:00", LENT),
            ([("case.handed_over", "2026-03-10 15:00")], "rejected", "2026-03-12 09:00", TRUE),
        ],
    )  # fmt: skip
    def test_and_is_the_one_that_was_true_all_along(self, then, verdict, decided, broken):
        docket = paused()
        for name, moment in then:
            docket.happens(name, moment)
        docket.tick(decided)
        assert docket["visit"].broken_at is None, "nothing is said before the decision"
        decide(docket, verdict, decided)
        assert docket["visit"].broken_at == broken

    def test_approved_before_it_is_broken_when_the_lent_time_is_up(self):
        docket = paused()
        decide(docket, "approved", "2026-03-10 12:00")
        docket.tick("2026-03-10 14:01")
        assert docket["visit"].broken_at == LENT

    def test_what_is_agreed_or_known_after_the_true_moment_does_not_undo_its_breach(self):
        for name, facts in (
            ("appointment.agreed", {"agreed_at": at("2026-03-13 09:00")}),
            ("facts.changed", {"area": "rural"}),
        ):
            docket = paused()
            docket.happens(name, "2026-03-10 12:00", **facts)
            decide(docket, "rejected", "2026-03-11 09:00")
            held = docket["visit"]
            assert (held.broken_at, held.due_at, held.agreed_at) == (TRUE, TRUE, None)

    def test_but_counts_when_the_pause_is_approved(self):
        docket = paused()
        docket.happens("appointment.agreed", "2026-03-10 12:00", agreed_at=at("2026-03-13 09:00"))
        decide(docket, "approved", "2026-03-11 09:00")
        assert docket["visit"].due_at == at("2026-03-13 09:00")

    def test_nor_does_what_is_agreed_when_both_moments_are_over(self):
        docket = paused()
        docket.happens("appointment.agreed", "2026-03-10 15:00", agreed_at=at("2026-03-13 09:00"))
        decide(docket, "approved", "2026-03-11 09:00")
        assert docket["visit"].broken_at == LENT

    def test_a_second_pause_waits_for_its_own_decision(self):
        docket = paused()
        docket.happens("pause.ended", "2026-03-09 11:00", target="visit#1")
        docket.happens("pause.requested", "2026-03-09 12:00", **REST)
        docket.tick("2026-03-11 09:00")
        decide(docket, "approved", "2026-03-11 10:00")
        assert docket["visit"].broken_at is None
        decide(docket, "rejected", "2026-03-11 11:00")
        assert docket["visit"].broken_at == at("2026-03-10 10:00"), "an hour of pause, the first"

    @pytest.mark.parametrize(
        ("verdicts", "broken"),
        [
            (("approved", "approved"), None),
            (("approved", "rejected"), None),
            (("rejected", "approved"), at("2026-03-10 10:00")),
            (("rejected", "rejected"), TRUE),
        ],
    )
    def test_each_way_of_two_has_its_own_moment_which_nothing_later_moves(self, verdicts, broken):
        """Five hours and one: without the first it is up on Tuesday at 10:00, and what is learned
        at 10:30 comes too late for it; with the first it does not."""
        docket = paused()
        docket.tick("2026-03-09 15:00")
        docket.happens("pause.requested", "2026-03-09 16:00", **REST)
        docket.happens("pause.ended", "2026-03-09 17:00", target="visit#1")
        docket.happens("facts.changed", "2026-03-10 10:30", area="rural")
        docket.happens("crew.arrived", "2026-03-10 20:00")
        for verdict in verdicts:
            decide(docket, verdict, "2026-03-12 09:00")
        assert docket["visit"].broken_at == broken

    def test_the_verdict_is_said_as_soon_as_no_other_decision_changes_it(self):
        docket = paused()
        docket.happens("pause.ended", "2026-03-09 11:00", target="visit#1")
        docket.happens("pause.requested", "2026-03-10 09:30", **REST)
        decide(docket, "rejected", "2026-03-12 09:00")
        assert docket["visit"].broken_at == TRUE, "the second was asked for when the time was up"

    def test_a_fifth_pause_waits_until_one_of_the_four_is_decided(self):
        docket = paused()
        for hour in (11, 12, 13):
            docket.happens("pause.ended", f"2026-03-09 {hour}:00", target="visit#1")
            docket.happens("pause.requested", f"2026-03-09 {hour}:30", **REST)
        docket.happens("pause.ended", "2026-03-09 14:00", target="visit#1")
        [refused] = docket.happens("pause.requested", "2026-03-09 14:30", **REST)
        assert "Have them decided first" in refused.missing.en
        decide(docket, "approved", "2026-03-09 14:40")
        docket.happens("pause.requested", "2026-03-09 14:50", **REST)
        assert len(docket["visit"].standstills) == 5


class TestTheLadder:
    def test_does_not_wait_for_the_decision(self):
        """Past the later moment it is late whichever way the pause is decided."""
        docket = paused()
        docket.tick("2026-03-10 13:00")
        assert docket["visit"].level == 0
        climbed = docket.tick("2026-03-10 14:01")
        assert [(d.at, d.level) for d in climbed if isinstance(d, Escalated)] == [(LENT, 1)]
        docket.tick("2026-03-10 17:00")
        assert docket["visit"].level == 2

    def test_and_climbs_no_rung_twice(self):
        docket = paused()
        docket.tick("2026-03-10 17:00")
        decided = decide(docket, "rejected", "2026-03-10 18:00")
        assert not [d for d in decided if isinstance(d, Escalated)]

    def test_the_worker_knows_when_to_look_and_when_there_is_nothing_more_to_do(self):
        docket = paused()
        for moment in ("2026-03-09 15:00", "2026-03-10 14:00", "2026-03-10 16:00"):
            assert next_moment(BOOK, docket["visit"]) == at(moment)
            docket.take(Event(name=TIME_PASSED, at=at(moment) + timedelta(seconds=1)))
        assert next_moment(BOOK, docket["visit"]) is None


DECISION = "visit-pause-customer-absent"


class TestTheDecision:
    """It is itself a promise: of the approver, started by the request, kept by either decision."""

    def test_is_started_by_the_request_and_kept_by_either_decision(self):
        for verdict in ("approved", "rejected"):
            docket = paused()
            assert docket[f"{DECISION}#1.1"].start_at == at("2026-03-09 10:00")
            decide(docket, verdict, "2026-03-09 11:00")
            assert docket[f"{DECISION}#1.1"].kept_at == at("2026-03-09 11:00")

    def test_each_pause_has_its_own_the_oldest_is_decided_first(self):
        docket = paused()
        docket.happens("pause.ended", "2026-03-09 11:00", target="visit#1")
        docket.happens("pause.requested", "2026-03-09 12:00", **REST)
        decide(docket, "approved", "2026-03-09 13:00")
        kept = [docket[f"{DECISION}#{turn}"].kept_at for turn in ("1.1", "1.2")]
        assert kept == [at("2026-03-09 13:00"), None]

    def test_a_decision_about_one_promise_is_none_about_another(self):
        rules = VISIT.replace("stop: crew.arrived", "again: another\n  stop: crew.arrived")
        docket = Docket(book(rules))
        for moment in ("2026-03-09 09:00", "2026-03-09 09:30"):
            docket.happens("case.lodged", moment, area="urban")
        for key in ("visit#1", "visit#2"):
            docket.happens(
                "pause.requested", "2026-03-09 10:00", target=key, reason="customer-absent"
            )
        docket.happens("pause.rejected", "2026-03-09 11:00", target="visit#2")
        assert docket[f"{DECISION}#1.1"].is_running
        assert not docket[f"{DECISION}#2.1"].is_running

    def test_is_owed_though_the_matter_is_over(self):
        for name in ("case.withdrawn", "case.merged"):
            docket = paused()
            docket.happens(name, "2026-03-10 12:00")
            assert docket[f"{DECISION}#1.1"].is_running
            decide(docket, "rejected", "2026-03-11 09:00")
            assert docket[f"{DECISION}#1.1"].kept_at == at("2026-03-11 09:00")

    def test_keeps_no_case_open(self):
        docket = paused()
        docket.happens("crew.arrived", "2026-03-09 14:00")
        docket.happens("callback.made", "2026-03-09 15:00")
        assert docket.state.closed_at == at("2026-03-09 15:00")


# -- whenever it is decided ------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from([
            "crew.arrived", "case.withdrawn", "case.merged", "case.separated", "case.handed_over",
            "facts.changed", "appointment.agreed", "pause.ended", TIME_PASSED,
        ]),
        st.sampled_from([1, 61, 300, 700, 1700]),
    ),
    max_size=8,
)  # fmt: skip


def life(steps: Sequence[tuple[str, int]]) -> list[Event]:
    now = at("2026-03-09 10:00")
    lodged = Event(name="case.lodged", at=at("2026-03-09 09:00"), facts={"area": "urban"})
    return [lodged, Event(name="pause.requested", at=now, **REST), *after(now, steps)]


def after(now: datetime, steps: Sequence[tuple[str, int]]) -> list[Event]:
    told = []
    for number, (name, minutes) in enumerate(steps):
        now += timedelta(minutes=minutes)
        facts = {}
        if name == "facts.changed":
            facts = {"area": "rural" if number % 2 else "urban"}
        elif name == "appointment.agreed":
            facts = {"agreed_at": now + timedelta(minutes=7 * minutes)}
        target = "visit#1" if name.startswith("pause.") else None
        told.append(Event(name=name, at=now, facts=facts, target=target))
    return told


def decision(verdict: str, moment) -> Event:
    return Event(name=f"pause.{verdict}", at=moment, target="visit#1")


def lived(told: Sequence[Event]) -> list[ObligationState]:
    state = State(subject="case", service="leak", process="repair", round_at=told[0].at)
    found = []
    for event in told:
        state = evolve(state, react(BOOK, state, event), event)
        found.append(state.find("visit#1"))
    return found


def waiting_after(told: Sequence[Event]) -> set[datetime]:
    """When what still waits was asked for; a pause is not granted to what is over."""
    return {s.start for s in lived(told)[-1].standstills}


def judged(held: ObligationState) -> tuple:
    return held.kept_at, held.voided_at, held.broken_at, held.broken_at and held.due_at


@settings(max_examples=300)
@given(STEPS, st.sampled_from(["approved", "rejected"]), st.integers(0, 8))
def test_decided_late_it_is_judged_as_if_it_had_been_decided_at_once(steps, verdict, place):
    told = life(steps)
    end = Event(name=TIME_PASSED, at=told[-1].at + timedelta(days=30))
    when = min(2 + place, len(told))
    at_once = [*told[:2], decision(verdict, told[1].at), *told[2:], end]
    late = [*told[:when], decision(verdict, told[when - 1].at), *told[when:], end]
    assert judged(lived(at_once)[-1]) == judged(lived(late)[-1])


VERDICTS = st.sampled_from(["approved", "rejected"])


@settings(max_examples=400)
@given(
    st.lists(st.tuples(VERDICTS, STEPS, st.sampled_from([1, 61, 300, 700])), min_size=2, max_size=3),
    st.integers(1, 4000),
)  # fmt: skip
def test_and_so_are_several_in_a_row_whatever_is_known_or_agreed_between(pauses, decided):
    """What was asked for when the time was up already could not have been asked for."""
    lodged = life([])[0]
    told, now = [lodged], at("2026-03-09 10:00")
    at_once, asked = [lodged], []
    for verdict, steps, ended in pauses:
        stop = Event(name="pause.ended", at=now + timedelta(minutes=ended), target="visit#1")
        one = [Event(name="pause.requested", at=now, **REST), stop, *after(stop.at, steps)]
        told += one
        at_once += [one[0], decision(verdict, now), *one[1:]]
        asked.append((one[0], verdict))
        now = told[-1].at + timedelta(minutes=1)
    end = Event(name=TIME_PASSED, at=now + timedelta(days=30))
    moment = told[-1].at + timedelta(minutes=decided)
    taken = waiting_after(told)
    late = [*told, *(decision(verdict, moment) for one, verdict in asked if one.at in taken), end]
    assert judged(lived([*at_once, end])[-1]) == judged(lived(late)[-1])


@settings(max_examples=200)
@given(STEPS, st.lists(st.sampled_from(["approved", "rejected"]), max_size=3), st.integers(0, 8))
def test_no_breach_is_ever_moved_or_lost(steps, verdicts, place):
    told = life(steps)
    when = min(2 + place, len(told))
    told[when:when] = [decision(v, told[when - 1].at) for v in verdicts]
    known = None
    for held in lived(told):
        assert known is None or held.broken_at == known
        known = held.broken_at
