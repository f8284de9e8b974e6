"""The due moment of one obligation under what is known: its limit, its pauses, what was agreed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest

from chengnuo.rules.clock import Due, due_at, notice_due
from chengnuo.rules.conditions import Facts
from chengnuo.rules.limits import Agreed
from chengnuo.rules.rulebook import Before, Clocked, Rulebook
from chengnuo.rules.state import THEIR_TURN, Moved, ObligationState, Standstill


def reckon(
    book: Rulebook, rule: Clocked, begun: datetime, facts: Facts, held: ObligationState
) -> Due:
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
    due = due_at(
        limit=rule.limit, start=begun, calendar=book.calendar, facts=facts, pauses=held.pauses()
    )
    # It is the other side's turn: ours owes nothing until it has acted, so there is no moment.
    if held.stands:
        return replace(due, at=None, unpublished=())
    # Where the last step used up the very last of it, nothing is left, but nothing is late either.
    back = [s.end for s in held.standstills if s.reason == THEIR_TURN and s.end is not None]
    if due.at is not None and any(end > due.at for end in back):
        return replace(due, at=book.calendar.local(max(back)))
    return due


def moved(
    book: Rulebook, rule: Clocked, facts: Facts, held: ObligationState, why: str, at: datetime
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
    book: Rulebook, rule: Clocked, facts: Facts, held: ObligationState, at: datetime
) -> tuple[Standstill, ...]:
    """The pauses of an obligation; the undecided ones with the due moments if they are rejected.

    A moment that has passed `at` then stays as it is.
    """
    stills = list(held.standstills)
    waiting = [index for index, still in enumerate(stills) if still.is_undecided]
    for place, index in enumerate(waiting):
        known = zip_longest(stills[index].due_without, _ways(waiting[place + 1 :]))
        moments = tuple(
            was if passed(was, at) else _without(book, rule, facts, held, {index, *rejected})
            for was, rejected in known
        )
        stills[index] = replace(stills[index], due_without=moments)
    return tuple(stills)


def _ways(pauses: Sequence[int]) -> Iterator[list[int]]:
    """The rejected ones, for each way in which pauses are decided; see Standstill.due_without."""
    # Bit n of the number is the nth pause, the oldest lowest. `without_the_first` takes the list
    # apart by the same bits: change both or neither.
    for approved in range(2 ** len(pauses)):
        yield [pause for bit, pause in enumerate(pauses) if not approved >> bit & 1]


def _without(
    book: Rulebook, rule: Clocked, facts: Facts, held: ObligationState, rejected: Collection[int]
) -> datetime | None:
    """The due moment if these pauses are rejected, and all others approved."""
    stills = tuple(
        replace(still, status="rejected") if index in rejected else still
        for index, still in enumerate(held.standstills)
    )
    return reckon(book, rule, held.start_at, facts, replace(held, standstills=stills)).at


def without_the_first(stills: Sequence[Standstill]) -> tuple[Standstill, ...]:
    """The undecided pauses without the oldest, which was rejected: of the moments that were known
    for this case, each takes those if it is rejected too."""
    first, *others = stills
    return tuple(
        # Start: the pauses before this one approved (their bits set), it rejected (its bit clear).
        # Step: those after it either way.
        replace(still, due_without=first.due_without[2**place - 1 :: 2 ** (place + 1)])
        for place, still in enumerate(others)
    )


def passed(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and moment < at


def is_fixed(held: ObligationState, at: datetime) -> bool:
    """Whether nothing moves its due moment any more: it is broken, or its time is up and only the
    decision of a pause is awaited."""
    return held.broken_at is not None or (held.hangs and passed(held.due_at, at))


def in_the_balance(held: ObligationState, at: datetime) -> bool:
    """Whether the rejection of a pause would show a breach before a moment."""
    return any(passed(moment, at) for moment in moments_without(held))


def moments_without(held: ObligationState) -> list[datetime | None]:
    """Every due moment that the rejection of undecided pauses may still make the true one."""
    return [moment for s in held.standstills if s.is_undecided for moment in s.due_without]
