"""Questions about people: who holds which post, who owns a role, who stands above whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db.models import Prefetch, Q, QuerySet

from chengnuo.people.models import Holding, Message, Organisation, OrganisationSetting, Post, Staff

A_DAY = timedelta(days=1)
FEW = 3


@dataclass(frozen=True, slots=True)
class TermOfOffice:
    """Somebody's time on a seat, `[since, until)`."""

    staff: int
    since: datetime
    until: datetime | None

    def covers(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Seat:
    """A post as a value, with everybody who holds or held it."""

    id: int
    unit: int
    role: str
    is_head: bool
    reports_to: int | None
    terms: tuple[TermOfOffice, ...] = ()

    def holders(self, at: datetime) -> list[int]:
        """The staff ids on this seat at a moment, longest first."""
        return [t.staff for t in self.terms if t.covers(at)]

    @property
    def settled(self) -> frozenset[int]:
        """The staff ids on this seat without an end in sight."""
        return frozenset(t.staff for t in self.terms if t.until is None)


@dataclass(frozen=True, slots=True)
class Roster:
    """The posts of one company and everything above it."""

    company: int
    seats: dict[int, Seat]
    unit_path: dict[int, str]

    def unit_of_role(self, role: str) -> int | None:
        """The unit that has this role: inside the company first, and where its head sits."""
        seats = [s for s in self.seats.values() if s.role == role]
        inside = [s for s in seats if self.is_inside(s.unit)]
        for seat in sorted(inside or seats, key=lambda s: (not s.is_head, s.id)):
            return seat.unit
        return None

    def is_inside(self, unit: int) -> bool:
        """Whether a unit belongs to the company, not to an organisation above it."""
        return self.unit_path.get(unit, "").startswith(self.unit_path.get(self.company, "/"))

    def units_with(self, role: str) -> list[int]:
        """Every unit inside the company that has this role."""
        found = {s.unit for s in self.seats.values() if s.role == role and self.is_inside(s.unit)}
        return sorted(found)

    def seat_of(self, *, unit: int, role: str) -> Seat | None:
        """The seat that answers for a role in a unit: the role's own, else the head of the unit."""
        here = sorted((s for s in self.seats.values() if s.unit == unit), key=lambda s: s.id)
        for seat in here:
            if role and seat.role == role:
                return seat
        return next((s for s in here if s.is_head), here[0] if here else None)

    def above(self, *, unit: int, role: str, steps: int) -> Seat | None:
        """The seat so many steps up the reporting line; None where the line ends before."""
        seat = self.seat_of(unit=unit, role=role)
        for _ in range(steps):
            if seat is None or seat.reports_to is None:
                return None
            seat = self.seats.get(seat.reports_to)
        return seat

    def first_present(self, *, unit: int, role: str, at: datetime) -> list[int]:
        """Who answers when a seat is vacant: the next holders up its reporting line, else up the
        tree."""
        for place in reversed([int(p) for p in self.unit_path.get(unit, "").split("/") if p]):
            seat = self.seat_of(unit=place, role=role if place == unit else "")
            asked: set[int] = set()
            while seat is not None and seat.id not in asked:
                asked.add(seat.id)
                if seat.holders(at):
                    return seat.holders(at)
                seat = self.seats.get(seat.reports_to) if seat.reports_to else None
        return []

    def people_with(self, *, unit: int, role: str, at: datetime) -> list[int]:
        """The staff ids that work on a role in a unit; with no role, everybody in the unit."""
        here = (s for s in self.seats.values() if s.unit == unit and role in ("", s.role))
        return sorted({p for seat in here for p in seat.holders(at)})


def roster_of(*, company: Organisation) -> Roster:
    """The company's posts and who holds them, as they are now."""
    return _roster(company.pk, company.path, company.roster_version)


@lru_cache(maxsize=64)
def _roster(company_id: int, path: str, version: int) -> Roster:
    above = [int(p) for p in path.split("/") if p]
    # Departments of a group answer for its roles; those of a sister company do not.
    units = Organisation.objects.filter(Q(company_id__in=[company_id, *above]) | Q(pk__in=above))
    paths = {u.pk: u.path for u in units}
    terms: dict[int, list[TermOfOffice]] = {}
    held = Holding.objects.filter(post__organisation_id__in=paths, staff__is_active=True)
    for row in held.order_by("since", "pk"):
        terms.setdefault(row.post_id, []).append(TermOfOffice(row.staff_id, row.since, row.until))
    posts = Post.objects.filter(organisation_id__in=paths).order_by("pk")
    seats = {
        p.pk: Seat(
            p.pk, p.organisation_id, p.role, p.is_head, p.reports_to_id, tuple(terms.get(p.pk, ()))
        )
        for p in posts
    }
    return Roster(company_id, seats, paths)


def posts_of(*, staff: Staff, at: datetime) -> list[Post]:
    """The posts a person holds at a moment."""
    current = Q(holdings__until__isnull=True) | Q(holdings__until__gt=at)
    mine = Q(holdings__staff=staff, holdings__since__lte=at)
    return list(
        Post.objects.filter(current & mine).select_related("organisation__company").order_by("pk")
    )


def workplaces(*, staff: Staff, posts: Iterable[Post]) -> frozenset[int]:
    """The units in which a person works: where he is hired, and those of his posts."""
    return frozenset({staff.organisation_id, *(post.organisation_id for post in posts)})


def settings_of(*, company: Organisation) -> dict[str, str]:
    rows = OrganisationSetting.objects.filter(organisation=company)
    return dict(rows.values_list("name", "value"))


def units_of(*, company: Organisation) -> list[Organisation]:
    """The company and its units, in tree order."""
    return list(Organisation.objects.filter(company=company).order_by("path"))


def units_that_answer(*, company: Organisation) -> list[Organisation]:
    """The company and its units, then the organisations above it and theirs, which answer for roles
    that the company does not have; each in tree order."""
    above = [int(p) for p in company.path.split("/") if p and int(p) != company.pk]
    theirs = Organisation.objects.filter(Q(pk__in=above) | Q(company__in=above))
    theirs = theirs.select_related("company").exclude(path__startswith=company.path)
    return [*units_of(company=company), *theirs.order_by("path")]


def staff_of(*, company: Organisation, words: str, only: str) -> QuerySet[Staff]:
    """The people of a company by badge or name; `only`: active, dismissed, idle (no post), all."""
    rows = Staff.objects.filter(organisation__company=company).select_related("organisation")
    for word in words.split():
        rows = rows.filter(
            Q(badge__icontains=word) | Q(name__icontains=word) | Q(name_en__icontains=word)
        )
    if only in ("active", "idle"):
        rows = rows.filter(is_active=True)
    if only == "dismissed":
        rows = rows.filter(is_active=False)
    if only == "idle":
        rows = rows.exclude(holdings__until__isnull=True, holdings__isnull=False)
    return rows.order_by("badge").prefetch_related(_current("holdings", "post__organisation"))


def posts_in(*, company: Organisation) -> list[Post]:
    """Every post of a company with its holders now, as `seated`."""
    posts = Post.objects.filter(organisation__company=company)
    rows = posts.select_related("organisation", "reports_to")
    return list(rows.order_by("pk").prefetch_related(_current("holdings", "staff")))


def superiors_for(*, company: Organisation) -> list[Post]:
    """The posts to which one of the company may report: its own and those above it."""
    above = [int(p) for p in company.path.split("/") if p]
    rows = Post.objects.filter(Q(organisation__company=company) | Q(organisation__in=above))
    return list(rows.select_related("organisation").order_by("organisation__path", "pk"))


def past_holders(*, post: Post, limit: int = 20) -> list[Holding]:
    """Who held a post before, newest first."""
    rows = post.holdings.filter(until__isnull=False).select_related("staff")
    return list(rows.order_by("-until")[:limit])


def _current(name: str, with_what: str) -> Prefetch[str, QuerySet[Holding], str]:
    held = Holding.objects.filter(until__isnull=True, staff__is_active=True)
    return Prefetch(name, held.select_related(with_what).order_by("pk"), to_attr="seated")


def companies() -> list[Organisation]:
    """Every organisation that works by a pack."""
    return list(Organisation.objects.exclude(pack="").order_by("path"))


def companies_below(*, organisation: Organisation) -> list[Organisation]:
    """The organisation itself, where it works by a pack, and those of the companies below it."""
    rows = Organisation.objects.filter(path__startswith=organisation.path).exclude(pack="")
    return list(rows.order_by("path"))


@dataclass(frozen=True, slots=True)
class Unread:
    """What waits to be read, newest first. After days away, what came before the last day lies
    together in `earlier` and counts as one."""

    recent: list[Message]
    earlier: list[Message]

    @property
    def count(self) -> int:
        return len(self.recent) + bool(self.earlier)

    @property
    def newest(self) -> int:
        """The number of the message that came last, 0 where none waits."""
        return max((row.pk for row in (*self.recent, *self.earlier)), default=0)


def unread(*, staff: Staff, now: datetime) -> Unread:
    """The unread messages of a person; those that another tells of lie under it (`gathered`)."""
    rows = staff.messages.filter(read_at__isnull=True, gathered_in__isnull=True)
    found = list(rows.prefetch_related("gathered").order_by("-sent_at"))
    earlier = [row for row in found if row.sent_at < now - A_DAY]
    if len(earlier) <= FEW:
        return Unread(found, [])
    return Unread([row for row in found if row.sent_at >= now - A_DAY], earlier)


def staff_by_id(ids: Iterable[int]) -> dict[int, Staff]:
    """People by their ids, for those who read the ledger."""
    return {person.pk: person for person in Staff.objects.filter(pk__in=set(ids))}


def when_read(*, key_begins: str) -> dict[int, tuple[datetime, datetime | None]]:
    """Who got a message whose key begins so: when it came, and when it was read."""
    rows = Message.objects.filter(key__startswith=key_begins)
    return {row.staff_id: (row.sent_at, row.read_at) for row in rows}


def colleagues(*, company: Organisation, word: str) -> list[Staff]:
    """Who works in a company under this badge, else under this name; two bear the same name."""
    rows = Staff.objects.filter(organisation__company=company, is_active=True)
    return list(rows.filter(badge__iexact=word)[:1]) or list(rows.filter(name=word)[:2])


def units_by_id(ids: Iterable[int]) -> dict[int, Organisation]:
    """Organisations and their units by their keys."""
    return Organisation.objects.in_bulk(list(ids))


def organisations_below(*, posts: Iterable[Post]) -> list[int]:
    """The organisations in which somebody holds a post, and those below them."""
    within = Q(pk__in=[])
    for post in posts:
        within |= Q(path__startswith=post.organisation.path)
    return list(Organisation.objects.filter(within).values_list("pk", flat=True))


def with_badge(badge: str) -> Staff | None:
    """Whoever bears this staff number, in whatever case it is written."""
    return Staff.objects.select_related("organisation").filter(badge__iexact=badge).first()


def active(*, pk: int) -> Staff | None:
    """Somebody who may still sign in."""
    return Staff.objects.filter(pk=pk, is_active=True).first()
