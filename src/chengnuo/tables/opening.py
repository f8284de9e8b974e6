"""A file into a table: the one way in for every spreadsheet. Reading is the work of a child."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

from chengnuo.rules.words import Text
from chengnuo.tables.cleaning import heading_key
from chengnuo.tables.faults import EMPTY, TOO_LARGE, TOO_LONG
from chengnuo.tables.heading import is_again, is_blank, is_note, is_total
from chengnuo.tables.shapes import (
    Cell,
    Columns,
    Faulty,
    Header,
    Layout,
    NotATable,
    Passed,
    Row,
    Table,
    Unreadable,
)

# All that the child needs to know of the world; no password and no key is among it.
ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
TOTAL = Text("合计行，不是一条记录，不导入", "a row of totals, no record: it stays outside")
MOST_SHOWN = 200
CHUNK = 1 << 20


@contextmanager
def opened(path: Path, layout: Layout, *, wanted: Sequence[Columns] = ()) -> Iterator[Table]:
    """Open a file of records; `wanted` are the columns by which its header is found.

    Raises NotATable where it is none, now or while its rows are read.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        why = error.strerror or str(error)
        raise NotATable(
            Text(f"{path}：无法打开（{why}）", f"{path}: cannot be read ({why})")
        ) from error
    with stream:
        if not os.fstat(stream.fileno()).st_size:
            raise NotATable(EMPTY)
        with _child(stream, layout, wanted) as child:
            try:
                yield table_of(_messages(child))
            finally:
                child.kill()


def _child(stream: IO[bytes], layout: Layout, wanted: Sequence[Columns]) -> subprocess.Popen[bytes]:
    options = {
        "encoding": layout.encoding,
        "delimiter": layout.delimiter,
        "sheet": layout.sheet,
        "wanted": [list(columns) for columns in wanted],
    }
    return subprocess.Popen(  # noqa: S603 - our own interpreter with our own arguments
        [sys.executable, "-P", "-m", "chengnuo.tables.child", json.dumps(options)],
        stdin=stream,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
        cwd="/",
    )


def _messages(child: subprocess.Popen[bytes]) -> Iterator[list[Any]]:
    """What the child tells, to its end. Raises NotATable for what it found, or died of."""
    for line in child.stdout or ():
        try:
            message = json.loads(line)
        except ValueError:
            break  # it died in the middle of a line
        if message[0] == "e":
            return
        if message[0] == "x":
            raise NotATable(Text(message[1], message[2]))
        yield message
    code = child.wait()
    raise NotATable(TOO_LONG if code in (-signal.SIGXCPU, -signal.SIGKILL) else TOO_LARGE)


def table_of(messages: Iterator[list[Any]]) -> Table:
    """The table that these messages of a child tell."""
    first = next(messages)
    if first[0] == "u":
        raise NotATable(Text(f"表头：{first[4]}", f"header: {first[5]}"))
    told = first[1]
    table = Table(
        header=Header(told["names"]),
        rows=iter(()),
        sheet=told["sheet"],
        others=tuple(told["others"]),
        epoch=date.fromisoformat(told["epoch"]),
    )
    table.rows = _rows(table, messages)
    return table


def _rows(table: Table, messages: Iterator[list[Any]]) -> Iterator[Row | Unreadable]:
    headings = [heading_key(name) for name in table.header.names]
    for message in messages:
        if message[0] == "p":
            table.passed.append(Passed(message[1], message[2]))
        elif message[0] == "u":
            yield Unreadable(message[1], message[2], message[3], Text(message[4], message[5]))
        else:
            cells = [_cell(told) if isinstance(told, dict) else told for told in message[3]]
            row = Row(message[1], message[2], cells)
            found = _judged(table, row, headings)
            if found is not None:
                yield found


def _judged(table: Table, row: Row, headings: list[str]) -> Row | Unreadable | None:
    """The row, unless it is none: blank, a note, a total, or the headings once more."""
    cells = row.cells
    if all(map(is_blank, cells)):
        table.blank += 1
        return None
    if is_total(cells):
        return Unreadable(row.number, row.line, _shown(cells), TOTAL)
    if is_note(cells) or is_again(cells, headings):
        table.passed.append(Passed(row.number, _shown(cells)))
        return None
    cells += [""] * (len(headings) - len(cells))
    return row


def _shown(cells: Sequence[Cell]) -> str:
    return ",".join(str(cell) for cell in cells if not is_blank(cell))[:MOST_SHOWN]


def _cell(told: dict[str, Any]) -> Cell:
    ((kind, value),) = told.items()
    if kind == "x":
        return Faulty(value[0], Text(value[1], value[2]))
    if kind == "t":
        return datetime.fromisoformat(value)
    if kind == "d":
        return date.fromisoformat(value)
    if kind == "c":
        return time.fromisoformat(value)
    return timedelta(seconds=value)


def lines_of(path: Path) -> int | None:
    """About how many rows a text has, for a progress bar: every line end counts.

    None for a workbook, which does not tell before it is read.
    """
    with path.open("rb") as stream:
        ends = {b"\n": 0, b"\r": 0}
        while chunk := stream.read(CHUNK):
            if b"\0" in chunk:
                return None
            for end in ends:
                ends[end] += chunk.count(end)
    return max(ends.values())
