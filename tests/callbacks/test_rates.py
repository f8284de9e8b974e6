"""Rates of callbacks: what has fallen due by now, at the border of a month and inside of it."""

from __future__ import annotations

import pytest

from chengnuo.callbacks.listing import ListReader, due_callbacks
from chengnuo.callbacks.rates import MEASURES, RateSpan, rates, rows_behind
from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.obligations.models import Obligation
from chengnuo.obligations.regulation import regulation_for, release_in_force
from chengnuo.obligations.verdicts import VERDICTS
from chengnuo.people.queries import posts_of
from tests.companies import house
from tests.obligations.matter import let_pass
from tests.rules.world import at
from tests.submitting import fill_case

ANSWERED = {
    "called_at": "2026-03-31T10:00", "reached": "true", "contacted": "yes", "arrived": "yes",
    "course": "当日上门", "outcome": "已修复", "satisfied": "true",
}  # fmt: skip
MARCH = {"begin": at("2026-03-01"), "end": at("2026-04-01")}
APRIL = {"begin": at("2026-04-01"), "end": at("2026-05-01")}


@pytest.fixture
def firm(db):
    return house("water-company")


def regulation(firm):
    release = release_in_force(company=firm.again(), at=at("2026-03-27 09:00"))
    return regulation_for(digest=release, company=firm.company)


@pytest.fixture
def due_at_midnight(firm) -> Obligation:
    """A repair sent out on 30 March: the callback is due the next day, 31 March at 24:00."""
    agent, morning = firm.people["hotline-agent"], at("2026-03-30 09:00")
    request = Request(
        service="pipe-repair", channel="phone", narrative="路面漏水", token="pipe-1",
        contact_phone="13800000001", facts={"area": "urban", "diameter_mm": 100},
    )  # fmt: skip
    case = lodge(company=firm.again(), request=request, at=morning, now=morning, by=agent)
    hand_over(case=case, to=firm.units["network"], by=agent, now=at("2026-03-30 09:10"))
    row = Obligation.objects.get(docket=case.docket_id, rule="repair-next-day-callback")
    assert row.due_at == at("2026-04-01"), "24:00 of the last day"
    # The rates are of this one alone.
    Obligation.objects.exclude(pk=row.pk).filter(docket=case.docket_id, kept_at=None).update(
        voided_at=morning
    )
    return row


def counted(firm, span, now, measure):
    """A number of the company, which opens into exactly its rows."""
    asked = {
        "company": firm.company,
        "regulation": regulation(firm),
        "now": at(now),
        **span,
    }
    asked_of = RateSpan(**asked)
    VERDICTS.rebuild()
    company = rates(span=asked_of)[0]
    for name in MEASURES:
        rows = rows_behind(measure=name, unit=None, span=asked_of)
        assert rows.count() == getattr(company, name), name
    return getattr(company, measure)


@pytest.mark.parametrize(
    ("now", "in_march", "in_april"),
    [("2026-03-31 23:59", 0, 0), ("2026-04-01 00:01", 1, 0), ("2026-04-20 09:00", 1, 0)],
)
def test_what_is_due_at_midnight_belongs_to_the_month_that_ends_then(
    firm, due_at_midnight, now, in_march, in_april
):
    let_pass(now)
    assert counted(firm, MARCH, now, "due") == in_march
    assert counted(firm, APRIL, now, "due") == in_april


def test_in_a_running_month_what_is_not_due_yet_makes_no_rate_worse(firm, due_at_midnight):
    let_pass("2026-03-30 09:00")
    assert counted(firm, MARCH, "2026-03-30 09:00", "due") == 0
    assert counted(firm, MARCH, "2026-03-30 09:00", "timeliness") is None
    assert counted(firm, MARCH, "2026-03-30 09:00", "reach") is None


def test_what_was_made_early_is_counted_when_it_falls_due(firm, due_at_midnight):
    agent, moment = firm.people["hotline-agent"], at("2026-03-31 09:00")
    reader = ListReader(posts=posts_of(staff=agent, at=moment), staff=agent)
    [due] = due_callbacks(reader=reader, regulation=regulation(firm), now=moment)
    fill_case(
        due_at_midnight.docket.case, due.form, ANSWERED, token="c-1",
        by=firm.people["hotline-agent"], now=at("2026-03-31 10:05"),
    )  # fmt: skip
    assert counted(firm, MARCH, "2026-03-31 11:00", "due") == 0
    assert counted(firm, MARCH, "2026-04-01 00:00", "due") == 1
    assert counted(firm, MARCH, "2026-04-01 00:00", "timeliness") == 1.0


def test_what_waits_for_its_verdict_is_not_counted_yet(firm, due_at_midnight):
    let_pass("2026-03-31 12:00")
    assert counted(firm, MARCH, "2026-04-01 00:01", "due") == 0
    let_pass("2026-04-01 00:01")
    assert counted(firm, MARCH, "2026-04-01 00:01", "due") == 1
    assert counted(firm, MARCH, "2026-04-01 00:01", "timeliness") == 0.0


def test_without_a_limit_it_is_due_from_its_start_and_says_nothing_of_timeliness(
    firm, due_at_midnight
):
    Obligation.objects.filter(pk=due_at_midnight.pk).update(due_at=None, start_at=at("2026-04-01"))
    assert counted(firm, MARCH, "2026-04-20 09:00", "due") == 0
    assert counted(firm, APRIL, "2026-04-20 09:00", "due") == 1
    assert counted(firm, APRIL, "2026-04-20 09:00", "timed") == 0
    assert counted(firm, APRIL, "2026-04-20 09:00", "timeliness") is None
    assert counted(firm, APRIL, "2026-04-20 09:00", "reach") == 0.0
