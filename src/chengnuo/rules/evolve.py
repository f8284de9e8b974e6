"""Apply decisions to a state: the one place where a docket changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chengnuo.rules.lifecycle import CLOSED
from chengnuo.rules.state import (
    TIME_PASSED,
    Answered,
    Broken,
    Closed,
    Counted,
    Decision,
    Denied,
    Escalated,
    Event,
    Kept,
    Moved,
    ObligationState,
    Reclassified,
    Reopened,
    Restarted,
    Revived,
    Started,
    State,
    Unseen,
    Voided,
    Warned,
)


def evolve(state: State, decisions: Iterable[Decision], event: Event | None) -> State:
    """The state after an event and what was decided on it. A refused event changes nothing.

    No decision takes an obligation away: what was promised stays on record.
    """
    decisions = tuple(decisions)
    if decisions and isinstance(decisions[0], Denied):
        return state
    closed_at, round_at = state.closed_at, state.round_at
    facts, seen = state.facts, state.seen
    service, process = state.service, state.process
    if event is not None and event.name != TIME_PASSED:
        facts = {**facts, **event.facts} if event.facts else facts
        # The latest moment stays: what is recorded afterwards with an earlier one turns nothing
        # back.
        seen = {**seen, event.name: max(event.at, seen.get(event.name, event.at))}
    for decision in decisions:
        if isinstance(decision, Closed):
            closed_at = decision.at
            seen = {**seen, state.own(CLOSED): decision.at}
        elif isinstance(decision, Reopened):
            closed_at, round_at = None, decision.at
        elif isinstance(decision, Reclassified):
            service, process = decision.service, decision.process
        elif isinstance(decision, Unseen):
            seen = {name: at for name, at in seen.items() if name != decision.event}
            seen |= {decision.event: decision.before} if decision.before else {}
    return State(
        subject=state.subject,
        service=service,
        process=process,
        round_at=round_at,
        facts=facts,
        seen=seen,
        obligations=_obligations_after(state.obligations, decisions),
        closed_at=closed_at,
    )


def _obligations_after(
    obligations: tuple[ObligationState, ...], decisions: tuple[Decision, ...]
) -> tuple[ObligationState, ...]:
    if not decisions:
        return obligations
    held = {o.key: o for o in obligations}
    for decision in decisions:
        if isinstance(decision, Started):
            held[decision.obligation.key] = decision.obligation
        elif not isinstance(decision, Closed | Reopened | Reclassified | Denied | Unseen):
            held[decision.key] = changed_by(held[decision.key], decision)
    return tuple(held.values())


def changed_by(held: ObligationState, decision: Decision) -> ObligationState:
    """One obligation after one decision about it."""
    if isinstance(decision, Kept):
        return replace(held, kept_at=decision.at, done=held.needed)
    if isinstance(decision, Counted):
        return replace(held, done=decision.done)
    if isinstance(decision, Broken):
        return replace(held, broken_at=decision.at)
    if isinstance(decision, Warned):
        return replace(held, warned=decision.index)
    if isinstance(decision, Escalated):
        return replace(held, level=decision.level, level_since=decision.told_at)
    if isinstance(decision, Answered):
        return replace(held, answered=decision.level)
    if isinstance(decision, Voided):
        return replace(held, voided_at=decision.at)
    if isinstance(decision, Revived):
        # Its last deed is taken back; the ones before it were done.
        done = held.done if held.kept_at is None else held.done - 1
        return replace(held, voided_at=None, kept_at=None, done=done)
    if isinstance(decision, Moved):
        return _moved(held, decision)
    if isinstance(decision, Restarted):
        return _restarted(held, decision)
    return held


def _moved(held: ObligationState, decision: Moved) -> ObligationState:
    stills = decision.standstills
    return replace(
        held,
        due_at=decision.due_at,
        unpublished=decision.unpublished,
        agreed_at=decision.agreed_at,
        standstills=held.standstills if stills is None else stills,
    )


def _restarted(held: ObligationState, decision: Restarted) -> ObligationState:
    stills = decision.standstills
    return replace(
        held,
        start_at=held.start_at if decision.keeps_start else decision.at,
        due_at=decision.due_at,
        agreed_at=decision.agreed_at,
        unpublished=decision.unpublished,
        # Warned, escalated and answered begin anew with the clock, or the new run would stay
        # silent. `broken_at` does not: what was broken stays broken, and is never restarted.
        kept_at=None,
        done=0,
        warned=0,
        level=0,
        level_since=None,
        answered=0,
        standstills=held.standstills if stills is None else stills,
    )
