"""The strict base of all pack models: unknown keys name the allowed ones."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from chengnuo.rules.words import Text

ID = r"^[a-z0-9A-Z][a-zA-Z0-9-]*$"
EVENT = r"^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$"
FACT = r"^[a-z][a-z0-9_]*$"
ROLE = r"^[a-z0-9A-Z][a-zA-Z0-9_-]*$"
CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")

# What the tables of cases, promises and posts have room for.
LONGEST_NAME, LONGEST_EVENT = 60, 80

Id = Annotated[str, Field(pattern=ID, max_length=LONGEST_NAME)]
EventName = Annotated[str, Field(pattern=EVENT, max_length=LONGEST_EVENT)]
FactName = Annotated[str, Field(pattern=FACT, max_length=LONGEST_NAME)]
RoleName = Annotated[str, Field(pattern=ROLE, max_length=LONGEST_NAME)]


def wrong(kind: str, zh: str, en: str, **given: object) -> PydanticCustomError:
    """A fault of a value, in both languages; `{name}` in either stands for what is given."""
    said = Text(zh.format(**given), en.format(**given))
    return PydanticCustomError(kind, "{en}", {**given, "zh": said.zh, "en": said.en})


class Shape(BaseModel):
    """A mapping in a pack. Unknown keys are refused with the list of those that exist; `taken_out`
    are those that were read and taken out of it before."""

    taken_out: ClassVar[tuple[str, ...]] = ()
    model_config = ConfigDict(frozen=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def only_known_keys(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        allowed = {f.alias or name for name, f in cls.model_fields.items()}
        allowed |= set(cls.model_fields)
        unknown = [k for k in data if k not in allowed]
        if unknown:
            own = (f.alias or n for n, f in cls.model_fields.items())
            shown = sorted([*own, *cls.taken_out])
            raise wrong(
                "unknown_key",
                "没有 {key} 这个键；此处可用：{allowed}",
                "unknown key {key}; allowed here: {allowed}",
                key=", ".join(map(repr, unknown)),
                allowed=", ".join(shown),
                first=unknown[0],
            )
        return data


class TextShape(Shape):
    """A text in both languages; neither may be empty."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def text(self) -> Text:
        return Text(self.zh, self.en)


def _date(value: object) -> object:
    if isinstance(value, date) or value is None:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise wrong(
            "date",
            "{value} 不是日期，应如 2026-01-31",
            "{value} is not a date like 2026-01-31",
            value=repr(value),
        ) from error


Day = Annotated[date, BeforeValidator(_date)]


def minutes_of(text: str) -> tuple[int, int]:
    """`"08:30-12:00"` as minutes of the day; raises a pydantic error for anything else."""
    match = CLOCK.fullmatch(text)
    if match is None:
        raise wrong(
            "clock",
            "{text} 不是时段，应如 08:30-12:00",
            "{text} is not a span like 08:30-12:00",
            text=repr(text),
        )
    hours = [int(g) for g in match.groups()]
    begin, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if max(begin, end) > 1440:
        raise wrong("clock", "{text} 超过了 24:00", "{text} goes past 24:00", text=repr(text))
    return begin, end


def _span(value: object) -> object:
    return minutes_of(value) if isinstance(value, str) else value


def _one_after_another(spans: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    edges = [minute for span in spans for minute in span]
    if any(a >= b for a, b in spans) or edges != sorted(edges):
        raise wrong(
            "hours",
            "各时段须先开始后结束，依次排列，互不重叠",
            "hours must begin before they end and follow one another without overlap",
        )
    return spans


Span = Annotated[tuple[int, int], BeforeValidator(_span)]
Hours = Annotated[tuple[Span, ...], AfterValidator(_one_after_another)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
