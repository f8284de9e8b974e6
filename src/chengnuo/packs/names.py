"""Are the names of a pack known, and do conditions fit the facts that they ask for?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from chengnuo.packs.errors import Problem
from chengnuo.packs.reading import Document
from chengnuo.packs.schema import Pack
from chengnuo.packs.triggers import BUILT_IN_FACTS, ConditionField, condition
from chengnuo.rules.conditions import START_TIME, Test, Times
from chengnuo.rules.words import Text

KINDS_OF_NAMES = {
    "source": "依据",
    "process": "流程",
    "service": "服务项目",
    "reading": "释义",
    "role": "岗位",
    "channel": "渠道",
    "event": "事件",
    "rule": "规则",
    "setting": "设置",
    "indicator": "指标",
    "form": "表单",
    "fact": "情况（fact）",
    "field": "字段",
    "code": "表单编号",
}
ORDERED = ("number", "integer", "moment")


def unknown(
    kind: str, names: Iterable[str | None], known: Iterable[str], *, optional: bool = False
) -> Iterator[Text]:
    if optional:
        return
    allowed = set(known)
    for name in names:
        if name is not None and name not in allowed:
            shown = ", ".join(sorted(allowed)) or "none"
            said = KINDS_OF_NAMES.get(kind, kind.replace("value of", "取值，所属情况为"))
            yield Text(
                f"没有{said} '{name}'；已有：{shown}", f"unknown {kind} '{name}'; known: {shown}"
            )


def moment_fact(pack: Pack, name: str) -> Iterator[Text]:
    yield from unknown("fact", [name], pack.facts)
    if name in pack.facts and pack.facts[name].type != "moment":
        held = pack.facts[name].type
        yield Text(
            f"情况 '{name}' 须是时刻（moment），现为 {held}",
            f"fact '{name}' must be a moment, not a {held}",
        )


def facts_of_condition(pack: Pack, given: ConditionField) -> Iterator[Text]:
    yield from unknown("fact", given, {**pack.facts, **BUILT_IN_FACTS})
    tests = condition(given).tests
    for test in tests:
        yield from _test(pack, test)
    for fact in dict.fromkeys(test.fact for test in tests):
        if _shut([test for test in tests if test.fact == fact]):
            yield Text(
                f"{fact} 的下限高于上限：没有取值符合",
                f"the lower bound of {fact} is above the upper one: no value meets both",
            )


def _shut(tests: list[Test]) -> bool:
    """Whether bounds of one fact leave no value between them."""

    def bounds(*ops: str) -> list[float]:
        found = [t.value[0] for t in tests if t.op in ops]
        return [float(v) for v in found if isinstance(v, int | float) and not isinstance(v, bool)]

    low, high = bounds("gte", "gt"), bounds("lte", "lt")
    if not low or not high:
        return False
    open_end = bool(bounds("gt") or bounds("lt"))
    return max(low) > min(high) or (open_end and max(low) == min(high))


def _test(pack: Pack, test: Test) -> Iterator[Text]:
    """A comparison must fit the type of its fact."""
    if test.fact in BUILT_IN_FACTS:
        fits = "window" if test.fact == START_TIME else "in"
        if test.op not in (fits, "not_in" if fits == "in" else fits):
            how = ("时段 {from: …, to: …}", "a window {from: …, to: …}")
            how = how if fits == "window" else ("取值", "values")
            yield Text(f"{test.fact} 应写{how[0]}", f"{test.fact} takes {how[1]}")
        elif fits == "in":
            known = BUILT_IN_FACTS[test.fact]
            shown = ", ".join(map(str, known))
            for value in test.value:
                if value not in known or isinstance(value, bool) != isinstance(known[0], bool):
                    yield Text(
                        f"{test.fact} 没有取值 '{value}'；可用：{shown}",
                        f"unknown value of {test.fact} '{value}'; known: {shown}",
                    )
        return
    if test.op == "window":
        yield Text(
            f"时段只用于 {START_TIME}；{test.fact} 应写取值或上下限",
            f"a window is for {START_TIME}; {test.fact} takes values or bounds",
        )
    fact = pack.facts.get(test.fact)
    if fact is None:
        return
    if test.op in ("in", "not_in"):
        if fact.type == "choice":
            yield from unknown(f"value of {test.fact}", map(str, test.value), fact.values)
        if fact.type == "flag" and not all(isinstance(v, bool) for v in test.value):
            yield Text(
                f"{test.fact} 是是非项：写 true 或 false", f"{test.fact} is a flag: true or false"
            )
    elif test.op != "window" and fact.type not in ORDERED:
        yield Text(
            f"{test.fact} 的类型是 {fact.type}；{test.op} 只比较数字和时刻",
            f"{test.fact} is a {fact.type}; {test.op} compares numbers and moments",
        )
    elif isinstance(test.value[0], Times):
        yield from _against(pack, test, test.value[0])
    elif isinstance(test.value[0], datetime) != (fact.type == "moment"):
        yield Text(
            f"{test.fact} 的类型是 {fact.type}，不能与 {test.value[0]} 比较",
            f"{test.fact} is a {fact.type}; it cannot be compared with {test.value[0]}",
        )


def _against(pack: Pack, test: Test, bound: Times) -> Iterator[Text]:
    """A fact is compared with one of its own type, and only with numbers one reckons."""
    yield from unknown("fact", sorted(bound.facts()), pack.facts)
    fact, numbers = pack.facts[test.fact], {"number", "integer"}
    reckoned = bound.factor != 1 or bool(bound.less)
    for name in sorted(bound.facts() & set(pack.facts)):
        other = pack.facts[name]
        fits = (fact.type in numbers) == (other.type in numbers)
        if not fits or (reckoned and other.type not in numbers):
            yield Text(
                f"{test.fact} 的类型是 {fact.type}，不能与类型是 {other.type} 的 {name} 这样比较",
                f"{test.fact} is a {fact.type}; it cannot be compared so with {name}, "
                f"a {other.type}",
            )


def separation_names(pack: Pack, document: Document, roles: Iterable[str]) -> list[Problem]:
    """Duties that are kept apart name forms, posts and a source that exist."""
    found = []
    for name, given in pack.separations.items():
        bad = [*unknown("form", (*given.one, *given.other), pack.forms)]
        bad += unknown("role", given.roles, roles)
        bad += unknown("source", [given.clause.source], pack.sources)
        where = document.place(("separations", name))
        found += [Problem(where, what, f"separations.{name}") for what in bad]
    return found
