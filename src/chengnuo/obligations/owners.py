"""Who owes: from the role in a rule to a unit, and up the reporting line when it is not kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chengnuo.obligations.models import Docket
from chengnuo.people.models import Organisation
from chengnuo.people.queries import roster_of

LINE = "line-"
HEAD = "head"


@dataclass(frozen=True, slots=True)
class Owner:
    """A unit, and the role in it; with an empty role everybody in the unit."""

    unit: int
    role: str


def owner_of(
    *, owed_by: str, docket: Docket, company: Organisation, each: str | None = None
) -> Owner:
    """Where an obligation lies. A role that nobody has lies with the handling unit, else the
    company.

    `each`: a duty about every unit of a role; where that role itself owes it, it lies with the
    unit.
    """
    if each == owed_by and docket.handling_unit_id is not None:
        return Owner(docket.handling_unit_id, owed_by)
    handling = docket.handling_unit_id or docket.accepting_unit_id or company.pk
    if owed_by in ("handling_unit", "handler"):
        return Owner(handling, "")
    if owed_by == "handling_head":
        return Owner(handling, HEAD)
    if owed_by in ("accepting_unit", "first_asked"):
        return Owner(docket.accepting_unit_id or company.pk, "")
    if owed_by == "organisation":
        return Owner(company.pk, "")
    unit = roster_of(company=company).unit_of_role(owed_by)
    return Owner(unit, owed_by) if unit is not None else Owner(handling, "")


def told(*, owner: Owner, company: Organisation, at: datetime) -> list[int]:
    """The staff ids to whom a message about an obligation goes.

    Where nobody is there, it goes to the first who is, up the reporting line: never to nobody.
    """
    roster = roster_of(company=company)
    if owner.role != HEAD:
        found = roster.people_with(unit=owner.unit, role=owner.role, at=at)
        if found:
            return found
    role = "" if owner.role == HEAD else owner.role
    return roster.first_present(unit=owner.unit, role=role, at=at)


def ladder(*, to: str, owner: Owner, company: Organisation, at: datetime) -> list[int]:
    """The staff ids on a rung: so many steps up the reporting line, or a role. Empty: it is
    vacant."""
    roster = roster_of(company=company)
    if to.startswith(LINE):
        role = "" if owner.role == HEAD else owner.role
        seat = roster.above(unit=owner.unit, role=role, steps=int(to.removeprefix(LINE)))
        return seat.holders(at) if seat else []
    unit = roster.unit_of_role(to)
    return roster.people_with(unit=unit, role=to, at=at) if unit is not None else []
