"""The due moment of one obligation under what is known: its limit, its pauses, what was agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chengnuo.rules.clock import Due, due_at, notice_due
from chengnuo.rules.conditions import Facts
from chengnuo.rules.limits import Agreed
from chengnuo.rules.rulebook import Before, Clocked, Rulebook
from chengnuo.rules.state import Moved, Obligation, Standstill


def reckon(book: Rulebook, rule: Clocked, begun: datetime, facts: Facts, held: Obligation) -> Due:
    """The due moment of one obligation: its limit, its pauses, or what was agreed instead."""
    if isinstance(rule, Before):
        announced = facts.get(rule.announced)
        if not isinstance(announced, datetime):
            return Due(None, rule.limit, unknown=frozenset({rule.announced}))
        return notice_due(
            limit=rule.limit, announced=announced, calendar=book.calendar, facts=facts
        )
    if held.agreed_at is not None:
        fact = rule.appointment.fact if rule.appointment else ""
        return Due(book.calendar.local(held.agreed_at), Agreed(fact))
    return due_at(
        limit=rule.limit, start=begun, calendar=book.calendar, facts=facts, pauses=held.pauses()
    )


def moved(
    book: Rulebook, rule: Clocked, facts: Facts, held: Obligation, why: str, at: datetime
) -> Moved | None:
    """An obligation reckoned anew at a moment; None where nothing moves."""
    due = reckon(book, rule, held.start_at, facts, held)
    stills = undecided_anew(book, rule, facts, held, at)
    was = (held.due_at, held.unpublished, held.standstills)
    if (due.at, due.unpublished, stills) == was:
        return None
    fresh = stills if stills != held.standstills else None
    return Moved(held.key, due.at, why, due.unpublished, held.agreed_at, fresh)


def undecided_anew(
    book: Rulebook, rule: Clocked, facts: Facts, held: Obligation, at: datetime
) -> tuple[Standstill, ...]:
    """The pauses of an obligation; the undecided ones with the due moment if they are rejected.

    A moment that has passed `at` then stays as it is.
    """
    stills = held.standstills
    return tuple(
        replace(still, due_without=_without(book, rule, facts, held, index))
        if still.is_undecided and not passed(still.due_without, at)
        else still
        for index, still in enumerate(stills)
    )


def _without(
    book: Rulebook, rule: Clocked, facts: Facts, held: Obligation, first: int
) -> datetime | None:
    """The due moment if this pause, and what was asked for after it, is rejected."""
    stills = tuple(
        replace(still, status="rejected") if index >= first and still.is_undecided else still
        for index, still in enumerate(held.standstills)
    )
    return reckon(book, rule, held.start_at, facts, replace(held, standstills=stills)).at


def passed(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and moment < at


def is_fixed(held: Obligation, at: datetime) -> bool:
    """Whether nothing moves its due moment any more: it is broken, or its time is up and only the
    decision of a pause is awaited."""
    return held.broken_at is not None or (held.hangs and passed(held.due_at, at))


def in_the_balance(held: Obligation, at: datetime) -> bool:
    """Whether the rejection of a pause would show a breach before a moment."""
    return any(passed(s.due_without, at) for s in held.standstills if s.is_undecided)
