"""One docket in the database, told event by event. Moments are local, as in `tests.rules.world`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chengnuo.ledger.models import Entry
from chengnuo.ledger.queries import history, verify
from chengnuo.obligations.models import Breach, Docket, Obligation, PackRelease
from chengnuo.obligations.persistence import save_new
from chengnuo.obligations.regulation import release_in_force
from chengnuo.obligations.services import begin, happen, new_docket
from chengnuo.obligations.ticking import tick
from chengnuo.obligations.unit_of_work import UnitOfWork
from chengnuo.packs import stored
from chengnuo.rules.state import Event
from tests.companies import House
from tests.rules.world import at


def let_pass(moment: str | datetime) -> None:
    """The worker's part: everything that time up to a moment does."""
    now = at(moment) if isinstance(moment, str) else moment
    while tick(now=now):
        pass


class Matter:
    """A case as the obligations see it."""

    number = 0

    def __init__(self, house: House, service: str, opened: str, **facts: Any) -> None:
        company = house.again()
        Matter.number += 1
        begun = at(opened)
        release = release_in_force(company=company, at=begun)
        docket = new_docket(
            company=company,
            release=release,
            subject_kind="case",
            subject=f"T-{Matter.number}",
            at=begun,
            service=service,
            process=_process(release, service),
            accepting_unit=company.pk,
            handling_unit=company.pk,
        )
        lodged = Event(name="case.lodged", at=begun, facts=facts)
        save_new(
            begin(docket=docket, events=[lodged], now=begun, actor=None, told_as=docket.subject)
        )
        self.house, self.pk = house, docket.pk

    def happens(
        self, name: str, moment: str, *, told: str | None = None, **facts: Any
    ) -> UnitOfWork:
        """An event at a moment, told then or later. `target`, `reason` belong to the event."""
        own = {k: facts.pop(k) for k in ("target", "reason") if k in facts}
        unit = facts.pop("handling_unit", None)
        return happen(
            docket_id=self.pk,
            events=[Event(name=name, at=at(moment), facts=facts, **own)],
            now=at(told or moment),
            actor=None,
            told_as=self.docket.subject,
            handling_unit=unit,
        )

    @property
    def docket(self) -> Docket:
        return Docket.objects.get(pk=self.pk)

    def __getitem__(self, key: str) -> Obligation:
        rule, _, turn = key.partition("#")
        return Obligation.objects.get(docket=self.pk, rule=rule, turn=turn or "1")

    def keys(self) -> list[str]:
        return sorted(o.key for o in Obligation.objects.filter(docket=self.pk))

    def breaches(self) -> list[Breach]:
        return list(Breach.objects.filter(obligation__docket=self.pk).order_by("broken_at"))

    def told(self, kind: str) -> list[Entry]:
        return [e for e in history(subject=self.pk) if e.kind == kind]

    def decided(self, decision: str) -> list[dict[str, Any]]:
        """Everything of a kind that the ledger says was decided on this docket."""
        entries = history(subject=self.pk)
        decisions = [d for e in entries for d in e.data.get("decided", [])]
        return [d for d in decisions if d["decision"] == decision]

    def is_sound(self) -> bool:
        return verify(organisation_id=self.house.company.pk) == []


def _process(release: str, service: str) -> str:
    pack = stored.read(PackRelease.objects.get(pk=release).content)
    process = pack.services[service].process
    assert process is not None
    return process
