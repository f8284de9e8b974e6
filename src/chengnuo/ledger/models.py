"""Tables of the ledger. Entries are never changed or deleted: triggers in the database refuse
it."""

from __future__ import annotations

import base64
import json
from typing import Any, ClassVar
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from chengnuo.vault.fields import SealedText
from chengnuo.vault.masking import HIDDEN

# Entries that tell who saw personal data. Few among many, and asked for on their own.
ACCESS_KINDS = ("personal_data.seen", "personal_data.exported", "case.glass_broken")


class ChainHead(models.Model):
    """The last link of an organisation's chain; locking this row orders its writers."""

    organisation_id = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.organisation_id}@{self.seq}"


class Entry(models.Model):
    """One fact. `at` is when it happened or took legal effect, `recorded_at` when we wrote it down.

    `payload` is canonical JSON text: what was hashed is what is stored.
    """

    organisation_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=80)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    subject = models.UUIDField(null=True)
    payload = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation_id", "seq"], name="ledger_one_per_seq"),
            models.CheckConstraint(condition=models.Q(seq__gt=0), name="ledger_seq_positive"),
        )
        indexes = (
            models.Index(fields=["subject", "seq"], name="ledger_by_subject"),
            models.Index(
                fields=["organisation_id", "-seq"],
                condition=models.Q(kind__in=ACCESS_KINDS),
                name="ledger_looks",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id}/{self.seq} {self.kind}"

    @property
    def data(self) -> dict[str, Any]:
        """What was recorded; free words (`ledger.words`) are opened, or hidden once forgotten."""
        found: dict[str, Any] = json.loads(self.payload)
        if self.subject is None or SubjectKey.MARK not in self.payload:
            return found
        if not hasattr(self, "_key"):
            self._key = SubjectKey.objects.filter(pk=self.subject).first()
        return {name: self._opened(value) for name, value in found.items()}

    def _opened(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.startswith(SubjectKey.MARK):
            return value
        if self._key is None or self.subject is None:
            return HIDDEN
        return self._key.open(value, self.subject)


class SubjectKey(models.Model):
    """The key of the free words in the entries of one subject. Deleting it erases the words."""

    MARK: ClassVar = "wrd:"
    subject = models.UUIDField(primary_key=True)
    key = SealedText()

    def __str__(self) -> str:
        return f"{self.subject}"

    def open(self, value: str, subject: UUID) -> str:
        raw = base64.b64decode(value.removeprefix(self.MARK))
        cipher = AESGCM(bytes.fromhex(self.key))
        return cipher.decrypt(raw[:12], raw[12:], subject.bytes).decode()


class SignedCheckpoint(models.Model):
    """How far a chain had come at a moment, signed (see `notes`), to be kept elsewhere too.

    `key` is the public key it was signed with, as it is printed.
    """

    organisation_id = models.BigIntegerField()
    size = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    key = models.CharField(max_length=120)
    note = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation_id", "size", "key"], name="checkpoint_once_a_size"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id}@{self.size}"


class Bookmark(models.Model):
    """How far a reader has read an organisation's chain: everything up to and with `seq`."""

    reader = models.CharField(max_length=40)
    organisation_id = models.BigIntegerField()
    seq = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["reader", "organisation_id"], name="bookmark_once_a_reader"
            ),
        )

    def __str__(self) -> str:
        return f"{self.reader}: {self.organisation_id}@{self.seq}"


class OutboxMessage(models.Model):
    """Something to be told outside this transaction: at least once, recognisable by its key."""

    id = models.UUIDField(primary_key=True)
    organisation_id = models.BigIntegerField()
    key = models.CharField(max_length=200, unique=True)
    channel = models.CharField(max_length=20)
    recipient = models.CharField(max_length=200)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(default="")
    # Tried too often: it waits for somebody to look (SetAside), and for nobody's turn.
    aside_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["not_before"],
                condition=models.Q(delivered_at__isnull=True, aside_at__isnull=True),
                name="outbox_waiting",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(aside_at__isnull=True) | models.Q(delivered_at__isnull=True),
                name="outbox_delivered_or_aside",
            ),
        )

    def __str__(self) -> str:
        return self.key


class SetAside(models.Model):
    """Work that failed: one company's draw, one docket's clocks, one message. It is tried again
    later and later; after too many tries it waits (`aside_at`) until somebody lets it be tried."""

    step = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    organisation_id = models.BigIntegerField(null=True)
    tries = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    aside_at = models.DateTimeField(null=True)
    error = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["step", "subject"], name="set_aside_once"),
            models.CheckConstraint(
                condition=models.Q(next_at__isnull=True, aside_at__isnull=False)
                | models.Q(next_at__isnull=False, aside_at__isnull=True),
                name="set_aside_or_tried_again",
            ),
        )

    def __str__(self) -> str:
        return f"{self.step} {self.subject}"


class Heartbeat(models.Model):
    """A worker: when it was last at work, by the database's clock, and how far its own is off.

    `steady` counts the seconds since the machine (`boot`) was started, whatever its clock is put
    to: where the database has no clock of its own, that tells when the machine's was moved.
    """

    worker = models.CharField(max_length=120, primary_key=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    off_by = models.FloatField(default=0)
    judges = models.BooleanField(default=True)
    boot = models.CharField(max_length=64, default="")
    steady = models.FloatField(default=0)

    def __str__(self) -> str:
        return self.worker
