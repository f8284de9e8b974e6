"""What an import says at its end: every row accounted for, and what is odd about those within."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from chengnuo.doors.cli.importing.replay import Tally
from chengnuo.tables.shapes import Columns, Table

MOST_NAMES = 60


def told(tally: Tally, *, table: Table, rejects: Path) -> str:
    """The account of one run."""
    blank = table.blank
    lines = [
        _line("读取", "read", tally.read),
        _line("导入", "imported", tally.imported),
        _line("已有", "already there", tally.already_there),
        _line("未导入", "rejected", tally.rejected, f"→ {rejects}" if tally.rejected else ""),
    ]
    if tally.joined:
        lines.insert(-1, _line("同一工单的其他行", "further rows of the same case", tally.joined))
    if table.passed:
        rows = ", ".join(str(passed.number) for passed in table.passed[:20])
        lines.append(_line("标题、说明", "titles and notes", len(table.passed), f"({rows})"))
    if blank:
        lines.append(_line("空行", "blank lines", blank, "(not counted as rows)"))
    if tally.remarks:
        lines.append("")
        lines.append("提示 / remarks on imported rows:")
        for text, count in tally.remarks.most_common():
            lines.append(f"{count:>10,}  {text.zh} / {text.en}")
    return "\n".join(lines)


def _line(zh: str, en: str, count: int, tail: str = "") -> str:
    return f"{count:>10,}  {zh} / {en} {tail}".rstrip()


def unread(table: Table, columns: Iterable[Columns]) -> str:
    """What of the file will not be read; empty where all of it is."""
    lines = []
    if names := table.header.unread(columns):
        shown = ", ".join(names[:MOST_NAMES])
        more = f" … ({len(names)})" if len(names) > MOST_NAMES else ""
        lines.append(f"不读取的列 / columns that are not read: {shown}{more}")
    if table.others:
        lines.append(f"不读取的工作表 / sheets that are not read: {', '.join(table.others)}")
    return "\n".join(lines)
