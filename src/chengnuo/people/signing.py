"""Signing in: who knocks too often is kept out for a while, and all of it is in the ledger.

An attempt is counted before the password is looked at and taken back when it was right, so that a
thousand attempts at once find the same door as one. Badges that nobody has are treated like those
that somebody has, down to the number of things written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any

from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from chengnuo.ledger.services import Fact, record
from chengnuo.people import own_rules
from chengnuo.people.models import Organisation, SignInThrottle, Staff

FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures within a time close the door for another."""

    number: int
    within: timedelta
    closed: timedelta


# A hall behind one address has many people, and each of them mistypes now and then.
LIMITS = {
    "badge": Limit(5, timedelta(minutes=15), timedelta(minutes=15)),
    "address": Limit(30, timedelta(minutes=15), timedelta(minutes=15)),
}


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody at the door: the badge as typed, and the network address he comes from."""

    badge: str
    address: str

    def keys(self) -> dict[str, str]:
        """In the order in which everybody locks them."""
        near = network_of(self.address)
        keys = {"badge": key_of("badge", self.badge), "address": key_of("address", near)}
        return dict(sorted(keys.items(), key=lambda pair: pair[1]))


def network_of(address: str) -> str:
    """By what one place on the network is counted: of IPv6 a household has a whole /64, and may
    come from another address of it every time. What is no address is counted as it stands."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((found.packed, 64), strict=False))


def key_of(kind: str, what: str) -> str:
    return salted_hmac("people.sign_in", f"{kind}:{what.strip().casefold()}").hexdigest()


@transaction.atomic
def knock(*, at_door: Knock, now: datetime) -> datetime | None:
    """Count an attempt. Returns until when the door is closed; None: it may be tried."""
    SignInThrottle.objects.filter(since__lt=now - FORGOTTEN).delete()
    closed = [
        until
        for kind, key in at_door.keys().items()
        if (until := _count(key, LIMITS[kind], now)) is not None
    ]
    return max(closed, default=None)


def _count(key: str, limit: Limit, now: datetime) -> datetime | None:
    SignInThrottle.objects.get_or_create(key=key, defaults={"since": now})
    row = SignInThrottle.objects.select_for_update().get(key=key)
    if row.locked_until is not None and row.locked_until > now:
        return row.locked_until
    if row.locked_until is not None or row.since <= now - limit.within:
        row.number, row.since, row.locked_until = 0, now, None
    if row.number >= limit.number:
        row.locked_until = now + limit.closed
    row.number += 1
    row.save()
    return row.locked_until


@transaction.atomic
def failed(*, at_door: Knock, person: Staff | None, step: str, now: datetime) -> datetime | None:
    """The attempt was wrong (`step`: password or code). Returns until when the door is closed
    now."""
    rows = _locked(at_door)  # before the ledger, as everybody does
    chain = _chain_of(person)
    _note(chain, person, "sign_in.failed", now, step=step, source=at_door.address)
    closed: datetime | None = None
    for kind, key in at_door.keys().items():
        limit, row = LIMITS[kind], rows.get(key)
        if row is None or row.number < limit.number or row.locked_until is not None:
            continue
        row.locked_until = closed = now + limit.closed
        row.save(update_fields=["locked_until"])
        _note(chain, person, "sign_in.locked", now, what=kind, source=at_door.address, until=closed)
    return closed


def _locked(at_door: Knock) -> dict[str, SignInThrottle]:
    rows = SignInThrottle.objects.select_for_update().filter(key__in=at_door.keys().values())
    return {row.key: row for row in rows.order_by("key")}


@transaction.atomic
def taken_back(*, at_door: Knock) -> None:
    """The password was right and a code is asked next: that attempt does not count."""
    _locked(at_door)
    SignInThrottle.objects.filter(key__in=at_door.keys().values(), number__gt=0).update(
        number=F("number") - 1
    )


@transaction.atomic
def entered(*, at_door: Knock, person: Staff, factor: str, now: datetime) -> None:
    """Somebody is in. `factor`: what besides the password was shown (none, totp, recovery)."""
    taken_back(at_door=at_door)
    SignInThrottle.objects.filter(key=at_door.keys()["badge"]).delete()
    _note(
        _chain_of(person),
        person,
        "sign_in.succeeded",
        now,
        by=person,
        factor=factor,
        source=at_door.address,
    )


@transaction.atomic
def before_entering(*, person: Staff, now: datetime) -> None:
    """What his company asks of who signs in: a password whose time is over is replaced first; where
    everybody has one session, those before end."""
    if person.password_since is None:
        Staff.objects.filter(pk=person.pk).update(password_since=now)
    elif own_rules.is_over(person=person, now=now):
        Staff.objects.filter(pk=person.pk).update(must_change_password=True)
        _note(_chain_of(person), person, "password.over", now, by=person)
    if own_rules.once_only(person=person):
        end_sessions(person=person)
    person.refresh_from_db(fields=["must_change_password", "password_since", "session_turn"])


@transaction.atomic
def left(*, person: Staff, why: str, now: datetime) -> None:
    """Somebody went (`why`: sign_out or idle). Who goes on purpose ends his other sessions too."""
    if why == "sign_out":
        end_sessions(person=person)
    _note(_chain_of(person), person, "signed_out", now, by=person, why=why)


@transaction.atomic
def unlock(*, person: Staff, by: Staff, now: datetime) -> None:
    """Let a person try again before the time is over."""
    SignInThrottle.objects.filter(key=key_of("badge", person.badge)).delete()
    _note(_chain_of(person), person, "sign_in.unlocked", now, by=by)


def end_sessions(*, person: Staff) -> None:
    """Every session of a person ends with its next request."""
    Staff.objects.filter(pk=person.pk).update(session_turn=F("session_turn") + 1)


def locked_until(*, person: Staff, now: datetime) -> datetime | None:
    row = SignInThrottle.objects.filter(key=key_of("badge", person.badge)).first()
    until = row.locked_until if row else None
    return until if until is not None and until > now else None


def _chain_of(person: Staff | None) -> int | None:
    """The person's company; for an unknown badge the first house. Asked for both, since a badge
    that nobody has must not answer sooner."""
    first = Organisation.objects.filter(parent__isnull=True).order_by("pk").values("pk").first()
    if person is not None:
        return person.organisation.home_id
    return first["pk"] if first else None


def _note(
    chain: int | None,
    person: Staff | None,
    kind: str,
    now: datetime,
    *,
    by: Staff | None = None,
    **data: Any,
) -> None:
    if chain is None:
        return
    if person is not None:
        data["badge"] = person.badge
    fact = Fact(kind=kind, at=now, actor_id=by.pk if by else None, data=data)
    record(organisation_id=chain, facts=[fact], now=now)


def keep(*, session: SessionBase) -> None:
    """Save a session now. Raises SessionInterrupted where it was ended meanwhile, or where the
    database takes nothing (which is then its cause)."""
    try:
        session.save()
    except UpdateError as error:
        raise SessionInterrupted("the session was ended, or cannot be saved") from error
    session.modified = False
