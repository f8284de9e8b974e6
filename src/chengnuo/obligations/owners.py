"""Who owes: from the role in a rule to a unit, and up the reporting line when it is not kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from chengnuo.obligations.models import Docket, Evidence
from chengnuo.packs.forms import forms_that_keep
from chengnuo.packs.schema import FormShape, Pack
from chengnuo.people.models import HEAD, Organisation
from chengnuo.people.queries import Seat, roster_of
from chengnuo.rules.rulebook import AnyRule, Within

LINE = "line-"


@dataclass(frozen=True, slots=True)
class Owner:
    """A unit, and the role in it; with an empty role everybody in the unit."""

    unit: int
    role: str


def owner_of(
    *,
    owed_by: str,
    docket: Docket,
    company: Organisation,
    each: str | None = None,
    not_by: Collection[int] = (),
) -> Owner:
    """Where an obligation lies. A role that nobody has lies with the handling unit, else the
    company.

    `each`: a duty about every unit of a role; where that role itself owes it, it lies with the
    unit. `not_by`: staff who may not do it; what the head of a unit owes then lies with his
    superior, if there is no other head.
    """
    if each == owed_by and docket.handling_unit_id is not None:
        return Owner(docket.handling_unit_id, owed_by)
    handling = docket.handling_unit_id or docket.accepting_unit_id or company.pk
    if owed_by in ("handling_unit", "handler"):
        return Owner(handling, "")
    if owed_by == "handling_head":
        seat = standing_in(unit=handling, company=company, not_by=not_by) if not_by else None
        return Owner(handling, HEAD) if seat is None else Owner(seat.unit, seat.role)
    if owed_by in ("accepting_unit", "first_asked"):
        return Owner(docket.accepting_unit_id or company.pk, "")
    if owed_by == "organisation":
        return Owner(company.pk, "")
    unit = roster_of(company=company).unit_of_role(owed_by)
    return Owner(unit, owed_by) if unit is not None else Owner(handling, "")


def authors(*, form: FormShape, docket: Docket) -> frozenset[int]:
    """Who last filled the forms that another than he must have filled, in the present round."""
    if not form.other_than:
        return frozenset()
    rows = Evidence.objects.filter(
        docket=docket, form__in=form.other_than, filled_at__gte=docket.round_at
    )
    last = dict(rows.order_by("filled_at", "pk").values_list("form", "filled_by_id"))
    return frozenset(last.values()) - {None}


def kept_apart(*, rule: AnyRule, pack: Pack, docket: Docket) -> frozenset[int]:
    """Who may not do what a head owes, because the form that keeps it asks for another person."""
    if rule.owed_by != "handling_head" or not isinstance(rule, Within):
        return frozenset()
    forms = [pack.forms[f] for f in forms_that_keep(pack, rule.stop.events)]
    return frozenset[int]().union(*(authors(form=f, docket=docket) for f in forms))


def standing_in(*, unit: int, company: Organisation, not_by: Collection[int]) -> Seat | None:
    """Who acts for the head of a unit where only these people hold that seat: the next seat up the
    reporting line with somebody else on it. None: the head can act, or nobody stands above."""
    barred = frozenset(not_by)
    roster = roster_of(company=company)
    heads = [s for s in roster.seats.values() if s.unit == unit and s.is_head]
    if any(s.settled - barred for s in heads):
        return None
    seat = roster.above(unit=unit, role="", steps=1)
    asked: set[int] = set()
    while seat is not None and seat.id not in asked:
        if seat.settled - barred:
            return seat
        asked.add(seat.id)
        seat = roster.seats.get(seat.reports_to) if seat.reports_to else None
    return None


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


def escalation(*, to: str, owner: Owner, company: Organisation, at: datetime) -> list[int]:
    """The staff ids on a level: so many steps up the reporting line, or a role. Empty: it is
    vacant."""
    roster = roster_of(company=company)
    if to.startswith(LINE):
        role = "" if owner.role == HEAD else owner.role
        seat = roster.above(unit=owner.unit, role=role, steps=int(to.removeprefix(LINE)))
        return seat.holders(at) if seat else []
    unit = roster.unit_of_role(to)
    return roster.people_with(unit=unit, role=to, at=at) if unit is not None else []
