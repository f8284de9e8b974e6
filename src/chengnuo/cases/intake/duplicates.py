"""Open cases that may be the same matter: of the same caller, at the same place, or near it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import cos, radians
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from chengnuo.cases.intake.callers import of_telephones, position_of
from chengnuo.cases.intake.places import (
    crossing_of,
    house_of,
    is_at,
    metres_between,
    section_of,
    spot_of,
    street_of,
)
from chengnuo.cases.models import Case
from chengnuo.customers.models import ServiceLocation
from chengnuo.customers.telephones import keys_of
from chengnuo.obligations.models import RUNNING, Obligation
from chengnuo.obligations.regulation import regulation_for
from chengnuo.packs.schema import SettingShape
from chengnuo.packs.shape import TextShape
from chengnuo.people.models import Organisation
from chengnuo.people.queries import settings_of
from chengnuo.rules.words import Text

SHOWN = 5
# The newest ones are compared: a cut leaves out the oldest.
MOST_COMPARED = 2000
METRES_PER_DEGREE = 111_195
# What every company chooses for itself, whatever its pack leaves open.
DAYS, METRES = "duplicate-days", "duplicate-metres"
SETTINGS = {
    DAYS: SettingShape(
        title=TextShape(
            zh="疑似重复：比对多少天内的工单", en="Possible duplicates: days to compare"
        ),
        values=("1", "3", "7", "14", "30", "90"),
        value="7",
        note=TextShape(
            zh="受理时与这些天内受理、尚未办结的工单比对；单位：天",
            en="A new case is compared with open cases received within these days",
        ),
    ),
    METRES: SettingShape(
        title=TextShape(
            zh="疑似重复：相距多少米以内", en="Possible duplicates: distance in metres"
        ),
        values=("20", "50", "100", "150", "200", "500", "1000"),
        value="150",
        note=TextShape(
            zh="两处用能地址都有坐标时，按直线距离比对；单位：米",
            en="Straight-line distance, where both premises have coordinates",
        ),
    ),
}


class Likeness(StrEnum):
    """Why two matters may be one."""

    CALLER = "caller"
    HOUSE = "house"
    CROSSING = "crossing"
    SECTION = "section"
    NEAR = "near"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterTold:
    """What is known of the matter that is being taken in. `services`: the branch it belongs to."""

    phone: str = ""
    address: str = ""
    services: frozenset[str] = frozenset()
    point: tuple[float, float] | None = None
    apart_from: UUID | None = None


def told_of(*, case: Case, services: frozenset[str]) -> MatterTold:
    """What is known of a case that was taken in already."""
    return MatterTold(
        phone=case.contact_phone,
        address=case.address,
        services=services,
        point=point_of(case),
        apart_from=case.pk,
    )


class Candidate(NamedTuple):
    """What is compared of a case. Thousands are, and few are alike: only those are read whole."""

    pk: UUID
    phone: str
    address: str
    lodged_at: datetime
    latitude: float | None
    longitude: float | None

    @property
    def point(self) -> tuple[float, float] | None:
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A case that may be the same matter, and the promise that runs out first."""

    case: Case
    why: tuple[Likeness, ...]
    metres: int | None
    promise: Text | None
    due_at: datetime | None


def duplicates(
    *, company: Organisation, told: MatterTold, seen: QuerySet[Case], now: datetime
) -> list[Duplicate]:
    """Open cases of the last days like the one that is told, likest and newest first.

    `seen` are the cases that the viewer may know of; nothing else is compared. Confidential ones
    are left out: a telephone number must not tell who complained.
    """
    chosen = settings_of(company=company)
    days, metres = (int(chosen.get(name, SETTINGS[name].value)) for name in (DAYS, METRES))
    rows = seen.filter(
        organisation=company,
        closed_at__isnull=True,
        confidential=False,
        lodged_at__gte=now - timedelta(days=days),
    )
    if told.services:
        rows = rows.filter(service__in=told.services)
    if told.apart_from is not None:
        rows = rows.exclude(pk=told.apart_from)
    house = house_of(told.address)
    keys, crossing = keys_of(told.phone), crossing_of(told.address)
    candidates = _candidates(rows, told, house, metres, _asked(company, keys, crossing))
    found = [(one, *_likeness(one, told, house, metres, keys)) for one in candidates]
    alike = sorted((f for f in found if f[1]), key=lambda f: (len(f[1]), f[0].lodged_at))[::-1]
    return _whole(alike[:SHOWN])


def _whole(
    alike: Sequence[tuple[Candidate, tuple[Likeness, ...], int | None]],
) -> list[Duplicate]:
    """Those that are shown, in their order."""
    rows = Case.objects.select_related("docket__organisation", "location", "organisation")
    cases = rows.in_bulk([one.pk for one, _, _ in alike])
    soonest = _soonest(list(cases.values()))
    return [
        Duplicate(case, why, metres, *soonest.get(case.docket_id, (None, None)))
        for one, why, metres in alike
        if (case := cases.get(one.pk)) is not None
    ]


def _asked(company: Organisation, keys: Sequence[str], crossing: frozenset[str]) -> Q:
    """Of one of these telephones, or where both streets are named."""
    # An empty Q is every case; none named must be no case.
    meeting = Q(pk__in=[]) if not crossing else Q()
    for street in crossing:
        meeting &= Q(address__icontains=street)
    return of_telephones(company, keys) | meeting


def _candidates(
    rows: QuerySet[Case], told: MatterTold, house: str, metres: int, like: Q
) -> list[Candidate]:
    """What the database can tell apart; addresses are compared as they are meant, afterwards."""
    if section := section_of(told.address):
        like |= Q(address__icontains=section)
    if house:
        like |= Q(address__icontains=street_of(house))
    elif spot := spot_of(told.address):
        like |= Q(address__icontains=spot) | Q(address__iexact=told.address.strip())
    if told.point is not None:
        latitude, longitude = told.point
        up = metres / METRES_PER_DEGREE
        # Degrees of longitude shrink towards the poles. A square: the circle is drawn afterwards.
        aside = up / max(cos(radians(latitude)), 0.01)
        like |= Q(
            location__latitude__range=(latitude - up, latitude + up),
            location__longitude__range=(longitude - aside, longitude + aside),
        )
    columns = (
        "pk", "contact_phone", "address", "lodged_at", "location__latitude", "location__longitude",
    )  # fmt: skip
    newest = rows.filter(like).order_by("-lodged_at").values_list(*columns)
    return [Candidate(*row) for row in newest[:MOST_COMPARED]]


def _likeness(
    case: Candidate, told: MatterTold, house: str, metres: int, keys: Sequence[str]
) -> tuple[tuple[Likeness, ...], int | None]:
    why = []
    if {*keys} & {*keys_of(case.phone)}:
        why.append(Likeness.CALLER)
    spot = spot_of(told.address)
    if (house and house_of(case.address) == house) or (spot and spot_of(case.address) == spot):
        why.append(Likeness.HOUSE)
    elif (crossing := crossing_of(told.address)) and crossing_of(case.address) == crossing:
        why.append(Likeness.CROSSING)
    elif (section := section_of(told.address)) and section_of(case.address) == section:
        why.append(Likeness.SECTION)
    there = case.point
    apart = round(metres_between(told.point, there)) if told.point and there else None
    if apart is not None and apart <= metres:
        why.append(Likeness.NEAR)
    return tuple(why), apart


def point_at(*, company: Organisation, location: int, told: str = "") -> tuple[float, float] | None:
    """Where premises of this company lie; None where nobody measured it, or the address that was
    told is another place."""
    place = ServiceLocation.objects.filter(organisation=company, pk=location).first()
    return position_of(place) if place and is_at(told, place.address) else None


def point_of(case: Case) -> tuple[float, float] | None:
    return position_of(case.location)


def _soonest(cases: list[Case]) -> dict[UUID, tuple[Text, datetime | None]]:
    """The running promise of each case that runs out first."""
    dockets = {case.docket_id: case.docket for case in cases}
    found: dict[UUID, tuple[Text, datetime | None]] = {}
    rows = Obligation.objects.filter(RUNNING, docket__in=dockets)
    for row in sorted(rows, key=lambda r: (r.act_by is None, r.act_by or r.start_at)):
        docket = dockets[row.docket_id]
        regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
        rule = regulation.book.rules.get(row.rule)
        if rule is not None:
            found.setdefault(row.docket_id, (rule.title, row.act_by))
    return found
