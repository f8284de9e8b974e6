"""The small shapes inside rules: triggers, conditions and limits, and their pure values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from chengnuo.packs.shape import EventName, FactName, Id, Shape, Span, minutes_of, wrong
from chengnuo.rules.conditions import (
    START_DAY,
    START_HOLIDAY,
    START_TIME,
    START_WEEKDAY,
    WEEKDAYS,
    Condition,
    Test,
    Times,
    Value,
)
from chengnuo.rules.limits import (
    Agreed,
    Count,
    Ends,
    Limit,
    LimitBand,
    LimitTable,
    MaxOf,
    MinOf,
    Roll,
    ShiftEnd,
    Starts,
    Unnumbered,
)
from chengnuo.rules.rulebook import Trigger
from chengnuo.rules.units import UNITS, Unit, Way


class TriggerShape(Shape):
    """An event, any or all of several, or a choice that an organisation's setting makes."""

    any: tuple[EventName, ...] = ()
    all: tuple[EventName, ...] = ()
    setting: Id | None = None
    cases: dict[str, TriggerField] = {}

    @model_validator(mode="after")
    def one_way(self) -> TriggerShape:
        given = (bool(self.any), bool(self.all), self.setting is not None)
        if sum(given) != 1 or bool(self.cases) != (self.setting is not None):
            raise wrong(
                "trigger",
                "请写一个事件，或 {{any: […]}}、{{all: […]}}、{{setting: …, cases: {{…}}}} 之一",
                "give an event, or {{any: […]}}, or {{all: […]}}, or {{setting: …, cases: {{…}}}}",
            )
        return self

    def trigger(self, settings: Mapping[str, str] | None = None) -> Trigger:
        """The trigger under an organisation's settings."""
        if self.setting is not None:
            return self.cases[(settings or {})[self.setting]].trigger(settings)
        return Trigger(self.all or self.any, needs_all=bool(self.all))

    @property
    def events(self) -> tuple[str, ...]:
        """Every event named, whatever the setting."""
        return self.all or self.any or tuple(e for c in self.cases.values() for e in c.events)


def _trigger(value: object) -> object:
    return {"any": [value]} if isinstance(value, str) else value


def _fixed(trigger: TriggerShape) -> TriggerShape:
    if trigger.setting is not None:
        raise wrong(
            "trigger",
            "设置只能选择规则的起算事件",
            "a setting can choose the start of a rule only",
        )
    return trigger


StartField = Annotated[TriggerShape, BeforeValidator(_trigger)]
TriggerField = Annotated[StartField, AfterValidator(_fixed)]
TriggerShape.model_rebuild()

Scalar = str | bool | int | float
Bound = Annotated[float | str, BeforeValidator(lambda v: _bound_as_written(v))]
TIMES = re.compile(r"(?:(\d+(?:\.\d+)?) \* )?([a-z][a-z0-9_]*)(?: - ([a-z][a-z0-9_]*))?")


class Compare(Shape):
    lt: Bound | None = None
    lte: Bound | None = None
    gt: Bound | None = None
    gte: Bound | None = None
    not_: Scalar | tuple[Scalar, ...] | None = Field(None, alias="not")
    in_: tuple[Scalar, ...] | None = Field(None, alias="in")

    def tests(self, fact: str) -> list[Test]:
        found = []
        for op in ("lt", "lte", "gt", "gte"):
            bound = getattr(self, op)
            if bound is not None:
                found.append(Test(fact, op, (_bound(bound),)))
        if self.not_ is not None:
            values = self.not_ if isinstance(self.not_, tuple) else (self.not_,)
            found.append(Test(fact, "not_in", values))
        if self.in_ is not None:
            found.append(Test(fact, "in", self.in_))
        return found


def _bound(value: float | str) -> Value | Times:
    if not isinstance(value, str):
        return value
    named = TIMES.fullmatch(value)
    if named is not None:
        return Times(named[2], float(named[1] or 1), named[3] or "")
    return datetime.fromisoformat(value)


def _bound_as_written(value: object) -> object:
    """A bound is a number, a moment with its time zone, another fact or so many times it; anything
    else is refused when read."""
    if isinstance(value, str) and not TIMES.fullmatch(value):
        try:
            known = datetime.fromisoformat(value).tzinfo is not None
        except ValueError:
            known = False
        if not known:
            raise wrong(
                "bound",
                "{value} 不是数字、带时区的时刻（如 2026-09-30T16:00+08:00）或另一项情况"
                "（如 told_amount、2 * charged）",
                "{value} is neither a number nor a moment like 2026-09-30T16:00+08:00, nor "
                "another fact like told_amount or 2 * charged",
                value=repr(value),
            )
    return value


class Window(Shape):
    from_: str = Field(alias="from")
    to: str

    @model_validator(mode="after")
    def is_a_span(self) -> Window:
        minutes_of(f"{self.from_}-{self.to}")
        return self

    def test(self, fact: str) -> Test:
        return Test(fact, "window", minutes_of(f"{self.from_}-{self.to}"))


def _condition_kind(value: Any) -> str:
    if isinstance(value, dict | Compare | Window):
        keys = set(value) if isinstance(value, dict) else set()
        return "window" if isinstance(value, Window) or keys & {"from", "to"} else "compare"
    return "list" if isinstance(value, list | tuple) else "scalar"


ConditionValue = Annotated[
    Annotated[Scalar, Tag("scalar")]
    | Annotated[tuple[Scalar, ...], Tag("list")]
    | Annotated[Window, Tag("window")]
    | Annotated[Compare, Tag("compare")],
    Discriminator(_condition_kind),
]
ConditionField = dict[FactName, ConditionValue]


def condition(given: ConditionField) -> Condition:
    """A condition as a value that `react` can test."""
    tests: list[Test] = []
    for fact, value in given.items():
        if isinstance(value, Window):
            tests.append(value.test(fact))
        elif isinstance(value, Compare):
            tests += value.tests(fact)
        else:
            tests.append(Test(fact, "in", value if isinstance(value, tuple) else (value,)))
    return Condition(tuple(tests))


BUILT_IN_FACTS: dict[str, tuple[Value, ...]] = {
    START_TIME: (),
    START_DAY: ("working", "rest"),
    START_WEEKDAY: WEEKDAYS,
    START_HOLIDAY: (True, False),
}
"""The facts of the start, with their values (a start_time takes a window instead)."""


class CountingShape(Shape):
    """How an amount is counted. Which key goes with which unit: `packs.ignored`."""

    count_start_day: bool = False
    ends: Ends | None = None
    roll: Roll = Roll.NONE
    shift_end: ShiftEnd = ShiftEnd.HAND_OVER
    between: Span | None = None
    starts: Starts = Starts.AS_RECEIVED


class CountShape(CountingShape):
    amount: Annotated[int, Field(ge=0)]
    unit: Unit

    @model_validator(mode="after")
    def has_a_window(self) -> CountShape:
        if self.between is not None and self.between[0] == self.between[1]:
            raise wrong("between", "时段的首尾不能相同", "a stretch of the day must begin and end")
        return self

    def limit(self, settings: dict[str, str]) -> Count:
        default = (
            Ends.CLOSE_OF_BUSINESS if UNITS[self.unit].way is Way.WORKING_DAYS else Ends.DAY_END
        )
        return Count(
            amount=self.amount,
            unit=self.unit,
            count_start_day=self.count_start_day,
            ends=self.ends or default,
            roll=self.roll,
            shift_end=self.shift_end,
            between=self.between,
            starts=self.starts,
        )


class AgreedShape(Shape):
    agreed: FactName

    def limit(self, settings: dict[str, str]) -> Limit:
        return Agreed(self.agreed)


class PromptShape(Shape):
    prompt: Literal["immediate", "prompt", "none", "undefined_period"]

    def limit(self, settings: dict[str, str]) -> Limit:
        return Unnumbered(self.prompt)


class TableShape(Shape):
    table: Annotated[tuple[RowShape, ...], Field(min_length=1)]
    until_known: Literal["shortest"] = "shortest"

    def limit(self, settings: dict[str, str]) -> Limit:
        return LimitTable(
            tuple(LimitBand(condition(r.when), r.limit_of(settings)) for r in self.table)
        )


class ManyShape(Shape):
    min_of: tuple[LimitField, ...] = ()
    max_of: tuple[LimitField, ...] = ()

    @model_validator(mode="after")
    def one_of_both(self) -> ManyShape:
        if bool(self.min_of) == bool(self.max_of):
            raise wrong("limit", "min_of 与 max_of 请只写一个", "give either min_of or max_of")
        return self

    def limit(self, settings: dict[str, str]) -> Limit:
        if self.min_of:
            return MinOf(tuple(part.limit(settings) for part in self.min_of))
        return MaxOf(tuple(part.limit(settings) for part in self.max_of))


class BySettingShape(Shape):
    setting: Id
    cases: dict[str, LimitField]

    def limit(self, settings: dict[str, str]) -> Limit:
        return self.cases[settings[self.setting]].limit(settings)


class RowShape(CountingShape):
    """One band: `when` and either an amount beside it or a whole limit."""

    when: ConditionField
    amount: Annotated[int, Field(ge=0)] | None = None
    unit: Unit | None = None
    limit: LimitField | None = None

    @model_validator(mode="after")
    def one_way(self) -> RowShape:
        if (self.limit is None) == (self.amount is None):
            raise wrong(
                "row",
                "每一档要写 amount 和 unit，或写一个 limit",
                "a band needs amount and unit, or a limit",
            )
        if self.amount is not None and self.unit is None:
            raise wrong(
                "row", "写了 amount 的一档还要写 unit", "a band with an amount needs a unit"
            )
        if self.amount is not None:
            self.inner()
        return self

    def limit_of(self, settings: dict[str, str]) -> Limit:
        return self.inner().limit(settings)

    def inner(self) -> AnyLimitShape:
        if self.limit is not None:
            return self.limit
        given = self.model_fields_set - {"when", "limit"}
        return CountShape.model_validate({name: getattr(self, name) for name in given})


AnyLimitShape = CountShape | AgreedShape | PromptShape | TableShape | ManyShape | BySettingShape
LIMIT_KEYS = {
    "table": "table",
    "min_of": "many",
    "max_of": "many",
    "agreed": "agreed",
    "prompt": "prompt",
    "setting": "setting",
}


def _limit_kind(value: Any) -> str:
    """Which kind of limit it is: by the key that only this kind has."""
    has = value.__contains__ if isinstance(value, dict) else lambda key: hasattr(value, key)
    return next((kind for key, kind in LIMIT_KEYS.items() if has(key)), "count")


LimitField = Annotated[
    Annotated[CountShape, Tag("count")]
    | Annotated[TableShape, Tag("table")]
    | Annotated[ManyShape, Tag("many")]
    | Annotated[AgreedShape, Tag("agreed")]
    | Annotated[PromptShape, Tag("prompt")]
    | Annotated[BySettingShape, Tag("setting")],
    Discriminator(_limit_kind),
]

for model in (TableShape, ManyShape, BySettingShape, RowShape):
    model.model_rebuild()
