"""Errors in the cells of an XLSB are faults with their place, as in every other workbook."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

from chengnuo.tables.opening import opened
from chengnuo.tables.shapes import Faulty, NotATable
from tests.tables.files import Plain

TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>"""  # noqa: E501
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="{id}" Type="{office}/{kind}" Target="{target}"/></Relationships>"""  # noqa: E501


def record(kind: int, told: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes([len(told)]) + told


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def cell(column: int) -> bytes:
    return struct.pack("<II", column, 0)


def xlsb(*rows: list[object]) -> bytes:
    """A workbook of one sheet; an integer in a row is the code of an error."""
    sheet = record(129) + record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, 2)) + record(145)
    for index, row in enumerate(rows):
        sheet += record(0, struct.pack("<IIHBBBI", index, 0, 300, 0, 0, 0, 0))
        for column, held in enumerate(row):
            if isinstance(held, int):
                sheet += record(3, cell(column) + bytes([held]))
            else:
                sheet += record(6, cell(column) + wide(str(held)))
    sheet += record(146) + record(130)
    book = record(131) + record(143)
    book += record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Sheet1"))
    book += record(144) + record(132)
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as parts:
        parts.writestr("[Content_Types].xml", TYPES)
        office = {"office": OFFICE}
        parts.writestr(
            "_rels/.rels",
            RELATIONS.format(id="rId1", kind="officeDocument", target="xl/workbook.bin", **office),
        )
        parts.writestr(
            "xl/_rels/workbook.bin.rels",
            RELATIONS.format(id="rId1", kind="worksheet", target="worksheets/sheet1.bin", **office),
        )
        parts.writestr("xl/workbook.bin", book)
        parts.writestr("xl/worksheets/sheet1.bin", sheet)
    return made.getvalue()


ROWS: list[list[object]] = [
    ["编号", "电话", "诉求"],
    ["1", 0x2A, "a"],
    ["2", "t", 0x07],
    ["3", "t", "c"],
]


def test_an_error_in_an_xlsb_is_told_with_its_cell(tmp_path):
    path = tmp_path / "a.xlsb"
    path.write_bytes(xlsb(*ROWS))
    with opened(path, Plain(), wanted=["编号", "电话", "诉求"]) as table:
        found = [row.cells for row in table.rows]
    assert [cells[0] for cells in found] == ["1", "2", "3"]
    told = [c.why.en for cells in found for c in cells if isinstance(c, Faulty)]
    assert [words.split(":")[0] for words in told] == [
        "cell B2 holds the error #N/A", "cell C3 holds the error #DIV/0!",
    ]  # fmt: skip


def test_damaged_parts_leave_what_the_library_read(tmp_path):
    whole = xlsb(*ROWS)
    path = tmp_path / "a.xlsb"
    for cut in range(0, len(whole), 61):
        path.write_bytes(whole[:cut] + b"\xff" + whole[cut + 1 :])
        try:
            with opened(path, Plain(), wanted=["编号", "电话", "诉求"]) as table:
                list(table.rows)
        except NotATable:
            continue
