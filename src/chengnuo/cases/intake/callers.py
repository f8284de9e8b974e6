"""Who calls: what an agent must know of a telephone number before the second sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F, Q

from chengnuo.cases.intake.places import (
    along,
    crossing_of,
    house_of,
    is_at,
    metres_between,
    section_of,
    spot_of,
    street_of,
)
from chengnuo.cases.models import Case, CaseTelephone, Contact
from chengnuo.customers.models import Customer, Meter, ServiceLocation
from chengnuo.customers.telephones import keys_of
from chengnuo.obligations.models import RUNNING, Evidence, Obligation
from chengnuo.packs.schema import Pack
from chengnuo.people.models import Organisation

Sees = Callable[[Case], bool]
LOOKED_BACK = timedelta(days=30)
OPEN_SHOWN = 5
SHORTEST_STREET = 2
CASES_LOOKED_AT = 20
VISITS_SHOWN = 3
# Among so many of the newest open matters an outage is looked for; no company runs as many.
OUTAGES_LOOKED_AT = 300
OUTAGE_METRES = 150


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """A running case and the promise of it that is due soonest."""

    case: Case
    promise: Obligation | None


@dataclass(frozen=True, slots=True)
class Outage:
    """A running matter that stops supply near an address; `back_at` where a fact tells it."""

    case: Case
    back_at: datetime | None


@dataclass(frozen=True, slots=True)
class Premises:
    """Where the customer takes gas, water or power, and the meters that hang there."""

    location: ServiceLocation
    meters: list[Meter]


@dataclass(slots=True)
class Caller:
    """What is known of a number and of the customer chosen among those who use it."""

    phone: str
    customers: list[Customer] = field(default_factory=list)
    chosen: Customer | None = None
    premises: list[Premises] = field(default_factory=list)
    open: list[OpenMatter] = field(default_factory=list)
    visits: list[Evidence] = field(default_factory=list)
    # Cases of the last thirty days by service; how often he called, with or without making one.
    about: list[tuple[str, int]] = field(default_factory=list)
    times: int = 0


def caller(
    *,
    company: Organisation,
    phone: str,
    customers: list[Customer],
    chosen: Customer | None,
    sees: Sees,
    pack: Pack,
    now: datetime,
) -> Caller:
    """What is known of a caller. `sees` tells of which cases the viewer may know."""
    keys = keys_of(phone)
    mine = of_telephones(company, keys)
    if chosen is not None:
        mine |= Q(customer=chosen)
    rows = Case.objects.filter(mine, organisation=company).order_by("-lodged_at")
    cases = [case for case in rows[:CASES_LOOKED_AT] if sees(case)]
    since = now - LOOKED_BACK
    lately = [c for c in cases if c.lodged_at > since and not c.source]
    return Caller(
        phone=phone,
        customers=customers,
        chosen=chosen,
        premises=_premises(chosen) if chosen else [],
        open=_open([c for c in cases if c.closed_at is None][:OPEN_SHOWN]),
        visits=_visits(cases, pack),
        about=Counter(c.service for c in lately).most_common(),
        times=len(lately) + _other_calls(company, keys, since, sees),
    )


def of_telephones(company: Organisation, keys: Sequence[str]) -> Q:
    """Cases whose caller told one of these numbers."""
    return Q(pk__in=CaseTelephone.objects.filter(organisation=company, key__in=keys).values("case"))


def keys_of_customer(customer: Customer) -> list[str]:
    """Every telephone number of a customer, as it is compared."""
    further = [phone.key for phone in customer.phones.all()]
    return [key for key in (customer.phone_key, *further) if key]


def unclaimed_of(customer: Customer) -> Q:
    """Cases that nobody gave to a customer, of one of his telephones."""
    return Q(customer__isnull=True) & of_telephones(
        customer.organisation, keys_of_customer(customer)
    )


def _other_calls(company: Organisation, keys: Sequence[str], since: datetime, sees: Sees) -> int:
    """Calls that brought no case: answered at once, or about a matter that runs already."""
    brought_none = Q(case=None) | ~Q(at=F("case__lodged_at"))
    rows = Contact.objects.filter(
        brought_none, organisation=company, phone_key__in=keys, at__gt=since, outbound=False
    )
    newest = rows.select_related("case").order_by("-at")[:CASES_LOOKED_AT]
    return sum(call.case is None or sees(call.case) for call in newest)


def premises_of(
    *, company: Organisation, customer: int | None, location: int | None, address: str = ""
) -> tuple[Customer | None, ServiceLocation | None]:
    """A customer of this company and one of his premises, by their ids; None where there is none,
    or where the address that was told is another place."""
    if customer is None:
        return None, None
    found = Customer.objects.filter(organisation=company, pk=customer).first()
    if found is None or location is None:
        return found, None
    place = found.locations.filter(pk=location).first()
    return found, place if place and is_at(address, place.address) else None


def _premises(customer: Customer) -> list[Premises]:
    """Meters that were taken away are left out."""
    hanging = Meter.objects.filter(usage_point__location__customer=customer, removed_on=None)
    by_place: dict[int, list[Meter]] = {}
    for meter in hanging.select_related("usage_point").order_by("pk"):
        by_place.setdefault(meter.usage_point.location_id, []).append(meter)
    places = customer.locations.order_by("pk")
    return [Premises(place, by_place.get(place.pk, [])) for place in places]


def _open(cases: list[Case]) -> list[OpenMatter]:
    dockets = [case.docket_id for case in cases]
    rows = Obligation.objects.filter(RUNNING, docket_id__in=dockets, act_by__isnull=False)
    soonest: dict[object, Obligation] = {}
    for row in rows.order_by("act_by"):
        soonest.setdefault(row.docket_id, row)
    return [OpenMatter(case, soonest.get(case.docket_id)) for case in cases]


def _visits(cases: list[Case], pack: Pack) -> list[Evidence]:
    """The last arrivals and visits: what was filled in forms that tell of one."""
    forms = visiting_forms(pack)
    rows = Evidence.objects.filter(docket_id__in=[c.docket_id for c in cases], form__in=forms)
    return list(rows.select_related("filled_by", "docket__case").order_by("-at")[:VISITS_SHOWN])


def visiting_forms(pack: Pack) -> list[str]:
    """Forms that tell of somebody at the premises: their event is `visit.…` or `….arrived`."""
    return [
        name
        for name, form in pack.forms.items()
        if any(e.event.startswith("visit.") or e.event.endswith(".arrived") for e in form.emits)
    ]


def outages_at(
    *,
    company: Organisation,
    address: str,
    pack: Pack,
    sees: Sees,
    location: ServiceLocation | None = None,
) -> list[Outage]:
    """Running matters that may have stopped supply at an address.

    The rule: the service has `stops_supply` in the pack, the case is open, and it is about the same
    house, crossing or housing estate, about all of the street, or no more than 150 m away where
    both positions are known. It is no more than possible: what is shut off is not known here.
    """
    services = stopping_services(pack)
    if not services or not (address.strip() or location):
        return []
    rows = Case.objects.filter(organisation=company, closed_at=None, service__in=services)
    newest = rows.filter(merged_into=None).select_related("location").order_by("-lodged_at")
    here = _Here(address, location)
    near = [case.pk for case in newest[:OUTAGES_LOOKED_AT] if here.is_near(case)][:OPEN_SHOWN]
    found = Case.objects.filter(pk__in=near).select_related("docket").order_by("-lodged_at")
    return [Outage(c, _back_at(c, pack)) for c in found if sees(c)]


class _Here:
    """A place that was told, as other places are compared with it."""

    def __init__(self, address: str, location: ServiceLocation | None) -> None:
        self.house, self.crossing = house_of(address), crossing_of(address)
        self.section, self.location = section_of(address), location
        self.spot = spot_of(address)
        street = street_of(self.house or address.strip())
        named = len(street) >= SHORTEST_STREET and not any(c.isdigit() for c in street)
        self.street = street if named else ""

    def is_near(self, case: Case) -> bool:
        where = case.address
        if self.house and house_of(where) == self.house:
            return True
        if self.crossing and crossing_of(where) == self.crossing:
            return True
        if self.section and section_of(where) == self.section:
            return True
        if self.spot and spot_of(where) == self.spot:
            return True
        apart = metres_apart(self.location, case.location)
        return along(where, self.street) or (apart is not None and apart <= OUTAGE_METRES)


def metres_apart(one: ServiceLocation | None, other: ServiceLocation | None) -> float | None:
    """How far two premises are from each other; None where a position is not known."""
    here, there = position_of(one), position_of(other)
    return metres_between(here, there) if here and there else None


def position_of(place: ServiceLocation | None) -> tuple[float, float] | None:
    """Latitude and longitude of premises; None where nobody measured them."""
    if place is None or place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude


def stopping_services(pack: Pack) -> Collection[str]:
    return [name for name, service in pack.services.items() if service.stops_supply]


def _back_at(case: Case, pack: Pack) -> datetime | None:
    """When supply is expected back, where the pack names the fact and it is known."""
    name = pack.services[case.service].back_at
    told = case.docket.facts.get(name) if name else None
    return datetime.fromisoformat(told) if isinstance(told, str) else None
