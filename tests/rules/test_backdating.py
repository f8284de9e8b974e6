"""Deeds that are told for a moment before what they answer: refused, with the rule that says so."""

import pytest

from tests.rules.world import Docket, at, book, refused

RULES = """
arrive: {kind: within, start: case.lodged, stop: crew.arrived, limit: {amount: 2, unit: hour}}
repair: {kind: within, start: leak.found, stop: leak.mended, limit: {amount: 1, unit: natural_day}}
sealed: {kind: within, start: leak.found, stop: crew.arrived, limit: {amount: 1, unit: natural_day}}
signed-first: {kind: gate, before: [reply.sent], until: result.signed, since: result.failed}
both-first: {kind: gate, before: [works.begun], until: {all: [plan.agreed, fee.paid]}}
one-first: {kind: gate, before: [works.ended], until: {any: [plan.agreed, fee.paid]}}
"""
BEFORE = [
    ("case.lodged", "09:00"), ("leak.found", "11:00"), ("result.failed", "11:30"),
    ("result.signed", "12:00"), ("plan.agreed", "12:00"), ("fee.paid", "14:00"),
]  # fmt: skip

# what is told, for which moment, who refuses it
ROWS = [
    ("leak.mended", "10:59", ["repair"], "mended before it was found"),
    ("leak.mended", "11:00", [], "in the same minute"),
    ("reply.sent", "11:59", ["signed-first"], "sent before it was signed"),
    ("reply.sent", "12:00", [], "as soon as it was signed"),
    ("works.begun", "13:59", ["both-first"], "the fee was not yet paid"),
    ("works.begun", "14:00", [], "the last of both"),
    ("works.ended", "12:30", [], "one of them is enough, and was there"),
    ("works.ended", "11:59", ["one-first"], "neither was there"),
]


@pytest.mark.parametrize(("event", "moment", "by", "why"), ROWS, ids=[row[3] for row in ROWS])
def test_a_deed_is_not_told_for_a_moment_before_what_it_answers(event, moment, by, why):
    docket = told()
    assert refused(docket.happens(event, f"2026-03-09 {moment}")) == by


def test_an_earlier_deed_keeps_what_ran_then_and_nothing_that_began_later():
    docket = told()
    docket.happens("crew.arrived", "2026-03-09 10:00")
    assert docket["arrive"].kept_at == at("2026-03-09 10:00")
    assert docket["sealed"].is_running


def told() -> Docket:
    docket = Docket(book(RULES))
    for name, moment in BEFORE:
        docket.happens(name, f"2026-03-09 {moment}")
    return docket
