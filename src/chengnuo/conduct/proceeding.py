"""What the verbs of accountability share: refusals, the row under lock, its regulation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from chengnuo.cases.unit_of_work import happen_to
from chengnuo.conduct.models import Proceeding
from chengnuo.conduct.statements import tariff_of
from chengnuo.ledger.services import OutgoingMessage, post
from chengnuo.obligations.models import Obligation
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.packs.conduct_shapes import AccountabilityShape
from chengnuo.people.models import Staff
from chengnuo.rules.rulebook import Within
from chengnuo.rules.state import Event
from chengnuo.rules.words import Text

SHORTEST = 2


def happens(row: Proceeding, event: str, by: Staff, now: datetime, note: Mapping[str, Any]) -> None:
    happen_to(row.case, [Event(name=event, at=now)], by=by, now=now, note=dict(note))


def tell_concerned(
    row: Proceeding, *, people: Iterable[int], kind: str, said: Text, now: datetime
) -> None:
    """A message on the desk of each, also of those to whom the matter is closed otherwise: they are
    concerned. Needs the transaction of what it tells of."""
    payload = {"kind": kind, "zh": said.zh, "en": said.en, "docket": str(row.case.docket_id)}
    messages = [
        OutgoingMessage(
            key=f"proceeding:{row.pk}:{kind}:{person}",
            channel="desk",
            recipient=str(person),
            payload=payload,
            not_before=now,
        )
        for person in sorted(people)
    ]
    post(organisation_id=row.organisation_id, messages=messages, now=now)


def locked(proceeding: Proceeding) -> Proceeding:
    rows = Proceeding.objects.select_for_update(of=("self",))
    return rows.select_related("case__docket__organisation", "organisation").get(pk=proceeding.pk)


def regulation_of(row: Proceeding) -> Regulation:
    return regulation_for(digest=row.case.docket.release_id, company=row.organisation)


def tariff(row: Proceeding) -> AccountabilityShape:
    return tariff_of(regulation_of(row))


def deciding_forms(row: Proceeding) -> frozenset[str]:
    """The forms of the regulation by which the decision is made."""
    decided, forms = tariff(row).decided, regulation_of(row).pack.forms
    return frozenset(i for i, f in forms.items() if decided in {e.event for e in f.emits})


def rebuttal_of(*, proceeding: Proceeding) -> Obligation | None:
    """The right to rebut, as it runs; None before it is served, or where the pack gives none."""
    regulation = regulation_of(proceeding)
    rules = regulation.book.stops.get(tariff_of(regulation).rebutted, frozenset())
    lapsing = [
        r for r in rules
        if isinstance(rule := regulation.book.rules[r], Within) and rule.verdict == "lapses"
    ]  # fmt: skip
    rows = proceeding.case.docket.obligations.filter(rule__in=lapsing)
    return rows.order_by("-start_at").first()
