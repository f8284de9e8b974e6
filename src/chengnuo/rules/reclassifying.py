"""A matter turns out to be of another service than it was taken in as (改正服务项目).

What was owed all along is owed from the first report on: the promises of the right service start
where their own events happened, and are broken there where their time is up. Those that belong to
the wrong one end without a verdict; what was broken stays broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from chengnuo.rules.gates import applies_at
from chengnuo.rules.lifecycle import RECLASSIFIED
from chengnuo.rules.rulebook import Before, Clocked, Rulebook, Within
from chengnuo.rules.state import (
    Broken,
    Decision,
    Event,
    Kept,
    Reclassified,
    Started,
    State,
    Voided,
)

Start = Callable[[Rulebook, State, Clocked, datetime], Started]


def reclassified(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    """The service that the event names, where it is another one. Raises KeyError for one that
    cannot be taken in."""
    if event.name == state.own(RECLASSIFIED) and event.target not in (None, state.service):
        yield Reclassified(str(event.target), book.services[str(event.target)], event.at)


def moved_over(start: Start, book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    """After the change: what is no longer owed ends, what was owed all along starts."""
    if event.name != state.own(RECLASSIFIED):
        return
    for held in state.obligations:
        rule = book.rules.get(held.rule)
        if not held.is_running or not isinstance(rule, Within) or _binds(rule, state):
            continue
        if event.name not in rule.stop.events:
            yield Voided(held.key, event.at, event.name)
    known = {o.rule for o in state.obligations if o.voided_at is None}
    for rule in book.rules.values():
        if not isinstance(rule, Within | Before) or rule.decides is not None or rule.id in known:
            continue
        begun = rule.start.reached(state.seen, state.round_at) if _binds(rule, state) else None
        if begun is not None and applies_at(book, rule, state.facts, begun):
            yield from _as_it_was_owed(start, book, state, rule, begun)


def _as_it_was_owed(
    start: Start, book: Rulebook, state: State, rule: Clocked, begun: datetime
) -> Iterator[Decision]:
    """A promise from its true start on; kept already, where its deed was done since."""
    started = start(book, state, rule, begun)
    yield started
    done, due = rule.stop.reached(state.seen, begun), started.obligation.due_at
    if done is None:
        return
    late = due is not None and due < done
    if late and due is not None:
        yield Broken(started.obligation.key, due)
    yield Kept(started.obligation.key, done, late)


def _binds(rule: Clocked, state: State) -> bool:
    return rule.binds(service=state.service, process=state.process)
