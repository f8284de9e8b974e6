"""Matters that only some roles know of: these owe everything in them, and nobody else is told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from chengnuo.obligations.models import Docket
from chengnuo.obligations.owners import Owner
from chengnuo.obligations.regulation import regulation_for, regulation_shown
from chengnuo.packs.filing import HANDS
from chengnuo.packs.schema import Pack
from chengnuo.people.models import Organisation
from chengnuo.people.queries import companies_below, roster_of
from chengnuo.rules.rulebook import AnyRule
from chengnuo.rules.words import Text


def knowing(*, docket: Docket) -> tuple[str, ...]:
    """The only roles that know of a matter; none where it is open."""
    regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
    return regulation.pack.restricted_to(docket.service)


def knowing_roles(*, company: Organisation, at: datetime) -> frozenset[str]:
    """The roles that know of restricted matters of a company, or of one below it."""
    services = (s for pack in _packs_below(company, at) for s in pack.services.values())
    return frozenset(role for service in services for role in service.restricted_to)


def auditing_roles(*, company: Organisation, at: datetime) -> frozenset[str]:
    """The roles that audit in a company, or in one below it."""
    return frozenset(role for pack in _packs_below(company, at) for role in pack.acting("auditing"))


def _packs_below(company: Organisation, at: datetime) -> Iterator[Pack]:
    for one in companies_below(organisation=company):
        if (regulation := regulation_shown(company=one, at=at)) is not None:
            yield regulation.pack


def kept_with(*, owed_by: str, roles: Sequence[str], company: Organisation) -> Owner:
    """Where a promise of a restricted matter lies: with the role that owes it, if that knows of it,
    else with the first that does. A role that nobody has is never stood in for by an outsider."""
    wanted = [owed_by] if owed_by in roles else []
    roster = roster_of(company=company)
    for role in (*wanted, *roles):
        unit = roster.unit_of_role(role)
        if unit is not None:
            return Owner(unit, role)
    return Owner(company.pk, roles[0])


def kept_by_who_knows(*, rule: AnyRule, pack: Pack, docket: Docket) -> Owner:
    """Where a promise of a restricted matter lies: what the handling side owes, with the role that
    handles the service, so that nobody else who knows of it owes that too."""
    entry = pack.services[docket.service]
    wanted = entry.owner if entry.owner and rule.owed_by in HANDS else rule.owed_by
    return kept_with(owed_by=wanted, roles=entry.restricted_to, company=docket.organisation)


def knowing_people(*, roles: Collection[str], company: Organisation, at: datetime) -> set[int]:
    """The staff ids that know of a restricted matter of a company."""
    seats = roster_of(company=company).seats.values()
    return {person for seat in seats if seat.role in roles for person in seat.holders(at)}


VEILED = {
    "warned": Text("一项限制知悉的承诺即将到期", "A restricted promise is due soon"),
    "broken": Text("一项限制知悉的承诺已逾期", "A restricted promise is overdue"),
    "escalated": Text("一项限制知悉的承诺逾期上报", "A restricted promise is overdue. Please act."),
    "incident": Text(
        "一项限制知悉的承诺逾期，上报无人接收",
        "A restricted promise is overdue and its escalation reached nobody",
    ),
}


def veiled(kind: str, unit: Organisation) -> Text:
    """What may be said of it to somebody else: with whom it lies, nothing more."""
    said = VEILED[kind]
    return Text(f"{said.zh}（{unit.name_zh}）", f"{said.en} ({unit.name_en or unit.name_zh})")
