"""Deliver the outbox: a message is put before its reader and settled in one transaction.

What waits for one person is looked at together. "Due soon" goes under the "broken" of the same
promise, levels passed meanwhile go under the highest, and what is old, after the worker or a person
was away, is gathered into one digest. Each message is kept; those gathered lie under the one that
tells of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.mail import send_mail
from django.db import transaction

from chengnuo.doors.jobs import sms
from chengnuo.ledger.models import OutboxMessage
from chengnuo.ledger.services import DESK, claim, give_back, settle
from chengnuo.obligations.spoken import KINDS
from chengnuo.people.models import Message
from chengnuo.people.services import deliver_message, gather_messages

OLD = timedelta(hours=1)
FEW = 3
# Of one promise the later word tells the earlier one too.
WORDS = ("warned", "broken", "escalated")


class NoSuchChannel(LookupError):
    """Nobody here delivers to this channel."""


def deliver(*, now: datetime, limit: int = 200) -> int:
    """Deliver at least `limit` waiting messages, if there are as many; the number taken up. Call
    again until it returns 0."""
    messages = claim(now=now, limit=limit)
    by_reader: dict[str, list[OutboxMessage]] = defaultdict(list)
    for message in messages:
        by_reader[message.recipient if message.channel == DESK else str(message.pk)].append(message)
    for together in by_reader.values():
        try:
            with transaction.atomic():
                _tell(together, now)
        except Exception as error:
            _one_by_one(together, error, now)
    return len(messages)


def _one_by_one(messages: Sequence[OutboxMessage], error: Exception, now: datetime) -> None:
    """One that cannot be delivered keeps none of the others back."""
    for message in messages:
        try:
            if len(messages) == 1:
                raise error
            with transaction.atomic():
                _tell([message], now)
        except Exception as fault:
            give_back(message=message, error=fault, now=now)


def _tell(together: Sequence[OutboxMessage], now: datetime) -> None:
    told = [row for message in together if (row := hand_out(message=message, now=now)) is not None]
    for message in together:
        settle(message=message, now=now)
    if len(told) < 2:
        return
    under = _superseded(together)
    by_key = {row.key: row for row in told}
    for key, above in under.items():
        if key in by_key and above in by_key:
            gather_messages(under=by_key[above], rows=[by_key[key]])
    since = {m.key: _since(m) for m in together}
    old = [r for r in told if r.key not in under and since[r.key] < now - OLD]
    if len(old) > FEW:
        _digest(old, len([r for r in told if r.key in under]), now)


def _superseded(together: Sequence[OutboxMessage]) -> dict[str, str]:
    """The key of each message that a later word on the same promise tells too."""
    by_promise: dict[str, list[OutboxMessage]] = defaultdict(list)
    for message in together:
        if message.payload.get("kind") in WORDS and message.key.count(":") >= 3:
            promise, _kind, _tail, run = message.key.split(":", 3)
            by_promise[f"{promise}:{run}"].append(message)
    found: dict[str, str] = {}
    for held in by_promise.values():
        last = max(held, key=_rank)
        found |= {m.key: last.key for m in held if m is not last}
    return found


def _rank(message: OutboxMessage) -> tuple[int, int]:
    """How late a word on a promise is: by its kind, then by its warning or level."""
    tail = message.key.split(":", 3)[2]
    return WORDS.index(message.payload["kind"]), int(tail) if tail.isdigit() else 0


def _since(message: OutboxMessage) -> datetime:
    """When it happened, by its legal moment; else since when it may be told."""
    at = message.payload.get("at")
    return datetime.fromisoformat(at) if at else message.not_before


def _digest(rows: Sequence[Message], more: int, now: datetime) -> None:
    kinds = Counter(row.kind for row in rows)
    known = [(KINDS[kind], number) for kind, number in kinds.most_common() if kind in KINDS]
    other = sum(kinds.values()) - sum(number for _words, number in known)
    zh = [f"{words.zh}{number}项" for words, number in known]
    en = [f"{number} {words.en}" for words, number in known]
    if other:
        zh, en = [*zh, f"其他{other}项"], [*en, f"{other} other"]
    digest, _fresh = deliver_message(
        staff_id=rows[0].staff_id,
        key=f"digest:{rows[0].key}"[:220],
        kind="digest",
        text_zh=f"此前积下{len(rows) + more}条消息：{'，'.join(zh)}",
        text_en=f"{len(rows) + more} messages from before: {', '.join(en)}",
        link="",
        now=now,
    )
    gather_messages(under=digest, rows=list(rows))


def hand_out(*, message: OutboxMessage, now: datetime) -> Message | None:
    """Bring one message to its reader. The key keeps a second delivery from being a second
    message. None: it is none of the desk."""
    if message.channel == "sms":
        sms.send(message=message, now=now)
        return None
    if message.channel == "mail":
        payload = message.payload
        send_mail(payload["subject"], payload["text"], None, [message.recipient])
        return None
    if message.channel != DESK:
        raise NoSuchChannel(message.channel)
    payload = message.payload
    told, _fresh = deliver_message(
        staff_id=int(message.recipient),
        key=message.key,
        kind=payload["kind"],
        text_zh=payload["zh"],
        text_en=payload["en"],
        link=payload["docket"],
        now=now,
    )
    return told
