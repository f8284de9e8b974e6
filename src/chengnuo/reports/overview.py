"""A month of promises by department, and what stands open now: the overview of those who lead.

Every number counts the rows that it opens. A promise belongs to the month in which it fell due, and
to the unit that owes it; only those are counted of which it is known whether they were kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from chengnuo.cases.finding.queues import MARKS
from chengnuo.cases.models import Case, Objection
from chengnuo.obligations.facts import MonthScope
from chengnuo.obligations.models import ONE_OF_MANY, Obligation, VerdictsOfDay
from chengnuo.obligations.verdicts import BROKEN, JUST_BEFORE, KEPT
from chengnuo.packs.schema import Pack
from chengnuo.reports.registers import Narrowed, overdue_at

VERDICTS = {"due": KEPT | BROKEN, "kept": KEPT, "broken": BROKEN}
NOW = ("overdue", "supervised", "urged", "emergency", "returns")


@dataclass(slots=True)
class UnitMonth:
    """The numbers of one unit; `unit` is its id."""

    unit: int
    kept: int = 0
    broken: int = 0
    now: Counter[str] = field(default_factory=Counter)

    @property
    def due(self) -> int:
        return self.kept + self.broken

    @property
    def share(self) -> float | None:
        """Kept in time among those that fell due, 0-1; None where none did."""
        return self.kept / self.due if self.due else None


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day of the month: cases taken in, promises that fell due."""

    day: date
    taken: int
    due: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the page: units with any number, branches with any case, every day so far."""

    lines: list[UnitMonth]
    total: UnitMonth
    branches: list[tuple[str, int]]
    days: list[DayCount]

    @property
    def taken(self) -> int:
        return sum(number for _, number in self.branches)


def overview(*, scope: MonthScope, pack: Pack | None) -> Overview:
    """The month of a company, or of some of its units. Four questions to the database."""
    found: dict[int, UnitMonth] = {}
    due: Counter[date] = Counter()
    taken: Counter[date] = Counter()
    branches: Counter[str] = Counter()
    for unit, day, kept, broken in _verdicts(scope):
        line = found.setdefault(unit, UnitMonth(unit))
        line.kept += kept
        line.broken += broken
        due[day] += kept + broken
    for kind, unit, number in _standing(scope):
        found.setdefault(unit, UnitMonth(unit)).now[kind] += number
    for service, day, number in _taken(scope):
        branches[branch_of(service, pack)] += number
        taken[day] += number
    lines = [line for line in found.values() if line.due or any(line.now.values())]
    return Overview(
        lines=lines,
        total=together(lines),
        branches=branches.most_common(),
        days=[DayCount(day, taken[day], due[day]) for day in _days(scope)],
    )


def in_short(*, scope: MonthScope) -> UnitMonth:
    """The numbers of a whole company in one line. Four questions to the database."""
    line = UnitMonth(scope.company.pk)
    for _unit, _day, kept, broken in _verdicts(scope):
        line.kept += kept
        line.broken += broken
    for kind, _unit, number in _standing(scope):
        line.now[kind] += number
    return line


def together(lines: Sequence[UnitMonth]) -> UnitMonth:
    """The sum of lines, of no unit."""
    total = UnitMonth(0, sum(x.kept for x in lines), sum(x.broken for x in lines))
    for line in lines:
        total.now.update(line.now)
    return total


def promises(*, scope: MonthScope, of: str) -> QuerySet[Obligation]:
    """The promises behind a number: `of` is due, kept or broken. Latest first. Raises KeyError."""
    rows = _fell_due(scope).filter(VERDICTS[of])
    return rows.select_related("docket__case", "docket__organisation", "unit").order_by(
        "-due_at", "pk"
    )


def taken_in(*, scope: MonthScope, pack: Pack | None, branch: str = "") -> QuerySet[Case]:
    """The cases of the month, of one branch of the catalogue where one is named. Latest first."""
    rows = _taken_in(scope)
    if branch:
        below = [s for s in (pack.services if pack else {}) if branch_of(s, pack) == branch]
        rows = rows.filter(service__in=[*below, branch])
    return rows.order_by("-lodged_at", "pk")


def returning(*, scope: MonthScope) -> QuerySet[Case]:
    """Open cases that a unit wants to be rid of, and nobody has decided it. Longest first."""
    waiting = Objection.objects.filter(decided_at__isnull=True)
    rows = Case.objects.filter(
        scope.shown,
        organisation=scope.company,
        closed_at__isnull=True,
        pk__in=waiting.values("case"),
    )
    return _of_units(rows, scope, "docket__handling_unit").order_by("lodged_at", "pk")


def overdue(*, scope: MonthScope) -> QuerySet[Obligation]:
    """What is broken and not done now. Longest first."""
    now = scope.now
    late = overdue_at(company=scope.company, shown=scope.owed, at=now, now=now, narrowed=Narrowed())
    return _of_units(late, scope, "unit")


def marked(*, scope: MonthScope, mark: Q) -> QuerySet[Case]:
    """The open cases that bear a mark. Longest first."""
    rows = Case.objects.filter(
        scope.shown, mark, organisation=scope.company, closed_at__isnull=True
    )
    return _of_units(rows, scope, "docket__handling_unit").order_by("lodged_at", "pk")


def branch_of(service: str, pack: Pack | None) -> str:
    """The topmost entry of the catalogue above a service; itself where the pack knows none."""
    known: Mapping[str, Any] = pack.services if pack else {}
    top = service
    while top in known and known[top].parent:
        top = known[top].parent
    return top


def months_beside(begins: datetime) -> tuple[datetime, datetime]:
    """When the month before begins, and when the one after."""
    before = (begins - timedelta(days=1)).replace(day=1)
    return before, (begins + timedelta(days=32)).replace(day=1)


def _of_units(rows: QuerySet[Any], scope: MonthScope, name: str) -> QuerySet[Any]:
    return rows if scope.units is None else rows.filter(**{f"{name}__in": scope.units})


def _fell_due(scope: MonthScope) -> QuerySet[Obligation]:
    """What is due at 24:00 belongs to the day that ends then. Duties have no case and are the
    company's."""
    rows = Obligation.objects.filter(
        scope.owed | Q(docket__case__isnull=True),
        ~ONE_OF_MANY,
        organisation=scope.company,
        due_at__gt=scope.begins,
        due_at__lte=scope.upto,
    )
    return _of_units(rows, scope, "unit")


def _verdicts(scope: MonthScope) -> list[tuple[int, date, int, int]]:
    """Unit, day, kept, broken. The sums of the days that are over; counted are today, of which only
    a part has fallen due, and the restricted matters, of which everybody knows others."""
    today = scope.upto.astimezone(scope.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    days = VerdictsOfDay.objects.filter(
        organisation=scope.company,
        restricted="",
        day__gte=scope.begins.date(),
        day__lt=today.date(),
    )
    summed = _of_units(days, scope, "unit").order_by().values_list("unit", "day")
    rows = _fell_due(scope).filter(VERDICTS["due"]).order_by()
    closed = Q(docket__case__restricted=True)
    day = TruncDate(JUST_BEFORE, tzinfo=scope.zone)
    return [
        *summed.annotate(Sum("kept"), Sum("broken")),
        *_counted(rows.filter(closed, due_at__lte=today), day),
        *_counted(rows.filter(due_at__gt=today), day),
    ]


def _counted(rows: QuerySet[Obligation], day: TruncDate) -> Iterable[tuple[int, date, int, int]]:
    kept, broken = Count("pk", filter=KEPT), Count("pk", filter=BROKEN)
    return rows.values_list("unit", day).annotate(kept=kept, broken=broken)


def _taken_in(scope: MonthScope) -> QuerySet[Case]:
    """Among some units, what they handle now."""
    rows = Case.objects.filter(
        scope.shown,
        organisation=scope.company,
        lodged_at__gte=scope.begins,
        lodged_at__lt=scope.upto,
    )
    return _of_units(rows, scope, "docket__handling_unit")


def _taken(scope: MonthScope) -> Sequence[tuple[str, date, int]]:
    day = TruncDate("lodged_at", tzinfo=scope.zone)
    return list(_taken_in(scope).order_by().values_list("service", day).annotate(Count("pk")))


def _standing(scope: MonthScope) -> list[tuple[str, int, int]]:
    """What stands open now, whatever the month: kind, unit, number."""
    by_unit = overdue(scope=scope).order_by().values_list("unit").annotate(Count("pk"))
    found = [("overdue", unit, number) for unit, number in by_unit]
    handled = "docket__handling_unit"
    marks = {name: MARKS[name] for name in NOW if name in MARKS}
    rows = marked(scope=scope, mark=reduce(or_, marks.values()))
    for unit, *numbers in (
        rows.order_by()
        .values_list(handled)
        .annotate(**{f"n_{name}": Count("pk", filter=marked) for name, marked in marks.items()})
    ):
        found += [(name, unit, n) for name, n in zip(marks, numbers, strict=True)]
    back = returning(scope=scope).order_by().values_list(handled).annotate(Count("pk"))
    found += [("returns", unit, number) for unit, number in back]
    return [(kind, unit or scope.company.pk, number) for kind, unit, number in found]


def _days(scope: MonthScope) -> list[date]:
    first, last = scope.begins.date(), scope.upto.astimezone(scope.zone)
    count = (last - timedelta(microseconds=1)).date() - first
    return [first + timedelta(days=n) for n in range(count.days + 1)]
