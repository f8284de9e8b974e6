"""Which callbacks wait for whom, the most urgent first.

What a person may not see or do is left out before a list is cut: read on until a part is full, so
that nothing he waits for is hidden behind what is not his.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Case as Choice
from django.db.models import F, IntegerField, Model, OuterRef, Q, QuerySet, Subquery, Value, When

from chengnuo.callbacks.calling import callback_rules, forms_for, own_form
from chengnuo.callbacks.models import Attempt, Outcome, VisitOrder
from chengnuo.obligations.models import RUNNING, Obligation
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.people.models import Post, Staff

BATCH = 200
NOW, LATER, USED_UP = 0, 1, 2

S = TypeVar("S")
T = TypeVar("T")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """A part of a list, from place `start` (0 is the first); `more`: others follow it."""

    rows: list[T]
    start: int
    most: int
    more: bool

    @property
    def is_cut(self) -> bool:
        return self.more or self.start > 0

    @property
    def first(self) -> int:
        return self.start + 1

    @property
    def last(self) -> int:
        return self.start + len(self.rows)

    @property
    def before(self) -> int:
        """Where the part before this one starts."""
        return max(self.start - self.most, 0)

    def each(self, told: Callable[[T], S]) -> Slice[S]:
        """The same part with every row told in another way."""
        return Slice([told(row) for row in self.rows], self.start, self.most, self.more)


def part_of(found: Iterable[T], *, most: int, start: int = 0) -> Slice[T]:
    """So many of a list, from a place on; no more of it is read than needed."""
    if isinstance(found, QuerySet):
        rows = list(found[start : start + most + 1])
    else:
        rows = list(islice(found, start, start + most + 1))
    return Slice(rows[:most], start, most, len(rows) > most)


def in_batches(rows: QuerySet[M]) -> Iterator[list[M]]:
    """All rows of a query, a few at a time; its order leaves no two rows equal."""
    begin = 0
    while batch := list(rows[begin : begin + BATCH]):
        yield batch
        begin += BATCH


@dataclass(frozen=True, slots=True)
class DueCallback:
    """A callback that is due: what it keeps, by which questionnaire, what was tried.

    `mine`: whoever asked may make it.
    """

    obligation: Obligation
    form: str
    officer: Staff | None
    attempts: list[Attempt] = field(default_factory=list)
    visit: VisitOrder | None = None
    mine: bool = False

    @property
    def again_at(self) -> datetime | None:
        """When it was meant to be tried again."""
        return self.attempts[-1].again_at if self.attempts else None

    @property
    def is_used_up(self) -> bool:
        """No further attempt is planned: somebody has to decide."""
        last = self.attempts[-1] if self.attempts else None
        return bool(last and last.again_at is None and last.outcome != Outcome.CONNECTED)


class ListReader:
    """Who looks at a list: what lies with his posts and on his own list, and the units he heads."""

    def __init__(self, *, posts: Sequence[Post], staff: Staff) -> None:
        self.posts, self.staff = posts, staff
        self.units = {p.organisation_id for p in posts}
        self.headed = {p.organisation_id for p in posts if p.is_head}
        self.roles = {role for p in posts for role in p.owes_as}

    def near(self) -> Q:
        """The rows of which one may be his; those on others' lists only where he is the head."""
        free = Q(callback_assignment__isnull=True) | Q(callback_assignment__officer=self.staff)
        ours = Q(unit__in=self.units, role__in=self.roles) & free
        return ours | Q(unit__in=self.headed)

    def looks_at(self, due: DueCallback) -> DueCallback | None:
        """A callback as he finds it on his list; None where it is not for him."""
        row = due.obligation
        lies_here = row.unit_id in self.units and row.role in self.roles
        free = due.officer is None or due.officer.pk == self.staff.pk
        form = self._form(due) if lies_here and free else None
        if form is None:
            return due if row.unit_id in self.headed else None
        return replace(due, form=form, mine=True)

    def _form(self, due: DueCallback) -> str | None:
        row = due.obligation
        pinned = regulation_for(digest=row.docket.release_id, company=row.docket.organisation)
        forms = [due.form, *forms_for(row=row, regulation=pinned, running=())]
        return own_form(row=row, forms=forms, posts=self.posts, by=self.staff)


def due_callbacks(
    *, reader: ListReader, regulation: Regulation, now: datetime, known: Q | None = None
) -> Iterator[DueCallback]:
    """The callbacks that lie with this person, and every one of the units he heads: first those
    that may be called now, soonest due first, then those that are planned for later.

    `known` tells on rows which of them he may know of. One call answers for every promise of a case
    that its questionnaire keeps, so it is listed once.
    """
    rows = running(regulation, now).filter(reader.near(), known or Q())
    met: set[tuple[UUID, str]] = set()
    for found in read_all(rows):
        due = reader.looks_at(found)
        if due is not None and _is_new(due, met):
            yield due


def _is_new(due: DueCallback, met: set[tuple[UUID, str]]) -> bool:
    call = (due.obligation.docket_id, due.form)
    is_new = call not in met
    met.add(call)
    return is_new


def due_callback(*, row: Obligation) -> DueCallback:
    """One callback as it stands, whoever asks."""
    found = Obligation.objects.select_related("docket__case", "docket__organisation", "unit")
    row = found.select_related("callback_assignment__officer", "callback_visit").get(pk=row.pk)
    return next(_read([row]), DueCallback(row, "", None))


def running(
    regulation: Regulation, now: datetime, *, used_up: bool = False
) -> QuerySet[Obligation]:
    """The running callbacks for which a further attempt may be made or, by `used_up`, those for
    which none is planned; by their last attempt."""
    last = Attempt.objects.filter(obligation=OuterRef("pk")).order_by("-at", "-pk")
    rows = Obligation.objects.filter(RUNNING, rule__in=callback_rules(regulation)).annotate(
        again=Subquery(last.values("again_at")[:1]), came_of=Subquery(last.values("outcome")[:1])
    )
    ended = Q(again__isnull=True, came_of__isnull=False) & ~Q(came_of=Outcome.CONNECTED)
    stand = Choice(
        When(again__gt=now, then=Value(LATER)),
        When(ended, then=Value(USED_UP)),
        default=Value(NOW),
        output_field=IntegerField(),
    )
    rows = rows.select_related(
        "docket__case__customer", "docket__organisation", "unit",
        "callback_assignment__officer", "callback_visit",
    )  # fmt: skip
    rows = rows.prefetch_related("callback_attempts__officer").annotate(stand=stand)
    rows = rows.filter(stand=USED_UP) if used_up else rows.exclude(stand=USED_UP)
    return rows.order_by("stand", F("act_by").asc(nulls_last=True), "start_at", "pk")


def read_all(rows: QuerySet[Obligation]) -> Iterator[DueCallback]:
    """Rows with what was tried, as many as are asked for."""
    for batch in in_batches(rows):
        yield from _read(batch)


def _read(found: Sequence[Obligation]) -> Iterator[DueCallback]:
    """Rows with what was tried; not those for which it is no questionnaire's turn."""
    beside: dict[UUID, list[str]] = {}
    dockets = {row.docket_id for row in found}
    others = Obligation.objects.filter(RUNNING, docket__in=dockets)
    for docket, rule in others.values_list("docket_id", "rule"):
        beside.setdefault(docket, []).append(rule)
    for row in found:
        pinned = regulation_for(digest=row.docket.release_id, company=row.docket.organisation)
        forms = forms_for(row=row, regulation=pinned, running=beside.get(row.docket_id, ()))
        held = getattr(row, "callback_assignment", None)
        tried = sorted(row.callback_attempts.all(), key=lambda a: a.at)
        if forms:
            visit = getattr(row, "callback_visit", None)
            yield DueCallback(row, forms[0], held.officer if held else None, tried, visit)
