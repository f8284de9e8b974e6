"""Queues: the open cases by department, stage, due moment, service, channel and mark.

A case's stage is its open obligations, so it can stand in several stages, in one department only.
Every number counts the cases that the list shows when one follows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from chengnuo.cases.models import Case
from chengnuo.obligations.models import RUNNING, Obligation
from chengnuo.people.models import Organisation

DUE = ("overdue", "hour", "today", "tomorrow", "later", "none")
MARKS = {
    "urged": Q(urged__gt=0),
    "supervised": Q(supervised_at__isnull=False),
    "emergency": Q(emergency=True),
    "confidential": Q(confidential=True),
}
BY_DUE = (F("act_by").asc(nulls_last=True), "lodged_at", "pk")
SORTS: dict[str, tuple[Any, ...]] = {
    "due": BY_DUE,
    "-due": (F("act_by").desc(nulls_last=True), "-lodged_at", "pk"),
    "taken": ("lodged_at", "pk"),
    "-taken": ("-lodged_at", "pk"),
    "service": ("service", *BY_DUE),
    "unit": (F("docket__handling_unit__path").asc(nulls_last=True), *BY_DUE),
    "urged": ("-urged", *BY_DUE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """Which cases of the queues: everything that is named must fit; an empty word asks nothing."""

    unit: int | None = None
    stage: str = ""
    due: str = ""
    service: str = ""
    channel: str = ""
    mark: str = ""
    sort: str = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """The moments that divide what is due; midnight is the company's."""

    now: datetime
    today_ends: datetime

    def windows(self) -> dict[str, Q]:
        """When the soonest promise of a case is due, each case in one of them."""
        hour = self.now + timedelta(hours=1)
        today, tomorrow = self.today_ends, self.today_ends + timedelta(days=1)
        return {
            "overdue": Q(act_by__lt=self.now),
            "hour": Q(act_by__gte=self.now, act_by__lt=hour),
            "today": Q(act_by__gte=hour, act_by__lt=today),
            "tomorrow": Q(act_by__gte=max(hour, today), act_by__lt=tomorrow),
            "later": Q(act_by__gte=tomorrow),
            "none": Q(act_by__isnull=True),
        }


@dataclass(frozen=True, slots=True)
class QueueFacet:
    """One value of one filter, and how many open cases it would leave."""

    key: str
    number: int


def queue(
    *, companies: Sequence[Organisation], shown: Q, wanted: QueueFilter, moments: Moments
) -> QuerySet[Case]:
    """The open cases of some companies that fit, in the order that was asked for.

    `shown` is the viewer's reach (`access.visible`). Each row carries `act_by`: when the soonest of
    its running promises is due, of the chosen stage where one is chosen.
    """
    rows = _fitting(companies, shown, wanted)
    rows = rows.annotate(act_by=_soonest(wanted.stage))
    if wanted.due:
        rows = rows.filter(moments.windows()[wanted.due])
    return rows.order_by(*SORTS[wanted.sort])


def groups(
    *, companies: Sequence[Organisation], shown: Q, wanted: QueueFilter, moments: Moments
) -> dict[str, list[QueueFacet]]:
    """For every filter its values with their numbers, as the other filters leave them."""
    counting = replace(wanted, sort="due")

    def without(**own: Any) -> QuerySet[Case]:
        rest = replace(counting, **own)
        return queue(companies=companies, shown=shown, wanted=rest, moments=moments).order_by()

    return {
        "unit": _by(without(unit=None), "docket__handling_unit"),
        "stage": _stages(without(stage="")),
        "due": _each(without(due=""), moments.windows()),
        "service": _by(without(service=""), "service"),
        "channel": _by(without(channel=""), "channel"),
        "mark": _each(without(mark=""), MARKS),
    }


def _fitting(companies: Sequence[Organisation], shown: Q, wanted: QueueFilter) -> QuerySet[Case]:
    rows = Case.objects.filter(shown, organisation__in=companies, closed_at__isnull=True)
    if wanted.unit is not None:
        rows = rows.filter(docket__handling_unit=wanted.unit)
    if wanted.service:
        rows = rows.filter(service=wanted.service)
    if wanted.channel:
        rows = rows.filter(channel=wanted.channel)
    if wanted.mark:
        rows = rows.filter(MARKS[wanted.mark])
    if wanted.stage:
        rows = rows.filter(Exists(_running(wanted.stage)))
    return rows


def _running(stage: str) -> QuerySet[Obligation]:
    rows = Obligation.objects.filter(RUNNING, docket=OuterRef("docket"))
    return rows.filter(rule=stage) if stage else rows


def _soonest(stage: str) -> Subquery:
    dated = _running(stage).filter(act_by__isnull=False)
    return Subquery(dated.order_by("act_by").values("act_by")[:1])


def _by(rows: QuerySet[Case], name: str) -> list[QueueFacet]:
    """Largest first."""
    found = rows.values_list(name).annotate(number=Count("pk")).order_by("-number", name)
    return [QueueFacet(str(key or ""), number) for key, number in found]


def _each(rows: QuerySet[Case], conditions: dict[str, Q]) -> list[QueueFacet]:
    numbers = rows.aggregate(
        **{f"n_{key}": Count("pk", filter=condition) for key, condition in conditions.items()}
    )
    return [QueueFacet(key, numbers[f"n_{key}"]) for key in conditions]


def _stages(rows: QuerySet[Case]) -> list[QueueFacet]:
    open_ones = Obligation.objects.filter(RUNNING, docket__in=rows.values("docket"))
    found = open_ones.values_list("rule").annotate(number=Count("docket", distinct=True))
    return [QueueFacet(rule, number) for rule, number in found.order_by("-number", "rule")]
