"""The shape of a whole pack. `docs/reference/pack-language.md` describes it in words."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from chengnuo.packs.callback_shapes import CallbacksShape, QuestionnaireShape
from chengnuo.packs.conduct_shapes import AccountabilityShape
from chengnuo.packs.duty_shapes import AttemptsShape, SeparationShape
from chengnuo.packs.rule_shapes import (
    AnyRuleShape,
    CatalogueKind,
    ClauseShape,
    EscalationLevelShape,
    HeldBy,
    PausesShape,
)
from chengnuo.packs.shape import (
    FACT,
    WEEKDAYS,
    Day,
    EventName,
    FactName,
    Hours,
    Id,
    RoleName,
    Shape,
    Span,
    TextShape,
    Weekday,
    wrong,
)
from chengnuo.packs.triggers import ConditionField, TriggerField
from chengnuo.rules.words import Text

FieldType = Literal[
    "text",
    "long_text",
    "number",
    "integer",
    "flag",
    "tick",
    "choice",
    "choices",
    "date",
    "moment",
    "phone",
    "signature",
    "file",
    "score",
]
EvidenceKind = Literal["crew", "place", "photo", "customer"]
FieldMeaning = Literal["event_time", "crew", "place", "photo", "customer"]
# The columns of the callback register; `none`: an answer that stands in no column of it.
Column = Literal[
    "reached", "contacted", "arrived", "course", "outcome", "satisfied", "opinion", "none"
]
# What the product itself asks a form for, whatever it is called.
Purpose = Literal["acceptance", "overdue_register", "callback_register"]
ChannelOf = Literal["customer", "house", "import"]
Sees = Literal["own", "unit", "company"]
# For which side a post acts on cases; who reads the looks at personal data; who leads the company.
Acts = Literal["accepting", "overseeing", "auditing", "leading"]
OFFICE: tuple[tuple[int, int], ...] = ((510, 720), (810, 1050))


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise wrong(
            "zone",
            "{name} 不是时区，应如 Asia/Shanghai",
            "{name} is not a time zone like Asia/Shanghai",
            name=repr(name),
        ) from error
    return name


TimeZone = Annotated[str, AfterValidator(_time_zone)]


class InForceShape(Shape):
    from_: Day = Field(alias="from")
    to: Day | None = None

    @model_validator(mode="after")
    def from_before_to(self) -> InForceShape:
        if self.to is not None and self.to <= self.from_:
            raise wrong("in_force", "to 须晚于 from", "to must be later than from")
        return self


class SourceShape(Shape):
    title: TextShape
    dated: Day | None = None
    note: TextShape | None = None


class CalendarShape(Shape):
    holidays: str = "cn"
    week: dict[Weekday, Hours] = dict.fromkeys(WEEKDAYS[:5], OFFICE)
    makeup_day: Hours | None = None
    short_days: dict[Day, Hours] = {}
    closed_days: dict[Day, TextShape] = {}
    shifts: dict[Id, Span] = {}
    quiet_hours: Span | None = None
    ring_seconds: Annotated[int, Field(ge=1)] = 5

    @model_validator(mode="after")
    def some_day_is_worked(self) -> CalendarShape:
        if not any(self.week.values()):
            raise wrong("week", "一周至少要有一个工作日", "a week needs at least one working day")
        return self


class SettingShape(Shape):
    title: TextShape
    values: Annotated[tuple[str, ...], Field(min_length=1)]
    value: str
    reading: str | None = None
    note: TextShape | None = None


class RoleShape(Shape):
    code: str | None = None
    title: TextShape
    # What of the company's cases a post with this role may look at, and for which side it acts.
    sees: Sees = "unit"
    acts: tuple[Acts, ...] = ()
    # How customers reach who holds it: the channel of a matter that such a person takes in.
    channel: str | None = None
    # Somebody of another house who owes something here (a user, an authority): nobody pays him.
    outside: bool = False
    # Works at the customer's or on the network: nobody keeps such promises from a desk.
    field: bool = False


class GlassShape(Shape):
    """A look into what is closed (应急查看): how long it lasts, how long its reason must be."""

    minutes: Annotated[int, Field(ge=1, le=1440)] = 30
    reason: Annotated[int, Field(ge=2, le=500)] = 10


class UrgingShape(Shape):
    """The settings by which the organisation limits urging (催办): in a day, and in all."""

    a_day: Id | None = None
    in_all: Id | None = None


class ChannelShape(Shape):
    """A way in which matters come in."""

    title: TextShape
    # Whether it may be chosen at intake.
    by_hand: bool = True
    # Customers, or the house's own matters, or those that were read in from elsewhere.
    of: ChannelOf = "customer"
    # A telephone: how long it rang is kept.
    rings: bool = False
    # Whoever asks stands there: what is said to him lies open at intake.
    face_to_face: bool = False
    # What a sender (an authority, a letter box) passed on: the reply goes back to him the same way.
    reply_to_sender: bool = False


class FactShape(Shape):
    type: Literal["number", "integer", "text", "choice", "flag", "moment", "date"]
    title: TextShape
    unit: str | None = None
    min: float | None = None
    max: float | None = None
    values: dict[str, TextShape] = {}
    help: TextShape | None = None
    # When it must be told at intake, by what else is told there.
    required_when: ConditionField = {}


class EventShape(Shape):
    title: TextShape
    by: Literal["form", "system", "external"] = "form"
    # Somebody came to the place: whoever says so tells who, where and when.
    arrival: bool = False
    # What must lie behind it: a form that emits it has required fields of these kinds.
    evidence: tuple[EvidenceKind, ...] = ()

    @property
    def text(self) -> Text:
        return self.title.text()


class IndicatorShape(Shape):
    title: TextShape
    formula: TextShape
    unit: str | None = None


class ServiceShape(Shape):
    code: str | None = None
    title: TextShape
    parent: Id | None = None
    process: Id | None = None
    owner: RoleName | None = None
    audience: Literal["customer", "internal"] = "customer"
    facts: tuple[FactName, ...] = ()
    words: tuple[str, ...] = ()
    emergency: bool = False
    # Open cases of it mean that supply is off around their address; when it comes back is a fact.
    stops_supply: bool = False
    back_at: FactName | None = None
    # Only these roles know of such cases at all; whoever takes one in hands it straight to them.
    restricted_to: tuple[RoleName, ...] = ()
    notify: tuple[TextShape, ...] = ()


class ProcessShape(Shape):
    code: str | None = None
    title: TextShape
    closes_on: Annotated[tuple[EventName, ...], Field(min_length=1)]
    indicators: tuple[Id, ...] = ()


class FieldShape(Shape):
    id: FactName
    type: FieldType
    title: TextShape
    help: TextShape | None = None
    required: bool = False
    required_when: ConditionField = {}
    values: dict[str, TextShape] = {}
    # Which value is meant where the case is of one of these services; the rest need not be asked.
    by_service: dict[str, tuple[Id, ...]] = {}
    min: float | None = None
    max: float | None = None
    fact: FactName | None = None
    is_: FieldMeaning | None = Field(None, alias="is")
    # Of a questionnaire: the column of the callback register in which the answer stands.
    column: Column | None = None


class EmitShape(Shape):
    event: EventName
    when: ConditionField = {}


def _emits(value: object) -> object:
    if isinstance(value, str):
        return [{"event": value}]
    if isinstance(value, list | tuple):
        return [{"event": v} if isinstance(v, str) else v for v in value]
    return [value]


class ToldShape(Shape):
    """What a form tells the customer: the field with its words, and which forms' earlier words
    they override (in cases with these facts). `scripted`: the flag that says the prescribed words
    were used instead; then one key records them."""

    field: FactName
    scripted: FactName | None = None
    overrides: tuple[Id, ...] = ()
    when: ConditionField = {}


class SheetShape(Shape):
    """A named form on paper: every form of a case that bears its code, on one page."""

    title: TextShape
    clause: ClauseShape | None = None


class FormShape(Shape):
    code: str | None = None
    title: TextShape
    help: TextShape | None = None
    processes: tuple[Id, ...] = ()
    services: tuple[Id, ...] = ()
    duty: bool = False
    purpose: Purpose | None = None
    who: tuple[RoleName, ...] = ()
    # Separation of duties: not by whoever last filled one of these forms.
    other_than: tuple[Id, ...] = ()
    attempts: AttemptsShape | None = None
    told: ToldShape | None = None
    callback: QuestionnaireShape | None = None
    after: TriggerField | None = None
    not_after: EventName | None = None
    emits: Annotated[tuple[EmitShape, ...], BeforeValidator(_emits), Field(min_length=1)]
    fields: tuple[FieldShape, ...] = ()
    clause: ClauseShape | None = None


class RegisterEntry(Shape):
    obligation: Annotated[str, Field(min_length=1)]
    kind: CatalogueKind
    held_by: HeldBy
    clause: ClauseShape
    how: TextShape


ScriptMoment = Literal[
    "greeting",
    "during",
    "first_asked",
    "apology",
    "safety",
    "before_report",
    "reply",
    "farewell",
    "notice",
    "visit",
]
PLACEHOLDERS = frozenset({"badge", "name", "number", "company"})


def _placeholders(text: TextShape) -> TextShape:
    """What stands in braces is filled in; a name nobody knows would be read out to a customer."""
    for word in re.findall(r"\{(\w*)\}", text.zh + text.en):
        if word not in PLACEHOLDERS:
            known = ", ".join(sorted(PLACEHOLDERS))
            raise wrong(
                "placeholder",
                "没有占位符 {word}；可用：{known}",
                "unknown placeholder {word}; known: {known}",
                word=f"{{{word}}}",
                known=known,
            )
    return text


class ScriptShape(Shape):
    """What is said, when and on which channel (`any`: on all). House wording names its reading."""

    title: TextShape
    moment: ScriptMoment
    channel: str
    clause: ClauseShape | None = None
    reading: str | None = None
    services: tuple[Id, ...] = ()
    emergency: bool | None = None
    text: Annotated[TextShape, AfterValidator(_placeholders)]


class Pack(Shape):
    """One version of one company's regulation."""

    taken_out = ("include",)

    id: Id
    title: TextShape
    version: str
    utility: Literal["gas", "water", "power", "heat", "hotline"]
    in_force: InForceShape
    time_zone: TimeZone = "Asia/Shanghai"
    extends: str | None = None
    transition: Literal["keep", "rebase", "favour"] = "keep"
    sources: dict[str, SourceShape] = {}
    readings: dict[str, TextShape] = {}
    calendar: CalendarShape = CalendarShape()
    glass: GlassShape = GlassShape()
    settings: dict[Id, SettingShape] = {}
    urging: UrgingShape = UrgingShape()
    warn: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = ()
    escalate: tuple[EscalationLevelShape, ...] = ()
    pauses: PausesShape | None = None
    roles: dict[Id, RoleShape] = {}
    channels: dict[Annotated[str, Field(pattern=FACT, max_length=20)], ChannelShape] = {}
    appliances: dict[Annotated[str, Field(pattern=FACT, max_length=30)], TextShape] = {}
    facts: dict[FactName, FactShape] = {}
    events: dict[EventName, EventShape] = {}
    indicators: dict[Id, IndicatorShape] = {}
    services: dict[Id, ServiceShape] = {}
    processes: dict[Id, ProcessShape] = {}
    forms: dict[Id, FormShape] = {}
    sheets: dict[str, SheetShape] = {}
    rules: dict[Id, AnyRuleShape] = {}
    separations: dict[Id, SeparationShape] = {}
    register_: tuple[RegisterEntry, ...] = Field((), alias="register")
    scripts: dict[Id, ScriptShape] = {}
    accountability: AccountabilityShape | None = None
    callbacks: CallbacksShape | None = None

    def is_conduct(self, service: str) -> bool:
        """Whether it is the service of accountability, which begins with a breach or an answer."""
        return self.accountability is not None and self.accountability.service == service

    def acting(self, act: Acts) -> frozenset[str]:
        """The roles that act so."""
        return frozenset(role for role, shape in self.roles.items() if act in shape.acts)

    def restricted_to(self, service: str) -> tuple[str, ...]:
        """The only roles that know of such cases; none for a service that is open."""
        entry = self.services.get(service)
        return entry.restricted_to if entry is not None else ()
