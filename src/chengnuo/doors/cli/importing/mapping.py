"""A mapping: how the columns of a file become matters; in words: `docs/how-to/import.md`.

Strict like a pack: an unknown key, a missing one or a wrong type is an error with file and line.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from chengnuo.packs.errors import PackError, Problem
from chengnuo.packs.messages import faults_of
from chengnuo.packs.reading import Document, read_file
from chengnuo.packs.schema import TimeZone
from chengnuo.packs.shape import Day, EventName, FactName, Id, Shape, TextShape, wrong
from chengnuo.rules.words import Text
from chengnuo.tables.values import Midnight

SHIPPED = Path(__file__).resolve().parent.parent / "mappings"

IfEmpty = Literal["leave_out", "not_judged", "reject"]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


# One name, or several of which the file has one.
Columns = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]
Words = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]


class Lookup(Shape):
    """A fixed value, or one looked up by what a column says."""

    value: str | None = None
    column: Columns | None = None
    values: dict[str, str] = {}
    otherwise: str | None = None

    @model_validator(mode="after")
    def value_or_column(self) -> Lookup:
        if (self.value is None) == (self.column is None):
            raise wrong("one_of", "value 和 column 写其一", "give either value or column")
        return self


class LodgedField(Shape):
    """When the matter was taken in. Outside `expected` it goes in with a remark."""

    column: Columns
    formats: tuple[str, ...] = ()
    expected: ExpectedSpan | None = None


class ExpectedSpan(Shape):
    from_: Day = Field(alias="from")
    to: Day


class TextField(Shape):
    """A text made of columns; empty ones are left out."""

    columns: Words
    join: str = " "


class CoordinatesField(Shape):
    latitude: Columns
    longitude: Columns


class FactField(Shape):
    """A fact: fixed, or from a column by way of a table, a factor, values or date formats."""

    value: str | int | float | bool | None = None
    column: Columns | None = None
    table: str | None = None
    factor: float | None = None
    values: dict[str, str | int | float | bool] = {}
    otherwise: str | int | float | bool | None = None
    formats: tuple[str, ...] = ()
    midnight: Midnight = "as_it_is"
    if_empty: IfEmpty = "leave_out"
    if_before_start: Literal["keep", "leave_out", "not_judged", "reject"] = "keep"

    @model_validator(mode="after")
    def value_or_column(self) -> FactField:
        if (self.value is None) == (self.column is None):
            raise wrong("one_of", "value 和 column 写其一", "give either value or column")
        return self


class AfterField(Shape):
    """A moment so long after the matter was taken in."""

    column: Columns
    unit: Literal["minute", "hour", "day"]


class RepeatsField(Shape):
    """What several rows with one reference are.

    `one`: the same row again, or a fault. `last`: the row furthest down says how it stands.
    `latest`: the row whose moment in the column `by` is latest does. `events`: each row tells what
    happened to the matter next; what it is about stands in the first.
    """

    take: Literal["one", "last", "latest", "events"] = "one"
    by: Columns | None = None
    formats: tuple[str, ...] = ()

    @model_validator(mode="after")
    def by_for_latest(self) -> RepeatsField:
        if (self.by is not None) != (self.take == "latest"):
            raise wrong(
                "by",
                "`by` 与 `take: latest` 同写，其他情况不写",
                "give `by` with `take: latest`, and only there",
            )
        return self


PAUSING = ("pause.requested", "pause.ended")


class EventField(Shape):
    """Something that happened afterwards: when a column says so, or so long after the start.

    A pause names the `rule` whose clock stood still, and its `reason`: it counts as approved, for
    the record says that it was.
    """

    event: EventName
    when: dict[str, Words] = {}
    column: Columns | None = None
    formats: tuple[str, ...] = ()
    midnight: Midnight = "as_it_is"
    after: AfterField | None = None
    rule: Id | None = None
    reason: Id | None = None
    if_empty: IfEmpty = "leave_out"

    @model_validator(mode="after")
    def column_or_after(self) -> EventField:
        if (self.column is None) == (self.after is None):
            raise wrong("one_of", "column 和 after 写其一", "give either column or after")
        return self

    @model_validator(mode="after")
    def pauses_name_their_rule(self) -> EventField:
        if (self.rule is not None) != (self.event in PAUSING):
            raise wrong(
                "rule",
                "暂停（pause.…）须写 rule，其他事件不写",
                "pauses name a rule, and nothing else does",
            )
        if (self.reason is not None) != (self.event == "pause.requested"):
            raise wrong(
                "reason",
                "pause.requested 须写 reason，其他事件不写",
                "pause.requested names a reason, nothing else does",
            )
        return self


class Mapping(Shape):
    """One kind of file. `id` is kept with every case as its source."""

    id: Id
    title: TextShape
    pack: str
    regulation: Literal["in_force", "newest"] = "in_force"
    time_zone: TimeZone
    encoding: Literal["utf-8", "gb18030"] | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    sheet: str | None = None
    missing: Words | None = None
    reference: Columns | TextField
    repeats: RepeatsField = RepeatsField()
    service: Lookup
    # Left out: the channel of the pack by which matters are read in.
    channel: Lookup | None = None
    lodged: LodgedField
    narrative: TextField
    address: TextField | None = None
    contact_name: Columns | None = None
    contact_phone: Columns | None = None
    coordinates: CoordinatesField | None = None
    facts: dict[FactName, FactField] = {}
    events: tuple[EventField, ...] = ()
    judge: tuple[Id, ...] = ()
    tables: dict[str, dict[str, float]] = {}


LodgedField.model_rebuild()


@dataclass(frozen=True, slots=True)
class LoadedMapping:
    """A mapping with the file it stands in, so that later faults can name a line."""

    mapping: Mapping
    document: Document
    path: Path

    def problem(self, what: Text, *place: str | int) -> Problem:
        return Problem(self.document.place(place), what, ".".join(map(str, place)))

    @property
    def pack(self) -> str:
        """The pack's id, or the path of its folder where the mapping names one beside itself."""
        named = self.mapping.pack
        return str(self.path.parent / named) if named.startswith(".") else named


def shipped_mappings() -> list[str]:
    return sorted(p.stem for p in SHIPPED.glob("*.yaml"))


def mapping_path(name: str) -> Path:
    """A mapping by name (one that ships with the product) or by path. Raises PackError."""
    shipped = SHIPPED / f"{name}.yaml"
    path = shipped if "/" not in name and shipped.is_file() else Path(name)
    if not path.is_file():
        known = ", ".join(shipped_mappings())
        what = Text(
            f"没有这个映射；请写 YAML 文件的路径，或其中之一：{known}",
            f"no such mapping; give the path of a YAML file, or one of: {known}",
        )
        raise PackError(name, [Problem(name, what)])
    return path


def read_mapping(name: str) -> LoadedMapping:
    """Read and check a mapping by itself. Raises PackError with every fault and its line."""
    path = mapping_path(name)
    document = read_file(path, name=path.name)
    try:
        mapping = Mapping.model_validate(document.data)
    except ValidationError as error:
        raise PackError(path.name, faults_of(error, document)) from error
    loaded = LoadedMapping(mapping, document, path)
    problems = list(_own_problems(loaded))
    if problems:
        raise PackError(path.name, problems)
    return loaded


def columns_of(mapping: Mapping) -> Iterator[tuple[tuple[str | int, ...], Columns]]:
    """Every column that a mapping names, with its place in the mapping."""
    single: dict[tuple[str | int, ...], Columns | None] = {
        ("service", "column"): mapping.service.column,
        ("channel", "column"): mapping.channel.column if mapping.channel else None,
        ("lodged", "column"): mapping.lodged.column,
        ("contact_name",): mapping.contact_name,
        ("contact_phone",): mapping.contact_phone,
        ("repeats", "by"): mapping.repeats.by,
    }
    if mapping.coordinates is not None:
        single["coordinates", "latitude"] = mapping.coordinates.latitude
        single["coordinates", "longitude"] = mapping.coordinates.longitude
    single |= {("facts", name, "column"): field.column for name, field in mapping.facts.items()}
    for index, event in enumerate(mapping.events):
        single["events", index, "column"] = event.column
        if event.after is not None:
            single["events", index, "after", "column"] = event.after.column
        single |= {("events", index, "when", name): (name,) for name in event.when}
    texts: dict[str, TextField | None] = {
        "narrative": mapping.narrative,
        "address": mapping.address,
    }
    if isinstance(mapping.reference, TextField):
        texts["reference"] = mapping.reference
    else:
        single["reference",] = mapping.reference
    for place, field in texts.items():
        for index, name in enumerate(field.columns if field else ()):
            single[place, "columns", index] = (name,)
    yield from ((place, columns) for place, columns in single.items() if columns is not None)


def _own_problems(loaded: LoadedMapping) -> list[Problem]:
    mapping, problems = loaded.mapping, []
    for name, field in mapping.facts.items():
        if field.table is not None and field.table not in mapping.tables:
            known = ", ".join(mapping.tables)
            what = Text(
                f"没有这张表；已有：{known or '无'}", f"no such table; known: {known or 'none'}"
            )
            problems.append(loaded.problem(what, "facts", name, "table"))
    for name, table in mapping.tables.items():
        for key in table:
            if not _is_number(key):
                what = Text(f"“{key}”不是数字", f"'{key}' is not a number")
                problems.append(loaded.problem(what, "tables", name, key))
    for place, pattern in _formats(mapping):
        if not _is_format(pattern):
            what = Text(
                f"“{pattern}”不是日期格式，应如 %Y-%m-%d %H:%M",
                f"'{pattern}' is not a date format like %Y-%m-%d %H:%M",
            )
            problems.append(loaded.problem(what, *place))
    return problems


def _formats(mapping: Mapping) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every date format of the mapping, with its place."""
    fields: list[tuple[tuple[str | int, ...], tuple[str, ...]]] = [
        (("lodged",), mapping.lodged.formats)
    ]
    fields += [(("facts", name), field.formats) for name, field in mapping.facts.items()]
    fields += [(("events", i), field.formats) for i, field in enumerate(mapping.events)]
    fields.append((("repeats",), mapping.repeats.formats))
    for place, formats in fields:
        for index, pattern in enumerate(formats):
            yield (*place, "formats", index), pattern


def _is_format(pattern: str) -> bool:
    try:
        datetime.strptime("", pattern)  # noqa: DTZ007 - only the pattern is looked at
    except ValueError as error:
        return "does not match" in str(error)
    return pattern != ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


V = TypeVar("V")


def chosen(values: MappingOf[str, V], word: str, otherwise: V | None) -> V | None:
    """What a word stands for; the word's case does not matter."""
    if word in values:
        return values[word]
    folded = word.casefold()
    return next((v for k, v in values.items() if k.casefold() == folded), otherwise)
