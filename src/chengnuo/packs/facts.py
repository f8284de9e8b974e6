"""Facts as they are typed or stand in a file, read as typed values; what each takes, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chengnuo.packs.errors import PackError, Problem
from chengnuo.packs.schema import FactShape, Pack
from chengnuo.rules.conditions import Value
from chengnuo.rules.words import Text

UNKNOWN = "unknown"
"""How one says that a fact is not known yet: the shortest limit that is still possible holds."""


class NotAllowed(ValueError):
    """A value that the fact does not take; `takes` says what it does, in both languages."""

    def __init__(self, takes: Text) -> None:
        self.takes = takes
        super().__init__(takes.en)


def read_facts(pack: Pack, given: Mapping[str, Any]) -> dict[str, Value]:
    """Facts as typed values. Raises PackError naming the allowed facts or values."""
    problems = []
    values: dict[str, Value] = {}
    for name, raw in given.items():
        shape = pack.facts.get(name)
        if shape is not None and raw in (None, UNKNOWN) and UNKNOWN not in shape.values:
            values[name] = None
            continue
        if shape is None:
            problems.append(Problem(name, _unknown(pack)))
            continue
        try:
            values[name] = read_value(shape, raw)
        except NotAllowed as error:
            problems.append(Problem(name, refused(raw, error)))
    if problems:
        raise PackError(pack.id, problems)
    return values


def _unknown(pack: Pack) -> Text:
    known = ", ".join(sorted(pack.facts))
    return Text(
        f"没有这项情况；本制度包已有：{known or '无'}",
        f"unknown fact; this pack knows: {known or 'none'}",
    )


def refused(raw: Any, error: NotAllowed) -> Text:
    """What is said of a value that is not taken: which, and what may be given instead."""
    return Text(
        f"不能是 {str(raw)!r}；应为{error.takes.zh}",
        f"{str(raw)!r} is not allowed; {error.takes.en}",
    )


def read_value(shape: FactShape, raw: Any) -> Value:
    """One value of a fact; NotAllowed says what is allowed."""
    if shape.type == "choice":
        if raw not in shape.values:
            raise NotAllowed(allowed(shape))
        return str(raw)
    if shape.type == "flag":
        words = {"true": True, "false": False, "yes": True, "no": False}
        if isinstance(raw, bool):
            return raw
        if str(raw).lower() not in words:
            raise NotAllowed(allowed(shape))
        return words[str(raw).lower()]
    if shape.type in ("number", "integer"):
        return _number(shape, raw)
    if shape.type in ("moment", "date"):
        return _moment(shape, raw)
    return str(raw)


def _number(shape: FactShape, raw: Any) -> Value:
    try:
        value = float(str(raw))
    except ValueError:
        raise NotAllowed(allowed(shape)) from None
    low = shape.min is not None and value < shape.min
    high = shape.max is not None and value > shape.max
    part = shape.type == "integer" and not value.is_integer()
    if low or high or part or not math.isfinite(value):
        raise NotAllowed(allowed(shape))
    return int(value) if value.is_integer() else value


def _moment(shape: FactShape, raw: Any) -> Value:
    if isinstance(raw, datetime):
        return raw
    try:
        if shape.type == "date":
            return date.fromisoformat(str(raw)).isoformat()
        moment = datetime.fromisoformat(str(raw))
    except ValueError:
        raise NotAllowed(allowed(shape)) from None
    if moment.tzinfo is None:
        raise NotAllowed(allowed(shape))
    return moment


def allowed(shape: FactShape) -> Text:
    """What values a fact takes, in one line of each language."""
    if shape.type == "choice":
        listed = ", ".join(f"{v} ({t.zh} {t.en})" for v, t in shape.values.items())
        return Text(f"其中之一：{listed}", f"one of: {listed}")
    if shape.type in ("number", "integer"):
        return _numbers(shape)
    fixed = {
        "flag": Text(" true 或 false", "true or false"),
        "moment": Text(
            "带时区的时间，如2026-09-30T16:00+08:00",
            "a moment with time zone like 2026-09-30T16:00+08:00",
        ),
        "date": Text("日期，如2026-09-30", "a date like 2026-09-30"),
    }
    return fixed.get(shape.type, Text("文字", "a text"))


def _numbers(shape: FactShape) -> Text:
    whole = shape.type == "integer"
    zh, en = ("整数", "a whole number") if whole else ("数字", "a number")
    if shape.unit:
        zh, en = f"{zh}（单位 {shape.unit}）", f"{en} in {shape.unit}"
    if shape.min is not None:
        zh, en = f"{zh}，不小于 {shape.min:g}", f"{en} from {shape.min:g}"
    if shape.max is not None:
        zh, en = f"{zh}，不大于 {shape.max:g}", f"{en} up to {shape.max:g}"
    return Text(zh, en)
