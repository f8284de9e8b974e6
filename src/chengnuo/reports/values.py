"""Cells into values: texts, numbers, moments. A cell that cannot be read says why."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from chengnuo.reports.tables import Cell
from chengnuo.rules.words import Text

Midnight = Literal["as_it_is", "day_end"]

# Before this there was no service regulation, and after this there is no sense in counting.
EARLIEST, LATEST = 1900, 2200
DAY = timedelta(days=1)


class NotReadable(ValueError):
    """Why a cell cannot be read."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason.en)


def text_of(cell: Cell) -> str:
    """A cell as text, trimmed; 6.0 of a workbook is 6. Raises NotReadable."""
    if isinstance(cell, str):
        if not cell.isprintable() and _is_damaged(cell):
            raise NotReadable(Text("含有无法识别的字节", "holds bytes that are no text"))
        return cell.strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _is_damaged(text: str) -> bool:
    return "\0" in text or any("\ud800" <= c <= "\udfff" for c in text)


def number_of(text: str) -> float:
    """A number; thousands separators, NaN and infinity are refused."""
    try:
        found = float(text) if "_" not in text else math.nan
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise NotReadable(Text("不是数字", "is not a number"))
    return found


def moment_of(cell: Cell, formats: Sequence[str], zone: ZoneInfo, midnight: Midnight) -> datetime:
    """A moment in UTC. A value without a zone is local; without a time of day it is 00:00.

    Besides the given formats ISO 8601 and the dates of a workbook are understood.
    """
    local = _local(cell, formats)
    if not EARLIEST <= local.year <= LATEST:
        raise NotReadable(
            Text(f"不在 {EARLIEST} 至 {LATEST} 年之间", f"is not between {EARLIEST} and {LATEST}")
        )
    if midnight == "day_end" and local.time() == time.min:
        local += DAY
    return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)


def _local(cell: Cell, formats: Sequence[str]) -> datetime:
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time.min)
    text = text_of(cell)
    for pattern in formats:
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is the mapping's
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    expected = " | ".join((*formats, "ISO 8601"))
    raise NotReadable(
        Text(f"不是日期时间（应为 {expected}）", f"is not a date (wanted {expected})")
    )


AMOUNTS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": DAY}


def later(start: datetime, amount: float, unit: str) -> datetime:
    """So long after a start; elapsed time, whatever the clocks of the place did in between."""
    if amount < 0:
        raise NotReadable(Text("不能为负数", "must not be negative"))
    try:
        return start + AMOUNTS[unit] * amount
    except OverflowError as error:
        raise NotReadable(Text("超出可计算的范围", "is out of range")) from error
