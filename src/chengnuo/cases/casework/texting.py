"""Short messages to whoever asked: to a mobile number, and to nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chengnuo.cases.models import Case
from chengnuo.customers.telephones import mobile_in
from chengnuo.ledger.services import Fact, OutgoingMessage, post, record


def text_caller(
    *, case: Case, key: str, payload: Mapping[str, Any], now: datetime, not_before: datetime
) -> bool:
    """Post a message to the caller's mobile; where he told another telephone, the ledger says that
    there is no mobile. Whether it was posted. Must run inside a transaction."""
    mobile = mobile_in(case.contact_phone)
    if mobile:
        message = OutgoingMessage(
            key=key, channel="sms", recipient=mobile, payload=dict(payload), not_before=not_before
        )
        post(organisation_id=case.organisation_id, messages=[message], now=now)
        return True
    note_no_mobile(case=case, about=str(payload["kind"]), now=now)
    return False


def note_no_mobile(*, case: Case, about: str, now: datetime) -> None:
    """Where a telephone was told that takes no messages, the ledger of the case says so."""
    if case.contact_phone:
        told = {"case": case.number, "about": about}
        fact = Fact(kind="message.no_mobile", at=now, subject=case.docket_id, data=told)
        record(organisation_id=case.organisation_id, facts=[fact], now=now)
