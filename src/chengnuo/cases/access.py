"""Who may see which case, and who may do what with it.

Reach comes with the post: the pack says for every role whether it sees what lies with it, what its
unit has to do with, or the whole company. Restricted cases are known only to the roles that their
service names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from chengnuo.cases.models import Assistance, BreakGlass, Case, Copy, Objection
from chengnuo.obligations.models import Docket, Evidence, Obligation
from chengnuo.obligations.regulation import regulation_shown
from chengnuo.packs.schema import Pack, Sees
from chengnuo.people.access import HOUSE_ROLES
from chengnuo.people.models import Organisation, Post, Staff
from chengnuo.people.queries import companies_below


@dataclass(slots=True)
class Reach:
    """How far one person sees at a moment: ids, so that every question becomes one query."""

    staff: int
    at: datetime
    # Companies seen whole, units seen whole, and the roles whose obligations are seen, by unit.
    companies: set[int] = field(default_factory=set)
    # Whether these are all that were asked about: then nothing else widens the reach.
    whole: bool = False
    units: set[int] = field(default_factory=set)
    roles: dict[int, set[str]] = field(default_factory=dict)
    # Companies over which the person stands, as its head or overseeing it: may break glass there.
    overseen: set[int] = field(default_factory=set)
    # Restricted services that are open to this person, by company.
    cleared: dict[int, set[str]] = field(default_factory=dict)


def visible(
    *,
    staff: Staff,
    posts: Sequence[Post],
    company: Organisation,
    at: datetime,
    through: str = "",
    among: Sequence[UUID] | None = None,
) -> Q:
    """The cases that a person may see among those of a company and the companies below it.

    A condition on `Case`; on rows that lead to one, say by which relation: `docket__case__`.
    `among`: only these dockets are asked about, so that a few are answered for at once.
    """
    return _shown(reach_of(staff=staff, posts=posts, company=company, at=at), through, among)


def may_see(
    *, case: Case, staff: Staff, posts: Sequence[Post], company: Organisation, at: datetime
) -> bool:
    """Whether a person may see this case. To whom it is not visible, it does not exist."""
    return is_shown(case=case, reach=reach_of(staff=staff, posts=posts, company=company, at=at))


def is_shown(*, case: Case, reach: Reach) -> bool:
    """The same, where the reach is known already."""
    if case.organisation_id in reach.companies and not case.restricted:
        return True
    return Case.objects.filter(_shown(reach, among=[case.docket_id]), pk=case.pk).exists()


def takes_in(*, posts: Sequence[Post], at: datetime) -> bool:
    """Whether one of these posts takes matters in for its company: who calls is open to it, and the
    customer's file is kept by it. The head of the company does everything."""
    for post in posts:
        home = post.organisation.company or post.organisation
        pack = _pack(home, at)
        role = pack.roles.get(post.role) if pack is not None else None
        if post.is_head and post.organisation_id == home.pk:
            return True
        if role is not None and ("accepting" in role.acts or role.channel is not None):
            return True
    return False


def reach_of(*, staff: Staff, posts: Sequence[Post], company: Organisation, at: datetime) -> Reach:
    """What the posts of a person let him see."""
    reach = Reach(staff.pk, at)
    below = companies_below(organisation=company)
    working = [post for post in posts if post.role not in HOUSE_ROLES]
    if not posts:
        reach.units.add(staff.organisation_id)
    for post in working:
        home = post.organisation.company or post.organisation
        under = [c for c in below if c.path.startswith(home.path)]
        _widen(reach, post, home, {c.pk for c in under})
        for one in under:
            if services := _restricted_to(post.role, one, at):
                reach.cleared.setdefault(one.pk, set()).update(services)
    reach.whole = {company.pk for company in below} <= reach.companies
    return reach


def leads(*, posts: Sequence[Post], pack: Pack | None) -> bool:
    """Whether one of these posts heads a unit or oversees others: then its month is told of."""
    roles = pack.roles if pack is not None else {}
    return any(p.is_head or (p.role in roles and "overseeing" in roles[p.role].acts) for p in posts)


def led_units(
    *, staff: Staff, posts: Sequence[Post], company: Organisation, at: datetime
) -> frozenset[int] | None:
    """The units of a company that somebody sees whole, without seeing all of it; None: he does."""
    reach = reach_of(staff=staff, posts=posts, company=company, at=at)
    return None if company.pk in reach.companies else frozenset(reach.units)


def open_to(
    *, staff: Staff, posts: Sequence[Post], company: Organisation, at: datetime, through: str = ""
) -> Q:
    """The same as `visible` on rows of units that the person sees whole, and much quicker there."""
    reach = reach_of(staff=staff, posts=posts, company=company, at=at)
    return Q(**{f"{through}restricted": False}) | _let_in(reach, through)


def _widen(reach: Reach, post: Post, home: Organisation, companies: set[int]) -> None:
    """What one post adds: its head sees the whole organisation, others what the pack says."""
    unit = post.organisation_id
    is_top = post.is_head and unit == home.pk
    pack = _pack(home, reach.at)
    role = pack.roles.get(post.role) if pack is not None else None
    sees: Sees = "company" if is_top else role.sees if role is not None else "unit"
    if sees == "company":
        reach.companies |= companies
    if is_top or (sees == "company" and role is not None and "overseeing" in role.acts):
        reach.overseen |= companies
    if sees != "own":
        reach.units.add(unit)
    owed = {"", post.role, "head"} if post.is_head else {"", post.role}
    reach.roles.setdefault(unit, set()).update(owed)


def _restricted_to(role: str, company: Organisation, at: datetime) -> set[str]:
    """The restricted services of a company that are open to a role."""
    pack = _pack(company, at)
    services = pack.services.items() if pack is not None else ()
    return {name for name, service in services if role in service.restricted_to}


def _pack(company: Organisation, at: datetime) -> Pack | None:
    regulation = regulation_shown(company=company, at=at)
    return regulation.pack if regulation else None


# -- as a condition on rows ------------------------------------------------------------------------


def _shown(reach: Reach, through: str = "", among: Sequence[UUID] | None = None) -> Q:
    """Open cases within reach, and the restricted ones that are open to this person.

    `among`: of these dockets alone.
    """
    within = Q(**{f"{through}restricted": False}) & _within(reach, through, among)
    return within | _let_in(reach, through)


def _let_in(reach: Reach, through: str) -> Q:
    """Restricted cases of which this person knows, and whatever he looks into for a reason."""
    glass = BreakGlass.objects.filter(staff=reach.staff, since__lte=reach.at, until__gt=reach.at)
    known = Q(**{f"{through}pk__in": glass.values("case_id")})
    for company, services in sorted(reach.cleared.items()):
        known |= _of(through, {company}) & Q(
            **{f"{through}restricted": True, f"{through}service__in": sorted(services)}
        )
    return known | _still_with_the_taker(reach, through)


def _within(reach: Reach, through: str, among: Sequence[UUID] | None) -> Q:
    """In the companies that are seen whole, or on a docket that lies or lay with this person."""
    if reach.whole and reach.companies:
        return _of(through, reach.companies)
    dockets = _dockets(reach, among)
    within = Q(**{f"{through}docket_id__in": dockets[0].union(*dockets[1:])})
    return within | _of(through, reach.companies) if reach.companies else within


def _of(through: str, companies: set[int]) -> Q:
    """Cases of these companies; of one, so that its index gives them in order."""
    if len(companies) == 1:
        return Q(**{f"{through}organisation_id": next(iter(companies))})
    return Q(**{f"{through}organisation_id__in": sorted(companies)})


def _still_with_the_taker(reach: Reach, through: str) -> Q:
    """Restricted cases that this person took in and nobody else has yet."""
    taken = Q(lodged_by=reach.staff) | Q(first_asked=reach.staff)
    held = Case.objects.filter(
        taken, restricted=True, docket__handling_unit=F("docket__accepting_unit")
    )
    return Q(**{f"{through}restricted": True, f"{through}pk__in": held.values("pk")})


def _dockets(reach: Reach, among: Sequence[UUID] | None) -> list[QuerySet[Any]]:
    """The dockets that lie or lay with somebody, each question answered by an index."""
    me, units = reach.staff, sorted(reach.units)
    owed = [
        (Obligation.objects.filter(unit_id=unit, role__in=sorted(roles)), "docket_id")
        for unit, roles in sorted(reach.roles.items())
        if unit not in reach.units
    ]
    asked = [
        (Case.objects.filter(lodged_by=me), "docket_id"),
        (Case.objects.filter(first_asked=me), "docket_id"),
        (Copy.objects.filter(staff=me), "case__docket_id"),
        (Evidence.objects.filter(filled_by=me), "docket_id"),
        (Docket.objects.filter(handling_unit__in=units), "pk"),
        (Docket.objects.filter(accepting_unit__in=units), "pk"),
        (Assistance.objects.filter(unit__in=units), "case__docket_id"),
        (Objection.objects.filter(unit__in=units), "case__docket_id"),
        (Obligation.objects.filter(unit__in=units), "docket_id"),
        *owed,
    ]
    if among is not None:
        asked = [(rows.filter(**{f"{name}__in": among}), name) for rows, name in asked]
    return [rows.order_by().values_list(name, flat=True) for rows, name in asked]
