"""Cells into values: texts, numbers, moments. A cell that cannot be read says why."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from chengnuo.rules.words import Text
from chengnuo.tables.cleaning import cleaned, is_damaged, shown
from chengnuo.tables.moments import Spelt, of_serial, spelt
from chengnuo.tables.shapes import EPOCH_1900, Cell, Faulty

Midnight = Literal["as_it_is", "day_end", "zero_is_day_end"]
"""What a moment without a time of day means: its 00:00, or the end of that day. Some systems write
00:00 where they know the day only: `zero_is_day_end` takes that for the day as well."""

# Before this there was no service regulation, and after this there is no sense in counting.
EARLIEST, LATEST = 1900, 2200
DAY = timedelta(days=1)
# A spreadsheet keeps 15 digits of a number; what stands behind them is made up.
MOST_EXACT = 10**15
SCIENTIFIC = re.compile(r"[-+]?\d(?:[.,]\d+)?E[+-]?\d{1,3}", re.IGNORECASE)
# A number that went through a program which took it for an amount: its last digits are made up.
FLOATED = re.compile(r"[-+]?[0-9]{16,}\.0+")
TIMED = re.compile("%[HIMSpcXTRr]")
TOO_MANY_DIGITS = Text(
    "是16位以上的数字，表格软件已改动了末几位：请把这一列设为“文本”格式，从原系统重新导出",
    "is a number of 16 digits or more, whose last ones the spreadsheet has changed: make the "
    "column “text” and export it again from the system it comes from",
)
IN_SCIENTIFIC = Text(
    "是科学计数法（如2.03E+17），原来的数字已经丢失：请把这一列设为“文本”格式，从原系统重新导出",
    "is in scientific notation (like 2.03E+17), the digits are lost: make the column “text” and "
    "export it again from the system it comes from",
)


class NotReadable(ValueError):
    """Why a cell cannot be read."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason.en)


def text_of(cell: Cell, *, exact: bool = True) -> str:
    """A cell as text, cleaned; 6.0 of a workbook is 6. Raises NotReadable.

    `exact`: every digit counts, as in a number of something; an amount may be in scientific
    notation and has as many digits as it has.
    """
    if isinstance(cell, str):
        if is_damaged(cell):
            raise NotReadable(Text("含有无法识别的字节", "holds bytes that are no text"))
        text = cleaned(cell)
        if exact and SCIENTIFIC.fullmatch(text):
            raise NotReadable(IN_SCIENTIFIC)
        if exact and FLOATED.fullmatch(text):
            raise NotReadable(TOO_MANY_DIGITS)
        return text
    if isinstance(cell, Faulty):
        raise NotReadable(cell.why)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return _digits(cell) if exact else repr(cell)
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _digits(number: float) -> str:
    """A number as a spreadsheet shows it: at most 15 digits, and none of them made up."""
    if not abs(number) < MOST_EXACT:  # nor is what is no number at all
        raise NotReadable(TOO_MANY_DIGITS)
    if number == int(number):
        return str(int(number))
    return f"{number:.15g}"


def as_shown(cell: Cell) -> str:
    """A cell as its reader would know it again, whatever is wrong with it."""
    return shown(str(cell), 120)


def as_written(cell: Cell) -> str:
    """A moment as the sender's file shows it: a day stays a day, and 24:00 stays 24:00."""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds" if cell.second else "minutes")
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return ""  # a bare day number is nothing that anybody reads
    return "" if isinstance(cell, Faulty) else " ".join(text_of(cell).split())


def number_of(text: str) -> float:
    """A number; thousands separators, NaN and infinity are refused."""
    try:
        found = float(text) if "_" not in text else math.nan
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise NotReadable(Text("不是数字", "is not a number"))
    return found


def moment_of(
    cell: Cell,
    formats: Sequence[str],
    zone: ZoneInfo,
    midnight: Midnight,
    *,
    epoch: date = EPOCH_1900,
) -> datetime:
    """A moment in UTC. A value without a zone is local; without a time of day it is 00:00.

    Besides the given formats every spelling that can be read in one way only is understood, and
    the dates and day numbers (since `epoch`) of a workbook. Raises NotReadable.
    """
    found = _spelt(cell, formats, epoch)
    local = found.at
    if not EARLIEST <= local.year <= LATEST:
        raise NotReadable(
            Text(f"不在{EARLIEST}至{LATEST}年之间", f"is not between {EARLIEST} and {LATEST}")
        )
    is_zero = midnight == "zero_is_day_end" and local.time() == time.min and not found.is_24
    if midnight != "as_it_is" and (found.is_day or is_zero):
        local += DAY
    return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)


def _spelt(cell: Cell, formats: Sequence[str], epoch: date) -> Spelt:
    if isinstance(cell, datetime):
        return Spelt(cell, is_day=False)
    if isinstance(cell, date):
        return Spelt(datetime.combine(cell, time.min), is_day=True)
    text = text_of(cell)
    for pattern in formats:
        try:
            at = datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is the mapping's
        except ValueError:
            continue
        return Spelt(at, is_day=TIMED.search(pattern) is None)
    found = None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        found = of_serial(float(cell), epoch)
    found = found or spelt(text)
    if found is not None:
        return found
    expected = " | ".join((*formats, "2026-01-31 09:00"))
    raise NotReadable(
        Text(f"日期时间格式不正确，应为{expected}", f"is not a valid date: use {expected}")
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
