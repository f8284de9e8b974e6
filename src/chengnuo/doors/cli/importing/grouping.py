"""Rows of one matter: the file may tell of it once, time and again, or event by event."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from chengnuo.cases.sources import source_key
from chengnuo.doors.cli.importing.cells import CellFault
from chengnuo.doors.cli.importing.history import History, HistoryReader
from chengnuo.rules.words import Text
from chengnuo.tables.shapes import Row, Unreadable

NO_COLUMN = ""
ANOTHER = Text("同一工单的另一行有误", "another row of the same case is wrong")
NO_STAMP = Text("不是日期时间，无法判断哪一行最新", "is no date: which row is the latest?")
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MatterRows:
    """The rows of one matter in the order of the file; those that are told, and those that a later
    one replaces."""

    rows: tuple[Row | Unreadable, ...]
    replaced: int = 0
    fault: CellFault | None = None

    def read(self, reader: HistoryReader) -> History | dict[int, list[CellFault]]:
        """The matter, or the faults by the number of their row."""
        first = self.rows[0]
        if self.fault is not None:
            return {first.number: [self.fault]}
        if isinstance(first, Unreadable):
            return {first.number: [CellFault(NO_COLUMN, first.value, first.reason)]}
        if len(self.rows) == 1:
            told = reader.read(first)
            return {first.number: told} if isinstance(told, list) else told
        rows = [row for row in self.rows if isinstance(row, Row)]
        told_by_all = reader.read_all(rows)
        if isinstance(told_by_all, History):
            return told_by_all
        others = {row.number: [CellFault(NO_COLUMN, "", ANOTHER)] for row in rows}
        return others | told_by_all


def grouped(rows: Iterator[Row | Unreadable], reader: HistoryReader) -> Iterator[MatterRows]:
    """The matters of a file. Where several rows tell of one, all rows are held in memory."""
    take = reader.mapping.repeats.take
    if take == "one":
        yield from (MatterRows((row,)) for row in rows)
        return
    held: dict[str, list[Row]] = {}
    for row in rows:
        key = source_key(reader.reference(row)) if isinstance(row, Row) else ""
        fault = _no_stamp(reader, row)
        if isinstance(row, Unreadable) or not key or fault is not None:
            yield MatterRows((row,), fault=fault)
        else:
            held.setdefault(key, []).append(row)
    for of_one in held.values():
        if take == "events":
            yield MatterRows(tuple(of_one))
        else:
            yield MatterRows((_newest(reader, of_one),), replaced=len(of_one) - 1)


def _no_stamp(reader: HistoryReader, row: Row | Unreadable) -> CellFault | None:
    columns = reader.mapping.repeats.by
    if columns is None or isinstance(row, Unreadable) or reader.stamp(row) is not None:
        return None
    place = reader.header.find(columns)
    value = "" if place is None else str(row.cells[place])
    return CellFault(columns[0], value, NO_STAMP)


def _newest(reader: HistoryReader, rows: list[Row]) -> Row:
    """The row that says how the matter stands: of two of the same moment, the one further down."""
    if reader.mapping.repeats.by is None:
        return rows[-1]
    stamps = [reader.stamp(row) or LONG_AGO for row in rows]
    return max(zip(stamps, range(len(rows)), rows, strict=True), key=lambda s: s[:2])[2]
