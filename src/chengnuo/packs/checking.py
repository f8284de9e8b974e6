"""The pack check: is the regulation, as written down, a closed loop that people can work?

Proved for each process: every start can happen, every obligation can be kept, every form can be
reached, a closing event can be reached and an indicator watches it. Proved for each rule: tables
match exactly once, every number is in the cited words or explained by a reading, every example
holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chengnuo.packs.errors import PackError, Problem
from chengnuo.packs.examples import read_examples, try_example
from chengnuo.packs.loader import LoadedPack
from chengnuo.packs.references import BUILT_IN_EVENTS, parts_of
from chengnuo.packs.rule_shapes import (
    AnyRuleShape,
    BeforeShape,
    GateShape,
    ProhibitionShape,
    RecurringShape,
    StandingShape,
    WithinShape,
)
from chengnuo.packs.sampling import sample_facts, sample_starting_facts
from chengnuo.packs.schema import FormShape, Pack
from chengnuo.packs.triggers import CountShape, TableShape, TriggerShape, condition
from chengnuo.rules.conditions import OF_THE_START, START_TIME, Value
from chengnuo.rules.limits import Unit

BY_THE_PRODUCT = frozenset(BUILT_IN_EVENTS) - {"case.disputed", "case.closed"}
DIGITS = "零一二三四五六七八九"


def check(loaded: LoadedPack) -> list[Problem]:
    """Every problem of a pack that loads, with file and line; empty when it is sound."""
    found: list[Problem] = []
    pack = loaded.pack
    for process_id in pack.processes:
        found += _process(loaded, process_id)
    found += _unreachable_anywhere(loaded)
    for rule_id, rule in pack.rules.items():
        where = loaded.where("rules", rule_id)
        for what in (*_tables(pack, rule), *_numbers(rule), *_duties(pack, rule)):
            found.append(Problem(where, f"rules.{rule_id}: {what}"))
    found += _services(loaded)
    found += _examples(loaded)
    return found


# -- processes -------------------------------------------------------------------------------------


def forms_in(pack: Pack, process_id: str) -> dict[str, FormShape]:
    """The forms that can be offered in cases of a process."""
    services = {i for i, s in pack.services.items() if s.process == process_id}
    return {
        form_id: form
        for form_id, form in pack.forms.items()
        if not form.duty
        and (
            process_id in form.processes
            or services & set(form.services)
            or not (form.processes or form.services)
        )
    }


def rules_in(pack: Pack, process_id: str) -> dict[str, AnyRuleShape]:
    """The rules that bind cases of a process."""
    services = {i for i, s in pack.services.items() if s.process == process_id}
    return {
        rule_id: rule
        for rule_id, rule in pack.rules.items()
        if (not rule.where or process_id in rule.where)
        and (rule.services is None or services & set(rule.services))
    }


def reachable(pack: Pack, process_id: str) -> set[str]:
    """The events that can happen in a process, by forms whose turn comes and gates that open."""
    events = set(BY_THE_PRODUCT)
    events |= {name for name, e in pack.events.items() if e.by != "form"}
    forms = forms_in(pack, process_id).values()
    rules = list(rules_in(pack, process_id).values())
    closes_on = set(pack.processes[process_id].closes_on)
    while True:
        fresh = {
            emitted.event
            for form in forms
            if _possible(form.after, events)
            for emitted in form.emits
            if not any(_shuts_out(rule, emitted.event, events) for rule in rules)
        }
        if closes_on & events:
            fresh.add("case.closed")
        if fresh <= events:
            return events
        events |= fresh


def _shuts_out(rule: AnyRuleShape, event: str, events: set[str]) -> bool:
    """Whether a rule refuses an event in every case, as far as these events can happen."""
    if rule.when:
        return False
    if isinstance(rule, GateShape):
        waits = rule.wait is not None and rule.wait.from_ not in events
        return event in rule.before and (waits or not _possible(rule.until, events))
    if isinstance(rule, ProhibitionShape) and event in rule.forbids and rule.between is None:
        return rule.until is None or not _possible(rule.until, events)
    return False


def _possible(trigger: TriggerShape | None, events: set[str]) -> bool:
    if trigger is None:
        return True
    if trigger.setting is not None:
        return all(_possible(case, events) for case in trigger.cases.values())
    if trigger.all:
        return set(trigger.all) <= events
    return bool(set(trigger.any) & events)


def _process(loaded: LoadedPack, process_id: str) -> Iterator[Problem]:
    pack = loaded.pack
    process = pack.processes[process_id]
    where = loaded.where("processes", process_id)
    events = reachable(pack, process_id)
    if not set(process.closes_on) & events:
        wanted = ", ".join(process.closes_on)
        yield Problem(where, f"processes.{process_id}: never closes: no form leads to {wanted}")
    if not process.indicators:
        yield Problem(where, f"processes.{process_id}: no indicator watches it")
    starts_something = False
    for rule_id, rule in rules_in(pack, process_id).items():
        if not isinstance(rule, WithinShape | BeforeShape):
            continue
        started = _possible(rule.start, events)
        starts_something |= started and "case.lodged" in rule.start.events
        if started and not _possible(rule.stop, events):
            wanted = ", ".join(rule.stop.events)
            yield Problem(
                loaded.where("rules", rule_id),
                f"rules.{rule_id}: cannot be kept in process {process_id}: "
                f"no form leads to {wanted}",
            )
        if not started and process_id in rule.where:
            wanted = ", ".join(rule.start.events)
            yield Problem(
                loaded.where("rules", rule_id),
                f"rules.{rule_id}: never starts in process {process_id}: nothing leads to {wanted}",
            )
    if not starts_something and any(s.process == process_id for s in pack.services.values()):
        yield Problem(where, f"processes.{process_id}: no promise starts when a case is lodged")
    for form_id, form in forms_in(pack, process_id).items():
        if process_id in form.processes and not _possible(form.after, events):
            yield Problem(
                loaded.where("forms", form_id),
                f"forms.{form_id}: cannot be reached in process {process_id}",
            )


def _unreachable_anywhere(loaded: LoadedPack) -> Iterator[Problem]:
    """Rules and forms that are tied to no process must be of use in at least one."""
    pack = loaded.pack
    if not pack.processes:
        return
    events = set().union(*(reachable(pack, p) for p in pack.processes))
    for rule_id, rule in pack.rules.items():
        if isinstance(rule, WithinShape | BeforeShape) and not _possible(rule.start, events):
            wanted = ", ".join(rule.start.events)
            yield Problem(
                loaded.where("rules", rule_id), f"rules.{rule_id}: nothing leads to {wanted}"
            )
    used = set().union(*(forms_in(pack, p) for p in pack.processes))
    for form_id, form in pack.forms.items():
        if not form.duty and form_id not in used:
            yield Problem(loaded.where("forms", form_id), f"forms.{form_id}: belongs to no process")


def _duties(pack: Pack, rule: AnyRuleShape) -> Iterator[str]:
    """A recurring duty must be kept by a form, or by an event from outside."""
    if not isinstance(rule, RecurringShape):
        return
    emitted = {e.event for f in pack.forms.values() for e in f.emits}
    emitted |= {name for name, e in pack.events.items() if e.by != "form"}
    if not _possible(rule.stop, emitted):
        yield f"no form leads to {', '.join(rule.stop.events)}"


def _services(loaded: LoadedPack) -> Iterator[Problem]:
    pack = loaded.pack
    parents = {s.parent for s in pack.services.values()}
    for service_id, service in pack.services.items():
        where = loaded.where("services", service_id)
        if service_id not in parents and service.process is None:
            yield Problem(where, f"services.{service_id}: has no process")
        if service.process is not None and service.owner is None:
            yield Problem(where, f"services.{service_id}: has no owner")
    used = {s.process for s in pack.services.values()}
    for process_id in pack.processes:
        if process_id not in used:
            where = loaded.where("processes", process_id)
            yield Problem(where, f"processes.{process_id}: no service uses it")
    given = pack.accountability
    if given is not None and not pack.restricted_to(given.service):
        where = loaded.where("services", given.service)
        why = "a proceeding is not open to everybody: say restricted_to"
        yield Problem(where, f"services.{given.service}: {why}")


# -- numbers and tables ----------------------------------------------------------------------------


def _tables(pack: Pack, rule: AnyRuleShape) -> Iterator[str]:
    if not isinstance(rule, WithinShape | BeforeShape):
        return
    for part in parts_of(rule.limit):
        if isinstance(part, TableShape):
            yield from _table(pack, part)


def _table(pack: Pack, table: TableShape) -> Iterator[str]:
    """Each combination of facts must match exactly one band."""
    conditions = [condition(row.when) for row in table.table]
    timed = frozenset[str]().union(*(c.facts() for c in conditions)) & OF_THE_START
    moments = list(sample_starting_facts()) if timed else [{}]
    for facts in sample_facts(pack, [row.when for row in table.table]):
        for moment in moments:
            known = {**facts, **moment}
            hits = [i + 1 for i, c in enumerate(conditions) if c.holds(known)]
            if len(hits) == 1:
                continue
            told = {k: v for k, v in known.items() if k in facts or k in timed}
            shown = ", ".join(f"{k}={_shown(k, v)}" for k, v in told.items())
            bands = f"bands {', '.join(map(str, hits))} overlap" if hits else "no band matches"
            yield f"{bands} for {shown}"
            return


def _shown(fact: str, value: Value) -> str:
    if fact == START_TIME and isinstance(value, int):
        return f"{value // 60:02d}:{value % 60:02d}"
    return str(value)


def _numbers(rule: AnyRuleShape) -> Iterator[str]:
    """A number must stand in the cited words, or a reading must explain it."""
    if rule.readings:
        return
    quotes = " ".join(c.quote for c in rule.clause)
    for count in _counts(rule):
        if not stands_in(count, quotes):
            yield _unsaid(f"{count.amount} {count.unit}", quotes)
    for number, what in _figures(rule):
        if not stands_in(CountShape(amount=number, unit=Unit.NATURAL_DAY), quotes):
            yield _unsaid(f"{what} {number}", quotes)


def _unsaid(what: str, quotes: str) -> str:
    return f"{what} does not stand in the cited words “{quotes}”, and no reading explains it"


def _counts(rule: AnyRuleShape) -> Iterator[CountShape]:
    """The amounts of time in a rule."""
    if isinstance(rule, WithinShape | BeforeShape):
        yield from (part for part in parts_of(rule.limit) if isinstance(part, CountShape))
    elif isinstance(rule, GateShape) and rule.wait is not None:
        yield rule.wait


def _figures(rule: AnyRuleShape) -> Iterator[tuple[int, str]]:
    """The other numbers in a rule: how often, by which day (31: the month's end), how much."""
    if isinstance(rule, RecurringShape):
        if rule.count > 1:
            yield rule.count, "times"
        if rule.by is not None and rule.by.day is not None and rule.by.day < 31:
            yield rule.by.day, "day"
    elif isinstance(rule, StandingShape) and rule.measure is not None:
        for bound in (rule.measure.at_least, rule.measure.at_most):
            if bound is not None and bound == int(bound):
                yield int(bound), rule.measure.unit


def stands_in(count: CountShape, quotes: str) -> bool:
    """Whether an amount is in a Chinese or English text, in digits or in numerals."""
    if count.unit is Unit.NEXT_DAY:
        return "次日" in quotes or "第二天" in quotes or "next day" in quotes.lower()
    digits = {int(n) for n in re.findall(r"\d+", quotes)}
    words = {count.amount}
    if count.unit is Unit.MONTH and count.amount % 12 == 0:
        words.add(count.amount // 12)
    return (
        bool(words & digits)
        or any(numeral(w) in quotes for w in words)
        or (count.amount == 2 and "两" in quotes)
    )


def numeral(number: int) -> str:
    """1–99 in Chinese numerals; larger ones as digits."""
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{DIGITS[tens]}十")
    return head + (DIGITS[ones] if ones or not head else "")


# -- examples --------------------------------------------------------------------------------------


def _examples(loaded: LoadedPack) -> Iterator[Problem]:
    try:
        examples = read_examples(loaded)
    except PackError as error:
        yield from error.problems
        return
    for example in examples:
        where = f"{loaded.folder.name}/examples.yaml"
        try:
            outcome = try_example(loaded, example)
        except PackError as error:
            for problem in error.problems:
                yield Problem(where, f"{example.name.zh}: {problem}")
            continue
        if not outcome.holds:
            said = example.due.isoformat() if example.due else "no due moment"
            made = outcome.due.isoformat() if outcome.due else "no due moment"
            said += " (provisional)" if example.provisional else ""
            made += " (provisional)" if outcome.provisional else ""
            yield Problem(where, f"{example.name.zh}: it says {said}, the rule gives {made}")
