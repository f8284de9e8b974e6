"""A release as a database keeps it, and reads it back after years.

A release never changes. What packs came to say since it was stored is told beside it, by the format
in which it lies: `policies/stored/format-1.yaml` for the first. The digest is that of the pack: a
format is none of its words.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from chengnuo.packs.loader import content_of
from chengnuo.packs.reading import POLICIES, read_file
from chengnuo.packs.schema import Pack

FORMAT = 2


def written(pack: Pack) -> str:
    """A resolved pack as text, for a table: JSON that keeps the order of forms and fields."""
    return json.dumps({"format": FORMAT, **content_of(pack)}, ensure_ascii=False)


def read(text: str) -> Pack:
    """The pack of a stored release, of whichever format."""
    content: dict[str, Any] = json.loads(text)
    if content.pop("format", 1) < FORMAT:
        told = _untold()
        _lay(content.get("roles", {}), told["roles"])
        _tell_channels(content, told["channels"])
        settings = content.get("settings", {})
        limits = {what: name for what, name in told["urging"].items() if name in settings}
        content["urging"] = limits
        if "accountability" in content:
            content["accountability"] = {**told["accountability"], **content["accountability"]}
        for form in content.get("forms", {}).values():
            _tell_purposes(form, told)
    return Pack.model_validate(content)


@cache
def _untold() -> dict[str, Any]:
    path = POLICIES / "stored" / "format-1.yaml"
    return read_file(path, name=path.name).data


def _tell_channels(content: dict[str, Any], told: dict[str, Any]) -> None:
    own, fact = content.get("channels"), content.get("facts", {}).get("channel", {})
    if own:
        # What stood in the section could be chosen, whatever its name.
        told = {n: {w: v for w, v in c.items() if w != "by_hand"} for n, c in told.items()}
    elif fact.get("values"):
        own = {name: {"title": title} for name, title in fact["values"].items()}
    else:
        own = {name: dict(channel) for name, channel in told.items()}
    _lay(own, told)
    content["channels"] = own


def _tell_purposes(shape: dict[str, Any], told: dict[str, Any]) -> None:
    purposes = told["purposes_of_duties" if shape.get("duty") else "purposes"]
    if shape.get("code") in purposes:
        shape["purpose"] = purposes[shape["code"]]
    for field in shape.get("fields", ()) if "callback" in shape else ():
        if field["id"] in told["columns"]:
            field["column"] = told["columns"][field["id"]]


def _lay(held: dict[str, Any], told: dict[str, Any]) -> None:
    """What is told goes to the ids that are held: lists grow, single words fill what is blank."""
    for key in held.keys() & told.keys():
        for word, value in told[key].items():
            if isinstance(value, list):
                held[key][word] = [*dict.fromkeys([*held[key].get(word, []), *value])]
            else:
                held[key].setdefault(word, value)
