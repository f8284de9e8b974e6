"""A promise begins, or begins anew, with its due moment under what is known then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from chengnuo.rules.pauses import still_to_decide
from chengnuo.rules.reckoning import in_the_balance, reckon
from chengnuo.rules.rulebook import Clocked, Rulebook
from chengnuo.rules.state import ObligationState, Restarted, Started, State
from chengnuo.rules.turns import at_the_start, other_side

# What a promise is reckoned with before it exists: no pauses, nothing agreed.
UNTOUCHED = ObligationState(rule="", turn="", start_at=datetime.max.replace(tzinfo=UTC))


def start(book: Rulebook, state: State, rule: Clocked, begun: datetime, of: str = "") -> Started:
    """A new obligation of a rule, with its due moment under the facts known now. `of`: where it is
    about a turn of another rule, that turn, by which it is told apart."""
    # Cancelled ones are counted too: a key that once meant one promise never means another.
    turn = 1 + sum(o.rule == rule.id and o.turn.startswith(of) for o in state.obligations)
    since = at_the_start(rule, state.seen, begun)
    stills = () if since is None else other_side(since)
    blank = replace(UNTOUCHED, standstills=stills) if stills else UNTOUCHED
    due = reckon(book, rule, begun, state.facts, blank)
    return Started(
        ObligationState(
            rule=rule.id,
            turn=f"{of}{turn}",
            start_at=begun,
            due_at=due.at,
            unpublished=due.unpublished,
            standstills=stills,
        )
    )


def restarted(
    book: Rulebook, state: State, rule: Clocked, held: ObligationState, at: datetime
) -> Restarted:
    """The whole time again: earlier pauses and an earlier appointment are over."""
    blank = replace(held, standstills=(), agreed_at=None)
    due = reckon(book, rule, at, state.facts, blank)
    return Restarted(held.key, at, due.at, due.unpublished, still_to_decide(held, at, due.at))


def may_run_again(held: ObligationState, at: datetime) -> bool:
    """Not what is broken, or may turn out to have been broken before a moment."""
    return held.broken_at is None and not in_the_balance(held, at)
