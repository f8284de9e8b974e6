"""A mapping against the file's columns and the company's pack, before the first row is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chengnuo.doors.cli.importing.mapping import FactField, LoadedMapping, Lookup, columns_of
from chengnuo.packs.channels import usual
from chengnuo.packs.errors import Problem
from chengnuo.packs.facts import NotAllowed, read_value, refused
from chengnuo.packs.references import BUILT_IN_EVENTS
from chengnuo.packs.rule_shapes import WithinShape
from chengnuo.packs.schema import Pack
from chengnuo.rules.words import Text
from chengnuo.tables.shapes import Header

Place = tuple[str | int, ...]


def problems_with_pack(loaded: LoadedMapping, pack: Pack) -> list[Problem]:
    """Services, channels, facts, events and rules that the mapping names and nobody knows."""
    services = [i for i, s in pack.services.items() if s.process]
    return [
        *_lookup(loaded, "service", loaded.mapping.service, services),
        *_channel(loaded, pack),
        *_facts(loaded, pack),
        *_events(loaded, pack),
        *(
            loaded.problem(_no_rule(pack, rule), "judge", index)
            for index, rule in enumerate(loaded.mapping.judge)
            if rule not in pack.rules
        ),
    ]


def _channel(loaded: LoadedMapping, pack: Pack) -> Iterator[Problem]:
    if loaded.mapping.channel is not None:
        known = {**usual(), **pack.channels}
        yield from _lookup(loaded, "channel", loaded.mapping.channel, known)


def _lookup(
    loaded: LoadedMapping, name: str, lookup: Lookup, known: Iterable[str]
) -> Iterator[Problem]:
    named: dict[Place, str | None] = {(name, "values", k): v for k, v in lookup.values.items()}
    named |= {(name, "value"): lookup.value, (name, "otherwise"): lookup.otherwise}
    allowed = ", ".join(known)
    for place, value in named.items():
        if value is not None and value not in known:
            what = Text(
                f"没有“{value}”；可写：{allowed}", f"'{value}' is not known; one of: {allowed}"
            )
            yield loaded.problem(what, *place)


def _facts(loaded: LoadedMapping, pack: Pack) -> Iterator[Problem]:
    for name, field in loaded.mapping.facts.items():
        shape = pack.facts.get(name)
        if shape is None:
            known = ", ".join(sorted(pack.facts))
            what = Text(
                f"{pack.id} 没有这项情况；已有：{known}",
                f"no such fact in {pack.id}; known: {known}",
            )
            yield loaded.problem(what, "facts", name)
            continue
        for place, value in _given(name, field).items():
            try:
                read_value(shape, value)
            except NotAllowed as error:
                yield loaded.problem(refused(value, error), *place)


def _given(name: str, field: FactField) -> dict[Place, object]:
    """The values that the mapping itself gives for a fact."""
    given: dict[Place, object] = {("facts", name, "values", k): v for k, v in field.values.items()}
    given |= {("facts", name, "value"): field.value, ("facts", name, "otherwise"): field.otherwise}
    return {place: value for place, value in given.items() if value is not None}


def _events(loaded: LoadedMapping, pack: Pack) -> Iterator[Problem]:
    for index, field in enumerate(loaded.mapping.events):
        if field.rule is not None and (what := _no_pause(pack, field.rule, field.reason)):
            yield loaded.problem(what, "events", index, "rule")
    if not pack.events:
        return
    known = set(pack.events) | set(BUILT_IN_EVENTS)
    for index, field in enumerate(loaded.mapping.events):
        if field.event not in known:
            what = Text(
                f"{pack.id} 没有事件“{field.event}”", f"no such event in {pack.id}: '{field.event}'"
            )
            yield loaded.problem(what, "events", index, "event")


def _no_pause(pack: Pack, rule: str, reason: str | None) -> Text | None:
    """Why the clock of this rule cannot have stood still for this reason."""
    shape = pack.rules.get(rule)
    if shape is None:
        return _no_rule(pack, rule)
    listed = [p.reason for p in shape.pause] if isinstance(shape, WithinShape) else []
    if not listed or (reason is not None and reason not in listed):
        reasons = ", ".join(listed)
        return Text(
            f"“{rule}”可暂停的原因：{reasons or '无'}",
            f"'{rule}' pauses for: {reasons or 'nothing'}",
        )
    return None


def _no_rule(pack: Pack, rule: str) -> Text:
    return Text(f"{pack.id} 没有规则“{rule}”", f"no such rule in {pack.id}: '{rule}'")


def problems_with_header(loaded: LoadedMapping, header: Header) -> list[Problem]:
    """Columns that the mapping names and the file does not have, or has twice."""
    problems = []
    for place, columns in columns_of(loaded.mapping):
        shown = " | ".join(columns)
        if header.find(columns) is None:
            there = ", ".join(header.names)
            what = Text(
                f"文件没有“{shown}”这一列；文件的列：{there}",
                f"the file has no column '{shown}'; it has: {there}",
            )
            problems.append(loaded.problem(what, *place))
        elif header.is_ambiguous(columns):
            what = Text(
                f"文件有多列名为“{shown}”，请改名后再导入", f"the file has '{shown}' more than once"
            )
            problems.append(loaded.problem(what, *place))
    return problems
