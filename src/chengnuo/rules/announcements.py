"""A notice ahead of an announced moment is judged by what happened, where the rule says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from chengnuo.rules.reckoning import reckon
from chengnuo.rules.rulebook import Before, Rulebook
from chengnuo.rules.state import Broken, Decision, Event, Moved, State


def judged_by_what_happened(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    """It happened earlier than announced: whoever gave notice in time for the plan may have given
    it too late, and whoever has not given it is late at once."""
    for rule_id in book.happens.get(event.name, ()):
        rule = book.rules[rule_id]
        held = next((o for o in reversed(state.obligations) if o.rule == rule_id), None)
        if not isinstance(rule, Before) or held is None or held.voided_at or held.broken_at:
            continue
        announced = state.facts.get(rule.announced)
        if isinstance(announced, datetime) and event.at >= announced:
            continue
        due = reckon(book, rule, held.start_at, {**state.facts, rule.announced: event.at}, held)
        if due.at is not None and (held.kept_at is None or held.kept_at > due.at):
            yield Moved(held.key, due.at, "happened", due.unpublished)
            yield Broken(held.key, due.at)
