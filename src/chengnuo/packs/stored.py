"""A release as a database keeps it, and reads it back after years.

A release never changes. What packs came to say since it was stored is told beside it, by the format
in which it lies: `policies/stored/format-1.yaml` for the first. The digest is that of the pack: a
format is none of its words.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from chengnuo.packs.loader import POLICIES, content_of
from chengnuo.packs.reading import read_file
from chengnuo.packs.schema import Pack

FORMAT = 2


def written(pack: Pack) -> str:
    """A resolved pack as text, for a table: JSON that keeps the order of forms and fields."""
    return json.dumps({"format": FORMAT, **content_of(pack)}, ensure_ascii=False)


def read(text: str) -> Pack:
    """The pack of a stored release, of whichever format."""
    content: dict[str, Any] = json.loads(text)
    if content.pop("format", 1) < FORMAT:
        for section, told in _untold().items():
            _lay(content.get(section, {}), told)
    return Pack.model_validate(content)


@cache
def _untold() -> dict[str, Any]:
    path = POLICIES / "stored" / "format-1.yaml"
    return read_file(path, name=path.name).data


def _lay(held: dict[str, Any], told: dict[str, Any]) -> None:
    """What is told goes to the ids that are held: lists grow, single words fill what is blank."""
    for key in held.keys() & told.keys():
        for word, value in told[key].items():
            if isinstance(value, list):
                held[key][word] = [*dict.fromkeys([*held[key].get(word, []), *value])]
            else:
                held[key].setdefault(word, value)
