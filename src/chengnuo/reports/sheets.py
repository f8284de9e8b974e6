"""A register as a workbook: what it is and what it counts above, then its titles and its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO

from rustpy_xlsxwriter import Format, write_worksheet

from chengnuo.reports.exports import Cell
from chengnuo.reports.spreadsheets import xlsx_cell

LONGEST_NAME = 31
HEADER_ROW = 2
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its name, how wide it is in characters, and whether it holds moments."""

    title: str
    width: float
    moments: bool = False

    @property
    def format(self) -> Format:
        made = Format().set_text_wrap().set_align("top")
        return made.set_num_format("yyyy-mm-dd hh:mm") if self.moments else made


def workbook(
    *, title: str, definition: str, heads: Sequence[Head], rows: Iterable[Sequence[Cell]]
) -> bytes:
    """One sheet. Texts stay texts, whatever they begin with: nothing is a formula."""
    titles = _apart([head.title for head in heads])
    records = [dict(zip(titles, map(xlsx_cell, row), strict=True)) for row in rows]
    last = len(heads) - 1
    stream = BytesIO()
    write_worksheet(
        records or [dict.fromkeys(titles)],
        stream,
        sheet_name=_sheet_name(title),
        header_row=HEADER_ROW,
        header_format=Format().set_bold().set_background_color("#E4EEF5").set_border("thin"),
        merge_ranges=[
            (0, 0, 0, last, title, Format().set_bold().set_font_size(14)),
            (1, 0, 1, last, definition, Format().set_text_wrap().set_align("top")),
        ],
        row_heights={0: 24.0, 1: 48.0},
        column_widths=[head.width for head in heads],
        column_formats=[head.format for head in heads],
        freeze_row=HEADER_ROW + 1,
        autofilter=True,
        page_setup={"landscape": True, "fit_to_pages": (1, 0), "repeat_rows": HEADER_ROW},
    )
    return stream.getvalue()


def _apart(titles: Sequence[str]) -> list[str]:
    """Two columns may have one word in a language; by the same title one would be lost."""
    met: Counter[str] = Counter()
    found = []
    for title in titles:
        met[title] += 1
        found.append(title if met[title] == 1 else f"{title} {met[title]}")
    return found


def _sheet_name(title: str) -> str:
    return "".join(c for c in title if c not in "[]:*?/\\")[:LONGEST_NAME]
