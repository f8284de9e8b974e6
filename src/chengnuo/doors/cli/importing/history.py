"""One row as a matter with its history, or everything that is wrong with it. No database here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from chengnuo.customers.telephones import UNREADABLE, is_telephone, tidy
from chengnuo.doors.cli.importing.mapping import (
    Columns,
    EventField,
    FactField,
    IfEmpty,
    Lookup,
    Mapping,
    TextField,
    chosen,
)
from chengnuo.packs.explaining import read_value
from chengnuo.packs.schema import FactShape, Pack
from chengnuo.reports.tables import Cell, Header, Row
from chengnuo.reports.values import (
    Midnight,
    NotReadable,
    later,
    moment_of,
    number_of,
    text_of,
)
from chengnuo.rules.conditions import Value
from chengnuo.rules.state import Event
from chengnuo.rules.words import Text

T = TypeVar("T")

# What the tables of cases hold at most.
LONGEST = {"reference": 100, "address": 300, "contact_name": 100, "contact_phone": 60}
EMPTY = Text("空缺", "is empty")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row does not go in: one cell of it and what is wrong."""

    column: str
    value: str
    reason: Text


@dataclass(frozen=True, slots=True)
class History:
    """A matter as it is told afterwards: what was asked, and what happened when.

    `judged` are the rules on which this row can tell; the others are not started.
    """

    reference: str
    service: str
    channel: str
    lodged_at: datetime
    narrative: str
    address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    coordinates: tuple[float, float] | None = None
    facts: dict[str, Value] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    judged: tuple[str, ...] = ()
    remarks: tuple[Text, ...] = ()

    def token(self, source: str) -> str:
        """What this row says, as a digest: the same row again is recognised, a changed one is not.

        Coordinates are left out: they are worked out from the address, and differ from run to run.
        """
        told = {
            "source": source,
            "reference": self.reference,
            "service": self.service,
            "channel": self.channel,
            "lodged": self.lodged_at,
            "narrative": self.narrative,
            "address": self.address,
            "contact": (self.contact_name, self.contact_phone),
            "facts": self.facts,
            "events": [(e.name, e.at) for e in self.events],
            "judged": self.judged,
        }
        written = json.dumps(told, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(written.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows of one file under one mapping and pack; `as_of` is when history ends."""

    mapping: Mapping
    pack: Pack
    header: Header
    as_of: datetime

    def read(self, row: Row) -> History | list[Fault]:
        """The row as a history, or its faults, all of them."""
        return _Reading(self, row).told()


class _NoValue(Exception):
    """The cell gave no value; its fault is noted already."""


class _Reading:
    """One row while it is being read."""

    def __init__(self, reader: Reader, row: Row) -> None:
        self.mapping = reader.mapping
        self.pack = reader.pack
        self.header = reader.header
        self.as_of = reader.as_of
        self.zone = ZoneInfo(reader.mapping.time_zone)
        self.row = row
        self.faults: list[Fault] = []
        self.remarks: list[Text] = []
        self.is_judged = True

    def told(self) -> History | list[Fault]:
        mapping = self.mapping
        try:
            lodged_at = self._lodged()
        except _NoValue:
            lodged_at = datetime.min.replace(tzinfo=UTC)  # to find the other faults as well
        history = History(
            reference=self._short("reference", mapping.reference, required=True),
            service=self._lookup(mapping.service, "service"),
            channel=self._lookup(mapping.channel, "channel"),
            lodged_at=lodged_at,
            narrative=self._joined(mapping.narrative),
            address=self._address(),
            contact_name=self._short("contact_name", mapping.contact_name),
            contact_phone=self._telephone(),
            coordinates=self._coordinates(),
            facts=self._facts(lodged_at),
            events=self._events(lodged_at),
            judged=mapping.judge if self.is_judged else (),
            remarks=tuple(self.remarks),
        )
        if self.faults:
            # One reason per column is enough: the first is why the others follow.
            return list({fault.column: fault for fault in reversed(self.faults)}.values())[::-1]
        return history

    # -- cells -------------------------------------------------------------------------------------

    def _cell(self, columns: Columns) -> Cell:
        place = self.header.find(columns)
        return "" if place is None else self.row.cells[place]

    def _try(self, columns: Columns, read: Callable[[], T]) -> T:
        try:
            return read()
        except NotReadable as error:
            self._fault(columns, error.reason)
            raise _NoValue from error

    def _fault(self, columns: Columns, reason: Text) -> None:
        place = self.header.find(columns)
        name = columns[0] if place is None else self.header.names[place]
        self.faults.append(Fault(name, str(self._cell(columns)), reason))

    def _text(self, columns: Columns) -> str:
        try:
            return self._try(columns, lambda: text_of(self._cell(columns)))
        except _NoValue:
            return ""

    def _empty(self, columns: Columns, what: IfEmpty, name: str) -> None:
        """Nothing is known here: note what follows from it."""
        if what == "reject":
            self._fault(columns, EMPTY)
        elif what == "not_judged":
            self._not_judged(Text(f"{name} 空缺，不作评判", f"{name} is empty: not judged"))

    def _not_judged(self, why: Text) -> None:
        self.is_judged = False
        self.remarks.append(why)

    def _telephone(self) -> str:
        """As it is stored; what cannot be read goes in as it is, and is remarked."""
        columns = self.mapping.contact_phone
        written = "" if columns is None else tidy(self._text(columns))
        written = self._fitting("contact_phone", columns or (), written)
        if written and not is_telephone(written):
            self.remarks.append(UNREADABLE)
        return written

    # -- fields ------------------------------------------------------------------------------------

    def _lodged(self) -> datetime:
        lodged = self.mapping.lodged
        if not self._text(lodged.column):
            self._fault(lodged.column, EMPTY)
            raise _NoValue
        at = self._moment(lodged.column, lodged.formats, "as_it_is")
        if at > self.as_of:
            self._fault(lodged.column, Text("在将来", "lies in the future"))
            raise _NoValue
        span = lodged.expected
        day = at.astimezone(self.zone).date()
        if span is not None and not span.from_ <= day <= span.to:
            told = Text(
                f"受理日期不在 {span.from_} 至 {span.to} 之间，按原样录入",
                f"lodged outside {span.from_} to {span.to}: taken as it stands",
            )
            self.remarks.append(told)
        return at

    def _moment(self, columns: Columns, formats: tuple[str, ...], midnight: Midnight) -> datetime:
        return self._try(
            columns, lambda: moment_of(self._cell(columns), formats, self.zone, midnight)
        )

    def _lookup(self, lookup: Lookup, name: str) -> str:
        if lookup.column is None:
            return lookup.value or ""
        word = self._text(lookup.column)
        found = chosen(lookup.values, word, lookup.otherwise)
        if found is None:
            self._fault(lookup.column, _unknown(name))
        return found or ""

    def _joined(self, field: TextField) -> str:
        parts = [self._text((name,)) for name in field.columns]
        return field.join.join(part for part in parts if part)

    def _address(self) -> str:
        field = self.mapping.address
        if field is None:
            return ""
        return self._fitting("address", field.columns[:1], self._joined(field))

    def _short(self, name: str, columns: Columns | None, *, required: bool = False) -> str:
        if columns is None:
            return ""
        text = self._text(columns)
        if required and not text:
            self._fault(columns, EMPTY)
        return self._fitting(name, columns, text)

    def _fitting(self, name: str, columns: Columns, text: str) -> str:
        most = LONGEST[name]
        if len(text) > most:
            self._fault(columns, Text(f"超过 {most} 个字符", f"is longer than {most} characters"))
        return text

    def _coordinates(self) -> tuple[float, float] | None:
        field = self.mapping.coordinates
        if field is None:
            return None
        found = [
            self._degrees(columns, most)
            for columns, most in ((field.latitude, 90), (field.longitude, 180))
        ]
        if found[0] is None or found[1] is None:
            self.remarks.append(Text("没有坐标", "without coordinates"))
            return None
        return found[0], found[1]

    def _degrees(self, columns: Columns, most: int) -> float | None:
        text = self._text(columns)
        if not text:
            return None
        try:
            degrees = self._try(columns, lambda: number_of(text))
        except _NoValue:
            return None
        if abs(degrees) > most:
            self._fault(columns, Text(f"不在 ±{most} 度之内", f"is not within ±{most} degrees"))
        return degrees

    # -- facts -------------------------------------------------------------------------------------

    def _facts(self, lodged_at: datetime) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, spec in self.mapping.facts.items():
            try:
                value = self._fact(name, spec, self.pack.facts[name], lodged_at)
            except _NoValue:
                continue
            if value is not None:
                found[name] = value
        return found

    def _fact(
        self, name: str, field: FactField, shape: FactShape, lodged_at: datetime
    ) -> Value | None:
        if field.column is None:
            return read_value(shape, field.value)
        columns = field.column
        text = self._text(columns)
        if not text:
            self._empty(columns, field.if_empty, name)
            return None
        if shape.type == "moment":
            return self._fact_moment(name, field, columns, lodged_at)
        if shape.type == "date":
            day = self._moment(columns, field.formats, "as_it_is").astimezone(self.zone).date()
            return day.isoformat()
        raw = self._try(columns, lambda: converted(field, self.mapping, shape, text))
        try:
            return read_value(shape, raw)
        except ValueError as error:
            self._fault(columns, Text(f"不是允许的值：{error}", f"is not allowed; {error}"))
            raise _NoValue from error

    def _fact_moment(
        self, name: str, field: FactField, columns: Columns, lodged_at: datetime
    ) -> Value | None:
        at = self._moment(columns, field.formats, field.midnight)
        if at >= lodged_at or field.if_before_start == "keep":
            return at
        if field.if_before_start == "reject":
            self._fault(columns, Text("早于受理时间", "lies before the intake"))
        elif field.if_before_start == "not_judged":
            self._not_judged(
                Text(f"{name} 早于受理时间，不作评判", f"{name} lies before the intake: not judged")
            )
        return None

    # -- events ------------------------------------------------------------------------------------

    def _events(self, lodged_at: datetime) -> tuple[Event, ...]:
        found = []
        for spec in self.mapping.events:
            if not self._applies(spec):
                continue
            try:
                at = self._event(spec, lodged_at)
            except _NoValue:
                continue
            if at is not None:
                found.append(Event(name=spec.event, at=at))
        return tuple(sorted(found, key=lambda e: e.at))

    def _applies(self, field: EventField) -> bool:
        return all(
            self._text((column,)).casefold() in {word.casefold() for word in words}
            for column, words in field.when.items()
        )

    def _event(self, field: EventField, lodged_at: datetime) -> datetime | None:
        columns = field.after.column if field.after else field.column
        if columns is None:
            return None
        text = self._text(columns)
        if not text:
            self._empty(columns, field.if_empty, field.event)
            return None
        if field.after is None:
            at = self._moment(columns, field.formats, field.midnight)
        else:
            unit = field.after.unit
            at = self._try(columns, lambda: later(lodged_at, number_of(text), unit))
            if at == lodged_at:
                told = Text(f"{field.event} 用时为零", f"{field.event} took no time")
                self.remarks.append(told)
        if at < lodged_at:
            self._fault(columns, Text("早于受理时间", "lies before the intake"))
        elif at > self.as_of:
            self._fault(columns, Text("在将来", "lies in the future"))
        return at


def converted(field: FactField, mapping: Mapping, shape: FactShape, text: str) -> object:
    """A cell of a fact by the field's list of values, its table, its factor, or as it stands."""
    if field.values:
        found = chosen(field.values, text, field.otherwise)
        if found is None:
            raise NotReadable(_unknown("fact"))
        return found
    if shape.type not in ("number", "integer"):
        return text
    number = number_of(text)
    if field.table is None:
        return round(number * (field.factor or 1), 6)
    for key, value in mapping.tables[field.table].items():
        if float(key) == number:
            return value
    if field.factor is None:
        raise NotReadable(Text("不在对照表内", "is not in the table"))
    return round(number * field.factor, 6)


def _unknown(name: str) -> Text:
    return Text(f"映射中没有这个值（{name}）", f"the mapping does not know this value ({name})")
