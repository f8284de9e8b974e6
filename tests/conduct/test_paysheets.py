"""The pay sheet of a month: ratios and deductions, and every number opens into its rows."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from chengnuo.conduct.drill_down import DrillDown, deductions, promises
from chengnuo.conduct.models import Deduction, PaySheet
from chengnuo.conduct.paysheets import behind, content_of, lines, sign_sheet, signed_lines
from chengnuo.conduct.services import open_on_breach, rebut, serve
from chengnuo.conduct.signing import sign_off
from chengnuo.conduct.statements import written
from chengnuo.obligations.models import Obligation
from chengnuo.people.models import Holding
from chengnuo.people.services import appoint, hire
from chengnuo.rules.refusing import Refused
from tests.companies import house
from tests.conduct.matters import as_stated, breach_of, decide, opinion_of, passed_on
from tests.obligations.matter import let_pass
from tests.rules.world import at

MARCH = at("2026-03-01").date()
NOTHING = DrillDown((), (), ())


@pytest.fixture
def firm(db):
    return house("gas-appliance")


@pytest.fixture
def opinion(firm):
    case = opinion_of(firm)
    passed_on(firm, case)
    return case


@pytest.fixture
def proceeding(firm, opinion):
    return open_on_breach(
        breach=breach_of(opinion),
        by=firm.people["hr"],
        now=at("2026-03-20 10:00"),
        reason="经核实，需追究",
    )


def test_the_pay_sheet_tells_the_ratio_and_what_was_taken_off(firm, proceeding):
    serve(proceeding=proceeding, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    decide(proceeding, firm)
    sign_off(
        proceeding=proceeding, verdict=as_stated(proceeding),
        by=firm.people["hr"], now=at("2026-03-27 09:00"),
    )  # fmt: skip
    month = at("2026-03-01").date()
    sheet = lines(company=firm.again(), month=month, at=at("2026-04-02 09:00"))
    mine = next(x for x in sheet if x.person == firm.people["technician"].pk)
    assert mine.due > 0
    assert mine.kept == 0
    assert mine.ratio == 0
    assert mine.pay == 0, "a ratio of nothing leaves nothing, and never less"
    part = proceeding.parts.get(staff=firm.people["technician"])
    part.refresh_from_db()
    assert (mine.points, mine.fen) == (part.final_points, part.final_fen)
    # every number opens into its rows
    rows = behind(
        company=firm.company, month=month, unit=mine.unit, person=mine.person,
        at=at("2026-04-02 09:00"),
    )  # fmt: skip
    assert len(rows.promises) == mine.due
    assert sum(d.points for d in deductions(rows)) == mine.points


def test_a_part_may_fall_on_the_department_and_then_stands_on_its_line(firm, proceeding):
    hr, part = firm.people["hr"], proceeding.parts.get(staff=firm.people["technician"])
    serve(proceeding=proceeding, by=hr, now=at("2026-03-20 11:00"))
    decide(proceeding, firm)
    on_unit = {"departments": frozenset({part.pk})}
    told = {"proceeding": proceeding, "by": hr, "now": at("2026-03-27 09:00")}
    with pytest.raises(Refused, match="enter the reason"):
        sign_off(verdict=as_stated(proceeding, **on_unit), **told)
    sign_off(verdict=as_stated(proceeding, remark="由部门承担", **on_unit), **told)
    part.refresh_from_db()
    sheet = {
        (x.unit, x.person): x
        for x in lines(company=firm.again(), month=MARCH, at=at("2026-04-02 09:00"))
    }
    unit = sheet[part.unit_id, None]
    assert (unit.points, unit.fen) == (part.final_points, part.final_fen)
    assert unit.points > 0
    assert sheet[part.unit_id, part.staff_id].points == 0
    rows = behind(
        company=firm.company, month=MARCH, unit=part.unit_id, person=None,
        at=at("2026-04-02 09:00"),
    )  # fmt: skip
    assert [d.part for d in deductions(rows)] == [part]


def test_a_signed_sheet_stays_and_later_decisions_fall_into_the_next_month(firm, proceeding):
    serve(proceeding=proceeding, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    decide(proceeding, firm)
    month = at("2026-03-01").date()
    with pytest.raises(Refused):
        sign_sheet(
            company=firm.again(), month=month, by=firm.people["hr"], now=at("2026-03-31 12:00")
        )
    sheet = sign_sheet(
        company=firm.company, month=month, by=firm.people["hr"], now=at("2026-04-01 08:00")
    )
    assert signed_lines(sheet=sheet) == lines(
        company=firm.company, month=month, at=at("2026-04-01 08:00")
    )
    sign_off(
        proceeding=proceeding,
        verdict=as_stated(proceeding),
        by=firm.people["hr"],
        now=at("2026-04-20 09:00"),
    )
    assert {f"{d.month:%Y-%m}" for d in Deduction.objects.all()} == {"2026-04"}
    with pytest.raises(DatabaseError), transaction.atomic():
        type(sheet).objects.update(content="{}")


def test_a_month_is_signed_only_when_the_worker_has_judged_what_fell_due_in_it(firm):
    opinion_of(firm)
    told = {"company": firm.again(), "month": at("2026-03-01").date(), "by": firm.people["hr"]}
    with pytest.raises(Refused, match="are not judged yet"):
        sign_sheet(now=at("2026-04-01 08:00"), **told)
    let_pass("2026-04-01 08:00")
    sheet = sign_sheet(now=at("2026-04-01 08:00"), **told)
    missed = [x for x in signed_lines(sheet=sheet) if x.unit == firm.units["maintenance"].pk]
    assert missed
    assert all(x.due > x.kept for x in missed)


def test_what_is_due_at_midnight_belongs_to_the_month_that_ends_then(firm, opinion):
    row = breach_of(opinion).obligation
    Obligation.objects.filter(pk=row.pk).update(due_at=at("2026-04-01 00:00"))
    told = {"company": firm.again(), "at": at("2026-05-04 09:00")}
    person = firm.people["technician"].pk
    for month, here in (("2026-03-01", True), ("2026-04-01", False)):
        day = at(month).date()
        found = [x for x in lines(month=day, **told) if x.unit == row.unit_id]
        rows = behind(month=day, unit=row.unit_id, person=person, **told)
        assert (row.pk in rows.promises) is here
        assert bool([x for x in found if x.person == person and x.due]) is here


def test_a_right_that_was_used_is_no_promise_that_was_kept(firm, proceeding):
    serve(proceeding=proceeding, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    for part in proceeding.parts.exclude(staff=None):
        rebut(part=part, by=part.staff, words="当日抢险", now=at("2026-03-23 09:00"))
    right = Obligation.objects.get(rule="statement-rebutted", kept_at__isnull=False)
    told = {"company": firm.again(), "month": MARCH, "at": at("2026-04-01 08:00")}
    sheet = lines(**told)
    opened = [behind(unit=line.unit, person=line.person, **told) for line in sheet]
    assert right.pk not in {pk for rows in opened for pk in rows.promises}
    assert [line.due for line in sheet] == [len(rows.promises) for rows in opened]


# -- what stands behind a signed number ------------------------------------------------------------


def signed_march(firm):
    return sign_sheet(
        company=firm.again(), month=MARCH, by=firm.people["hr"], now=at("2026-04-01 08:00")
    )


def all_behind(firm, sheet):
    """Each line with its rows, as they are opened long after."""
    return [
        (
            line,
            behind(
                company=firm.again(), month=MARCH, unit=line.unit, person=line.person,
                at=at("2026-06-01 09:00"),
            ),
        )
        for line in signed_lines(sheet=sheet)
    ]  # fmt: skip


def test_every_signed_number_opens_into_its_rows_whatever_happened_since(firm, proceeding):
    serve(proceeding=proceeding, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    decide(proceeding, firm)
    sign_off(
        proceeding=proceeding, verdict=as_stated(proceeding),
        by=firm.people["hr"], now=at("2026-03-27 09:00"),
    )  # fmt: skip
    sheet = signed_march(firm)
    before = all_behind(firm, sheet)
    # rows move, people come and go, what counted is withdrawn
    Obligation.objects.filter(rule="order-handled").update(voided_at=at("2026-04-10 09:00"))
    Obligation.objects.update(due_at=at("2026-04-15 09:00"), unit=firm.units["agent"])
    Holding.objects.update(since=at("2026-05-01 09:00"))
    after = all_behind(firm, sheet)
    assert after == before
    for line, rows in after:
        late = rows.only("late")
        assert (len(rows.promises), len(rows.only("kept"))) == (line.due, line.kept)
        assert line.due == line.kept + len(late)
        assert [row.pk for row in promises(rows.promises)] == list(rows.promises)
        assert sum(d.points for d in deductions(rows)) == line.points
        assert sum(d.fen for d in deductions(rows)) == line.fen
    assert any(rows.deductions for _, rows in after)
    assert any(line.kept for line, _ in after)


def test_a_sheet_from_before_rows_were_frozen_still_opens(firm, opinion):
    told = lines(company=firm.again(), month=MARCH, at=at("2026-04-01 08:00"))
    old = content_of(company=firm.company, month=MARCH, sheet=[(x, NOTHING) for x in told])
    for line in old["lines"]:
        del line["behind"]
    text, digest = written(old | {"form": 1})
    sheet = PaySheet.objects.create(
        organisation=firm.company, month=MARCH, content=text, digest=digest,
        signed_at=at("2026-04-01 08:00"), signed_by=firm.people["hr"],
    )  # fmt: skip
    opened = all_behind(firm, sheet)
    assert [line for line, _ in opened] == told
    assert all(len(rows.promises) == line.due for line, rows in opened)


def test_who_held_a_post_and_had_nothing_due_stands_on_the_sheet_and_is_paid_in_full(firm, opinion):
    newcomer = hire(
        badge="T-new", name="新人", organisation=firm.units["agent"], password=None,
        now=at("2026-03-21 09:00"),
    )  # fmt: skip
    assert not of(newcomer, firm, "2026-03-30 09:00"), "he holds no post yet"
    appoint(staff=newcomer, post=firm.posts["agent"], now=at("2026-03-31 09:00"))
    assert not of(newcomer, firm, "2026-03-30 09:00")
    [line] = of(newcomer, firm, "2026-04-01 08:00")
    sheet = lines(company=firm.again(), month=MARCH, at=at("2026-04-01 08:00"))
    assert {x.unit for x in sheet} == {x.unit for x in sheet if x.person is None}
    assert (line.unit, line.due, line.ratio) == (firm.units["agent"].pk, 0, None)
    assert line.pay == line.performance > 0
    [signed] = [x for x in signed_lines(sheet=signed_march(firm)) if x.person == newcomer.pk]
    assert signed == line


def test_an_authority_that_owes_something_here_is_not_paid_by_us(firm, opinion):
    sheet = lines(company=firm.again(), month=MARCH, at=at("2026-04-01 08:00"))
    outsiders = {firm.people[role].pk for role in ("gas-authority", "equipment-user")}
    assert not outsiders & {x.person for x in sheet}
    assert firm.people["hr"].pk in {x.person for x in sheet}


def of(person, firm, moment):
    found = lines(company=firm.again(), month=MARCH, at=at(moment))
    return [x for x in found if x.person == person.pk]
