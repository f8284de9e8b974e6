"""Gates that open on what is no longer so, on a blank, or on one's own word."""

from __future__ import annotations

from collections.abc import Iterator

from chengnuo.packs.loopholes.found import Finding
from chengnuo.packs.loopholes.moves import Move
from chengnuo.packs.loopholes.playing import Table
from chengnuo.packs.references import role_title
from chengnuo.packs.schema import FormShape
from chengnuo.rules.rulebook import Gate, Rule, Within
from chengnuo.rules.words import Text

ACCEPTING = ("验收", "签字", "签收", "确认", "复核", "审核", "审批", "批准", "评价")


def gate_findings(table: Table) -> Iterator[Finding]:
    for rule in table.book.rules.values():
        if isinstance(rule, Gate):
            yield from _stale(table, rule)
            yield from _own_word(table, rule)
        if isinstance(rule, Gate | Within):
            yield from _blank(table, rule)


def _stale(table: Table, gate: Gate) -> Iterator[Finding]:
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


def _own_word(table: Table, gate: Gate) -> Iterator[Finding]:
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


def _accepts_himself(table: Table, gate: Gate, accepts: str, does: str, role: str) -> Finding:
    pack = table.pack
    who = role_title(pack, role)
    one, other = pack.forms[does].title, pack.forms[accepts].title
    trace = Text(
        f"同一{who.zh}既填“{one.zh}”又填“{other.zh}”",
        f"the same {who.en} fills “{one.en}” and “{other.en}”",
    )
    return Finding("K5", gate.id, accepts, trace)


def _blank(table: Table, rule: Rule) -> Iterator[Finding]:
    """A fact on which the rule hangs and that nobody has to tell."""
    pack = table.pack
    if rule.until_known == "binds":
        return
    asked_at_intake = {name for s in pack.services.values() for name in s.facts}
    for fact in sorted(rule.when.facts()):
        shape = pack.facts.get(fact)
        if shape is None or shape.type == "flag" or fact in asked_at_intake:
            continue
        tellers = [
            (form_id, f)
            for form_id, form in pack.forms.items()
            for f in form.fields
            if f.fact == fact
        ]
        if not tellers or any(f.required or f.required_when for _id, f in tellers):
            continue
        form_id, field = tellers[0]
        title, named = pack.forms[form_id].title, field.title
        trace = Text(
            f"“{title.zh}”中“{named.zh}”不是必填；留空时本条不适用",
            f"“{named.en}” in “{title.en}” may be left blank; then the rule does not apply",
        )
        yield Finding("K2", rule.id, fact, trace)


def _emits(form: FormShape, event: str) -> bool:
    return any(e.event == event for e in form.emits)


def _forms_emitting(table: Table, event: str) -> list[str]:
    return [i for i, form in table.pack.forms.items() if not form.duty and _emits(form, event)]
