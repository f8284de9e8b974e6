"""OpenDocument spreadsheets, row by row: rows and cells that stand for many cost no more than one.

A cell says when it holds an error or a formula without a result; a library takes both for empty.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import BinaryIO
from xml.parsers import expat

from chengnuo.rules.words import Text
from chengnuo.tables.bounds import MOST_COLUMNS, Bounds
from chengnuo.tables.faults import DAMAGED, ENCRYPTED, TOO_LARGE
from chengnuo.tables.grid import FORMULA, PIECE, Readable, error_value, faulty
from chengnuo.tables.heading import LOOKED_AT, is_blank
from chengnuo.tables.ooxml import BROKEN, Merges, Parts
from chengnuo.tables.records import Record, Sheet
from chengnuo.tables.shapes import EPOCH_1900, Cell, NotATable

CONTENT = "content.xml"
# What stands beside a cell's text: comments, pictures, reading aids.
ASIDE = frozenset(("annotation", "shapes", "frame", "custom-shape", "control", "ruby-text"))
ERROR = re.compile(r"#[A-Z/0-9]+[!?]?|Err:\d{3}")
SPAN = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
ZEROS = re.compile(r"0\d+")
MOST_BLANKS = 1000
# A filled row stands for a few that are alike; beyond, it was drawn down to the end of the sheet.
MOST_ALIKE = 1000
NO_DATE = Text("不是日期时间", "is not a date")


@dataclass(slots=True)
class OdsRow:
    """A row as it stands in the file: it may stand for many, one below the other."""

    sheet: int
    number: int
    repeated: int
    cells: dict[int, Cell]
    spans: dict[int, int]

    @property
    def is_filled(self) -> bool:
        return any(not is_blank(cell) for cell in self.cells.values())


@dataclass(slots=True)
class OdsHandler:
    """Hears of elements as they begin and end; finished rows are fetched from `done`."""

    names: list[tuple[str, str]] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    done: list[OdsRow] = field(default_factory=list)
    style: str = ""
    depth: int = 0
    aside: int = 0
    number: int = 0
    place: int = 0
    row: OdsRow | None = None
    cell: dict[str, str] | None = None
    texts: list[str] = field(default_factory=list)

    def rows(self, part: Readable) -> Iterator[OdsRow]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.StartDoctypeDeclHandler = self._refuse
        while True:
            piece = part.read(PIECE)
            parser.Parse(piece, not piece)
            yield from self.done
            self.done = []
            if not piece:
                return

    def _refuse(self, *_: object) -> None:
        raise NotATable(DAMAGED)  # entities can be bombs

    def _begin(self, name: str, told: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag in ASIDE or self.aside:
            self.aside += 1
        elif self.cell is not None and tag != "table":
            self._inside(tag, told)
        elif tag == "style":
            self.style = _of(told, "name")
        elif tag == "table-properties":
            if _of(told, "display") == "false":
                self.hidden.add(self.style)
        elif tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.names.append((_of(told, "name"), _of(told, "style-name")))
                self.number = 0
        elif self.depth == 1 and tag == "table-row":
            repeated = _many(told, "number-rows-repeated")
            self.row = OdsRow(len(self.names) - 1, self.number + 1, repeated, {}, {})
            self.place = 0
        elif self.depth == 1 and tag in ("table-cell", "covered-table-cell"):
            self.cell = {name.rpartition(" ")[2]: value for name, value in told.items()}
            # `value-type` stands there twice, and the older one does not know errors.
            self.cell["is-error"] = str("error" in told.values())
            self.texts = []

    def _inside(self, tag: str, told: dict[str, str]) -> None:
        if tag == "p" and self.texts:
            self.texts.append("\n")
        elif tag == "s":
            self.texts.append(" " * min(_many(told, "c"), MOST_BLANKS))
        elif tag in ("tab", "line-break"):
            self.texts.append("\t" if tag == "tab" else "\n")

    def _end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if self.aside:
            self.aside -= 1
        elif tag == "table":
            self.depth -= 1
        elif self.depth != 1 or self.row is None:
            return
        elif tag == "table-row":
            self.number += self.row.repeated
            if self.row.repeated > MOST_ALIKE and self.row.is_filled:
                raise NotATable(TOO_LARGE)
            self.done.append(self.row)
            self.row = None
        elif tag in ("table-cell", "covered-table-cell") and self.cell is not None:
            self._finish(self.row, self.cell)
            self.cell = None

    def _data(self, text: str) -> None:
        if self.cell is not None and not self.aside and self.depth == 1:
            self.texts.append(text)

    def _finish(self, row: OdsRow, told: dict[str, str]) -> None:
        repeated = _many(told, "number-columns-repeated")
        cell = _cell(told, "".join(self.texts), self.place, row.number)
        if cell != "":
            if self.place + repeated > MOST_COLUMNS:
                raise NotATable(DAMAGED)
            row.cells.update(dict.fromkeys(range(self.place, self.place + repeated), cell))
            if _many(told, "number-rows-spanned") > 1:
                row.spans[self.place] = row.number + _many(told, "number-rows-spanned") - 1
        self.place += repeated


def _of(told: dict[str, str], name: str) -> str:
    return next((v for k, v in told.items() if k.rpartition(" ")[2] == name), "")


def _many(told: dict[str, str], name: str) -> int:
    stated = _of(told, name)
    return max(1, int(stated[:9])) if stated.isdigit() else 1


def _cell(told: dict[str, str], text: str, place: int, number: int) -> Cell:
    """The value of a cell; its text, where it has none of another kind."""
    kind = told.get("value-type", "")
    formula = "formula" in told
    if told["is-error"] == "True" or (formula and ERROR.fullmatch(text.strip())):
        return faulty(place, number, text.strip(), error_value(text.strip()))
    if kind in ("float", "percentage", "currency"):
        return _number(told.get("value", ""), text)
    if kind == "date":
        try:
            stated = told.get("date-value", "")
            return datetime.fromisoformat(stated) if "T" in stated else date.fromisoformat(stated)
        except ValueError:
            return faulty(place, number, text, NO_DATE)
    if kind == "time" and (found := SPAN.fullmatch(told.get("time-value", ""))):
        span = timedelta(hours=int(found[1]), minutes=int(found[2]), seconds=int(found[3]))
        return (datetime.combine(date.min, time()) + span).time() if span.days == 0 else span
    if kind == "boolean":
        return told.get("boolean-value") == "true"
    found_text = text or told.get("string-value", "")
    if not kind and not found_text and formula:
        return faulty(place, number, "", FORMULA)
    return found_text


def _number(stated: str, text: str) -> Cell:
    """A number; where its format shows zeros before it, as it is shown."""
    number = int(stated) if stated.lstrip("-").isdigit() and len(stated) < 30 else float(stated)
    if isinstance(number, int) and ZEROS.fullmatch(text) and int(text) == number:
        return text
    return number


class Spreadsheet:
    """An OpenDocument spreadsheet. Raises NotATable where it is none or grows beyond its bounds."""

    def __init__(self, stream: BinaryIO, bounds: Bounds) -> None:
        self.epoch = EPOCH_1900
        # The first rows of every sheet, by which one is chosen; no sheet is opened for them again.
        self.first: dict[int, list[OdsRow]] = {}
        try:
            self.parts = Parts(zipfile.ZipFile(stream), bounds)
            self._refuse_sealed()
            document = OdsHandler()
            for told in document.rows(self._content()):
                held = self.first.setdefault(told.sheet, [])
                if told.is_filled and len(held) < LOOKED_AT:
                    held.append(told)
        except BROKEN as error:
            raise NotATable(DAMAGED) from error
        self.sheets = [
            Sheet(name, style not in document.hidden, str(place))
            for place, (name, style) in enumerate(document.names)
        ]
        if not self.sheets:
            raise NotATable(DAMAGED)

    def _content(self) -> Readable:
        self.parts.unpacked = 0
        part = self.parts.open(CONTENT)
        if part is None:
            raise NotATable(DAMAGED)
        return part

    def _refuse_sealed(self) -> None:
        manifest = self.parts.open("META-INF/manifest.xml")
        if manifest is not None and b"encryption-data" in manifest.read():
            raise NotATable(ENCRYPTED)

    def records(self, sheet: Sheet) -> Iterator[Record]:
        """The rows that hold something, with vertical merges filled. Raises NotATable."""
        merges = Merges(())
        try:
            for told in self._told(int(sheet.path)):
                for number in range(told.number, told.number + told.repeated):
                    cells = dict(told.cells)
                    merges.starts = {(told.number, place): to for place, to in told.spans.items()}
                    merges.fill(number, cells)
                    yield Record(number, number, cells)
        except BROKEN as error:
            raise NotATable(DAMAGED) from error

    def _told(self, place: int) -> Iterator[OdsRow]:
        first = self.first.get(place, [])
        yield from first
        if len(first) < LOOKED_AT:
            return
        for told in OdsHandler().rows(self._content()):
            if told.sheet == place and told.number > first[-1].number and told.is_filled:
                yield told
            elif told.sheet > place:
                return
