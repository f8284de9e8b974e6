"""What the library does not tell of an XLSB: which cells hold an error. It takes them for empty.

Only as much of the format (MS-XLSB) is read as that takes: the list of sheets, their parts, and the
records of a sheet. Whatever does not fit raises ValueError, IndexError, KeyError or struct.error.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from posixpath import join, normpath
from xml.etree import ElementTree

from chengnuo.tables.biff import ERRORS

BUNDLE_SHEET, ROW, CELL_ERROR, FORMULA_ERROR = 156, 0, 3, 11
WORKBOOK = "xl/workbook.bin"
RELATIONS = "xl/_rels/workbook.bin.rels"


def errors_in(book: zipfile.ZipFile) -> list[dict[int, dict[int, str]]]:
    """For each sheet, in their order: the errors by row and by column, both from 0."""
    with book.open(RELATIONS) as told:
        root = ElementTree.parse(told).getroot()  # noqa: S314 - its size was bounded before
    parts = {one.attrib["Id"]: one.attrib["Target"] for one in root}
    return [
        _errors(book.read(normpath(join("xl", parts[relation]))))
        for relation in _relations(book.read(WORKBOOK))
    ]


def _relations(workbook: bytes) -> Iterator[str]:
    for kind, told in _records(workbook):
        if kind == BUNDLE_SHEET:
            length = struct.unpack_from("<I", told, 8)[0]
            yield told[12 : 12 + 2 * length].decode("utf-16-le")


def _errors(sheet: bytes) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    row = 0
    for kind, told in _records(sheet):
        if kind == ROW:
            row = struct.unpack_from("<I", told)[0]
        elif kind in (CELL_ERROR, FORMULA_ERROR):
            column = struct.unpack_from("<I", told)[0]
            found.setdefault(row, {})[column] = ERRORS.get(told[8], "#?")
    return found


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and content; both numbers before it are written in groups of seven bits."""
    at = 0
    while at < len(part):
        kind, at = part[at], at + 1
        if kind & 0x80:
            kind, at = (kind & 0x7F) | (part[at] & 0x7F) << 7, at + 1
        size = 0
        for shift in (0, 7, 14, 21):
            group, at = part[at], at + 1
            size |= (group & 0x7F) << shift
            if not group & 0x80:
                break
        yield kind, part[at : at + size]
        at += size
