"""The promises of a pack as a customer may read them (服务承诺): published from the rules that run.

What is owed to somebody inside the house is not published; neither is a promise without a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chengnuo.packs.explaining import event_names
from chengnuo.packs.schema import FactShape, Pack, ServiceShape
from chengnuo.rules.conditions import Condition, Test, Times, Value
from chengnuo.rules.limit_words import in_words
from chengnuo.rules.limits import Agreed, Limit, LimitTable, MaxOf, MinOf, Unnumbered
from chengnuo.rules.rulebook import (
    AnyRule,
    Before,
    Prohibition,
    Recurring,
    Rulebook,
    Standing,
    Trigger,
    Within,
)
from chengnuo.rules.words import Text

SIGNS = {"lt": "<", "lte": "≤", "gt": ">", "gte": "≥"}
OF_THE_START = {
    "start_time": Text("受理时刻", "time of day"),
    "start_day": Text("受理日", "day"),
    "start_weekday": Text("星期", "weekday"),
    "start_holiday": Text("节假日", "holiday"),
}
PLAIN = {
    "working": Text("工作日", "working day"),
    "rest": Text("休息日", "rest day"),
    "True": Text("是", "yes"),
    "False": Text("否", "no"),
}
EACH = {
    "day": Text("每日", "a day"),
    "week": Text("每周", "a week"),
    "month": Text("每月", "a month"),
    "quarter": Text("每季度", "a quarter"),
    "half_year": Text("每半年", "half a year"),
    "year": Text("每年", "a year"),
}
AGREED_OTHERWISE = Text("另有约定的按约定", "unless agreed otherwise")
OTHERS = Text("其他服务", "Other services")


@dataclass(frozen=True, slots=True)
class Commitment:
    """One promise: what, from when, until when under which conditions, by which clause."""

    rule: str
    title: Text
    since: Text
    limits: tuple[Text, ...]
    when: Text
    clause: Text


@dataclass(frozen=True, slots=True)
class Published:
    """A service with everything that is promised for it."""

    id: str
    shape: ServiceShape
    commitments: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of the service catalogue."""

    title: Text
    services: tuple[Published, ...]


def branches(pack: Pack, book: Rulebook) -> list[Branch]:
    """The services that customers ask for, by branch, each with its own promises."""
    found: dict[str, list[Published]] = {}
    for service_id, entry in pack.services.items():
        if entry.process is None or entry.audience != "customer":
            continue
        own = tuple(_of_service(pack, book, service_id, entry.process))
        found.setdefault(_top(pack, entry), []).append(Published(service_id, entry, own))
    last = found.pop("", [])
    made = [Branch(pack.services[top].title.text(), tuple(s)) for top, s in found.items()]
    return [*made, Branch(OTHERS, tuple(last))] if last else made


def in_every_matter(pack: Pack, book: Rulebook) -> list[Commitment]:
    """Promises that bind every case, whatever it is about."""
    return [
        _commitment(pack, rule)
        for rule in book.rules.values()
        if rule.processes is None and rule.services is None and _is_promised(rule)
    ]


def unasked(pack: Pack, book: Rulebook) -> list[Commitment]:
    """What customers are promised though none of them asks: notices of planned stops, the return
    of the supply, regular inspections. What is restricted to a few is never published."""
    outward = _binding(pack, "customer")
    inward = [i for i in _binding(pack, "internal") if not pack.services[i].restricted_to]
    found = []
    for rule in book.rules.values():
        if rule.owed_to != "customer":
            continue
        asked, inside = (
            any(rule.binds(service=i, process=pack.services[i].process or "") for i in services)
            for services in (outward, inward)
        )
        clocked = isinstance(rule, Within | Before) and _numbered(rule.limit)
        if (clocked and inside and not asked) or _is_round(rule):
            found.append(_commitment(pack, rule))
    return found


def _binding(pack: Pack, audience: str) -> list[str]:
    return [i for i, s in pack.services.items() if s.process and s.audience == audience]


def _is_round(rule: AnyRule) -> bool:
    return isinstance(rule, Recurring) and rule.every in EACH


def always(book: Rulebook) -> list[AnyRule]:
    """Standing requirements and prohibitions that protect customers."""
    return [
        rule
        for rule in book.rules.values()
        if isinstance(rule, Standing | Prohibition) and rule.owed_to == "customer"
    ]


def promised_to_customers(rule: AnyRule | None) -> bool:
    """Whether a customer may read of this promise with its moment."""
    return rule is not None and _is_promised(rule)


def _top(pack: Pack, entry: ServiceShape) -> str:
    top = entry.parent or ""
    while top and (above := pack.services.get(top)) is not None and above.parent:
        top = above.parent
    return top if top in pack.services else ""


def _of_service(pack: Pack, book: Rulebook, service: str, process: str) -> Iterator[Commitment]:
    for rule in book.rules.values():
        everywhere = rule.processes is None and rule.services is None
        if not everywhere and rule.binds(service=service, process=process) and _is_promised(rule):
            yield _commitment(pack, rule)


def _is_promised(rule: AnyRule) -> bool:
    """What binds towards customers and is measured: a limit in numbers after something or ahead of
    it."""
    clocked = isinstance(rule, Within) and _numbered(rule.limit)
    return clocked and rule.owed_to == "customer"


def _numbered(limit: Limit) -> bool:
    if isinstance(limit, LimitTable):
        return any(_numbered(row.limit) for row in limit.rows)
    if isinstance(limit, MinOf | MaxOf):
        return any(_numbered(part) for part in limit.limits)
    return not isinstance(limit, Unnumbered)


def _commitment(pack: Pack, rule: AnyRule) -> Commitment:
    since = _since(pack, rule.start) if isinstance(rule, Within) else Text("", "")
    limits = tuple(_limits(pack, rule))
    return Commitment(rule.id, rule.title, since, limits, _condition(pack, rule.when), rule.cite())


def _since(pack: Pack, start: Trigger) -> Text:
    """From when; of several events the last, or whichever comes."""
    names = [event_names(pack, [event]) for event in start.events]
    if start.needs_all and len(names) > 1:
        return Text(
            f"{'、'.join(n.zh for n in names)}（以后到者为准）",
            f"{' and '.join(n.en for n in names)}, whichever is later",
        )
    return _either(names)


def _limits(pack: Pack, rule: AnyRule) -> Iterator[Text]:
    """What is promised, and what is excepted from it."""
    if isinstance(rule, Recurring) and rule.every is not None:
        each, times = EACH[rule.every], "time" if rule.count == 1 else "times"
        yield Text(f"{each.zh}至少{rule.count}次", f"at least {rule.count} {times} {each.en}")
    elif isinstance(rule, Before):
        yield from (Text(f"提前{t.zh}", f"{t.en} ahead") for t in limit_in_words(pack, rule.limit))
    elif isinstance(rule, Within) and rule.verdict == "average":
        yield from (
            Text(f"平均{t.zh}", f"{t.en} on average") for t in limit_in_words(pack, rule.limit)
        )
    elif isinstance(rule, Within):
        yield from limit_in_words(pack, rule.limit)
    if isinstance(rule, Within) and rule.appointment is not None:
        yield AGREED_OTHERWISE
    for event in sorted(rule.void_on) if isinstance(rule, Within) else ():
        if event in pack.events:
            name = pack.events[event].text
            yield Text(f"除外：{name.zh}", f"except where: {name.en}")


def limit_in_words(pack: Pack, limit: Limit) -> Iterator[Text]:
    """One line a band of a table; one line otherwise."""
    if isinstance(limit, LimitTable):
        for row in limit.rows:
            when = _condition(pack, row.when)
            for line in limit_in_words(pack, row.limit):
                yield Text(f"{when.zh}：{line.zh}", f"{when.en}: {line.en}")
    elif isinstance(limit, MinOf | MaxOf):
        parts = [line for part in limit.limits for line in limit_in_words(pack, part)]
        first = isinstance(limit, MinOf)
        zh = f"{' / '.join(p.zh for p in parts)}，以{'先' if first else '后'}到者为准"
        yield Text(zh, f"the {'earlier' if first else 'later'} of {_joined(parts, ' / ').en}")
    elif isinstance(limit, Agreed):
        fact = pack.facts.get(limit.fact)
        yield fact.title.text() if fact else in_words(limit)
    else:
        yield in_words(limit)


def _condition(pack: Pack, when: Condition) -> Text:
    parts = [_test(pack, test) for test in when.tests]
    return Text("，且".join(p.zh for p in parts), ", and ".join(p.en for p in parts))


def _test(pack: Pack, test: Test) -> Text:
    fact = pack.facts.get(test.fact)
    name = fact.title.text() if fact else OF_THE_START.get(test.fact, Text(test.fact, test.fact))
    if test.op == "window":
        begin, end = (int(str(v)) for v in test.value)
        span = f"{begin // 60:02d}:{begin % 60:02d}–{end // 60:02d}:{end % 60:02d}"
        return Text(f"{name.zh}{span}", f"{name.en} {span}")
    values = _either([_value(pack, fact, v) for v in test.value])
    if test.op in SIGNS:
        unit = f" {fact.unit}" if fact is not None and fact.unit else ""
        sign = SIGNS[test.op]
        return Text(f"{name.zh}{sign}{values.zh}{unit}", f"{name.en} {sign} {values.en}{unit}")
    if test.op == "in":
        return Text(f"{name.zh}：{values.zh}", f"{name.en}: {values.en}")
    return Text(f"{name.zh}不是{values.zh}", f"{name.en}: not {values.en}")


def _value(pack: Pack, fact: FactShape | None, value: Value | Times) -> Text:
    if isinstance(value, Times):
        named = {f: pack.facts[f].title for f in value.facts()}
        return Text(
            value.said({f: t.zh for f, t in named.items()}),
            value.said({f: t.en for f, t in named.items()}),
        )
    known = fact.values.get(str(value)) if fact is not None else None
    if known is not None:
        return known.text()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return PLAIN.get(str(value), Text(str(value), str(value)))


def _either(texts: Sequence[Text]) -> Text:
    """Any one of them does."""
    return Text("或".join(t.zh for t in texts), " or ".join(t.en for t in texts))


def _joined(parts: Iterable[Text], between: str) -> Text:
    texts = list(parts)
    return Text(between.join(t.zh for t in texts), between.join(t.en for t in texts))
