"""Forms are data: which are offered now, what was filled in, and which events that emits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from chengnuo.packs.schema import FieldShape, FormShape, Pack
from chengnuo.packs.shape import TextShape
from chengnuo.packs.triggers import condition
from chengnuo.rules.conditions import Value
from chengnuo.rules.state import State
from chengnuo.rules.words import Text

PHONE = re.compile(r"(?<![\d*])\+?\d[\d -]{3,18}\d(?![\d*])")
NO_PHONE = Text(
    "这不是电话号码，请按0512-65001234或13800001234填写",
    "This is not a telephone number; write it like 0512-65001234 or 13800001234",
)
TRUE = {"true", "on", "1", "yes", "是"}
LONGEST_TEXT = 20_000
FIRST_YEAR, LAST_YEAR = 1900, 2199
REQUIRED = Text("请填写此项", "This field is required.")
IN_THE_FUTURE = Text(
    "不能晚于现在，请填实际发生时间", "Cannot lie in the future; write when it happened"
)


@dataclass(slots=True)
class Filled:
    """A form as it came in: typed values, and what is wrong, by field."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Text] = field(default_factory=dict)


def choices_of(pack: Pack, shape: FieldShape) -> dict[str, TextShape]:
    """The options of a choice: its own, or those of its fact."""
    if shape.values or shape.fact is None:
        return dict(shape.values)
    return dict(pack.facts[shape.fact].values)


def offered(pack: Pack, state: State) -> list[str]:
    """The forms whose turn it is in a case, in the pack's order."""
    found = []
    for form_id, form in pack.forms.items():
        if form.duty or not belongs(form, service=state.service, process=state.process):
            continue
        since = _since(form, state)
        if since is None:
            continue
        if not _is_done(form, state, since):
            found.append(form_id)
    return found


def _is_done(form: FormShape, state: State, since: datetime) -> bool:
    """Whether what ends the form's turn happened since: and, after a reopening, happened again."""
    done = state.seen.get(form.not_after) if form.not_after else None
    reopened = state.seen.get("case.reopened")
    return done is not None and done >= since and (reopened is None or done > reopened)


def belongs(form: FormShape, *, service: str, process: str | None) -> bool:
    """Whether a form is one of this service, or of its process."""
    if not form.processes and not form.services:
        return True
    return process in form.processes or service in form.services


def _since(form: FormShape, state: State) -> datetime | None:
    if form.after is None:
        return state.round_at
    return form.after.trigger().reached(state.seen)


def forms_that_keep(pack: Pack, events: Mapping[str, object] | tuple[str, ...]) -> list[str]:
    """The forms that can emit one of these events."""
    wanted = set(events)
    return [i for i, f in pack.forms.items() if wanted & {e.event for e in f.emits}]


def fill(*, pack: Pack, form: FormShape, raw: Mapping[str, Any]) -> Filled:
    """Read a submitted form. Unknown fields are refused; nothing is lost: errors stand by field."""
    filled = Filled()
    zone = ZoneInfo(pack.time_zone)
    known = {f.id for f in form.fields}
    unanswered: set[str] = set()
    for name in raw:
        if name not in known:
            filled.errors[name] = Text(
                "表单没有此项，请重新打开表单", "The form has no such field; open the form again"
            )
    for shape in form.fields:
        value = raw.get(shape.id)
        if value in (None, "", [], ()):
            if shape.type in ("flag", "tick"):
                filled.values[shape.id] = False
            unanswered.add(shape.id)
            continue
        try:
            filled.values[shape.id] = _read(pack, shape, value, zone)
        except ValueError as error:
            filled.errors[shape.id] = _text(error)
        if filled.values.get(shape.id) in ("", []):
            unanswered.add(shape.id)
    for shape in form.fields:
        if shape.id in filled.errors or not _is_needed(shape, filled.values):
            continue
        # An unasked question is not a no; a tick that is needed must be set.
        if shape.id in unanswered or (shape.type == "tick" and not filled.values[shape.id]):
            filled.errors[shape.id] = REQUIRED
    return filled


def _text(error: ValueError) -> Text:
    given = error.args[0]
    return given if isinstance(given, Text) else Text(str(given), str(given))


def _is_needed(shape: FieldShape, values: Mapping[str, Any]) -> bool:
    if shape.required or not shape.required_when:
        return shape.required
    return condition(shape.required_when).holds(values) is True


def _read(pack: Pack, shape: FieldShape, raw: Any, zone: ZoneInfo) -> Any:
    if shape.type in ("flag", "tick"):
        return raw is True or str(raw).strip().lower() in TRUE
    if shape.type == "choices":
        return _choices(pack, shape, raw)
    text = str(raw).replace("\0", "").strip()  # no database keeps a NUL in a text
    if shape.type == "choice":
        return _choices(pack, shape, [text])[0]
    if shape.type in ("number", "integer", "score"):
        return _number(_bounded(pack, shape), text)
    if shape.type == "moment":
        return _moment(text, zone)
    if shape.type == "date":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValueError(Text("日期应如2026-09-30", "A date looks like 2026-09-30")) from None
    if shape.type == "phone" and not PHONE.search(text):
        raise ValueError(NO_PHONE)
    if len(text) > LONGEST_TEXT:
        raise ValueError(Text(f"最多{LONGEST_TEXT}字", f"At most {LONGEST_TEXT} characters"))
    return text


def _choices(pack: Pack, shape: FieldShape, raw: Any) -> list[str]:
    given = [str(v) for v in (raw if isinstance(raw, list | tuple) else [raw])]
    options = choices_of(pack, shape)
    wrong = [v for v in given if v not in options]
    if wrong:
        zh = "、".join(t.zh for t in options.values())
        en = ", ".join(t.en for t in options.values())
        raise ValueError(Text(f"请选择：{zh}", f"Choose one of: {en}"))
    return given


def _bounded(pack: Pack, shape: FieldShape) -> FieldShape:
    """A field for a fact has the fact's bounds, unless it has narrower ones of its own."""
    if shape.fact is None or shape.min is not None or shape.max is not None:
        return shape
    fact = pack.facts[shape.fact]
    return shape.model_copy(update={"min": fact.min, "max": fact.max})


def _number(shape: FieldShape, text: str) -> int | float:
    low, high = shape.min, shape.max
    if shape.type == "score":
        low, high = low if low is not None else 1, high if high is not None else 5
    try:
        value = float(text)
    except ValueError:
        raise ValueError(Text("请填写数字", "Write a number")) from None
    whole = shape.type in ("integer", "score")
    if value != value or value in (float("inf"), float("-inf")) or (whole and value % 1):
        raise ValueError(Text("请填写整数", "Write a whole number"))
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = f"{'' if low is None else f'{low:g}'}–{'' if high is None else f'{high:g}'}"
        raise ValueError(Text(f"应在 {bounds} 之间", f"Must lie within {bounds}"))
    return int(value) if value.is_integer() else value


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        said = Text("时间应如2026-09-30 16:00", "A moment looks like 2026-09-30 16:00")
        raise ValueError(said) from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        said = Text(f"年份应在 {FIRST_YEAR}–{LAST_YEAR}", f"A year within {FIRST_YEAR}–{LAST_YEAR}")
        raise ValueError(said)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def events_of(form: FormShape, values: Mapping[str, Any]) -> list[str]:
    """The events that a filled form emits, each once however many answers lead to it."""
    told = (e.event for e in form.emits if condition(e.when).holds(dict(values)) is True)
    return list(dict.fromkeys(told))


def event_time(form: FormShape, values: Mapping[str, Any], now: datetime) -> datetime:
    """When it happened: the field that says so, else now."""
    for shape in form.fields:
        moment = values.get(shape.id)
        if shape.is_ == "event_time" and isinstance(moment, datetime):
            return moment
    return now


def facts_of_form(form: FormShape, values: Mapping[str, Any]) -> dict[str, Value]:
    """The facts of the docket that a filled form tells."""
    return {f.fact: values[f.id] for f in form.fields if f.fact is not None and f.id in values}


def in_vain(form: FormShape, values: Mapping[str, Any]) -> bool:
    """Whether a questionnaire says that nobody was reached: the answers of its `missed`."""
    missed = form.callback.missed if form.callback is not None else {}
    return bool(missed) and all(values.get(name) == said for name, said in missed.items())


def storable(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON."""
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in values.items()}


def texts(form: FormShape, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The free texts of a filled form, for the check of forbidden words."""
    for shape in form.fields:
        value = values.get(shape.id)
        if shape.type in ("text", "long_text") and isinstance(value, str):
            yield shape.id, value
