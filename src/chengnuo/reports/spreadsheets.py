"""Rows as CSV or XLSX. A file appears under its name when it is complete, not before."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path

from rustpy_xlsxwriter import write_worksheet

from chengnuo.packs.errors import PackError, Problem
from chengnuo.reports.cells import as_text
from chengnuo.reports.exports import Cell

# What a sheet can hold.
MOST_ROWS = 1_048_575
LONGEST_CELL = 32_767
Advance = Callable[[int], None]


def write(
    *, path: Path, sheet: str, titles: list[str], rows: Iterable[list[Cell]], advance: Advance
) -> int:
    """Write a table; the number of its rows. The suffix decides on the kind of file."""
    writer = _xlsx if path.suffix.lower() == ".xlsx" else _csv
    with _when_complete(path) as part:
        return writer(part, sheet, titles, rows, advance)


def book(*, sheet: str, titles: list[str], rows: Iterable[list[Cell]]) -> bytes:
    """The same table as an XLSX workbook that is not kept here."""
    stream = BytesIO()
    _xlsx(stream, sheet, titles, rows, lambda _: None)
    return stream.getvalue()


@contextmanager
def _when_complete(path: Path) -> Iterator[Path]:
    part = path.with_name(f"{path.stem}.part{path.suffix}")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise PackError("", [Problem(str(path), f"cannot be written: {error}")]) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _csv(
    path: Path, _: str, titles: list[str], rows: Iterable[list[Cell]], advance: Advance
) -> int:
    number = 0
    # The mark at the start lets spreadsheets see that it is UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(titles)
        for row in rows:
            writer.writerow([_csv_cell(cell) for cell in row])
            number += 1
            advance(1)
    return number


def _csv_cell(cell: Cell) -> object:
    if isinstance(cell, str):
        return as_text(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, bool):
        return int(cell)
    return cell


def _xlsx(
    target: Path | BytesIO,
    sheet: str,
    titles: list[str],
    rows: Iterable[list[Cell]],
    advance: Advance,
) -> int:
    number = 0

    def records() -> Iterator[dict[str, object]]:
        nonlocal number
        for row in rows:
            number += 1
            if number > MOST_ROWS:
                what = "a sheet holds 1,048,575 rows: choose --since and --until, or a .csv"
                raise PackError("", [Problem(".xlsx", what)])
            yield dict(zip(titles, map(xlsx_cell, row), strict=True))
            advance(1)
        if not number:
            yield dict.fromkeys(titles, None)  # a sheet without rows still has its titles

    write_worksheet(
        records(),
        str(target) if isinstance(target, Path) else target,
        sheet_name=sheet,
        freeze_row=1,
        bold_headers=True,
        datetime_format="yyyy-mm-dd hh:mm:ss",
    )
    return number


def xlsx_cell(cell: Cell) -> object:
    """Texts stay texts in a workbook, whatever they begin with; moments have no zone there."""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None, microsecond=0)
    if isinstance(cell, str) and len(cell) > LONGEST_CELL:
        return f"{cell[: LONGEST_CELL - 1]}…"
    return cell
