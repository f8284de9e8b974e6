"""Who may see and do what in a proceeding: those concerned, heads of their units, who decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from chengnuo.conduct.models import Part, Proceeding
from chengnuo.conduct.statements import NoAccountability, tariff_of
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.packs.schema import Pack
from chengnuo.people.models import Organisation, Post, Staff

OVERSEEING = "overseeing"
ACCEPTING = "accepting"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyStanding:
    """What somebody is to a proceeding. Nobody judges what he is concerned in."""

    own: tuple[Part, ...] = ()
    heads: tuple[Part, ...] = ()
    decides: bool = False
    oversees: bool = False
    opened: bool = False

    @property
    def is_concerned(self) -> bool:
        """A part falls on himself, or on a department for which he speaks."""
        return bool(self.own) or any(p.staff_id is None for p in self.heads)

    @property
    def withdraws(self) -> bool:
        """Whether he may end it without a decision."""
        return (self.decides or self.oversees) and not self.is_concerned

    @property
    def sees(self) -> bool:
        return bool(self.own or self.heads or self.sees_all)

    @property
    def sees_all(self) -> bool:
        """Everybody's part. Those concerned see their own, heads those of their units."""
        return self.decides or self.oversees or (self.opened and not self.own)

    def shown(self, parts: Sequence[Part]) -> list[Part]:
        """The parts that are open to him."""
        mine = {p.pk for p in (*self.own, *self.heads)}
        return [p for p in parts if self.sees_all or p.pk in mine]

    @property
    def speaks_for(self) -> frozenset[int]:
        """The parts against which he may state the case: his own, and those of his departments."""
        units = {p.pk for p in self.heads if p.staff_id is None}
        return frozenset({p.pk for p in self.own} | units)


def standing_in(*, proceeding: Proceeding, staff: Staff, posts: Sequence[Post]) -> PartyStanding:
    parts = list(proceeding.parts.select_related("unit", "staff").order_by("pk"))
    own = tuple(p for p in parts if p.staff_id == staff.pk)
    units = {p.organisation_id for p in posts if p.is_head}
    heads = tuple(p for p in parts if p.unit_id in units)
    docket = proceeding.case.docket
    regulation = regulation_for(digest=docket.release_id, company=proceeding.organisation)
    standing = PartyStanding(
        own=own,
        heads=heads,
        oversees=oversees(company=proceeding.organisation, pack=regulation.pack, posts=posts),
        opened=proceeding.opened_by_id == staff.pk,
    )
    may = decides(company=proceeding.organisation, regulation=regulation, posts=posts)
    return replace(standing, decides=may and not standing.is_concerned)


def decides(*, company: Organisation, regulation: Regulation, posts: Sequence[Post]) -> bool:
    """Whether one of these posts verifies and decides (S1.2 四.4: HR, never the handling unit)."""
    try:
        role = tariff_of(regulation).decides
    except NoAccountability:
        return False
    return any(p.role == role and _of(p, company) for p in posts)


def oversees(*, company: Organisation, pack: Pack, posts: Sequence[Post]) -> bool:
    """Whether one of these posts heads the company or oversees it by its regulation."""
    return any(
        (p.is_head and p.organisation_id == company.pk)
        or (_of(p, company) and OVERSEEING in _acts(p, pack))
        for p in posts
    )


def may_open(*, company: Organisation, regulation: Regulation, posts: Sequence[Post]) -> bool:
    """Whether somebody may start a proceeding: who decides, the heads of customer service, the
    leaders of the company and who oversees it."""
    if regulation.pack.accountability is None:
        return False
    serving = any(
        p.is_head and _of(p, company) and ACCEPTING in _acts(p, regulation.pack) for p in posts
    )
    return (
        serving
        or decides(company=company, regulation=regulation, posts=posts)
        or oversees(company=company, pack=regulation.pack, posts=posts)
    )


def may_see_pay(*, company: Organisation, regulation: Regulation, posts: Sequence[Post]) -> bool:
    """Whether somebody sees and signs the whole pay sheet: who decides, and the company's head."""
    head = any(p.is_head and p.organisation_id == company.pk for p in posts)
    return head or decides(company=company, regulation=regulation, posts=posts)


def visible(
    *, staff: Staff, posts: Sequence[Post], company: Organisation, regulation: Regulation
) -> Q:
    """The proceedings that somebody may see, as a condition on Proceeding."""
    units = [p.organisation_id for p in posts if p.is_head]
    seen = Q(parts__staff=staff) | Q(parts__unit__in=units) | Q(opened_by=staff)
    seen |= Q(organisation__in=units)
    if decides(company=company, regulation=regulation, posts=posts) or oversees(
        company=company, pack=regulation.pack, posts=posts
    ):
        seen |= Q(organisation=company)
    return seen


def _of(post: Post, company: Organisation) -> bool:
    return company.pk in (post.organisation.company_id, post.organisation_id)


def _acts(post: Post, pack: Pack) -> tuple[str, ...]:
    role = pack.roles.get(post.role)
    return role.acts if role is not None else ()
