"""Who may see which case, and who may do what with it.

Reach comes with the post: the pack says for every role whether it sees what lies with it, what its
unit has to do with, or the whole company. Restricted cases are known only to the roles that their
service names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from chengnuo.cases.events import SUBJECT
from chengnuo.cases.models import Assistance, BreakGlass, Case, Copy, Objection
from chengnuo.obligations.models import Docket, Evidence, Obligation, OpenPromise
from chengnuo.obligations.regulation import regulation_shown
from chengnuo.packs.schema import Pack, Sees
from chengnuo.people.access import HOUSE_ROLES
from chengnuo.people.models import Organisation, Post, Staff
from chengnuo.people.queries import companies_below

# Up to so many cases of a person are looked through one by one; with more, the newest of everything
# soon show enough of his.
FEW, PROMISES_A_CASE = 20_000, 5


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
) -> Q:
    """The cases that a person may see among those of a company and the companies below it.

    A condition on `Case`; on rows that lead to one, say by which relation: `docket__case__`.
    """
    return _shown(reach_of(staff=staff, posts=posts, company=company, at=at), through)


def visible_open(*, staff: Staff, posts: Sequence[Post], company: Organisation, at: datetime) -> Q:
    """The open ones of `visible`: a condition on `OpenCase`, asked of its own few columns."""
    reach = reach_of(staff=staff, posts=posts, company=company, at=at)
    known = Q(case__in=_looked_into(reach))
    known = reduce(or_, _cleared(reach), known)
    still_with_the_taker = Q(restricted=True, unit=F("accepting_unit")) & _taken_by(reach)
    return (Q(restricted=False) & _within_open(reach)) | known | still_with_the_taker


def _within_open(reach: Reach) -> Q:
    """`_within`, of open cases: what ties one to somebody is found once for all of them."""
    if reach.whole and reach.companies:
        return _of("", reach.companies)
    units = sorted(reach.units)
    within = _taken_by(reach) | Q(unit__in=units) | Q(accepting_unit__in=units)
    within |= Q(docket__in=OpenPromise.objects.filter(_owed(reach)).values("docket"))
    filled = Evidence.objects.filter(filled_by=reach.staff)
    within |= Q(docket__in=filled.values("docket"))
    for rows in _asked_along(reach):
        within |= Q(case__in=rows.values("case"))
    return within | _of("", reach.companies) if reach.companies else within


def few_dockets(
    *, staff: Staff, posts: Sequence[Post], company: Organisation, at: datetime
) -> QuerySet[Any] | None:
    """The dockets of everything that a person may see, where they are few.

    With it a list begins at what is his. None: they are more, or whole companies.
    """
    return _few(reach_of(staff=staff, posts=posts, company=company, at=at))


def _few(reach: Reach) -> QuerySet[Any] | None:
    if reach.companies or _are_many(reach):
        return None
    leads_to = {"pk": "pk", "docket": "docket_id", "case": "case__docket_id"}
    tied = [rows.values_list(leads_to[name]) for rows, name in _ties(reach)]
    others = (_taken_by(reach), Q(pk__in=_looked_into(reach)), *_cleared(reach))
    # One query for each way of having to do with a case: joined by OR, none of their indexes would
    # be used.
    tied += [Case.objects.filter(one).values_list("docket_id") for one in others]
    dockets = tied[0].union(*tied[1:], all=True)
    return dockets if dockets[: FEW + 1].count() <= FEW else None


def _are_many(reach: Reach) -> bool:
    """Of a large unit this is told by its indexes alone."""
    handled = Docket.objects.filter(handling_unit__in=sorted(reach.units)).values("handling_unit")
    owed = Obligation.objects.filter(unit__in=sorted({*reach.units, *reach.roles})).values("unit")
    most = FEW * PROMISES_A_CASE
    return handled[: FEW + 1].count() > FEW or owed[: most + 1].count() > most


def may_see(
    *, case: Case, staff: Staff, posts: Sequence[Post], company: Organisation, at: datetime
) -> bool:
    """Whether a person may see this case. To whom it is not visible, it does not exist."""
    return is_shown(case=case, reach=reach_of(staff=staff, posts=posts, company=company, at=at))


def is_shown(*, case: Case, reach: Reach) -> bool:
    """The same, where the reach is known already."""
    if case.organisation_id in reach.companies and not case.restricted:
        return True
    return Case.objects.filter(_shown(reach), pk=case.pk).exists()


SIDES_IN_FULL = ("handling_unit__in", "accepting_unit__in")


def in_full(units: Collection[int]) -> Q:
    """The cases whose telephone, name and address are not masked to who works in these units: they
    took it in or handle it, and need to call. A condition on `Case`."""
    here = sorted(units)
    return Q(docket__handling_unit__in=here) | Q(docket__accepting_unit__in=here)


def has_in_full(units: Collection[int]) -> bool:
    """Whether there are such cases: who has none finds everybody by a whole value only."""
    ours = Docket.objects.filter(subject_kind=SUBJECT)
    return any(ours.filter(**{side: units}).exists() for side in SIDES_IN_FULL)


def is_in_full(*, case: Case, units: Collection[int]) -> bool:
    """The same of one case."""
    return case.docket.handling_unit_id in units or case.docket.accepting_unit_id in units


def takes_in(*, posts: Sequence[Post], at: datetime) -> bool:
    """Whether one of these posts takes matters in for its company: who calls is open to it, and the
    customer's file is kept by it. The head of the company does everything."""
    for post in posts:
        home = post.organisation.home
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
        home = post.organisation.home
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
    reach.roles.setdefault(unit, set()).update(post.owes_as)


def _restricted_to(role: str, company: Organisation, at: datetime) -> set[str]:
    """The restricted services of a company that are open to a role."""
    pack = _pack(company, at)
    services = pack.services.items() if pack is not None else ()
    return {name for name, service in services if role in service.restricted_to}


def _pack(company: Organisation, at: datetime) -> Pack | None:
    regulation = regulation_shown(company=company, at=at)
    return regulation.pack if regulation else None


# -- as a condition on rows ------------------------------------------------------------------------


def _shown(reach: Reach, through: str = "") -> Q:
    """Open cases within reach, and the restricted ones that are open to this person."""
    within = Q(**{f"{through}restricted": False}) & _within(reach, through)
    return within | _let_in(reach, through)


def _let_in(reach: Reach, through: str) -> Q:
    """Restricted cases of which this person knows, and whatever he looks into for a reason."""
    known = Q(**{f"{through}pk__in": _looked_into(reach)})
    known = reduce(or_, _cleared(reach, through), known)
    return known | _still_with_the_taker(reach, through)


def _cleared(reach: Reach, through: str = "") -> Iterator[Q]:
    """Restricted cases of services that are open to this person, company by company."""
    for company, services in sorted(reach.cleared.items()):
        yield _of(through, {company}) & Q(
            **{f"{through}restricted": True, f"{through}service__in": sorted(services)}
        )


def _looked_into(reach: Reach) -> QuerySet[BreakGlass, Any]:
    rows = BreakGlass.objects.filter(staff=reach.staff, since__lte=reach.at, until__gt=reach.at)
    return rows.values("case_id")


def _within(reach: Reach, through: str) -> Q:
    """In the companies that are seen whole, or on a docket that lies or lay with this person."""
    if reach.whole and reach.companies:
        return _of(through, reach.companies)
    within = _taken_by(reach, through)
    for rows, name in _ties(reach):
        own = OuterRef(f"{through}docket_id" if name != "case" else f"{through}pk")
        within |= _any(rows.filter(**{name: own}))
    return within | _of(through, reach.companies) if reach.companies else within


def _of(through: str, companies: set[int]) -> Q:
    """Cases of these companies; of one, so that its index gives them in order."""
    if len(companies) == 1:
        return Q(**{f"{through}organisation_id": next(iter(companies))})
    return Q(**{f"{through}organisation_id__in": sorted(companies)})


def _taken_by(reach: Reach, through: str = "") -> Q:
    """Cases that this person took in, or was asked for first."""
    return Q(**{f"{through}lodged_by": reach.staff}) | Q(**{f"{through}first_asked": reach.staff})


def _still_with_the_taker(reach: Reach, through: str) -> Q:
    """Restricted cases that this person took in and nobody else has yet."""
    held = Docket.objects.filter(
        pk=OuterRef(f"{through}docket_id"), handling_unit=F("accepting_unit")
    )
    restricted = Q(**{f"{through}restricted": True})
    return restricted & _taken_by(reach, through) & _any(held)


def _any(rows: QuerySet[Any]) -> Q:
    """Whether there are such rows, asked case by case. For EXISTS the planner of PostgreSQL likes
    to read all that a large unit ever had, to answer it for the few cases of a page."""
    return Q(IsNull(Subquery(rows.values("pk")[:1]), False))


def _ties(reach: Reach) -> list[tuple[QuerySet[Any], str]]:
    """What ties a case to somebody, and by which name it leads to the case or its docket."""
    units = sorted(reach.units)
    return [
        (Docket.objects.filter(Q(handling_unit__in=units) | Q(accepting_unit__in=units)), "pk"),
        (Obligation.objects.filter(_owed(reach)), "docket"),
        (Evidence.objects.filter(filled_by=reach.staff), "docket"),
        *((rows, "case") for rows in _asked_along(reach)),
    ]


def _owed(reach: Reach) -> Q:
    """Promises of the units that are seen whole, and of the roles that somebody has elsewhere."""
    owed = Q(unit__in=sorted(reach.units))
    for unit, roles in sorted(reach.roles.items()):
        if unit not in reach.units:
            owed |= Q(unit_id=unit, role__in=sorted(roles))
    return owed


def _asked_along(reach: Reach) -> list[QuerySet[Any]]:
    """Copies to somebody, and what his units were asked to help with or wanted to be rid of."""
    units = sorted(reach.units)
    return [
        Copy.objects.filter(staff=reach.staff),
        Assistance.objects.filter(unit__in=units),
        Objection.objects.filter(unit__in=units),
    ]
