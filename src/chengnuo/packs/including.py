"""Parts that packs share: read first, and overlaid with what the pack itself says.

A part is one file of sections. Where both say something, the pack's own word counts: in mappings
key by key, lists and single values as a whole. What stands in neither is missing, as ever.
"""

from __future__ import annotations

from pathlib import Path

from chengnuo.packs.errors import PackError, Problem
from chengnuo.packs.reading import HEADER, Document, Place, join, read_file
from chengnuo.rules.words import Text


def with_parts(own: Document, *, folder: Path, common: Path) -> Document:
    """A pack's document with the parts that its `include` names: by name those that ship with the
    product (`common`), by a path beginning with `./` or `../` others. Raises PackError."""
    names = own.data.pop("include", None)
    if names is None:
        return own
    where = own.place(("include",))
    if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
        raise _refused(folder, where, "include 应为名称列表", "include is a list of names")
    whole, problems = Document(), []
    for name in dict.fromkeys(names):
        part = read_file(_file(name, folder, common, where), name=f"{common.name}/{name}")
        if bad := sorted(HEADER & part.data.keys()):
            said = "、".join(bad)
            raise _refused(
                folder,
                part.place((bad[0],)),
                f"共用部分不能含 {said}",
                f"a shared part has no {', '.join(bad)}",
            )
        problems += join(whole, part)
    if problems:
        raise PackError(folder.name, problems)
    return _overlaid(whole, own)


def _file(name: str, folder: Path, common: Path, where: str) -> Path:
    beside = name.startswith(("./", "../"))
    path = folder / name if beside else common / f"{name}.yaml"
    if (beside or "/" not in name) and path.is_file():
        return path
    known = ", ".join(sorted(p.stem for p in common.glob("*.yaml")))
    raise _refused(
        folder,
        where,
        f"没有共用部分“{name}”，可选：{known}",
        f"there is no shared part “{name}”; known: {known}",
    )


def _overlaid(base: Document, own: Document) -> Document:
    """`own` over `base`; each place tells where what stands there was said."""
    found = Document(dict(base.data), dict(base.places))
    _lay(found.data, own.data, (), found.places)
    found.places.update(own.places)
    return found


def _lay(
    below: dict[str, object], above: dict[str, object], path: Place, places: dict[Place, str]
) -> None:
    for key, value in above.items():
        held, here = below.get(key), (*path, key)
        if isinstance(held, dict) and isinstance(value, dict):
            below[key] = laid = dict(held)
            _lay(laid, value, here, places)
            continue
        for place in [p for p in places if p[: len(here)] == here]:
            del places[place]
        below[key] = value


def _refused(folder: Path, where: str, zh: str, en: str) -> PackError:
    return PackError(folder.name, [Problem(where, Text(zh, en))])
