"""How much time may be written: an amount that is none, or of no sense, is a slip of its author."""

from __future__ import annotations

from collections.abc import Iterator

from chengnuo.packs.reading import Place
from chengnuo.rules.limits import Roll, Unit
from chengnuo.rules.words import Text

TODAY = frozenset({Unit.NATURAL_DAY, Unit.WORKING_DAY})
"""Of these nothing at all has a meaning: today (当日)."""
SHIFT = frozenset({Unit.SHIFT_HOUR, Unit.SHIFT_MINUTE})
YEARS = 100
DAYS = YEARS * 366
MOST = {
    Unit.SECOND: DAYS * 86_400, Unit.MINUTE: DAYS * 1_440, Unit.HOUR: DAYS * 24, Unit.RING: 100,
    Unit.NATURAL_DAY: DAYS, Unit.WORKING_DAY: DAYS, Unit.WEEK: YEARS * 53,
    Unit.MONTH: YEARS * 12, Unit.YEAR: YEARS, Unit.WORKING_HOUR: DAYS * 24,
    Unit.WORKING_MINUTE: DAYS * 1_440, Unit.SHIFT_HOUR: 24, Unit.SHIFT_MINUTE: 1_440,
    Unit.NEXT_DAY: DAYS,
}  # fmt: skip
"""The most of each unit: a hundred years; of a shift a day, of rings a hundred."""


def amount_problems(
    unit: Unit, amount: int, roll: Roll, path: Place, *, zero: bool, shifts: bool
) -> Iterator[tuple[Place, Text]]:
    """What is wrong with an amount; `zero`: at once is meant where it stands."""
    if amount > MOST[unit]:
        most = MOST[unit]
        yield (
            (*path, "amount"),
            Text(f"太大：{unit} 最多 {most}", f"too much: at most {most} of {unit}"),
        )
    if not amount and not zero and unit not in TODAY:
        yield (
            (*path, "amount"),
            Text(
                f"0 {unit} 不是时限：立即办理写 limit: {{prompt: immediate}}，"
                "当日写 amount: 0, unit: natural_day",
                f"0 {unit} is no time: write limit: {{prompt: immediate}} for at once, or "
                "amount: 0, unit: natural_day for today",
            ),
        )
    if not amount and unit in TODAY and roll is not Roll.NONE:
        yield (
            (*path, "roll"),
            Text(
                "amount: 0 就是当日，'roll' 不起作用；休息日顺延请用 starts: next_opening",
                "an amount of 0 is today; 'roll' changes nothing. What is received on a rest day "
                "waits with starts: next_opening",
            ),
        )
    if unit in SHIFT and not shifts:
        yield (
            (*path, "unit"),
            Text(
                f"{unit} 要有班次：请写 calendar.shifts",
                f"{unit} needs shifts: give calendar.shifts",
            ),
        )
