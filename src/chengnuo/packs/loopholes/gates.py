"""Gates that open on what is no longer so, on a blank, or on one's own word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from chengnuo.packs.loopholes.answers import ACCEPTING
from chengnuo.packs.loopholes.found import Finding
from chengnuo.packs.loopholes.moves import Move
from chengnuo.packs.loopholes.playing import Playboard
from chengnuo.packs.references import role_title
from chengnuo.packs.schema import FieldShape, FormShape
from chengnuo.rules.conditions import Times
from chengnuo.rules.rulebook import Gate, Rule, Within
from chengnuo.rules.words import Text


def gate_findings(table: Playboard) -> Iterator[Finding]:
    for rule in table.book.rules.values():
        if isinstance(rule, Gate):
            yield from _stale(table, rule)
            yield from _own_word(table, rule)
            yield from _own_numbers(table, rule)
        if isinstance(rule, Gate | Within):
            yield from _blank(table, rule)


def _stale(table: Playboard, gate: Gate) -> Iterator[Finding]:
    """A pass that a later contrary answer does not undo."""
    for event in gate.until.events if gate.until is not None else ():
        for form_id, form in table.pack.forms.items():
            if form.duty or form.not_after == event or not _emits(form, event):
                continue
            passing = [m for m in table.of(form_id) if event in m.events]
            contrary = [m for m in table.of(form_id) if event not in m.events]
            left = [m for m in contrary if not gate.since.intersection(m.events)]
            if passing and left:
                yield _pass_then_fail(gate, form_id, passing[0], left[0])


def _pass_then_fail(gate: Gate, form: str, passing: Move, contrary: Move) -> Finding:
    first, then = passing.said(), contrary.said()
    trace = Text(
        f"先{first.zh}，再{then.zh}：前一次合格仍然放行",
        f"first {first.en}, then {then.en}: the earlier pass still opens the gate",
    )
    return Finding("K3", gate.id, form, trace)


def _own_word(table: Playboard, gate: Gate) -> Iterator[Finding]:
    """Who does the work says himself that it was accepted, or signs for the customer."""
    if gate.until is None:
        return
    for event in gate.until.events:
        shape = table.pack.events.get(event)
        if shape is not None and "customer" in shape.evidence:
            continue  # the customer's own confirmation lies behind it, whoever writes it down
        for form_id in _forms_emitting(table, event):
            form = table.pack.forms[form_id]
            if not any(word in form.title.zh for word in ACCEPTING):
                continue
            for done in (f for e in gate.before for f in _forms_emitting(table, e)):
                work = table.pack.forms[done]
                same = set(form.who) & set(work.who)
                if done == form_id or not same:
                    continue
                if done in form.other_than or form_id in work.other_than:
                    continue
                yield _accepts_himself(table, gate, form_id, done, sorted(same)[0])


def _own_numbers(table: Playboard, gate: Gate) -> Iterator[Finding]:
    """Two numbers are compared, and the hand that does what is gated types both: the comparison is
    worth nothing."""
    forms = table.pack.forms
    deeds = [i for event in gate.before for i in _forms_emitting(table, event)]
    for test in gate.needs.tests:
        bound = test.value[0]
        shape = table.pack.facts.get(test.fact)
        if not isinstance(bound, Times) or shape is None or shape.type == "moment":
            continue
        for against in sorted(bound.facts() - _held_themselves(table)):
            for one, held in product(_tellers(table, test.fact), _tellers(table, against)):
                if _by_another(forms, one, held):
                    continue
                if all(_by_another(forms, deed, held) for deed in deeds):
                    continue
                first, second = forms[one].title, forms[held].title
                named, bounds = shape.title, table.pack.facts[against].title
                trace = Text(
                    f"“{named.zh}”（“{first.zh}”）与“{bounds.zh}”（“{second.zh}”）可由同一人填报，"
                    "比较没有意义",
                    f"“{named.en}” (“{first.en}”) and “{bounds.en}” (“{second.en}”) may be typed "
                    "by the same person: comparing them is worth nothing",
                )
                yield Finding("K7", gate.id, f"{held}.{against}", trace)


def _held_themselves(table: Playboard) -> frozenset[str]:
    """Numbers that another gate holds against one in its turn: there it shows who typed that."""
    gates = [rule for rule in table.book.rules.values() if isinstance(rule, Gate)]
    return frozenset(
        t.fact for gate in gates for t in gate.needs.tests if isinstance(t.value[0], Times)
    )


def _tellers(table: Playboard, fact: str) -> list[str]:
    return [i for i, form in table.pack.forms.items() if any(f.fact == fact for f in form.fields)]


def _by_another(forms: Mapping[str, FormShape], one: str, held: str) -> bool:
    """Whether a number is held against one that somebody else told, or the customer confirmed."""
    if one == held:
        return False
    first, second = forms[one], forms[held]
    apart = one in second.other_than or held in first.other_than
    confirmed = any(f.is_ == "customer" and f.required for f in second.fields)
    shared = not first.who or not second.who or set(first.who) & set(second.who)
    return apart or confirmed or not shared


def _accepts_himself(table: Playboard, gate: Gate, accepts: str, does: str, role: str) -> Finding:
    pack = table.pack
    who = role_title(pack, role)
    one, other = pack.forms[does].title, pack.forms[accepts].title
    trace = Text(
        f"同一{who.zh}既填“{one.zh}”又填“{other.zh}”",
        f"the same {who.en} fills “{one.en}” and “{other.en}”",
    )
    return Finding("K5", gate.id, accepts, trace)


def _blank(table: Playboard, rule: Rule) -> Iterator[Finding]:
    """A fact on which the rule hangs and that nobody has to tell."""
    pack = table.pack
    if rule.until_known == "binds":
        return
    for fact in sorted(rule.when.facts() & pack.facts.keys()):
        at_intake = any(fact in service.facts for service in pack.services.values())
        tellers = [
            (form, field)
            for form in pack.forms.values()
            for field in form.fields
            if field.fact == fact
        ]
        if any(f.required or f.required_when for _form, f in tellers):
            continue
        # What is told at intake is known there and then; only a gate waits for it in vain.
        if at_intake and not isinstance(rule, Gate):
            continue
        if tellers:
            yield _may_be_blank(rule, fact, *tellers[0])
        elif at_intake:
            named = pack.facts[fact].title
            trace = Text(
                f"“{named.zh}”只在受理时填报，且可不填；不填时本条不适用",
                f"“{named.en}” is told at intake only and may be left out; then the rule does not "
                "apply",
            )
            yield Finding("K2", rule.id, fact, trace)


def _may_be_blank(rule: Rule, fact: str, form: FormShape, field: FieldShape) -> Finding:
    title, named = form.title, field.title
    trace = Text(
        f"“{title.zh}”中“{named.zh}”不是必填；留空时本条不适用",
        f"“{named.en}” in “{title.en}” may be left blank; then the rule does not apply",
    )
    return Finding("K2", rule.id, fact, trace)


def _emits(form: FormShape, event: str) -> bool:
    return any(e.event == event for e in form.emits)


def _forms_emitting(table: Playboard, event: str) -> list[str]:
    return [i for i, form in table.pack.forms.items() if not form.duty and _emits(form, event)]
