# ruff: noqa: E501 (a row is one line, so that it can be read)
"""Edges at which a small change of the rules would go unseen elsewhere; each row fails on one."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from chengnuo.rules.conditions import WEEKDAYS
from chengnuo.rules.counting import UnableToReckon, due_in_bulk
from chengnuo.rules.expiry import next_moment
from chengnuo.rules.limits import Count
from chengnuo.rules.periods import period_at
from chengnuo.rules.rulebook import Recurring
from tests.rules.world import Docket, at, back, book, calendar, count, limit, refused

STORM = "{reason: storm, title: {zh: 暴雨, en: Storm}, proof: {zh: 预警, en: Warning}, cap: {amount: 9, unit: hour}, approver: handler}"
ABSENT = "{reason: absent, title: {zh: 不在, en: Absent}, proof: {zh: 单号, en: Slip}, cap: {amount: 2, unit: hour}, approver: handler}"


def reply(more: str) -> Docket:
    docket = Docket(
        book(
            f"reply: {{kind: within, start: case.lodged, stop: reply.sent, limit: {{amount: 4, unit: hour}}, {more}}}"
        )
    )
    docket.happens("case.lodged", "2026-03-09 09:00")
    return docket


@pytest.mark.parametrize(
    ("reason", "due"), [("storm", "2026-03-09 22:00"), ("absent", "2026-03-09 15:00")]
)
def test_of_two_reasons_the_one_that_was_asked_for_caps_the_pause(reason: str, due: str):
    docket = reply(f"pause: [{STORM}, {ABSENT}]")
    docket.happens("pause.requested", "2026-03-09 10:00", target="reply#1", reason=reason)
    assert docket["reply"].due_at == at(due)


BAN = "kind: prohibition, held_by: form, forbids: meter.judged"
BANS = {
    "before the report": (f"{BAN}, until: report.received", [], {}, True),
    "after the report": (f"{BAN}, until: report.received", ["report.received"], {}, False),
    "where its condition holds": (f"{BAN}, when: {{area: urban}}", [], {"area": "urban"}, True),
    "where its condition does not hold": (f"{BAN}, when: {{area: urban}}", [], {"area": "rural"}, False),
    "where nobody knows": (f"{BAN}, when: {{area: urban}}", [], {}, False),
    "until, under a condition": (f"{BAN}, until: report.received, when: {{area: urban}}", ["report.received"], {"area": "urban"}, False),
    "round the clock": (f"{BAN}, between: '08:00-08:00'", [], {}, True),
}  # fmt: skip


@pytest.mark.parametrize(("words", "before", "facts", "stands"), BANS.values(), ids=BANS)
def test_a_prohibition_stands(words: str, before: list[str], facts: dict, stands: bool):
    docket = Docket(book(f"no-guess: {{{words}}}"))
    docket.happens("case.lodged", "2026-03-09 09:00", **facts)
    for name in before:
        docket.happens(name, "2026-03-09 10:00")
    assert refused(docket.happens("meter.judged", "2026-03-09 11:00")) == (
        ["no-guess"] if stands else []
    )


def test_a_promise_that_facts_ended_starts_again_when_they_are_put_right():
    docket = reply("when: {area: urban}")
    docket.happens("facts.changed", "2026-03-09 10:00", area="urban")
    docket.happens("facts.changed", "2026-03-09 10:30", area="rural")
    assert docket["reply"].voided_at == at("2026-03-09 10:30")
    docket.happens("facts.changed", "2026-03-09 11:00", area="urban")
    assert docket["reply#2"].due_at == at("2026-03-09 13:00")
    assert docket["reply#2"].is_running


class TestARestartWhileAPauseRuns:
    def docket(self) -> Docket:
        docket = reply(f"again: restart, pause: [{STORM}]")
        docket.happens("pause.requested", "2026-03-09 10:00", target="reply#1", reason="storm")
        docket.happens("case.lodged", "2026-03-09 11:00")
        return docket

    def test_the_rest_of_the_old_pause_is_not_added(self):
        assert self.docket()["reply"].due_at == at("2026-03-09 15:00")

    def test_rejected_afterwards_it_gives_no_breach_of_the_time_before(self):
        docket = self.docket()
        docket.happens("pause.rejected", "2026-03-09 14:00", target="reply#1")
        assert docket["reply"].due_at == at("2026-03-09 15:00")
        assert docket["reply"].broken_at is None


class TestReopening:
    def closed(self, more: str) -> Docket:
        return reply(f"on_reopen: resume, {more}")

    def reopen(self, docket: Docket) -> None:
        docket.happens("reply.sent", "2026-03-10 10:00")
        docket.happens("callback.made", "2026-03-10 11:00")
        docket.happens("case.reopened", "2026-03-12 10:00")

    def test_after_an_appointment_the_rest_until_the_agreed_moment_runs_on(self):
        docket = self.closed("appointment: {fact: agreed_at}")
        docket.happens("appointment.agreed", "2026-03-09 10:00", agreed_at=at("2026-03-10 15:00"))
        self.reopen(docket)
        assert docket["reply"].due_at == at("2026-03-12 15:00")
        assert docket["reply"].is_running

    def test_a_promise_without_a_number_runs_again_without_one(self):
        docket = Docket(
            book(
                "reply: {kind: within, start: case.lodged, stop: reply.sent, limit: {prompt: prompt}, on_reopen: resume}"
            )
        )
        docket.happens("case.lodged", "2026-03-09 09:00")
        self.reopen(docket)
        assert (docket["reply"].due_at, docket["reply"].is_running) == (None, True)

    @pytest.mark.parametrize("how", ["resume", "restart"])
    def test_what_runs_again_can_be_broken_and_kept_again(self, how: str):
        docket = Docket(
            book(
                f"reply: {{kind: within, start: case.lodged, stop: reply.sent, limit: {{amount: 48, unit: hour}}, on_reopen: {how}}}"
            )
        )
        docket.happens("case.lodged", "2026-03-09 09:00")
        self.reopen(docket)
        assert docket["reply"].is_running
        assert docket["reply"].done == 0
        due = docket["reply"].due_at
        docket.tick("2026-03-20 10:00")
        assert docket["reply"].broken_at == due
        docket.happens("reply.sent", "2026-03-20 11:00")
        assert docket["reply"].kept_at == at("2026-03-20 11:00")


def test_at_the_change_of_shifts_the_new_one_counts():
    assert count("{amount: 1, unit: shift_hour, shift_end: cap}", "2026-03-09 20:00").at == at(
        "2026-03-09 21:00"
    )


UNPUBLISHED = {
    "a notice in working days": (back("{amount: 1, unit: working_day}", "2027-01-05 09:00"), (2027,)),
    "a notice in working hours": (back("{amount: 1, unit: working_hour}", "2027-01-05 09:00"), (2027,)),
    "a notice over the new year": (back("{amount: 3, unit: working_day}", "2027-01-01 09:00"), (2027,)),
    "a notice in natural days": (back("{amount: 1, unit: natural_day}", "2027-01-05 09:00"), ()),
    "two years": (count("{amount: 1, unit: working_day}", "2027-12-31 18:00"), (2027, 2028)),
}  # fmt: skip


@pytest.mark.parametrize(("due", "years"), UNPUBLISHED.values(), ids=UNPUBLISHED)
def test_every_year_without_a_notice_is_named(due, years: tuple[int, ...]):
    assert due.unpublished == years


@pytest.mark.parametrize(
    "parts",
    [
        "{amount: 4, unit: hour}, {agreed: agreed_at}",
        "{agreed: agreed_at}, {amount: 4, unit: hour}",
    ],
)
@pytest.mark.parametrize("which", ["min_of", "max_of"])
def test_what_is_not_agreed_yet_governs_in_no_order(which: str, parts: str):
    assert count(f"{{{which}: [{parts}]}}", "2026-03-09 10:00").at == at("2026-03-09 14:00")


def test_a_clock_started_at_midnight_does_not_count_that_day():
    assert count("{amount: 1, unit: working_day}", "2026-03-10 00:00").at == at("2026-03-11 17:30")


@pytest.mark.parametrize(
    ("moment", "label"), [("2026-04-15 24:00", "2026-03"), ("2026-04-16 00:01", "2026-04")]
)
def test_a_deed_of_the_last_period_belongs_to_it_until_its_last_moment(moment: str, label: str):
    rule = book(
        "x: {kind: recurring, every: month, in: next, by: {day: 15}, stop: register.kept}"
    ).rules["x"]
    assert isinstance(rule, Recurring)
    found = period_at(rule=rule, at=at(moment), calendar=calendar())
    assert found is not None
    assert found.label == label


LIFE = """
from tests.rules.test_invariants import BOOK
from tests.rules.world import Docket
docket = Docket(BOOK, "2026-02-10 09:00")
docket.happens("case.lodged", "2026-02-10 09:00", area="urban", emergency=True)
for name in ("case.handed_over", "case.urged", "crew.arrived", "reply.sent", "repair.completed", "callback.made", "case.reopened"):
    docket.happens(name, "2026-02-20 09:00", area="rural")
print([repr(d) for d in docket.told])
"""


def test_the_order_of_decisions_does_not_hang_on_the_hash_seed():
    told = {
        subprocess.run(
            [sys.executable, "-c", LIFE], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(told) == 1
    assert "Restarted" in told.pop()


OPENED = "2000-01-03 00:00"  # the first working day of the calendar
IN_BULK = {
    "when the calendar begins": ("{amount: 1, unit: working_day}", [OPENED], ["2000-01-04 17:30"]),
    "until 24:00": ("{amount: 1, unit: working_day, ends: day_end}", [OPENED], ["2000-01-04 24:00"]),
    "none": ("{amount: 1, unit: working_day}", [], []),
    "before the calendar begins": ("{amount: 1, unit: working_day}", ["2000-01-02 23:59"], "a start lies outside"),
    "one of them before, one not": ("{amount: 1, unit: working_day}", ["2026-03-09 10:00", "2000-01-02 23:59"], "a start lies outside"),
    "after the calendar ends": ("{amount: 1, unit: working_day}", ["2060-12-31 10:00"], "a due time lies outside"),
    "today": ("{amount: 0, unit: working_day}", [OPENED], "default day counting"),
    "the starting day counted": ("{amount: 1, unit: working_day, count_start_day: true}", [OPENED], "default day counting"),
    "at the same time of day": ("{amount: 1, unit: working_day, ends: same_time}", [OPENED], "default day counting"),
    "from the next opening": ("{amount: 1, unit: working_day, starts: next_opening}", [OPENED], "default day counting"),
    "natural days": ("{amount: 1, unit: natural_day}", [OPENED], "default day counting"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "starts", "due"), IN_BULK.values(), ids=IN_BULK)
def test_many_at_once(words: str, starts: list[str], due: list[str] | str):
    made = limit(words)
    assert isinstance(made, Count)
    asked = {"count": made, "starts": [at(s).timestamp() for s in starts], "calendar": calendar()}
    if isinstance(due, str):
        with pytest.raises(UnableToReckon, match=due):
            due_in_bulk(**asked)
    else:
        assert due_in_bulk(**asked) == [at(moment).timestamp() for moment in due]


def test_before_the_calendar_begins_nobody_has_worked():
    assert calendar().worked_until(at("1999-12-31 12:00").timestamp()) == 0


HOUSE_DAYS = "{closed_days: {2026-03-10: {zh: 公司日, en: Company day}}, short_days: {2026-03-11: ['08:30-12:00']}}"
BY_HOLIDAY = "{table: [{when: {start_holiday: false}, amount: 1, unit: hour}, {when: {start_holiday: true}, amount: 2, unit: hour}]}"
NO_HOLIDAYS = {
    "the house's own rest day": "2026-03-10",
    "a short day": "2026-03-11",
    "a make-up working day": "2026-02-14",
    "a weekend": "2026-03-08",
    "a working day": "2026-03-12",
}


@pytest.mark.parametrize("day", NO_HOLIDAYS.values(), ids=NO_HOLIDAYS)
def test_only_what_a_notice_names_is_a_holiday(day: str):
    due = count(BY_HOLIDAY, f"{day} 10:00", calendar=calendar(HOUSE_DAYS))
    assert due.at == at(f"{day} 11:00")


def test_the_calendar_ends_with_its_last_year_where_every_day_is_worked():
    week = ", ".join(f"{day}: ['00:00-24:00']" for day in WEEKDAYS)
    used = calendar(f"{{week: {{{week}}}}}")
    words = "{amount: 1, unit: working_day}"
    assert count(words, "2060-12-30 10:00", calendar=used).at == at("2060-12-31 24:00")
    with pytest.raises(UnableToReckon, match="outside the calendar"):
        count(words, "2060-12-31 10:00", calendar=used)


CLAUSES = "[{source: R, place: 第一条}, {source: R, place: 第二条}]"
BANDS = "{table: [{when: {area: urban}, amount: 4, unit: hour}, {when: {area: rural}, amount: 8, unit: hour}]}"
CITED = {
    "the urban band": (BANDS, "{amount: 4, unit: hour}", ["第一条"]),
    "the rural band": (BANDS, "{amount: 8, unit: hour}", ["第二条"]),
    "no band of it": (BANDS, "{amount: 9, unit: hour}", ["第一条", "第二条"]),
    "what is no table": ("{amount: 4, unit: hour}", "{amount: 4, unit: hour}", ["第一条", "第二条"]),
}  # fmt: skip


@pytest.mark.parametrize(("words", "governs", "places"), CITED.values(), ids=CITED)
def test_a_band_cites_its_own_clause(words: str, governs: str, places: list[str]):
    rules = book(
        f"reply: {{kind: within, start: case.lodged, stop: reply.sent, limit: {words}, clause: {CLAUSES}}}"
    )
    found = rules.rules["reply"].clauses_for(limit(governs))
    assert [clause.place for clause in found] == places


def test_a_mean_that_waits_for_a_pause_has_no_ladder_to_climb():
    docket = reply(
        f"verdict: average, over: month, pause: [{STORM}], escalate: [{{after: {{amount: 1, unit: hour}}, to: supervision}}]"
    )
    docket.happens("pause.requested", "2026-03-09 10:00", target="reply#1", reason="storm")
    docket.happens("pause.ended", "2026-03-09 11:00", target="reply#1")
    held = docket["reply"]
    assert held.hangs
    assert held.due_at == at("2026-03-09 14:00")
    assert next_moment(docket.book, held) is None


def test_beside_a_broken_promise_it_is_the_newest_that_begins_again():
    docket = reply("again: restart")
    docket.happens("case.lodged", "2026-03-09 14:00")
    docket.happens("case.lodged", "2026-03-09 15:00")
    assert docket["reply"].broken_at == at("2026-03-09 13:00")
    assert docket["reply#2"].due_at == at("2026-03-09 19:00")
    assert len(docket.state.obligations) == 2
