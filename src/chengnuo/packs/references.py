"""Every name in a pack must exist: events, roles, facts, forms, services, processes, settings …"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import get_args

from chengnuo.packs.channels import channel_problems
from chengnuo.packs.errors import Problem
from chengnuo.packs.names import facts_of_condition, moment_fact, separation_names, unknown
from chengnuo.packs.reading import Document, Place
from chengnuo.packs.rhythms import ByCases, BySettingName, Every
from chengnuo.packs.rule_shapes import (
    AnyRuleShape,
    BeforeShape,
    EscalationLevelShape,
    GateShape,
    ProhibitionShape,
    RecurringShape,
    StandingShape,
    WithinShape,
)
from chengnuo.packs.schema import FieldShape, FormShape, Pack
from chengnuo.packs.triggers import (
    AgreedShape,
    AnyLimitShape,
    BySettingShape,
    ConditionField,
    CountShape,
    ManyShape,
    RowShape,
    TableShape,
    TriggerShape,
    condition,
)
from chengnuo.rules.words import Text

BUILT_IN_EVENTS: dict[str, Text] = {
    "case.lodged": Text("受理登记", "Registered"),
    "case.handed_over": Text("移交经办单位", "Handed over"),
    "case.returned": Text("退单", "Returned"),
    "case.return_asked": Text("申请退单", "Return requested"),
    "case.return_refused": Text("退单驳回", "Return rejected"),
    "case.assistance_asked": Text("请求协办", "Assistance requested"),
    "case.assisted": Text("协办答复", "Assistance given"),
    "case.urged": Text("催办", "Chased"),
    "case.supervised": Text("督办", "Oversight"),
    "case.disputed": Text("客户提出异议", "Customer objected"),
    "case.reopened": Text("重新打开", "Reopened"),
    "case.withdrawn": Text("客户撤回", "Withdrawn"),
    "case.merged": Text("并入另一工单", "Merged into another case"),
    "case.separated": Text("撤销合并", "Merge undone"),
    "case.reclassified": Text("改正服务项目", "Service corrected"),
    "case.closed": Text("办结", "Closed"),
    "appointment.agreed": Text("约定时间", "Appointment agreed"),
    "facts.changed": Text("关键信息变更", "Key details changed"),
    "pause.requested": Text("申请暂停", "Pause requested"),
    "pause.approved": Text("批准暂停", "Pause approved"),
    "pause.rejected": Text("驳回暂停", "Pause rejected"),
    "pause.ended": Text("恢复计时", "Resumed"),
    "escalation.answered": Text("上报已答复", "Escalation answered"),
    "period.opened": Text("周期开始", "Period opened"),
}
BUILT_IN_ROLES: dict[str, Text] = {
    "accepting_unit": Text("受理单位", "Receiving unit"),
    "handling_unit": Text("经办单位", "Handling unit"),
    "handling_head": Text("经办单位负责人", "Head of the handling unit"),
    "handler": Text("经办人", "Handler"),
    "first_asked": Text("首问责任人", "First-contact owner"),
    "organisation": Text("本单位", "The organisation"),
    "customer": Text("客户", "Customer"),
}
PERIOD_NAMES: tuple[str, ...] = get_args(Every)
FLAG_WORDS = ("true", "false")
TARGETS = frozenset({"line-1", "line-2", "line-3", "line-4"})


def reference_problems(pack: Pack, document: Document) -> list[Problem]:
    """Names that lead nowhere. Kinds of names that a small pack leaves out are not asked for."""
    found: list[Problem] = []
    for rule_id, rule in pack.rules.items():
        where = document.place(("rules", rule_id))
        found += [Problem(where, p, f"rules.{rule_id}") for p in _rule(pack, rule)]
    for form_id, form in pack.forms.items():
        where = document.place(("forms", form_id))
        found += [Problem(where, p, f"forms.{form_id}") for p in _form(pack, form)]
    for service_id, service in pack.services.items():
        where = document.place(("services", service_id))
        bad = list(unknown("service", [service.parent], pack.services))
        bad += unknown("process", [service.process], pack.processes)
        bad += unknown("role", [service.owner, *service.restricted_to], roles_of(pack))
        bad += unknown("fact", [*service.facts, service.back_at], pack.facts)
        found += [Problem(where, p, f"services.{service_id}") for p in bad]
    for process_id, process in pack.processes.items():
        where = document.place(("processes", process_id))
        bad = [*unknown("event", process.closes_on, events_of(pack), optional=not pack.events)]
        bad += unknown("indicator", process.indicators, pack.indicators)
        found += [Problem(where, p, f"processes.{process_id}") for p in bad]
    for index, entry in enumerate(pack.register_):
        where = document.place(("register", index))
        bad = [*unknown("source", [entry.clause.source], pack.sources)]
        found += [Problem(where, p, f"register.{index}") for p in bad]
    for script_id, script in pack.scripts.items():
        where = document.place(("scripts", script_id))
        bad = [*unknown("service", script.services, pack.services)]
        bad += unknown("reading", [script.reading], pack.readings)
        bad += unknown("source", [script.clause.source] if script.clause else [], pack.sources)
        found += [Problem(where, p, f"scripts.{script_id}") for p in bad]
    found += channel_problems(pack, document)
    found += separation_names(pack, document, roles_of(pack))
    codes = {form.code for form in pack.forms.values() if form.code}
    for code in pack.sheets:
        where = document.place(("sheets", code))
        found += [Problem(where, p, f"sheets.{code}") for p in unknown("code", [code], codes)]
    where = document.place(("escalate",))
    found += [Problem(where, p, "escalate") for p in unknown_levels(pack, pack.escalate)]
    found += _accountability(pack, document)
    found += _callbacks(pack, document)
    for name, setting in pack.settings.items():
        if setting.value not in setting.values:
            where = document.place(("settings", name))
            allowed = ", ".join(setting.values)
            what = Text(f"value 须为以下之一：{allowed}", f"value must be one of {allowed}")
            found.append(Problem(where, what, f"settings.{name}"))
    return found


def role_title(pack: Pack, role: str) -> Text:
    """A role's name, built-in ones too; its id where nobody named it."""
    found = pack.roles.get(role)
    return found.title.text() if found else BUILT_IN_ROLES.get(role, Text(role, role))


def roles_of(pack: Pack) -> set[str]:
    return set(pack.roles) | set(BUILT_IN_ROLES)


def events_of(pack: Pack) -> set[str]:
    return set(pack.events) | set(BUILT_IN_EVENTS)


def _accountability(pack: Pack, document: Document) -> list[Problem]:
    given = pack.accountability
    if given is None:
        return []
    bad = [*unknown("service", [given.service], pack.services)]
    bad += unknown("reading", [given.reading], pack.readings)
    bad += unknown("role", [given.decides], roles_of(pack))
    bad += unknown("rule", given.by_rule, pack.rules)
    bad += unknown("fact", [given.confirmed], pack.facts)
    events = [given.decided, given.served, given.rebutted, given.proposed, *given.opens_on]
    bad += unknown("event", events, events_of(pack))
    where = document.place(("accountability",))
    return [Problem(where, p, "accountability") for p in bad]


def _callbacks(pack: Pack, document: Document) -> list[Problem]:
    given = pack.callbacks
    if given is None:
        return []
    bad = [*unknown("reading", [given.reading], pack.readings)]
    for sample in given.samples.values():
        bad += unknown("reading", [sample.reading], pack.readings)
        bad += unknown("service", [sample.service, *sample.of], pack.services)
    where = document.place(("callbacks",))
    return [Problem(where, p, "callbacks") for p in bad]


def _by_service(pack: Pack, field: FieldShape) -> Iterator[Text]:
    fact = pack.facts.get(field.fact) if field.fact else None
    yield from unknown("value", field.by_service, field.values or (fact.values if fact else {}))
    named = [service for services in field.by_service.values() for service in services]
    yield from unknown("service", named, pack.services)


def _unasked(form: FormShape, said: Iterable[ConditionField]) -> Iterator[Text]:
    """A flag that was not asked is stored as no: the answer "no" counts only where it was asked."""
    for field in form.fields:
        for given in said:
            if field.type != "flag" or field.required or given.get(field.id) is not False:
                continue
            under = field.required_when
            if not under or any(given.get(name) != value for name, value in under.items()):
                yield Text(
                    f"`callback`：未问到时 '{field.id}: false' 也成立",
                    f"`callback`: '{field.id}: false' holds also where it was not asked",
                )


def _rule(pack: Pack, rule: AnyRuleShape) -> Iterator[Text]:
    yield from unknown("source", [c.source for c in rule.clause], pack.sources)
    yield from unknown("process", rule.where, pack.processes)
    yield from unknown("service", rule.services or (), pack.services)
    readings = [*rule.readings, *(one.reading for one in rule.accepts)]
    yield from unknown("reading", readings, pack.readings)
    roles = [rule.owed_by, rule.owed_to]
    yield from unknown("role", roles, roles_of(pack), optional=not pack.roles)
    yield from unknown_levels(pack, rule.escalate or ())
    events = list(rule_events(rule))
    yield from unknown("event", events, events_of(pack), optional=not pack.events)
    for given in conditions_of(rule):
        yield from facts_of_condition(pack, given)
    if isinstance(rule, WithinShape | BeforeShape):
        yield from unknown("role", rule.released_by, roles_of(pack), optional=not pack.roles)
        yield from _limit(pack, rule.limit)
        yield from unknown("rule", rule.governed_by, pack.rules)
    if isinstance(rule, WithinShape):
        approvers = [p.approver for p in rule.pause]
        yield from unknown("role", approvers, roles_of(pack), optional=not pack.roles)
        if rule.appointment is not None:
            yield from moment_fact(pack, rule.appointment.fact)
    if isinstance(rule, BeforeShape):
        yield from moment_fact(pack, rule.announced)
    yield from unknown("setting", settings_named_by(rule), pack.settings)
    if isinstance(rule, RecurringShape):
        yield from _period_settings(pack, rule)
    chosen = rule.by if isinstance(rule, RecurringShape) else getattr(rule, "start", None)
    if isinstance(chosen, ByCases | TriggerShape) and chosen.setting in pack.settings:
        values = pack.settings[chosen.setting or ""].values
        if set(values) != set(chosen.cases):
            yield _exactly(chosen.setting or "", values)
    if isinstance(rule, RecurringShape):
        yield from unknown("role", [rule.each], pack.roles)
    if isinstance(rule, StandingShape) and rule.measure is not None:
        yield from unknown("indicator", [rule.measure.indicator], pack.indicators)
    if isinstance(rule, ProhibitionShape):
        yield from unknown("form", rule.forms, pack.forms)


def _exactly(setting: str, values: Iterable[str]) -> Text:
    listed = ", ".join(values)
    return Text(
        f"设置 '{setting}' 的 cases 须正好是：{listed}",
        f"the cases of '{setting}' must be exactly: {listed}",
    )


def unknown_levels(pack: Pack, levels: Iterable[EscalationLevelShape]) -> Iterator[Text]:
    """Levels of an escalation that lead to nobody."""
    to = [level.to for level in levels if level.to not in TARGETS]
    yield from unknown("role", to, roles_of(pack), optional=not pack.roles)


def _period_settings(pack: Pack, rule: RecurringShape) -> Iterator[Text]:
    """The values of a setting must be what the key takes that it decides."""
    takes: dict[str, tuple[object, Callable[[str], bool], str]] = {
        "every": (rule.every, lambda v: v in PERIOD_NAMES, ", ".join(PERIOD_NAMES)),
        "by_day_included": (rule.by_day_included, lambda v: v in FLAG_WORDS, "true, false"),
        "anchor_year": (rule.anchor_year, str.isdigit, "years"),
    }
    for key, (given, fits, allowed) in takes.items():
        setting = pack.settings.get(given.setting) if isinstance(given, BySettingName) else None
        for value in setting.values if setting else ():
            if not fits(value):
                yield Text(
                    f"设置的取值 '{value}' 不能用于 {key}；可用：{allowed}",
                    f"'{value}' of the setting does not fit {key}; allowed: {allowed}",
                )


def settings_named_by(rule: AnyRuleShape) -> Iterator[str]:
    """The settings, outside of limits, on which a rule rests."""
    if isinstance(rule, RecurringShape):
        for given in (rule.every, rule.by_day_included, rule.anchor_year, rule.by):
            if isinstance(given, BySettingName | ByCases):
                yield given.setting
    elif isinstance(rule, WithinShape | BeforeShape) and rule.start.setting is not None:
        yield rule.start.setting


def rule_events(rule: AnyRuleShape) -> Iterator[str]:
    """Every event a rule names."""
    if isinstance(rule, WithinShape | BeforeShape):
        yield from (*rule.start.events, *rule.stop.events, *rule.void_on)
        if isinstance(rule, BeforeShape) and rule.happened is not None:
            yield rule.happened
        if isinstance(rule, WithinShape) and rule.appointment is not None:
            yield rule.appointment.event
        if isinstance(rule, WithinShape):
            yield from (event for step in rule.sum_of for event in (step.from_, step.to))
    elif isinstance(rule, RecurringShape):
        yield from rule.stop.events
    elif isinstance(rule, GateShape):
        yield from rule.before
        yield from rule.until.events if rule.until else ()
        yield from rule.since
        if rule.wait is not None:
            yield rule.wait.from_
    elif isinstance(rule, ProhibitionShape):
        yield from rule.forbids
        yield from rule.until.events if rule.until else ()


def conditions_of(rule: AnyRuleShape) -> Iterator[ConditionField]:
    yield rule.when
    if isinstance(rule, GateShape):
        yield rule.facts
    if isinstance(rule, WithinShape | BeforeShape):
        yield from _table_conditions(rule.limit)


def _table_conditions(limit: AnyLimitShape) -> Iterator[ConditionField]:
    for part in parts_of(limit):
        if isinstance(part, TableShape):
            for row in part.table:
                yield row.when


def parts_of(limit: AnyLimitShape) -> Iterator[AnyLimitShape]:
    """A limit and everything inside it."""
    yield limit
    for part in inside(limit):
        yield from parts_of(part)


def inside(limit: AnyLimitShape) -> Iterable[AnyLimitShape]:
    """The limits of which a limit is made."""
    if isinstance(limit, TableShape):
        return [row.inner() for row in limit.table]
    if isinstance(limit, ManyShape):
        return limit.min_of or limit.max_of
    return limit.cases.values() if isinstance(limit, BySettingShape) else ()


def counts_in(limit: AnyLimitShape, path: Place) -> Iterator[tuple[Place, CountShape | RowShape]]:
    """The amounts of time in a limit, each with its place."""
    if isinstance(limit, CountShape):
        yield path, limit
    elif isinstance(limit, TableShape):
        for index, row in enumerate(limit.table):
            here = (*path, "table", index)
            if row.limit is None:
                yield here, row
            else:
                yield from counts_in(row.limit, (*here, "limit"))
    elif isinstance(limit, ManyShape):
        key = "min_of" if limit.min_of else "max_of"
        for index, part in enumerate(limit.min_of or limit.max_of):
            yield from counts_in(part, (*path, key, index))
    elif isinstance(limit, BySettingShape):
        for name, part in limit.cases.items():
            yield from counts_in(part, (*path, "cases", name))


def _limit(pack: Pack, limit: AnyLimitShape) -> Iterator[Text]:
    for part in parts_of(limit):
        if isinstance(part, AgreedShape):
            yield from moment_fact(pack, part.agreed)
        if isinstance(part, BySettingShape):
            yield from unknown("setting", [part.setting], pack.settings)
            values = pack.settings[part.setting].values if part.setting in pack.settings else ()
            missing = [v for v in values if v not in part.cases]
            extra = [c for c in part.cases if values and c not in values]
            if missing or extra:
                yield _exactly(part.setting, values)


def _form(pack: Pack, form: FormShape) -> Iterator[Text]:
    yield from unknown("process", form.processes, pack.processes)
    yield from unknown("service", form.services, pack.services)
    yield from unknown("role", form.who, roles_of(pack))
    events = [e.event for e in form.emits]
    after: TriggerShape | None = form.after
    events += [*after.events] if after else []
    events += [form.not_after] if form.not_after else []
    yield from unknown("event", events, events_of(pack), optional=not pack.events)
    yield from unknown("fact", [f.fact for f in form.fields], pack.facts)
    yield from unknown("form", form.other_than, pack.forms)
    yield from unknown("form", form.attempts.of if form.attempts else (), pack.forms)
    own = {f.id for f in form.fields}
    named = [n for e in form.emits for n in condition(e.when).facts()]
    named += [n for f in form.fields for n in condition(f.required_when).facts()]
    yield from unknown("field", named, own)
    for field in form.fields:
        if condition(field.required_when).facts() - set(field.required_when):
            yield Text(
                f"字段 '{field.id}'：required_when 不能拿一项与另一项比较",
                f"field '{field.id}': required_when compares no answer with another",
            )
    if form.told is not None:
        scripted = [form.told.scripted] if form.told.scripted else []
        yield from unknown("field", [form.told.field, *scripted], own)
        yield from unknown("form", form.told.overrides, pack.forms)
        yield from facts_of_condition(pack, form.told.when)
    if form.callback is not None:
        asked = form.callback
        said = [asked.reached, asked.satisfied, *asked.dissatisfied, *asked.not_done]
        yield from unknown("field", [n for given in said for n in given], own)
        yield from unknown("field", [asked.score, asked.words, *asked.missed], own)
        yield from _unasked(form, said)
    for field in form.fields:
        if field.by_service:
            yield from _by_service(pack, field)
        fact = pack.facts.get(field.fact) if field.fact else None
        values = field.values or (fact.values if fact else {})
        if field.type in ("choice", "choices") and not values:
            yield Text(
                f"字段 '{field.id}' 是选择项，却没有选项",
                f"field '{field.id}' is a choice without values",
            )
