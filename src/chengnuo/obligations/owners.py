"""Who owes: from the role in a rule to a unit, and up the reporting line when it is not kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chengnuo.obligations.models import Docket
from chengnuo.people.models import Organisation, Staff
from chengnuo.people.queries import Roster, holders, people_with, roster_of

LINE = "line-"


@dataclass(frozen=True, slots=True)
class Owner:
    """A unit, and the role in it; with an empty role everybody in the unit."""

    unit: int
    role: str


def owner_of(*, owed_by: str, docket: Docket, company: Organisation) -> Owner:
    """Where an obligation lies. A role that nobody has lies with the handling unit, else the company."""
    handling = docket.handling_unit_id or docket.accepting_unit_id or company.pk
    if owed_by in ("handling_unit", "handler"):
        return Owner(handling, "")
    if owed_by == "handling_head":
        return Owner(handling, "head")
    if owed_by in ("accepting_unit", "first_asked"):
        return Owner(docket.accepting_unit_id or company.pk, "")
    if owed_by == "organisation":
        return Owner(company.pk, "")
    unit = roster_of(company=company).unit_of_role(owed_by)
    return Owner(unit, owed_by) if unit is not None else Owner(handling, "")


def told(*, owner: Owner, at: datetime) -> list[Staff]:
    """The people to whom a message about an obligation goes."""
    role = "" if owner.role == "head" else owner.role
    return people_with(unit=owner.unit, role=role, at=at)


def ladder(*, to: str, owner: Owner, company: Organisation, at: datetime) -> list[Staff]:
    """The people on a rung: so many steps up the reporting line, or a role. Empty: the rung is vacant."""
    roster = roster_of(company=company)
    if to.startswith(LINE):
        role = "" if owner.role == "head" else owner.role
        seat = roster.above(unit=owner.unit, role=role, steps=int(to.removeprefix(LINE)))
        return holders(post_id=seat.id, at=at) if seat else []
    return _with_role(roster, to, at)


def _with_role(roster: Roster, role: str, at: datetime) -> list[Staff]:
    unit = roster.unit_of_role(role)
    return people_with(unit=unit, role=role, at=at) if unit is not None else []
