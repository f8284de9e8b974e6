# ruff: noqa: E501 (rules are written on one line, so that they can be read)
"""What follows from events, told as given / when / then. The docket opens on Monday 2026-03-09."""

from datetime import timedelta

import pytest

from chengnuo.rules.gates import forbidden_words
from chengnuo.rules.react import next_moment
from chengnuo.rules.state import (
    Answered,
    Broken,
    Closed,
    Counted,
    Escalated,
    Kept,
    Moved,
    Reopened,
    Restarted,
    Started,
    Voided,
    Warned,
)
from tests.rules.world import Docket, at, book, refused


def kinds(decided) -> list[type]:
    return [type(d) for d in decided]


REPLY = (
    "reply: {kind: within, start: case.lodged, stop: reply.sent, limit: {amount: 24, unit: hour}}"
)


class TestAPromise:
    def test_starts_with_its_event_and_knows_its_due_moment(self):
        docket = Docket(book(REPLY))
        docket.happens("case.lodged", "2026-03-09 09:00")
        assert docket["reply"].due_at == at("2026-03-10 09:00")

    def test_is_kept_in_time(self):
        docket = Docket(book(REPLY))
        docket.happens("case.lodged", "2026-03-09 09:00")
        assert docket.happens("reply.sent", "2026-03-09 11:00") == (
            Kept("reply#1", at("2026-03-09 11:00"), late=False),
        )

    def test_is_kept_at_its_very_last_moment(self):
        docket = Docket(book(REPLY))
        docket.happens("case.lodged", "2026-03-09 09:00")
        docket.happens("reply.sent", "2026-03-10 09:00")
        assert docket["reply"].broken_at is None

    def test_kept_late_is_kept_and_broken(self):
        docket = Docket(book(REPLY))
        docket.happens("case.lodged", "2026-03-09 09:00")
        docket.happens("reply.sent", "2026-03-11 15:00")
        held = docket["reply"]
        assert (held.kept_at, held.broken_at) == (at("2026-03-11 15:00"), at("2026-03-10 09:00"))

    def test_is_broken_at_its_legal_moment_however_late_somebody_looks(self):
        docket = Docket(book(REPLY))
        docket.happens("case.lodged", "2026-03-09 09:00")
        assert docket.tick("2026-03-10 09:00") == ()
        assert docket.tick("2026-03-15 03:00") == (Broken("reply#1", at("2026-03-10 09:00")),)

    def test_ends_without_a_verdict_when_the_customer_withdraws(self):
        docket = Docket(book(REPLY))
        docket.happens("case.lodged", "2026-03-09 09:00")
        decided = docket.happens("case.withdrawn", "2026-03-09 10:00")
        assert kinds(decided) == [Voided, Closed]
        assert docket["reply"].broken_at is None

    def test_withdrawn_too_late_stays_broken(self):
        docket = Docket(book(REPLY))
        docket.happens("case.lodged", "2026-03-09 09:00")
        docket.happens("case.withdrawn", "2026-03-12 10:00")
        assert docket["reply"].broken_at == at("2026-03-10 09:00")

    def test_a_second_start_is_ignored_while_it_runs(self):
        docket = Docket(book(REPLY))
        docket.happens("case.lodged", "2026-03-09 09:00")
        assert docket.happens("case.lodged", "2026-03-09 10:00") == ()

    def test_another_start_runs_beside_it(self):
        docket = Docket(book(REPLY.replace("stop:", "again: another, stop:")))
        docket.happens("case.lodged", "2026-03-09 09:00")
        docket.happens("case.lodged", "2026-03-09 10:00")
        assert docket["reply#2"].due_at == at("2026-03-10 10:00")

    def test_a_start_recorded_out_of_order_counts_from_its_own_moment(self):
        rule = REPLY.replace("start: case.lodged", "start: {any: [case.lodged, case.urged]}")
        docket = Docket(book(rule.replace("stop:", "again: another, stop:")))
        docket.happens("case.lodged", "2026-03-09 12:00")
        docket.happens("case.urged", "2026-03-09 09:00")
        assert docket["reply#2"].due_at == at("2026-03-10 09:00")

    def test_a_restart_gives_the_whole_time_again(self):
        docket = Docket(book(REPLY.replace("stop:", "again: restart, stop:")))
        docket.happens("case.lodged", "2026-03-09 09:00")
        docket.happens("case.lodged", "2026-03-09 19:00")
        assert docket["reply"].due_at == at("2026-03-10 19:00")

    def test_a_restart_does_not_take_a_breach_away(self):
        docket = Docket(book(REPLY.replace("stop:", "again: restart, stop:")))
        docket.happens("case.lodged", "2026-03-09 09:00")
        docket.happens("case.lodged", "2026-03-11 09:00")
        assert docket["reply#1"].broken_at == docket["reply#1"].due_at == at("2026-03-10 09:00")
        assert docket["reply#2"].due_at == at("2026-03-12 09:00")


class TestFactsDecide:
    REPAIR = """
    repair:
      kind: within
      start: case.lodged
      stop: repair.completed
      limit:
        table:
          - {when: {diameter_mm: {lt: 600}}, amount: 24, unit: hour}
          - {when: {diameter_mm: {gte: 600, lte: 800}}, amount: 38, unit: hour}
          - {when: {diameter_mm: {gt: 800}}, amount: 48, unit: hour}
    """
    URGENT = (
        "rush: {kind: within, when: {emergency: true}, start: case.lodged, stop: crew.arrived,"
        " limit: {amount: 1, unit: hour}}"
    )

    def test_unknown_the_shortest_limit_holds_and_the_fact_puts_it_right(self):
        docket = Docket(book(self.REPAIR))
        docket.happens("case.lodged", "2026-03-09 09:00")
        assert docket["repair"].due_at == at("2026-03-10 09:00")
        decided = docket.happens("facts.changed", "2026-03-09 10:00", diameter_mm=900)
        assert [d.why for d in decided if isinstance(d, Moved)] == ["facts"]
        assert docket["repair"].due_at == at("2026-03-11 09:00")

    def test_a_fact_that_comes_too_late_does_not_undo_a_breach(self):
        docket = Docket(book(self.REPAIR))
        docket.happens("case.lodged", "2026-03-09 09:00")
        docket.happens("facts.changed", "2026-03-10 10:00", diameter_mm=900)
        held = docket["repair"]
        assert held.broken_at == held.due_at == at("2026-03-10 09:00")

    def test_a_fact_that_shortens_the_time_breaks_at_the_true_moment(self):
        docket = Docket(book(self.REPAIR))
        docket.happens("case.lodged", "2026-03-09 09:00", diameter_mm=900)
        docket.happens("facts.changed", "2026-03-10 20:00", diameter_mm=100)
        assert docket["repair"].broken_at == at("2026-03-10 09:00")

    def test_a_rule_that_waited_for_its_fact_starts_at_its_event(self):
        docket = Docket(book(self.URGENT))
        assert docket.happens("case.lodged", "2026-03-09 09:00") == ()
        docket.happens("facts.changed", "2026-03-09 09:20", emergency=True)
        assert docket["rush"].due_at == at("2026-03-09 10:00")

    def test_and_is_broken_at_once_when_its_time_is_already_up(self):
        docket = Docket(book(self.URGENT))
        docket.happens("case.lodged", "2026-03-09 09:00")
        decided = docket.happens("facts.changed", "2026-03-09 11:00", emergency=True)
        assert kinds(decided) == [Started, Broken]
        assert docket["rush"].broken_at == at("2026-03-09 10:00")

    def test_a_rule_that_no_longer_applies_ends_without_a_verdict(self):
        docket = Docket(book(self.URGENT))
        docket.happens("case.lodged", "2026-03-09 09:00", emergency=True)
        decided = docket.happens("facts.changed", "2026-03-09 09:30", emergency=False)
        assert decided == (Voided("rush#1", at("2026-03-09 09:30"), "facts"),)

    def test_a_rule_may_apply_at_night_only(self):
        rules = "night: {kind: within, when: {start_time: {from: '22:00', to: '06:00'}}, start: case.lodged, stop: reply.sent, limit: {amount: 1, unit: hour}}"
        assert Docket(book(rules)).happens("case.lodged", "2026-03-09 21:59") == ()
        assert kinds(Docket(book(rules)).happens("case.lodged", "2026-03-09 22:00")) == [Started]


class TestAnAppointment:
    RULE = """
    visit:
      kind: within
      start: case.lodged
      stop: crew.arrived
      limit: {amount: 24, unit: hour}
      appointment: {fact: agreed_at}
      on_reopen: restart
    """

    def visit(self) -> Docket:
        docket = Docket(book(self.RULE))
        docket.happens("case.lodged", "2026-03-09 09:00")
        docket.happens("appointment.agreed", "2026-03-09 10:00", agreed_at=at("2026-03-12 14:00"))
        return docket

    def test_replaces_the_clock(self):
        assert self.visit()["visit"].due_at == at("2026-03-12 14:00")

    def test_is_a_promise_like_any_other(self):
        docket = self.visit()
        docket.tick("2026-03-12 15:00")
        assert docket["visit"].broken_at == at("2026-03-12 14:00")

    def test_can_be_agreed_anew_before_it_is_broken(self):
        docket = self.visit()
        docket.happens("appointment.agreed", "2026-03-12 13:00", agreed_at=at("2026-03-13 09:00"))
        assert docket["visit"].due_at == at("2026-03-13 09:00")

    def test_cannot_be_agreed_away_once_the_promise_is_broken(self):
        docket = self.visit()
        docket.happens("appointment.agreed", "2026-03-12 15:00", agreed_at=at("2026-03-13 09:00"))
        assert docket["visit"].due_at == docket["visit"].broken_at == at("2026-03-12 14:00")

    def test_is_over_when_the_promise_starts_again(self):
        docket = self.visit()
        docket.happens("crew.arrived", "2026-03-12 13:50")
        docket.happens("case.reopened", "2026-03-16 09:00")
        assert docket["visit"].due_at == at("2026-03-17 09:00")
        assert docket["visit"].broken_at is None


PAUSABLE = """
visit:
  kind: within
  start: case.lodged
  stop: crew.arrived
  limit: {amount: 24, unit: hour}
  pause:
    - reason: customer-absent
      title: {zh: 客户不在, en: Customer absent}
      proof: {zh: 到访不遇单号, en: Slip number}
      cap: {amount: 5, unit: hour}
      approver: handling_head
"""


class TestAPause:
    def paused(self) -> Docket:
        docket = Docket(book(PAUSABLE))
        docket.happens("case.lodged", "2026-03-09 09:00")
        docket.happens(
            "pause.requested", "2026-03-09 10:00", target="visit#1", reason="customer-absent"
        )
        return docket

    def pause(self, docket: Docket, verb: str, moment: str):
        return docket.happens(f"pause.{verb}", moment, target="visit#1", reason="customer-absent")

    def test_is_granted_until_its_cap_at_once(self):
        assert self.paused()["visit"].due_at == at("2026-03-10 14:00")

    def test_ends_when_the_clock_is_set_going_again(self):
        docket = self.paused()
        self.pause(docket, "ended", "2026-03-09 12:00")
        assert docket["visit"].due_at == at("2026-03-10 11:00")

    def test_ends_by_itself_at_its_cap(self):
        docket = self.paused()
        self.pause(docket, "approved", "2026-03-09 11:00")
        docket.tick("2026-03-09 18:00")
        held = docket["visit"]
        assert held.standstills[-1].end == at("2026-03-09 15:00")
        assert held.due_at == at("2026-03-10 14:00")

    def test_rejected_it_is_taken_back(self):
        docket = self.paused()
        self.pause(docket, "rejected", "2026-03-09 11:00")
        assert docket["visit"].due_at == at("2026-03-10 09:00")

    def test_rejected_after_it_ended_it_stays_on_record_as_long_as_it_lasted(self):
        docket = self.paused()
        self.pause(docket, "ended", "2026-03-09 11:00")
        self.pause(docket, "rejected", "2026-03-09 12:00")
        [still] = docket["visit"].standstills
        assert (still.status, still.start, still.end) == (
            "rejected",
            at("2026-03-09 10:00"),
            at("2026-03-09 11:00"),
        )
        assert still.due_without == (), "it waits for nothing any more"

    def test_rejected_after_the_time_was_up_the_breach_is_at_its_true_moment(self):
        docket = self.paused()
        decided = self.pause(docket, "rejected", "2026-03-10 12:00")
        assert Broken("visit#1", at("2026-03-10 09:00")) in decided

    def test_rejected_after_the_promise_was_kept_in_the_time_it_lent(self):
        docket = self.paused()
        docket.happens("crew.arrived", "2026-03-10 13:00")
        assert docket["visit"].broken_at is None
        self.pause(docket, "rejected", "2026-03-11 09:00")
        held = docket["visit"]
        assert (held.kept_at, held.broken_at) == (at("2026-03-10 13:00"), at("2026-03-10 09:00"))

    def test_approved_after_the_promise_was_kept_changes_no_verdict(self):
        docket = self.paused()
        docket.happens("crew.arrived", "2026-03-10 13:00")
        self.pause(docket, "approved", "2026-03-11 09:00")
        assert docket["visit"].broken_at is None

    def test_is_decided_though_the_case_is_closed(self):
        docket = self.paused()
        docket.happens("crew.arrived", "2026-03-10 13:00")
        docket.happens("callback.made", "2026-03-10 14:00")
        assert docket.state.closed_at
        self.pause(docket, "rejected", "2026-03-11 09:00")
        assert docket["visit"].broken_at == at("2026-03-10 09:00")

    def test_two_pauses_in_a_row_are_decided_in_the_order_they_were_asked_for(self):
        docket = self.paused()
        self.pause(docket, "ended", "2026-03-09 11:00")
        self.pause(docket, "requested", "2026-03-09 12:00")
        self.pause(docket, "rejected", "2026-03-09 13:00")
        assert [s.status for s in docket["visit"].standstills] == ["rejected", "requested"]
        assert docket["visit"].due_at == at("2026-03-10 14:00")

    @pytest.mark.parametrize(
        ("verb", "moment", "prepare"),
        [
            ("requested", "2026-03-09 11:00", []),
            ("requested", "2026-03-10 15:00", []),
            ("approved", "2026-03-09 12:00", [("approved", "2026-03-09 11:00")]),
            ("rejected", "2026-03-09 12:00", [("approved", "2026-03-09 11:00")]),
            ("ended", "2026-03-09 12:00", [("ended", "2026-03-09 11:00")]),
        ],
        ids=["a second while one runs", "of a broken promise", "decided twice", "taken back after approval", "ended twice"],
    )  # fmt: skip
    def test_is_refused(self, verb: str, moment: str, prepare: list):
        docket = self.paused()
        for earlier, when in prepare:
            self.pause(docket, earlier, when)
        before = docket.state
        assert refused(self.pause(docket, verb, moment)) == ["visit"]
        assert docket.state == before

    def test_needs_a_listed_reason(self):
        docket = Docket(book(PAUSABLE))
        docket.happens("case.lodged", "2026-03-09 09:00")
        asked = docket.happens(
            "pause.requested", "2026-03-09 10:00", target="visit#1", reason="busy"
        )
        assert refused(asked) == ["visit"]
        assert "customer-absent" in asked[0].missing.en

    def test_needs_an_obligation(self):
        assert refused(self.paused().happens("pause.ended", "2026-03-09 10:30")) == [""]


class TestReopening:
    def kept(self, how: str, kept_at: str) -> Docket:
        docket = Docket(book(REPLY.replace("stop:", f"on_reopen: {how}, stop:")))
        docket.happens("case.lodged", "2026-03-09 09:00")
        docket.happens("reply.sent", kept_at)
        docket.happens("callback.made", "2026-03-12 09:00")
        assert docket.state.closed_at
        return docket

    def test_resumes_with_the_rest_of_the_time(self):
        docket = self.kept("resume", "2026-03-09 19:00")
        decided = docket.happens("case.reopened", "2026-03-16 08:00")
        assert kinds(decided) == [Reopened, Restarted]
        assert docket["reply"].due_at == at("2026-03-16 22:00")
        assert docket["reply"].is_running
        assert docket["reply"].start_at == at("2026-03-09 09:00")

    def test_kept_at_the_last_moment_there_is_no_rest_but_no_breach_in_the_past(self):
        docket = self.kept("resume", "2026-03-10 09:00")
        docket.happens("case.reopened", "2026-03-16 08:00")
        assert docket["reply"].is_running
        assert docket["reply"].due_at == at("2026-03-16 08:00")
        assert docket["reply"].broken_at is None

    def test_restarts_with_the_whole_time(self):
        docket = self.kept("restart", "2026-03-09 19:00")
        docket.happens("case.reopened", "2026-03-16 08:00")
        assert docket["reply"].is_running
        assert docket["reply"].due_at == at("2026-03-17 08:00")

    def test_makes_a_new_promise(self):
        docket = self.kept("new", "2026-03-09 19:00")
        docket.happens("case.reopened", "2026-03-16 08:00")
        assert docket["reply#1"].kept_at == at("2026-03-09 19:00")
        assert docket["reply#2"].due_at == at("2026-03-17 08:00")

    @pytest.mark.parametrize("how", ["resume", "restart", "new"])
    def test_leaves_a_broken_promise_as_it_is_and_makes_a_new_one(self, how: str):
        docket = self.kept(how, "2026-03-11 09:00")
        before = docket["reply#1"]
        docket.happens("case.reopened", "2026-03-16 08:00")
        assert docket["reply#1"] == before
        assert docket["reply#2"].due_at == at("2026-03-17 08:00")

    def test_does_not_touch_rules_that_do_not_say_so(self):
        docket = Docket(book(REPLY))
        docket.happens("case.lodged", "2026-03-09 09:00")
        docket.happens("reply.sent", "2026-03-09 10:00")
        docket.happens("callback.made", "2026-03-09 11:00")
        assert kinds(docket.happens("case.reopened", "2026-03-16 08:00")) == [Reopened]

    def test_what_closed_the_first_round_does_not_close_the_second(self):
        docket = self.kept("new", "2026-03-09 19:00")
        docket.happens("case.reopened", "2026-03-12 09:00")  # the moment of the callback itself
        docket.happens("reply.sent", "2026-03-16 09:00")
        assert docket.state.closed_at is None
        docket.happens("callback.made", "2026-03-16 10:00")
        assert docket.state.closed_at == at("2026-03-16 10:00")


class TestGates:
    SIGNED = """
    signed:
      kind: gate
      before: [reply.sent]
      until: result.signed
      since: result.recorded
    """

    def test_refuses_the_event_with_the_rule_and_what_is_missing(self):
        decided = Docket(book(self.SIGNED)).happens("reply.sent", "2026-03-09 10:00")
        assert refused(decided) == ["signed"]
        assert "result.signed" in decided[0].missing.en

    def test_opens_when_it_is_met(self):
        docket = Docket(book(self.SIGNED))
        docket.happens("result.recorded", "2026-03-09 10:00")
        docket.happens("result.signed", "2026-03-09 11:00")
        assert not refused(docket.happens("reply.sent", "2026-03-09 12:00"))

    def test_shuts_again_when_the_result_changes_after_the_signature(self):
        docket = Docket(book(self.SIGNED))
        docket.happens("result.recorded", "2026-03-09 10:00")
        docket.happens("result.signed", "2026-03-09 11:00")
        docket.happens("result.recorded", "2026-03-09 11:30")
        assert refused(docket.happens("reply.sent", "2026-03-09 12:00")) == ["signed"]

    def test_is_to_be_met_anew_after_a_reopening(self):
        docket = Docket(book(self.SIGNED))
        docket.happens("result.signed", "2026-03-09 11:00")
        docket.happens("case.reopened", "2026-03-10 09:00")
        assert refused(docket.happens("reply.sent", "2026-03-10 12:00")) == ["signed"]

    FACTS = "certified: {kind: gate, before: installation.started, facts: {certificate: valid}}"

    @pytest.mark.parametrize(
        ("facts", "open_"), [({}, False), ({"certificate": "expired"}, False), ({"certificate": "valid"}, True)],
        ids=["unknown", "expired", "valid"],
    )  # fmt: skip
    def test_asks_for_facts(self, facts: dict, open_: bool):
        decided = Docket(book(self.FACTS)).happens(
            "installation.started", "2026-03-09 10:00", **facts
        )
        assert (not refused(decided)) is open_

    OVERDUE = "wait: {kind: gate, before: supply.cut, wait: {from: bill.overdue, amount: 30, unit: natural_day}}"

    @pytest.mark.parametrize(
        ("moment", "open_"),
        [("2026-04-08 23:59", False), ("2026-04-08 24:00", False), ("2026-04-09 00:01", True)],
        ids=["on the thirtieth day", "at its end", "after it"],
    )
    def test_asks_for_time(self, moment: str, open_: bool):
        docket = Docket(book(self.OVERDUE))
        docket.happens("bill.overdue", "2026-03-09 10:00")
        assert (not refused(docket.happens("supply.cut", moment))) is open_

    def test_asks_for_an_event_that_has_not_happened(self):
        assert refused(Docket(book(self.OVERDUE)).happens("supply.cut", "2026-05-09 10:00"))


class TestProhibitions:
    NIGHT = "night: {kind: prohibition, held_by: script, forbids: [supply.restored], between: '22:00-06:00'}"

    @pytest.mark.parametrize(
        ("moment", "forbidden"),
        [("2026-03-09 21:59", False), ("2026-03-09 22:00", True), ("2026-03-10 05:59", True), ("2026-03-10 06:00", False)],
    )  # fmt: skip
    def test_a_window_over_midnight(self, moment: str, forbidden: bool):
        decided = Docket(book(self.NIGHT)).happens("supply.restored", moment)
        assert bool(refused(decided)) is forbidden

    GUESS = "guess: {kind: prohibition, held_by: script, words: [可能是, 大概是], until: report.received}"

    def test_forbidden_words_until_the_report_is_there(self):
        docket = Docket(book(self.GUESS))
        said = "表可能是坏的"
        assert [w for _, w in forbidden_words(docket.book, docket.state, said)] == ["可能是"]
        docket.happens("report.received", "2026-03-09 10:00")
        assert not list(forbidden_words(docket.book, docket.state, said))

    @pytest.mark.parametrize(
        ("form", "forbidden"), [("arrival", True), ("survey", True), ("callback", False), ("", False)]
    )  # fmt: skip
    def test_words_may_be_forbidden_in_some_forms_only(self, form: str, forbidden: bool):
        docket = Docket(book(self.GUESS.replace("until:", "forms: [arrival, survey], until:")))
        found = list(forbidden_words(docket.book, docket.state, "表可能是坏的", form))
        assert bool(found) is forbidden


class TestSeveralEvents:
    BOTH = "install: {kind: within, start: {all: [case.lodged, fee.paid]}, stop: {all: [pipe.laid, gas.tested]}, limit: {amount: 10, unit: natural_day}}"

    def test_starts_at_the_later_of_application_and_payment(self):
        docket = Docket(book(self.BOTH))
        assert docket.happens("case.lodged", "2026-03-09 09:00") == ()
        docket.happens("fee.paid", "2026-03-11 09:00")
        assert docket["install"].due_at == at("2026-03-21 24:00")

    def test_is_kept_at_the_last_of_its_deeds(self):
        docket = Docket(book(self.BOTH))
        docket.happens("case.lodged", "2026-03-09 09:00")
        docket.happens("fee.paid", "2026-03-11 09:00")
        assert docket.happens("pipe.laid", "2026-03-12 09:00") == ()
        docket.happens("gas.tested", "2026-03-13 09:00")
        assert docket["install"].kept_at == at("2026-03-13 09:00")

    def test_is_kept_at_the_last_of_its_deeds_in_whatever_order_they_are_recorded(self):
        docket = Docket(book(self.BOTH))
        docket.happens("case.lodged", "2026-03-09 09:00")
        docket.happens("fee.paid", "2026-03-09 09:00")
        docket.happens("pipe.laid", "2026-03-20 09:00")
        docket.happens("gas.tested", "2026-03-12 09:00")
        held = docket["install"]
        assert (held.kept_at, held.broken_at) == (at("2026-03-20 09:00"), at("2026-03-19 24:00"))

    def test_a_deed_before_the_start_does_not_count(self):
        docket = Docket(book(self.BOTH))
        docket.happens("pipe.laid", "2026-03-08 09:00")
        docket.happens("case.lodged", "2026-03-09 09:00")
        docket.happens("fee.paid", "2026-03-09 09:00")
        docket.happens("gas.tested", "2026-03-10 09:00")
        assert docket["install"].kept_at is None


class TestNotice:
    RULE = "notice: {kind: before, announced: stop_at, stop: notice.sent, limit: {amount: 48, unit: hour}}"

    def test_is_due_ahead_of_the_announced_moment(self):
        docket = Docket(book(self.RULE))
        docket.happens("case.lodged", "2026-03-09 09:00", stop_at=at("2026-03-12 09:00"))
        assert docket["notice"].due_at == at("2026-03-10 09:00")

    def test_is_dated_when_the_moment_is_announced(self):
        docket = Docket(book(self.RULE))
        docket.happens("case.lodged", "2026-03-09 09:00")
        assert docket["notice"].due_at is None
        docket.happens("facts.changed", "2026-03-09 10:00", stop_at=at("2026-03-14 09:00"))
        assert docket["notice"].due_at == at("2026-03-12 09:00")

    def test_announced_too_late_it_is_broken_at_once(self):
        docket = Docket(book(self.RULE))
        decided = docket.happens("case.lodged", "2026-03-09 09:00", stop_at=at("2026-03-10 09:00"))
        assert kinds(decided) == [Started, Broken]
        assert docket["notice"].broken_at == at("2026-03-08 09:00")


class TestPeriods:
    RULE = "inspected: {kind: recurring, every: year, count: 2, stop: inspection.done}"

    def opened(self) -> Docket:
        docket = Docket(book(self.RULE), opened="2026-01-01 00:00")
        docket.happens(
            "period.opened",
            "2026-01-01 00:00",
            target="inspected#2026",
            due_at=at("2026-12-31 24:00"),
        )
        return docket

    def test_is_kept_by_as_many_deeds_as_it_asks_for(self):
        docket = self.opened()
        first = docket.happens("inspection.done", "2026-04-01 09:00")
        assert first == (Counted("inspected#2026", at("2026-04-01 09:00"), 1),)
        assert kinds(docket.happens("inspection.done", "2026-10-01 09:00")) == [Kept]

    def test_one_deed_is_not_enough(self):
        docket = self.opened()
        docket.happens("inspection.done", "2026-04-01 09:00")
        docket.tick("2027-02-01 09:00")
        assert docket["inspected#2026"].broken_at == at("2026-12-31 24:00")

    def test_a_period_is_opened_once(self):
        docket = self.opened()
        again = docket.happens(
            "period.opened",
            "2026-01-02 00:00",
            target="inspected#2026",
            due_at=at("2027-12-31 24:00"),
        )
        assert again == ()

    def test_facts_that_come_in_change_nothing_about_its_period(self):
        rule = self.RULE.replace("count: 2,", "when: {area: urban},")
        docket = Docket(book(rule), opened="2026-01-01 00:00")
        docket.happens(
            "period.opened",
            "2026-01-01 00:00",
            target="inspected#2026",
            due_at=at("2026-12-31 24:00"),
        )
        for area in ("urban", "rural"):
            assert docket.happens("facts.changed", "2026-02-01 09:00", area=area) == ()
        assert docket["inspected#2026"].is_running

    def test_has_no_clock_that_a_pause_could_stop(self):
        asked = self.opened().happens(
            "pause.requested", "2026-02-01 09:00", target="inspected#2026", reason="storm"
        )
        assert refused(asked) == ["inspected"]
        assert "none listed" in asked[0].missing.en

    def test_a_late_deed_belongs_to_the_oldest_open_period(self):
        docket = Docket(book(self.RULE.replace("count: 2, ", "")), opened="2026-01-01 00:00")
        for year in (2026, 2027):
            docket.happens(
                "period.opened",
                f"{year}-01-01 00:00",
                target=f"inspected#{year}",
                due_at=at(f"{year}-12-31 24:00"),
            )
        docket.happens("inspection.done", "2027-04-01 09:00")
        assert docket["inspected#2026"].kept_at == at("2027-04-01 09:00")
        assert docket["inspected#2027"].is_running


class TestWarningsAndRungs:
    RULE = """
    reply:
      kind: within
      start: case.lodged
      stop: reply.sent
      limit: {amount: 10, unit: hour}
      warn: [0.5, 0.8]
      urgent: true
      escalate:
        - {after: {amount: 0, unit: minute}, to: line-1}
        - {after: {amount: 1, unit: working_day}, to: vice-president}
    """

    ANSWERED = """
    reply:
      kind: within
      start: case.lodged
      stop: reply.sent
      limit: {amount: 2, unit: hour}
      escalate:
        - {after: {amount: 0, unit: minute}, to: line-1, answer: {amount: 2, unit: hour}}
        - {after: {amount: 1, unit: natural_day, ends: same_time}, to: line-2, answer: {amount: 2, unit: hour}}
    """

    def test_warns_at_shares_of_the_time_each_once(self):
        docket = Docket(book(self.RULE))
        docket.happens("case.lodged", "2026-03-09 09:00")
        assert docket.tick("2026-03-09 14:00") == (
            Warned("reply#1", at("2026-03-09 14:00"), 0.5, 1),
        )
        assert docket.tick("2026-03-09 14:30") == ()
        assert docket.tick("2026-03-09 17:00") == (
            Warned("reply#1", at("2026-03-09 17:00"), 0.8, 2),
        )

    def test_climbs_the_ladder_from_the_legal_moment(self):
        docket = Docket(book(self.RULE))
        docket.happens("case.lodged", "2026-03-09 09:00")
        assert docket.tick("2026-03-09 19:30") == (
            Broken("reply#1", at("2026-03-09 19:00")),
            Escalated("reply#1", at("2026-03-09 19:00"), 1, "line-1", True, at("2026-03-09 19:30")),
        )
        assert docket.tick("2026-03-10 17:00") == ()
        assert docket.tick("2026-03-10 18:00") == (
            Escalated(
                "reply#1", at("2026-03-10 17:30"), 2, "vice-president", True, at("2026-03-10 18:00")
            ),
        )

    @pytest.mark.parametrize(
        ("answers", "climbed"),
        [
            # broken at 12:00; the second level has its own time, a day later
            ([], [("line-1", "2026-03-09 12:00"), ("line-2", "2026-03-09 14:05"), ("above", "2026-03-09 16:10")]),
            (["2026-03-09 13:00"], [("line-1", "2026-03-09 12:00"), ("line-2", "2026-03-10 12:00"), ("above", "2026-03-10 14:05")]),
            (["2026-03-09 13:00", "2026-03-10 13:00"], [("line-1", "2026-03-09 12:00"), ("line-2", "2026-03-10 12:00")]),
        ],
    )  # fmt: skip
    def test_a_rung_that_nobody_answers_is_climbed_early_and_an_unanswered_top_goes_above(
        self, answers, climbed
    ):
        docket = Docket(book(self.ANSWERED))
        docket.happens("case.lodged", "2026-03-09 10:00")
        found = []
        for minutes in range(0, 60 * 50, 5):
            moment = (at("2026-03-09 10:00") + timedelta(minutes=minutes)).strftime(
                "%Y-%m-%d %H:%M"
            )
            if moment in answers:
                docket.happens("escalation.answered", moment, target="reply#1")
            decided = docket.tick(moment)
            found += [(d.to, d.at) for d in decided if isinstance(d, Escalated)]
        # whoever slept is told five minutes after the moment, and has two hours from then
        assert found == [(to, at(moment)) for to, moment in climbed]
        assert next_moment(docket.book, docket["reply"]) is None

    def test_only_an_escalation_that_waits_can_be_answered(self):
        docket = Docket(book(self.ANSWERED))
        docket.happens("case.lodged", "2026-03-09 10:00")
        answer = ("escalation.answered", "2026-03-09 13:00")
        early = docket.happens("escalation.answered", "2026-03-09 11:00", target="reply#1")
        assert refused(early) == ["reply"]
        docket.tick("2026-03-09 12:30")
        assert Answered("reply#1", at("2026-03-09 13:00"), 1) in docket.happens(
            *answer, target="reply#1"
        )
        assert refused(docket.happens(*answer, target="reply#1")) == ["reply"]

    def test_the_next_moment_is_always_known(self):
        docket = Docket(book(self.RULE))
        docket.happens("case.lodged", "2026-03-09 09:00")
        moments = []
        for moment in (
            "2026-03-09 14:00",
            "2026-03-09 17:00",
            "2026-03-09 19:01",
            "2026-03-10 17:31",
        ):
            moments.append(next_moment(docket.book, docket["reply"]))
            docket.tick(moment)
        told = ["2026-03-09 14:00", "2026-03-09 17:00", "2026-03-09 19:00", "2026-03-10 17:30"]
        assert moments == [at(m) for m in told]
        assert next_moment(docket.book, docket["reply"]) is None


def test_a_right_lapses_without_a_breach():
    rules = "rebuttal: {kind: within, verdict: lapses, start: case.lodged, stop: repair.completed, warn: [0.5], limit: {amount: 2, unit: hour}}"
    docket = Docket(book(rules))
    docket.happens("case.lodged", "2026-03-09 09:00")
    assert kinds(docket.tick("2026-03-09 10:30")) == [Warned]
    assert next_moment(docket.book, docket["rebuttal"]) == at("2026-03-09 11:00")
    assert docket.tick("2026-03-09 11:30") == (
        Voided("rebuttal#1", at("2026-03-09 11:00"), "lapsed"),
    )
    assert docket["rebuttal"].broken_at is None
    assert Kept not in kinds(docket.happens("repair.completed", "2026-03-09 12:00"))


def test_an_average_is_not_broken_by_one_that_is_late():
    rules = "arrival: {kind: within, verdict: average, over: month, start: case.lodged, stop: crew.arrived, limit: {amount: 45, unit: minute}}"
    docket = Docket(book(rules))
    docket.happens("case.lodged", "2026-03-09 09:00")
    docket.tick("2026-03-09 10:00")
    docket.happens("crew.arrived", "2026-03-09 11:00")
    held = docket["arrival"]
    assert (held.kept_at, held.broken_at) == (at("2026-03-09 11:00"), None)
    assert Kept("arrival#1", at("2026-03-09 11:00"), late=False) in docket.told


class TestClosing:
    RULES = f"""
    {REPLY}
    survey: {{kind: within, start: case.lodged, stop: survey.answered, limit: {{amount: 30, unit: natural_day}}, blocks_close: false}}
    aftercare: {{kind: within, start: case.closed, stop: aftercare.called, limit: {{amount: 1, unit: next_day}}, blocks_close: false}}
    """

    def closed(self) -> Docket:
        docket = Docket(book(self.RULES))
        docket.happens("case.lodged", "2026-03-09 09:00")
        docket.happens("reply.sent", "2026-03-09 10:00")
        docket.happens("callback.made", "2026-03-09 11:00")
        return docket

    def test_waits_for_what_blocks_it(self):
        docket = Docket(book(self.RULES))
        docket.happens("case.lodged", "2026-03-09 09:00")
        docket.happens("callback.made", "2026-03-09 11:00")
        assert docket.state.closed_at is None
        docket.happens("reply.sent", "2026-03-09 12:00")
        assert docket.state.closed_at == at("2026-03-09 12:00")

    def test_does_not_wait_for_what_does_not(self):
        docket = self.closed()
        assert docket.state.closed_at == at("2026-03-09 11:00")
        assert docket["survey"].is_running

    def test_starts_what_is_owed_after_it(self):
        assert self.closed()["aftercare"].due_at == at("2026-03-10 24:00")

    def test_does_not_start_it_when_the_customer_withdrew(self):
        docket = Docket(book(self.RULES))
        docket.happens("case.lodged", "2026-03-09 09:00")
        docket.happens("case.withdrawn", "2026-03-09 10:00")
        with pytest.raises(KeyError):
            docket["aftercare"]

    def test_what_is_still_owed_can_be_kept_on_a_closed_case(self):
        docket = self.closed()
        docket.happens("survey.answered", "2026-03-10 09:00")
        assert docket["survey"].kept_at == at("2026-03-10 09:00")

    def test_everything_else_is_refused_until_it_is_reopened(self):
        docket = self.closed()
        assert refused(docket.happens("repair.completed", "2026-03-10 09:00")) == [""]
        docket.happens("case.reopened", "2026-03-10 10:00")
        assert not refused(docket.happens("repair.completed", "2026-03-10 11:00"))

    def test_time_still_breaks_what_runs_on(self):
        docket = self.closed()
        docket.tick("2026-05-01 09:00")
        assert docket["survey"].broken_at == at("2026-04-08 24:00")
