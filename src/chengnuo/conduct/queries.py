"""Questions about proceedings: which there are, how far each has come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from chengnuo.conduct.models import Deduction, Opinion, Part, PaySheet, Proceeding
from chengnuo.conduct.proceeding import tariff
from chengnuo.obligations.models import Breach
from chengnuo.people.models import Organisation


class Stage(StrEnum):
    """How far a proceeding has come; each stage excludes the others."""

    OPENED = "opened"
    SERVED = "served"
    REBUTTED = "rebutted"
    DECIDED = "decided"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProceedingFilter:
    """What a list is narrowed to; `begin` and `end` are moments, `[begin, end)`, of opening."""

    ground: str = ""
    unit: int | None = None
    begin: datetime | None = None
    end: datetime | None = None
    stage: str = ""


def proceedings(
    *, companies: Iterable[Organisation], seen: Q, wanted: ProceedingFilter, decided: str
) -> QuerySet[Proceeding]:
    """Newest first. `decided`: the event of the regulation that is the decision."""
    ids = Proceeding.objects.filter(seen, organisation__in=list(companies)).values("pk")
    rows = Proceeding.objects.filter(pk__in=ids)
    if wanted.ground:
        rows = rows.filter(ground=wanted.ground)
    if wanted.unit is not None:
        rows = rows.filter(Exists(_parts().filter(unit=wanted.unit)))
    if wanted.begin is not None:
        rows = rows.filter(opened_at__gte=wanted.begin)
    if wanted.end is not None:
        rows = rows.filter(opened_at__lt=wanted.end)
    if wanted.stage:
        rows = rows.filter(_at(wanted.stage, decided))
    return whole(rows).order_by("-opened_at", "-pk")


def whole(rows: QuerySet[Proceeding]) -> QuerySet[Proceeding]:
    """With everything a page says of each."""
    return rows.select_related(
        "organisation", "case__docket__organisation", "origin__docket__organisation",
        "breach__obligation__docket__organisation", "evidence__docket__organisation",
        "opened_by", "signed_by",
    ).prefetch_related("parts__unit", "parts__staff")  # fmt: skip


def opinions_on(*, proceeding: Proceeding) -> list[tuple[Opinion, bool]]:
    """Every opinion in the order in which they were given, each with whether it counts: the newest
    of its department does."""
    rows = list(proceeding.opinions.select_related("unit", "by").order_by("at", "pk"))
    newest = {row.unit_id: row.pk for row in rows}
    return [(row, newest[row.unit_id] == row.pk) for row in rows]


def numbered(*, companies: Iterable[Organisation], number: str) -> Proceeding | None:
    """A proceeding by the number of its case."""
    found = Proceeding.objects.filter(organisation__in=list(companies), case__number=number)
    return whole(found).first()


def stage_of(row: Proceeding) -> Stage:
    if row.withdrawn_at is not None:
        return Stage.WITHDRAWN
    if row.signed_at is not None:
        return Stage.SIGNED
    if tariff(row).decided in row.case.docket.seen:
        return Stage.DECIDED
    if any(p.rebutted_at is not None for p in row.parts.all()):
        return Stage.REBUTTED
    return Stage.OPENED if row.served_at is None else Stage.SERVED


def breaches_of(*, dockets: Iterable[UUID]) -> list[Breach]:
    """The breaches of dockets; oldest first."""
    rows = Breach.objects.filter(obligation__docket__in=list(dockets))
    return list(rows.select_related("obligation", "unit").order_by("broken_at", "pk"))


def by_breach(*, breaches: Iterable[Breach]) -> dict[int, Proceeding]:
    """The proceeding on each breach that has one which was not withdrawn, by the breach."""
    rows = Proceeding.objects.filter(breach__in=list(breaches), withdrawn_at=None)
    return {row.breach_id: row for row in whole(rows) if row.breach_id is not None}


def _at(stage: str, decided: str) -> Q:
    withdrawn = Q(withdrawn_at__isnull=False)
    signed = Q(signed_at__isnull=False)
    known = Q(case__docket__seen__has_key=decided)
    rebutted = Q(Exists(_parts().filter(rebutted_at__isnull=False)))
    served = Q(served_at__isnull=False)
    runs = ~signed & ~withdrawn
    return {
        Stage.WITHDRAWN: withdrawn,
        Stage.SIGNED: signed,
        Stage.DECIDED: known & runs,
        Stage.REBUTTED: rebutted & ~known & runs,
        Stage.SERVED: served & ~rebutted & ~known & runs,
        Stage.OPENED: ~served & ~rebutted & ~known & runs,
    }.get(Stage(stage), Q())


def _parts() -> QuerySet[Part]:
    return Part.objects.filter(proceeding=OuterRef("pk"))


def deductions_of(*, parts: Iterable[Part]) -> QuerySet[Deduction]:
    """What was taken from those concerned."""
    return Deduction.objects.filter(part__in=list(parts)).select_related("unit", "staff")


def pay_sheet(*, company: Organisation, month: date) -> PaySheet | None:
    """The signed sheet of a month."""
    return PaySheet.objects.filter(organisation=company, month=month).first()
