"""Looking for somebody by a masked value that one knows whole, and what that leaves behind.

Whoever finds a telephone, a name or an address so knows now whose it is: that is a look, one a day
for each value, whatever is found by it. Whoever finds nothing may be guessing: that is written down
too, and after so many within an hour nothing masked is looked for until an hour is over. The value
stands in the ledger as a blind key only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from chengnuo.customers.telephones import keys_of, lone
from chengnuo.disclosure.access_log import log_access
from chengnuo.disclosure.reveals import SEEN, Enough, most_of
from chengnuo.ledger.queries import access_log
from chengnuo.people.models import Post, Staff
from chengnuo.rules import moments
from chengnuo.rules.moments import Style
from chengnuo.rules.refusing import Refused
from chengnuo.rules.words import Text
from chengnuo.vault.fields import ring

FOUND, MISSED = "found", "missed"
MOST_MISSES, WITHIN = 20, timedelta(hours=1)


USED_UP = Text(
    "今日按完整的电话、姓名或地址查找外单位工单的次数已用完，明日恢复。本单位的工单和今日已查到的照常可查；"
    "按工单编号或诉求内容搜索不受影响。",
    "You have used today's searches by the whole telephone, name or address for cases outside your "
    "unit: these are off until tomorrow. Cases of your unit and what you found today are found as "
    "before, and every case by its number or words of the request.",
)


class TooManyMisses(Refused):
    """So many different values led to nobody within the hour; until when nothing masked is looked
    for."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        told = moments.moment(until, style=Style.SENTENCE)
        super().__init__(
            Text(
                f"一小时内有{MOST_MISSES}次按电话、姓名或地址搜索未查到任何人，{told.zh}之前暂停按此查找"
                "外单位的工单。本单位的工单和今日已查到的照常可查。请按工单编号或诉求内容搜索，"
                "或请客服人员代查。",
                f"{MOST_MISSES} searches by telephone, name or address found nobody within an "
                "hour: outside your unit’s cases such searches are off for you until "
                f"{told.en}. Cases of your unit and what you found today are found as before. "
                "Search by case number or words of the request, or ask customer service to find "
                "the customer.",
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Somebody asks for a value. `may_guess`: he sees the values in full anyhow, as who takes calls
    does; then misses are written down, and no more."""

    viewer: Staff
    posts: Sequence[Post]
    asked: str
    may_guess: bool
    now: datetime
    zone: ZoneInfo

    @property
    def key(self) -> str:
        """The same for every way to write a value; with anything beside it, it is another."""
        plain = unicodedata.normalize("NFKC", self.asked).casefold()
        is_number = lone(plain) is not None or not any(c.isalpha() for c in plain)
        numbers = keys_of(plain) if is_number else []
        words = "".join(c for c in plain if c.isalnum())
        # However it is spelt: a guess repeated with a dash is the same guess.
        return ring().hashed(numbers[0] if len(numbers) == 1 else words or plain)


@dataclass(frozen=True, slots=True)
class _Before:
    """What somebody asked for: by key, what was found today, what was not, and lately when."""

    found: frozenset[str]
    missed: frozenset[str]
    lately: dict[str, datetime]


def check_search(asking: Asking) -> None:
    """Whether a masked value may be looked for. What was found today may be again. Raises Enough
    and TooManyMisses."""
    _check(asking, _before(asking))


def _check(asking: Asking, before: _Before) -> None:
    if asking.key in before.found:
        return
    if not asking.may_guess and len(before.lately) >= MOST_MISSES:
        newest = sorted(before.lately.values())[-MOST_MISSES:]
        raise TooManyMisses((newest[0] + WITHIN).astimezone(asking.zone))
    most = most_of(posts=asking.posts, company=asking.viewer.organisation.home)
    if len(before.found) >= most:
        raise Enough(USED_UP)


@transaction.atomic
def note_search(asking: Asking, *, found: Sequence[UUID], missed: bool) -> None:
    """Record what came of it, before it is shown: whom it gave away (their subjects), or that it
    led to nobody. Raises as `check_search`, where others were asked meanwhile; then nothing is to
    be shown."""
    if not found and not missed:
        return
    # Many at once are counted one after the other.
    Staff.objects.select_for_update(no_key=True).get(pk=asking.viewer.pk)
    before = _before(asking)
    _check(asking, before)
    known = before.found if found else before.missed
    if asking.key in known:
        return
    log_access(
        viewer=asking.viewer,
        subject=found[0] if len(found) == 1 else None,
        what=FOUND if found else MISSED,
        why="",
        now=asking.now,
        key=asking.key,
        number=len(found),
    )


def _before(asking: Asking) -> _Before:
    midnight = datetime.combine(asking.now.astimezone(asking.zone).date(), time(), asking.zone)
    lately = asking.now - WITHIN
    rows = access_log(
        organisation_id=asking.viewer.organisation.home_id, actor_id=asking.viewer.pk,
        since=min(midnight, lately), kind=SEEN,
    )  # fmt: skip
    seen = [(row.at, row.data.get("what"), str(row.data.get("key", ""))) for row in rows]
    return _Before(
        frozenset(key for at, what, key in seen if what == FOUND and at >= midnight),
        frozenset(key for at, what, key in seen if what == MISSED and at >= midnight),
        {key: at for at, what, key in seen if what == MISSED and at > lately},
    )
