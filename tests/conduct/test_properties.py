"""What must hold whatever happens: shares are the whole, no breach is lost or moved, and an
escalation always ends with a person or unassigned. Tried on random ones, in the real database."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengnuo.cases.casework.links import merge
from chengnuo.cases.casework.services import ask_pause, decide_pause, hand_over, say
from chengnuo.cases.models import Case
from chengnuo.conduct.models import Deduction
from chengnuo.conduct.services import derived_again, open_on_breach, serve
from chengnuo.conduct.signing import Verdict, sign_off
from chengnuo.ledger.queries import verify
from chengnuo.obligations.models import Breach, Escalation, Obligation, UnassignedEscalation
from chengnuo.obligations.regulation import regulation_for
from chengnuo.obligations.services import RefusedByRule
from chengnuo.people.models import Holding
from chengnuo.people.queries import _roster
from chengnuo.people.services import relieve
from chengnuo.rules.accountability import PARTS, apportion
from tests.companies import house
from tests.conduct.matters import MONDAY, breach_of, decide, opinion_of, passed_on
from tests.obligations.matter import let_pass
from tests.rules.world import at

OFTEN = settings(
    max_examples=12, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
KEY = "order-handled#1"


@contextmanager
def undone():
    """Every example begins with the database as the test found it; rosters are remembered by a
    version, which examples count again."""
    _roster.cache_clear()
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        _roster.cache_clear()


@pytest.fixture
def firm(db):
    return house("gas-appliance")


@given(
    weights=st.lists(st.integers(0, 1000), min_size=2, max_size=2).filter(any),
    points=st.integers(0, 200),
    moved=st.integers(1, 20),
)
@OFTEN
def test_shares_of_a_statement_and_of_what_is_signed_are_always_the_whole(
    firm, weights, points, moved
):
    with undone():
        case = opinion_of(firm)
        moment = at(MONDAY) + timedelta(hours=1 + 3 * moved)
        hand_over(case=case, to=firm.units["technician"], by=None, now=moment)
        let_pass("2026-03-20 09:00")
        hr = firm.people["hr"]
        row = open_on_breach(
            breach=breach_of(case), by=hr, now=at("2026-03-20 10:00"), reason="经核实，需追究"
        )
        stated, parts = json.loads(row.statement), list(row.parts.all())
        assert sum(p.share for p in parts) == PARTS
        assert sum(p.points for p in parts) == stated["points"]
        assert sum(p.fen for p in parts) == stated["fen"]
        serve(proceeding=row, by=hr, now=at("2026-03-20 11:00"))
        decide(row, firm)
        given_to = weights[: len(parts)] if any(weights[: len(parts)]) else [1] * len(parts)
        shares = dict(zip([p.pk for p in parts], apportion(PARTS, given_to), strict=True))
        verdict = Verdict(points=points, shares=shares, remark="另行核定")
        sign_off(proceeding=row, verdict=verdict, by=hr, now=at("2026-03-27 09:00"))
        assert sum(p.final_points for p in row.parts.all()) == points
        assert sum(p.final_fen for p in row.parts.all()) == points * 50
        assert sum(d.points for d in Deduction.objects.all()) == points


STEPS = (
    "pause", "approve", "reject", "end", "hand over", "hand back", "dispute", "withdraw",
    "reopen", "merge", "time",
)  # fmt: skip


def take(step, case, other, firm, now):
    """One step; what the rules refuse does not happen."""
    told = {"case": case, "by": None, "now": now}
    words = {"dispute": "disputed", "withdraw": "withdrawn", "reopen": "reopened"}
    verdicts = {"approve": "approved", "reject": "rejected", "end": "ended"}
    try:
        with transaction.atomic():
            if step in words:
                say(what=words[step], reason="客户来电", **told)
            elif step in verdicts:
                decide_pause(obligation=KEY, verdict=verdicts[step], **told)
            elif step == "pause":
                ask_pause(obligation=KEY, reason="customer-absent", proof="B-17", **told)
            elif step == "merge":
                merge(case=case, into=other, **told_by(firm, now))
            elif step != "time":
                to = "technician" if step == "hand over" else "maintenance"
                hand_over(to=firm.units[to], **told)
    except (RefusedByRule, ValueError):
        pass


def told_by(firm, now):
    return {"by": firm.top, "now": now, "reason": "同一事项"}


def known_breaches():
    return {b.obligation_id: (b.broken_at, b.record) for b in Breach.objects.all()}


@given(
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 40)), min_size=3, max_size=10)
)
@OFTEN
def test_no_sequence_of_steps_loses_or_moves_a_breach(firm, steps):
    with undone():
        case, other = opinion_of(firm), opinion_of(firm, "opinion-2")
        now, known = at("2026-03-09 10:30"), {}
        for step, hours in steps:
            now += timedelta(hours=hours)
            let_pass(now)
            take(step, Case.objects.get(pk=case.pk), other, firm, now)
            let_pass(now)
            found = known_breaches()
            assert {k: found.get(k) for k in known} == known, f"after {step}"
            known = found
        while Obligation.objects.filter(docket=case.docket_id, hangs=True).exists():
            now += timedelta(hours=1)
            for row in Obligation.objects.filter(docket=case.docket_id, hangs=True):
                told = {"obligation": row.key, "by": None, "now": now}
                decide_pause(case=Case.objects.get(pk=case.pk), verdict="rejected", **told)
        assert {k: known_breaches().get(k) for k in known} == known, "after the last decisions"
        for row in Obligation.objects.filter(docket=case.docket_id, rule="order-handled"):
            over = row.kept_at or row.voided_at or now
            assert (row.broken_at is not None) == (row.due_at < over), (
                "late is broken, once decided"
            )
        hr = firm.people["hr"]
        for breach in Breach.objects.all():
            row = open_on_breach(
                breach=breach, by=hr, now=now + timedelta(hours=1), reason="经核实，需追究"
            )
            assert derived_again(proceeding=row)[1]
            assert sum(p.share for p in row.parts.all()) == PARTS
        assert verify(organisation_id=firm.company.pk) == []


@given(vacant=st.sets(st.sampled_from(("general-manager", "maintenance", "technician", "hr"))))
@OFTEN
def test_a_ladder_ends_with_a_person_or_an_incident_whatever_posts_are_vacant(firm, vacant):
    with undone():
        for role in vacant:
            for holding in Holding.objects.filter(post=firm.posts[role], until=None):
                relieve(holding=holding, now=at("2026-03-01 09:00"))
        firm.again()
        case = opinion_of(firm)
        passed_on(firm, case, "2026-03-31 09:00")
        broken = Obligation.objects.filter(docket=case.docket_id, broken_at__isnull=False)
        assert broken.exists()
        for row in broken:
            regulation = regulation_for(digest=case.docket.release_id, company=firm.company)
            levels = regulation.book.rules[row.rule].levels
            for number in range(1, len(levels) + 1):
                reached = Escalation.objects.filter(obligation=row, level=number).exists()
                unassigned = UnassignedEscalation.objects.filter(
                    obligation=row, level=number
                ).exists()
                assert reached != unassigned, f"{row} level {number}"
            # nobody answered: the organisation above knows of it
            assert UnassignedEscalation.objects.filter(obligation=row).exists()
