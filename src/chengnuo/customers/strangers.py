"""Strangers who ask from outside: so often within a time, and no more.

An attempt is counted before the answer is looked up and taken back when it was right.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from chengnuo.customers.models import StrangerCount

WITHIN = timedelta(minutes=15)
FORGOTTEN = timedelta(days=1)


@transaction.atomic
def may_ask(*, what: Mapping[str, int], now: datetime) -> bool:
    """Count one attempt under every key (`case:DW-…`: 5); False when one of them has had enough."""
    StrangerCount.objects.filter(since__lt=now - FORGOTTEN).delete()
    # Every key counts, also when the first of them has had enough.
    counted = [_count(_key(name), most, now) for name, most in what.items()]
    return all(counted)


def _count(key: str, most: int, now: datetime) -> bool:
    StrangerCount.objects.get_or_create(key=key, defaults={"since": now})
    # Statements of the database, not values read and written back: a hundred at once are a
    # hundred.
    StrangerCount.objects.filter(key=key, since__lte=now - WITHIN).update(since=now, number=0)
    StrangerCount.objects.filter(key=key).update(number=F("number") + 1)
    return StrangerCount.objects.get(key=key).number <= most


@transaction.atomic
def was_right(*, what: Mapping[str, int]) -> None:
    """The answer was theirs: the attempt does not count."""
    keys = [_key(name) for name in what]
    StrangerCount.objects.filter(key__in=keys, number__gt=0).update(number=F("number") - 1)


def _key(name: str) -> str:
    hashed: str = salted_hmac("customers.strangers", name, algorithm="sha256").hexdigest()
    return hashed
