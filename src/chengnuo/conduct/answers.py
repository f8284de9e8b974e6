"""Bad answers of customers as the ledger tells of them: by form, by link or by message alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from chengnuo.conduct.models import Ground, Proceeding
from chengnuo.ledger.models import Entry
from chengnuo.obligations.held import Stay, of_unit
from chengnuo.obligations.models import Docket, Evidence

BAD_ANSWER = "answer.bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOnRecord:
    """A bad answer: on which matter, who had it in hand, when. `source` says where it is
    recorded."""

    docket: Docket
    ground: Ground
    held: list[Stay]
    at: datetime
    source: dict[str, Any]


def ground_told(told: dict[str, Any]) -> Ground | None:
    """What an answer is a ground for; a false completion outweighs dissatisfaction."""
    if told["false_completion"]:
        return Ground.FALSE_COMPLETION
    return Ground.DISSATISFIED if told["dissatisfied"] else None


def in_ledger(*, entry: Entry, ground: Ground) -> AnswerOnRecord:
    """The answer that an entry tells of. A hand-over after it moves nothing: it falls on the unit
    that had the matter in hand then, or on the company; entries from before the people were in
    them are read with the posts as they are."""
    unit = entry.data.get("unit") or entry.organisation_id
    dockets = Docket.objects.select_related("organisation")
    return AnswerOnRecord(
        docket=dockets.get(pk=str(entry.subject)),
        ground=ground,
        held=entry.data.get("held") or [of_unit(unit)],
        at=entry.at,
        source={"entry": entry.seq, "entry_hash": entry.hash},
    )


def on_form(*, evidence: Evidence, ground: Ground, unit: int) -> AnswerOnRecord:
    """The answer of a form, as statements named it before they stood on the ledger."""
    return AnswerOnRecord(
        docket=evidence.docket,
        ground=ground,
        held=[of_unit(unit)],
        at=evidence.at,
        source={"evidence": str(evidence.pk), "sheet": evidence.form},
    )


def bad_answers(*, dockets: Iterable[UUID]) -> dict[int, Entry]:
    """The entries on bad answers of dockets, by the number of the rating."""
    rows = Entry.objects.filter(subject__in=list(dockets), kind=BAD_ANSWER)
    return {entry.data["rating"]: entry for entry in rows.order_by("seq")}


def told_of(*, proceeding: Proceeding) -> Entry | None:
    """The entry on which a proceeding stands; None for a breach, and for an old one on a form."""
    if proceeding.entry_seq is None:
        return None
    rows = Entry.objects.filter(organisation_id=proceeding.organisation_id)
    return rows.get(seq=proceeding.entry_seq)


def proceedings_on(*, entry: Entry) -> QuerySet[Proceeding]:
    """Every proceeding on an answer, also those that stand on its form or were withdrawn."""
    on = Q(entry_seq=entry.seq)
    if form := entry.data["evidence"]:
        on |= Q(evidence=form, ground=ground_told(entry.data))
    return Proceeding.objects.filter(on, organisation=entry.organisation_id)


def proceeding_on(*, entry: Entry) -> Proceeding | None:
    """The proceeding on an answer that was not withdrawn."""
    return proceedings_on(entry=entry).filter(withdrawn_at=None).order_by("pk").first()
