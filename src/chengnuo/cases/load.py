"""The load of a company's units by hour: what comes in, and what falls due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import ExtractHour, TruncHour

from chengnuo.cases.models import Case
from chengnuo.obligations.models import RUNNING, Obligation
from chengnuo.people.models import Organisation

DAYS = 28
HOURS = 24


@dataclass(frozen=True, slots=True)
class Load:
    """Cases taken in by hour of the day over `days`, and promises due in each of the next hours.

    `due` begins with the hour of now; `overdue` are those broken already and not done.
    """

    since: datetime
    days: int
    taken: list[int]
    hours: list[datetime]
    due: list[int]
    overdue: int


def load(
    *, company: Organisation, unit: Organisation | None, shown: Q, now: datetime, zone: ZoneInfo
) -> Load:
    """The load of a unit, or of all of them. Hours are those of the company's clock.

    What came in counts for the unit that handles it now; what falls due for the unit that owes it.
    `shown` is the viewer's reach on cases.
    """
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    since = today - timedelta(days=DAYS)
    first = now.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    hours = [first + timedelta(hours=n) for n in range(HOURS)]
    owed = Obligation.objects.filter(
        RUNNING, organisation=company, docket__case__in=Case.objects.filter(shown)
    )
    came = Case.objects.filter(shown, organisation=company, lodged_at__gte=since)
    came = came.filter(lodged_at__lt=today)
    if unit is not None:
        owed, came = owed.filter(unit=unit), came.filter(docket__handling_unit=unit)
    by_hour = dict(
        came.order_by()
        .values_list(ExtractHour("lodged_at", tzinfo=zone))
        .annotate(number=Count("pk"))
    )
    ahead = owed.filter(act_by__gte=now, act_by__lt=hours[-1] + timedelta(hours=1))
    by_moment = dict(
        ahead.order_by().values_list(TruncHour("act_by", tzinfo=zone)).annotate(number=Count("pk"))
    )
    return Load(
        since=since,
        days=DAYS,
        taken=[by_hour.get(hour, 0) for hour in range(24)],
        hours=hours,
        due=[by_moment.get(hour, 0) for hour in hours],
        overdue=owed.filter(act_by__lt=now).count(),
    )
