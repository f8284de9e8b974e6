"""Those whom an escalation reached take it up, in words of what they will do."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from chengnuo.ledger.services import Fact, record
from chengnuo.obligations.models import Escalation, Obligation
from chengnuo.obligations.services import happen, locked
from chengnuo.people.models import Staff
from chengnuo.rules.gates import ANSWERED
from chengnuo.rules.refusing import NotYours, Refused
from chengnuo.rules.state import Event
from chengnuo.rules.words import Text

SHORTEST = 2
NOT_TO_YOU = Text(
    "该上报不是报给您的，请由收到上报的人答复。",
    "This was escalated to someone else, who replies to it.",
)


def waiting_for(*, staff: Staff) -> QuerySet[Escalation]:
    """The escalations that reached a person and wait for an answer, longest first."""
    rows = Escalation.objects.filter(
        staff=staff,
        answered_at__isnull=True,
        obligation__kept_at__isnull=True,
        obligation__voided_at__isnull=True,
    )
    return rows.select_related("obligation__docket", "obligation__unit").order_by("reached_at")


@transaction.atomic
def answer(*, escalation: Escalation, by: Staff, words: str, now: datetime) -> Escalation:
    """Take up an escalation. The escalation then waits for the next level's own time.

    Each level has its own answer: one that comes after a higher level was reached, or after
    somebody else on the same level has answered, is written down and moves the escalation no more.

    Raises NotYours for another person, Refused for an empty answer, RefusedByRule when it is
    settled.
    """
    row = Escalation.objects.select_for_update().get(pk=escalation.pk)
    if row.staff_id != by.pk:
        raise NotYours(NOT_TO_YOU)
    if len(words.strip()) < SHORTEST:
        raise Refused(Text("请写明如何处理。", "Please enter your action."), field="words")
    if row.answered_at is not None:
        return row  # a double click
    held = row.obligation
    docket = locked(docket_id=held.docket_id, expected_version=None)
    held.refresh_from_db()
    if held.is_running and row.level <= max(held.answered, held.level - 1):
        data = {"target": held.key, "level": row.level, "reason": words.strip()}
        fact = Fact(kind=ANSWERED, at=now, actor_id=by.pk, subject=docket.pk, data=data)
        record(organisation_id=docket.organisation_id, facts=[fact], now=now)
    else:
        _moves_the_escalation(held, by, words.strip(), now)
    row.answered_at, row.answer = now, words.strip()
    row.save(update_fields=["answered_at", "answer"])
    return row


def _moves_the_escalation(held: Obligation, by: Staff, words: str, now: datetime) -> None:
    happen(
        docket_id=held.docket_id,
        events=[Event(name=ANSWERED, at=now, target=held.key, reason=words)],
        now=now,
        actor=by,
        told_as=held.docket.subject,
    )


def answered_by(*, staff: Staff) -> QuerySet[Escalation]:
    """What a person has answered, newest first."""
    rows = Escalation.objects.filter(staff=staff, answered_at__isnull=False)
    return rows.select_related("obligation__docket", "obligation__unit").order_by("-answered_at")


def reached_by(*, staff: Staff, pk: int) -> Escalation | None:
    """An escalation that reached this person."""
    return Escalation.objects.filter(pk=pk, staff=staff).first()
