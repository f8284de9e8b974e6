# ruff: noqa: E501 (a row is one line, so that it can be read)
"""An event that is taken back: what it began is void, what it ended runs on, what time did stays."""

import pytest

from chengnuo.rules.evolve import evolve
from chengnuo.rules.state import Decision, Revived, Unseen, Voided
from chengnuo.rules.undoing import NotToBeUndone, Undoing, undo
from tests.rules.world import Docket, at, book

RULES = """
reply: {kind: within, start: case.lodged, stop: reply.sent, void_on: [case.cancelled], limit: {amount: 4, unit: hour}}
survey: {kind: within, start: reply.sent, stop: survey.answered, limit: {amount: 2, unit: hour}}
"""


def replied(moment: str = "2026-03-09 10:00", event: str = "reply.sent") -> Docket:
    docket = Docket(book(RULES))
    docket.happens("case.lodged", "2026-03-09 09:00")
    docket.happens(event, moment)
    return docket


def taken_back(
    docket: Docket, moment: str, *decided: tuple[str, str], before: str | None = None
) -> tuple[Decision, ...]:
    undoing = Undoing("reply.sent", at(before) if before else None, decided)
    found = undo(docket.book, docket.state, undoing, at=at(moment))
    docket.state = evolve(docket.state, found, None)
    return found


BOTH = (("kept", "reply#1"), ("started", "survey#1"))


def test_what_it_kept_runs_on_and_what_it_started_is_void():
    docket, moment = replied(), at("2026-03-09 10:01")
    assert taken_back(docket, "2026-03-09 10:01", *BOTH) == (
        Unseen("reply.sent", moment, None),
        Revived("reply#1", moment),
        Voided("survey#1", moment, "undone"),
    )
    assert docket["reply"].is_running
    assert docket["reply"].due_at == at("2026-03-09 13:00")
    assert not docket["survey"].is_running
    assert "reply.sent" not in docket.state.seen


def test_what_it_ended_without_a_verdict_runs_on():
    docket = replied(event="case.cancelled")
    assert not docket["reply"].is_running
    taken_back(docket, "2026-03-09 10:01", ("voided", "reply#1"))
    assert docket["reply"].is_running


def test_what_it_started_and_was_kept_since_stays_kept():
    docket = replied()
    docket.happens("survey.answered", "2026-03-09 10:01")
    taken_back(docket, "2026-03-09 10:02", *BOTH)
    assert docket["survey"].kept_at == at("2026-03-09 10:01")
    assert docket["survey"].voided_at is None


def test_it_happened_when_it_happened_before():
    docket = replied()
    taken_back(docket, "2026-03-09 10:01", *BOTH, before="2026-03-09 09:30")
    assert docket.state.seen["reply.sent"] == at("2026-03-09 09:30")


def test_what_runs_on_is_late_where_its_time_was_up_meanwhile():
    docket = replied("2026-03-09 12:59")
    taken_back(docket, "2026-03-09 13:01", *BOTH)
    assert docket["reply"].broken_at == at("2026-03-09 13:00")


def test_time_that_passed_before_it_was_taken_back_has_its_verdict():
    docket = replied()
    taken_back(docket, "2026-03-09 12:30", *BOTH)
    assert docket["survey"].broken_at == at("2026-03-09 12:00")
    assert docket["survey"].voided_at == at("2026-03-09 12:30")


@pytest.mark.parametrize("kind", ["broken", "warned", "escalated"])
def test_what_time_did_stays(kind: str):
    docket = replied("2026-03-09 14:00")
    taken_back(docket, "2026-03-09 14:01", (kind, "reply#1"), *BOTH)
    assert docket["reply"].broken_at == at("2026-03-09 13:00")
    assert docket["reply"].is_running


@pytest.mark.parametrize("kind", ["moved", "restarted", "counted", "closed"])
def test_what_cannot_be_put_back_exactly_is_not_taken_back(kind: str):
    docket = replied()
    with pytest.raises(NotToBeUndone, match=f"reply.sent: {kind} reply#1"):
        taken_back(docket, "2026-03-09 10:01", (kind, "reply#1"))
