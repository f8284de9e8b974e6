"""What the mere passing of time does: warnings, breaches at their legal moment, escalation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chengnuo.rules.clock import due_at
from chengnuo.rules.rulebook import AnyRule, Rulebook, Within
from chengnuo.rules.state import (
    Broken,
    Decision,
    Escalated,
    Moved,
    ObligationState,
    State,
    Voided,
    Warned,
)

ABOVE = "above"
"""The organisation above, where an escalation ended with nobody who answered."""


def lapse_all(book: Rulebook, state: State, now: datetime) -> Iterator[Decision]:
    """Let the time up to `now` pass for every running obligation of a docket."""
    for obligation in state.obligations:
        if obligation.is_running:
            yield from lapse(book.rules[obligation.rule], obligation, book, now)


def lapse(
    rule: AnyRule, held: ObligationState, book: Rulebook, now: datetime
) -> Iterator[Decision]:
    """What the mere passing of time up to `now` does to one running obligation."""
    standing = held.standstills[-1] if held.standstills else None
    cap = standing.cap if standing is not None else None
    # A pause that nobody ended ends at its cap: it is a contract with a longest time.
    if standing is not None and standing.is_open and cap is not None and cap < now:
        ended = (*held.standstills[:-1], replace(standing, end=cap))
        yield Moved(held.key, held.due_at, "resumed", held.unpublished, held.agreed_at, ended)
    if held.due_at is None:
        return
    # `<`, here and below: a promise is kept at its due moment, too.
    if lapses(rule) and held.due_at < now:
        yield Voided(held.key, held.due_at, "lapsed")
        return
    late_since = held.broken_at
    if late_since is None and held.due_at < now and breakable(rule):
        late_since = held.due_at
        # It hangs: the decision of a pause may still make it kept. What is late is escalated
        # meanwhile.
        if not held.hangs:
            yield Broken(held.key, late_since)
    if held.broken_at is None and (late_since is None or held.hangs):
        for index in range(held.warned, len(rule.warn)):
            at = share_of_time(held, rule.warn[index])
            if at <= now:
                yield Warned(held.key, at, rule.warn[index], index + 1)
    if late_since is not None:
        yield from _escalate(rule, held, late_since, book, now)


def _escalate(
    rule: AnyRule, held: ObligationState, late_since: datetime, book: Rulebook, now: datetime
) -> Iterator[Decision]:
    """Every level up to `now`: each at its own time, or earlier where nobody answered the last.

    The escalation never ends in silence: an unanswered top goes to the organisation above. It does
    not wait for the decision of a pause: whichever way that goes, the promise is late.
    """
    level, since = held.level, held.level_since
    while (at := _escalates_at(rule, held.answered, level, since, late_since, book)) and at < now:
        to = rule.levels[level].to if level < len(rule.levels) else ABOVE
        # Since now, not since its own time: who is told late has the full time to answer.
        level, since = level + 1, now
        yield Escalated(held.key, at, level, to, rule.urgent, now)


def _escalates_at(
    rule: AnyRule,
    answered: int,
    level: int,
    since: datetime | None,
    late_since: datetime,
    book: Rulebook,
) -> datetime | None:
    """When the next level is reached; None at the top of an answered escalation."""
    moments = []
    if level < len(rule.levels):
        moments.append(level_reached_at(book, late_since, rule, level))
    if 0 < level <= len(rule.levels) and answered < level and since is not None:
        wait = rule.levels[level - 1].answer
        # An unanswered level is not waited out to the next one's own time, where that is later.
        if wait is not None:
            moments.append(due_at(limit=wait, start=since, calendar=book.calendar).at or since)
    return min(moments, default=None)


def breakable(rule: AnyRule) -> bool:
    """Whether one late obligation is a breach: not where the promise is an average."""
    return not isinstance(rule, Within) or rule.verdict == "each"


def averaged(rule: AnyRule) -> bool:
    """Whether only the mean of a period is promised: one matter has a moment to aim at, no due
    one."""
    return isinstance(rule, Within) and rule.verdict == "average"


def lapses(rule: AnyRule) -> bool:
    """Whether it is a right to be used in time, such as a rebuttal: afterwards it is gone, and
    nobody broke anything."""
    return isinstance(rule, Within) and rule.verdict == "lapses"


def share_of_time(held: ObligationState, share: float) -> datetime:
    """The moment at which a share of the time from start to due moment is used up."""
    if held.due_at is None:
        raise ValueError("an obligation without a due moment has no shares")
    span = held.due_at.timestamp() - held.start_at.timestamp()
    return held.due_at.astimezone(UTC) - timedelta(seconds=span * (1 - share))


def level_reached_at(book: Rulebook, late_since: datetime, rule: AnyRule, index: int) -> datetime:
    """When a level is reached, counted from the legal moment of the breach."""
    count = rule.levels[index].after
    # At once is at once, whatever the hour: no calendar is asked.
    if not count.amount:
        return late_since
    due = due_at(limit=count, start=late_since, calendar=book.calendar)
    return due.at or late_since


def next_moment(book: Rulebook, held: ObligationState) -> datetime | None:
    """The next moment at which time alone does something to this obligation; None: never."""
    if not held.is_running:
        return None
    rule = book.rules[held.rule]
    moments: list[datetime] = []
    standing = held.standstills[-1] if held.standstills else None
    if standing is not None and standing.is_open and standing.cap is not None:
        moments.append(standing.cap)
    late_since = held.broken_at or (held.due_at if held.hangs and breakable(rule) else None)
    if held.due_at is not None and held.broken_at is None:
        if held.warned < len(rule.warn):
            moments.append(share_of_time(held, rule.warn[held.warned]))
        if lapses(rule) or (breakable(rule) and not held.hangs):
            moments.append(held.due_at)
    if late_since is not None:
        escalates = _escalates_at(
            rule, held.answered, held.level, held.level_since, late_since, book
        )
        moments += [escalates] if escalates is not None else []
    return min(moments, default=None)
