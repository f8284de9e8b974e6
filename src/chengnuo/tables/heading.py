"""Which row holds the headings: titles and notes may stand above it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from chengnuo.tables.cleaning import cleaned, folded, heading_key, key_of
from chengnuo.tables.shapes import Cell, Columns

# The headings are looked for within so many rows that hold something.
LOOKED_AT = 10
# What is longer is no heading, note or total.
LONGEST = 300
TOTAL = re.compile(
    r"(?:(?:全部|以上|本[页周月季年]|截至.{1,20}?)?(?:合计|总计|小计|共计|总合计|累计|总数|汇总)数?|"
    r"(?:grandtotal|subtotal|total|sum))"
    r"(?:[:(（].*|[\d,.]+[件条宗户笔元]?(?:工单|记录|诉求)?)?|"
    r"(?:全部|以上|本[页周月季年])?共[\d,.]+[件条宗户笔元](?:工单|记录|诉求)?"
)
NOTE = re.compile(
    r"(?:说明|填表说明|填写说明|备注|注|附注|制表|制表人|填表人|审核人|打印时间|导出时间|note|notes|"
    r"remark|remarks)\s*\d*\s*[:.、].*|\*.*|※.*",
    re.DOTALL,
)

Wanted = Sequence[Columns]


def is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cleaned(cell)


def score(cells: Iterable[Cell], wanted: Wanted) -> int:
    """How many of the wanted columns stand in a row."""
    there = {heading_key(str(cell)[:LONGEST]) for cell in cells}
    return sum(any(heading_key(name) in there for name in columns) for columns in wanted)


def header_of(rows: Sequence[Sequence[Cell]], wanted: Wanted) -> tuple[int, int]:
    """The place of the header among the first rows, and its score.

    Where no row has a wanted column, the one with the most texts is shown as the header.
    """
    if not wanted:
        return 0, 0
    scores = [score(cells, wanted) for cells in rows]
    best = max(scores)
    if best:
        return scores.index(best), best
    texts = [sum(isinstance(c, str) and not is_blank(c) for c in cells) for cells in rows]
    return texts.index(max(texts)), 0


def is_total(cells: Sequence[Cell]) -> bool:
    """Whether a row sums up others: its first filled cell says so."""
    first = next((cell for cell in cells if not is_blank(cell)), "")
    if not isinstance(first, str) or len(first) > LONGEST:
        return False
    return TOTAL.fullmatch(key_of(first)) is not None


def is_note(cells: Sequence[Cell]) -> bool:
    """Whether a row is a remark on the sheet: nothing but one text that says so."""
    filled = list(islice((cell for cell in cells if not is_blank(cell)), 2))
    only = filled[0] if len(filled) == 1 else None
    return isinstance(only, str) and NOTE.match(folded(only[:LONGEST])) is not None


def is_again(cells: Sequence[Cell], headings: Sequence[str]) -> bool:
    """Whether a row is the headings once more, as a printed page repeats them."""
    filled = ((place, cell) for place, cell in enumerate(cells) if not is_blank(cell))
    return all(
        isinstance(cell, str) and place < len(headings) and heading_key(cell) == headings[place]
        for place, cell in filled
    )
