"""What lists and counts read is what the truth says, whatever becomes of a case."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengnuo.cases.casework.links import merge, separate
from chengnuo.cases.casework.reclassifying import reclassify
from chengnuo.cases.casework.services import hand_over, say
from chengnuo.cases.casework.supervising import supervise, urge
from chengnuo.cases.casework.undoing import undo
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case, OpenCase
from chengnuo.doors.cli.main import main
from chengnuo.ledger.queries import last_deed
from chengnuo.obligations.models import RUNNING, Obligation, OpenPromise
from chengnuo.obligations.projections import RowsOfDockets, projections, rebuild
from chengnuo.obligations.services import RefusedByRule
from chengnuo.rules.refusing import Refused
from tests.cases.test_together import agent
from tests.companies import house
from tests.obligations.matter import let_pass
from tests.rules.world import at

NOW = at("2026-03-09 10:00")
UNITS = ("engineering", "network", "hotline-agent")
SERVICES = ("works-complaint", "pipe-repair", "water-quality")


@pytest.fixture
def water(db):
    return house("water-company")


def differences() -> list[Any]:
    return [(p.name, *fault) for p in projections() for fault in p.faults()]


def kept() -> dict[str, list[Any]]:
    tables = [p for p in projections() if isinstance(p, RowsOfDockets)]
    return {t.name: sorted(t.model.objects.values_list(*t.columns), key=repr) for t in tables}


TOKENS = count()


def take(firm, service: str = SERVICES[0], now: datetime = NOW) -> Case:
    told = {"channel": "wechat", "narrative": "路面没恢复", "token": f"{next(TOKENS)}"}
    request = Request(service=service, **told)
    return lodge(company=firm.again(), request=request, at=now, now=now, by=agent(firm))


# -- whatever people do ----------------------------------------------------------------------------

Deed = Callable[[Any, Case, Case, datetime], object]


def _undone(firm: Any, case: Case, other: Case, now: datetime) -> object:
    last = last_deed(subject=case.docket_id)
    assert last is not None
    return undo(case=case, entry=last.seq, by=agent(firm), now=now)


def _said(what: str) -> Deed:
    return lambda f, c, o, now: say(case=c, what=what, by=f.top, now=now, reason="说明")


DEEDS: dict[str, Deed] = {
    **{
        f"to {unit}": lambda f, c, o, now, unit=unit: hand_over(
            case=c, to=f.units[unit], by=agent(f), now=now
        )
        for unit in UNITS
    },
    **{what: _said(what) for what in ("disputed", "withdrawn", "reopened")},
    "urge": lambda f, c, o, now: urge(case=c, reason="催", by=agent(f), now=now),
    "supervise": lambda f, c, o, now: supervise(
        case=c, instruction="速办", until=now + timedelta(days=1), by=f.top, now=now
    ),
    "undo": _undone,
    "reclassify": lambda f, c, o, now: reclassify(
        case=c, service=SERVICES[1], reason="改", by=f.top, now=now
    ),
    "merge": lambda f, c, o, now: merge(case=c, into=o, by=f.top, now=now, reason="同一处"),
    "separate": lambda f, c, o, now: separate(case=c, by=f.top, now=now, reason="并错"),
    "time": lambda f, c, o, now: let_pass(now),
}
LIVES = st.lists(
    st.tuples(st.sampled_from(sorted(DEEDS)), st.integers(0, 2), st.integers(0, 2)),
    min_size=3,
    max_size=14,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(life=LIVES)
def test_what_lists_read_is_what_a_count_from_the_truth_finds(water, life):
    # Lives follow each other in one company: time goes on.
    now = NOW + timedelta(days=2 * next(TOKENS))
    numbers = [take(water, service, now).number for service in SERVICES]
    assert differences() == [], "as they were taken in"
    for what, one, other in life:
        now += timedelta(minutes=7) if what != "time" else timedelta(hours=9)
        case, beside = (Case.objects.get(number=numbers[n]) for n in (one, other))
        with suppress(Refused, RefusedByRule):
            DEEDS[what](water, case, beside, now)
        assert differences() == [], what
        assert (
            OpenCase.objects.filter(stage="").count()
            == Case.objects.filter(closed_at__isnull=True).count()
        )
    before = kept()
    rebuild()
    assert kept() == before


# -- the numbers are those of the case -------------------------------------------------------------


def test_an_open_case_tells_its_unit_its_marks_and_its_soonest_moment(water):
    case = take(water)
    hand_over(case=case, to=water.units["engineering"], by=agent(water), now=NOW)
    urge(case=case, reason="催", by=agent(water), now=NOW + timedelta(hours=1))
    row = OpenCase.objects.get(stage="")
    running = Obligation.objects.filter(RUNNING, docket=case.docket_id)
    assert row.unit_id == water.units["engineering"].pk
    assert row.urged == 1
    assert row.act_by == min(o.act_by for o in running if o.act_by is not None)
    rules = {o.rule for o in running}
    assert {p.rule for p in OpenPromise.objects.filter(runs=True)} == rules
    assert {s.stage for s in OpenCase.objects.exclude(stage="")} == rules, "each is a stage"


def test_what_is_over_leaves_the_lists_and_comes_back_when_it_is_reopened(water):
    case = take(water)
    say(case=case, what="withdrawn", by=agent(water), now=NOW, reason="客户撤回")
    assert not OpenCase.objects.exists()
    assert not OpenPromise.objects.exists()
    later = NOW + timedelta(hours=1)
    say(case=Case.objects.get(), what="reopened", by=water.top, now=later, reason="又坏了")
    assert OpenCase.objects.get(stage="").case == case
    assert differences() == []


# -- verify and rebuild ----------------------------------------------------------------------------


def test_a_row_that_lies_is_found_and_rebuilding_mends_it(water, capsys):
    first, second = take(water), take(water)
    OpenCase.objects.filter(case=first, stage="").update(urged=7)
    OpenCase.objects.filter(case=second, stage="").delete()
    assert main(["projections", "verify"]) == 1
    told = capsys.readouterr().out
    assert "open-cases: 3" in told, "one is wrong and missed as it should be, one is missing"
    assert "open-promises: 与事实一致" in told
    assert main(["projections", "rebuild"]) == 0
    assert main(["projections", "verify"]) == 0
