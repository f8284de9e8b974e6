"""Loopholes that show without playing: plans, numbers, exceptions, bad results, other words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from chengnuo.packs.loopholes.answers import kept_by_a_blank
from chengnuo.packs.loopholes.found import Finding
from chengnuo.packs.loopholes.playing import Playboard
from chengnuo.packs.quantities import amounts_in, plain, said_in
from chengnuo.packs.schema import FormShape
from chengnuo.rules.conditions import Test
from chengnuo.rules.rulebook import Before, Gate, Recurring, Rule, Within
from chengnuo.rules.words import Text

EXCEPT = re.compile("另有(?:约定|规定|要求)|除外|紧急(?:情况|事故|抢修)(?:下|时|除)")
COMPARED = re.compile(
    "[一二两三四五六七八九十\\d]+倍|双倍|加倍|不(?:得|能)?(?:高于|超过|低于|少于)"
)
MONEY = re.compile("费|款|金额|元|倍数|收取|退")


def written_findings(table: Playboard) -> Iterator[Finding]:
    for rule in table.book.rules.values():
        yield from _by_the_plan(table, rule)
        yield from _not_compared(table, rule)
        yield from _exception(table, rule)
    yield from _left_over(table)
    for form_id, form in table.pack.forms.items():
        yield from _no_follow_up(table, form_id, form)
        for rule in table.book.rules.values():
            if isinstance(rule, Recurring) and _stops(rule, form):
                yield from kept_by_a_blank(rule.id, form_id, form)


def _by_the_plan(table: Playboard, rule: Rule) -> Iterator[Finding]:
    """A notice that is measured against a moment that was announced and never against the deed."""
    if not isinstance(rule, Before) or rule.happened is not None:
        return
    told = table.pack.facts.get(rule.announced)
    title = told.title.text() if told else Text(rule.announced, rule.announced)
    trace = Text(
        f"只与填报的“{title.zh}”比较；实际提前发生时仍算按时",
        f"only compared with “{title.en}” as it was written; a deed before that is still in time",
    )
    yield Finding("K6", rule.id, rule.announced, trace)


def _not_compared(table: Playboard, rule: Rule) -> Iterator[Finding]:
    """The clause compares numbers; the form takes any."""
    quoted = next((c.quote for c in rule.clauses if COMPARED.search(c.quote)), None)
    if quoted is None or not isinstance(rule, Gate | Within | Recurring):
        return
    events = set(rule.before) if isinstance(rule, Gate) else set(rule.stop.events)
    # Another gate before the same event may compare for it.
    gates = [g for g in table.book.rules.values() if isinstance(g, Gate) and events & set(g.before)]
    compared = rule.when.facts().union(*(gate.needs.facts() for gate in gates))
    for form_id, form in table.pack.forms.items():
        if not events & {e.event for e in form.emits}:
            continue
        for shape in form.fields:
            number = shape.type in ("number", "integer") and MONEY.search(shape.title.zh)
            if number and shape.fact not in compared:
                trace = Text(
                    f"条文“{quoted}”要求比较；“{form.title.zh}”中“{shape.title.zh}”填多少都可以",
                    f"the clause “{quoted}” compares; “{shape.title.en}” in “{form.title.en}” "
                    "takes any number",
                )
                yield Finding("K7", rule.id, f"{form_id}.{shape.id}", trace)


def _exception(table: Playboard, rule: Rule) -> Iterator[Finding]:
    """The clause knows an exception, and the rule none."""
    if not isinstance(rule, Gate | Within):
        return
    if rule.when.tests or (isinstance(rule, Within) and (rule.void_on or rule.appointment)):
        return
    for clause in rule.clauses:
        named = EXCEPT.search(clause.quote)
        if named is not None:
            trace = Text(
                f"条文写明“{named[0]}”，规则没有例外",
                f"the clause says “{named[0]}”; the rule has none",
            )
            yield Finding("K9", rule.id, named[0], trace)
            return


def _left_over(table: Playboard) -> Iterator[Finding]:
    """Rules share out the values of a fact among them, and one value falls under none."""
    shared: dict[tuple[object, ...], list[tuple[Rule, Test]]] = defaultdict(list)
    for rule in table.book.rules.values():
        for test in rule.when.tests if isinstance(rule, Within | Recurring) else ():
            if test.op == "in" and table.pack.facts.get(test.fact):
                shared[test.fact, type(rule), rule.owed_by, *_in_common(rule)].append((rule, test))
    for held in shared.values():
        told = {str(value) for _rule, test in held for value in test.value}
        fact = table.pack.facts[held[0][1].fact]
        left = [value for value in fact.values if value not in told]
        if len(held) < 2 or len(told) < 2 or len(left) != 1:
            continue
        names = [r.title for r, _test in held]
        zh, en = "、".join(n.zh for n in names), ", ".join(n.en for n in names)
        value = fact.values[left[0]]
        trace = Text(
            f"“{fact.title.zh}”为“{value.zh}”的，下列各条均不适用：{zh}",
            f"none of these applies where “{fact.title.en}” is “{value.en}”: {en}",
        )
        yield Finding("K8", held[0][0].id, f"{held[0][1].fact}={left[0]}", trace)


def _in_common(rule: Rule) -> tuple[object, ...]:
    """By what two rules are of one family: they begin alike and are kept
    alike, or return for the same subjects."""
    if isinstance(rule, Within):
        return (rule.start.events, rule.stop.events, rule.processes, rule.services)
    return (rule.subject,) if isinstance(rule, Recurring) else ()


def _no_follow_up(table: Playboard, form_id: str, form: FormShape) -> Iterator[Finding]:
    """A bad result that starts nothing: no event of its own, no rule that asks for the answer."""
    awaited = {
        e for r in table.book.rules.values() if isinstance(r, Within) for e in r.start.events
    }
    keeps = {
        e for r in table.book.rules.values() if isinstance(r, Recurring) for e in r.stop.events
    }
    if not form.duty and not keeps & {e.event for e in form.emits}:
        return
    stops = keeps | {
        e for r in table.book.rules.values() if isinstance(r, Within) for e in r.stop.events
    }
    seen: set[str] = set()
    for move in table.of(form_id):
        for answer in move.answers:
            if answer.value is None or not answer.is_no or answer.field in seen:
                continue
            if awaited & set(move.events) or _is_asked(table, form, answer.field):
                continue
            if not stops & set(move.events):
                continue  # it keeps nothing: what was owed is owed still
            seen.add(answer.field)
            said = answer.said()
            trace = Text(
                f"“{form.title.zh}”中{said.zh}：不产生任何后续",
                f"“{form.title.en}” with {said.en}: nothing follows",
            )
            rule = next((i for i, r in table.pack.rules.items() if _stops(r, form)), "")
            yield Finding("K10", rule, f"{form_id}.{answer.field}", trace)


def _stops(rule: object, form: FormShape) -> bool:
    stop = getattr(rule, "stop", None)
    return stop is not None and bool(set(stop.events) & {e.event for e in form.emits})


def _is_asked(table: Playboard, form: FormShape, field: str) -> bool:
    fact = next((f.fact for f in form.fields if f.id == field), None)
    return fact is not None and fact in table.matter


def said_otherwise(table: Playboard) -> Iterator[Finding]:
    """Amounts that customers are told and that no promise of the service has."""
    for service_id, service in table.pack.services.items():
        rules = [
            r
            for r in table.book.rules.values()
            if isinstance(r, Within) and r.binds(service=service_id, process=service.process or "")
        ]
        quoted = {a for r in rules for c in r.clauses for a in amounts_in(c.quote)}
        for text in service.notify:
            for said in said_in(text.zh):
                if said.amount in quoted:
                    continue
                words = plain(text.zh)[said.start : said.end]
                trace = Text(
                    f"告知客户“{words}”，该服务没有这样的承诺",
                    f"customers are told “{words}”; no promise of the service says so",
                )
                yield Finding("K11", "", f"{service_id}/{words}", trace)
