"""The cells of one row while it is being read, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from chengnuo.doors.cli.importing.mapping import Columns, IfEmpty, Mapping
from chengnuo.rules.words import Text
from chengnuo.tables.cleaning import key_of
from chengnuo.tables.shapes import Cell, Header, Row
from chengnuo.tables.values import Midnight, NotReadable, as_shown, moment_of, text_of

T = TypeVar("T")

EMPTY = Text("空缺", "is empty")


@dataclass(frozen=True, slots=True)
class CellFault:
    """Why a row does not go in: one cell of it and what is wrong."""

    column: str
    value: str
    reason: Text


class NoValue(Exception):
    """The cell gave no value; its fault is noted already."""


class RowReader:
    """Reads cells by the names of their columns; every fault is noted at its column."""

    def __init__(self, mapping: Mapping, header: Header, row: Row, epoch: date) -> None:
        self.mapping = mapping
        self.header = header
        self.row = row
        self.epoch = epoch
        self.zone = ZoneInfo(mapping.time_zone)
        self.nothing = {key_of(word) for word in mapping.missing or ()}
        self.faults: list[CellFault] = []
        self.remarks: list[Text] = []
        self.is_judged = True

    def cell(self, columns: Columns) -> Cell:
        """The cell under a heading; the mapping's words for “not known” are an empty one."""
        place = self.header.find(columns)
        found = "" if place is None else self.row.cells[place]
        return "" if isinstance(found, str) and key_of(found) in self.nothing else found

    def attempt(self, columns: Columns, read: Callable[[], T]) -> T:
        try:
            return read()
        except NotReadable as error:
            self.fault(columns, error.reason)
            raise NoValue from error

    def fault(self, columns: Columns, reason: Text) -> None:
        place = self.header.find(columns)
        name = columns[0] if place is None else self.header.names[place]
        self.faults.append(CellFault(name, as_shown(self.cell(columns)), reason))

    def text(self, columns: Columns, *, exact: bool = True) -> str:
        try:
            return self.attempt(columns, lambda: text_of(self.cell(columns), exact=exact))
        except NoValue:
            return ""

    def empty(self, columns: Columns, what: IfEmpty, name: str) -> None:
        """Nothing is known here: note what follows from it."""
        if what == "reject":
            self.fault(columns, EMPTY)
        elif what == "not_judged":
            self.not_judged(Text(f"{name} 空缺，不作评判", f"{name} is empty: not judged"))

    def not_judged(self, why: Text) -> None:
        self.is_judged = False
        self.remarks.append(why)

    def moment(self, columns: Columns, formats: tuple[str, ...], midnight: Midnight) -> datetime:
        return self.attempt(
            columns,
            lambda: moment_of(self.cell(columns), formats, self.zone, midnight, epoch=self.epoch),
        )
