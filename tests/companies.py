"""Invented companies to test with: one unit, one post and one person for every role of a pack."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from chengnuo.obligations.services import install
from chengnuo.packs.loader import LoadedPack, load
from chengnuo.people.access import ADMINISTRATOR
from chengnuo.people.models import Organisation, Post, Staff
from chengnuo.people.queries import Roster, roster_of
from chengnuo.people.services import appoint, found_organisation, hire, open_post
from tests.packs.small import rule, small_pack

__all__ = ["rule", "small_pack"]

LONG_AGO = datetime(2023, 1, 1, tzinfo=UTC)
HEAD = "general-manager"


@cache
def shipped(pack: str) -> LoadedPack:
    """A pack that comes with the product, read once in a process: it is never changed."""
    return load(pack)


@dataclass(slots=True)
class House:
    """A company at work. `units`, `posts` and `people` are found by role; `top` heads them all."""

    company: Organisation
    top: Staff
    units: dict[str, Organisation] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    people: dict[str, Staff] = field(default_factory=dict)

    def again(self) -> Organisation:
        """The company as it stands in the database now."""
        self.company = Organisation.objects.get(pk=self.company.pk)
        return self.company

    @property
    def roster(self) -> Roster:
        return roster_of(company=self.again())


def house(
    pack: LoadedPack | str = "water-company",
    *,
    code: str = "T",
    parent: Organisation | None = None,
    roles: tuple[str, ...] | None = None,
) -> House:
    """A company working by a pack, which is installed; everybody reports to its head."""
    loaded = shipped(pack) if isinstance(pack, str) else pack
    install(loaded=loaded, now=LONG_AGO)
    company = found_organisation(
        code=code,
        name_zh=f"示例公司{code}",
        name_en=f"Example {code}",
        kind="company",
        now=LONG_AGO,
        parent=parent,
        pack=loaded.pack.id,
    )
    top = seat(company, HEAD, f"{code}-top", None)
    made = House(company, top[1])
    made.units[HEAD], made.posts[HEAD], made.people[HEAD] = company, *top
    wanted = tuple(loaded.pack.roles) if roles is None else roles
    for index, role in enumerate(r for r in wanted if r != HEAD):
        unit = found_organisation(
            code=f"{code}-{index}",
            name_zh=role,
            name_en=role,
            kind="department",
            now=LONG_AGO,
            parent=company,
        )
        made.units[role] = unit
        made.posts[role], made.people[role] = seat(unit, role, f"{code}-{role}"[:30], top[0])
    made.again()
    return made


def seat(unit: Organisation, role: str, badge: str, reports_to: Post | None) -> tuple[Post, Staff]:
    """A post at the head of a unit, and somebody on it."""
    post = open_post(
        organisation=unit,
        role=role,
        title_zh=role,
        title_en=role,
        now=LONG_AGO,
        is_head=True,
        reports_to=reports_to,
    )
    person = hire(badge=badge, name=role, organisation=unit, password=badge, now=LONG_AGO)
    appoint(staff=person, post=post, now=LONG_AGO)
    return post, person


def administrator(made: House, *, now: datetime = LONG_AGO) -> Staff:
    """Somebody who keeps the house, in a unit of his own."""
    code = made.company.code
    unit = found_organisation(
        code=f"{code}-house",
        name_zh="信息化部",
        name_en="Information systems",
        kind="department",
        now=now,
        parent=made.company,
    )
    return seat(unit, ADMINISTRATOR, f"{code}-00", made.posts[HEAD])[1]
