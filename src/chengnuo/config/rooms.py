"""The list of rooms: what each declares in its `manifest.py`, handed to those who need it.

The settings name this house, as they name the addresses; a new room adds its line here. The lower
rooms come first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TypeVar

from chengnuo.callbacks import manifest as callbacks
from chengnuo.cases import manifest as cases
from chengnuo.conduct import manifest as conduct
from chengnuo.customers import manifest as customers
from chengnuo.ledger.kinds import Declared, EventKind, Payload
from chengnuo.ledger.steps import WorkerStep
from chengnuo.obligations import manifest as obligations
from chengnuo.obligations.facts import IndicatorFact
from chengnuo.obligations.projections import Projection
from chengnuo.obligations.subjects import SubjectKind
from chengnuo.people import manifest as people
from chengnuo.privacy import manifest as privacy
from chengnuo.reports import manifest as reports
from chengnuo.submissions import manifest as submissions
from chengnuo.submissions.handlers import FormHandler

ROOMS = (people, customers, obligations, submissions, cases, callbacks, conduct, privacy, reports)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredHouse:
    """What all rooms declare, by who reads it."""

    events: Declared
    form_handlers: tuple[FormHandler, ...]
    subject_kinds: tuple[SubjectKind, ...]
    steps: tuple[WorkerStep, ...]
    facts: tuple[IndicatorFact, ...]
    projections: tuple[Projection, ...]


def house_of(rooms: Sequence[ModuleType]) -> DeclaredHouse:
    """A house of these rooms. Each says only what it has. Raises TypeError for what is no
    declaration, ValueError for two events of one name."""
    kinds = tuple(_all(rooms, "EVENTS", EventKind))
    by_name = {kind.name: kind for kind in kinds}
    if len(by_name) < len(kinds):
        names = [kind.name for kind in kinds]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"two rooms declare {', '.join(twice)}")
    return DeclaredHouse(
        events=Declared(
            kinds=by_name,
            by_packs=tuple(_all(rooms, "PACK_EVENTS", Payload)),
            by_forms=tuple(_all(rooms, "FORM_EVENTS", Payload)),
            along=frozenset(_all(rooms, "ALONG", str)),
        ),
        form_handlers=tuple(_all(rooms, "FORM_HANDLERS", FormHandler)),
        subject_kinds=tuple(_all(rooms, "SUBJECT_KINDS", SubjectKind)),
        steps=tuple(_all(rooms, "STEPS", WorkerStep)),
        facts=tuple(_all(rooms, "FACTS", IndicatorFact)),
        projections=tuple(_all(rooms, "PROJECTIONS", Projection)),
    )


def _all(rooms: Sequence[ModuleType], name: str, kind: type[T]) -> Iterator[T]:
    for room in rooms:
        for one in getattr(room, name, ()):
            if not isinstance(one, kind):
                raise TypeError(f"{room.__name__}: {name} holds {one!r}, no {kind.__name__}")
            yield one


HOUSE = house_of(ROOMS)
