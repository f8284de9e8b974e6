"""Keys that change nothing where they stand are refused: whoever wrote them meant something.

Which key goes with which unit and kind stands in `rules/units.py`. Packs that are installed
already are not asked again: they were taken under the words of their day.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from chengnuo.packs.amounts import amount_problems
from chengnuo.packs.averaging import average_problems
from chengnuo.packs.errors import Problem
from chengnuo.packs.reading import Document, Place
from chengnuo.packs.references import counts_in
from chengnuo.packs.rhythms import Months
from chengnuo.packs.rule_shapes import (
    AnyRuleShape,
    BeforeShape,
    GateShape,
    ProhibitionShape,
    RecurringShape,
    RuleShape,
    StandingShape,
    WithinShape,
)
from chengnuo.packs.schema import Pack
from chengnuo.packs.triggers import (
    AnyLimitShape,
    BySettingShape,
    CountingShape,
    CountShape,
    ManyShape,
    TableShape,
)
from chengnuo.rules.limits import Ends
from chengnuo.rules.units import BESIDE, DUE_KEYS, KINDS, MATTER_KEYS, UNITS, Unit, taking
from chengnuo.rules.words import Text

Found = tuple[Place, Text]
"""Where a key stands, and why it is refused."""

OF_A_CLASS = ("customer", "premises")
SHORT = ("shift", "day", "working_day", "unset")
YEARLY = ("week", "month", "quarter", "half_year", "year")


def ignored_keys(pack: Pack, document: Document) -> list[Problem]:
    """Every key of a pack that its unit, its kind or its neighbours would ignore."""
    found: list[Found] = []
    for rule_id, rule in pack.rules.items():
        path: Place = ("rules", rule_id)
        found += [((*path, *inner), what) for inner, what in _rule(pack, rule)]
    for index, level in enumerate(pack.escalate):
        found += _counts_of(pack, level, ("escalate", index))
    if pack.pauses is not None:
        found += _counts_of(pack, pack.pauses, ("pauses",))
        for index, level in enumerate(pack.pauses.escalate or ()):
            found += _counts_of(pack, level, ("pauses", "escalate", index))
    if pack.callbacks is not None:
        found += _apart(pack.callbacks.apart, ("callbacks", "apart"))
    for form_id, form in pack.forms.items():
        if form.attempts is not None:
            found += _apart(form.attempts.apart, ("forms", form_id, "attempts", "apart"))
    return [
        Problem(document.place(place), what, ".".join(map(str, place))) for place, what in found
    ]


def _given(shape: BaseModel, *names: str) -> list[str]:
    """Those of these keys that stand in the file."""
    return [name for name in names if name in shape.model_fields_set]


# -- amounts of time -------------------------------------------------------------------------------


def _counts_of(pack: Pack, shape: BaseModel, path: Place) -> Iterator[Found]:
    """The amounts of time that stand directly in a shape: of a level, a cap, a wait."""
    for name in sorted(shape.model_fields_set):
        value = getattr(shape, name)
        if isinstance(value, CountShape):
            here = (*path, name)
            yield from _count(pack, value, value.unit, value.amount, here, zero=name == "after")


def _count(
    pack: Pack,
    shape: CountingShape,
    unit: Unit,
    amount: int,
    path: Place,
    *,
    zero: bool = False,
) -> Iterator[Found]:
    shifts = bool(pack.calendar.shifts)
    yield from amount_problems(unit, amount, shape.roll, path, zero=zero, shifts=shifts)
    measure = UNITS[unit]
    for key in _given(shape, *BESIDE):
        if key not in measure.takes:
            units = ", ".join(taking(key))
            yield (
                (*path, key),
                Text(
                    f"'{key}' 对 {unit} 不起作用；它配 {units}",
                    f"'{key}' changes nothing for {unit}; it goes with {units}",
                ),
            )
    if "shift_end" in shape.model_fields_set and measure.of_a_shift and not pack.calendar.shifts:
        yield (
            (*path, "shift_end"),
            Text(
                "'shift_end' 要有班次：请写 calendar.shifts",
                "'shift_end' needs shifts: give calendar.shifts",
            ),
        )
    if shape.count_start_day and "count_start_day" in measure.takes and not amount:
        yield (
            (*path, "count_start_day"),
            Text(
                "amount: 0 就是当日，count_start_day 不起作用",
                "an amount of 0 is today; count_start_day changes nothing",
            ),
        )


def _limit(pack: Pack, rule: WithinShape | BeforeShape) -> Iterator[Found]:
    for path, shape in counts_in(rule.limit, ("limit",)):
        if shape.unit is not None and shape.amount is not None:
            back = isinstance(rule, BeforeShape)
            yield from _count(pack, shape, shape.unit, shape.amount, path, zero=back)
        if isinstance(rule, BeforeShape):
            yield from _counted_back(shape, path)
    yield from _beside_a_limit(rule.limit, ("limit",))


def _counted_back(shape: CountingShape, path: Place) -> Iterator[Found]:
    """What counting back from an announced moment leaves aside."""
    for key in _given(shape, *(key for key in BESIDE if key not in KINDS["before"].limit)):
        yield (
            (*path, key),
            Text(
                f"kind: before 是倒算的，'{key}' 不起作用",
                f"'{key}' changes nothing under kind: before, which counts back",
            ),
        )
    if shape.ends not in (None, Ends.SAME_TIME):
        yield (
            (*path, "ends"),
            Text(
                "kind: before 的 ends 只能是 same_time；否则中间须隔整日",
                "kind: before takes ends: same_time only; else whole days lie between",
            ),
        )


def _beside_a_limit(limit: AnyLimitShape, path: Place) -> Iterator[Found]:
    """A band with a whole limit says how to count in that limit."""
    if isinstance(limit, TableShape):
        for index, row in enumerate(limit.table):
            if row.limit is None:
                continue
            here = (*path, "table", index)
            for key in _given(row, "unit", *BESIDE):
                yield (
                    (*here, key),
                    Text(
                        f"'{key}' 应写进这一档的 limit 里",
                        f"'{key}' belongs into the limit of the band",
                    ),
                )
            yield from _beside_a_limit(row.limit, (*here, "limit"))
    elif isinstance(limit, ManyShape):
        key = "min_of" if limit.min_of else "max_of"
        for index, part in enumerate(limit.min_of or limit.max_of):
            yield from _beside_a_limit(part, (*path, key, index))
    elif isinstance(limit, BySettingShape):
        for name, part in limit.cases.items():
            yield from _beside_a_limit(part, (*path, "cases", name))


def _apart(given: CountShape, path: Place) -> Iterator[Found]:
    """Calls are so far apart by the clock: a day would have to say which."""
    if "between" not in UNITS[given.unit].takes:
        yield (
            (*path, "unit"),
            Text(
                f"两次拨打的间隔用 second、minute 或 hour，不用 {given.unit}",
                f"calls are apart by second, minute or hour, not by {given.unit}",
            ),
        )
    for key in _given(given, *BESIDE):
        yield (
            (*path, key),
            Text(f"'{key}' 对两次拨打的间隔不起作用", f"'{key}' changes nothing between two calls"),
        )


# -- rules -----------------------------------------------------------------------------------------


def _rule(pack: Pack, rule: AnyRuleShape) -> Iterator[Found]:
    for index, level in enumerate(rule.escalate or ()):
        yield from _counts_of(pack, level, ("escalate", index))
    yield from _common(rule)
    if isinstance(rule, WithinShape | BeforeShape):
        yield from _limit(pack, rule)
    if isinstance(rule, WithinShape):
        for index, pause in enumerate(rule.pause):
            yield from _counts_of(pack, pause, ("pause", index))
        if rule.verdict == "average":
            yield from average_problems(rule)
    elif isinstance(rule, RecurringShape):
        yield from _rhythm(pack, rule)
    elif isinstance(rule, GateShape):
        yield from _gate(pack, rule)
    elif isinstance(rule, ProhibitionShape):
        yield from _prohibition(rule)


def _common(rule: RuleShape) -> Iterator[Found]:
    """What all kinds may say, but not all of them do anything with."""
    takes = KINDS[rule.kind].keys
    for key in _given(rule, *sorted(DUE_KEYS - takes)):
        yield (
            (key,),
            Text(
                f"'{key}' 要有到期时间；kind: {rule.kind} 没有",
                f"'{key}' needs a due time; kind: {rule.kind} has none",
            ),
        )
    for key in _given(rule, *sorted(MATTER_KEYS - takes)):
        yield (
            (key,),
            Text(
                f"'{key}' 配 within 和 before，不配 kind: {rule.kind}",
                f"'{key}' goes with within and before, not with kind: {rule.kind}",
            ),
        )
    if "until_known" in rule.model_fields_set and not rule.when:
        yield (
            ("until_known",),
            Text(
                "'until_known' 要写 when：哪项情况未明？",
                "'until_known' needs when: which fact is not known?",
            ),
        )
    if isinstance(rule, StandingShape) and rule.when:
        yield (
            ("when",),
            Text(
                "standing 规则没有开始事件，'when' 不起作用",
                "'when' changes nothing in a standing rule: nothing starts it",
            ),
        )


def _rhythm(pack: Pack, rule: RecurringShape) -> Iterator[Found]:
    """By the calendar, or so long after the last deed: what is only for the other is refused."""
    count = rule.since_last
    if count is None and "every" not in rule.model_fields_set:
        missing = Text("缺少 every（或 since_last）", "is missing: give every or since_last")
        yield ("every",), missing
    if count is None:
        yield from _recurring(rule)
        return
    for key in _given(rule, "by", "in_", "by_day_included", "anchor_year", "count"):
        name = key.rstrip("_")
        what = Text(
            f"since_last 从上次算起，'{name}' 不起作用",
            f"since_last counts from the last deed: '{name}' changes nothing",
        )
        yield (name,), what
    yield from _count(pack, count, count.unit, count.amount, ("since_last",))


def _recurring(rule: RecurringShape) -> Iterator[Found]:
    if rule.in_ == "next" and rule.by is None:
        yield (
            ("in",),
            Text(
                "'in: next' 要写 by：下一周期的哪一天？",
                "'in: next' needs by: which day of the next period?",
            ),
        )
    days = rule.due_days()
    if "by_day_included" in rule.model_fields_set and all(d.working_day is not None for d in days):
        yield (
            ("by_day_included",),
            Text(
                "'by_day_included' 要写 by，并写 day 或 weekday",
                "'by_day_included' needs by with a day or a weekday",
            ),
        )
    if any(day.month is not None and day.weekday is not None for day in days):
        yield (
            ("by", "month"),
            Text(
                "'month' 配 day 或 working_day；一周里没有月份",
                "'month' goes with day or working_day; a week has no months",
            ),
        )
    if rule.anchor_year is not None and rule.every in (*SHORT, *YEARLY):
        yield (
            ("anchor_year",),
            Text(
                f"every: {rule.every} 时 'anchor_year' 不起作用",
                f"'anchor_year' changes nothing for every: {rule.every}",
            ),
        )
    if isinstance(rule.every, Months) and rule.anchor_year is not None:
        length = rule.every.months or 0
        if length and 12 % length == 0:
            why = "every year holds whole periods of that length"
            yield (
                ("anchor_year",),
                Text(
                    "'anchor_year' 不起作用：每年正好分成整数个周期",
                    f"'anchor_year' changes nothing: {why}",
                ),
            )
    if rule.each is not None and rule.subject != "organisation":
        yield (
            ("each",),
            Text("'each' 只配 subject: organisation", "'each' goes with subject: organisation"),
        )
    for fact, value in rule.when.items():
        plain = isinstance(value, str | tuple)
        if rule.subject not in OF_A_CLASS or fact != "customer_class" or not plain:
            yield (
                ("when", fact),
                Text(
                    "定期规则的 when 只能问 subject: customer、premises 的 customer_class",
                    "a recurring rule asks for customer_class of customer or premises only",
                ),
            )


def _gate(pack: Pack, rule: GateShape) -> Iterator[Found]:
    if rule.since and rule.until is None:
        yield (
            ("since",),
            Text(
                "'since' 要写 until：其后须发生什么？",
                "'since' needs until: what must have happened after it?",
            ),
        )
    if rule.wait is not None:
        yield from _count(pack, rule.wait, rule.wait.unit, rule.wait.amount, ("wait",))


def _prohibition(rule: ProhibitionShape) -> Iterator[Found]:
    if rule.between is not None and not rule.forbids:
        yield (
            ("between",),
            Text(
                "'between' 要写 forbids：这些时段里不许发生什么？",
                "'between' needs forbids: which events are refused in these hours?",
            ),
        )
    if rule.forms and not rule.words:
        yield (
            ("forms",),
            Text(
                "'forms' 要写 words：在表单里查什么？",
                "'forms' needs words: what is looked for in them?",
            ),
        )
    if rule.until is not None and not (rule.forbids or rule.words):
        yield ("until",), Text("'until' 要写 forbids 或 words", "'until' needs forbids or words")
