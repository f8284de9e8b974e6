"""The pack check: is the regulation, as written down, a closed loop that people can work?

Proved for each process: every start can happen, every obligation can be kept, every form can be
reached, a closing event can be reached and an indicator watches it. Proved for each rule: tables
match exactly once, every number is in the cited words or explained by a reading, every example
holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from chengnuo.packs.errors import PackError, Problem
from chengnuo.packs.examples import read_examples, try_example
from chengnuo.packs.filing import filing_problems, release_problems
from chengnuo.packs.loader import LoadedPack
from chengnuo.packs.outside import sender_problems
from chengnuo.packs.quoting import numbers_unsaid, prose_unsaid
from chengnuo.packs.references import BUILT_IN_EVENTS
from chengnuo.packs.rights import separation_problems
from chengnuo.packs.rule_shapes import (
    AnyRuleShape,
    BeforeShape,
    GateShape,
    ProhibitionShape,
    RecurringShape,
    WithinShape,
)
from chengnuo.packs.sampling import sample_facts, sample_starting_facts
from chengnuo.packs.schema import FormShape, Pack
from chengnuo.packs.triggers import (
    AnyLimitShape,
    BySettingShape,
    ConditionField,
    ManyShape,
    TableShape,
    TriggerShape,
    condition,
)
from chengnuo.rules.conditions import OF_THE_START, START_TIME, Value
from chengnuo.rules.words import Text

BY_THE_PRODUCT = frozenset(BUILT_IN_EVENTS) - {"case.disputed", "case.closed"}


def check(loaded: LoadedPack) -> list[Problem]:
    """Every problem of a pack that loads, with file and line; empty when it is sound."""
    found: list[Problem] = []
    pack = loaded.pack
    for process_id in pack.processes:
        found += _process(loaded, process_id)
    found += _unreachable_anywhere(loaded)
    for rule_id, rule in pack.rules.items():
        where = loaded.where("rules", rule_id)
        said = (
            *_tables(pack, rule),
            *numbers_unsaid(pack, rule),
            *_duties(pack, rule),
            *_steps(pack, rule),
            *release_problems(pack, rule),
        )
        found += [Problem(where, what, f"rules.{rule_id}") for what in said]
    found += prose_unsaid(loaded)
    found += filing_problems(loaded)
    found += separation_problems(loaded)
    found += sender_problems(pack)
    found += _services(loaded)
    found += _examples(loaded)
    return found


def notes(loaded: LoadedPack) -> list[Problem]:
    """What is no fault, but keeps people from working with the pack."""
    if not loaded.pack.rules or loaded.pack.processes:
        return []
    what = Text(
        "有规则，但没有流程（processes）：工单还无法办理，请写 processes、services 和 forms",
        "there are rules, but no process (processes): no case can be worked; write processes, "
        "services and forms",
    )
    return [Problem(loaded.where("rules"), what)]


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
        what = Text(
            f"永远办结不了：没有表单产生 {wanted}", f"never closes: no form leads to {wanted}"
        )
        yield Problem(where, what, f"processes.{process_id}")
    if not process.indicators:
        what = Text("没有指标衡量它", "no indicator watches it")
        yield Problem(where, what, f"processes.{process_id}")
    starts_something = False
    for rule_id, rule in rules_in(pack, process_id).items():
        if not isinstance(rule, WithinShape | BeforeShape):
            continue
        started = _possible(rule.start, events)
        starts_something |= started and "case.lodged" in rule.start.events
        if started and not _possible(rule.stop, events):
            wanted = ", ".join(rule.stop.events)
            what = Text(
                f"在流程 {process_id} 中无法履行：没有表单产生 {wanted}",
                f"cannot be kept in process {process_id}: no form leads to {wanted}",
            )
            yield Problem(loaded.where("rules", rule_id), what, f"rules.{rule_id}")
        if not started and process_id in rule.where:
            wanted = ", ".join(rule.start.events)
            what = Text(
                f"在流程 {process_id} 中永不开始：没有什么产生 {wanted}",
                f"never starts in process {process_id}: nothing leads to {wanted}",
            )
            yield Problem(loaded.where("rules", rule_id), what, f"rules.{rule_id}")
    if not starts_something and any(s.process == process_id for s in pack.services.values()):
        what = Text("受理时没有任何承诺开始", "no promise starts when a case is lodged")
        yield Problem(where, what, f"processes.{process_id}")
    for form_id, form in forms_in(pack, process_id).items():
        if process_id in form.processes and not _possible(form.after, events):
            what = Text(
                f"在流程 {process_id} 中轮不到它", f"cannot be reached in process {process_id}"
            )
            yield Problem(loaded.where("forms", form_id), what, f"forms.{form_id}")


def _unreachable_anywhere(loaded: LoadedPack) -> Iterator[Problem]:
    """Rules and forms that are tied to no process must be of use in at least one, or to a duty."""
    pack = loaded.pack
    if not pack.processes:
        return
    events = set().union(*(reachable(pack, p) for p in pack.processes))
    # What the form of a duty tells may start a promise too: a bad result is followed up.
    events |= {e.event for form in pack.forms.values() if form.duty for e in form.emits}
    for rule_id, rule in pack.rules.items():
        if isinstance(rule, WithinShape | BeforeShape) and not _possible(rule.start, events):
            wanted = ", ".join(rule.start.events)
            what = Text(f"没有什么产生 {wanted}", f"nothing leads to {wanted}")
            yield Problem(loaded.where("rules", rule_id), what, f"rules.{rule_id}")
    used = set().union(*(forms_in(pack, p) for p in pack.processes))
    for form_id, form in pack.forms.items():
        if not form.duty and form_id not in used:
            what = Text("不属于任何流程", "belongs to no process")
            yield Problem(loaded.where("forms", form_id), what, f"forms.{form_id}")


def _duties(pack: Pack, rule: AnyRuleShape) -> Iterator[Text]:
    """A recurring duty must be kept by a form, or by an event from outside."""
    if not isinstance(rule, RecurringShape):
        return
    emitted = {e.event for f in pack.forms.values() for e in f.emits}
    emitted |= {name for name, e in pack.events.items() if e.by != "form"}
    if not _possible(rule.stop, emitted):
        wanted = ", ".join(rule.stop.events)
        yield Text(f"没有表单产生 {wanted}", f"no form leads to {wanted}")


def _services(loaded: LoadedPack) -> Iterator[Problem]:
    pack = loaded.pack
    parents = {s.parent for s in pack.services.values()}
    for service_id, service in pack.services.items():
        where = loaded.where("services", service_id)
        if service_id not in parents and service.process is None:
            yield Problem(where, Text("没有流程", "has no process"), f"services.{service_id}")
        if service.process is not None and service.owner is None:
            yield Problem(where, Text("没有责任岗位", "has no owner"), f"services.{service_id}")
    used = {s.process for s in pack.services.values()}
    for process_id in pack.processes:
        if process_id not in used:
            where = loaded.where("processes", process_id)
            what = Text("没有服务项目用到它", "no service uses it")
            yield Problem(where, what, f"processes.{process_id}")
    given = pack.accountability
    if given is not None and not pack.restricted_to(given.service):
        where = loaded.where("services", given.service)
        what = Text(
            "追责事项不对所有人公开：请写 restricted_to",
            "a proceeding is not open to everybody: say restricted_to",
        )
        yield Problem(where, what, f"services.{given.service}")


# -- tables ----------------------------------------------------------------------------


def _tables(pack: Pack, rule: AnyRuleShape) -> Iterator[Text]:
    if not isinstance(rule, WithinShape | BeforeShape):
        return
    for table, outer in tables_of(rule.limit, (rule.when,)):
        yield from _table(pack, table, outer)


def tables_of(
    limit: AnyLimitShape, outer: tuple[ConditionField, ...]
) -> Iterator[tuple[TableShape, tuple[ConditionField, ...]]]:
    """The tables in a limit, each with the conditions under which it is asked at all: the rule's,
    and those of the bands in which it stands."""
    if isinstance(limit, TableShape):
        yield limit, outer
        for row in limit.table:
            yield from tables_of(row.inner(), (*outer, row.when))
    elif isinstance(limit, ManyShape):
        for part in limit.min_of or limit.max_of:
            yield from tables_of(part, outer)
    elif isinstance(limit, BySettingShape):
        for part in limit.cases.values():
            yield from tables_of(part, outer)


def _table(pack: Pack, table: TableShape, outer: tuple[ConditionField, ...]) -> Iterator[Text]:
    """Each combination of facts that is not excluded must match exactly one band."""
    conditions = [condition(row.when) for row in table.table]
    asked = [condition(given) for given in outer]
    timed = frozenset[str]().union(*(c.facts() for c in (*conditions, *asked))) & OF_THE_START
    moments = list(sample_starting_facts()) if timed else [{}]
    for facts in sample_facts(pack, [*(row.when for row in table.table), *outer]):
        for moment in moments:
            known = {**facts, **moment}
            if any(c.holds(known) is False for c in asked):
                continue
            hits = [i + 1 for i, c in enumerate(conditions) if c.holds(known)]
            if len(hits) == 1:
                continue
            told = {k: v for k, v in known.items() if k in facts or k in timed}
            shown = ", ".join(f"{k}={_shown(k, v)}" for k, v in told.items())
            listed = ", ".join(map(str, hits))
            if hits:
                yield Text(f"{shown} 时第 {listed} 档重叠", f"bands {listed} overlap for {shown}")
            else:
                yield Text(f"{shown} 时没有一档适用", f"no band matches for {shown}")
            return


def _shown(fact: str, value: Value) -> str:
    if fact == START_TIME and isinstance(value, int):
        return f"{value // 60:02d}:{value % 60:02d}"
    return str(value)


def _steps(pack: Pack, rule: AnyRuleShape) -> Iterator[Text]:
    """A sum of steps begins with the rule; what ends the other side's turn is not left to who owes.

    Whoever owes a promise must not be able to keep its clock standing.
    """
    if not isinstance(rule, WithinShape) or not rule.sum_of:
        return
    begins = {step.from_ for step in rule.sum_of}
    if not set(rule.start.events) <= begins:
        named = ", ".join(rule.start.events)
        yield Text(f"sum_of 须有一步从 {named} 开始", f"a step of sum_of must begin with {named}")
    for step in rule.sum_of:
        if step.from_ == step.to:
            yield Text(f"一步的起止都是 {step.to}", f"a step begins and ends with {step.to}")
    for event in sorted(begins - set(rule.start.events)):
        known = pack.events.get(event)
        forms = [f for f in pack.forms.values() if any(e.event == event for e in f.emits)]
        alone = forms and all(f.who and set(f.who) <= {rule.owed_by} for f in forms)
        if known is not None and known.by == "form" and not forms:
            yield Text(
                f"没有表单导向 {event}，计时不会继续", f"no form leads to {event}: the clock stands"
            )
        elif alone:
            yield Text(
                f"只有责任人能登记 {event}，计时可一直停着；请让他人也能填",
                f"only the post that owes it can report {event} and stop the clock; let others "
                "fill it too",
            )


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
                name, told = example.name.zh, problem.text
                both = Text(f"{problem.where}: {told.zh}", f"{problem.where}: {told.en}")
                yield Problem(where, both, name)
            continue
        if not outcome.holds:
            said = _due(example.due, provisional=example.provisional)
            made = _due(outcome.due, provisional=outcome.provisional)
            what = Text(
                f"示例写的是 {said.zh}，按规则是 {made.zh}",
                f"it says {said.en}, the rule gives {made.en}",
            )
            yield Problem(where, what, example.name.zh)


def _due(moment: datetime | None, *, provisional: bool) -> Text:
    if moment is None:
        shown = Text("无到期时间", "no due time")
    else:
        shown = Text(moment.isoformat(), moment.isoformat())
    if not provisional:
        return shown
    return Text(f"{shown.zh}（暂定）", f"{shown.en} (provisional)")
