"""Queues: every open case stands where it belongs, and every number opens what it counts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Q

from chengnuo.cases.casework.bulk import Ticked, hand_over_many
from chengnuo.cases.finding.load import LoadScope, load
from chengnuo.cases.finding.queues import Moments, QueueFilter, counts, queue
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.cases.open_cases import OPEN_CASES
from chengnuo.cases.unit_of_work import happen_to
from chengnuo.ledger.queries import history
from chengnuo.obligations.ticking import tick
from chengnuo.rules.state import Event
from tests.companies import house, rule, small_pack
from tests.rules.world import at

NOW = at("2026-03-09 10:00")
LATER = NOW + timedelta(minutes=30)
MIDNIGHT = at("2026-03-10 00:00")
SHANGHAI = ZoneInfo("Asia/Shanghai")
RULES = "".join(
    rule(name, f"kind: within, start: case.lodged, stop: repair.completed, {words}")
    for name, words in (
        ("repaired-soon", "owed_by: network, limit: {amount: 2, unit: hour}"),
        ("told-late", "owed_by: service, limit: {amount: 3, unit: natural_day}"),
    )
)
MOMENTS = Moments(now=LATER, today_ends=MIDNIGHT + timedelta(microseconds=1))


@pytest.fixture
def firm(db, tmp_path):
    return house(small_pack(tmp_path, RULES))


def take(firm, token="one", moment=NOW, channel="phone", **more):
    told = {"service": "leak", "narrative": "路面冒水", "token": token, "channel": channel, **more}
    by = firm.people["network"]
    return lodge(company=firm.again(), request=Request(**told), at=moment, now=moment, by=by)


def cases_of(firm, shown=None, **wanted):
    rows = queue(
        companies=[firm.company], shown=shown or Q(), wanted=QueueFilter(**wanted), moments=MOMENTS
    )
    return [row.case for row in rows]


def counted(firm, **wanted):
    found = counts(
        companies=[firm.company], shown=Q(), wanted=QueueFilter(**wanted), moments=MOMENTS
    )
    return {name: {g.key: g.number for g in rows} for name, rows in found.facets.items()}


# -- the queue -------------------------------------------------------------------------------------


def test_the_case_that_is_due_first_comes_first_and_closed_ones_are_gone(firm):
    late, early = take(firm, "late", NOW + timedelta(minutes=20)), take(firm, "early")
    gone = take(firm, "gone")
    happen_to(gone, [Event(name="case.withdrawn", at=NOW)], by=None, now=NOW, note={"why": "撤回"})
    assert cases_of(firm) == [early, late]
    assert cases_of(firm, sort="-due") == [late, early]
    assert cases_of(firm, sort="-taken") == [late, early]


@pytest.mark.parametrize(
    ("taken", "due"),
    [
        (NOW - timedelta(hours=3), "overdue"),
        (NOW - timedelta(minutes=50), "hour"),
        (NOW, "today"),
        (NOW + timedelta(hours=13), "tomorrow"),
        (NOW + timedelta(days=3), "later"),
    ],
)
def test_a_case_stands_under_the_moment_of_its_soonest_promise(firm, taken, due):
    case = take(firm, moment=taken)
    assert cases_of(firm, due=due) == [case]
    assert counted(firm)["due"] == {
        name: int(name == due) for name in ("overdue", "hour", "today", "tomorrow", "later", "none")
    }


def test_a_stage_is_an_open_obligation_and_its_moment_counts(firm):
    case = take(firm)
    assert counted(firm)["stage"] == {"repaired-soon": 1, "told-late": 1}
    (row,) = cases_of(firm, stage="told-late", due="later")
    assert row == case
    assert cases_of(firm, stage="told-late", due="today") == []


def test_marks_are_filters(firm):
    plain, urged = take(firm, "plain"), take(firm, "urged")
    Case.objects.filter(pk=urged.pk).update(urged=2, supervised_at=LATER)
    OPEN_CASES.rebuild()
    for mark in ("urged", "supervised"):
        assert cases_of(firm, mark=mark) == [urged]
    assert counted(firm)["mark"] == {
        "urged": 1,
        "supervised": 1,
        "emergency": 0,
        "confidential": 0,
    }
    assert cases_of(firm, sort="urged") == [urged, plain]


def test_every_number_opens_what_it_counts(firm):
    for number, channel in enumerate(("phone", "counter", "phone", "wechat")):
        take(firm, f"t{number}", NOW - timedelta(minutes=45 * number), channel)
    base = {"channel": "phone"}
    for name, rows in counted(firm, **base).items():
        for key, number in rows.items():
            value = int(key) if name == "unit" else key
            wanted = {**base, name: value}
            assert len(cases_of(firm, **wanted)) == number, (name, key)


def test_what_may_not_be_seen_is_neither_listed_nor_counted(firm):
    case = take(firm)
    hidden = ~Q(case=case.pk)
    assert cases_of(firm, shown=hidden) == []
    found = counts(companies=[firm.company], shown=hidden, wanted=QueueFilter(), moments=MOMENTS)
    assert not found.number
    assert not any(g.number for rows in found.facets.values() for g in rows)


def test_nothing_is_asked_by_default():
    assert {v for k, v in asdict(QueueFilter()).items() if k != "sort"} == {None, ""}


# -- handing over many -----------------------------------------------------------------------------


def send(firm, ticked, to="service", reason="排班调整", shown=None):
    return hand_over_many(
        companies=[firm.company],
        ticked=ticked,
        to=firm.units[to],
        shown=shown or Q(),
        by=firm.people["network"],
        reason=reason,
        now=LATER,
    )


def as_seen(case):
    return Ticked(case.number, case.docket.version)


def test_each_case_goes_by_itself_and_what_cannot_go_says_why(firm):
    fine, moved, closed = (take(firm, t) for t in ("fine", "moved", "closed"))
    seen = [as_seen(c) for c in (fine, moved, closed)]
    send(firm, [as_seen(moved)])
    ended = moved_on(closed)
    outcomes = send(firm, [*seen[:1], *seen[1:2], as_seen(ended), Ticked("T-260309-99999")])
    assert [one.went for one in outcomes] == [True, False, False, False]
    why = [one.refusals[0].missing.en for one in outcomes[1:]]
    assert "has had it since" in why[0]
    assert why[2].startswith("No such case")
    fine.docket.refresh_from_db()
    assert fine.docket.handling_unit == firm.units["service"]
    told = [e for e in history(subject=fine.docket_id) if e.kind == "case.handed_over"]
    assert [e.data["why"] for e in told] == ["排班调整"]


def moved_on(case):
    """A case that is closed."""
    case.docket.closed_at = LATER
    case.docket.save()
    Case.objects.filter(pk=case.pk).update(closed_at=LATER)
    return case


def test_sent_twice_nothing_is_handed_over_twice(firm):
    case = take(firm)
    ticked = [as_seen(case)]
    assert [one.went for one in send(firm, ticked)] == [True]
    assert [one.went for one in send(firm, ticked)] == [False]
    told = [e for e in history(subject=case.docket_id) if e.kind == "case.handed_over"]
    assert len(told) == 1


def test_what_somebody_worked_on_since_is_left_to_be_looked_at(firm):
    case = take(firm)
    before = as_seen(case)
    send(firm, [as_seen(case)], to="service")
    (one,) = send(firm, [before], to="general-manager")
    assert not one.went
    assert one.refusals[0].missing.en.startswith("Someone worked on it")


def test_what_may_not_be_seen_is_not_handed_over(firm):
    case = take(firm)
    (one,) = send(firm, [as_seen(case)], shown=~Q(pk=case.pk))
    assert not one.went
    case.docket.refresh_from_db()
    assert case.docket.handling_unit == firm.units["network"]


# -- the load --------------------------------------------------------------------------------------


def test_the_load_counts_hours_of_the_companys_clock(firm):
    for day in (1, 2):
        take(firm, f"past-{day}", NOW - timedelta(days=day))
    take(firm, "today")
    tick(now=LATER)
    asked = {"company": firm.company, "shown": Q(), "now": LATER, "zone": SHANGHAI}
    found = load(LoadScope(unit=None, **asked))
    assert found.taken[10] == 2  # the days before; today is not over
    assert sum(found.taken) == 2
    due = dict(zip([f"{h:%H}" for h in found.hours], found.due, strict=True))
    assert due["12"] == 1
    assert found.overdue == 2
    assert load(LoadScope(unit=firm.units["service"], **asked)).taken[10] == 0
    assert load(LoadScope(unit=firm.units["service"], **asked)).overdue == 0
