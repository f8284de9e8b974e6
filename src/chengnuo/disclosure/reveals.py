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

from chengnuo.customers.reasons import says_something
from chengnuo.disclosure.access_log import log_access
from chengnuo.ledger.queries import access_log
from chengnuo.packs.schema import RoleShape, SettingShape
from chengnuo.packs.shape import TextShape
from chengnuo.people.models import Organisation, Post, Staff
from chengnuo.people.queries import settings_of
from chengnuo.rules.refusing import Refused
from chengnuo.rules.words import Text

SEEN = "personal_data.seen"
# Looks that are braked: others are part of a call or a callback that lies with the person. Finding
# by a masked value is counted by itself (`searching`).
BRAKED = frozenset({"contact", "customer"})
PREFIX, OTHERWISE = "looks-a-day-", "50"


SAYS_NOTHING = Text(
    "理由不够具体，请写明为谁、为何事查看，例如“回电核对漏水地点”，或写明工单编号及要办的事。",
    "This reason says too little. Enter for whom and what you need it, such as “call the "
    "customer back about the leak” or the case number with what is to be done.",
)


class Enough(Refused):
    """So many were asked for today already as the post allows."""


def _all_taken(most: int) -> Enough:
    views, them = ("view", "it") if most == 1 else ("views", "them")
    return Enough(
        Text(
            f"您的岗位每天可查看{most}次，今日已用完。请由部门负责人查看，或请系统管理员调整次数。",
            f"Your post allows {most} {views} a day, and you have used {them}. Ask your head to "
            "check, or the administrator to raise the limit.",
        )
    )


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
    rows = access_log(
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
    """Record that somebody sees a telephone, a name, an address in full, and why. Raises Enough,
    and Refused for a reason that says nothing; then nothing is to be shown."""
    if not says_something(why):
        raise Refused(SAYS_NOTHING, field="why")
    # Two at once do not both take the last one.
    Staff.objects.select_for_update(no_key=True).get(pk=viewer.pk)
    most = most_of(posts=posts, company=viewer.organisation.home)
    if taken_today(viewer=viewer, now=now, zone=zone) >= most:
        raise _all_taken(most)
    log_access(viewer=viewer, subject=subject, what=what, why=why, now=now)
