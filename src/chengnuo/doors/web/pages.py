"""What the desks declare for the pages of others, gathered in the order of `DESKS`.

The settings name this list; a desk that has something to declare says it in its `manifest.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from types import ModuleType
from typing import TypeVar

from chengnuo.doors.web.desks import DESKS
from chengnuo.doors.web.kit.declared import (
    CasePanel,
    DeskPanel,
    Elsewhere,
    ListColumn,
    NavEntry,
    Pages,
)

T = TypeVar("T")


def pages_of(desks: Sequence[ModuleType]) -> Pages:
    """The pages of these desks. Each says only what it has; TypeError for what is no
    declaration."""
    return Pages(
        navigation=tuple(_all(desks, "NAVIGATION", NavEntry)),
        case_panels=tuple(_all(desks, "CASE_PANELS", CasePanel)),
        desk_panels=tuple(_all(desks, "DESK_PANELS", DeskPanel)),
        columns=tuple(_all(desks, "COLUMNS", ListColumn)),
        elsewhere=tuple(_all(desks, "ELSEWHERE", Elsewhere)),
    )


def _all(desks: Sequence[ModuleType], name: str, kind: type[T]) -> Iterator[T]:
    for desk in desks:
        for one in getattr(desk, name, ()):
            if not isinstance(one, kind):
                raise TypeError(f"{desk.__name__}: {name} holds {one!r}, no {kind.__name__}")
            yield one


MANIFESTS = tuple(import_module(f"chengnuo.doors.web.{desk}.manifest") for desk in DESKS)
PAGES = pages_of(MANIFESTS)
