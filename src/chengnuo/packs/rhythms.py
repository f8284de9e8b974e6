"""How often a recurring duty comes round, and on which day it is due."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from chengnuo.packs.shape import WEEKDAYS, Id, Shape, Weekday, wrong


class BySettingName(Shape):
    setting: Id


class Months(Shape):
    """A period of so many months or years."""

    months: Annotated[int, Field(ge=1)] | None = None
    years: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> Months:
        if (self.months is None) == (self.years is None):
            raise wrong("every", "months 与 years 请只写一个", "give either months or years")
        return self

    @property
    def name(self) -> str:
        return f"{self.months or (self.years or 0) * 12} months"


class By(Shape):
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    weekday: Weekday | None = None
    working_day: Annotated[int, Field(ge=-31, le=31)] | None = None

    @model_validator(mode="after")
    def one_day(self) -> By:
        given = [v for v in (self.day, self.weekday, self.working_day) if v is not None]
        if len(given) != 1 or self.working_day == 0:
            raise wrong(
                "by",
                "day、weekday、working_day 请只写一个（1 为第一个，-1 为最后一个）",
                "give one of day, weekday, working_day (1 is the first, -1 the last)",
            )
        return self

    def weekday_number(self) -> int | None:
        return None if self.weekday is None else WEEKDAYS.index(self.weekday)


class ByCase(By):
    """A due day that a setting chooses, and whether it lies in the period after."""

    in_: Literal["same", "next"] = Field("same", alias="in")


class ByCases(Shape):
    """The organisation's choice among due days, each with its ground in a reading."""

    setting: Id
    cases: Annotated[dict[str, ByCase], Field(min_length=1)]


Every = Literal[
    "unset",
    "shift",
    "day",
    "working_day",
    "week",
    "month",
    "quarter",
    "half_year",
    "year",
    "two_years",
]


def _is_setting(value: Any) -> str:
    return "setting" if isinstance(value, dict | BySettingName) else "fixed"


BoolOrSetting = Annotated[
    Annotated[bool, Tag("fixed")] | Annotated[BySettingName, Tag("setting")],
    Discriminator(_is_setting),
]
YearOrSetting = Annotated[
    Annotated[int, Tag("fixed")] | Annotated[BySettingName, Tag("setting")],
    Discriminator(_is_setting),
]


def _by_kind(value: Any) -> str:
    if isinstance(value, dict):
        return "setting" if "setting" in value else "fixed"
    return "setting" if isinstance(value, ByCases) else "fixed"


def _every_kind(value: Any) -> str:
    if isinstance(value, dict):
        return "setting" if "setting" in value else "months"
    if isinstance(value, BySettingName):
        return "setting"
    return "months" if isinstance(value, Months) else "fixed"


HowOften = Annotated[
    Annotated[Every, Tag("fixed")]
    | Annotated[BySettingName, Tag("setting")]
    | Annotated[Months, Tag("months")],
    Discriminator(_every_kind),
]
DueDay = Annotated[
    Annotated[By, Tag("fixed")] | Annotated[ByCases, Tag("setting")], Discriminator(_by_kind)
]
