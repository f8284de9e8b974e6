"""Errors in an old XLS, which its library takes for empty; the file is made here, byte by byte."""

from __future__ import annotations

import struct

import pytest

from chengnuo.tables.biff import errors_in
from chengnuo.tables.opening import opened
from chengnuo.tables.shapes import Faulty
from tests.tables.files import Plain

HEAD = ["No", "At", "What"]
WANTED = [("No",), ("At",), ("What",)]
SECTOR, FREE, END, TABLE = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def record(kind, told):
    return struct.pack("<HH", kind, len(told)) + told


def cell(row, column, value):
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, bytes):
        return record(0x06, place + value + struct.pack("<HIH", 0, 0, 0))
    if isinstance(value, int):
        return record(0x205, place + struct.pack("<BB", value, 1))
    text = value.encode("latin-1")
    return record(0x204, place + struct.pack("<HB", len(text), 0) + text)


def sheet(rows):
    cells = [cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row)]
    begin = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    size = record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, 3, 0))
    return begin + size + b"".join(cells) + record(0x0A, b"")


def book(*sheets):
    begin = record(0x809, struct.pack("<HHHHII", 0x600, 0x05, 0, 0, 0, 0))
    named = [f"s{n}".encode() for n in range(len(sheets))]
    size = len(begin) + sum(4 + 8 + len(name) for name in named) + 4
    bound = b""
    for name, told in zip(named, sheets, strict=True):
        bound += record(0x85, struct.pack("<IBBBB", size, 0, 0, len(name), 0) + name)
        size += len(told)
    return begin + bound + record(0x0A, b"") + b"".join(sheets)


def entry(name, kind, first, size, child=FREE):
    wide = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<BBIII", kind, 1, FREE, FREE, child)
    return (
        wide.ljust(64, b"\0")
        + struct.pack("<H", len(wide))
        + links
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )


def container(stream):
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // SECTOR)
    chain = [*range(3, 2 + count), END]
    table = struct.pack("<128I", TABLE, END, *chain, *[FREE] * (126 - count))
    directory = entry("Root Entry", 5, END, 0, child=1) + entry("Workbook", 2, 2, len(stream))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
        + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0)
        + struct.pack("<109I", 0, *[FREE] * 108)
    )  # fmt: skip
    return header + table + directory.ljust(SECTOR, b"\0") + stream.ljust(count * SECTOR, b"\0")


ROWS = [HEAD, ["1", 0x2A, "a"], ["2", "t", bytes([2, 0, 7, 0, 0, 0, 0xFF, 0xFF])], ["3", "t", "c"]]


def test_an_error_in_an_xls_is_told_with_its_cell(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(container(book(sheet([["x"]]), sheet(ROWS))))
    with opened(path, Plain(), wanted=WANTED) as table:
        found = [row.cells for row in table.rows]
    assert [cells[0] for cells in found] == ["1", "2", "3"]
    told = [c.why.en for cells in found for c in cells if isinstance(c, Faulty)]
    assert [words.split(":")[0] for words in told] == [
        "cell B2 holds the error #N/A", "cell C3 holds the error #DIV/0!",
    ]  # fmt: skip


def test_whatever_the_bytes_are_nothing_but_a_plain_fault_comes_out():
    whole = container(book(sheet(ROWS)))
    for cut in range(0, len(whole), 97):
        changed = whole[:cut] + b"\xff" + whole[cut + 1 :]
        for content in (whole[:cut], changed):
            try:
                errors_in(content)
            except (ValueError, IndexError, StopIteration, struct.error):
                continue


def test_what_is_no_compound_file_is_refused():
    with pytest.raises(ValueError, match="no compound file"):
        errors_in(b"PK")
