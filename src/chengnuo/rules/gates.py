"""Gates and prohibitions: events that are refused, with the clause, until something is met."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from chengnuo.rules import moments
from chengnuo.rules.clock import due_at, with_start
from chengnuo.rules.conditions import Facts, Test, Times
from chengnuo.rules.moments import Style
from chengnuo.rules.pauses import pause_refusals
from chengnuo.rules.rulebook import Gate, Prohibition, Rule, Rulebook, Within
from chengnuo.rules.state import Denied, Event, ObligationState, State
from chengnuo.rules.words import Text

ANSWERED = "escalation.answered"
SIGNS = {"lt": "<", "lte": "≤", "gt": ">", "gte": "≥"}


def refusals(book: Rulebook, state: State, event: Event) -> Iterator[Denied]:
    """Every gate that is shut and every prohibition that stands for this event, all at once."""
    yield from pause_refusals(book, state, event)
    yield from _answer_refusals(state, event)
    yield from _too_early(book, state, event)
    gates, banned = book.gates.get(event.name, ()), book.forbids.get(event.name, ())
    if not gates and not banned:
        return
    facts = {**state.facts, **event.facts}
    for gate in gates:
        if gate.binds(service=state.service, process=state.process) and applies_at(
            book, gate, facts, event.at
        ):
            yield from _shut(book, gate, state, event)
    for rule in banned:
        bound = rule.binds(service=state.service, process=state.process)
        if bound and applies_at(book, rule, facts, event.at) and _stands(book, rule, state, event):
            yield Denied(rule.id, rule.title)


def _answer_refusals(state: State, event: Event) -> Iterator[Denied]:
    """Only an escalation that waits for an answer can be answered."""
    if event.name != ANSWERED:
        return
    held = state.find(event.target) if event.target is not None else None
    if held is None or not held.is_running or held.answered >= held.level:
        rule = held.rule if held is not None else ""
        yield Denied(rule, Text("没有待答复的上报", "No escalation awaits a reply."))


def answers_it(rule: Rule, held: ObligationState, event: Event) -> bool:
    """Whether a deed can keep a promise: not one that was done before the promise began."""
    return not isinstance(rule, Within) or held.start_at <= event.at


def _too_early(book: Rulebook, state: State, event: Event) -> Iterator[Denied]:
    """A deed told for a moment before all began that it could keep: the moment is wrong, or the
    deed answers something else."""
    listening = book.stops.get(event.name, frozenset())
    running = [o for o in state.obligations if o.is_running and o.rule in listening]
    if any(answers_it(book.rules[held.rule], held, event) for held in running):
        return
    for held in running:
        begun = moments.moment(held.start_at, style=Style.SENTENCE)
        told = Text(
            f"所填时间早于起算时间（{begun.zh}），请核对",
            f"The moment given is before the promise began ({begun.en}). Check it.",
        )
        yield Denied(held.rule, told)


def applies_at(book: Rulebook, rule: Rule, facts: Facts, at: datetime) -> bool:
    """Whether a rule applies; its condition may ask for the time and the day of the moment."""
    when = rule.when
    if not when.tests:
        return True
    told = when.holds(with_start(facts, when.facts(), start=at, calendar=book.calendar))
    return rule.applies(told)


def _shut(book: Rulebook, gate: Gate, state: State, event: Event) -> Iterator[Denied]:
    if gate.until is not None and not is_met(gate, state, event.at):
        names = "、".join(gate.until.events)
        yield Denied(gate.id, _first_of_all(names, late=is_met(gate, state)))
    if gate.needs.tests and gate.needs.holds({**state.facts, **event.facts}) is not True:
        names = "、".join(sorted(_needed(test) for test in gate.needs.tests))
        yield Denied(gate.id, Text(f"条件未满足：{names}", f"Condition not met: {names}"))
    if gate.wait is not None:
        begun = state.seen.get(gate.wait.start)
        until = None
        if begun is not None:
            until = due_at(limit=gate.wait.limit, start=begun, calendar=book.calendar).at
        if until is None or event.at <= until:
            yield Denied(gate.id, _not_before(gate, until))


def _needed(test: Test) -> str:
    """What a gate asks of a fact; where it is held against another, both and how."""
    bound = test.value[0]
    if not isinstance(bound, Times):
        return test.fact
    return f"{test.fact} {SIGNS[test.op]} {bound.said({})}"


def _not_before(gate: Gate, until: datetime | None) -> Text:
    if until is None:
        name = gate.wait.start if gate.wait else ""
        return Text(f"尚未发生：{name}", f"Has not happened yet: {name}")
    told = moments.moment(until, style=Style.SENTENCE, deadline=True)
    return Text(f"{told.zh}之后方可", f"Only after {told.en}")


def is_met(gate: Gate, state: State, at: datetime | None = None) -> bool:
    """The gate's event must have happened in this round, and after the event it must follow; where
    `at` is given, by that moment: what is told to have been done before it was not allowed."""
    if gate.until is None:
        return True
    since = max([state.round_at, *(state.seen[e] for e in gate.since if e in state.seen)])
    seen = {e: state.seen[e] for e in gate.until.events if e in state.seen}
    if at is not None:
        seen = {e: moment for e, moment in seen.items() if moment <= at}
    return gate.until.reached(seen, since) is not None


def _first_of_all(names: str, *, late: bool) -> Text:
    """What is missing; `late`: it did happen, but only after the moment that is told."""
    if late:
        return Text(
            f"所填时间早于：{names}，请核对", f"The moment given is before: {names}. Check it."
        )
    return Text(f"须先有：{names}", f"Needed first: {names}")


def _stands(book: Rulebook, rule: Prohibition, state: State, event: Event) -> bool:
    if rule.between is not None:
        local = book.calendar.local(event.at)
        begin, end = rule.between
        into = (local.hour * 60 + local.minute - begin) % 1440
        if into >= ((end - begin) % 1440 or 1440):
            return False
    return rule.until is None or rule.until.reached(state.seen) is None


def forbidden_words(
    book: Rulebook, state: State, text: str, form: str = ""
) -> Iterator[tuple[Prohibition, str]]:
    """The forbidden words in a text of a form, with the prohibition that names them."""
    for rule, words in words_in_force(book, state, form):
        for word in words:
            if word in text:
                yield rule, word


def words_in_force(
    book: Rulebook, state: State, form: str = ""
) -> Iterator[tuple[Prohibition, tuple[str, ...]]]:
    """The words that are forbidden in texts of a form as matters stand."""
    for rule in book.rules.values():
        if not isinstance(rule, Prohibition) or not rule.words:
            continue
        if rule.forms is not None and form not in rule.forms:
            continue
        bound = rule.binds(service=state.service, process=state.process)
        if not bound or rule.when.holds(state.facts) is False:
            continue
        if rule.until is None or rule.until.reached(state.seen) is None:
            yield rule, tuple(rule.words)
