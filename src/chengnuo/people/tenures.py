"""Who sat where, then: for what is judged long after, dismissed people and past posts included."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from chengnuo.people.models import Holding, Organisation, Post

HEAD = "head"


def answering_posts(*, unit: int, role: str) -> list[Post]:
    """The posts of a unit that answer for a role; where nobody has it, its heads."""
    posts = list(Post.objects.filter(organisation_id=unit).order_by("pk"))
    return [p for p in posts if role and p.role == role] or [p for p in posts if p.is_head]


def tenures_of(
    *, unit: int, role: str, start: datetime, end: datetime
) -> list[tuple[datetime, tuple[int, ...]]]:
    """The people who answered for a role in a unit, from moment to moment, `[start, end)`.

    A vacant stretch has nobody. The first moment is always `start`.
    """
    posts = answering_posts(unit=unit, role=role)
    held = list(Holding.objects.filter(post__in=posts, since__lte=end).order_by("since", "pk"))
    changes = {m for h in held for m in (h.since, h.until) if m is not None and start < m < end}
    found: list[tuple[datetime, tuple[int, ...]]] = []
    for moment in [start, *sorted(changes)]:
        people = dict.fromkeys(
            h.staff_id for h in held if h.since <= moment and (h.until is None or moment < h.until)
        )
        if not found or found[-1][1] != tuple(people):
            found.append((moment, tuple(people)))
    return found


def seats_between(
    *, unit: int, role: str, start: datetime, end: datetime
) -> list[tuple[int, datetime, datetime]]:
    """Each person who answered for a role in a unit, with the span, cut to `[start, end)`."""
    posts = answering_posts(unit=unit, role=role)
    held = Holding.objects.filter(post__in=posts, since__lt=end).order_by("since", "pk")
    return [
        (h.staff_id, max(h.since, start), min(h.until or end, end))
        for h in held
        if h.until is None or h.until > start
    ]


def seated_in(*, company: Organisation, start: datetime, end: datetime) -> dict[int, int]:
    """Everybody who held a post in a company in `[start, end)`, with the unit of the first."""
    held = Holding.objects.filter(
        Q(until__isnull=True) | Q(until__gt=start),
        post__organisation__company=company,
        since__lt=end,
    )
    rows = held.order_by("-since", "-pk").values_list("staff_id", "post__organisation_id")
    return dict(rows)
