"""Who sat where, then: for what is judged long after, dismissed people and past posts included."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Q

from chengnuo.people.models import Holding, Organisation, Post
from chengnuo.people.queries import roster_of

Term = tuple[int, datetime, datetime | None]


def _terms(*, unit: int, role: str, company: Organisation | None) -> tuple[Term, ...]:
    """Who held the posts of a unit that answer for a role, oldest first. Of the units that a
    company's roster knows it is remembered until the roster changes: ten thousand promises that
    break at once ask for a dozen units."""
    if company is None or unit not in roster_of(company=company).unit_path:
        return _read(unit, role)
    return _remembered(company.pk, company.roster_version, unit, role)


@lru_cache(maxsize=4096)
def _remembered(company: int, version: int, unit: int, role: str) -> tuple[Term, ...]:
    return _read(unit, role)


def _read(unit: int, role: str) -> tuple[Term, ...]:
    """Where no post has the role, the unit's heads answer."""
    rows = Post.objects.filter(organisation_id=unit).order_by("holdings__since", "holdings__pk")
    # A post that nobody held comes along with nobody.
    told: list[Any] = list(
        rows.values_list("role", "is_head", "holdings__staff", "holdings__since", "holdings__until")
    )
    own = [row for row in told if role and row[0] == role]
    answer = own or [row for row in told if row[1]]
    return tuple((who, since, until) for _, _, who, since, until in answer if who is not None)


def tenures_of(
    *, unit: int, role: str, start: datetime, end: datetime, company: Organisation | None = None
) -> list[tuple[datetime, tuple[int, ...]]]:
    """The people who answered for a role in a unit, from moment to moment, `[start, end)`.

    A vacant stretch has nobody. The first moment is always `start`. `company`: whose matter it is,
    as it was just read from the database.
    """
    held = [t for t in _terms(unit=unit, role=role, company=company) if t[1] <= end]
    changes = {m for _, *edges in held for m in edges if m is not None and start < m < end}
    found: list[tuple[datetime, tuple[int, ...]]] = []
    for moment in [start, *sorted(changes)]:
        people = dict.fromkeys(
            who
            for who, since, until in held
            if since <= moment and (until is None or moment < until)
        )
        if not found or found[-1][1] != tuple(people):
            found.append((moment, tuple(people)))
    return found


def seats_between(
    *, unit: int, role: str, start: datetime, end: datetime
) -> list[tuple[int, datetime, datetime]]:
    """Each person who answered for a role in a unit, with the span, cut to `[start, end)`."""
    return [
        (who, max(since, start), min(until or end, end))
        for who, since, until in _terms(unit=unit, role=role, company=None)
        if since < end and (until is None or until > start)
    ]


def seated_in(
    *, company: Organisation, start: datetime, end: datetime, besides: Collection[str] = ()
) -> dict[int, int]:
    """Everybody who held a post in a company in `[start, end)`, with the unit of the first; posts
    of the roles `besides` do not count."""
    held = Holding.objects.filter(
        Q(until__isnull=True) | Q(until__gt=start),
        post__organisation__company=company,
        since__lt=end,
    )
    held = held.exclude(post__role__in=besides)
    rows = held.order_by("-since", "-pk").values_list("staff_id", "post__organisation_id")
    return dict(rows)
