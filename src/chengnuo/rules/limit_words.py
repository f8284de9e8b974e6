"""Time limits and means as people say them, in Chinese and in English."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal

from chengnuo.rules.averages import Band
from chengnuo.rules.limits import Agreed, Count, Limit, Unnumbered
from chengnuo.rules.units import UNITS, Unit
from chengnuo.rules.words import Text

WORDS = {
    "immediate": Text("立即", "at once"),
    "prompt": Text("及时", "in good time"),
    "none": Text("未规定时限", "no time stated"),
    "undefined_period": Text(
        "一定时间内（未规定数字）", "within a certain time (no number stated)"
    ),
}


def in_words(limit: Limit) -> Text:
    """A limit as people say it: 3个工作日, 3 working days."""
    if isinstance(limit, Count):
        if limit.unit is Unit.NEXT_DAY:
            return _next_day(limit.amount)
        name = UNITS[limit.unit].name
        plural = name.en if limit.amount == 1 else _plural(name.en)
        window = Text("", "")
        if limit.between is not None:
            span = "-".join(f"{m // 60:02d}:{m % 60:02d}" for m in limit.between)
            window = Text(f"（只计{span}）", f" (counted {span} only)")
        counted = _counted(str(limit.amount), limit.unit)
        return Text(f"{counted}{window.zh}", f"{limit.amount} {plural}{window.en}")
    if isinstance(limit, Unnumbered):
        return WORDS[limit.word]
    if isinstance(limit, Agreed):
        return Text("约定时间", "the agreed time")
    return Text("按条件确定的时限", "a limit that depends on the facts")


def mean_in_words(band: Band) -> Text:
    """A mean in the unit of its limit, rounded up: what is too high never reads as the limit."""
    unit, amount = band.limit.unit, band.limit.amount
    scale = Decimal(band.allowed) / amount if amount and band.allowed else Decimal(1)
    mean = Decimal(band.used) / band.number / scale
    told = f"{mean.quantize(Decimal('0.01'), rounding=ROUND_UP).normalize():f}"
    name = UNITS[unit].name
    named = name.en if told == "1" else _plural(name.en)
    return Text(_counted(told, unit), f"{told} {named}")


def _next_day(amount: int) -> Text:
    if amount == 1:
        return Text("次日", "the next day")
    return Text(f"第{amount}日", f"the {_ordinal(amount)} day after")


def _ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    teens = number % 100 in (11, 12, 13)
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _counted(told: str, unit: Unit) -> str:
    """A figure with its unit in Chinese: 3个工作日, 铃响3声."""
    return f"铃响{told}声" if unit is Unit.RING else f"{told}{UNITS[unit].name.zh}"


def _plural(name: str) -> str:
    head, _, tail = name.partition(" of ")
    return f"{head}s of {tail}" if tail else f"{head}s"
