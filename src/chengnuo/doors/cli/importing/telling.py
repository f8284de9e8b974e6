"""What an import says at its end: every row accounted for, and what is odd about those within."""

from __future__ import annotations

from pathlib import Path

from chengnuo.doors.cli.importing.replay import Tally


def told(tally: Tally, *, blank: int, rejects: Path) -> str:
    """The account of one run."""
    lines = [
        _line("读取", "read", tally.read),
        _line("录入", "imported", tally.imported),
        _line("已有", "already there", tally.already_there),
        _line("退件", "rejected", tally.rejected, f"→ {rejects}" if tally.rejected else ""),
    ]
    if blank:
        lines.append(_line("空行", "blank lines", blank, "(not counted as rows)"))
    if tally.remarks:
        lines.append("")
        lines.append("备注 / remarks on what went in:")
        for text, count in tally.remarks.most_common():
            lines.append(f"{count:>10,}  {text.zh} / {text.en}")
    return "\n".join(lines)


def _line(zh: str, en: str, count: int, tail: str = "") -> str:
    return f"{count:>10,}  {zh} / {en} {tail}".rstrip()
