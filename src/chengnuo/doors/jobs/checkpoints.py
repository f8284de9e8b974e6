"""Signs how far the chains have come, and puts it where the database is not: a file, mail."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from chengnuo.ledger.checkpoints import Made, due, make_checkpoint, newest_of_all
from chengnuo.ledger.models import SignedCheckpoint
from chengnuo.ledger.notes import Signer
from chengnuo.ledger.services import OutgoingMessage, post

log = logging.getLogger("chengnuo.checkpoints")


def sign_chains(*, now: datetime) -> None:
    """The worker's step: whatever is due by the setting. A chain that does not hold is not signed,
    and the log says so each time."""
    if not settings.CHECKPOINT_EVERY:
        return
    for organisation_id in due(every=settings.CHECKPOINT_EVERY, now=now):
        made = sign(organisation_id=organisation_id, now=now)
        for fault in made.faults:
            log.error("no checkpoint of %s: entry %s %s", organisation_id, fault.seq, fault.what)
    for row in newest_of_all():
        file_of(row=row, to=settings.CHECKPOINTS)  # also what was signed on the page


def sign(*, organisation_id: int, now: datetime, to: Path | None = None) -> Made:
    """One checkpoint, kept in the database and in a file (of `to`, or of var/), and mailed."""
    signer = Signer.of(settings.CHECKPOINT_KEY)
    with transaction.atomic():
        made = make_checkpoint(organisation_id=organisation_id, signer=signer, now=now)
        if made.row is not None:
            _mail(made.row, now)
    if made.row is not None:
        file_of(row=made.row, to=to or settings.CHECKPOINTS)
    return made


def file_of(*, row: SignedCheckpoint, to: Path) -> Path:
    """The file of a checkpoint, written where it is not there yet."""
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = to / f"{row}.txt"
    if not path.exists():
        path.write_text(row.note, encoding="utf-8")
    return path


def _mail(row: SignedCheckpoint, now: datetime) -> None:
    text = f"{row.note}\n{row.key}\n\nchengnuo ledger verify --against FILE --key KEY\n"
    messages = [
        OutgoingMessage(
            key=f"checkpoint:{row.pk}:{address}",
            channel="mail",
            recipient=address,
            payload={"subject": f"承诺 Chengnuo: checkpoint {row}", "text": text},
            not_before=now,
        )
        for address in settings.CHECKPOINT_MAIL
    ]
    post(organisation_id=row.organisation_id, messages=messages, now=now)
