"""How much time may be written: an amount that is none, or of no sense, is a slip of its author."""

from __future__ import annotations

from collections.abc import Iterator

from chengnuo.packs.reading import Place
from chengnuo.rules.limits import Roll
from chengnuo.rules.units import UNITS, Unit
from chengnuo.rules.words import Text


def amount_problems(
    unit: Unit, amount: int, roll: Roll, path: Place, *, zero: bool, shifts: bool
) -> Iterator[tuple[Place, Text]]:
    """What is wrong with an amount; `zero`: at once is meant where it stands."""
    measure = UNITS[unit]
    if amount > (most := measure.most):
        yield (
            (*path, "amount"),
            Text(f"太大：{unit} 最多 {most}", f"too much: at most {most} of {unit}"),
        )
    if not amount and not zero and not measure.has_today:
        yield (
            (*path, "amount"),
            Text(
                f"0 {unit} 不是时限：立即办理写 limit: {{prompt: immediate}}，"
                "当日写 amount: 0, unit: natural_day",
                f"0 {unit} is no time: write limit: {{prompt: immediate}} for at once, or "
                "amount: 0, unit: natural_day for today",
            ),
        )
    if not amount and measure.has_today and roll is not Roll.NONE:
        yield (
            (*path, "roll"),
            Text(
                "amount: 0 就是当日，'roll' 不起作用；休息日顺延请用 starts: next_opening",
                "an amount of 0 is today; 'roll' changes nothing. What is received on a rest day "
                "waits with starts: next_opening",
            ),
        )
    if measure.of_a_shift and not shifts:
        yield (
            (*path, "unit"),
            Text(
                f"{unit} 要有班次：请写 calendar.shifts",
                f"{unit} needs shifts: give calendar.shifts",
            ),
        )
