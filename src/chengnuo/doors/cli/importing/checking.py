"""A mapping against the file's columns and the company's pack, before the first row is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chengnuo.cases.models import Channel
from chengnuo.doors.cli.importing.mapping import FactField, LoadedMapping, Lookup, columns_of
from chengnuo.packs.errors import Problem
from chengnuo.packs.facts import NotAllowed, read_value, refused
from chengnuo.packs.references import BUILT_IN_EVENTS
from chengnuo.packs.rule_shapes import WithinShape
from chengnuo.packs.schema import Pack
from chengnuo.tables.shapes import Header

Place = tuple[str | int, ...]


def problems_with_pack(loaded: LoadedMapping, pack: Pack) -> list[Problem]:
    """Services, channels, facts, events and rules that the mapping names and nobody knows."""
    services = [i for i, s in pack.services.items() if s.process]
    return [
        *_lookup(loaded, "service", loaded.mapping.service, services),
        *_lookup(loaded, "channel", loaded.mapping.channel, [*Channel.values, *pack.channels]),
        *_facts(loaded, pack),
        *_events(loaded, pack),
        *(
            loaded.problem(f"no such rule in {pack.id}: '{rule}'", "judge", index)
            for index, rule in enumerate(loaded.mapping.judge)
            if rule not in pack.rules
        ),
    ]


def _lookup(
    loaded: LoadedMapping, name: str, lookup: Lookup, known: Iterable[str]
) -> Iterator[Problem]:
    named: dict[Place, str | None] = {(name, "values", k): v for k, v in lookup.values.items()}
    named |= {(name, "value"): lookup.value, (name, "otherwise"): lookup.otherwise}
    allowed = ", ".join(known)
    for place, value in named.items():
        if value is not None and value not in known:
            yield loaded.problem(f"'{value}' is not known; one of: {allowed}", *place)


def _facts(loaded: LoadedMapping, pack: Pack) -> Iterator[Problem]:
    for name, field in loaded.mapping.facts.items():
        shape = pack.facts.get(name)
        if shape is None:
            known = ", ".join(sorted(pack.facts))
            yield loaded.problem(f"no such fact in {pack.id}; known: {known}", "facts", name)
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
            what = f"no such event in {pack.id}: '{field.event}'"
            yield loaded.problem(what, "events", index, "event")


def _no_pause(pack: Pack, rule: str, reason: str | None) -> str | None:
    """Why the clock of this rule cannot have stood still for this reason."""
    shape = pack.rules.get(rule)
    if shape is None:
        return f"no such rule in {pack.id}: '{rule}'"
    listed = [p.reason for p in shape.pause] if isinstance(shape, WithinShape) else []
    if not listed or (reason is not None and reason not in listed):
        return f"'{rule}' pauses for: {', '.join(listed) or 'nothing'}"
    return None


def problems_with_header(loaded: LoadedMapping, header: Header) -> list[Problem]:
    """Columns that the mapping names and the file does not have, or has twice."""
    problems = []
    for place, columns in columns_of(loaded.mapping):
        shown = " | ".join(columns)
        if header.find(columns) is None:
            there = ", ".join(header.names)
            what = f"the file has no column '{shown}'; it has: {there}"
            problems.append(loaded.problem(what, *place))
        elif header.is_ambiguous(columns):
            problems.append(loaded.problem(f"the file has '{shown}' more than once", *place))
    return problems
