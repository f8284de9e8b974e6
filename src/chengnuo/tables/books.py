"""Workbooks of the kinds XLS and XLSB, by the library."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO
from xml.etree import ElementTree

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from chengnuo.tables import biff, xlsb
from chengnuo.tables.biff import SIGNATURE
from chengnuo.tables.bounds import Bounds
from chengnuo.tables.faults import DAMAGED, ENCRYPTED
from chengnuo.tables.grid import error_value, faulty
from chengnuo.tables.ooxml import Merges, Parts
from chengnuo.tables.records import Record, Sheet
from chengnuo.tables.shapes import EPOCH_1900, Cell, NotATable

Errors = dict[int, dict[int, str]]
"""The errors of a sheet by row and by column, both from 0."""


class Book:
    """A workbook of another kind than XLSX; whole sheets are in memory, which is bounded."""

    def __init__(self, stream: BinaryIO, bounds: Bounds) -> None:
        try:
            if zipfile.is_zipfile(stream):
                Parts(zipfile.ZipFile(stream), bounds)  # a bomb is named before it is unpacked
            stream.seek(0)
            content = stream.read()
            self.book = CalamineWorkbook.from_filelike(BytesIO(content))
        except PasswordError as error:
            raise NotATable(ENCRYPTED) from error
        except BROKEN as error:
            raise NotATable(DAMAGED) from error
        self.epoch = EPOCH_1900
        named = [sheet.name for sheet in self.book.sheets_metadata]
        self.errors = dict(zip(named, _errors_in(content), strict=False))
        self.sheets = [
            Sheet(sheet.name, sheet.visible == SheetVisibleEnum.Visible)
            for sheet in self.book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet
        ]
        if not self.sheets:
            raise NotATable(DAMAGED)

    def records(self, sheet: Sheet) -> Iterator[Record]:
        """The rows that hold something, with vertical merges filled. Raises NotATable."""
        try:
            held = self.book.get_sheet_by_name(sheet.name)
            top, left = held.start or (0, 0)
            merged = held.merged_cell_ranges or []
            merges = Merges((a[0] + 1, b[0] + 1, a[1]) for a, b in merged if b[0] > a[0])
            for index, row in enumerate(held.iter_rows()):
                cells: dict[int, Cell] = {
                    left + place: cell for place, cell in enumerate(row) if cell != ""
                }
                number = top + index + 1
                cells |= self._faulty(sheet.name, number)
                if any(not (isinstance(c, str) and not c.strip()) for c in cells.values()):
                    merges.fill(number, cells)
                    yield Record(number, number, cells)
        except BROKEN as error:
            raise NotATable(DAMAGED) from error

    def _faulty(self, name: str, number: int) -> dict[int, Cell]:
        """The errors of a row: the library takes their cells for empty."""
        told = self.errors.get(name, {}).get(number - 1, {})
        return {
            column: faulty(column, number, shown, error_value(shown))
            for column, shown in told.items()
        }


def _errors_in(content: bytes) -> list[Errors]:
    try:
        if content.startswith(SIGNATURE):
            return biff.errors_in(content)
        with zipfile.ZipFile(BytesIO(content)) as book:
            return xlsb.errors_in(book) if xlsb.WORKBOOK in book.namelist() else []
    except (*BROKEN, LookupError, StopIteration, ElementTree.ParseError, struct.error):
        return []  # what the library read is no worse for it


BROKEN = (CalamineError, ValueError, OSError, RuntimeError, zipfile.BadZipFile)
