"""Text with delimiters: CSV in any encoding we meet, with commas, tabs or semicolons.

Every record of the file comes out, readable or not. A record whose quotes do not match costs its
first line alone: reading goes on with the next, so that one stray quote does not swallow the rest.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, TextIO

from chengnuo.rules.words import Text
from chengnuo.tables.cleaning import shown
from chengnuo.tables.faults import NO_TABLE
from chengnuo.tables.heading import LOOKED_AT, Wanted, header_of
from chengnuo.tables.records import AnyRecord, BrokenRecord, Record
from chengnuo.tables.shapes import Cell, NotATable

DELIMITERS = (",", "\t", ";", "|", "，", "^")
CHUNK = 1 << 20
SAMPLE = 1 << 16
BIG5 = "big5hkscs"
QUOTES = Text("引号不配对", "the quotes do not match")
TOO_LONG = Text("单元格过长：缺引号？", "a cell is too long: a quote is missing?")
KEPT_TEXT = re.compile(r'="([^"]*)"')
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _mark_damage(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no text become one mark that no text holds; what is around them stays."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


codecs.register_error("chengnuo-damaged", _mark_damage)


# -- encodings -------------------------------------------------------------------------------------


def encoding_of(stream: BinaryIO, wanted: Wanted = ()) -> str:
    """The encoding that does the least damage: UTF-8, UTF-16, GB 18030; Big5 by its headings."""
    stream.seek(0)
    start = stream.read(SAMPLE)
    for mark, name in MARKS:
        if start.startswith(mark):
            return name
    wide = _without_mark(start)
    if wide is not None and _tells(start.decode(wide, "replace"), wanted):
        return wide
    good, bad = _decoded(stream, "utf-8")
    if not bad:
        return "utf-8"
    # Hardly any text in GB 18030 is UTF-8 by chance; a few bytes cut off are no other encoding.
    if good > 3 * bad:
        return "utf-8"
    if _decoded(stream, "gb18030")[1] >= bad:
        return "utf-8"
    # Nearly every text in Big5 can be read as GB 18030, and makes no sense there.
    is_none = not _tells(start.decode("gb18030", "replace"), wanted)
    return BIG5 if is_none and _tells(start.decode(BIG5, "replace"), wanted) else "gb18030"


def _without_mark(start: bytes) -> str | None:
    """UTF-16 without its mark: commas, digits and line ends have every other byte zero."""
    half = max(1, len(start) // 2)
    odd, even = start[1::2].count(0), start[0::2].count(0)
    if odd > half // 10 and odd > 4 * even:
        return "utf-16-le"
    if even > half // 10 and even > 4 * odd:
        return "utf-16-be"
    return None


def _tells(text: str, wanted: Wanted) -> bool:
    """Whether the headings that are looked for stand in it."""
    lines = text.splitlines()[: 4 * LOOKED_AT]
    return bool(wanted) and any(_fit(lines, mark, wanted)[0] for mark in DELIMITERS)


def _is_binary(stream: BinaryIO) -> bool:
    stream.seek(0)
    start = stream.read(SAMPLE)
    controls = sum(start.count(bytes([byte])) for byte in (*range(9), *range(14, 32)))
    return controls > len(start) // 20


def _decoded(stream: BinaryIO, encoding: str) -> tuple[int, int]:
    """How many characters beyond ASCII come out, and how many places are damaged."""
    decoder = codecs.getincrementaldecoder(encoding)("chengnuo-damaged")
    stream.seek(0)
    good = bad = 0
    while True:
        chunk = stream.read(CHUNK)
        text = decoder.decode(chunk, final=not chunk)
        if not text.isascii():
            damaged = text.count("\udcff")
            bad += damaged
            good += sum(c > "\x7f" for c in text) - damaged if bad else 1
        if not chunk:
            return good, bad


# -- records ---------------------------------------------------------------------------------------


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


def records(
    stream: BinaryIO, *, encoding: str | None, delimiter: str | None, wanted: Wanted
) -> Iterator[AnyRecord]:
    """The records of a text. Raises NotATable."""
    is_binary = _is_binary(stream)
    found = encoding or encoding_of(stream, wanted)
    if found == "utf-8":
        found = "utf-8-sig"  # a mark at the start is no part of the first column's name
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=found, errors="chengnuo-damaged", newline="")
    lines = _Lines(text)
    first = _first_lines(text)
    lines.waiting = first[::-1]
    between, is_told = _delimiter(first, delimiter, wanted)
    if is_binary and wanted and not _fit(first, between, wanted)[0]:
        raise NotATable(NO_TABLE)
    if is_told:
        next(lines)
        lines.next_record()
    yield from _records(lines, between)


def _first_lines(text: TextIO) -> list[str]:
    held: list[str] = []
    size = 0
    while size < SAMPLE and len(held) < 4 * LOOKED_AT and (line := text.readline()):
        held.append(line)
        size += len(line)
    return held


def _delimiter(first: Sequence[str], given: str | None, wanted: Wanted) -> tuple[str, bool]:
    """What stands between cells, and whether the first line only told it (`sep=;`)."""
    told = first[0].strip().strip('"').lower() if first else ""
    if told.startswith("sep=") and len(told) == 5:
        return told[4], True
    if given is not None:
        return given, False
    best = max(DELIMITERS, key=lambda mark: (_fit(first, mark, wanted), -DELIMITERS.index(mark)))
    return best, False


def _fit(first: Sequence[str], mark: str, wanted: Wanted) -> tuple[int, int]:
    """How well a delimiter fits: wanted headings found; else how many cells the first line has."""
    try:
        rows: list[list[str]] = [row for row in csv.reader(first, delimiter=mark) if row]
    except csv.Error:
        rows = [line.rstrip("\r\n").split(mark) for line in first]
    rows = rows[:LOOKED_AT] or [[]]
    return header_of(rows, wanted)[1], len(rows[0]) if not wanted else 0


def _records(lines: _Lines, delimiter: str) -> Iterator[AnyRecord]:
    number, width = 0, 0
    while True:
        number += 1
        try:
            # Strict: what follows a closing quote must be a delimiter. A reader is cheap to make.
            cells = next(csv.reader(lines, delimiter=delimiter, strict=True))
        except StopIteration:
            return
        except csv.Error as error:
            why = TOO_LONG if "limit" in str(error) else QUOTES
            yield BrokenRecord(number, lines.begins, shown(lines.give_back().rstrip("\r\n")), why)
        else:
            if number <= LOOKED_AT and len(lines.taken) == 1:
                width = max(width, len(cells))
            if _swallowed(lines.taken, cells, width, delimiter):
                # A quote that was never meant to open: what it swallowed is read by itself.
                raw = shown(lines.give_back().rstrip("\r\n"))
                yield BrokenRecord(number, lines.begins, raw, QUOTES)
            else:
                filled = {place: _bare(cell) for place, cell in enumerate(cells) if cell}
                yield Record(number, lines.begins, filled)
        lines.next_record()


def _bare(cell: str) -> Cell:
    """A cell without the formula that programs put around a text to keep its digits: `="0012"`."""
    found = KEPT_TEXT.fullmatch(cell) if cell[0] == "=" else None
    return found[1] if found else cell


def _swallowed(taken: Sequence[str], cells: Sequence[str], width: int, delimiter: str) -> bool:
    """Whether a record of several lines is several records that a stray quote joined."""
    if len(taken) == 1 or not width or len(cells) == width:
        return False
    return len(cells) > width or any(line.count(delimiter) >= width - 1 for line in taken[1:])
