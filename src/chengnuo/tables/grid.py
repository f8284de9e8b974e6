"""The cells of one sheet of an XLSX workbook, as its XML comes in: one row is held at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal, Protocol
from xml.parsers import expat

from chengnuo.rules.words import Text
from chengnuo.tables.bounds import MOST_COLUMNS
from chengnuo.tables.faults import DAMAGED
from chengnuo.tables.records import letters
from chengnuo.tables.shapes import EPOCH_1900, Cell, Faulty, NotATable

Look = Literal["day", "moment", "clock"] | int | None
"""How a number is shown: as a date, with a clock, as a clock, with so many digits, or plainly."""


PLACE = re.compile(r"([A-Z]{1,3})\d{1,7}")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
LAST_SERIAL = 2_958_466  # 9999-12-31 is the day before
PIECE = 1 << 16
MOST_DIGITS = 30
NUMBER = re.compile(
    rf"[-+]?(?:\d{{1,{MOST_DIGITS}}}\.?\d{{0,30}}|\.\d{{1,30}})(?:[eE][-+]?\d{{1,2}})?"
)
NO_NUMBER = Text("不是数字，请更正", "is no number: correct it")
FORMULA = Text(
    "是公式，文件里没有它的计算结果：请用 Excel 或 WPS 打开、保存后再提交",
    "holds a formula whose result is not in the file: open it in a spreadsheet program, save it "
    "and give it again",
)


class Readable(Protocol):
    def read(self, size: int) -> bytes: ...


class Grid:
    """Hears of elements as they begin and end, and keeps what the row at hand holds."""

    def __init__(self, words: Sequence[str], looks: Sequence[Look], epoch: date) -> None:
        self.words, self.looks, self.epoch = words, looks, epoch
        self.done: list[tuple[int, dict[int, Cell]]] = []
        self.cells: dict[int, Cell] = {}
        self.number = 0
        self.place = -1
        self.columns: dict[str, int] = {}
        self.names: dict[str, str] = {}
        self.attributes: dict[str, str] = {}
        self.is_formula = self.is_worked_out = self.is_value = self.is_aside = self.is_over = False
        self.texts: list[str] = []

    def rows(self, part: Readable) -> Iterator[tuple[int, dict[int, Cell]]]:
        """The number and the cells of each row, by their place from 0. Raises ExpatError."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.StartDoctypeDeclHandler = self._refuse
        while not self.is_over:
            piece = part.read(PIECE)
            parser.Parse(piece, not piece)
            yield from self.done
            self.done = []
            if not piece:
                return

    def _refuse(self, *_: object) -> None:
        raise NotATable(DAMAGED)  # no workbook has a document type; entities can be bombs

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        tag = self.names.get(name)
        if tag is None:
            tag = self.names[name] = name.rpartition(":")[2]
        if tag == "c":
            self.attributes = attributes
            self.texts = []
            self.is_formula = self.is_worked_out = False
        elif tag in ("v", "t"):
            self.is_worked_out = True
            self.is_value = not self.is_aside
        elif tag == "f":
            self.is_formula = True
        elif tag == "rPh":
            self.is_aside = True  # a reading aid is no part of the text
        elif tag == "row":
            stated = attributes.get("r", "")
            self.number = int(stated) if stated.isdigit() else self.number + 1
            self.cells, self.place = {}, -1

    def _end(self, name: str) -> None:
        tag = self.names[name]
        if tag in ("v", "t"):
            self.is_value = False
        elif tag == "c":
            self._finish()
        elif tag == "row":
            self.done.append((self.number, self.cells))
        elif tag == "rPh":
            self.is_aside = False
        elif tag == "sheetData":
            self.is_over = True

    def _data(self, text: str) -> None:
        if self.is_value:
            self.texts.append(text)

    def _finish(self) -> None:
        stated = PLACE.match(self.attributes.get("r", ""))
        if stated is None:
            self.place += 1
        else:
            held = self.columns.get(stated[1])
            if held is None:
                held = self.columns[stated[1]] = column_of(stated[1])
            self.place = held
        if self.place >= MOST_COLUMNS:
            raise NotATable(DAMAGED)
        cell = self._cell(self.attributes.get("t", "n"), "".join(self.texts))
        if cell != "":
            self.cells[self.place] = cell

    def _cell(self, kind: str, value: str) -> Cell:
        if kind == "s":
            return self.words[int(value)] if value else ""
        if kind in ("inlineStr", "str"):
            if self.is_formula and not self.is_worked_out:
                return self._faulty("", FORMULA)  # an empty result is one, none is not
            return unescaped(value)
        value = value.strip()
        if kind == "e":
            return self._faulty(value, error_value(value))
        if not value:
            return self._faulty("", FORMULA) if self.is_formula else ""
        if kind == "b":
            return value == "1"
        return value if kind == "d" else self._number(value)

    def _faulty(self, shown: str, what: Text) -> Faulty:
        return faulty(self.place, self.number, shown, what)

    def _number(self, text: str) -> Cell:
        if not NUMBER.fullmatch(text):
            return self._faulty(text[:MOST_DIGITS], NO_NUMBER)
        number: int | float = int(text) if text.lstrip("-").isdigit() else float(text)
        style = self.attributes.get("s", "")
        look = self.looks[int(style)] if style.isdigit() and int(style) < len(self.looks) else None
        if isinstance(look, int):
            return f"{number:0{look}d}" if isinstance(number, int) and number >= 0 else number
        if look is None or not 0 <= number < LAST_SERIAL:
            return number
        return _dated(number, look, self.epoch)


def faulty(place: int, number: int, shown: str, what: Text) -> Faulty:
    """A cell without a value, with its name."""
    name = f"{letters(place)}{number}"
    return Faulty(shown, Text(f"单元格 {name} {what.zh}", f"cell {name} {what.en}"))


def error_value(shown: str) -> Text:
    return Text(f"是错误值 {shown}，请更正", f"holds the error {shown}: correct it")


def unescaped(text: str) -> str:
    if "_x" not in text:
        return text
    return ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)


def column_of(name: str) -> int:
    place = 0
    for letter in name:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _dated(number: float, look: Look, epoch: date) -> Cell:
    """A number as the date or the clock that its style shows, to the second."""
    days = int(number)
    seconds = round((number - days) * 86_400)
    if look == "clock" and not days:
        return (datetime.combine(epoch, time()) + timedelta(seconds=min(seconds, 86_399))).time()
    if epoch == EPOCH_1900 and days < 60:
        days += 1  # Excel believes in 1900-02-29
    at = datetime.combine(epoch, time()) + timedelta(days=days, seconds=seconds)
    return at.date() if look == "day" and number == int(number) else at
