"""The process that reads a file of a stranger: `python -m chengnuo.tables.child OPTIONS < FILE`.

It has no more memory, time or rights than a file may cost, and tells what it finds line by line:
the header first, then the rows. If it dies, nothing but this one file is lost.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import chain, islice
from typing import Any, BinaryIO

from chengnuo.rules.words import Text
from chengnuo.tables import delimited
from chengnuo.tables.books import Book
from chengnuo.tables.bounds import LONGEST_ROW, Bounds, bounds_of, keep_within
from chengnuo.tables.cleaning import shown
from chengnuo.tables.faults import DAMAGED, NO_ROWS, TOO_LARGE
from chengnuo.tables.heading import LONGEST, LOOKED_AT, Wanted, header_of, is_blank
from chengnuo.tables.kinds import Kind, kind_of
from chengnuo.tables.ods import Spreadsheet
from chengnuo.tables.ooxml import Workbook
from chengnuo.tables.records import AnyRecord, BrokenRecord, Record, Sheet, letters
from chengnuo.tables.shapes import EPOCH_1900, Cell, Faulty, NotATable

AnyBook = Workbook | Spreadsheet | Book


def main() -> None:
    """Read the file on standard input as the options say."""
    options = json.loads(sys.argv[1])
    stream = open(0, "rb", closefd=False)  # noqa: SIM115 - lives as long as the process
    bounds = bounds_of(os.fstat(0).st_size)
    keep_within(bounds)
    try:
        for message in told(stream, options, bounds):
            tell(message)
    except NotATable as error:
        tell(["x", error.text.zh, error.text.en])
    except MemoryError:
        tell(["x", TOO_LARGE.zh, TOO_LARGE.en])
    except BrokenPipeError:
        os._exit(0)  # nobody wants the rest
    except Exception:
        tell(["x", DAMAGED.zh, DAMAGED.en])
        raise
    sys.stdout.flush()


def tell(message: list[Any]) -> None:
    sys.stdout.write(json.dumps(message, separators=(",", ":")))
    sys.stdout.write("\n")


def told(stream: BinaryIO, options: dict[str, Any], bounds: Bounds) -> Iterator[list[Any]]:
    """The header, the rows, the end."""
    wanted = [tuple(columns) for columns in options["wanted"]]
    kind = kind_of(stream)
    epoch, name = EPOCH_1900, ""
    others: list[str] = []
    rows: Iterator[AnyRecord]
    if kind == "text":
        rows = delimited.records(
            stream, encoding=options["encoding"], delimiter=options["delimiter"], wanted=wanted
        )
    else:
        book = _book(kind, stream, bounds)
        chosen, others = _sheet(book, options["sheet"], wanted)
        epoch, name, rows = book.epoch, chosen.name, iter(book.records(chosen))
    first = _first(rows)
    if not any(isinstance(record, Record) for record in first):
        yield from ([_broken(r) for r in first if isinstance(r, BrokenRecord)][:1])
        raise NotATable(NO_ROWS)
    above, header, after = _split(first, wanted)
    yield ["h", {"sheet": name, "others": others, "epoch": epoch.isoformat(),
                 "names": [str(c)[:LONGEST] for c in header.listed(header.width)],
                 "row": header.number, "line": header.line}]  # fmt: skip
    for record in above:
        if _is_empty(record):
            continue
        yield ["p", record.number, _raw(record)]
    left = bounds.cells
    for record in chain(after, rows):
        message = _row(record, header.width)
        left -= len(message[3]) if message[0] == "r" else 1
        if left < 0:
            raise NotATable(TOO_LARGE)
        yield message
    yield ["e"]


def _book(kind: Kind, stream: BinaryIO, bounds: Bounds) -> AnyBook:
    if kind == "ooxml":
        return Workbook(stream, bounds)
    return Spreadsheet(stream, bounds) if kind == "ods" else Book(stream, bounds)


def _first(rows: Iterator[AnyRecord]) -> list[AnyRecord]:
    """Records until enough of them hold something."""
    held: list[AnyRecord] = []
    filled = 0
    for record in rows:
        held.append(record)
        filled += not _is_empty(record)
        if filled == LOOKED_AT:
            break
    return held


def _is_empty(record: AnyRecord) -> bool:
    return isinstance(record, Record) and all(map(is_blank, record.cells.values()))


def _split(
    first: Sequence[AnyRecord], wanted: Wanted
) -> tuple[list[AnyRecord], Record, list[AnyRecord]]:
    """What stands above the header, the header, and what follows."""
    places = [i for i, r in enumerate(first) if isinstance(r, Record) and not _is_empty(r)]
    if not places:
        raise NotATable(NO_ROWS)
    candidates = [first[i] for i in places]
    place = places[header_of([_cells(record) for record in candidates], wanted)[0]]
    header = first[place]
    if not isinstance(header, Record):
        raise NotATable(NO_ROWS)
    return list(first[:place]), header, list(first[place + 1 :])


def _cells(record: AnyRecord) -> list[Cell]:
    return list(record.cells.values()) if isinstance(record, Record) else []


def _sheet(book: AnyBook, name: str | None, wanted: Wanted) -> tuple[Sheet, list[str]]:
    """The sheet that is read, and the names of the others that hold something."""
    if name is not None:
        for sheet in book.sheets:
            if sheet.name == name:
                return sheet, []
        known = "、".join(sheet.name for sheet in book.sheets)
        zh, en = f"没有工作表“{name}”，文件中有：{known}", f"no sheet '{name}'; it has: {known}"
        raise NotATable(Text(zh, en))
    open_to_see = [sheet for sheet in book.sheets if sheet.is_visible] or book.sheets
    best, held = None, []
    for sheet in open_to_see:
        rows = [list(record.cells.values()) for record in islice(book.records(sheet), LOOKED_AT)]
        if not rows:
            continue
        held.append(sheet)
        fit = header_of(rows, wanted)[1]
        if best is None or fit > best[1]:
            best = (sheet, fit)
    if best is None:
        raise NotATable(NO_ROWS)
    return best[0], [sheet.name for sheet in held if sheet is not best[0]]


def _row(record: AnyRecord, width: int) -> list[Any]:
    if isinstance(record, BrokenRecord):
        return _broken(record)
    beyond = next((p for p, c in record.cells.items() if p >= width and not is_blank(c)), None)
    if beyond is not None:
        at, held = f"{letters(beyond)}{record.number}", shown(str(record.cells[beyond]).strip(), 40)
        why = Text(
            f"单元格{at}在表头之外还有内容（{held}），请删去或补上表头",
            f"cell {at} stands beyond the headings ({held}): delete it or give it a heading",
        )
        return _broken(BrokenRecord(record.number, record.line, _raw(record), why))
    most = min(width, record.width)
    cells = [_told(record.cells[p]) if p in record.cells else "" for p in range(most)]
    size = sum(len(cell) for cell in cells if isinstance(cell, str))
    if size > LONGEST_ROW:
        long = Text("整行过长", "the row is too long")
        return _broken(BrokenRecord(record.number, record.line, _raw(record), long))
    return ["r", record.number, record.line, cells]


def _broken(record: BrokenRecord) -> list[Any]:
    return ["u", record.number, record.line, record.value, record.why.zh, record.why.en]


def _raw(record: AnyRecord) -> str:
    if isinstance(record, BrokenRecord):
        return record.value
    filled = [str(cell) for cell in islice(record.cells.values(), 30)]
    return shown(",".join(filled))


def _told(cell: Cell) -> Any:
    """A cell as JSON; what JSON does not know is told with its kind."""
    if isinstance(cell, str | bool | int | float):
        return cell
    if isinstance(cell, Faulty):
        return {"x": [cell.shown, cell.why.zh, cell.why.en]}
    if isinstance(cell, datetime):
        return {"t": cell.isoformat()}
    if isinstance(cell, date):
        return {"d": cell.isoformat()}
    if isinstance(cell, time):
        return {"c": cell.isoformat()}
    return {"s": cell.total_seconds()}


if __name__ == "__main__":
    main()
