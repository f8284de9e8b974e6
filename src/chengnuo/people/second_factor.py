"""The second factor: a code of an authenticator (TOTP, RFC 6238), or a recovery code.

The devices are django-otp's tables. Wrong codes are counted by `people.signing`, together with
wrong passwords; django-otp's own brake is off (settings).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from chengnuo.ledger.services import Fact, record
from chengnuo.people.models import Staff

NAME = "chengnuo"
RECOVERY_CODES = 10
Factor = Literal["totp", "recovery"]


def device_of(*, staff: Staff) -> TOTPDevice | None:
    """The authenticator with which a person signs in."""
    found: TOTPDevice | None = TOTPDevice.objects.filter(user=staff, confirmed=True).first()
    return found


@transaction.atomic
def offered(*, staff: Staff) -> TOTPDevice:
    """The authenticator that is being enrolled; the same one until it is confirmed."""
    _one_at_a_time(staff)
    made: TOTPDevice
    made, _ = TOTPDevice.objects.get_or_create(user=staff, confirmed=False, defaults={"name": NAME})
    return made


@transaction.atomic
def enrol(*, staff: Staff, code: str, now: datetime) -> list[str] | None:
    """Confirm the authenticator by its first code; the recovery codes, or None: a wrong code.

    One that was there before no longer counts.
    """
    device = offered(staff=staff)
    if not device.verify_token(_tidy(code)):
        return None
    TOTPDevice.objects.filter(user=staff).exclude(pk=device.pk).delete()
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
    device = TOTPDevice.objects.select_for_update().filter(user=staff, confirmed=True).first()
    if device is not None and typed.isdigit() and device.verify_token(typed):
        return "totp"
    codes = StaticDevice.objects.select_for_update().filter(user=staff).first()
    if codes is not None and codes.verify_token(typed):
        _note(staff, "second_factor.recovery_used", now, by=staff, left=codes_left(staff=staff))
        return "recovery"
    return None


@transaction.atomic
def remove(*, staff: Staff, by: Staff, now: datetime) -> None:
    """Take the second factor away: the person enrols anew, or goes without where that is
    allowed."""
    TOTPDevice.objects.filter(user=staff).delete()
    StaticDevice.objects.filter(user=staff).delete()
    _note(staff, "second_factor.removed", now, by=by)


def codes_left(*, staff: Staff) -> int:
    left: int = StaticToken.objects.filter(device__user=staff).count()
    return left


def _one_at_a_time(staff: Staff) -> None:
    """A second page of the same person waits: nothing in these tables forbids two of a kind."""
    Staff.objects.select_for_update(no_key=True).get(pk=staff.pk)


def _fresh_codes(staff: Staff) -> list[str]:
    StaticDevice.objects.filter(user=staff).delete()
    device = StaticDevice.objects.create(user=staff, name=NAME, confirmed=True)
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def _tidy(code: str) -> str:
    return "".join(c for c in code.lower() if c.isalnum())[:16]


def _note(staff: Staff, kind: str, now: datetime, *, by: Staff, **data: Any) -> None:
    fact = Fact(kind=kind, at=now, actor_id=by.pk, data={"badge": staff.badge, **data})
    record(organisation_id=staff.organisation.home_id, facts=[fact], now=now)
