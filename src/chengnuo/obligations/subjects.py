"""The kinds of subjects that promises are made about: each room declares its own in `manifest.py`.

Rules and obligations know dockets and their subjects, and nothing of what these are elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from chengnuo.rules.words import Text


class UnknownSubject(ValueError):
    """A docket about a kind of subject that no room declares: a fault of the programme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectKind:
    """What a docket may be about; its events are called `name.verb`.

    `told_by_unit`: messages name the unit that owes, not the subject.
    """

    name: str
    title: Text
    told_by_unit: bool = False


def kind_of_subject(name: str) -> SubjectKind:
    """Raises UnknownSubject."""
    known = _of_house(settings.HOUSE)
    if name not in known:
        raise UnknownSubject(f"no room declares dockets about '{name}'; known: {', '.join(known)}")
    return known[name]


@cache
def _of_house(house: str) -> Mapping[str, SubjectKind]:
    found: tuple[SubjectKind, ...] = import_string(house).subject_kinds
    return {kind.name: kind for kind in found}
