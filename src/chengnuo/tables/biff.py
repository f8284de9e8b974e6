"""What the library does not tell of an old XLS: which cells hold an error. It takes them for empty.

Only as much of the format is read as that takes: the streams of the container, the records of a
sheet. Whatever does not fit raises ValueError, IndexError or struct.error.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAST_SECTOR = 0xFFFFFFFA
BOUND_SHEET, BOF, EOF, BOOL_OR_ERROR, FORMULA = 0x85, 0x809, 0x0A, 0x205, 0x06
STREAMS = ("Workbook", "Book")


def errors_in(content: bytes) -> list[dict[int, dict[int, str]]]:
    """For each sheet, in their order: the errors by row and by column, both from 0."""
    book = _Container(content).stream()
    begins = [
        struct.unpack_from("<I", told)[0] for kind, told in _records(book, 0) if kind == BOUND_SHEET
    ]
    return [_errors(book, begin) for begin in begins]


def _errors(book: bytes, begin: int) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for kind, told in _records(book, begin):
        if kind == BOOL_OR_ERROR and told[7]:
            code = told[6]
        elif kind == FORMULA and told[12:14] == b"\xff\xff" and told[6] == 2:
            code = told[8]
        else:
            continue
        row, column = struct.unpack_from("<HH", told)
        found.setdefault(row, {})[column] = ERRORS.get(code, "#?")
    return found


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of a part, to its end; a chart inside has a beginning and an end of its own."""
    depth = 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        yield kind, book[at + 4 : at + 4 + size]
        at += 4 + size
        depth += (kind == BOF) - (kind == EOF)
        if depth == 0:
            return


class _Container:
    """The compound file around the book: sectors in chains."""

    def __init__(self, content: bytes) -> None:
        if not content.startswith(SIGNATURE):
            raise ValueError("no compound file")
        self.content = content
        self.size = 1 << self._number(30, "<H")
        self.table = self._table()
        root, self.names = self._directory()
        small = b"".join(self._chain(root))
        self.mini, self.small = 1 << self._number(32, "<H"), small

    def _number(self, at: int, form: str = "<I") -> int:
        found: int = struct.unpack_from(form, self.content, at)[0]
        return found

    def _sector(self, number: int) -> bytes:
        return self.content[(number + 1) * self.size : (number + 2) * self.size]

    def _table(self) -> list[int]:
        parts = list(struct.unpack_from("<109I", self.content, 76))
        more, seen = self._number(68), 0
        while more < LAST_SECTOR and seen < len(self.content) // self.size:
            held = struct.unpack(f"<{self.size // 4}I", self._sector(more))
            parts, more, seen = [*parts, *held[:-1]], held[-1], seen + 1
        told = b"".join(self._sector(part) for part in parts if part < LAST_SECTOR)
        return list(struct.unpack(f"<{len(told) // 4}I", told))

    def _chain(self, first: int) -> Iterator[bytes]:
        for _ in range(len(self.table) + 1):
            if first >= LAST_SECTOR:
                return
            yield self._sector(first)
            first = self.table[first]

    def _directory(self) -> tuple[int, dict[str, tuple[int, int]]]:
        told = b"".join(self._chain(self._number(48)))
        found, root = {}, LAST_SECTOR
        for at in range(0, len(told), 128):
            entry = told[at : at + 128]
            length, kind = struct.unpack_from("<HB", entry, 64)
            first, size = struct.unpack_from("<II", entry, 116)
            if kind == 5:
                root = first
            elif kind == 2:
                found[entry[: max(0, length - 2)].decode("utf-16-le")] = (first, size)
        return root, found

    def stream(self) -> bytes:
        """The book itself; a small one lies in pieces within the stream of small ones."""
        first, size = next(self.names[name] for name in STREAMS if name in self.names)
        if size >= self._number(56):
            return b"".join(self._chain(first))[:size]
        told = b"".join(self._chain(self._number(60)))
        table = struct.unpack(f"<{len(told) // 4}I", told)
        pieces: list[bytes] = []
        while first < LAST_SECTOR and len(pieces) <= len(table):
            pieces.append(self.small[first * self.mini : (first + 1) * self.mini])
            first = table[first]
        return b"".join(pieces)[:size]
