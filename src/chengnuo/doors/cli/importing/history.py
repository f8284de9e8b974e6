"""One row as a matter with its history, or everything that is wrong with it. No database here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from chengnuo.customers.telephones import UNREADABLE, is_telephone, telephones_in, tidy
from chengnuo.doors.cli.importing.cells import EMPTY, CellFault, NoValue, RowReader
from chengnuo.doors.cli.importing.converting import converted, unknown
from chengnuo.doors.cli.importing.mapping import (
    Columns,
    EventField,
    FactField,
    Lookup,
    Mapping,
    TextField,
    chosen,
)
from chengnuo.doors.cli.importing.turns import with_turns
from chengnuo.packs.channels import channel_for
from chengnuo.packs.facts import NotAllowed, read_value
from chengnuo.packs.schema import FactShape, Pack
from chengnuo.rules.conditions import Value
from chengnuo.rules.state import Event
from chengnuo.rules.words import Text
from chengnuo.tables.shapes import EPOCH_1900, Header, Row
from chengnuo.tables.values import later, number_of

# What the tables of cases hold at most.
LONGEST = {"reference": 100, "address": 300, "contact_name": 100}
LONGEST_PHONE = 60
EVER = datetime.min.replace(tzinfo=UTC)


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

    def token(self, source: str, *, reference: str = "") -> str:
        """What this row says, as a digest: the same row again is recognised, a changed one is not.
        `reference` is its reference as it was spelt when it was taken in, if it was.

        Coordinates are left out: they are worked out from the address, and differ from run to run.
        """
        told = {
            "source": source,
            "reference": reference or self.reference,
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
class HistoryReader:
    """Reads the rows of one file under one mapping and pack; `as_of` is when history ends."""

    mapping: Mapping
    pack: Pack
    header: Header
    as_of: datetime
    epoch: date = EPOCH_1900

    def read(self, row: Row) -> History | list[CellFault]:
        """The row as a history, or its faults, all of them."""
        told = _Reading(self, row).told()
        if isinstance(told, list):
            return told
        return replace(told, events=with_turns(told.events, self.pack))

    def read_all(self, rows: Sequence[Row]) -> History | dict[int, list[CellFault]]:
        """Rows of one matter: what it is about stands in the first, each tells what happened.

        The faults by the number of their row, where any of them is wrong.
        """
        first, *others = [_Reading(self, row) for row in rows]
        history = first.told()
        faults = {first.row.number: history} if isinstance(history, list) else {}
        lodged_at = history.lodged_at if isinstance(history, History) else EVER
        events = list(history.events) if isinstance(history, History) else []
        for reading in others:
            events += reading.events(lodged_at)
            if reading.faults:
                faults[reading.row.number] = reading.once_each()
        if faults or not isinstance(history, History):
            return faults
        is_judged = all(reading.is_judged for reading in others)
        return replace(
            history,
            events=with_turns(events, self.pack),
            judged=history.judged if is_judged else (),
            remarks=(*history.remarks, *(r for reading in others for r in reading.remarks)),
        )

    def reference(self, row: Row) -> str:
        """The reference that a row tells; empty where it cannot be read."""
        reading = _Reading(self, row)
        found = reading.reference()
        return "" if reading.faults else found

    def day(self, row: Row) -> date | None:
        """The local day on which a row was taken in; None where that cannot be read."""
        lodged = self.mapping.lodged
        reading = _Reading(self, row)
        try:
            at = reading.moment(lodged.column, lodged.formats, "as_it_is")
        except NoValue:
            return None
        return at.astimezone(reading.zone).date() if at <= self.as_of else None

    def stamp(self, row: Row) -> datetime | None:
        """When a row says that it was written; None where that cannot be read."""
        repeats = self.mapping.repeats
        if repeats.by is None:
            return None
        try:
            return _Reading(self, row).moment(repeats.by, repeats.formats, "as_it_is")
        except NoValue:
            return None


class _Reading(RowReader):
    """One row while it is being read."""

    def __init__(self, reader: HistoryReader, row: Row) -> None:
        super().__init__(reader.mapping, reader.header, row, reader.epoch)
        self.pack = reader.pack
        self.as_of = reader.as_of

    def told(self) -> History | list[CellFault]:
        mapping = self.mapping
        try:
            lodged_at = self._lodged()
        except NoValue:
            lodged_at = EVER  # to find the other faults as well
        history = History(
            reference=self.reference(),
            service=self._lookup(mapping.service, "service"),
            channel=self._channel(mapping.channel),
            lodged_at=lodged_at,
            narrative=self._narrative(),
            address=self._address(),
            contact_name=self._short("contact_name", mapping.contact_name),
            contact_phone=self._phone()[0],
            coordinates=self._coordinates(),
            facts=self._facts(lodged_at),
            events=tuple(self.events(lodged_at)),
            judged=mapping.judge if self.is_judged else (),
            remarks=tuple(self.remarks),
        )
        return self.once_each() if self.faults else history

    def once_each(self) -> list[CellFault]:
        """One reason per column is enough: the first is why the others follow."""
        return list({fault.column: fault for fault in reversed(self.faults)}.values())[::-1]

    # -- fields ------------------------------------------------------------------------------------

    def _lodged(self) -> datetime:
        lodged = self.mapping.lodged
        if not self.text(lodged.column):
            self.fault(lodged.column, EMPTY)
            raise NoValue
        at = self.moment(lodged.column, lodged.formats, "as_it_is")
        if at > self.as_of:
            self.fault(lodged.column, Text("在将来", "lies in the future"))
            raise NoValue
        span = lodged.expected
        day = at.astimezone(self.zone).date()
        if span is not None and not span.from_ <= day <= span.to:
            told = Text(
                f"受理日期不在{span.from_}至{span.to}之间，按原样导入",
                f"received outside {span.from_} to {span.to}: imported as it stands",
            )
            self.remarks.append(told)
        return at

    def _channel(self, lookup: Lookup | None) -> str:
        return self._lookup(lookup, "channel") if lookup else channel_for(self.pack, "import")

    def _lookup(self, lookup: Lookup, name: str) -> str:
        if lookup.column is None:
            return lookup.value or ""
        word = self.text(lookup.column)
        found = chosen(lookup.values, word, lookup.otherwise)
        if found is None:
            self.fault(lookup.column, unknown(name))
        return found or ""

    def _joined(self, field: TextField) -> str:
        parts = [self.text((name,)) for name in field.columns]
        return field.join.join(part for part in parts if part)

    def _narrative(self) -> str:
        parts = (self._joined(self.mapping.narrative), self._phone()[1])
        return "\n".join(part for part in parts if part)

    def _phone(self) -> tuple[str, str]:
        """The telephone in one spelling, and what the narrative has to add of it."""
        columns = self.mapping.contact_phone
        written = self.text(columns) if columns is not None else ""
        if not written:
            return "", ""
        if not is_telephone(written) and UNREADABLE not in self.remarks:
            self.remarks.append(UNREADABLE)
        phone = tidy(written)
        if len(phone) <= LONGEST_PHONE:
            return phone, ""
        first = next((str(one) for one in telephones_in(written)), "")
        return first[:LONGEST_PHONE], f"（联系电话：{written}）"

    def reference(self) -> str:
        """What makes the matter that matter: a column, or several of which none may be empty."""
        field = self.mapping.reference
        if not isinstance(field, TextField):
            return self._short("reference", field, required=True)
        for name in field.columns:
            if not self.text((name,)):
                self.fault((name,), EMPTY)
        return self._fitting("reference", field.columns[:1], self._joined(field))

    def _address(self) -> str:
        field = self.mapping.address
        if field is None:
            return ""
        return self._fitting("address", field.columns[:1], self._joined(field))

    def _short(self, name: str, columns: Columns | None, *, required: bool = False) -> str:
        if columns is None:
            return ""
        text = self.text(columns)
        if required and not text:
            self.fault(columns, EMPTY)
        return self._fitting(name, columns, text)

    def _fitting(self, name: str, columns: Columns, text: str) -> str:
        most = LONGEST[name]
        if len(text) > most:
            self.fault(columns, Text(f"超过{most}个字符", f"is longer than {most} characters"))
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
        text = self.text(columns, exact=False)
        if not text:
            return None
        try:
            degrees = self.attempt(columns, lambda: number_of(text))
        except NoValue:
            return None
        if abs(degrees) > most:
            self.fault(columns, Text(f"不在±{most}度之内", f"is not within ±{most} degrees"))
        return degrees

    # -- facts -------------------------------------------------------------------------------------

    def _facts(self, lodged_at: datetime) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, spec in self.mapping.facts.items():
            try:
                value = self._fact(name, spec, self.pack.facts[name], lodged_at)
            except NoValue:
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
        text = self.text(columns, exact=shape.type not in ("number", "integer"))
        if not text:
            self.empty(columns, field.if_empty, name)
            return None
        if shape.type == "moment":
            return self._fact_moment(name, field, columns, lodged_at)
        if shape.type == "date":
            day = self.moment(columns, field.formats, "as_it_is").astimezone(self.zone).date()
            return day.isoformat()
        raw = self.attempt(columns, lambda: converted(field, self.mapping, shape, text))
        try:
            return read_value(shape, raw)
        except NotAllowed as error:
            takes = error.takes
            self.fault(
                columns, Text(f"不是允许的值；应为{takes.zh}", f"is not allowed; {takes.en}")
            )
            raise NoValue from error

    def _fact_moment(
        self, name: str, field: FactField, columns: Columns, lodged_at: datetime
    ) -> Value | None:
        at = self.moment(columns, field.formats, field.midnight)
        if at >= lodged_at or field.if_before_start == "keep":
            return at
        if field.if_before_start == "reject":
            self.fault(columns, Text("早于受理时间", "lies before the intake"))
        elif field.if_before_start == "not_judged":
            self.not_judged(
                Text(f"{name} 早于受理时间，不作评判", f"{name} lies before the intake: not judged")
            )
        return None

    # -- events ------------------------------------------------------------------------------------

    def events(self, lodged_at: datetime) -> list[Event]:
        """What this row says that happened, in the order of the mapping."""
        found = []
        for spec in self.mapping.events:
            if not self._applies(spec):
                continue
            try:
                at = self._event(spec, lodged_at)
            except NoValue:
                continue
            if at is not None:
                target = f"{spec.rule}#" if spec.rule else None
                found.append(Event(name=spec.event, at=at, target=target, reason=spec.reason))
        return found

    def _applies(self, field: EventField) -> bool:
        return all(
            self.text((column,)).casefold() in {word.casefold() for word in words}
            for column, words in field.when.items()
        )

    def _event(self, field: EventField, lodged_at: datetime) -> datetime | None:
        columns = field.after.column if field.after else field.column
        if columns is None:
            return None
        text = self.text(columns, exact=field.after is None)
        if not text:
            self.empty(columns, field.if_empty, field.event)
            return None
        if field.after is None:
            at = self.moment(columns, field.formats, field.midnight)
        else:
            unit = field.after.unit
            at = self.attempt(columns, lambda: later(lodged_at, number_of(text), unit))
            if at == lodged_at:
                told = Text(f"{field.event} 用时为零", f"{field.event} took no time")
                self.remarks.append(told)
        if at < lodged_at:
            self.fault(columns, Text("早于受理时间", "lies before the intake"))
        elif at > self.as_of:
            self.fault(columns, Text("在将来", "lies in the future"))
        return at
