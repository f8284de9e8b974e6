"""Inheritance group → company → unit: a child takes everything over and may only tighten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chengnuo.packs.compiling import calendar_of, is_included, period_name
from chengnuo.packs.errors import PackError, Problem
from chengnuo.packs.reading import Document
from chengnuo.packs.references import conditions_of
from chengnuo.packs.rule_shapes import (
    AnyRuleShape,
    BeforeShape,
    GateShape,
    ProhibitionShape,
    RecurringShape,
    RuleShape,
    StandingShape,
    WithinShape,
)
from chengnuo.packs.sampling import sample_facts, sample_starts
from chengnuo.packs.schema import Pack
from chengnuo.packs.triggers import CountShape, TriggerShape
from chengnuo.rules.calendar import Calendar
from chengnuo.rules.clock import due_at, notice_due
from chengnuo.rules.counting import UnableToReckon, counted_forward
from chengnuo.rules.periods import months_of
from chengnuo.rules.proof import moment_in_words
from chengnuo.rules.words import Text

ADDED_TO = (
    "sources",
    "readings",
    "roles",
    "channels",
    "appliances",
    "facts",
    "events",
    "indicators",
    "services",
    "processes",
    "forms",
    "sheets",
    "scripts",
    "separations",
)
PER_YEAR = {
    "shift": 1095.0,
    "day": 365.0,
    "working_day": 250.0,
    "week": 52.0,
    "month": 12.0,
    "quarter": 4.0,
    "half_year": 2.0,
    "year": 1.0,
    "two_years": 0.5,
    "unset": 0.0,
}


def merged(parent: Pack, own: Pack, document: Document) -> Pack:
    """The child with everything it inherits. Raises PackError when it redefines more than rules."""
    problems = []
    sections: dict[str, Any] = {}
    for name in ADDED_TO:
        above, below = getattr(parent, name), getattr(own, name)
        for key in sorted(set(above) & set(below)):
            if above[key] != below[key]:
                where = document.place((name, key))
                what = Text(
                    f"{parent.id} 已有此项，请换一个标识",
                    f"stands already in {parent.id}; use another id",
                )
                problems.append(Problem(where, what, f"{name}.{key}"))
        sections[name] = {**above, **below}
    if problems:
        raise PackError(own.id, problems)
    given = document.data
    return own.model_copy(
        update={
            **sections,
            "settings": {**parent.settings, **own.settings},
            "rules": {**parent.rules, **own.rules},
            "register_": (*parent.register_, *own.register_),
            "calendar": own.calendar if "calendar" in given else parent.calendar,
            "glass": own.glass if "glass" in given else parent.glass,
            "urging": own.urging if "urging" in given else parent.urging,
            "warn": own.warn if "warn" in given else parent.warn,
            "escalate": own.escalate if "escalate" in given else parent.escalate,
            "pauses": own.pauses or parent.pauses,
        }
    )


def tightening_problems(parent: Pack, own: Pack, pack: Pack, document: Document) -> list[Problem]:
    """Every rule of the child that loosens one of its parent, with both clauses; and a later
    decision of pauses."""
    found = []
    for rule_id in sorted(set(parent.rules) & set(own.rules)):
        above, below = parent.rules[rule_id], own.rules[rule_id]
        for what in _loosenings(parent, above, pack, below):
            where = document.place(("rules", rule_id))
            both = f"{parent.id}: {_cite(parent, above)}; {own.id}: {_cite(pack, below)}"
            said = Text(
                f"下级只能收紧：{what.zh}（{both}）",
                f"a child may only tighten; {what.en} ({both})",
            )
            found.append(Problem(where, said, f"rules.{rule_id}"))
    given, asked = own.pauses, parent.pauses
    if given is not None and asked is not None and _outlasts(pack, given.decide, asked.decide):
        said = Text(
            f"下级只能收紧：暂停的审批晚于 {parent.id} 的规定",
            f"a child may only tighten; a pause is decided later than {parent.id} says",
        )
        found.append(Problem(document.place(("pauses",)), said, "pauses"))
    return found


def _cite(pack: Pack, rule: RuleShape) -> str:
    parts = []
    for clause in rule.clause:
        source = (
            pack.sources[clause.source].title.zh if clause.source in pack.sources else clause.source
        )
        parts.append(f"《{source}》{clause.place}“{clause.quote}”")
    return "；".join(parts)


def _loosenings(
    parent: Pack, above: AnyRuleShape, child: Pack, below: AnyRuleShape
) -> Iterator[Text]:
    if type(above) is not type(below):
        yield Text(
            f"类型由 {above.kind} 改成了 {below.kind}",
            f"it changes the kind from {above.kind} to {below.kind}",
        )
        return
    yield from _reach(above, below)
    if isinstance(above, WithinShape | BeforeShape) and isinstance(
        below, WithinShape | BeforeShape
    ):
        yield from _clocked(parent, above, child, below)
    elif isinstance(above, RecurringShape) and isinstance(below, RecurringShape):
        yield from _recurring(parent, above, child, below)
    elif isinstance(above, GateShape) and isinstance(below, GateShape):
        yield from _gate(child, above, below)
    elif isinstance(above, StandingShape) and isinstance(below, StandingShape):
        yield from _standing(above, below)
    elif isinstance(above, ProhibitionShape) and isinstance(below, ProhibitionShape):
        yield from _prohibition(above, below)


def _reach(above: RuleShape, below: RuleShape) -> Iterator[Text]:
    """The child's rule must bind wherever the parent's does."""
    if below.when and below.when != above.when:
        yield Text("适用条件变窄", "it applies under narrower conditions")
    if below.services is not None and not set(above.services or ()) <= set(below.services):
        yield Text("适用的服务项目变少", "it applies to fewer services")
    if below.services is not None and above.services is None:
        yield Text("适用的服务项目变少", "it applies to fewer services")
    if below.where and (not above.where or not set(above.where) <= set(below.where)):
        yield Text("适用的流程变少", "it applies to fewer processes")
    if above.blocks_close and not below.blocks_close:
        yield Text("不再阻止办结", "it no longer keeps the case open")
    if above.on_reopen and not below.on_reopen:
        yield Text("重新打开后不再计时", "it no longer runs again on reopening")
    if above.until_known == "binds" and below.until_known == "waits":
        yield Text("情况未明时不再适用", "it no longer binds while a fact is unknown")
    if below.owed_by != above.owed_by:
        yield Text(
            f"责任方由 {above.owed_by} 改成了 {below.owed_by}",
            f"it is owed by {below.owed_by} instead of {above.owed_by}",
        )


def _clocked(
    parent: Pack,
    above: WithinShape | BeforeShape,
    child: Pack,
    below: WithinShape | BeforeShape,
) -> Iterator[Text]:
    if below.start != above.start or below.stop != above.stop:
        yield Text("起止事件不同", "it starts or stops on other events")
        return
    if set(below.void_on) - set(above.void_on):
        yield Text("更多事件可使其不作评价而终止", "more events end it without a verdict")
    wider = set(below.released_by) - set(above.released_by) or not below.released_by
    if above.released_by and wider:
        yield Text("更多岗位可解除或推迟", "more roles may release it or put it off")
    if isinstance(above, BeforeShape) and isinstance(below, BeforeShape):
        if above.happened is not None and below.happened != above.happened:
            yield Text("不再按实际发生的时间评判", "it is no longer judged by what happened")
        if below.announced != above.announced:
            yield Text("对照的时间不同", "it is counted back from another moment")
    if below.again == "restart" and above.again != "restart":
        yield Text("再次开始可重新计满时限", "a second start gives the whole time again")
    if below.again == "ignore" and above.again == "another":
        yield Text("再次开始不再另立承诺", "a second start is no promise of its own any more")
    if isinstance(above, WithinShape) and isinstance(below, WithinShape):
        if below.appointment is not None and above.appointment is None:
            yield Text("预约可取代时限", "an appointment may replace its clock")
        if below.verdict != "each" and above.verdict == "each":
            yield Text(
                f"逐件承诺不得改成 '{below.verdict}'",
                f"a promise to each must not become '{below.verdict}'",
            )
        elif below.verdict != "each" and (below.verdict, below.over) != (above.verdict, above.over):
            yield Text("评判方式或期间不同", "it is judged in another way, or over another time")
        if below.sum_of and not (above.sum_of and set(above.sum_of) <= set(below.sum_of)):
            yield Text("计时的步骤更少", "its clock counts fewer steps")
        caps = {p.reason: p.cap for p in above.pause}
        for pause in below.pause:
            if pause.reason not in caps:
                yield Text(
                    f"增加了暂停理由 '{pause.reason}'", f"it adds the pause '{pause.reason}'"
                )
            elif _outlasts(child, pause.cap, caps[pause.reason]):
                yield Text(
                    f"延长了暂停 '{pause.reason}'", f"it lengthens the pause '{pause.reason}'"
                )
    yield from _later(parent, above, child, below)


def _later(
    parent: Pack,
    above: WithinShape | BeforeShape,
    child: Pack,
    below: WithinShape | BeforeShape,
) -> Iterator[Text]:
    """Try both clocks over sample moments and facts; the first later due moment is shown."""
    from_parent, from_child = _reckoner(parent, above), _reckoner(child, below)
    facts = list(sample_facts(child, [*conditions_of(above), *conditions_of(below)]))
    for start in sample_starts(child.time_zone):
        for known in facts:
            try:
                before, after = from_parent(start, known), from_child(start, known)
            except UnableToReckon:
                continue
            if before is not None and (after is None or after > before):
                shown = ", ".join(f"{k}={v}" for k, v in known.items())
                until = moment_in_words(after) if after else Text("无到期时间", "no due time")
                yield Text(
                    f"自 {moment_in_words(start).zh} {shown} 起，到期为 {until.zh}，"
                    f"上级为 {moment_in_words(before).zh}",
                    f"from {moment_in_words(start).en} {shown} it is due {until.en}, "
                    f"the parent's {moment_in_words(before).en}",
                )
                return


def _outlasts(pack: Pack, longer: CountShape, shorter: CountShape) -> bool:
    """Whether one amount of time can last longer than another, whatever their units."""
    calendar = calendar_of(pack)
    return any(
        _ends(longer, start, calendar) > _ends(shorter, start, calendar)
        for start in sample_starts(pack.time_zone)
    )


def _ends(count: CountShape, start: datetime, calendar: Calendar) -> datetime:
    return counted_forward(count.limit({}), start, calendar, ())


def _reckoner(pack: Pack, rule: WithinShape | BeforeShape) -> Any:
    calendar = calendar_of(pack)
    limit = rule.limit.limit({n: s.value for n, s in pack.settings.items()})

    def reckon(start: datetime, facts: dict[str, Any]) -> datetime | None:
        if isinstance(rule, BeforeShape):
            return notice_due(limit=limit, announced=start, calendar=calendar, facts=facts).at
        return due_at(limit=limit, start=start, calendar=calendar, facts=facts).at

    return reckon


def _recurring(
    parent: Pack, above: RecurringShape, child: Pack, below: RecurringShape
) -> Iterator[Text]:
    if (above.since_last is None) != (below.since_last is None):
        yield Text("改变了周期的算法", "it comes round in another way")
        return
    longer, shorter = below.since_last, above.since_last
    if longer is not None and shorter is not None and _outlasts(child, longer, shorter):
        yield Text("距上次更久", "it is due longer after the last")
    before, after = _per_year(parent, above), _per_year(child, below)
    if after < before:
        yield Text(
            f"每年 {after:g} 次，少于 {before:g} 次",
            f"{after:g} times a year instead of {before:g}",
        )
    if _day(child, below) > _day(parent, above):
        yield Text("到期日更晚", "its due day is later")
    if (below.subject, below.each) != (above.subject, above.each):
        yield Text("责任对象不同", "it is owed by others")
    if below.stop != above.stop:
        yield Text("履行事件不同", "it is kept by other events")


def _per_year(pack: Pack, rule: RecurringShape) -> float:
    every = period_name(rule, {n: s.value for n, s in pack.settings.items()})
    if every.endswith(" months"):
        return 12 / int(every.split()[0]) * rule.count
    return PER_YEAR[every] * rule.count


def _day(pack: Pack, rule: RecurringShape) -> tuple[int, int, int, bool]:
    """Where in the period the due day lies, for comparison; its end is the latest."""
    chosen = {n: setting.value for n, setting in pack.settings.items()}
    by, late = rule.due_day(chosen)
    months = months_of(period_name(rule, chosen))
    if by is None:
        return (0, months, 99, True)
    worked = by.working_day or 0
    day = by.day or by.weekday_number() or (worked if worked > 0 else 32 + worked if worked else 0)
    # Where no month is named it is the last of the period, or the first of the next.
    month = by.month or (1 if late else months)
    return (int(late), month, day, is_included(rule, chosen))


def _gate(child: Pack, above: GateShape, below: GateShape) -> Iterator[Text]:
    if not set(above.before) <= set(below.before):
        yield Text("把关的事件变少", "it guards fewer events")
    if not _needs_no_less(above.until, below.until):
        yield Text("放行要求变少", "it opens on less")
    if not set(above.since) <= set(below.since):
        yield Text("已失效的凭证也可放行", "it opens on evidence that was undone")
    if any(below.facts.get(f) != v for f, v in above.facts.items()):
        yield Text("要求的条件变少", "it asks for fewer conditions")
    wait = above.wait
    if wait is not None and (
        below.wait is None or below.wait.from_ != wait.from_ or _outlasts(child, wait, below.wait)
    ):
        yield Text("等待更短", "it waits less")


def _needs_no_less(above: TriggerShape | None, below: TriggerShape | None) -> bool:
    if above is None:
        return True
    if below is None:
        return False
    if above == below:
        return True
    given = set(below.all or (below.any if len(below.any) == 1 else ()))
    if above.all:
        return set(above.all) <= given
    return bool(given & set(above.any)) or (bool(below.any) and set(below.any) <= set(above.any))


def _standing(above: StandingShape, below: StandingShape) -> Iterator[Text]:
    if above.measure is None:
        return
    if below.measure is None:
        yield Text("去掉了衡量的指标", "it drops the figure that shows it")
        return
    low, high = above.measure.at_least, above.measure.at_most
    if low is not None and (below.measure.at_least is None or below.measure.at_least < low):
        yield Text("目标值更低", "its target is lower")
    if high is not None and (below.measure.at_most is None or below.measure.at_most > high):
        yield Text("上限更高", "its ceiling is higher")


def _prohibition(above: ProhibitionShape, below: ProhibitionShape) -> Iterator[Text]:
    if not set(above.forbids) <= set(below.forbids) or not set(above.words) <= set(below.words):
        yield Text("禁止的内容变少", "it forbids less")
    if below.forms and not (above.forms and set(above.forms) <= set(below.forms)):
        yield Text("检查的表单变少", "it looks into fewer forms")
    if below.between not in (above.between, None) or below.until != above.until:
        yield Text("禁止的时间变短", "it forbids for a shorter time")
