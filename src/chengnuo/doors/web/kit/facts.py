"""Facts of a pack as fields: asked at intake, put right on the case page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from chengnuo.doors.web.kit.formviews import FieldView, fact_view, followed, in_words
from chengnuo.doors.web.kit.reading import moment_in
from chengnuo.packs.facts import read_value
from chengnuo.packs.schema import FactShape, Pack
from chengnuo.rules.words import Text


def asked(pack: Pack, names: Iterable[str], given: Mapping[str, Any]) -> list[FieldView]:
    """Facts as fields, holding what was typed, and when each must be told."""
    found = []
    controls = {name: name if name == "channel" else f"fact.{name}" for name in pack.facts}
    options = {name: shape.values for name, shape in pack.facts.items()}
    for name in names:
        shape = pack.facts.get(name)
        if shape is None:
            continue
        view = fact_view(name, shape, given.get(f"fact.{name}", "") or "")
        view.needed = in_words(shape.required_when, pack.facts, options)
        view.when = followed(shape.required_when, controls)
        found.append(view)
    return found


def read_facts(pack: Pack, fields: Iterable[FieldView]) -> dict[str, Any]:
    """The values that were typed; what cannot be read is marked at its field."""
    values: dict[str, Any] = {}
    zone = ZoneInfo(pack.time_zone)
    for one in fields:
        typed = str(one.value or "").strip()
        if not typed:
            continue
        shape = pack.facts[one.name.removeprefix("fact.")]
        try:
            values[one.name.removeprefix("fact.")] = _read(shape, typed, zone)
        except ValueError:
            one.error = wrong(shape)
    return values


def _read(shape: FactShape, typed: str, zone: ZoneInfo) -> Any:
    if shape.type == "moment":
        at = moment_in(typed, zone)
        if at is None:
            raise ValueError(typed)
        return at
    return read_value(shape, typed)


def wrong(shape: FactShape) -> Text:
    """What a fact takes, in both languages."""
    if shape.type in ("number", "integer"):
        low = f"{shape.min:g}" if shape.min is not None else ""
        high = f"{shape.max:g}" if shape.max is not None else ""
        unit = f" {shape.unit}" if shape.unit else ""
        if low and high:
            return Text(
                f"请填写{low}～{high}之间的数字{unit}",
                f"Enter a number from {low} to {high}{unit}",
            )
        return Text(f"请填写数字{unit}", f"Enter a number{unit}")
    if shape.type in ("moment", "date"):
        return Text("请填写日期与时间", "Enter a date and time")
    zh = "、".join(t.zh for t in shape.values.values())
    en = ", ".join(t.en for t in shape.values.values())
    return Text(f"请选择：{zh}", f"Choose one of: {en}")
