"""Does a pack say what the regulation says? Its numbers are held against the words it cites.

A number of a rule must stand, with its unit, in the rule's quotes, or in a reading that the rule
names; the bands of a table must give each case the number that the quote gives it; and what
customers and staff are told (`notify`, `help`, `consequence`) must say no other number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from chengnuo.packs.bands import bands_unsaid
from chengnuo.packs.errors import Problem
from chengnuo.packs.loader import LoadedPack
from chengnuo.packs.quantities import Amount, amounts_in, meant_by
from chengnuo.packs.references import inside
from chengnuo.packs.rule_shapes import (
    AnyRuleShape,
    BeforeShape,
    GateShape,
    RecurringShape,
    StandingShape,
    WithinShape,
)
from chengnuo.packs.schema import FormShape, Pack, ServiceShape
from chengnuo.packs.shape import TextShape
from chengnuo.packs.triggers import AnyLimitShape, BySettingShape, CountShape
from chengnuo.rules.words import Text

OF_TIME = frozenset({"time", "working_time", "day", "working_day", "month", "ring"})
MEASURED = {"day": "day", "natural_day": "day", "working_day": "working_day", "percent": "percent"}
MEASURED |= {"permille": "permille", "times": "times", "month": "month", "ring": "ring"}


def numbers_unsaid(pack: Pack, rule: AnyRuleShape) -> Iterator[Text]:
    """The numbers of a rule that no cited word and no reading says, and bands out of order."""
    quotes = " ".join(c.quote for c in rule.clause)
    quoted = amounts_in(quotes)
    known = quoted | _explained(pack, rule)
    told = any(amount.family in OF_TIME for amount in quoted)
    for count, chosen in _counts(pack, rule):
        # A reading explains what the words leave open: a number they do not give, or a choice.
        left_open = bool(rule.readings) and (chosen or not told)
        if not (meant_by(count.amount, count.unit) & known or left_open):
            yield _unsaid(f"{count.amount} {count.unit}", quotes)
    for wanted, shown in _figures(rule):
        if not (wanted & known or rule.readings):
            yield _unsaid(shown, quotes)
    yield from bands_unsaid(pack, rule)


def _unsaid(what: str, quotes: str) -> Text:
    return Text(
        f"{what} 不在所引原文“{quotes}”里，也没有释义说明它",
        f"{what} does not stand in the cited words “{quotes}”, and no reading explains it",
    )


def _explained(pack: Pack, rule: AnyRuleShape) -> set[Amount]:
    """The amounts in the readings that a rule names."""
    found: set[Amount] = set()
    for name in rule.readings:
        if name in pack.readings:
            found |= _both(pack.readings[name])
    return found


def _both(text: TextShape) -> set[Amount]:
    return amounts_in(text.zh) | amounts_in(text.en)


def _counts(pack: Pack, rule: AnyRuleShape) -> Iterator[tuple[CountShape, bool]]:
    """The amounts of time in a rule, and whether the house chose each instead of the usual."""
    if isinstance(rule, WithinShape | BeforeShape):
        yield from _parts(pack, rule.limit, chosen=False)
    elif isinstance(rule, GateShape) and rule.wait is not None:
        yield rule.wait, False
    elif isinstance(rule, RecurringShape) and rule.since_last is not None:
        yield rule.since_last, False


def _parts(pack: Pack, limit: AnyLimitShape, *, chosen: bool) -> Iterator[tuple[CountShape, bool]]:
    if isinstance(limit, CountShape):
        yield limit, chosen
    elif isinstance(limit, BySettingShape):
        usual = pack.settings[limit.setting].value if limit.setting in pack.settings else None
        for value, case in limit.cases.items():
            yield from _parts(pack, case, chosen=chosen or value != usual)
    else:
        for part in inside(limit):
            yield from _parts(pack, part, chosen=chosen)


def _figures(rule: AnyRuleShape) -> Iterator[tuple[set[Amount], str]]:
    """The other numbers in a rule: how often, by which day (31: the month's end), how much."""
    if isinstance(rule, RecurringShape):
        if rule.count > 1:
            yield {Amount("times", Fraction(rule.count))}, f"times {rule.count}"
        for by in rule.due_days():
            if by.day is not None and by.day < 31:
                day = Fraction(by.day)
                yield {Amount("date", day), Amount("day", day)}, f"day {by.day}"
            if by.working_day is not None and by.working_day > 1:
                wanted = {Amount("working_day", Fraction(by.working_day))}
                yield wanted, f"working_day {by.working_day}"
    elif isinstance(rule, StandingShape) and rule.measure is not None:
        measure = rule.measure
        for bound in (measure.at_least, measure.at_most):
            if bound is not None:
                number = Fraction(str(bound))
                families = [MEASURED[measure.unit]] if measure.unit in MEASURED else OF_ANY
                shown = f"{measure.unit} {bound:g}"
                yield {Amount(family, number) for family in families}, shown


OF_ANY = (*OF_TIME, "percent", "permille", "times", "date")


# -- prose -----------------------------------------------------------------------------------------


def prose_unsaid(loaded: LoadedPack) -> Iterator[Problem]:
    """What is told beside the rules (`notify`, `help`, `consequence`) says no other number."""
    pack = loaded.pack
    for rule_id, rule in pack.rules.items():
        if rule.consequence is not None:
            key, known = ("rules", rule_id, "consequence"), _known(pack, [rule])
            yield from _prose(loaded, key, rule.consequence, known)
    for service_id, service in pack.services.items():
        known = _known(pack, _binding(pack, service_id, service))
        for index, text in enumerate(service.notify):
            yield from _prose(loaded, ("services", service_id, "notify", index), text, known)
    everything = _known(pack, pack.rules.values())
    for fact_id, fact in pack.facts.items():
        if fact.help is not None:
            yield from _prose(loaded, ("facts", fact_id, "help"), fact.help, everything)
    for form_id, form in pack.forms.items():
        known = everything | (amounts_in(form.clause.quote) if form.clause else set())
        yield from _helps(loaded, form_id, form, known)


def _helps(
    loaded: LoadedPack, form_id: str, form: FormShape, known: set[Amount]
) -> Iterator[Problem]:
    if form.help is not None:
        yield from _prose(loaded, ("forms", form_id, "help"), form.help, known)
    for index, field in enumerate(form.fields):
        if field.help is not None:
            key = ("forms", form_id, "fields", index, "help")
            yield from _prose(loaded, key, field.help, known)


def _prose(
    loaded: LoadedPack, key: tuple[str | int, ...], text: TextShape, known: set[Amount]
) -> Iterator[Problem]:
    where, shown = loaded.where(*key), ".".join(map(str, key))
    for language, words in (("zh", text.zh), ("en", text.en)):
        if amounts_in(words) - known - ALWAYS:
            said = Text(
                f"“{words}”里的数字与所适用的规则不符：请按条文改正，或让规则引用说明它的条文、释义",
                f"a number in “{words}” is in no rule that applies: write the number of the "
                "clause, or let the rule cite the clause or reading that says it",
            )
            yield Problem(where, said, f"{shown}.{language}")
    chinese, english = amounts_in(text.zh) - ALWAYS, amounts_in(text.en) - ALWAYS
    if chinese and english and chinese != english:
        said = Text("中文和英文的数字不一致", "the numbers in Chinese and in English differ")
        yield Problem(where, said, shown)


ALWAYS = frozenset(Amount(word, Fraction(1)) for word in ("today", "next_day", "times"))


def _known(pack: Pack, rules: Iterable[AnyRuleShape]) -> set[Amount]:
    """Every amount that some rules say: in their words, their readings, and by themselves."""
    found: set[Amount] = set()
    for rule in rules:
        found |= amounts_in(" ".join(c.quote for c in rule.clause)) | _explained(pack, rule)
        for count, _ in _counts(pack, rule):
            found |= meant_by(count.amount, count.unit)
        for wanted, _ in _figures(rule):
            found |= wanted
        for pause in getattr(rule, "pause", ()):
            found |= meant_by(pause.cap.amount, pause.cap.unit)
    return found


def _binding(pack: Pack, service_id: str, service: ServiceShape) -> Iterator[AnyRuleShape]:
    """The rules that bind cases of a service."""
    for rule in pack.rules.values():
        here = not rule.where or service.process in rule.where
        if here and (rule.services is None or service_id in rule.services):
            yield rule
