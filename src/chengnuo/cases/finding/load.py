"""The load of a company's units by hour: what comes in, what falls due, and the rows of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractHour, TruncHour

from chengnuo.cases.models import Case
from chengnuo.obligations.models import RUNNING, Obligation
from chengnuo.people.models import Organisation

DAYS = 28
HOURS = 24
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadScope:
    """Whose load: of a unit, or of all of them; hours are those of the company's clock.

    `shown` is the viewer's reach on cases. What came in counts for the unit that handles it now;
    what falls due for the unit that owes it.
    """

    company: Organisation
    unit: Organisation | None
    shown: Q
    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> datetime:
        return self.now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def since(self) -> datetime:
        return self.today - timedelta(days=DAYS)

    @property
    def hours(self) -> list[datetime]:
        """The next hours, from that of now."""
        first = self.now.astimezone(self.zone).replace(minute=0, second=0, microsecond=0)
        return [first + HOUR * n for n in range(HOURS)]


@dataclass(frozen=True, slots=True)
class Load:
    """Cases taken in by hour of the day over `days`, and promises due in each of the next hours.

    `due` begins with the hour of now; `overdue` are those whose moment has passed, not done.
    """

    days: int
    taken: list[int]
    hours: list[datetime]
    due: list[int]
    overdue: int


def load(scope: LoadScope) -> Load:
    """The numbers; each counts the rows that the functions below give."""
    hour = ExtractHour("lodged_at", tzinfo=scope.zone)
    by_hour = _counted(taken(scope), hour)
    by_moment = _counted(ahead(scope), TruncHour("act_by", tzinfo=scope.zone))
    return Load(
        days=DAYS,
        taken=[by_hour.get(hour, 0) for hour in range(24)],
        hours=scope.hours,
        due=[by_moment.get(hour, 0) for hour in scope.hours],
        overdue=overdue(scope).count(),
    )


def taken(scope: LoadScope, hour: int | None = None) -> QuerySet[Case]:
    """What came in on the last days, in one hour of the day where one is named. Latest first."""
    rows = Case.objects.filter(scope.shown, organisation=scope.company)
    rows = rows.filter(lodged_at__gte=scope.since, lodged_at__lt=scope.today)
    if scope.unit is not None:
        rows = rows.filter(docket__handling_unit=scope.unit)
    if hour is not None:
        rows = rows.annotate(hour=ExtractHour("lodged_at", tzinfo=scope.zone)).filter(hour=hour)
    return rows.order_by("-lodged_at", "pk")


def ahead(scope: LoadScope, hour: datetime | None = None) -> QuerySet[Obligation]:
    """What falls due in the next hours, or in the one that begins then. Soonest first."""
    begins, ends = (scope.now, scope.hours[-1] + HOUR) if hour is None else (hour, hour + HOUR)
    return _owed(scope).filter(act_by__gte=max(begins, scope.now), act_by__lt=ends)


def overdue(scope: LoadScope) -> QuerySet[Obligation]:
    """What should be done by now and is not. Longest first."""
    return _owed(scope).filter(act_by__lt=scope.now)


def _owed(scope: LoadScope) -> QuerySet[Obligation]:
    rows = Obligation.objects.filter(
        RUNNING, organisation=scope.company, docket__case__in=Case.objects.filter(scope.shown)
    )
    if scope.unit is not None:
        rows = rows.filter(unit=scope.unit)
    rows = rows.select_related("docket__case", "docket__organisation", "unit")
    return rows.order_by("act_by", "pk")


def _counted(rows: QuerySet[Any], by: Any) -> dict[Any, int]:
    return dict(rows.order_by().values_list(by).annotate(number=Count("pk")))
