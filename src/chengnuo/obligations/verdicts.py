"""How many promises that fell due on a day were kept, and how many broken: counted as it happens.

A month of a large company has hundreds of thousands of promises; its pages ask for one number a
unit and day. Each unit of work adds what it changed to the sums of those days, in its own
statement; `VERDICTS` counts them anew from the promises, to rebuild them and to hold them against
the truth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain, islice
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Case as Which
from django.db.models import CharField, Count, DateTimeField, ExpressionWrapper, F, Q, Value, When
from django.db.models.functions import Coalesce, TruncDate

from chengnuo.obligations.models import (
    ONE_OF_MANY,
    Average,
    Docket,
    Obligation,
    PackRelease,
    VerdictsOfDay,
)
from chengnuo.obligations.projections import Projection
from chengnuo.obligations.regulation import pack_of
from chengnuo.rules.words import Text

KEPT = Q(kept_at__isnull=False, broken_at__isnull=True)
BROKEN = Q(broken_at__isnull=False)
LATE = Q(broken_at__isnull=False, kept_at__isnull=False)
SUMMED = ("kept", "broken", "late")
# What is due at 24:00 belongs to the day that ends then.
A_MOMENT = timedelta(microseconds=1)
JUST_BEFORE = ExpressionWrapper(F("due_at") - A_MOMENT, output_field=DateTimeField())


COLUMNS = ("organisation_id", "unit_id", "handling_unit_id", "rule", "day", "restricted")


class DayKey(NamedTuple):
    """Which sum a verdict goes into. `restricted` names the service of a matter that only some know
    of: its verdicts are in no number of somebody else's."""

    organisation: int
    unit: int
    handling_unit: int
    rule: str
    day: date
    restricted: str


Sums = Counter[tuple[DayKey, str]]
Verdict = tuple[DayKey, tuple[str, ...]]


@dataclass(slots=True)
class VerdictTally:
    """The verdicts on a docket's promises as they stood when it was read."""

    before: dict[UUID, Verdict] = field(default_factory=dict)

    def read(self, docket: Docket, rows: Iterable[Obligation]) -> None:
        """These rows stand so now; what becomes of them is counted from here."""
        for row in rows:
            self._set(row.pk, _verdict(docket, row))

    def changes(self, docket: Docket, rows: Iterable[Obligation]) -> list[VerdictsOfDay]:
        """What is to be added to the sums, now that the rows have changed."""
        sums: Sums = Counter()
        for row in rows:
            was, told = self.before.get(row.pk), _verdict(docket, row)
            if was == told:
                continue
            for verdict, one in ((was, -1), (told, 1)):
                if verdict is not None:
                    place, counts = verdict
                    sums.update({(place, what): one for what in counts})
            self._set(row.pk, told)
        return _rows(sums)

    def _set(self, key: UUID, told: Verdict | None) -> None:
        if told is not None:
            self.before[key] = told
        else:
            self.before.pop(key, None)


def _verdict(docket: Docket, row: Obligation) -> Verdict | None:
    """Where it counts, and as what; None while nothing is known, and for one of many."""
    if row.due_at is None or row.average == Average.PART:
        return None
    if row.kept_at is None and row.broken_at is None:
        return None
    pack = pack_of(docket.release_id)
    day = (row.due_at - A_MOMENT).astimezone(ZoneInfo(pack.time_zone)).date()
    restricted = docket.service if pack.restricted_to(docket.service) else ""
    handling = docket.handling_unit_id or row.unit_id
    place = DayKey(row.organisation_id, row.unit_id, handling, row.rule, day, restricted)
    if row.broken_at is None:
        return place, ("kept",)
    return place, ("broken",) if row.kept_at is None else ("broken", "late")


def _rows(sums: Sums) -> list[VerdictsOfDay]:
    """In one order for all, so that two who add never wait for each other crosswise."""
    places = sorted({place for (place, _what), number in sums.items() if number})
    return [
        VerdictsOfDay(
            organisation_id=place.organisation,
            unit_id=place.unit,
            handling_unit_id=place.handling_unit,
            rule=place.rule,
            day=place.day,
            restricted=place.restricted,
            kept=sums[place, "kept"],
            broken=sums[place, "broken"],
            late=sums[place, "late"],
        )
        for place in places
    ]


def together(changes: Iterable[Iterable[VerdictsOfDay]]) -> list[VerdictsOfDay]:
    """The changes of several dockets, each sum once."""
    sums: Sums = Counter()
    for row in chain.from_iterable(changes):
        place = DayKey(*(getattr(row, column) for column in COLUMNS))
        sums.update({(place, what): getattr(row, what) for what in SUMMED})
    return _rows(sums)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedVerdicts(Projection):
    """The sums as a projection: counted anew from the promises."""

    @transaction.atomic
    def rebuild(self) -> int:
        """Count everything anew; the number of rows."""
        VerdictsOfDay.objects.all().delete()
        rows = _rows(_truth())
        VerdictsOfDay.objects.bulk_create(rows, batch_size=1000)
        return len(rows)

    def faults(self) -> Iterator[tuple[str, str]]:
        """The sums that are not what a count finds: which, and where."""
        found, truth = _stored(), _truth()
        for key in sorted({*found, *truth}):
            if found[key] != truth[key]:
                yield "wrong", f"{key[1]} {found[key]}, counted {truth[key]}: {tuple(key[0])}"


VERDICTS = CountedVerdicts(
    name="verdicts-of-days", title=Text("按日判定的承诺数", "Verdicts by day")
)


def _stored() -> Sums:
    sums: Sums = Counter()
    for row in VerdictsOfDay.objects.values_list(*COLUMNS, *SUMMED):
        _add(sums, row)
    return sums


def _truth() -> Sums:
    sums: Sums = Counter()
    for digest in PackRelease.objects.values_list("digest", flat=True):
        for row in _counted_under(digest):
            _add(sums, row)
    return sums


def _add(sums: Sums, row: Iterable[Any]) -> None:
    values = iter(row)
    place = DayKey(*islice(values, len(COLUMNS)))
    sums.update({(place, what): number for what, number in zip(SUMMED, values, strict=True)})


def _counted_under(digest: str) -> Iterable[tuple[Any, ...]]:
    """By one release: its calendar divides the days, its services are restricted or not."""
    pack = pack_of(digest)
    closed = [name for name in pack.services if pack.restricted_to(name)]
    restricted = Which(
        When(docket__service__in=closed, then=F("docket__service")),
        default=Value(""),
        output_field=CharField(),
    )
    rows = Obligation.objects.filter(
        KEPT | BROKEN, ~ONE_OF_MANY, due_at__isnull=False, docket__release=digest
    )
    day = TruncDate(JUST_BEFORE, tzinfo=ZoneInfo(pack.time_zone))
    grouped = rows.annotate(day=day, restricted=restricted).order_by()
    grouped = grouped.annotate(handling=Coalesce("docket__handling_unit", "unit"))
    names = ("organisation", "unit", "handling", "rule", "day", "restricted")
    return grouped.values_list(*names).annotate(
        kept=Count("pk", filter=KEPT),
        broken=Count("pk", filter=BROKEN),
        late=Count("pk", filter=LATE),
    )
