"""The second factor: a code of an authenticator (TOTP, RFC 6238), or a recovery code.

The devices are django-otp's tables. Wrong codes are counted by `people.signing`, together with
wrong passwords; django-otp's own brake is off (settings).
"""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from chengnuo.ledger.services import Fact, record
from chengnuo.people.models import Authenticator, Staff
from chengnuo.vault.fields import ring
from chengnuo.vault.keys import MARK

NAME = "chengnuo"
RECOVERY_CODES = 10
KEY_BYTES = 20  # RFC 4226 asks for as many
BATCH = 500
# Of base 32: sixty random bits, which nobody guesses, not even with the key of the hash.
SIGNS = 12
Factor = Literal["totp", "recovery"]


def device_of(*, staff: Staff) -> Authenticator | None:
    """The authenticator with which a person signs in."""
    found: Authenticator | None = Authenticator.objects.filter(user=staff, confirmed=True).first()
    return found


@transaction.atomic
def offered(*, staff: Staff) -> Authenticator:
    """The authenticator that is being enrolled; the same one until it is confirmed."""
    _one_at_a_time(staff)
    begun: Authenticator | None = Authenticator.objects.filter(user=staff, confirmed=False).first()
    if begun is not None:
        return begun
    made = Authenticator(user=staff, confirmed=False, name=NAME)
    made.seal(secrets.token_bytes(KEY_BYTES))
    made.save()
    return made


@transaction.atomic
def enrol(*, staff: Staff, code: str, now: datetime) -> list[str] | None:
    """Confirm the authenticator by its first code; the recovery codes, or None: a wrong code.

    One that was there before no longer counts.
    """
    device = offered(staff=staff)
    if not device.verify_token(_tidy(code)):
        return None
    Authenticator.objects.filter(user=staff).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    _note(staff, "second_factor.enrolled", now, by=staff)
    return _fresh_codes(staff)


@transaction.atomic
def renew_codes(*, staff: Staff, now: datetime) -> list[str]:
    """New recovery codes; the old ones are worth nothing."""
    _one_at_a_time(staff)
    _note(staff, "second_factor.codes_renewed", now, by=staff)
    return _fresh_codes(staff)


@transaction.atomic
def proven(*, staff: Staff, code: str, now: datetime) -> Factor | None:
    """Which factor a code proves; each works once."""
    typed = _tidy(code)
    device = Authenticator.objects.select_for_update().filter(user=staff, confirmed=True).first()
    if device is not None and typed.isdigit() and device.verify_token(typed):
        return "totp"
    codes = StaticDevice.objects.select_for_update().filter(user=staff).first()
    if codes is not None and codes.verify_token(hashed(typed)):
        _note(staff, "second_factor.recovery_used", now, by=staff, left=codes_left(staff=staff))
        return "recovery"
    return None


@transaction.atomic
def remove(*, staff: Staff, by: Staff, now: datetime) -> None:
    """Take the second factor away: the person enrols anew, or goes without where that is
    allowed."""
    Authenticator.objects.filter(user=staff).delete()
    StaticDevice.objects.filter(user=staff).delete()
    _note(staff, "second_factor.removed", now, by=by)


def reseal_keys(progress: Callable[[int], None] | None = None) -> int:
    """Bring the keys of all authenticators under the newest key of the house, in batches."""
    done, last = 0, 0
    rows = _not_under(ring().newest).order_by("pk")
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        for device in batch:
            device.seal(device.bin_key)
        Authenticator.objects.bulk_update(batch, ["key"])
        last, done = batch[-1].pk, done + len(batch)
        if progress is not None:
            progress(len(batch))
    return done


def keys_waiting() -> int:
    """How many authenticators are not under the newest key."""
    return int(_not_under(ring().newest).count())


def keys_under(number: int) -> int:
    """How many are sealed with this key of the house."""
    return int(Authenticator.objects.filter(key__startswith=f"{MARK}{number}:").count())


def _not_under(number: int) -> QuerySet[Authenticator]:
    rows: QuerySet[Authenticator] = Authenticator.objects.all()
    return rows.exclude(key__startswith=f"{MARK}{number}:")


def hashed(code: str) -> str:
    """As a recovery code is kept: a keyed hash, of which django-otp's table takes sixteen signs."""
    return salted_hmac("people.recovery", code, algorithm="sha256").hexdigest()[:16]


def codes_left(*, staff: Staff) -> int:
    left: int = StaticToken.objects.filter(device__user=staff).count()
    return left


def _one_at_a_time(staff: Staff) -> None:
    """A second page of the same person waits: nothing in these tables forbids two of a kind."""
    Staff.objects.select_for_update(no_key=True).get(pk=staff.pk)


def _fresh_codes(staff: Staff) -> list[str]:
    StaticDevice.objects.filter(user=staff).delete()
    device = StaticDevice.objects.create(user=staff, name=NAME)
    codes = [
        b32encode(secrets.token_bytes(10)).decode().lower()[:SIGNS] for _ in range(RECOVERY_CODES)
    ]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=hashed(code)) for code in codes
    )
    return ["-".join(code[i : i + 4] for i in range(0, SIGNS, 4)) for code in codes]


def _tidy(code: str) -> str:
    return "".join(c for c in code.lower() if c.isalnum())


def _note(staff: Staff, kind: str, now: datetime, *, by: Staff, **data: Any) -> None:
    fact = Fact(kind=kind, at=now, actor_id=by.pk, data={"badge": staff.badge, **data})
    record(organisation_id=staff.organisation.home_id, facts=[fact], now=now)
