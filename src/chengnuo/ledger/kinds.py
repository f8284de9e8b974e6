"""The kinds of events that the ledger tells of: each room declares its own in its `manifest.py`.

What a pack's forms tell has its name in the pack. The list of rooms (`config/rooms.py`) hands the
rest to those who show them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from chengnuo.packs.references import BUILT_IN_EVENTS
from chengnuo.rules.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    """An event's name in the ledger, what people read for it, and the icon beside it."""

    name: str
    title: Text
    icon: str = "clipboard-check"


def event(name: str, zh: str, en: str, icon: str = "clipboard-check") -> EventKind:
    return EventKind(name=name, title=Text(zh, en), icon=icon)


def built_in(name: str, icon: str = "clipboard-check") -> EventKind:
    """An event that packs may name too: they and the pages call it the same."""
    return EventKind(name=name, title=BUILT_IN_EVENTS[name], icon=icon)


@cache
def declared() -> Mapping[str, EventKind]:
    """The kinds of all rooms, by their names."""
    found: tuple[EventKind, ...] = import_string(settings.EVENTS)
    return {kind.name: kind for kind in found}
