"""`react`: what an event starts, keeps, breaks, warns, escalates, moves, refuses and closes.

Pure: the same function serves the live desk, the replay of past cases and the simulator. Time passing is
an event too (`time.passed`); and every other event first lets the time up to its own moment pass, so that
a verdict never depends on whether a worker or a person came first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chengnuo.rules.clock import Due, due_at, notice_due
from chengnuo.rules.conditions import Facts
from chengnuo.rules.evolve import evolve
from chengnuo.rules.gates import refusals
from chengnuo.rules.limits import facts_of
from chengnuo.rules.rulebook import AnyRule, Before, Clocked, Recurring, Rulebook, Within
from chengnuo.rules.state import (
    TIME_PASSED,
    Broken,
    Closed,
    Counted,
    Decision,
    Escalated,
    Event,
    Kept,
    Moved,
    Obligation,
    Refused,
    Reopened,
    Restarted,
    Standstill,
    Started,
    State,
    Voided,
    Warned,
)
from chengnuo.rules.words import Text


def react(book: Rulebook, state: State, event: Event) -> tuple[Decision, ...]:
    """Everything that follows from one event, in order. A refusal stands alone: nothing else happens.

    Raises `UnableToReckon` when a table of the pack gives no single answer for the facts.
    """
    if event.name == TIME_PASSED:
        return tuple(_lapse_all(book, state, event.at))
    refused = tuple(refusals(book, state, event))
    if refused:
        return refused
    if state.closed_at is not None and event.name != "case.reopened":
        return (Refused("", Text("工单已办结；请先重新打开", "the case is closed; reopen it first")),)
    decided: list[Decision] = list(_lapse_all(book, state, event.at))
    state = evolve(state, decided, None)
    for step in (_pauses, _reopening, _stops, _voids, _appointments, _facts, _starts, _period):
        made = tuple(step(book, state, event))
        decided += made
        # Later steps must see what earlier ones did; the event itself enters with the first step.
        state = evolve(state, made, event if step is _pauses else None)
    if any(isinstance(d, Moved | Restarted) for d in decided):
        late = tuple(_lapse_all(book, state, event.at))
        decided += late
        state = evolve(state, late, None)
    decided += _closing(book, state, event)
    return tuple(decided)


# -- time passing -----------------------------------------------------------------------------------


def _lapse_all(book: Rulebook, state: State, now: datetime) -> Iterator[Decision]:
    for obligation in state.obligations:
        if obligation.is_running:
            yield from lapse(book.rules[obligation.rule], obligation, book, now)


def lapse(rule: AnyRule, held: Obligation, book: Rulebook, now: datetime) -> Iterator[Decision]:
    """What the mere passing of time up to `now` does to one running obligation."""
    standing = held.standstills[-1] if held.standstills else None
    if standing is not None and standing.is_open and standing.cap < now:
        ended = (*held.standstills[:-1], replace(standing, end=standing.cap))
        yield Moved(held.key, held.due_at, "resumed", held.unpublished, held.agreed_at, ended)
    if held.due_at is None:
        return
    broken_at = held.broken_at
    if broken_at is None and held.due_at < now and getattr(rule, "verdict", "each") == "each":
        broken_at = held.due_at
        yield Broken(held.key, broken_at)
    elif broken_at is None:
        for index in range(held.warned, len(rule.warn)):
            at = share_of_time(held, rule.warn[index])
            if at <= now:
                yield Warned(held.key, at, rule.warn[index], index + 1)
    if broken_at is not None:
        for index in range(held.rung, len(rule.rungs)):
            rung = rule.rungs[index]
            at = rung_at(book, broken_at, rule, index)
            if at < now:
                yield Escalated(held.key, at, index + 1, rung.to, rule.urgent)


def share_of_time(held: Obligation, share: float) -> datetime:
    """The moment at which a share of the time from start to due moment is used up."""
    if held.due_at is None:
        raise ValueError("an obligation without a due moment has no shares")
    return held.start_at + timedelta(
        seconds=(held.due_at - held.start_at).total_seconds() * share
    )


def rung_at(book: Rulebook, broken_at: datetime, rule: AnyRule, index: int) -> datetime:
    """When a rung is reached, counted from the legal moment of the breach."""
    count = rule.rungs[index].after
    if not count.amount:
        return broken_at
    due = due_at(limit=count, start=broken_at, calendar=book.calendar)
    return due.at or broken_at


def next_moment(book: Rulebook, held: Obligation) -> datetime | None:
    """The next moment at which time alone does something to this obligation; None: never."""
    if not held.is_running:
        return None
    rule = book.rules[held.rule]
    moments: list[datetime] = []
    standing = held.standstills[-1] if held.standstills else None
    if standing is not None and standing.is_open:
        moments.append(standing.cap)
    if held.due_at is not None and held.broken_at is None:
        if held.warned < len(rule.warn):
            moments.append(share_of_time(held, rule.warn[held.warned]))
        if getattr(rule, "verdict", "each") == "each":
            moments.append(held.due_at)
    elif held.broken_at is not None and held.rung < len(rule.rungs):
        moments.append(rung_at(book, held.broken_at, rule, held.rung))
    return min(moments, default=None)


# -- the steps of an event --------------------------------------------------------------------------


def _stops(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    kept_recurring: set[str] = set()
    for held in sorted(state.obligations, key=lambda o: o.start_at):
        rule = book.rules[held.rule]
        if not held.is_running or not isinstance(rule, Within | Recurring):
            continue
        if event.name not in rule.stop.events or rule.id in kept_recurring:
            continue
        if rule.stop.needs_all and rule.stop.reached(state.seen, held.start_at) is None:
            continue
        if isinstance(rule, Recurring):
            # One deed counts for one period only, the oldest that is still open.
            kept_recurring.add(rule.id)
        if held.done + 1 < held.needed:
            yield Counted(held.key, event.at, held.done + 1)
            continue
        late = held.broken_at is not None or (held.due_at is not None and held.due_at < event.at)
        yield Kept(held.key, event.at, late)


def _voids(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    for held in state.obligations:
        rule = book.rules[held.rule]
        if not held.is_running:
            continue
        listed = isinstance(rule, Within) and event.name in rule.void_on
        if listed or event.name == "case.withdrawn":
            yield Voided(held.key, event.at, event.name)


def _starts(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    for rule in book.starts.get(event.name, ()):
        if not rule.binds(service=state.service, process=state.process):
            continue
        if rule.when.holds(state.facts) is not True:
            continue
        begun = rule.start.reached(state.seen)
        if begun is None:
            continue
        running = [o for o in state.obligations if o.rule == rule.id and o.is_running]
        if running and rule.again == "ignore":
            continue
        if running and rule.again == "restart":
            due = reckon(book, rule, begun, state.facts, running[-1])
            yield Restarted(running[-1].key, begun, due.at, due.unpublished)
            continue
        yield start(book, state, rule, begun)


def start(book: Rulebook, state: State, rule: Clocked, begun: datetime) -> Started:
    """A new obligation of a rule, with its due moment under the facts known now."""
    turn = 1 + sum(o.rule == rule.id for o in state.obligations)
    fresh = Obligation(rule=rule.id, turn=str(turn), start_at=begun)
    due = reckon(book, rule, begun, state.facts, fresh)
    return Started(replace(fresh, due_at=due.at, unpublished=due.unpublished))


def reckon(
    book: Rulebook, rule: Clocked, begun: datetime, facts: Facts, held: Obligation
) -> Due:
    """The due moment of a rule for one obligation: its limit, its pauses, or what was agreed instead."""
    if isinstance(rule, Before):
        announced = facts.get(rule.announced)
        if not isinstance(announced, datetime):
            return Due(None, rule.limit, unknown=frozenset({rule.announced}))
        return notice_due(
            limit=rule.limit, announced=announced, calendar=book.calendar, facts=facts
        )
    due = due_at(
        limit=rule.limit, start=begun, calendar=book.calendar, facts=facts, pauses=held.pauses()
    )
    if held.agreed_at is not None:
        return replace(due, at=book.calendar.local(held.agreed_at), unpublished=())
    return due


def _appointments(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    for held in state.obligations:
        rule = book.rules[held.rule]
        if not held.is_running or held.broken_at is not None or not isinstance(rule, Within):
            continue
        if rule.appointment is None or rule.appointment.event != event.name:
            continue
        agreed = state.facts.get(rule.appointment.fact)
        if isinstance(agreed, datetime):
            yield Moved(held.key, book.calendar.local(agreed), "agreed", (), agreed)


def _facts(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    """Facts that came in: put clocks right that rest on them, and start rules that waited for them."""
    changed = set(event.facts)
    if not changed:
        return
    for held in state.obligations:
        rule = book.rules[held.rule]
        if not held.is_running or held.broken_at is not None or not isinstance(rule, Within):
            continue
        if not changed & depends_on(rule) or held.agreed_at is not None:
            continue
        due = reckon(book, rule, held.start_at, state.facts, held)
        if due.at != held.due_at:
            yield Moved(held.key, due.at, "facts", due.unpublished)
    for rule in book.rules.values():
        if not isinstance(rule, Within) or not changed & rule.when.facts():
            continue
        begun = rule.start.reached(state.seen, state.round_at)
        waiting = begun is not None and event.name not in rule.start.events
        if waiting and begun is not None and _may_start_late(state, rule):
            yield start(book, state, rule, begun)


def _may_start_late(state: State, rule: Clocked) -> bool:
    if any(o.rule == rule.id for o in state.obligations):
        return False
    bound = rule.binds(service=state.service, process=state.process)
    return bound and rule.when.holds(state.facts) is True


def depends_on(rule: Clocked) -> frozenset[str]:
    """The facts on which a rule's due moment rests."""
    own = facts_of(rule.limit)
    return own | {rule.announced} if isinstance(rule, Before) else own


def _pauses(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    if event.target is None or not event.name.startswith("pause."):
        return
    held = state.find(event.target)
    rule = book.rules[held.rule]
    if not isinstance(rule, Within) or not held.is_running:
        return
    if event.name == "pause.requested":
        asked = _asked(book, rule, event)
        changed = (*held.standstills, asked)
        why = "paused"
    else:
        last = held.standstills[-1]
        if event.name == "pause.approved":
            last, why = replace(last, status="approved"), "pause_approved"
        elif event.name == "pause.rejected":
            last, why = replace(last, status="rejected", end=event.at), "pause_rejected"
        else:
            last, why = replace(last, end=min(event.at, last.cap)), "resumed"
        changed = (*held.standstills[:-1], last)
    due = reckon(book, rule, held.start_at, state.facts, replace(held, standstills=changed))
    yield Moved(held.key, due.at, why, due.unpublished, held.agreed_at, changed)


def _asked(book: Rulebook, rule: Clocked, event: Event) -> Standstill:
    reason = next(p for p in rule.pauses if p.id == event.reason)
    cap = due_at(limit=reason.cap, start=event.at, calendar=book.calendar)
    return Standstill(reason=reason.id, start=event.at, cap=cap.at or event.at)


def _reopening(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    if event.name != "case.reopened":
        return
    yield Reopened(event.at)
    last: Mapping[str, Obligation] = {o.rule: o for o in state.obligations}
    for held in last.values():
        rule = book.rules[held.rule]
        if not isinstance(rule, Within) or held.is_running or rule.on_reopen == "none":
            continue
        # A broken promise keeps its row as it is: whatever runs again is a new one.
        if rule.on_reopen == "new" or held.broken_at is not None or held.kept_at is None:
            yield start(book, state, rule, event.at)
        elif rule.on_reopen == "restart":
            due = reckon(book, rule, event.at, state.facts, replace(held, standstills=()))
            yield Restarted(held.key, event.at, due.at, due.unpublished, ())
        else:
            gap = Standstill(
                reason="closed", start=held.kept_at, cap=event.at, end=event.at, status="approved"
            )
            gaps = (*held.standstills, gap)
            fresh = replace(held, standstills=gaps)
            due = reckon(book, rule, held.start_at, state.facts, fresh)
            yield Restarted(held.key, event.at, due.at, due.unpublished, gaps, keeps_start=True)


def _period(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    """A recurring rule's next period begins: one obligation per period and docket."""
    if event.name != "period.opened" or event.target is None:
        return
    rule_id, _, label = event.target.partition("#")
    rule = book.rules[rule_id]
    known = any(o.key == event.target for o in state.obligations)
    if isinstance(rule, Recurring) and not known:
        yield Started(
            Obligation(
                rule=rule_id,
                turn=label,
                start_at=event.at,
                due_at=event.due_at,
                needed=rule.count,
                unpublished=event.unpublished,
            )
        )


def _closing(book: Rulebook, state: State, event: Event) -> list[Decision]:
    process = book.processes.get(state.process)
    if process is None or state.closed_at is not None:
        return []
    if event.name == "case.withdrawn":
        return [Closed(event.at)]
    reached = any(
        e in state.seen and state.seen[e] >= state.round_at for e in process.closes_on
    )
    blocking = any(o.is_running and book.rules[o.rule].blocks_close for o in state.obligations)
    return [Closed(event.at)] if reached and not blocking else []
