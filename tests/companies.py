"""Invented companies to test with: one unit, one post and one person for every role of a pack."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from chengnuo.ledger.services import Fact, record
from chengnuo.obligations.services import install
from chengnuo.packs.loader import LoadedPack
from chengnuo.people.access import ADMINISTRATOR
from chengnuo.people.models import Holding, Organisation, Post, Staff
from chengnuo.people.queries import Roster, roster_of
from chengnuo.people.services import (
    appoint,
    found_organisation,
    hire,
    open_post,
    roster_changed,
)
from tests.packs.shipped import shipped
from tests.packs.small import rule, small_pack

__all__ = ["rule", "small_pack"]

LONG_AGO = datetime(2023, 1, 1, tzinfo=UTC)
HEAD = "general-manager"


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
    _departments(made, [role for role in wanted if role != HEAD])
    made.again()
    return made


@transaction.atomic
def _departments(made: House, roles: list[str]) -> None:
    """What `seat` does in a unit of its own for every role, written at once: a company has dozens,
    and most tests begin with one. The ledger holds the same facts."""
    company, code = made.company, made.company.code
    units = Organisation.objects.bulk_create(
        Organisation(
            code=f"{code}-{index}",
            name_zh=role,
            name_en=role,
            kind="department",
            parent=company,
            company=company,
        )
        for index, role in enumerate(roles)
    )
    for unit in units:
        unit.path = f"{company.path}{unit.pk}/"
    Organisation.objects.bulk_update(units, ["path"])
    posts = Post.objects.bulk_create(
        Post(
            organisation=unit,
            role=role,
            title_zh=role,
            title_en=role,
            is_head=True,
            reports_to=made.posts[HEAD],
        )
        for unit, role in zip(units, roles, strict=True)
    )
    people = [
        Staff(
            badge=f"{code}-{role}"[:30],
            name=role,
            organisation=unit,
            password_since=LONG_AGO,
            password=make_password(f"{code}-{role}"[:30]),
        )
        for unit, role in zip(units, roles, strict=True)
    ]
    Staff.objects.bulk_create(people)
    Holding.objects.bulk_create(
        Holding(post=post, staff=person, since=LONG_AGO)
        for post, person in zip(posts, people, strict=True)
    )
    roster_changed(unit=company)
    told = zip(roles, units, posts, people, strict=True)
    facts = [fact for role, *row in told for fact in _facts(role, *row)]
    record(organisation_id=company.pk, facts=facts, now=LONG_AGO)
    made.units |= dict(zip(roles, units, strict=True))
    made.posts |= dict(zip(roles, posts, strict=True))
    made.people |= dict(zip(roles, people, strict=True))


def _facts(role: str, unit: Organisation, post: Post, person: Staff) -> list[Fact]:
    told = {
        "organisation.founded": {"code": unit.code, "pack": ""},
        "post.opened": {"post": post.pk, "role": role, "title": role},
        "staff.hired": {"badge": person.badge},
        "post.taken": {"badge": person.badge, "post": post.pk},
    }
    return [Fact(kind=kind, at=LONG_AGO, data={"unit": unit.pk, **d}) for kind, d in told.items()]


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
