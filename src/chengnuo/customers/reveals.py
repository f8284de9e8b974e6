"""Seeing in full what is masked: for a reason that says something, and so often a day.

How often is a company's choice for each role; units that took a matter in or handle it see it
unmasked and need neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from chengnuo.customers.access import note_look
from chengnuo.customers.reasons import says_something
from chengnuo.ledger.queries import looks
from chengnuo.packs.schema import RoleShape, SettingShape
from chengnuo.packs.shape import TextShape
from chengnuo.people.models import Organisation, Post, Staff
from chengnuo.people.queries import settings_of

SEEN = "personal_data.seen"
# Looks that are braked: others are part of a call or a callback that lies with the person. Finding
# by a masked value is counted by itself (`searching`).
BRAKED = frozenset({"contact", "customer"})
PREFIX, OTHERWISE = "looks-a-day-", "50"


class NoSense(ValueError):
    """The reason says nothing."""


class Enough(Exception):
    """So many looks were taken today already; `most` is what the post allows."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"{most} looks a day")


def settings_for(roles: Mapping[str, RoleShape]) -> dict[str, SettingShape]:
    """How many looks a day each role has, to be chosen by the company."""
    return {
        PREFIX + role: SettingShape(
            title=TextShape(
                zh=f"每天可查看完整信息的次数：{shape.title.zh}",
                en=f"Looks in full a day: {shape.title.en}",
            ),
            values=("0", "5", "10", "20", "50", "100", "300", "1000"),
            value=OTHERWISE,
        )
        for role, shape in roles.items()
    }


def most_of(*, posts: Iterable[Post], company: Organisation) -> int:
    """How many looks a day these posts have; of several the most."""
    own = settings_of(company=company)
    return max((int(own.get(PREFIX + p.role, OTHERWISE)) for p in posts), default=int(OTHERWISE))


def taken_today(*, viewer: Staff, now: datetime, zone: ZoneInfo) -> int:
    """How many looks somebody took since midnight."""
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    rows = looks(
        organisation_id=viewer.organisation.home_id, actor_id=viewer.pk, since=midnight, kind=SEEN
    )
    return sum(entry.data.get("what") in BRAKED for entry in rows)


@transaction.atomic
def reveal(
    *,
    viewer: Staff,
    posts: Iterable[Post],
    subject: UUID,
    what: str,
    why: str,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Record that somebody sees a telephone, a name, an address in full, and why. Raises NoSense
    and Enough; then nothing is to be shown."""
    if not says_something(why):
        raise NoSense(why)
    # Two at once do not both take the last one.
    Staff.objects.select_for_update(no_key=True).get(pk=viewer.pk)
    most = most_of(posts=posts, company=viewer.organisation.home)
    if taken_today(viewer=viewer, now=now, zone=zone) >= most:
        raise Enough(most)
    note_look(viewer=viewer, subject=subject, what=what, why=why, now=now)
