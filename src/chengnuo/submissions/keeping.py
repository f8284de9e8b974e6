"""A form that was checked is kept as evidence, and its events happen. Private to this room."""

from __future__ import annotations

from hashlib import sha256

from chengnuo.ledger.ids import uuid7
from chengnuo.ledger.services import canonical
from chengnuo.obligations.models import Evidence
from chengnuo.obligations.services import happen
from chengnuo.packs.forms import Filled, facts_of_form, storable
from chengnuo.rules.state import Event
from chengnuo.submissions.checks import ToldByForm
from chengnuo.submissions.handlers import Submission, Via


def keep(*, sent: Submission, filled: Filled, told: ToldByForm, token: str, via: Via) -> Evidence:
    """Keep a form that was checked and was not sent before, and let its events happen.

    Needs a transaction that holds the docket: of two who send at once, the second sees the first.
    Raises RefusedByRule.
    """
    docket = sent.docket
    evidence = Evidence.objects.create(
        id=uuid7(sent.at),
        docket=docket,
        form=sent.form,
        digest=docket.release_id,
        data=storable(filled.values),
        events=list(told.events),
        filled_by=sent.by,
        at=told.at,
        filled_at=sent.at,
        token=token,
    )
    facts, last = facts_of_form(sent.shape, filled.values), len(told.events) - 1
    events = [
        Event(name=name, at=told.at, facts={} if i else facts, more_follow=i < last)
        for i, name in enumerate(told.events)
    ]
    # The ledger holds the hash of what was filled in: the evidence cannot be changed unnoticed.
    note = {
        "form": sent.form,
        "evidence": str(evidence.pk),
        "sha256": sha256(canonical(evidence.data).encode()).hexdigest(),
        "via": via.value,
    }
    work = happen(
        docket_id=docket.pk,
        events=events,
        now=sent.at,
        actor=sent.by,
        told_as=sent.shape.title.zh if sent.shape.duty else docket.subject,
        note=note,
    )
    evidence.docket = work.docket
    return evidence
