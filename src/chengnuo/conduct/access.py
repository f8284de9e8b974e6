"""Who may see and do what in a proceeding: those concerned, heads of their units, who decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from chengnuo.conduct.models import Part, Proceeding
from chengnuo.conduct.statements import tariff_of
from chengnuo.obligations.regulation import regulation_for
from chengnuo.people.models import Post, Staff


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What somebody is to a proceeding. Nobody judges what he is concerned in."""

    own: tuple[Part, ...] = ()
    heads: tuple[Part, ...] = ()
    decides: bool = False
    oversees: bool = False

    @property
    def sees(self) -> bool:
        return bool(self.own or self.heads or self.decides or self.oversees)

    @property
    def sees_all(self) -> bool:
        """Everybody's part; those concerned see their own."""
        return bool(self.heads or self.decides or self.oversees)


def standing_in(*, proceeding: Proceeding, staff: Staff, posts: Sequence[Post]) -> Standing:
    parts = list(proceeding.parts.select_related("unit", "staff"))
    own = tuple(p for p in parts if p.staff_id == staff.pk)
    units = {p.organisation_id for p in posts if p.is_head}
    heads = tuple(p for p in parts if p.unit_id in units)
    roles = {p.role for p in posts if p.organisation.company_id == proceeding.organisation_id}
    return Standing(
        own=own,
        heads=heads,
        decides=decides(proceeding=proceeding, roles=roles) and not own,
        oversees=proceeding.organisation_id in units,
    )


def decides(*, proceeding: Proceeding, roles: set[str]) -> bool:
    """Whether one of these roles verifies and decides (S1.2 四.4: HR, never the handling unit)."""
    docket = proceeding.case.docket
    regulation = regulation_for(digest=docket.release_id, company=proceeding.organisation)
    return tariff_of(regulation).decides in roles


def visible(*, staff: Staff, posts: Sequence[Post], deciding: bool) -> Q:
    """The proceedings that somebody may see, as a condition on Proceeding. `deciding`: one of his
    posts is the role that decides in his company."""
    units = [p.organisation_id for p in posts if p.is_head]
    seen = Q(parts__staff=staff) | Q(parts__unit__in=units) | Q(organisation__in=units)
    if deciding:
        seen |= Q(organisation=staff.organisation.company_id or staff.organisation_id)
    return seen
