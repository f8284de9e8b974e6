"""What nobody does alone: filling a post that knows of restricted matters, and opening the sign-in
of somebody above oneself. One person proposes it, another confirms or refuses, and those who
supervise hear of both.

Two sign-ins of one person are not two people: who was hired, given a post or a password by the
other within the last days does not confirm what that one proposed, nor the other way round.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from chengnuo.ledger.models import Entry
from chengnuo.ledger.services import Fact, record
from chengnuo.people import house, second_factor
from chengnuo.people.access import ADMINISTRATOR, may_audit
from chengnuo.people.models import Change, Holding, Organisation, Post, Staff
from chengnuo.people.queries import posts_of
from chengnuo.people.services import deliver_message
from chengnuo.rules.refusing import Refused
from chengnuo.rules.words import Text

SETTLED = timedelta(days=3)
GAVE_A_SIGN_IN = ("staff.hired", "staff.returned", "password.reset", "second_factor.removed",
                  "post.taken")  # fmt: skip
WHERE = "/house/waiting/"
DONE = {
    "seat": Text("任命", "Appointment"),
    "password": Text("重置密码", "Reset of the password"),
    "factor": Text("重置双重验证", "Reset of two-step verification"),
}


@dataclass(frozen=True, slots=True)
class Watchers:
    """The roles, by the pack, that watch: those that know of restricted matters, and those that
    audit."""

    restricted: frozenset[str]
    auditing: frozenset[str]

    @property
    def roles(self) -> frozenset[str]:
        return self.restricted | self.auditing


@dataclass(frozen=True, slots=True)
class ChangeOutcome:
    """What came of it: done at once, or a change that waits for a second person. `password`: one
    for one time, to be handed over."""

    waits: Change | None = None
    password: str = ""


@transaction.atomic
def seat(
    *, person: Staff, post: Post, watchers: Watchers, by: Staff, now: datetime
) -> ChangeOutcome:
    """Appoint somebody; to a post that knows of restricted matters (`watchers.restricted`), two
    people do. Administrators never hold one. Raises Refused."""
    held = {p.role for p in posts_of(staff=person, at=now)}
    if (post.role in watchers.restricted and ADMINISTRATOR in held) or (
        post.role == ADMINISTRATOR and held & watchers.restricted
    ):
        raise Refused(
            Text(
                "系统管理员不得担任知悉限制工单的岗位；请先免去其中一个岗位，或另选他人",
                "An administrator cannot hold a post with access to restricted "
                "cases. Remove the person from one of the two posts first, "
                "or choose someone else.",
            ),
            field="staff",
        )
    if post.role not in watchers.restricted:
        house.seat(person=person, post=post, by=by, now=now)
        return ChangeOutcome()
    return ChangeOutcome(waits=_propose("seat", person, post, watchers, by, now))


@transaction.atomic
def reset_password(*, person: Staff, watchers: Watchers, by: Staff, now: datetime) -> ChangeOutcome:
    """A password for one time; of somebody above the administrator, two people give it."""
    if is_above(person=person, watchers=watchers, by=by, now=now):
        return ChangeOutcome(waits=_propose("password", person, None, watchers, by, now))
    return ChangeOutcome(password=house.reset_password(person=person, by=by, now=now))


@transaction.atomic
def reset_factor(*, person: Staff, watchers: Watchers, by: Staff, now: datetime) -> ChangeOutcome:
    """Take the second factor away; of somebody above the administrator, two people do."""
    if is_above(person=person, watchers=watchers, by=by, now=now):
        return ChangeOutcome(waits=_propose("factor", person, None, watchers, by, now))
    second_factor.remove(staff=person, by=by, now=now)
    return ChangeOutcome()


def is_above(*, person: Staff, watchers: Watchers, by: Staff, now: datetime) -> bool:
    """Whether somebody stands above an administrator: he heads the company or a unit above, stands
    up the reporting line, supervises, or knows of restricted matters. By tree and post, since the
    reporting line is the administrator's to change."""
    if person.pk == by.pk:
        return False
    theirs = posts_of(staff=person, at=now)
    mine = posts_of(staff=by, at=now)
    above = {int(p) for post in mine for p in post.organisation.path.split("/") if p}
    line = _line_above(mine)
    return any(
        p.pk in line or p.role in watchers.roles or (p.is_head and p.organisation_id in above)
        for p in theirs
        if p.pk not in {post.pk for post in mine}
    )


def _line_above(posts: Iterable[Post]) -> set[int]:
    lines = dict(Post.objects.values_list("pk", "reports_to"))
    found: set[int] = set()
    for post in posts:
        above = post.reports_to_id
        while above is not None and above not in found:
            found.add(above)
            above = lines.get(above)
    return found


def _propose(
    kind: str,
    person: Staff,
    post: Post | None,
    watchers: Watchers,
    by: Staff,
    now: datetime,
) -> Change:
    company = Organisation.objects.get(pk=person.organisation.home_id)
    try:
        with transaction.atomic():
            made = Change.objects.create(
                company=company, kind=kind, person=person, post=post, asked_by=by, asked_at=now
            )
    except IntegrityError as error:
        raise Refused(
            Text(
                "该变更已提出，正等待另一人复核",
                "This change is already proposed and awaits confirmation by someone else.",
            ),
            field="staff" if post is not None else "",
        ) from error
    _note(made, "change.proposed", by, now)
    _tell(
        made,
        watchers,
        now,
        Text("待您或他人复核", "awaiting confirmation by you or someone else"),
    )
    return made


# -- the second person -----------------------------------------------------------------------------


def why_not(
    *,
    change: Change,
    auditing: Collection[str],
    by: Staff,
    posts: Iterable[Post],
    now: datetime,
) -> Text | None:
    """Why somebody does not confirm a change; None: he may."""
    if not may_audit(posts, auditing=auditing):
        return Text(
            "由另一位系统管理员、监督人员或公司负责人复核",
            "Confirmed by another administrator, supervision, or the head of the company",
        )
    if by.pk in (change.asked_by_id, change.person_id):
        return Text(
            "提出人和当事人不得复核",
            "The person who proposed it and the person concerned cannot confirm it",
        )
    if _are_one(change.asked_by, by, now) or _are_one(by, change.asked_by, now):
        return Text(
            f"您与提出人中的一方在{SETTLED.days}天内由另一方开通账号、任命或重置过登录，须由第三人复核",
            "One of you gave the other an account, an appointment or a "
            f"sign-in within {SETTLED.days} days. A third person must confirm.",
        )
    return None


def _are_one(giver: Staff, taker: Staff, now: datetime) -> bool:
    """Whether one of them gave the other a sign-in or a post lately."""
    rows = Entry.objects.filter(
        kind__in=GAVE_A_SIGN_IN, actor_id=giver.pk, at__gt=now - SETTLED,
        organisation_id__in={giver.organisation.home_id, taker.organisation.home_id},
    )  # fmt: skip
    return any(entry.data.get("badge") == taker.badge for entry in rows)


@transaction.atomic
def decide(
    *, change: Change, confirmed: bool, watchers: Watchers, by: Staff, now: datetime
) -> ChangeOutcome:
    """The second person confirms or refuses. Raises Refused, with why."""
    found = Change.objects.select_for_update().get(pk=change.pk)
    if found.decided_at is not None:
        raise Refused(Text("已由他人处理", "Already decided by someone else"))
    refusal = why_not(
        change=found,
        auditing=watchers.auditing,
        by=by,
        posts=posts_of(staff=by, at=now),
        now=now,
    )
    if refusal is not None:
        raise Refused(refusal)
    found.decided_by, found.decided_at, found.confirmed = by, now, confirmed
    found.save(update_fields=["decided_by", "decided_at", "confirmed"])
    _note(found, "change.confirmed" if confirmed else "change.refused", by, now)
    _tell(
        found,
        watchers,
        now,
        Text("已复核", "confirmed") if confirmed else Text("已否决", "refused"),
    )
    return _carried_out(found, watchers, now) if confirmed else ChangeOutcome()


def _carried_out(change: Change, watchers: Watchers, now: datetime) -> ChangeOutcome:
    person, by = change.person, change.asked_by
    if change.post is not None:
        if any(p.role == ADMINISTRATOR for p in posts_of(staff=person, at=now)):
            raise Refused(
                Text(
                    "系统管理员不得担任知悉限制工单的岗位",
                    "An administrator never holds a post with access to restricted cases",
                )
            )
        house.seat(person=person, post=change.post, by=by, now=now)
        return ChangeOutcome()
    if change.kind == "password":
        return ChangeOutcome(password=house.reset_password(person=person, by=by, now=now))
    second_factor.remove(staff=person, by=by, now=now)
    return ChangeOutcome()


def waiting_in(*, company: Organisation) -> list[Change]:
    """What waits for a second person, oldest first."""
    return list(_of(company).filter(decided_at__isnull=True).order_by("asked_at", "pk"))


def decided_in(*, company: Organisation, limit: int = 20) -> list[Change]:
    """What was decided last."""
    rows = _of(company).filter(decided_at__isnull=False)
    return list(rows.order_by("-decided_at", "-pk")[:limit])


def _of(company: Organisation) -> QuerySet[Change]:
    rows = Change.objects.filter(company=company)
    return rows.select_related("person", "post__organisation", "asked_by", "decided_by")


# -- who hears of it -------------------------------------------------------------------------------


def _tell(change: Change, watchers: Watchers, now: datetime, stands: Text) -> None:
    """Supervision, who knows of restricted matters, the head of the company, the person himself and
    the other administrators."""
    what, person = DONE[change.kind], change.person
    post = change.post
    where = Text(f"，岗位：{post.title_zh}", f", post: {post.title_en}") if post else Text("", "")
    by = change.decided_by or change.asked_by
    for staff_id in sorted(_hearers(change, watchers, now) - {by.pk}):
        deliver_message(
            staff_id=staff_id,
            key=f"change:{change.pk}:{'decided' if change.decided_at else 'asked'}:{staff_id}",
            kind="two_people",
            text_zh=f"{what.zh}（须两人办理）：{person.name}（{person.badge}）{where.zh}；"
            f"提出人{change.asked_by.name}；{stands.zh}"
            + (f"，复核人{by.name}" if change.decided_at else ""),
            text_en=f"{what.en} (by two people): {person.name_en or person.name} ({person.badge})"
            f"{where.en}; proposed by {change.asked_by.name_en or change.asked_by.name}; "
            f"{stands.en}" + (f" by {by.name_en or by.name}" if change.decided_at else ""),
            link=WHERE,
            now=now,
        )


def _hearers(change: Change, watchers: Watchers, now: datetime) -> set[int]:
    held = Holding.objects.filter(
        post__organisation__company=change.company, until__isnull=True, staff__is_active=True
    ).select_related("post__organisation")
    watching = watchers.roles | {ADMINISTRATOR}
    found = {
        h.staff_id
        for h in held
        if h.post.role in watching
        or (h.post.is_head and h.post.organisation_id == change.company_id)
    }
    return found | {change.person_id}


def _note(change: Change, kind: str, by: Staff, now: datetime) -> None:
    data = {
        "what": change.kind,
        "badge": change.person.badge,
        "post": change.post_id,
        "asked_by": change.asked_by.badge,
    }
    fact = Fact(kind=kind, at=now, actor_id=by.pk, data=data)
    record(organisation_id=change.company_id, facts=[fact], now=now)
