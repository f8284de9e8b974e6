"""The register of matters from outside, and what the weekly report (周度客服报告, F-23) counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from chengnuo.cases.models import Case, Copy
from chengnuo.obligations.models import Obligation

STAGES = ("open", "late", "unseen", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralFilter:
    """Which matters: of a sender or service, in a stage, received in `[since, until)`.

    `imported` is the channel of what was read in from elsewhere: no matter from outside.
    """

    imported: str
    sender: str = ""
    service: str = ""
    stage: str = ""
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None


def from_outside(shown: Q, *, imported: str) -> QuerySet[Case]:
    """All matters from outside among those a person may see."""
    rows = Case.objects.filter(shown).exclude(source="").exclude(channel=imported)
    return rows.select_related("docket__handling_unit", "docket__organisation", "organisation")


def register(*, shown: Q, senders: Mapping[str, Any], wanted: ReferralFilter) -> QuerySet[Case]:
    """The chosen matters, those first that have to be answered first."""
    rows = from_outside(shown, imported=wanted.imported)
    rows = rows.filter(source__in=[wanted.sender] if wanted.sender else [*senders])
    if wanted.service:
        rows = rows.filter(service=wanted.service)
    if wanted.words:
        named = Q(number__icontains=wanted.words) | Q(source_ref__icontains=wanted.words)
        rows = rows.filter(named)
    if wanted.since is not None:
        rows = rows.filter(lodged_at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(lodged_at__lt=wanted.until)
    return _staged(rows, wanted.stage).order_by(
        F("closed_at").asc(nulls_first=True), F("outside_due_at").asc(nulls_last=True), "lodged_at"
    )


def _staged(rows: QuerySet[Case], stage: str) -> QuerySet[Case]:
    if stage == "open":
        return rows.filter(closed_at__isnull=True)
    if stage == "closed":
        return rows.filter(closed_at__isnull=False)
    if stage == "late":
        return rows.filter(_late())
    if stage == "unseen":
        return rows.filter(Exists(Copy.objects.filter(case=OuterRef("pk"), seen_at__isnull=True)))
    return rows


def _late() -> Exists:
    broken = Obligation.objects.filter(docket=OuterRef("docket_id"), broken_at__isnull=False)
    return Exists(broken)


@dataclass(frozen=True, slots=True)
class ReferralCount:
    """A line of the weekly report: how many came in, are closed, were too late somewhere."""

    key: str
    received: int
    closed: int
    late: int


@dataclass(frozen=True, slots=True)
class Week:
    """The figures of a period, by sender and by service."""

    total: ReferralCount
    by_sender: list[ReferralCount]
    by_service: list[ReferralCount]


def week(
    *, shown: Q, senders: Mapping[str, Any], imported: str, since: datetime, until: datetime
) -> Week:
    """What was received in a period and what became of it until now."""
    wanted = ReferralFilter(imported=imported, since=since, until=until)
    rows = register(shown=shown, senders=senders, wanted=wanted).order_by()
    return Week(
        total=_line("", rows.aggregate(**_counts())),
        by_sender=_lines(rows, "source"),
        by_service=_lines(rows, "service"),
    )


def _counts() -> dict[str, Count]:
    return {
        "received": Count("pk"),
        "closed": Count("pk", filter=Q(closed_at__isnull=False)),
        "late": Count("pk", filter=Q(_late())),
    }


def _lines(rows: QuerySet[Case], by: str) -> list[ReferralCount]:
    found = rows.values(by).annotate(**_counts()).order_by("-received", by)
    return [_line(str(row[by]), row) for row in found]


def _line(key: str, row: Mapping[str, Any]) -> ReferralCount:
    return ReferralCount(key, row["received"], row["closed"], row["late"])
