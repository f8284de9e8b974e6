"""The kinds of equipment that is recorded at the premises: the pack's own, else the usual ones."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pydantic import TypeAdapter

from chengnuo.packs.reading import COMMON, read_file
from chengnuo.packs.schema import Pack
from chengnuo.packs.shape import TextShape
from chengnuo.rules.words import Text


def appliances_of(pack: Pack | None) -> dict[str, Text]:
    """Each kind with its name."""
    kinds = (pack.appliances if pack is not None else {}) or _usual()
    return {kind: title.text() for kind, title in kinds.items()}


@cache
def _usual() -> Mapping[str, TextShape]:
    path = COMMON / "appliances.yaml"
    data = read_file(path, name=path.name).data["appliances"]
    return TypeAdapter(dict[str, TextShape]).validate_python(data)
