"""Deliver the outbox: a message is put before its reader and settled in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.core.mail import send_mail
from django.db import DatabaseError, transaction

from chengnuo.doors.jobs import sms
from chengnuo.ledger.models import OutboxMessage
from chengnuo.ledger.services import claim, give_back, settle
from chengnuo.people.services import deliver_message


class NoSuchChannel(LookupError):
    """Nobody here delivers to this channel."""


def deliver(*, now: datetime, limit: int = 200) -> int:
    """Deliver at most `limit` waiting messages; the number taken up. Call again until it returns
    0."""
    messages = claim(now=now, limit=limit)
    for message in messages:
        try:
            with transaction.atomic():
                hand_out(message=message, now=now)
                settle(message=message, now=now)
        except (DatabaseError, LookupError, OSError, ValueError) as error:
            give_back(message=message, error=str(error), now=now)
    return len(messages)


def hand_out(*, message: OutboxMessage, now: datetime) -> None:
    """Bring one message to its reader. The key keeps a second delivery from being a second
    message."""
    if message.channel == "sms":
        sms.send(message=message, now=now)
        return
    if message.channel == "mail":
        payload = message.payload
        send_mail(payload["subject"], payload["text"], None, [message.recipient])
        return
    if message.channel != "desk":
        raise NoSuchChannel(message.channel)
    payload = message.payload
    deliver_message(
        staff_id=int(message.recipient),
        key=message.key,
        kind=payload["kind"],
        text_zh=payload["zh"],
        text_en=payload["en"],
        link=payload["docket"],
        now=now,
    )
