"""How far a file reaches, before anything of it is taken over: into years whose holidays nobody
knows, working days are counted by the week alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from chengnuo.doors.cli.importing.history import HistoryReader
from chengnuo.rules.calendar import Calendar
from chengnuo.tables.shapes import Row, Unreadable

# So long after the last intake a limit in working days may still end.
BEYOND = timedelta(days=31)


def unpublished_years(
    rows: Iterable[Row | Unreadable], reader: HistoryReader, calendar: Calendar
) -> tuple[int, ...]:
    """The years that the file's intakes and their limits touch and that have no holiday notice."""
    first, last = date.max, date.min
    for row in rows:
        day = reader.day(row) if isinstance(row, Row) else None
        if day is not None:
            first, last = min(first, day), max(last, day)
    return calendar.unpublished(first, last + BEYOND) if first <= last else ()


def warning(years: Iterable[int]) -> str:
    """What an import into such years means, and what to do, in both languages."""
    named = ", ".join(map(str, years))
    return (
        f"注意：文件涉及没有节假日安排的年份（{named}），这些年份的工作日只按周一至周五计算。"
        "如有通知，请先用 chengnuo notice 导入。\n"
        f"note: the file reaches into years without a holiday notice ({named}); working days there "
        "are counted by the week alone. If there is a notice, load it first: chengnuo notice."
    )
