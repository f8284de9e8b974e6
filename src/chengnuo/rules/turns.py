"""Whose turn it is, where a limit is the sum of one's own steps.

The clock counts only while one of the steps that the rule names is open: begun by its first event
and not done by its second. Between two steps it is the other side's turn: the clock stands, and
there is no due moment until the next step begins. Only the step that is open can be done, so a
clock never stands because something was reported that nobody was doing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from chengnuo.rules.limit_words import in_words
from chengnuo.rules.limits import Limit
from chengnuo.rules.proof import moment_in_words
from chengnuo.rules.reckoning import is_fixed, reckon, undecided_anew
from chengnuo.rules.rulebook import Rulebook, Step, Within
from chengnuo.rules.state import THEIR_TURN, Event, Moved, ObligationState, Standstill, State
from chengnuo.rules.words import Text


def turns(
    book: Rulebook, before: Mapping[str, datetime], state: State, event: Event
) -> Iterator[Moved]:
    """Clocks that stand still, or run on, because a step was done or begun. `before`: when events
    last happened before this one."""
    for held in state.obligations:
        rule = book.rules.get(held.rule)
        if not held.is_running or not isinstance(rule, Within) or not rule.steps:
            continue
        # An event of before the start belongs to an earlier run of the same promise.
        if is_fixed(held, event.at) or held.start_at > event.at:
            continue
        if held.stands:
            if any(event.name == step.begins for step in rule.steps):
                yield _moved(book, rule, state, held, _run_on(held, event.at), "own_turn", event.at)
        elif _done(rule, before, held.start_at, event.name) and not any(
            _is_open(step, state.seen, held.start_at) for step in rule.steps
        ):
            yield _moved(book, rule, state, held, _stand(held, event.at), "their_turn", event.at)


def _done(rule: Within, seen: Mapping[str, datetime], since: datetime, event: str) -> bool:
    return any(step.ends == event and _is_open(step, seen, since) for step in rule.steps)


def _is_open(step: Step, seen: Mapping[str, datetime], since: datetime) -> bool:
    begun, ended = seen.get(step.begins), seen.get(step.ends)
    return begun is not None and begun >= since and (ended is None or ended < begun)


def _stand(held: ObligationState, at: datetime) -> tuple[Standstill, ...]:
    """A pause that runs is over: the clock stands anyway."""
    stills = list(held.standstills)
    if stills and stills[-1].is_open and stills[-1].cap is not None:
        stills[-1] = replace(stills[-1], end=min(at, stills[-1].cap))
    return (*stills, *other_side(at))


def other_side(since: datetime) -> tuple[Standstill, ...]:
    """The standstill while the other side has to act."""
    return (Standstill(reason=THEIR_TURN, start=since, cap=None, status="approved"),)


def ended(held: ObligationState, at: datetime) -> tuple[Standstill, ...]:
    """The standstills of an obligation that was settled: the other side's turn ended then."""
    return _run_on(held, at) if held.stands else held.standstills


def _run_on(held: ObligationState, at: datetime) -> tuple[Standstill, ...]:
    *others, last = held.standstills
    end = max(at, last.start)
    return (*others, replace(last, cap=end, end=end))


def at_the_start(rule: Within, seen: Mapping[str, datetime], begun: datetime) -> datetime | None:
    """Since when it is the other side's turn, of a promise that began in the past; None: it is
    not."""
    if not rule.steps or any(_is_open(step, seen, begun) for step in rule.steps):
        return None
    ends = [seen[step.ends] for step in rule.steps if seen.get(step.ends, begun) > begun]
    return max(ends, default=None)


def standing_in_words(*, since: datetime, limit: Limit, cited: Text) -> Text:
    """Why there is no due moment while the other side has to act."""
    begun, amount = moment_in_words(since), in_words(limit)
    return Text(
        f"自{begun.zh}起由对方办理，{amount.zh}的计时停止，待我方下一步开始后继续。依据：{cited.zh}。",
        f"Since {begun.en} it is the other side's turn: the clock of {amount.en} stands, and runs "
        f"on when the next step of ours begins. Under {cited.en}.",
    )


def steps_in_words(steps: Sequence[tuple[Text, Text]]) -> Text:
    """What alone counts, as titles of events."""
    zh = "；".join(f"“{a.zh}”至“{b.zh}”" for a, b in steps)
    en = "; ".join(f"“{a.en}” to “{b.en}”" for a, b in steps)
    return Text(
        f"只计我方各步：{zh}；其间由对方办理，不计时。",
        f"Only steps of ours count: {en}; in between it is the other side's turn and the clock "
        "stands.",
    )


def _moved(
    book: Rulebook,
    rule: Within,
    state: State,
    held: ObligationState,
    stills: tuple[Standstill, ...],
    why: str,
    at: datetime,
) -> Moved:
    after = replace(held, standstills=stills)
    due = reckon(book, rule, held.start_at, state.facts, after)
    stills = undecided_anew(book, rule, state.facts, after, at)
    return Moved(held.key, due.at, why, due.unpublished, held.agreed_at, stills)
