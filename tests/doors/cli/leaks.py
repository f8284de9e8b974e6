"""A small file of leaks, invented, with a mapping of its own; and a way to import it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from chengnuo.doors.cli.main import main

MAPPING = """\
id: leaks
title: {zh: 漏水记录, en: Leaks}
pack: water-company
regulation: newest
time_zone: America/Los_Angeles
reference: No
service: {value: pipe-repair}
lodged: {column: Reported, formats: ["%Y-%m-%d %H:%M"]}
narrative: {columns: [Remarks]}
address: {columns: [Address]}
contact_phone: Phone
facts:
  diameter_mm: {column: Inches, table: nominal, factor: 25.4}
events:
  - {event: repair.completed, after: {column: Hours, unit: hour}, if_empty: not_judged}
judge: [pipe-repaired]
tables: {nominal: {6: 150, 24: 600, 36: 900}}
"""
COLUMNS = ("No", "Reported", "Inches", "Hours", "Address", "Phone", "Remarks")


@dataclass(frozen=True, kw_only=True)
class Leak:
    """One row; by default a small pipe mended in eight hours."""

    no: str = "1"
    reported: str = "2012-03-01 08:00"
    inches: str = "6"
    hours: str = "8"
    address: str = "1 Example St"
    phone: str = "13800001234"
    remarks: str = "water on the road"

    def line(self) -> str:
        cells = (
            self.no, self.reported, self.inches, self.hours, self.address, self.phone, self.remarks
        )  # fmt: skip
        return ",".join(cells)


def leaks_file(folder: Path, rows: Iterable[Leak | str], *, name: str = "leaks.csv") -> Path:
    """A CSV of these rows (or raw lines) under the usual header."""
    lines = [row if isinstance(row, str) else row.line() for row in rows]
    path = folder / name
    path.write_text("\n".join((",".join(COLUMNS), *lines, "")), encoding="utf-8", newline="")
    return path


def mapping_file(folder: Path, text: str = MAPPING) -> Path:
    path = folder / "leaks.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def bring_in(file: Path, *more: str, mapping: str | None = None) -> int:
    """`chengnuo import` into the company LA, founded where it is missing; the exit code."""
    named = mapping or str(mapping_file(file.parent))
    rejects = str(file.with_suffix(".rejects.csv"))
    command = ["import", str(file), "--mapping", named, "--into", "LA", "--found"]
    return main([*command, "--rejects", rejects, *more])
