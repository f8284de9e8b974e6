"""`react`: what an event starts, keeps, breaks, warns, escalates, moves, refuses and closes.

Pure: the same function serves the live desk, the replay of past cases and the simulator. Time
passing is an event too (`time.passed`); and every other event first lets the time up to its own
moment pass, so that a verdict never depends on whether a worker or a person came first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from chengnuo.rules.announcements import judged_by_what_happened
from chengnuo.rules.clock import with_start
from chengnuo.rules.evolve import evolve
from chengnuo.rules.expiry import averaged, breakable, lapse_all, next_moment
from chengnuo.rules.gates import ANSWERED, answers_it, applies_at, refusals
from chengnuo.rules.lifecycle import CLOSED, MERGED, REOPENED, SEPARATED
from chengnuo.rules.limits import facts_of
from chengnuo.rules.pauses import (
    DECIDING,
    asked_for,
    is_decision,
    is_meant,
    pause_decisions,
    turn_of,
)
from chengnuo.rules.reckoning import is_fixed, moved, reckon, undecided_anew
from chengnuo.rules.reclassifying import moved_over, reclassified
from chengnuo.rules.rulebook import AnyRule, Before, Clocked, Recurring, Rulebook, Within
from chengnuo.rules.starting import may_run_again, restarted, start
from chengnuo.rules.state import (
    TIME_PASSED,
    Answered,
    Broken,
    Closed,
    Counted,
    Decision,
    Denied,
    Event,
    Kept,
    Moved,
    ObligationState,
    Reopened,
    Restarted,
    Revived,
    Standstill,
    Started,
    State,
    Voided,
)
from chengnuo.rules.turns import ended, turns
from chengnuo.rules.words import Text

__all__ = ["next_moment", "react", "reckon"]

IS_CLOSED = Text("已办结，请先重新打开。", "This is closed. Reopen it first.")


def react(book: Rulebook, state: State, event: Event) -> tuple[Decision, ...]:
    """Everything that follows from one event, in order. A refusal stands alone.

    Raises `UnableToReckon` when a table of the pack gives no single answer for the facts.
    """
    if event.at.tzinfo is book.calendar.zone:
        # Two moments of one zone are compared by wall clock, which is wrong when clocks go back.
        event = replace(event, at=event.at.astimezone(UTC))
    if event.name == TIME_PASSED:
        return tuple(lapse_all(book, state, event.at))
    # Nothing lapses on a refusal: what is refused did not happen, and the time that has passed is
    # found by the next event or the worker with the same verdict.
    refused = tuple(refusals(book, state, event))
    if refused:
        return refused
    if state.closed_at is not None and not _concerns_a_closed_matter(book, state, event):
        return (Denied("", IS_CLOSED),)
    decided: list[Decision] = list(lapse_all(book, state, event.at))
    before = state
    state = evolve(state, decided, event)
    # The order is part of the meaning. What ends comes before what starts, so that an event which
    # does both does not end what it has just begun; facts come after appointments, which are made
    # of them; a step sees the state as the steps before it left it.
    for step in (
        _answers,
        reclassified,
        partial(moved_over, start),
        pause_decisions,
        _reopening,
        _separation,
        _stops,
        judged_by_what_happened,
        _voids,
        partial(_turns, before.seen),
        _appointments,
        _facts,
        _starts,
        _period,
    ):
        made = tuple(step(book, state, event))
        if made:
            decided += made
            state = evolve(state, made, None)
    # What was moved or begun with a moment of the past may be late already. It is broken here, at
    # that moment, and not at whatever time the worker comes by.
    if any(isinstance(d, Moved | Restarted | Revived | Started) for d in decided):
        late = tuple(lapse_all(book, state, event.at))
        decided += late
        state = evolve(state, late, None)
    decided += _closing(book, state, event)
    return tuple(decided)


def _concerns_a_closed_matter(book: Rulebook, state: State, event: Event) -> bool:
    """A closed matter is reopened, its pauses are decided, and what does not block it is kept."""
    again = (state.own(REOPENED), state.own(SEPARATED), ANSWERED)
    if event.name in again or event.name in DECIDING:
        return True
    return bool(_running(state, book.stops.get(event.name)))


def _running(state: State, rules: frozenset[str] | None) -> list[ObligationState]:
    """The running obligations of these rules."""
    return [o for o in state.obligations if rules and o.rule in rules and o.is_running]


# -- the steps of an event -------------------------------------------------------------------------


def _answers(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    """Whoever the last level reached takes it up: the escalation waits for its next own time."""
    if event.name == ANSWERED and event.target is not None:
        held = state.find(event.target)
        yield Answered(held.key, event.at, held.level)


def _stops(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    settled: set[str] = set()
    listening = _running(state, book.stops.get(event.name))
    for held in sorted(listening, key=lambda o: o.start_at):
        rule = book.rules[held.rule]
        if not isinstance(rule, Within | Recurring) or not is_meant(rule, held, event):
            continue
        if not answers_it(rule, held, event):
            continue
        # One deed counts for one period only, and one decision for one pause: the oldest.
        once = rule.id if isinstance(rule, Recurring) else event.target if rule.decides else None
        if once in settled:
            continue
        at = event.at
        if rule.stop.needs_all:
            complete = rule.stop.reached(state.seen, held.start_at)
            if complete is None:
                continue
            at = complete
        if once is not None:
            settled.add(once)
        yield from _done(rule, held, at)


def _done(rule: AnyRule, held: ObligationState, at: datetime) -> Iterator[Decision]:
    """The deed was done once: counted, or kept, and broken first where its moment is too late."""
    late = held.due_at is not None and held.due_at < at
    open_to = held.broken_at is None and not held.hangs and breakable(rule)
    if late and held.due_at is not None and open_to:
        yield Broken(held.key, held.due_at)
    # One matter of an average is neither in time nor late.
    late = late and not averaged(rule)
    if held.done + 1 < held.needed:
        yield Counted(held.key, at, held.done + 1)
    else:
        yield Kept(held.key, at, late)


def _voids(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    ended = book.voids.get(event.name)
    if state.is_ended_by(event.name):
        # A pause is decided though the matter is over: a breach may hang on it.
        ended = frozenset(i for i, r in book.rules.items() if not is_decision(r))
    for held in _running(state, ended):
        yield Voided(held.key, event.at, event.name)


def _starts(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    for rule in book.starts.get(event.name, ()):
        if not rule.binds(service=state.service, process=state.process):
            continue
        if rule.decides is not None:
            if rule.decides == asked_for(event):
                yield start(book, state, rule, event.at, of=turn_of(event))
            continue
        begun = rule.start.reached(state.seen) if rule.start.needs_all else event.at
        if begun is None or not applies_at(book, rule, state.facts, begun):
            continue
        running = [o for o in state.obligations if o.rule == rule.id and o.is_running]
        if running and rule.again == "ignore":
            continue
        # A broken promise keeps its row as it is: a restart beside it is a new one.
        if running and rule.again == "restart" and may_run_again(running[-1], event.at):
            yield restarted(book, state, rule, running[-1], begun)
        else:
            yield start(book, state, rule, begun)


def _turns(
    before: Mapping[str, datetime], book: Rulebook, state: State, event: Event
) -> Iterator[Decision]:
    yield from turns(book, before, state, event)


def _appointments(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    for held in _running(state, book.appoints.get(event.name)):
        rule = book.rules[held.rule]
        if not isinstance(rule, Within) or rule.appointment is None or is_fixed(held, event.at):
            continue
        agreed = state.facts.get(rule.appointment.fact)
        if isinstance(agreed, datetime):
            after = replace(held, agreed_at=agreed)
            stills = undecided_anew(book, rule, state.facts, after, event.at) or None
            yield Moved(held.key, book.calendar.local(agreed), "agreed", (), agreed, stills)


def _facts(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    """Facts that came in: put clocks right, end rules that no longer apply, start those that do."""
    changed = set(event.facts)
    if not changed:
        return
    for held in state.obligations:
        if not held.is_running:
            continue
        rule = book.rules[held.rule]
        if not isinstance(rule, Within):
            continue
        if changed & rule.when.facts() and _ended_by_facts(book, state, rule, held):
            yield Voided(held.key, event.at, "facts")
        elif held.agreed_at is None and changed & depends_on(rule) and not is_fixed(held, event.at):
            change = moved(book, rule, state.facts, held, "facts", event.at)
            if change is not None:
                yield change
    waiting = {rule.id: rule for fact in event.facts for rule in book.waiting.get(fact, ())}
    for rule in waiting.values():
        begun = rule.start.reached(state.seen, state.round_at)
        # Its starting event was before, and waited for this fact. Where it is this very event,
        # `_starts` has the rule.
        if begun is None or event.name in rule.start.events:
            continue
        if _may_start_late(book, state, rule, begun):
            yield start(book, state, rule, begun)


def _ended_by_facts(book: Rulebook, state: State, rule: Within, held: ObligationState) -> bool:
    when, begun = rule.when, held.start_at
    facts = with_start(state.facts, when.facts(), start=begun, calendar=book.calendar)
    return when.holds(facts) is False


def _may_start_late(book: Rulebook, state: State, rule: Clocked, begun: datetime) -> bool:
    if any(o.rule == rule.id and o.voided_at is None for o in state.obligations):
        return False
    bound = rule.binds(service=state.service, process=state.process)
    return bound and applies_at(book, rule, state.facts, begun)


def depends_on(rule: Clocked) -> frozenset[str]:
    """The facts on which a rule's due moment rests."""
    own = facts_of(rule.limit)
    return own | {rule.announced} if isinstance(rule, Before) else own


def _reopening(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    if event.name != state.own(REOPENED):
        return
    yield Reopened(event.at)
    last = {o.rule: o for o in state.obligations}
    for held in last.values():
        rule = book.rules.get(held.rule)
        if not isinstance(rule, Within) or held.is_running or rule.on_reopen == "none":
            continue
        bound = rule.binds(service=state.service, process=state.process)
        if not bound or not applies_at(book, rule, state.facts, event.at):
            continue
        # A broken promise keeps its row as it is: whatever runs again is a new one.
        kept_at = held.kept_at
        if rule.on_reopen == "new" or kept_at is None or not may_run_again(held, kept_at):
            yield start(book, state, rule, event.at)
        elif rule.on_reopen == "restart":
            yield restarted(book, state, rule, held, event.at)
        else:
            yield _resumed(book, state, rule, held, event.at)


def _separation(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    """A merging is taken back: its round goes on, and what it ended runs on without a pause.

    What fell due meanwhile is broken at its own moment: no time is won by merging and separating.
    """
    merged_at = state.seen.get(state.own(MERGED))
    if event.name != state.own(SEPARATED) or merged_at is None:
        return
    yield Reopened(state.round_at)
    for held in state.obligations:
        if held.voided_at == merged_at and held.rule in book.rules:
            yield Revived(held.key, event.at)


def _resumed(
    book: Rulebook, state: State, rule: Clocked, held: ObligationState, at: datetime
) -> Restarted:
    """The rest of the time runs on, as if the clock had stood still since the promise was kept."""
    since = held.kept_at or at
    gap = Standstill(reason="closed", start=since, cap=at, end=at, status="approved")
    agreed = held.agreed_at
    if agreed is not None:
        agreed = book.calendar.from_epoch(agreed.timestamp() + at.timestamp() - since.timestamp())
    fresh = replace(held, standstills=(*ended(held, since), gap), agreed_at=agreed)
    due = reckon(book, rule, held.start_at, state.facts, fresh)
    # Kept at its very last moment there is no rest left, but no breach in the past either.
    ends = max(due.at, at) if due.at is not None else None
    stills = undecided_anew(book, rule, state.facts, fresh, since)
    stills = tuple(
        replace(s, due_without=tuple(m and max(m, at) for m in s.due_without)) for s in stills
    )
    return Restarted(
        held.key, at, ends, due.unpublished, stills, keeps_start=True, agreed_at=agreed
    )


def _period(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    """A recurring rule's next period begins: one obligation per period and docket."""
    if event.name != "period.opened" or event.target is None:
        return
    rule_id, _, label = event.target.partition("#")
    rule = book.rules[rule_id]
    # Two workers may open the same period; the second finds it open.
    known = any(o.key == event.target for o in state.obligations)
    if isinstance(rule, Recurring) and not known:
        yield Started(
            ObligationState(
                rule=rule_id,
                turn=label,
                start_at=event.at,
                due_at=event.due_at,
                needed=rule.count,
                unpublished=event.unpublished,
            )
        )


def _closing(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    """Close once a closing event has happened since the opening and nothing blocking runs."""
    process = book.processes.get(state.process)
    if process is None or state.closed_at is not None or event.more_follow:
        return
    closes = ended = state.is_ended_by(event.name)
    if not closes and _closing_event_reached(state, process.closes_on):
        closes = not any(
            o.is_running and book.rules[o.rule].blocks_close for o in state.obligations
        )
    if closes:
        yield Closed(event.at)
    # Closing is an event that nobody tells and that rules may start from (a follow-up after it).
    if closes and not ended:
        after = evolve(state, [Closed(event.at)], None)
        yield from _starts(book, after, Event(name=state.own(CLOSED), at=event.at))


def _closing_event_reached(state: State, closes_on: frozenset[str]) -> bool:
    reopened = state.seen.get(state.own(REOPENED))
    moments = [state.seen[e] for e in closes_on if e in state.seen]
    # After a reopening, strictly later: what closed the case before may bear the same moment as
    # the reopening and must not close it again.
    if reopened is None:
        return any(m >= state.round_at for m in moments)
    return any(m > reopened for m in moments)
