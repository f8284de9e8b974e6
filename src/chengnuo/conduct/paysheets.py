"""The performance pay sheet (绩效工资表): completion ratio and deductions of a month.

Completion ratio (完成比, S2.2): of the promises whose moment lay in the month, how many were kept
in time. A promise counts for the department that owed it, and for whoever held the post that
answered for it at its moment. Promises that were withdrawn, averages and rights do not count.
Whoever held a post and had nothing due stands on the sheet too: his ratio is whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from chengnuo.conduct.access import may_see_pay
from chengnuo.conduct.drill_down import IN_TIME, DrillDown, found, frozen, thawed
from chengnuo.conduct.models import Deduction, PaySheet
from chengnuo.conduct.statements import read, tariff_of, written
from chengnuo.ledger.services import Fact, record
from chengnuo.obligations.models import JUDGED, RUNNING, Obligation
from chengnuo.obligations.queries import hanging_in
from chengnuo.obligations.regulation import (
    NoRegulation,
    Regulation,
    regulation_for,
    release_in_force,
)
from chengnuo.people.models import Organisation, Staff
from chengnuo.people.queries import posts_of
from chengnuo.people.tenures import seated_in, seats_between
from chengnuo.rules.expiry import breakable
from chengnuo.rules.moments import month_key
from chengnuo.rules.refusing import NotYours, Refused
from chengnuo.rules.words import Text

WHOLE = 10_000
FORM = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLine:
    """One line: a person, or a department where `person` is None. Points in hundredths, money in
    fen; `ratio` of WHOLE, None where nothing was due."""

    unit: int
    person: int | None
    due: int
    kept: int
    points: int
    fen: int
    performance: int

    @property
    def ratio(self) -> int | None:
        return self.kept * WHOLE // self.due if self.due else None

    @property
    def pay(self) -> int:
        """What is paid: the performance part by its ratio, less deductions, never below nothing."""
        ratio = WHOLE if self.ratio is None else self.ratio
        return max(self.performance * ratio // WHOLE - self.fen, 0)


def bounds(*, month: date, regulation: Regulation) -> tuple[datetime, datetime]:
    """The local month as moments, `[begin, end)`."""
    calendar = regulation.book.calendar
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return calendar.at_minute(month, 0), calendar.at_minute(after, 0)


def due_in(*, regulation: Regulation, begin: datetime, end: datetime) -> Q:
    """The promises whose moment lay in a span and that were kept or broken. What is due at 24:00
    belongs to the day, and the month, that ends then."""
    others = [name for name, rule in regulation.book.rules.items() if not breakable(rule)]
    due = Q(due_at__gt=begin, due_at__lte=end, voided_at__isnull=True)
    return JUDGED & due & ~Q(rule__in=others)


def lines(*, company: Organisation, month: date, at: datetime) -> list[PayLine]:
    """The sheet as it stands: departments first, then people, each by their unit.

    Raises NoAccountability where the pack does not say what performance is worth.
    """
    sheet = []
    for line, rows in _standing(company, month, at):
        told = rows.aggregate(due=Count("pk"), kept=Count("pk", filter=IN_TIME))
        sheet.append(replace(line, **told))
    return sheet


def _standing(
    company: Organisation, month: date, at: datetime
) -> list[tuple[PayLine, QuerySet[Obligation]]]:
    """Each line with the promises behind it, not counted yet."""
    regulation = _regulation(company, month, at)
    performance = int(tariff_of(regulation).performance_yuan * 100)
    begin, ends = bounds(month=month, regulation=regulation)
    end = min(ends, at)  # of a month that still runs, what has fallen due so far
    due = due_in(regulation=regulation, begin=begin, end=end)
    rows = Obligation.objects.filter(due, organisation=company)
    taken = _taken(company, month)
    outside = {role for role, shape in regulation.pack.roles.items() if shape.outside}
    people = _people(rows.exclude(role__in=outside), begin, end)
    seated = seated_in(company=company, start=begin, end=end, besides=outside)
    idle = {person: unit for unit, person in taken if person is not None}
    for person, unit in (idle | seated).items():
        people.setdefault(person, (unit, rows.none()))
    owing = set(rows.values_list("unit_id", flat=True).distinct())
    units = owing | {unit for unit, _ in taken} | {unit for unit, _ in people.values()}
    theirs: list[tuple[int, int | None, QuerySet[Obligation]]] = [
        (unit, None, rows.filter(unit_id=unit)) for unit in sorted(units)
    ]
    theirs += [(unit, person, mine) for person, (unit, mine) in sorted(people.items(), key=_place)]
    return [
        (_line(unit, person, taken, performance if person else 0), mine)
        for unit, person, mine in theirs
    ]


def _place(one: tuple[int, tuple[int, Any]]) -> tuple[int, int]:
    person, (unit, _) = one
    return unit, person


def _regulation(company: Organisation, month: date, at: datetime) -> Regulation:
    """What performance is worth is said by the release at the end of the month, not by a later
    one; for a month before there was a release, by the one in force at `at`."""
    digest = release_in_force(company=company, at=at)
    regulation = regulation_for(digest=digest, company=company)
    last = bounds(month=month, regulation=regulation)[1] - timedelta(seconds=1)
    try:
        digest = release_in_force(company=company, at=min(last, at))
    except NoRegulation:
        return regulation
    then = regulation_for(digest=digest, company=company)
    return then if then.pack.accountability is not None else regulation


def _people(
    rows: QuerySet[Obligation], begin: datetime, end: datetime
) -> dict[int, tuple[int, QuerySet[Obligation]]]:
    """Everybody who held a post that answered for something in the span: the unit (the first, for
    somebody with several posts), and what fell to them."""
    owners = rows.values_list("unit_id", "role").distinct().order_by("unit_id", "role")
    mine: dict[int, tuple[int, Q]] = {}
    for unit, role in owners:
        for person, since, until in seats_between(unit=unit, role=role, start=begin, end=end):
            held = Q(unit_id=unit, role=role, due_at__gt=since, due_at__lte=until)
            first, before = mine.get(person, (unit, Q(pk__isnull=True)))
            mine[person] = (first, before | held)
    return {person: (unit, rows.filter(held)) for person, (unit, held) in mine.items()}


def standing_deductions() -> QuerySet[Deduction]:
    """What was taken off, but for what was taken for a breach that was annulled since."""
    return Deduction.objects.exclude(
        part__proceeding__breach__obligation__annulled_at__isnull=False
    )


def _taken(company: Organisation, month: date) -> dict[tuple[int, int | None], tuple[int, int]]:
    found: dict[tuple[int, int | None], tuple[int, int]] = {}
    rows = standing_deductions().filter(organisation=company, month=month)
    for unit, person, points, fen in rows.values_list("unit_id", "staff_id", "points", "fen"):
        before = found.get((unit, person), (0, 0))
        found[(unit, person)] = (before[0] + points, before[1] + fen)
    return found


def _line(
    unit: int,
    person: int | None,
    taken: dict[tuple[int, int | None], tuple[int, int]],
    performance: int,
) -> PayLine:
    if person is None:
        points, fen = taken.get((unit, None), (0, 0))
    else:
        theirs = [amounts for (_, who), amounts in taken.items() if who == person]
        points, fen = sum(p for p, _ in theirs), sum(f for _, f in theirs)
    return PayLine(
        unit=unit,
        person=person,
        due=0,
        kept=0,
        points=points,
        fen=fen,
        performance=performance,
    )


def behind(
    *, company: Organisation, month: date, unit: int, person: int | None, at: datetime
) -> DrillDown:
    """What stands behind a line: of a signed sheet what was signed, so that it always sums to the
    number; sheets from before it was frozen with them are read as they would be now."""
    signed = PaySheet.objects.filter(organisation=company, month=month).first()
    for line in read(signed.content)["lines"] if signed is not None else ():
        if (line["unit"], line["person"]) == (unit, person) and "behind" in line:
            return thawed(line["behind"])
    deductions = _deductions(company, month, unit, person)
    for stands, rows in _standing(company, month, at):
        if stands.person == person and (person is not None or stands.unit == unit):
            return found(rows, deductions)
    return found(Obligation.objects.none(), deductions)


def _deductions(
    company: Organisation, month: date, unit: int, person: int | None
) -> QuerySet[Deduction]:
    rows = standing_deductions().filter(organisation=company, month=month, staff=person)
    return rows.filter(unit_id=unit) if person is None else rows


def content_of(
    *, company: Organisation, month: date, sheet: Iterable[tuple[PayLine, DrillDown]]
) -> dict[str, Any]:
    """A sheet as it is signed, with what stands behind each line."""
    return {
        "form": FORM,
        "company": company.pk,
        "month": month_key(month),
        "lines": [
            {
                "unit": x.unit, "person": x.person, "due": x.due, "kept": x.kept,
                "ratio": x.ratio, "points": x.points, "fen": x.fen,
                "performance": x.performance, "pay": x.pay, "behind": frozen(rows),
            }
            for x, rows in sheet
        ],
    }  # fmt: skip


@transaction.atomic
def sign_sheet(*, company: Organisation, month: date, by: Staff, now: datetime) -> PaySheet:
    """Sign a month that is over: the sheet is frozen; what is decided later falls into the next.

    Raises Refused for a month that still runs, NotYours, NoAccountability.
    """
    signed = PaySheet.objects.filter(organisation=company, month=month).first()
    if signed is not None:
        return signed
    regulation = regulation_for(digest=release_in_force(company=company, at=now), company=company)
    if not may_see_pay(company=company, regulation=regulation, posts=posts_of(staff=by, at=now)):
        raise NotYours(
            Text(
                "由作出决定的部门或公司负责人签发，请联系他们",
                "To be signed by the deciding department or the head of the company. Contact them.",
            )
        )
    if bounds(month=month, regulation=regulation)[1] > now:
        raise Refused(
            Text(
                "当月尚未结束，请在月末之后签发",
                "The month is not over. Sign it after the month has ended.",
            )
        )
    if _unjudged(company=company, month=month, regulation=regulation, now=now).exists():
        raise Refused(
            Text(
                "当月尚有到期承诺未判定，请稍后再签",
                "Some promises due in the month are not judged yet. Sign a little later.",
            )
        )
    begin, end = bounds(month=month, regulation=regulation)
    if hanging := hanging_in(company=company, begin=begin, end=end):
        raise Refused(
            Text(
                f"当月有{len(hanging)}项承诺的暂停尚未审批，审批前不能判定；请先催办审批人，再签发",
                f"The pauses of {len(hanging)} promises of the month are not decided, and there is "
                "no verdict before; have them decided, then sign",
            )
        )
    sheet = _with_rows(company, month, now)
    text, digest = written(content_of(company=company, month=month, sheet=sheet))
    made, fresh = PaySheet.objects.get_or_create(
        organisation=company, month=month,
        defaults={"content": text, "digest": digest, "signed_at": now, "signed_by": by},
    )  # fmt: skip
    if not fresh:
        return made  # of two who sign at once, the first did
    data = {"month": month_key(month), "sha256": digest}
    fact = Fact(kind="pay_sheet.signed", at=now, actor_id=by.pk, data=data)
    record(organisation_id=company.pk, facts=[fact], now=now)
    return made


def _with_rows(company: Organisation, month: date, at: datetime) -> list[tuple[PayLine, DrillDown]]:
    """Each line as it stands with its rows; what it counts are those very rows."""
    sheet = []
    for line, rows in _standing(company, month, at):
        theirs = found(rows, _deductions(company, month, line.unit, line.person))
        due = len(theirs.promises)
        sheet.append((replace(line, due=due, kept=due - len(theirs.late)), theirs))
    return sheet


def _unjudged(
    *, company: Organisation, month: date, regulation: Regulation, now: datetime
) -> QuerySet[Obligation]:
    """What fell due in the month and still waits for the worker to say that it was broken: a sheet
    that is frozen before would never count it."""
    begin, end = bounds(month=month, regulation=regulation)
    return Obligation.objects.filter(
        RUNNING, organisation=company, due_at__gt=begin, due_at__lte=end, broken_at=None,
        next_at__lt=now,
    )  # fmt: skip


def signed_lines(*, sheet: PaySheet) -> list[PayLine]:
    """The lines of a signed sheet, as they were signed."""
    return [
        PayLine(**{k: v for k, v in one.items() if k not in ("ratio", "pay", "behind")})
        for one in read(sheet.content)["lines"]
    ]
