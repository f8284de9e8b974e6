"""What a promise that is an average cannot have: only the mean of a period is promised."""

from __future__ import annotations

from collections.abc import Iterator

from chengnuo.packs.reading import Place
from chengnuo.packs.references import counts_in, parts_of
from chengnuo.packs.rule_shapes import WithinShape
from chengnuo.packs.triggers import AgreedShape, ManyShape, PromptShape
from chengnuo.rules.units import UNITS
from chengnuo.rules.words import Text

OVER = ("month", "quarter", "half_year", "year")
OF_AMOUNTS = Text(
    "平均值的时限须为一个时间数，或时间数的表",
    "an average is of an amount of time, or of a table of amounts",
)


def average_problems(rule: WithinShape) -> Iterator[tuple[Place, Text]]:
    """Where a key stands that has no part in a mean, and why it is refused."""
    for key, given, what in (
        ("over", rule.over not in OVER, _over()),
        ("appointment", rule.appointment is not None, APPOINTMENT),
        ("escalate", bool(rule.escalate), TARGETS),
        ("on_reopen", rule.on_reopen not in (None, "new"), REOPENED),
        ("sum_of", bool(rule.sum_of), STEPS),
        ("again", rule.again == "restart", AGAIN),
    ):
        if given:
            yield (key,), what
    yield from _limit(rule)


def _over() -> Text:
    spans = ", ".join(OVER)
    return Text(f"平均值的期间为 {spans}", f"an average is judged over {spans}")


APPOINTMENT = Text("约定时间不计入平均", "an agreed time has no part in an average")
TARGETS = Text(
    "平均值中单件逾期不算违诺，没有逾期上报",
    "one late case of an average breaches nothing: there is no escalation",
)
REOPENED = Text(
    "平均值中重新打开的另计一件：on_reopen: new",
    "of an average, what is reopened counts again: on_reopen: new",
)
STEPS = Text("平均值的时限不得为各步之和", "a sum of steps has no part in an average")
AGAIN = Text(
    "平均值中再次开始不得抹去已用时间",
    "of an average, a second start must not erase the time used",
)


def _limit(rule: WithinShape) -> Iterator[tuple[Place, Text]]:
    for path, shape in counts_in(rule.limit, ("limit",)):
        if shape.unit is not None and not UNITS[shape.unit].has_mean:
            units = ", ".join(u for u, measure in UNITS.items() if measure.has_mean)
            yield (
                (*path, "unit"),
                Text(f"平均值用 {units}，不用 {shape.unit}", f"a mean is told in {units}"),
            )
        for key in ("shift_end", "roll"):
            if key in shape.model_fields_set:
                yield (*path, key), Text(f"'{key}' 不计入平均", f"'{key}' has no part in a mean")
    for part in parts_of(rule.limit):
        if isinstance(part, ManyShape | AgreedShape | PromptShape):
            yield ("limit",), OF_AMOUNTS
