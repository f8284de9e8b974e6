"""What a request would open, before anything is written: its docket, and whether its facts fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from chengnuo.cases.events import SUBJECT
from chengnuo.obligations.models import Docket
from chengnuo.obligations.owners import owner_of
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.obligations.restricting import kept_with
from chengnuo.obligations.services import new_docket
from chengnuo.packs.schema import FactShape, Pack
from chengnuo.people.models import Organisation
from chengnuo.rules.conditions import Facts, Value
from chengnuo.rules.refusing import Refused
from chengnuo.rules.words import Text


class UnableToLodge(Refused):
    """There is no such service, or it has no process to run."""


class WrongFacts(UnableToLodge):
    """A fact that the pack does not know, or a value that it cannot have."""


def draft_docket(
    *,
    company: Organisation,
    release: str,
    service: str,
    at: datetime,
    accepting_unit: int | None,
    judged: Sequence[str] | None = None,
) -> tuple[Docket, Regulation]:
    """The docket a request would open: nothing is written. Raises UnableToLodge."""
    regulation = regulation_for(digest=release, company=company)
    entry = regulation.pack.services.get(service)
    if entry is None or entry.process is None:
        known = ", ".join(i for i, s in regulation.pack.services.items() if s.process)
        raise UnableToLodge(
            Text(
                f"本制度没有服务项目“{service}”，可选：{known}",
                f"No such service “{service}”; known: {known}",
            )
        )
    docket = new_docket(
        company=company,
        release=release,
        subject_kind=SUBJECT,
        subject="",
        at=at,
        service=service,
        process=entry.process,
        accepting_unit=accepting_unit,
        judged=judged,
    )
    owed_by, knowing = entry.owner or "accepting_unit", entry.restricted_to
    if knowing:
        owner = kept_with(owed_by=owed_by, roles=knowing, company=company)
    else:
        owner = owner_of(owed_by=owed_by, docket=docket, company=company)
    docket.handling_unit_id = owner.unit
    return docket, regulation


def check_facts(pack: Pack, facts: Facts) -> None:
    """Refuse facts that no rule could read. Raises WrongFacts, naming what is allowed."""
    for name, value in facts.items():
        shape = pack.facts.get(name)
        if shape is None:
            known = ", ".join(pack.facts)
            raise WrongFacts(
                Text(
                    f"没有关键信息“{name}”，可用：{known}",
                    f"No such detail “{name}”; known: {known}",
                )
            )
        if value is not None and not _fits(shape, value):
            allowed = ", ".join(shape.values) or _bounds(shape)
            raise WrongFacts(
                Text(
                    f"“{shape.title.zh}”（{name}）不能为“{value}”，可用：{allowed}",
                    f"{shape.title.en} ({name}) cannot be {value!r}; allowed: {allowed}",
                )
            )


def _fits(shape: FactShape, value: Value) -> bool:
    if shape.type == "choice":
        return value in shape.values
    if shape.type == "flag":
        return isinstance(value, bool)
    if shape.type == "moment":
        return isinstance(value, datetime) and value.tzinfo is not None
    if shape.type in ("number", "integer"):
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            return False
        low, high = shape.min, shape.max
        return (low is None or value >= low) and (high is None or value <= high)
    return isinstance(value, str)


def _bounds(shape: FactShape) -> str:
    ends = ["" if end is None else f"{end:g}" for end in (shape.min, shape.max)]
    return f"{shape.type} {'–'.join(ends)}" if any(ends) else f"a {shape.type}"
