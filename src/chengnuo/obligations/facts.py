"""Facts for indicators: what can be counted, declared by rooms in their `manifest.py`.

An indicator is made of facts; a fact says what one of its rows is and gives the rows, so that every
number opens what it counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from chengnuo.obligations.regulation import Regulation
from chengnuo.people.models import Organisation
from chengnuo.rules.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthScope:
    """Whose month, as far as somebody sees it, and at which moment it is asked.

    `shown`: what the viewer may see, as a condition on cases; `owed`: the same as a condition on
    promises. `units`: the ids that are counted; None for the whole company.
    """

    company: Organisation
    units: frozenset[int] | None
    shown: Q
    owed: Q
    begins: datetime
    ends: datetime
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        zone = self.begins.tzinfo
        assert isinstance(zone, ZoneInfo)  # noqa: S101 - months begin on the company's calendar
        return zone

    @property
    def upto(self) -> datetime:
        """The end of the month, or now while it runs."""
        return min(self.ends, self.now)

    def of_day(self, day: date) -> MonthScope:
        """The same of one day."""
        begins = datetime.combine(day, time(), tzinfo=self.zone)
        ends = datetime.combine(day + timedelta(days=1), time(), tzinfo=self.zone)
        return replace(self, begins=begins, ends=ends)

    def of_unit(self, unit: int) -> MonthScope:
        """The same of one unit among those that are counted."""
        return replace(self, units=frozenset({unit}))


class RowsAre(StrEnum):
    """What the rows of a fact are, for whoever lists them."""

    PROMISES = "promises"
    CASES = "cases"
    CALLBACKS = "callbacks"
    RATINGS = "ratings"
    BAD_ANSWERS = "bad_answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorFact:
    """Something that can be counted.

    `unit` is what the number counts, `row` says in words what one row is and to which time it
    belongs. `rows` gives them: of the month of a scope, as far as its viewer sees them, under a
    company's regulation; `lasting`: they stand so now, whatever the month.
    """

    name: str
    title: Text
    unit: Text
    row: Text
    rows_are: RowsAre
    rows: Callable[[MonthScope, Regulation | None], QuerySet[Any]]
    lasting: bool = False


def facts() -> dict[str, IndicatorFact]:
    """What the rooms declare, by name, in the order of the list of rooms."""
    return _of_house(settings.HOUSE)


@cache
def _of_house(house: str) -> dict[str, IndicatorFact]:
    found: tuple[IndicatorFact, ...] = import_string(house).facts
    return {fact.name: fact for fact in found}
