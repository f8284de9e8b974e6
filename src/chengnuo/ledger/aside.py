"""Work that fails keeps nothing else waiting: it is tried again, and at last set aside and shown.

A database that cannot be reached is nobody's fault here: that goes on to the caller.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q, QuerySet

from chengnuo.ledger.models import OutboxMessage, SetAside

log = logging.getLogger("chengnuo.aside")
AWAY = (OperationalError, InterfaceError)
MOST_TRIES = 5
WAITS = (1, 5, 15, 60)  # minutes after the first, second … try
MESSAGES = "messages"


def attempt(
    *,
    step: str,
    subject: str,
    work: Callable[[], int],
    now: datetime,
    organisation_id: int | None = None,
) -> int:
    """Do one piece of work, in its own transaction, apart from all others; how much was done.

    Nothing is done while it waits for its next try, or once it is set aside.
    """
    known = SetAside.objects.filter(step=step, subject=subject).first()
    if known is not None and (known.next_at is None or known.next_at > now):
        return 0
    try:
        done = work()
    except AWAY:
        raise
    except Exception as error:
        log.exception("%s: %s failed", step, subject)
        failed(step=step, subject=subject, error=error, now=now, organisation_id=organisation_id)
        return 0
    if known is not None:
        settled(step=step, subjects=[subject])
    return done


@transaction.atomic
def failed(
    *,
    step: str,
    subject: str,
    error: BaseException,
    now: datetime,
    organisation_id: int | None = None,
) -> SetAside:
    """Write down a failure: when it is tried again, or that it is set aside now."""
    row, _fresh = SetAside.objects.select_for_update().get_or_create(
        step=step,
        subject=subject,
        defaults={
            "organisation_id": organisation_id, "tries": 0, "first_at": now, "last_at": now,
            "next_at": now, "error": "",
        },
    )  # fmt: skip
    row.tries += 1
    row.last_at = now
    row.error = f"{type(error).__name__}: {error}"[:2000]
    if row.tries >= MOST_TRIES:
        row.next_at, row.aside_at = None, row.aside_at or now
    else:
        row.next_at = now + timedelta(minutes=WAITS[min(row.tries, len(WAITS)) - 1])
    row.save()
    return row


def keep_aside(
    *,
    step: str,
    subject: str,
    error: BaseException,
    tries: int,
    now: datetime,
    organisation_id: int | None,
) -> None:
    """Set something aside whose tries were counted elsewhere."""
    SetAside.objects.update_or_create(
        step=step,
        subject=subject,
        defaults={
            "organisation_id": organisation_id, "tries": tries, "last_at": now, "next_at": None,
            "aside_at": now, "error": f"{type(error).__name__}: {error}"[:2000],
        },
        create_defaults={
            "organisation_id": organisation_id, "tries": tries, "first_at": now, "last_at": now,
            "next_at": None, "aside_at": now, "error": f"{type(error).__name__}: {error}"[:2000],
        },
    )  # fmt: skip


def held_back(*, step: str, now: datetime) -> set[str]:
    """The subjects of a step that are not to be tried now."""
    rows = SetAside.objects.filter(Q(next_at__isnull=True) | Q(next_at__gt=now), step=step)
    return set(rows.values_list("subject", flat=True))


def due_again(*, step: str, now: datetime) -> list[SetAside]:
    """What failed in a step and is to be tried again now."""
    return list(SetAside.objects.filter(step=step, next_at__lte=now).order_by("pk"))


def settled(*, step: str, subjects: Iterable[str]) -> None:
    """It went well after all."""
    SetAside.objects.filter(step=step, subject__in=list(subjects)).delete()


def waiting() -> QuerySet[SetAside]:
    """What is set aside, longest first."""
    return SetAside.objects.filter(aside_at__isnull=False).order_by("aside_at", "pk")


def failing() -> QuerySet[SetAside]:
    """What failed and is tried again by itself."""
    return SetAside.objects.filter(aside_at__isnull=True).order_by("first_at", "pk")


@transaction.atomic
def let_try(*, row: SetAside, now: datetime) -> None:
    """It may be tried again now, as often as at first."""
    if row.step == MESSAGES:
        OutboxMessage.objects.filter(pk=row.subject, delivered_at__isnull=True).update(
            aside_at=None, not_before=now, attempts=0
        )
        row.delete()
        return
    SetAside.objects.filter(pk=row.pk).update(tries=0, next_at=now, aside_at=None)
