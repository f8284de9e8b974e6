"""Workbooks of the kind XLSX, row by row: memory does not grow with rows, nor with far cells.

Beyond what libraries tell, a cell here says when it has no value (a formula that was never worked
out, an error), and numbers keep the zeros that their format shows.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, BinaryIO
from xml.etree.ElementTree import Element, ParseError, iterparse
from xml.parsers.expat import ExpatError

from chengnuo.tables.bounds import BOMB_RATIO, BOMB_SIZE, Bounds
from chengnuo.tables.faults import BOMB, DAMAGED
from chengnuo.tables.grid import Grid, Look, column_of, unescaped
from chengnuo.tables.records import Record, Sheet
from chengnuo.tables.shapes import EPOCH_1900, EPOCH_1904, Cell, NotATable

BUILT_IN: dict[int, Look] = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 55), 57, 58), "day"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), "clock"),
    22: "moment",
}
# Quoted words, escaped signs and conditions of a number format say nothing of its kind.
SILENT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
MERGED = re.compile(
    rb"mergeCell\s[^>]{0,80}?ref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']"
)
CHUNK = 1 << 20
Merge = tuple[int, int, int]
"""First row, last row and first column of a merge of several rows."""


@dataclass(slots=True)
class Parts:
    """The parts of a packed workbook; what is unpacked is counted, and bounded."""

    packed: zipfile.ZipFile
    bounds: Bounds
    unpacked: int = 0
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for info in self.packed.infolist():
            if info.file_size > max(BOMB_SIZE, BOMB_RATIO * info.compress_size):
                raise NotATable(BOMB)
            self.names[info.filename.lstrip("/").casefold()] = info.filename

    def open(self, name: str) -> _Counted | None:
        held = self.names.get(name.casefold())
        return _Counted(self, self.packed.open(held)) if held is not None else None


@dataclass(slots=True)
class _Counted:
    """A part being unpacked, as a file that can be read once."""

    parts: Parts
    stream: IO[bytes]

    def read(self, size: int = CHUNK) -> bytes:
        chunk = self.stream.read(size)
        self.parts.unpacked += len(chunk)
        if self.parts.unpacked > self.parts.bounds.unzipped:
            raise NotATable(BOMB)
        return chunk


def local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def elements(part: _Counted | None, *names: str) -> Iterator[Element]:
    """The elements of a part by these names; those that are done with are let go."""
    if part is None:
        return
    root: Element | None = None
    for event, element in iterparse(part, events=("start", "end")):  # noqa: S314 - bounded
        if root is None:
            root = element
        if event == "end" and local(element) in names:
            yield element
            element.clear()
            if root is not element:
                root.clear()


def attribute(element: Element, name: str) -> str:
    """An attribute by its name, whatever its namespace."""
    return next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == name), "")


class Workbook:
    """An XLSX workbook. Raises NotATable where it is none or grows beyond its bounds."""

    def __init__(self, stream: BinaryIO, bounds: Bounds) -> None:
        try:
            self.parts = Parts(zipfile.ZipFile(stream), bounds)
            self.main = self._main()
            self.epoch = EPOCH_1900
            self.sheets = list(self._sheets())
            self.words = [_text(item) for item in elements(self._beside("sharedStrings"), "si")]
            self.looks = self._looks()
            self.merged: dict[str, list[Merge]] = {}
        except BROKEN as error:
            raise NotATable(DAMAGED) from error
        if not self.sheets:
            raise NotATable(DAMAGED)

    def _main(self) -> str:
        for relation in elements(self.parts.open("_rels/.rels"), "Relationship"):
            if relation.get("Type", "").endswith("/officeDocument"):
                return relation.get("Target", "").lstrip("/")
        return "xl/workbook.xml"

    def _relations(self) -> dict[str, tuple[str, str]]:
        folder, name = posixpath.split(self.main)
        found = {}
        for relation in elements(self.parts.open(f"{folder}/_rels/{name}.rels"), "Relationship"):
            target = relation.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
            kind = relation.get("Type", "").rpartition("/")[2]
            found[relation.get("Id", "")] = (kind, posixpath.normpath(path))
        return found

    def _beside(self, kind: str) -> _Counted | None:
        path = next((p for k, p in self._relations().values() if k == kind), "")
        return self.parts.open(path) if path else None

    def _sheets(self) -> Iterator[Sheet]:
        relations = self._relations()
        for element in elements(self.parts.open(self.main), "sheet", "workbookPr"):
            if local(element) == "workbookPr":
                if element.get("date1904", "0") in ("1", "true"):
                    self.epoch = EPOCH_1904
                continue
            kind, path = relations.get(attribute(element, "id"), ("", ""))
            if kind == "worksheet":
                is_visible = element.get("state", "visible") == "visible"
                yield Sheet(element.get("name", ""), is_visible, path)

    def _looks(self) -> list[Look]:
        """How each style shows a number."""
        codes: dict[int, str] = {}
        looks: list[Look] = []
        for element in elements(self._beside("styles"), "numFmt", "cellXfs"):
            if local(element) == "numFmt":
                codes[int(element.get("numFmtId", "0"))] = element.get("formatCode", "")
                continue
            for style in element:
                number = int(style.get("numFmtId") or 0)
                looks.append(look_of(codes[number]) if number in codes else BUILT_IN.get(number))
        return looks

    # -- rows --------------------------------------------------------------------------------------

    def records(self, sheet: Sheet) -> Iterator[Record]:
        """The rows that hold something, with vertical merges filled. Raises NotATable."""
        try:
            merges = Merges(self._merged(sheet))
            part = self.parts.open(sheet.path)
            if part is None:
                raise NotATable(DAMAGED)
            grid = Grid(self.words, self.looks, self.epoch)
            for number, cells in grid.rows(part):
                if any(not (isinstance(c, str) and not c.strip()) for c in cells.values()):
                    merges.fill(number, cells)
                    yield Record(number, number, cells)
        except BROKEN as error:
            raise NotATable(DAMAGED) from error

    def _merged(self, sheet: Sheet) -> list[Merge]:
        if sheet.path not in self.merged:
            self.merged[sheet.path] = list(self._merges(sheet))
        return self.merged[sheet.path]

    def _merges(self, sheet: Sheet) -> Iterator[Merge]:
        part, kept = self.parts.open(sheet.path), b""
        while part is not None and (chunk := part.read()):
            kept += chunk
            for found in MERGED.finditer(kept) if b"mergeCell" in kept else ():
                first, last = int(found[2]), int(found[4])
                if last > first:
                    yield first, last, column_of(found[1].decode())
            kept = kept[-200:]


BROKEN = (
    zipfile.BadZipFile, ParseError, NotImplementedError, RuntimeError, OSError, EOFError,
    ValueError, IndexError, KeyError, OverflowError, zlib.error, ExpatError,
)  # fmt: skip


class Merges:
    """Fills the cells that a vertical merge covers with the value at its top."""

    def __init__(self, merged: Iterable[Merge]) -> None:
        self.starts = {(first, column): last for first, last, column in merged}
        self.open: dict[int, tuple[int, Cell]] = {}

    def fill(self, number: int, cells: dict[int, Cell]) -> None:
        for column, (last, value) in list(self.open.items()):
            if number > last:
                del self.open[column]
            else:
                cells.setdefault(column, value)
        if not self.starts:
            return
        for column, value in cells.items():
            last = self.starts.get((number, column), 0)
            if last > number:
                self.open[column] = (last, value)


def _text(element: Element) -> str:
    """The text of a shared or inline string: plain or in runs, without reading aids."""
    parts = []
    for child in element:
        tag = local(child)
        if tag == "t":
            parts.append(child.text or "")
        elif tag == "r":
            parts += [run.text or "" for run in child if local(run) == "t"]
    return unescaped("".join(parts))


def look_of(code: str) -> Look:
    """What a format of one's own shows."""
    shown = SILENT.sub("", code.partition(";")[0]).lower()
    if re.fullmatch(r"0{2,}", shown):
        return len(shown)
    if "[" in shown:
        return None  # an amount of time, not a moment
    has_day = bool(re.search("[yd]|e", shown)) and "general" not in shown and "0e" not in shown
    has_clock = bool(re.search("[hs]|am/pm|上午/下午", shown))
    if has_day:
        return "moment" if has_clock else "day"
    return "clock" if has_clock else None
