"""What every kind of file yields in the reading process, before headings are looked for."""

from __future__ import annotations

from dataclasses import dataclass

from chengnuo.rules.words import Text
from chengnuo.tables.shapes import Cell


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook; `path` is where it lies in it."""

    name: str
    is_visible: bool = True
    path: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A row as it stands in the file: only the cells that hold something, by their place from 0."""

    number: int
    line: int
    cells: dict[int, Cell]

    def listed(self, width: int) -> list[Cell]:
        return [self.cells.get(place, "") for place in range(width)]

    @property
    def width(self) -> int:
        return max(self.cells, default=-1) + 1


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A line that is no record, with what is wrong."""

    number: int
    line: int
    value: str
    why: Text


AnyRecord = Record | BrokenRecord


def letters(place: int) -> str:
    """The name of a column: 0 is A, 26 is AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name
