"""From the shape of a pack to a rulebook that `react` can use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from chengnuo.packs.notices import shipped_notices
from chengnuo.packs.rhythms import BySettingName, Months
from chengnuo.packs.rule_shapes import (
    AnyRuleShape,
    BeforeShape,
    EscalationLevelShape,
    GateShape,
    ProhibitionShape,
    RecurringShape,
    RuleShape,
    StandingShape,
    WithinShape,
)
from chengnuo.packs.schema import Pack
from chengnuo.packs.shape import WEEKDAYS
from chengnuo.packs.triggers import condition
from chengnuo.rules.calendar import Calendar, CalendarPlan, PublishedNotice, Shift
from chengnuo.rules.limits import Unnumbered
from chengnuo.rules.rulebook import (
    AnyRule,
    Appointment,
    Before,
    EscalationLevel,
    Gate,
    PauseReason,
    Process,
    Prohibition,
    Recurring,
    Rulebook,
    Standing,
    Step,
    Trigger,
    Wait,
    Within,
)
from chengnuo.rules.words import Clause, Text


def calendar_plan(pack: Pack) -> CalendarPlan:
    """What the pack says about time."""
    shape = pack.calendar
    week = {WEEKDAYS.index(d): spans for d, spans in shape.week.items()}
    return CalendarPlan(
        time_zone=pack.time_zone,
        holidays=shape.holidays,
        week=week,
        makeup_day=shape.makeup_day or week.get(0) or next(iter(week.values()), ()),
        short_days=dict(shape.short_days),
        closed_days={d: t.text() for d, t in shape.closed_days.items()},
        shifts=tuple(Shift(id=i, start=s, end=e) for i, (s, e) in shape.shifts.items()),
        quiet_hours=shape.quiet_hours,
        ring_seconds=shape.ring_seconds,
    )


def compiled(
    pack: Pack,
    *,
    digest: str,
    notices: Sequence[PublishedNotice],
    settings: Mapping[str, str] | None = None,
) -> Rulebook:
    """The rulebook of a pack under an organisation's settings and the published notices."""
    chosen = {name: s.value for name, s in pack.settings.items()} | dict(settings or {})
    return Rulebook(
        id=pack.id,
        version=pack.version,
        digest=digest,
        in_force_from=pack.in_force.from_,
        in_force_to=pack.in_force.to,
        rules={r.id: r for i, shape in pack.rules.items() for r in _rules(pack, i, shape, chosen)},
        processes={
            i: Process(id=i, title=p.title.text(), closes_on=frozenset(p.closes_on))
            for i, p in pack.processes.items()
        },
        calendar=shared_calendar(_Key(calendar_plan(pack), _used(pack, notices))),
        transition=pack.transition,
        services={i: s.process for i, s in pack.services.items() if s.process is not None},
    )


class _Key:
    """A calendar plan and notices as a cache key; plans hold mappings: compared by their words."""

    def __init__(self, plan: CalendarPlan, notices: tuple[PublishedNotice, ...]) -> None:
        self.plan, self.notices = plan, notices
        self.words = repr((plan, notices))

    def __hash__(self) -> int:
        return hash(self.words)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.words == other.words


@lru_cache(maxsize=32)
def shared_calendar(key: _Key) -> Calendar:
    """Expanding a calendar takes a moment; equal plans share one."""
    return Calendar(key.plan, key.notices)


def calendar_of(pack: Pack) -> Calendar:
    """The pack's calendar under the notices that ship with the product."""
    return shared_calendar(_Key(calendar_plan(pack), _used(pack, shipped_notices())))


def _used(pack: Pack, notices: Sequence[PublishedNotice]) -> tuple[PublishedNotice, ...]:
    return tuple(n for n in notices if n.source.startswith(f"{pack.calendar.holidays}:"))


def _rules(
    pack: Pack, rule_id: str, shape: AnyRuleShape, chosen: dict[str, str]
) -> Iterator[AnyRule]:
    """A rule, and the promises to decide its pauses."""
    rule = _rule(pack, rule_id, shape, chosen)
    yield rule
    if isinstance(rule, Within):
        yield from (_decision(pack, rule, reason) for reason in rule.pauses)
        if rule.verdict == "average":
            yield _mean(rule)


def _rule(pack: Pack, rule_id: str, shape: AnyRuleShape, chosen: dict[str, str]) -> AnyRule:
    common = _common(pack, rule_id, shape)
    if isinstance(shape, WithinShape):
        return _within(shape, common, chosen)
    if isinstance(shape, BeforeShape):
        return Before(
            **common,
            start=shape.start.trigger(chosen),
            stop=shape.stop.trigger(),
            limit=shape.limit.limit(chosen),
            void_on=frozenset(shape.void_on),
            again=shape.again,
            governed_by=shape.governed_by,
            released_by=frozenset(shape.released_by),
            announced=shape.announced,
            happened=shape.happened,
        )
    if isinstance(shape, RecurringShape):
        return _recurring(shape, common, chosen)
    if isinstance(shape, GateShape):
        return _gate(shape, common, chosen)
    if isinstance(shape, StandingShape):
        return _standing(shape, common)
    return _prohibition(shape, common)


def _common(pack: Pack, rule_id: str, shape: RuleShape) -> dict[str, Any]:
    sources = pack.sources
    levels = pack.escalate if shape.escalate is None else shape.escalate
    timed = isinstance(shape, WithinShape | BeforeShape | RecurringShape)
    return {
        "id": rule_id,
        "title": shape.title.text(),
        "clauses": tuple(
            Clause(
                source=c.source,
                source_title=sources[c.source].title.text(),
                place=c.place,
                quote=c.quote,
            )
            for c in shape.clause
        ),
        "readings": shape.readings,
        "obligations": tuple((c.id, c.kind or shape.catalogue_kind()) for c in shape.obligations),
        "processes": frozenset(shape.where) or None,
        "services": None if shape.services is None else frozenset(shape.services),
        "when": condition(shape.when),
        "until_known": shape.until_known,
        "owed_by": shape.owed_by,
        "owed_to": shape.owed_to,
        "consequence": shape.consequence.text() if shape.consequence else None,
        "warn": (pack.warn if shape.warn is None else shape.warn) if timed else (),
        "levels": tuple(_level(r) for r in levels) if timed else (),
        "urgent": shape.urgent,
        "blocks_close": shape.blocks_close,
        "on_reopen": shape.on_reopen or "none",
    }


def _level(shape: EscalationLevelShape) -> EscalationLevel:
    answer = shape.answer.limit({}) if shape.answer is not None else None
    return EscalationLevel(after=shape.after.limit({}), to=shape.to, answer=answer)


def _within(shape: WithinShape, common: dict[str, Any], chosen: dict[str, str]) -> Within:
    agreed = shape.appointment
    return Within(
        **common,
        start=shape.start.trigger(chosen),
        stop=shape.stop.trigger(),
        limit=shape.limit.limit(chosen),
        void_on=frozenset(shape.void_on),
        again=shape.again,
        released_by=frozenset(shape.released_by),
        appointment=Appointment(event=agreed.event, fact=agreed.fact) if agreed else None,
        governed_by=shape.governed_by,
        pauses=tuple(
            PauseReason(
                id=p.reason,
                title=p.title.text(),
                proof=p.proof.text(),
                cap=p.cap.limit(chosen),
                approver=p.approver,
            )
            for p in shape.pause
        ),
        steps=tuple(Step(s.from_, s.to) for s in shape.sum_of),
        verdict=shape.verdict,
        over=shape.over,
    )


def decision_id(rule_id: str, reason: str) -> str:
    """The name of the promise to decide a pause."""
    return f"{rule_id}-pause-{reason}"


def _decision(pack: Pack, rule: Within, reason: PauseReason) -> Within:
    """The decision on a pause is a promise too: of its approver, to whom the clock is that stands
    still. Where the pack names no time for it, only its moments are recorded."""
    given = pack.pauses
    levels = pack.escalate if given is None or given.escalate is None else given.escalate
    why = reason.title
    return Within(
        id=decision_id(rule.id, reason.id),
        title=Text(f"审批暂停：{why.zh}", f"Decide the pause: {why.en}"),
        clauses=tuple(replace(c, quote="") for c in rule.clauses),
        readings=(given.reading,) if given is not None else (),
        processes=rule.processes,
        services=rule.services,
        owed_by=reason.approver,
        owed_to=rule.owed_by,
        warn=pack.warn if given is None or given.warn is None else given.warn,
        levels=tuple(_level(r) for r in levels),
        urgent=rule.urgent,
        blocks_close=False,
        start=Trigger(("pause.requested",)),
        stop=Trigger(("pause.approved", "pause.rejected")),
        limit=Unnumbered("prompt") if given is None else given.decide.limit({}),
        again="another",
        decides=(rule.id, reason.id),
    )


def mean_id(rule_id: str) -> str:
    """The name of the promise that the mean of a period keeps the limit."""
    return f"{rule_id}-mean"


OF_A_CASE = frozenset(
    {"accepting_unit", "handling_unit", "handling_head", "handler", "first_asked"}
)
"""Who owes one matter by what happened to it; their mean is the organisation's."""


def _mean(rule: Within) -> Within:
    """Where the promise is an average, the mean of each period is what is kept or broken."""
    return Within(
        id=mean_id(rule.id),
        title=Text(f"{rule.title.zh}（平均）", f"{rule.title.en} (average)"),
        clauses=rule.clauses,
        readings=rule.readings,
        owed_by="organisation" if rule.owed_by in OF_A_CASE else rule.owed_by,
        owed_to=rule.owed_to,
        consequence=rule.consequence,
        blocks_close=False,
        start=Trigger(()),
        stop=Trigger(()),
        limit=Unnumbered("none"),
        over=rule.over,
        judges=rule.id,
    )


def period_name(shape: RecurringShape, chosen: Mapping[str, str]) -> str:
    """How often, as the organisation's settings have it: the name of a period, or "36 months"."""
    if isinstance(shape.every, BySettingName):
        return chosen[shape.every.setting]
    return shape.every.name if isinstance(shape.every, Months) else shape.every


def _recurring(shape: RecurringShape, common: dict[str, Any], chosen: dict[str, str]) -> Recurring:
    every = period_name(shape, chosen)
    by, in_next = shape.due_day(chosen)
    return Recurring(
        **common,
        every=None if every == "unset" else every,
        since_last=shape.since_last.limit(chosen) if shape.since_last else None,
        stop=shape.stop.trigger(),
        count=shape.count,
        by_day=by.day if by else None,
        by_month=by.month if by else None,
        by_weekday=by.weekday_number() if by else None,
        by_working_day=by.working_day if by else None,
        due_in_next=in_next,
        by_day_included=is_included(shape, chosen),
        subject=shape.subject,
        each=shape.each,
        anchor_year=_year(shape.anchor_year, chosen),
    )


def is_included(shape: RecurringShape, chosen: Mapping[str, str]) -> bool:
    """Whether "before the 15th" includes the 15th, as the organisation's settings have it."""
    given = shape.by_day_included
    return chosen[given.setting] == "true" if isinstance(given, BySettingName) else given


def _year(given: int | BySettingName | None, chosen: Mapping[str, str]) -> int | None:
    return int(chosen[given.setting]) if isinstance(given, BySettingName) else given


def _gate(shape: GateShape, common: dict[str, Any], chosen: dict[str, str]) -> Gate:
    wait = shape.wait
    return Gate(
        **common,
        before=shape.before,
        until=shape.until.trigger() if shape.until else None,
        since=frozenset(shape.since),
        needs=condition(shape.facts),
        wait=Wait(start=wait.from_, limit=wait.limit(chosen)) if wait else None,
    )


def _standing(shape: StandingShape, common: dict[str, Any]) -> Standing:
    measure = shape.measure
    return Standing(
        **common,
        held_by=shape.held_by,
        how=shape.how.text(),
        indicator=measure.indicator if measure else None,
        at_least=measure.at_least if measure else None,
        at_most=measure.at_most if measure else None,
        unit=measure.unit if measure else None,
        over=measure.over if measure else None,
    )


def _prohibition(shape: ProhibitionShape, common: dict[str, Any]) -> Prohibition:
    return Prohibition(
        **common,
        held_by=shape.held_by,
        how=shape.how.text() if shape.how else None,
        forbids=shape.forbids,
        between=shape.between,
        until=shape.until.trigger() if shape.until else None,
        words=shape.words,
        forms=frozenset(shape.forms) or None,
    )
