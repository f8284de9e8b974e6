"""Pauses as contracts: a listed reason, a cap, an approver; a rejected one is taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from chengnuo.rules.clock import due_at
from chengnuo.rules.evolve import changed_by
from chengnuo.rules.expiry import breakable
from chengnuo.rules.reckoning import (
    is_fixed,
    moments_without,
    reckon,
    undecided_anew,
    without_the_first,
)
from chengnuo.rules.rulebook import AnyRule, Rulebook, Within
from chengnuo.rules.state import (
    Broken,
    Decision,
    Denied,
    Event,
    Moved,
    ObligationState,
    Standstill,
    State,
)
from chengnuo.rules.words import Text

PAUSE_EVENTS = frozenset({"pause.requested", "pause.approved", "pause.rejected", "pause.ended"})
DECIDING = frozenset({"pause.approved", "pause.rejected"})
"""A pause may be decided after its promise was kept, and after the case was closed."""
MOST_UNDECIDED = 4
"""Each one more doubles the moments that are known in advance."""


def pause_refusals(book: Rulebook, state: State, event: Event) -> Iterator[Denied]:
    """Why a pause cannot be asked for, decided or ended now."""
    if event.name not in PAUSE_EVENTS:
        return
    if event.target is None:
        yield Denied("", Text("请指明暂停哪项承诺", "Choose the promise to pause."))
        return
    held = state.find(event.target)
    missing = _missing(book, held, event)
    if missing is not None:
        yield Denied(held.rule, missing)


def _missing(book: Rulebook, held: ObligationState, event: Event) -> Text | None:
    if event.name == "pause.requested":
        return _not_askable(book, held, event)
    if event.name in DECIDING and _undecided(held) is None:
        return Text(
            "没有待审批的暂停，可能已有人审批，请刷新页面",
            "No pause awaits a decision; it may already be decided. Refresh the page.",
        )
    paused = held.standstills and held.standstills[-1].is_open and not held.stands
    open_now = held.is_running and paused
    if event.name == "pause.ended" and not open_now:
        return Text(
            "没有正在进行的暂停，计时已恢复，请刷新页面",
            "No pause is in progress; the clock has resumed. Refresh the page.",
        )
    return None


def _undecided(held: ObligationState) -> int | None:
    """The oldest pause that nobody has approved or rejected yet."""
    waiting = (i for i, s in enumerate(held.standstills) if s.status == "requested")
    return next(waiting, None)


def _not_askable(book: Rulebook, held: ObligationState, event: Event) -> Text | None:
    rule = book.rules[held.rule]
    listed = [p.id for p in rule.pauses] if isinstance(rule, Within) else []
    if event.reason not in listed:
        names = "、".join(listed)
        return Text(
            f"暂停理由须为：{names or '无'}", f"The reason must be one of: {names or 'none listed'}"
        )
    if not held.is_running:
        return Text(
            "该承诺已结束，无需暂停",
            "This promise is no longer open; there is nothing to pause.",
        )
    if held.broken_at is not None or (held.due_at is not None and held.due_at < event.at):
        return Text(
            "已违诺，不能再暂停，请尽快办理",
            "This promise has been breached and can no longer be paused. Please act now.",
        )
    if held.stands:
        return Text(
            "现由对方办理，计时已暂停，无需申请",
            "The other side must act and the clock is already paused.",
        )
    last = held.standstills[-1] if held.standstills else None
    if last is not None and last.is_open and last.cap is not None and last.cap >= event.at:
        return Text(
            "已有暂停正在进行，请先恢复计时",
            "A pause is already in progress. Resume it first.",
        )
    if sum(s.is_undecided for s in held.standstills) >= MOST_UNDECIDED:
        return Text(
            f"已有{MOST_UNDECIDED}次暂停待审批，请先催办审批人",
            f"{MOST_UNDECIDED} pauses await a decision. Have them decided first.",
        )
    return None


def pause_decisions(book: Rulebook, state: State, event: Event) -> Iterator[Decision]:
    """A pause that is asked for, ended, approved or taken back; and the verdict that waited for the
    decision, as soon as it is the same whichever way the others are decided."""
    if event.target is None or event.name not in PAUSE_EVENTS:
        return
    held = state.find(event.target)
    rule = book.rules[held.rule]
    if not isinstance(rule, Within):
        return
    change = _changed(book, rule, state, held, event)
    yield change
    held = changed_by(held, change)
    settled = held.kept_at or held.voided_at or event.at
    due = held.due_at
    if held.broken_at is not None or due is None or not due < settled or not breakable(rule):
        return
    # Only where every way of deciding the others gives this moment: a verdict is not taken back.
    if all(moment == due for moment in moments_without(held)):
        yield Broken(held.key, due)


def _changed(
    book: Rulebook, rule: Within, state: State, held: ObligationState, event: Event
) -> Moved:
    stills, why = _standstills_after(book, rule, held, event)
    if held.broken_at is None and event.name == "pause.rejected":
        return _taken_back(book, rule, state, held, stills)
    # Approval moves nothing: a pause counts as granted from the moment it is asked for, so that
    # nobody works against a moment that the approver is about to move.
    if is_fixed(held, event.at) or event.name == "pause.approved":
        return Moved(held.key, held.due_at, why, held.unpublished, held.agreed_at, stills)
    after = replace(held, standstills=stills)
    due = reckon(book, rule, held.start_at, state.facts, after)
    stills = undecided_anew(book, rule, state.facts, after, event.at)
    return Moved(held.key, due.at, why, due.unpublished, held.agreed_at, stills)


def _taken_back(
    book: Rulebook, rule: Within, state: State, held: ObligationState, stills: Sequence[Standstill]
) -> Moved:
    """The due moments as if the rejected pause had never been granted: they were known all along.

    `held` has it still undecided, `stills` do not.
    """
    waiting = [s for s in held.standstills if s.is_undecided]
    others = iter(without_the_first(waiting))
    after = tuple(next(others) if s.is_undecided else s for s in stills)
    anew = reckon(book, rule, held.start_at, state.facts, replace(held, standstills=after))
    due = waiting[0].due_without[-1] or anew.at
    # What was agreed after the time was up changes nothing any more.
    agreed = held.agreed_at if held.agreed_at == due else None
    return Moved(held.key, due, "pause_rejected", anew.unpublished, agreed, after)


def still_to_decide(
    held: ObligationState, at: datetime, due: datetime | None
) -> tuple[Standstill, ...]:
    """When an obligation begins again its pauses are over; those nobody decided can still be."""
    return tuple(
        replace(s, end=min(s.end or s.cap or at, at), due_without=(due,) * len(s.due_without))
        for s in held.standstills
        if s.is_undecided
    )


def _standstills_after(
    book: Rulebook, rule: Within, held: ObligationState, event: Event
) -> tuple[tuple[Standstill, ...], str]:
    """The pauses of an obligation after an event about them, and what to call the change."""
    if event.name == "pause.requested":
        # Whether this one is approved is one more way for each that waits: the moments twice over.
        known = (replace(s, due_without=s.due_without * 2) for s in held.standstills)
        return (*known, _asked(book, rule, event)), "paused"
    stills = list(held.standstills)
    if event.name == "pause.ended":
        # Never beyond its cap: there the clock resumed by itself, whoever forgot to say so.
        stills[-1] = replace(stills[-1], end=min(event.at, stills[-1].cap or event.at))
        return tuple(stills), "resumed"
    index = _undecided(held)
    if index is None:
        return held.standstills, "paused"
    if event.name == "pause.approved":
        stills[index] = replace(stills[index], status="approved", due_without=())
        return tuple(stills), "pause_approved"
    end = stills[index].end or event.at
    stills[index] = replace(stills[index], status="rejected", end=end, due_without=())
    return tuple(stills), "pause_rejected"


def _asked(book: Rulebook, rule: Within, event: Event) -> Standstill:
    reason = next(p for p in rule.pauses if p.id == event.reason)
    cap = due_at(limit=reason.cap, start=event.at, calendar=book.calendar)
    return Standstill(reason=reason.id, start=event.at, cap=cap.at or event.at)


# -- the decision as a promise ---------------------------------------------------------------------


def is_decision(rule: AnyRule) -> bool:
    """Whether it is the promise of an approver to decide a pause."""
    return isinstance(rule, Within) and rule.decides is not None


def written_as(rule: AnyRule) -> str:
    """The rule of the pack from which a rule was made: itself, the one with the pause, or the one
    whose mean it is."""
    if not isinstance(rule, Within):
        return rule.id
    return rule.decides[0] if rule.decides else rule.judges or rule.id


def asked_for(event: Event) -> tuple[str, str | None]:
    """The rule whose clock a pause is to stop, and the reason."""
    return (event.target or "").partition("#")[0], event.reason


def turn_of(event: Event) -> str:
    """What the turns of decisions about one obligation begin with."""
    return f"{(event.target or '').partition('#')[2]}."


def is_meant(rule: AnyRule, held: ObligationState, event: Event) -> bool:
    """A decision keeps the promise to make it, and no other."""
    if not isinstance(rule, Within) or rule.decides is None:
        return True
    return rule.decides[0] == asked_for(event)[0] and held.turn.startswith(turn_of(event))
