"""The events of one matter in their order, and the turn of a promise whose clock stood still."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chengnuo.packs.rule_shapes import WithinShape
from chengnuo.packs.schema import Pack
from chengnuo.rules.state import Event


def with_turns(events: Sequence[Event], pack: Pack) -> tuple[Event, ...]:
    """Events in their order, each once; a pause names the turn whose clock it stopped, and is
    approved as soon as it is asked for: the record says that it was."""
    told: list[Event] = []
    reopened = 0
    for event in sorted(dict.fromkeys(map(_hashable, events)), key=lambda e: e[1]):
        name, at, target, reason = event
        reopened += name == "case.reopened"
        if target is not None:
            rule = target.removesuffix("#")
            shape = pack.rules[rule]
            runs_anew = isinstance(shape, WithinShape) and shape.on_reopen == "new"
            again = reopened if runs_anew else 0
            target = f"{rule}#{1 + again}"
        told.append(Event(name=name, at=at, target=target, reason=reason))
        if name == "pause.requested":
            told.append(Event(name="pause.approved", at=at, target=target))
    return tuple(told)


def _hashable(event: Event) -> tuple[str, datetime, str | None, str | None]:
    return event.name, event.at, event.target, event.reason
