"""Short messages to customers: one line of JSON each in a file that only we can read.

A utility's gateway takes the lines up; `key` lets it recognise one that comes twice.
"""

from __future__ import annotations

import json
import os
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from chengnuo.callbacks.queries import offer_numbered
from chengnuo.callbacks.services import token_of
from chengnuo.ledger.models import OutboxMessage


class NothingToSay(LookupError):
    """A message of a kind that has no words here."""


def send(*, message: OutboxMessage, now: datetime) -> None:
    """Append one message. Raises OSError, NothingToSay; it is tried again then."""
    line = {
        "key": message.key,
        "to": message.recipient,
        "text": text_of(message),
        "at": now.isoformat(timespec="seconds"),
    }
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    with os.fdopen(os.open(settings.SMS_FILE, flags, 0o600), "a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def text_of(message: OutboxMessage) -> str:
    """The words. The link is made here, so that no table holds what opens it."""
    payload = message.payload
    if "text" in payload:
        return str(payload["text"])
    offer = offer_numbered(payload.get("offer", 0)) if payload.get("kind") == "rating" else None
    if offer is None:
        raise NothingToSay(message.key)
    link = settings.PUBLIC_ADDRESS + reverse("public-rate", args=[token_of(offer)])
    return (
        f"【{offer.organisation.name_zh}】您的工单{payload['case']}已办结，"
        f"请点击链接评价本次服务（限用一次）：{link}"
    )
