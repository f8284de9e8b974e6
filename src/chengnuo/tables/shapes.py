"""What a file of records comes out as: a header, rows, and what was passed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal, Protocol

from chengnuo.rules.refusing import Refused
from chengnuo.rules.words import Text
from chengnuo.tables.cleaning import heading_key, heading_of

# One name, or several of which the file has one.
Columns = tuple[str, ...]
EPOCH_1900, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)


@dataclass(frozen=True, slots=True)
class Faulty:
    """A cell whose value cannot be had: a formula that was never worked out, an error."""

    shown: str
    why: Text

    def __str__(self) -> str:
        return self.shown


Cell = str | int | float | bool | date | datetime | time | timedelta | Faulty


class Layout(Protocol):
    """How a kind of file is written; None is found by itself."""

    @property
    def encoding(self) -> Literal["utf-8", "gb18030"] | None: ...
    @property
    def delimiter(self) -> str | None: ...
    @property
    def sheet(self) -> str | None: ...


class NotATable(Refused):
    """The file cannot be read as a table: what it is, and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record. `number` counts as a spreadsheet does, `line` as an editor does; both from 1."""

    number: int
    line: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that is none: quotes that do not match, text beyond the headings, a total."""

    number: int
    line: int
    value: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Passed:
    """A row that is no record and was passed over: a title, a note, the headings once more."""

    number: int
    shown: str


@dataclass(slots=True)
class Header:
    """The names of the columns. Case, width, blanks, line breaks and `*` do not matter."""

    names: list[str]
    places: dict[str, list[int]] = field(init=False)
    known: dict[Columns, int | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.names = [heading_of(name) for name in self.names]
        self.places = {}
        for index, name in enumerate(self.names):
            self.places.setdefault(heading_key(name), []).append(index)

    def find(self, columns: Columns) -> int | None:
        """The place of the first of these columns that the file has."""
        if columns not in self.known:
            held = (self.places.get(heading_key(name)) for name in columns)
            self.known[columns] = next((p[0] for p in held if p), None)
        return self.known[columns]

    def is_ambiguous(self, columns: Columns) -> bool:
        return any(len(self.places.get(heading_key(name), ())) > 1 for name in columns)

    def unread(self, read: Iterable[Columns]) -> list[str]:
        """The headings of the file that none of these columns means."""
        taken = {self.find(columns) for columns in read}
        return [name for index, name in enumerate(self.names) if name and index not in taken]


@dataclass(slots=True)
class Table:
    """An open file. `passed` and `blank` grow while its rows are read."""

    header: Header
    rows: Iterator[Row | Unreadable]
    sheet: str = ""
    # Other sheets of the workbook that hold something and are not read.
    others: tuple[str, ...] = ()
    epoch: date = EPOCH_1900
    passed: list[Passed] = field(default_factory=list)
    blank: int = 0
