"""What a reader of YAML is told when a value does not fit: what stands there, and what to write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from chengnuo.packs.errors import Problem
from chengnuo.packs.reading import Document
from chengnuo.packs.shape import EVENT, FACT
from chengnuo.rules.units import UNITS
from chengnuo.rules.words import Text

MISSING = object()
# What authors write for a unit or a period, and what they may have meant.
MEANT: dict[str, tuple[str, ...]] = {"daily": ("day", "working_day"), "quarterly": ("quarter",)}
for _unit, _measure in UNITS.items():
    MEANT |= {word: (*MEANT.get(word, ()), _unit.value) for word in _measure.meant}
PERIOD = re.compile(r"(\d+)\s*(个)?\s*(years?|months?|年|月)")
SIMPLE = {
    "missing": Text("缺少此项", "is missing"),
    "bool_type": Text("应写 true 或 false，现为 {value}", "write true or false, not {value}"),
    "bool_parsing": Text("应写 true 或 false，现为 {value}", "write true or false, not {value}"),
    "int_type": Text("应写整数，如3，现为 {value}", "write a whole number such as 3, not {value}"),
    "int_parsing": Text(
        "应写整数，如3，现为 {value}", "write a whole number such as 3, not {value}"
    ),
    "int_from_float": Text(
        "应写整数，现为 {value}；不足一个单位的请换更小的单位（半小时写 30 minute）",
        "write a whole number, not {value}; for a part of a unit take a smaller one "
        "(half an hour is 30 minute)",
    ),
    "float_type": Text("应写数字，现为 {value}", "write a number, not {value}"),
    "float_parsing": Text("应写数字，现为 {value}", "write a number, not {value}"),
    "tuple_type": Text(
        "应写列表，如 [a, b]，现为 {value}", "write a list such as [a, b], not {value}"
    ),
    "dict_type": Text(
        "应写若干键值对，现为 {value}", "write keys with their values here, not {value}"
    ),
    "greater_than": Text("须大于 {gt}，现为 {value}", "must be more than {gt}, not {value}"),
    "greater_than_equal": Text(
        "不能小于 {ge}，现为 {value}", "must not be less than {ge}; here it is {value}"
    ),
    "less_than": Text("须小于 {lt}，现为 {value}", "must be less than {lt}, not {value}"),
    "less_than_equal": Text(
        "不能大于 {le}，现为 {value}", "must not be more than {le}; here it is {value}"
    ),
    "string_too_short": Text("不能为空，请写文字", "must not be empty; write some text"),
    "string_too_long": Text(
        "最多 {max_length} 个字符，现为 {value}",
        "takes at most {max_length} characters, not {value}",
    ),
    "too_short": Text("至少要写 {min_length} 项", "needs at least {min_length} entry"),
    "too_long": Text("最多写 {max_length} 项", "takes at most {max_length} entries"),
}


def faults_of(
    error: ValidationError, document: Document, *, within: tuple[str | int, ...] = ()
) -> list[Problem]:
    """Every fault of a document that does not fit its shape, with file, line and key."""
    data: Any = document.data
    for part in within:
        data = data[part]
    return [
        _problem(document, data, within, dict(fault)) for fault in error.errors(include_url=False)
    ]


def _problem(
    document: Document, data: Any, within: tuple[str | int, ...], fault: dict[str, Any]
) -> Problem:
    held, real = data, list(within)
    for part in fault["loc"]:
        inside = _inside(held, part)
        # The names of types in a path are not in the file.
        if inside is not MISSING:
            held = inside
            real.append(part)
    if fault["type"] == "missing":
        real.append(fault["loc"][-1])
    if fault["type"] == "unknown_key":
        real.append(fault["ctx"]["first"])
    key = ".".join(map(str, real[len(within) :] if within == ("examples",) else real))
    return Problem(document.place(tuple(real)), _said(fault, real, document.data), key)


def _inside(held: Any, part: str | int) -> Any:
    """What stands at a key or a place in a list; MISSING where there is nothing."""
    if isinstance(held, dict):
        return held.get(part, MISSING)
    if isinstance(held, list) and isinstance(part, int) and part < len(held):
        return held[part]
    return MISSING


def _said(fault: Mapping[str, Any], path: list[str | int], data: Any) -> Text:
    kind, value = fault["type"], fault.get("input")
    context = {**(fault.get("ctx") or {}), "value": _shown(value)}
    if "zh" in context:
        return Text(context["zh"], context["en"])
    if kind in SIMPLE:
        words = SIMPLE[kind]
        return Text(words.zh.format(**context), words.en.format(**context))
    if kind in ("literal_error", "enum", "union_tag_invalid", "union_tag_not_found"):
        return _one_of(kind, context, value, path)
    if kind == "string_type":
        return _a_text(value, path)
    if kind == "string_pattern_mismatch":
        return _a_name(context["pattern"], str(value), data)
    if kind.startswith("model_"):
        return _keys(fault, value, path)
    return Text(f"{_shown(value)} 不合要求", f"{_shown(value)} does not fit here")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _one_of(kind: str, context: Mapping[str, Any], value: Any, path: list[str | int]) -> Text:
    """A word out of a list: what may have been meant stands first."""
    listed = context.get("expected") or context.get("expected_tags") or ""
    allowed = ", ".join(re.findall(r"'([^']*)'", str(listed))) or str(listed)
    if kind == "union_tag_not_found":
        key = str(context.get("discriminator", "kind")).strip("'")
        return Text(
            f"缺少 {key}；可写：{KINDS_OF_RULES}",
            f"{key} is missing; write one of: {KINDS_OF_RULES}",
        )
    if kind == "union_tag_invalid":
        value = context.get("tag", value)
        context = {**context, "value": _shown(value)}
    meant = _meant(str(value), allowed, path)
    return Text(
        f"没有 {context['value']}；{meant.zh}可写：{allowed}",
        f"{context['value']} is not known; {meant.en}write one of: {allowed}",
    )


KINDS_OF_RULES = "within, before, recurring, gate, standing, prohibition"


def _meant(value: str, allowed: str, path: list[str | int]) -> Text:
    period = PERIOD.fullmatch(value.strip())
    if period and path and path[-1] == "every":
        unit = "years" if period[3][0] in "y年" else "months"
        written = f"every: {{{unit}: {period[1]}}}"
        return Text(f"请写 {written}；或", f"write {written}, or ")
    names = set(allowed.split(", "))
    single = value.strip().lower().replace(" ", "_").replace("-", "_")
    guesses = [single, single.removesuffix("s")]
    found = [m for g in guesses for m in (*MEANT.get(g, ()), g) if m in names]
    if not found:
        return Text("", "")
    first = list(dict.fromkeys(found))
    return Text(f"是不是 {' 或 '.join(first)}？", f"did you mean {' or '.join(first)}? ")


def _a_text(value: Any, path: list[str | int]) -> Text:
    if isinstance(value, bool | int | float):
        shown = _shown(value)
        key = f"{path[-1]}: " if path and isinstance(path[-1], str) else ""
        return Text(f'请加引号：{key}"{shown}"', f'write it in quotes: {key}"{shown}"')
    return Text(f"应写文字，现为 {_shown(value)}", f"write a text here, not {_shown(value)}")


def _a_name(pattern: str, value: str, data: Any) -> Text:
    if pattern == EVENT:
        known = [e for e in _events(data) if value in e.split(".")]
        meant = known[0] if known else ""
        hint = Text(f"，是不是 {meant}？", f"; did you mean {meant}?") if meant else Text("", "")
        return Text(
            f"{value!r} 不是事件：事件写作“名词.动词”，如 crew.arrived{hint.zh}",
            f"{value!r} is no event: an event is written noun.verb, such as crew.arrived{hint.en}",
        )
    if pattern == FACT:
        return Text(
            f"{value!r} 不是情况（fact）的名字：用小写字母、数字和下划线，如 diameter_mm",
            f"{value!r} is no name of a fact: use small letters, digits and _, like diameter_mm",
        )
    return Text(
        f"{value!r} 不是标识：用字母、数字和连字符，如 crew-arrives",
        f"{value!r} is no id: use letters, digits and hyphens, such as crew-arrives",
    )


def _events(data: Any) -> list[str]:
    declared = data.get("events") if isinstance(data, dict) else None
    return list(declared) if isinstance(declared, dict) else []


def _keys(fault: Mapping[str, Any], value: Any, path: list[str | int]) -> Text:
    """A mapping was wanted: a text in both languages, or the keys of the place."""
    bilingual = (fault.get("ctx") or {}).get("class_name") == "TextShape"
    if bilingual and isinstance(value, str | int | float):
        key = f"{path[-1]}: " if path and isinstance(path[-1], str) else ""
        written = f"{key}{{zh: {value}, en: …}}"
        if str(value).isascii():
            written = f"{key}{{zh: …, en: {value}}}"
        return Text(f"中英文都要写：{written}", f"write both languages: {written}")
    if bilingual:
        return Text("应写 {zh: …, en: …}", "write {zh: …, en: …} here")
    return Text(
        f"此处应写若干键值对，现为 {_shown(value)}",
        f"write keys with their values here, not {_shown(value)}",
    )
