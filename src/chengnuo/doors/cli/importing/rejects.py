"""The reject file: what did not go in, cell by cell, with the reason in both languages."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from chengnuo.doors.cli.importing.cells import CellFault
from chengnuo.reports.cells import as_text

HEADER = ("row", "line", "column", "value", "原因", "reason")
SHOWN = 500


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that did not go in. `number` counts as a spreadsheet does, `line` as an editor does."""

    number: int
    line: int
    faults: tuple[CellFault, ...]


@dataclass(slots=True)
class RejectFile:
    """Written as it comes, so that an interrupted run leaves what it found. Made when needed."""

    path: Path
    count: int = 0
    stream: TextIO | None = None
    writer: Any = field(default=None)

    def __enter__(self) -> RejectFile:
        # What an earlier run rejected does not count for this one.
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self.stream is not None:
            self.stream.close()

    def add(self, rejects: Iterable[Reject]) -> None:
        """Write rejects, one line for each faulty cell."""
        for reject in rejects:
            self.count += 1
            for fault in reject.faults:
                self._write(reject, fault)
        if self.stream is not None:
            self.stream.flush()

    def _write(self, reject: Reject, fault: CellFault) -> None:
        if self.stream is None:
            # The mark at the start lets spreadsheets see that it is UTF-8.
            self.stream = self.path.open(
                "w", encoding="utf-8-sig", errors="backslashreplace", newline=""
            )
            self.writer = csv.writer(self.stream, lineterminator="\n")
            self.writer.writerow(HEADER)
        self.writer.writerow(
            [
                reject.number,
                reject.line,
                as_text(fault.column),
                as_text(fault.value[:SHOWN].replace("\0", "\\0")),
                fault.reason.zh,
                fault.reason.en,
            ]
        )
