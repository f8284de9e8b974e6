"""Files into rows: CSV in UTF-8 or GB 18030 with any line ends, and workbooks by any name.

Every record of the file comes out, readable or not. A record whose quotes do not match costs its
first line alone: reading goes on with the next, so that one stray quote does not swallow the rest.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal, Protocol, TextIO

from python_calamine import CalamineError, CalamineWorkbook

from chengnuo.packs.errors import PackError, Problem
from chengnuo.rules.words import Text

Cell = str | int | float | bool | date | datetime | time | timedelta
# One name, or several of which the file has one.
Columns = tuple[str, ...]


class Layout(Protocol):
    """How a kind of file is written; a mapping says it."""

    @property
    def encoding(self) -> Literal["utf-8", "gb18030"] | None: ...
    @property
    def delimiter(self) -> str: ...
    @property
    def sheet(self) -> str | None: ...


WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """A record. `number` counts as a spreadsheet does, `line` as an editor does; both from 1."""

    number: int
    line: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that is none: its quotes or the number of its cells do not match."""

    number: int
    line: int
    value: str
    reason: Text


@dataclass(slots=True)
class Header:
    """The names of the columns; case and surrounding blanks do not matter."""

    names: list[str]
    places: dict[str, list[int]] = field(init=False)
    known: dict[Columns, int | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.places = {}
        for index, name in enumerate(self.names):
            self.places.setdefault(folded(name), []).append(index)

    def find(self, columns: Columns) -> int | None:
        """The place of the first of these columns that the file has."""
        if columns not in self.known:
            held = (self.places.get(folded(name)) for name in columns)
            self.known[columns] = next((p[0] for p in held if p), None)
        return self.known[columns]

    def is_ambiguous(self, columns: Columns) -> bool:
        return any(len(self.places.get(folded(name), ())) > 1 for name in columns)


def folded(name: str) -> str:
    return name.strip().casefold()


@dataclass(slots=True)
class Table:
    """An open file: its header, its records, and how many blank lines were passed over."""

    header: Header
    rows: Iterator[Row | Unreadable]
    blank: int = 0


@contextmanager
def opened(path: Path, layout: Layout) -> Iterator[Table]:
    """Open a file of records. Raises PackError when it is no such file."""
    try:
        with path.open("rb") as stream:
            start = stream.read(4)
    except OSError as error:
        raise PackError(path.name, [Problem(str(path), f"cannot be read: {error}")]) from error
    if start.startswith(UTF_16):
        raise PackError(path.name, [Problem(path.name, "is in UTF-16; save it as CSV in UTF-8")])
    if start in WORKBOOKS:
        yield _table(path, _sheet_records(path, layout.sheet))
        return
    encoding = layout.encoding or encoding_of(path)
    if encoding == "utf-8":
        encoding = "utf-8-sig"  # a mark at the start is no part of the first column's name
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as text:
        yield _table(path, _csv_records(text, layout.delimiter))


def encoding_of(path: Path) -> str:
    """UTF-8 or GB 18030, whichever the whole file is; UTF-8 when it is neither."""
    for name in ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(name)()
        try:
            with path.open("rb") as stream:
                while chunk := stream.read(CHUNK):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return name
    return "utf-8"


# A record as it comes: where it begins, and its cells or the raw line with what is wrong.
Record = tuple[int, list[Cell]] | tuple[int, str, Text]


def _table(path: Path, records: Iterator[Record]) -> Table:
    above = 1
    first = next(records, None)
    while first is not None and len(first) == 2 and _is_blank(first[1]):
        above += 1
        first = next(records, None)
    if first is None:
        raise PackError(path.name, [Problem(path.name, "the file is empty")])
    if len(first) == 3:
        raise PackError(path.name, [Problem(f"{path.name}:{first[0]}", f"header: {first[2].en}")])
    table = Table(Header([str(cell) for cell in first[1]]), iter(()))
    table.rows = _rows(table, records, above)
    return table


def _rows(table: Table, records: Iterator[Record], above: int) -> Iterator[Row | Unreadable]:
    width = len(table.header.names)
    for number, record in enumerate(records, start=above + 1):
        if len(record) == 2 and _is_blank(record[1]):
            table.blank += 1
        elif len(record) == 3:
            yield Unreadable(number, *record)
        elif len(record[1]) != width:
            yield Unreadable(number, record[0], _shown(record[1]), _uneven(len(record[1]), width))
        else:
            yield Row(number, record[0], record[1])


def _is_blank(cells: list[Cell]) -> bool:
    return all(isinstance(cell, str) and not cell.strip() for cell in cells)


def _uneven(found: int, wanted: int) -> Text:
    return Text(
        f"有 {found} 个单元格，表头有 {wanted} 个", f"{found} cells where the header has {wanted}"
    )


def _shown(cells: list[Cell]) -> str:
    return ",".join(map(str, cells))[:200]


# -- CSV -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Lines:
    """Physical lines that can be given back, so that a broken record costs one line only."""

    stream: TextIO
    waiting: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    begins: int = 1

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.waiting.pop() if self.waiting else self.stream.readline()
        if not line:
            raise StopIteration
        self.taken.append(line)
        return line

    def next_record(self) -> None:
        self.begins += len(self.taken)
        self.taken = []

    def give_back(self) -> str:
        """Keep the first line of the record that began last; the others wait to be read again."""
        first, *others = self.taken
        self.waiting += reversed(others)
        self.taken = [first]
        return first


def _csv_records(stream: TextIO, delimiter: str) -> Iterator[Record]:
    lines, width = _Lines(stream), None
    while True:
        try:
            # Strict: what follows a closing quote must be a delimiter. A reader is cheap to make.
            cells: list[Cell] = list(next(csv.reader(lines, delimiter=delimiter, strict=True)))
        except StopIteration:
            return
        except csv.Error as error:
            yield lines.begins, _shortened(lines.give_back()), _broken(str(error))
        else:
            width = width or len(cells)
            if len(lines.taken) > 1 and len(cells) != width:
                # A quote that was never meant to open: what it swallowed is read by itself.
                yield lines.begins, _shortened(lines.give_back()), _uneven(len(cells), width)
            else:
                yield lines.begins, cells
        lines.next_record()


def _shortened(line: str) -> str:
    return line.rstrip("\r\n")[:200]


def _broken(error: str) -> Text:
    if "limit" in error:
        return Text("单元格过长：缺引号？", "a cell is too long: a quote is missing?")
    return Text("引号不配对", "the quotes do not match")


# -- workbooks -----------------------------------------------------------------------------------


def _sheet_records(path: Path, name: str | None) -> Iterator[Record]:
    try:
        book = CalamineWorkbook.from_path(str(path))
        if name is not None and name not in book.sheet_names:
            known = ", ".join(book.sheet_names)
            raise PackError(path.name, [Problem(path.name, f"no sheet '{name}'; it has: {known}")])
        sheet = book.get_sheet_by_name(name) if name else book.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OSError) as error:
        raise PackError(path.name, [Problem(path.name, f"is no workbook: {error}")]) from error
    for index, cells in enumerate(rows, start=1):
        yield index, list(cells)


def count_of(path: Path, layout: Layout) -> int:
    """About how many rows there are, for a progress bar: every line end counts."""
    with path.open("rb") as stream:
        if stream.read(4) in WORKBOOKS:
            return sum(1 for _ in _sheet_records(path, layout.sheet))
        stream.seek(0)
        ends = {b"\n": 0, b"\r": 0}
        while chunk := stream.read(CHUNK):
            for end in ends:
                ends[end] += chunk.count(end)
    return max(ends.values())
