"""The kinds of events that the ledger tells of: each room declares its own in its `manifest.py`.

A kind says what stands in its entries and what the timeline reads out of them. What a pack's forms
tell has its name in the pack; what may stand there, rooms declare too. The list of rooms
(`config/rooms.py`) hands both to the ledger, which writes nothing that is not declared. What was
written before stays readable as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from chengnuo.packs.references import BUILT_IN_EVENTS
from chengnuo.packs.schema import Pack
from chengnuo.rules.rulebook import Rulebook
from chengnuo.rules.words import Text


class WrongPayload(ValueError):
    """An entry that says what its kind does not declare, or leaves out what it needs: a fault of
    the programme, not of who uses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What one entry says, with the regulation that it is read by."""

    data: Mapping[str, Any]
    pack: Pack
    book: Rulebook


Said = str | Text | datetime | Sequence[str]
"""What a page writes in the reader's language: words, a moment, a list of names."""


def as_written(value: Any, telling: Telling) -> Said:
    return str(value)


def as_moment(value: Any, telling: Telling) -> Said:
    return datetime.fromisoformat(value)


def as_names(value: Any, telling: Telling) -> Said:
    return tuple(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A line of the timeline under an event, where its entry has something under this key.

    `with_papers`: it names what came with the matter, and thereby who asked.
    """

    key: str
    label: Text
    said: Callable[[Any, Telling], Said] = as_written
    with_papers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What must stand in an entry, what may, and what the timeline tells of it."""

    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    details: tuple[Detail, ...] = ()

    def fits(self, keys: Collection[str], along: frozenset[str]) -> bool:
        return self.needs <= set(keys) <= self.needs | self.may | along


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    """An event's name in the ledger, what people read for it, the icon beside it, and what stands
    in its entries.

    `bare`: it may also be told with nothing beside what was decided, as the history of a matter
    taken over from elsewhere tells it. `deed`: somebody did it; what the clock does, or what is
    noted beside the matter, is none and takes no undo away.
    """

    name: str
    title: Text
    icon: str = "clipboard-check"
    payload: Payload = Payload()
    bare: bool = False
    deed: bool = True

    def takes(self, keys: Collection[str], along: frozenset[str]) -> bool:
        return self.payload.fits(keys, along) or (self.bare and along.issuperset(keys))


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What all rooms declare together.

    `by_packs`: what may stand in an entry whose kind a pack names, one of these as a whole.
    `by_forms`: the same for one that a form told, whoever named it. `along`: what comes along with
    every event of a subject, such as what was decided.
    """

    kinds: Mapping[str, EventKind]
    by_packs: tuple[Payload, ...]
    by_forms: tuple[Payload, ...]
    along: frozenset[str]

    def details_of(self, kind: str) -> tuple[Detail, ...]:
        """What the timeline tells of an entry of this kind."""
        if kind in self.kinds:
            return self.kinds[kind].payload.details
        return tuple(detail for payload in self.by_packs for detail in payload.details)

    @property
    def no_deeds(self) -> frozenset[str]:
        """Events that nobody did."""
        return frozenset(kind.name for kind in self.kinds.values() if not kind.deed)

    def check_named(self, *, kind: str, by_pack: Collection[str]) -> None:
        """An event of a subject is one that a room declares or its own regulation names. Raises
        WrongPayload."""
        if kind not in self.kinds and kind not in by_pack:
            raise WrongPayload(f"{kind}: no room declares this event, and no pack names it")

    def check(self, *, kind: str, keys: Collection[str], of_a_subject: bool) -> None:
        """Raises WrongPayload."""
        own = self.kinds.get(kind)
        along = self.along if of_a_subject else frozenset[str]()
        if own is not None and own.takes(keys, along):
            return
        if of_a_subject and any(one.fits(keys, along) for one in self.by_forms):
            return
        if own is not None:
            raise WrongPayload(_said(kind, own.payload, set(keys), along))
        if not of_a_subject or not any(one.fits(keys, along) for one in self.by_packs):
            raise WrongPayload(
                f"{kind}: no room declares this event, and an event of a pack has no "
                f"{', '.join(sorted(keys)) or 'entry without a subject'}"
            )


def _said(kind: str, payload: Payload, keys: set[str], along: frozenset[str]) -> str:
    unknown = sorted(keys - payload.needs - payload.may - along)
    missing = sorted(payload.needs - keys)
    faults = [f"unknown {', '.join(unknown)}"] if unknown else []
    faults += [f"missing {', '.join(missing)}"] if missing else []
    known = ", ".join(sorted(payload.needs | payload.may)) or "nothing"
    return f"{kind}: {'; '.join(faults)} (its manifest declares {known})"


def payload(needs: str = "", *, may: str = "", details: tuple[Detail, ...] = ()) -> Payload:
    """Keys are written as words of one string."""
    return Payload(needs=frozenset(needs.split()), may=frozenset(may.split()), details=details)


def event(
    name: str,
    zh: str,
    en: str,
    icon: str = "clipboard-check",
    *,
    needs: str = "",
    may: str = "",
    details: tuple[Detail, ...] = (),
    deed: bool = True,
) -> EventKind:
    said = payload(needs, may=may, details=details)
    return EventKind(name=name, title=Text(zh, en), icon=icon, payload=said, deed=deed)


def built_in(
    name: str,
    icon: str = "clipboard-check",
    *,
    needs: str = "",
    may: str = "",
    details: tuple[Detail, ...] = (),
) -> EventKind:
    """An event that packs may name too: they and the pages call it the same."""
    said = payload(needs, may=may, details=details)
    return EventKind(name=name, title=BUILT_IN_EVENTS[name], icon=icon, payload=said, bare=True)


def declared() -> Declared:
    """What the rooms declare of events."""
    return _of_house(settings.HOUSE)


@cache
def _of_house(house: str) -> Declared:
    found: Declared = import_string(house).events
    return found
