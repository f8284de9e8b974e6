"""The shapes of rules, one class per kind."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from chengnuo.packs.rhythms import (
    BoolOrSetting,
    By,
    ByCases,
    BySettingName,
    DueDay,
    HowOften,
    YearOrSetting,
)
from chengnuo.packs.shape import (
    EventName,
    FactName,
    Id,
    RoleName,
    Shape,
    Span,
    TextShape,
    wrong,
)
from chengnuo.packs.triggers import (
    ConditionField,
    CountShape,
    LimitField,
    PromptShape,
    StartField,
    TriggerField,
)

CatalogueKind = Literal["DL", "REC", "EVT", "GATE", "STD", "PROH"]
HeldBy = Literal[
    "roster",
    "checklist",
    "system_figure",
    "register",
    "form",
    "script",
    "quality_inspection",
    "access_log",
    "pack_check",
    "external",
]
Over = Literal["moment", "hour", "day", "week", "month", "quarter", "half_year", "year"]


class ClauseShape(Shape):
    source: Annotated[str, Field(min_length=1)]
    place: Annotated[str, Field(min_length=1)]
    quote: str = ""


class Citation(Shape):
    id: Annotated[str, Field(min_length=1)]
    kind: CatalogueKind | None = None


def _citation(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


def _as_list(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


class EscalationLevelShape(Shape):
    after: CountShape
    to: RoleName
    answer: CountShape | None = None


class PauseShape(Shape):
    reason: Id
    title: TextShape
    proof: TextShape
    cap: CountShape
    approver: RoleName


class PausesShape(Shape):
    """By when the approver of a pause decides it, and who hears of it when he does not.

    No text read so far says so: `reading` tells where the numbers come from.
    """

    reading: Id
    decide: CountShape
    warn: tuple[Annotated[float, Field(gt=0, lt=1)], ...] | None = None
    escalate: tuple[EscalationLevelShape, ...] | None = None


class StepShape(Shape):
    """A step of one's own, from one event to another."""

    from_: EventName = Field(alias="from")
    to: EventName


class AppointmentShape(Shape):
    event: EventName = "appointment.agreed"
    fact: FactName


class AcceptShape(Shape):
    """A way around the rule that the search finds and that the house takes as it is, and why."""

    kind: Annotated[str, Field(pattern=r"^K([1-79]|1[0-2])$")]
    by: str = ""
    reading: Id


class WaitShape(CountShape):
    """So long after an event: an amount of a unit, counted like any other."""

    from_: EventName = Field(alias="from")


class RuleShape(Shape):
    """The keys that all kinds share."""

    kind: str
    obligations: tuple[Annotated[Citation, BeforeValidator(_citation)], ...] = ()
    clause: Annotated[tuple[ClauseShape, ...], BeforeValidator(_as_list), Field(min_length=1)]
    readings: tuple[str, ...] = ()
    accepts: tuple[AcceptShape, ...] = ()
    title: TextShape
    note: TextShape | None = None
    process: Id | None = None
    processes: tuple[Id, ...] = ()
    services: tuple[Id, ...] | None = None
    when: ConditionField = {}
    # While a fact of `when` is unknown the rule waits, or it binds until told otherwise.
    until_known: Literal["waits", "binds"] = "waits"
    owed_by: RoleName = "organisation"
    owed_to: RoleName = "customer"
    consequence: TextShape | None = None
    warn: tuple[Annotated[float, Field(gt=0, lt=1)], ...] | None = None
    escalate: tuple[EscalationLevelShape, ...] | None = None
    urgent: bool = False
    blocks_close: bool = True
    on_reopen: Literal["resume", "restart", "new"] | None = None

    @property
    def where(self) -> tuple[str, ...]:
        """The processes it is tied to; empty: all."""
        return ((self.process,) if self.process else ()) + self.processes

    @abstractmethod
    def catalogue_kind(self) -> str:
        """What the catalogue calls an obligation that this rule executes: DL, REC, GATE …"""


class WithinShape(RuleShape):
    kind: Literal["within"]
    start: StartField
    stop: TriggerField
    void_on: Annotated[tuple[EventName, ...], BeforeValidator(_as_list)] = ()
    again: Literal["ignore", "another", "restart"] = "ignore"
    released_by: tuple[RoleName, ...] = ()
    limit: LimitField
    appointment: AppointmentShape | None = None
    governed_by: tuple[Id, ...] = ()
    pause: tuple[PauseShape, ...] = ()
    sum_of: tuple[StepShape, ...] = ()
    verdict: Literal["each", "average", "lapses"] = "each"
    over: Over | None = None

    @model_validator(mode="after")
    def average_needs_over(self) -> WithinShape:
        if (self.verdict == "average") != (self.over is not None):
            raise wrong(
                "over",
                "verdict: average 要与 over: month|quarter|half_year|year 一起写",
                "verdict: average and over: month|quarter|half_year|year go together",
            )
        return self

    def catalogue_kind(self) -> str:
        return "EVT" if isinstance(self.limit, PromptShape) else "DL"


class BeforeShape(RuleShape):
    kind: Literal["before"]
    start: StartField = Field(default="case.lodged", validate_default=True)
    stop: TriggerField
    announced: FactName
    void_on: Annotated[tuple[EventName, ...], BeforeValidator(_as_list)] = ()
    again: Literal["ignore", "another", "restart"] = "ignore"
    released_by: tuple[RoleName, ...] = ()
    # What was announced, happening: earlier than announced, the notice is judged by it.
    happened: EventName | None = None
    limit: LimitField
    governed_by: tuple[Id, ...] = ()

    def catalogue_kind(self) -> str:
        return "DL"


class RecurringShape(RuleShape):
    kind: Literal["recurring"]
    every: HowOften = "unset"
    # Not by the calendar, but so long after the last deed.
    since_last: CountShape | None = None
    by: DueDay | None = None
    in_: Literal["same", "next"] = Field("same", alias="in")
    by_day_included: BoolOrSetting = True
    count: Annotated[int, Field(ge=1)] = 1
    subject: Literal["organisation", "customer", "premises", "staff", "usage_point"] = (
        "organisation"
    )
    each: Id | None = None
    anchor_year: YearOrSetting | None = None
    stop: TriggerField

    @model_validator(mode="after")
    def has_one_rhythm(self) -> RecurringShape:
        if "every" in self.model_fields_set and self.since_last is not None:
            raise wrong(
                "every", "every 与 since_last 请只写一个", "give either every or since_last"
            )
        return self

    @model_validator(mode="after")
    def day_fits_the_period(self) -> RecurringShape:
        if self.by is None or self.since_last or isinstance(self.every, BySettingName):
            return self
        if isinstance(self.by, ByCases) and self.in_ == "next":
            raise wrong(
                "by",
                "in 请写在 by 的 cases 里",
                "write in beside each of the cases of by",
            )
        if self.every in ("shift", "day", "working_day", "unset"):
            raise wrong("by", "by 只能配一周及更长的周期", "by goes with week and longer periods")
        if any((self.every == "week") != (by.weekday is not None) for by in self.due_days()):
            raise wrong(
                "by",
                "weekday 只能配 every: week；每周的也只能写 weekday",
                "weekday goes with every: week, and a week with weekday",
            )
        return self

    def due_days(self) -> tuple[By, ...]:
        """Every due day that the rule may have."""
        if isinstance(self.by, ByCases):
            return tuple(self.by.cases.values())
        return () if self.by is None else (self.by,)

    def due_day(self, chosen: Mapping[str, str]) -> tuple[By | None, bool]:
        """The due day as the settings have it, and whether it lies in the next period."""
        if not isinstance(self.by, ByCases):
            return self.by, self.in_ == "next"
        by = self.by.cases[chosen[self.by.setting]]
        return by, by.in_ == "next"

    def catalogue_kind(self) -> str:
        return "REC"


class GateShape(RuleShape):
    kind: Literal["gate"]
    before: Annotated[tuple[EventName, ...], BeforeValidator(_as_list), Field(min_length=1)]
    until: TriggerField | None = None
    since: Annotated[tuple[EventName, ...], BeforeValidator(_as_list)] = ()
    facts: ConditionField = {}
    wait: WaitShape | None = None

    @model_validator(mode="after")
    def has_something_to_meet(self) -> GateShape:
        if self.until is None and not self.facts and self.wait is None:
            raise wrong(
                "gate",
                "关口要写 until、facts 或 wait：凭什么放行？",
                "a gate needs until, facts or wait: what opens it?",
            )
        return self

    def catalogue_kind(self) -> str:
        return "GATE"


class MeasureShape(Shape):
    indicator: Id
    at_least: float | None = None
    at_most: float | None = None
    unit: str
    over: Over

    @model_validator(mode="after")
    def one_bound(self) -> MeasureShape:
        if self.at_least is None and self.at_most is None:
            raise wrong("measure", "请写 at_least 或 at_most", "give at_least or at_most")
        return self


class StandingShape(RuleShape):
    kind: Literal["standing"]
    held_by: HeldBy
    how: TextShape
    measure: MeasureShape | None = None

    def catalogue_kind(self) -> str:
        return "STD"


class ProhibitionShape(RuleShape):
    kind: Literal["prohibition"]
    held_by: HeldBy
    how: TextShape | None = None
    forbids: Annotated[tuple[EventName, ...], BeforeValidator(_as_list)] = ()
    between: Span | None = None
    until: TriggerField | None = None
    words: tuple[str, ...] = ()
    forms: tuple[Id, ...] = ()

    def catalogue_kind(self) -> str:
        return "PROH"


KINDS = {
    "within": WithinShape,
    "before": BeforeShape,
    "recurring": RecurringShape,
    "gate": GateShape,
    "standing": StandingShape,
    "prohibition": ProhibitionShape,
}
AnyRuleShape = Annotated[
    WithinShape | BeforeShape | RecurringShape | GateShape | StandingShape | ProhibitionShape,
    Field(discriminator="kind"),
]
