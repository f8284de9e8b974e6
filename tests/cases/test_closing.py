"""The end of a matter, and what comes after it: closing, withdrawing, disputing, reopening."""

from datetime import timedelta

import pytest

from chengnuo.cases.casework.services import (
    agree_appointment,
    ask_pause,
    decide_pause,
    hand_over,
    say,
)
from chengnuo.cases.drafting import WrongFacts
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.cases.queries import case_file, numbered
from chengnuo.ledger.queries import history
from chengnuo.obligations.models import Breach, Obligation
from chengnuo.obligations.services import RefusedByRule
from chengnuo.people.services import found_organisation
from chengnuo.rules.refusing import Refused
from tests.companies import LONG_AGO, house, rule, small_pack
from tests.obligations.matter import let_pass
from tests.rules.world import at
from tests.submitting import fill_case

NOW = at("2026-03-09 10:00")
REPAIR = rule(
    "repaired-soon",
    "kind: within, start: case.lodged, stop: repair.completed, limit: {amount: 10, unit: hour}, "
    "on_reopen: restart, owed_by: handling_unit, "
    "appointment: {event: appointment.agreed, fact: agreed_at}, "
    "pause: [{reason: customer-absent, title: {zh: 不遇, en: Absent}, "
    "proof: {zh: 单号, en: Slip}, cap: {amount: 5, unit: hour}, approver: service}]",
)
CALL = rule(
    "called-back",
    "kind: within, start: repair.completed, stop: callback.made, limit: {amount: 1, unit: hour}",
)


@pytest.fixture
def firm(db, tmp_path):
    return house(small_pack(tmp_path, REPAIR + CALL))


@pytest.fixture
def leak(firm):
    request = Request(service="leak", channel="phone", narrative="冒水", token="t")
    return lodge(company=firm.again(), request=request, at=NOW, now=NOW, by=firm.top)


def hours(number):
    return NOW + timedelta(hours=number)


def send(firm, case, form, now, **raw):
    return fill_case(case, form, raw, token=f"{form}{now}", by=firm.top, now=now)


def close(firm, case):
    send(firm, case, "repaired", hours(2), done_at=hours(2).isoformat())
    return send(firm, case, "call", hours(3))


def step(firm, case, what, now, reason="客户来电"):
    return say(case=case, what=what, by=firm.top, now=now, reason=reason)


def stored():
    return Case.objects.get()


def test_it_closes_by_itself_when_all_is_done(firm, leak):
    done = send(firm, leak, "repaired", hours(2), done_at=hours(2).isoformat())
    assert done.closed_at is None, "a callback is owed"
    assert [o.rule for o in Obligation.objects.filter(kept_at=None)] == ["called-back"]
    closed = send(firm, done, "call", hours(3))
    assert closed.closed_at == stored().closed_at == stored().docket.closed_at == hours(3)
    kinds = [e.kind for e in history(subject=leak.docket_id)]
    assert kinds == ["case.lodged", "repair.completed", "callback.made"]
    assert history(subject=leak.docket_id)[-1].data["decided"][-1]["decision"] == "closed"


def test_a_closed_case_offers_no_forms_and_takes_none(firm, leak):
    close(firm, leak)
    assert case_file(case=stored()).forms == []
    with pytest.raises(RefusedByRule) as refused:
        step(firm, leak, "disputed", hours(4))
    assert "closed" in refused.value.refusals[0].missing.en


def test_withdrawing_ends_everything_without_a_verdict(firm, leak):
    step(firm, leak, "withdrawn", hours(1))
    held = Obligation.objects.get()
    assert (held.voided_at, held.kept_at, held.broken_at) == (hours(1), None, None)
    assert stored().closed_at == hours(1)
    let_pass(hours(100))
    assert Breach.objects.count() == 0


def test_what_was_broken_stays_broken_when_the_customer_withdraws(firm, leak):
    let_pass(hours(11))
    step(firm, leak, "withdrawn", hours(12))
    held = Obligation.objects.get()
    assert (held.broken_at, held.voided_at) == (hours(10), hours(12))
    assert Breach.objects.count() == 1


def test_a_dispute_is_told_with_its_reason(firm, leak):
    step(firm, leak, "disputed", hours(1), reason="没有修好")
    entry = history(subject=leak.docket_id)[-1]
    assert (entry.kind, entry.data["why"]) == ("case.disputed", "没有修好")


def test_a_reopened_case_runs_again_and_closes_again(firm, leak):
    close(firm, leak)
    reopened = step(firm, leak, "reopened", hours(24), reason="又漏了")
    assert reopened.closed_at is None
    assert stored().closed_at is None
    held = Obligation.objects.get(rule="repaired-soon")
    assert (held.kept_at, held.due_at) == (None, hours(34))
    assert set(case_file(case=stored()).forms) >= {"repaired"}
    send(firm, reopened, "repaired", hours(25), done_at=hours(25).isoformat())
    closed = send(firm, reopened, "call", hours(26))
    assert closed.closed_at == stored().closed_at == hours(26)


def test_an_open_case_cannot_be_reopened(firm, leak):
    """A reopening starts clocks again: on an open case it would be a way to gain time."""
    with pytest.raises(RefusedByRule) as refused:
        step(firm, leak, "reopened", hours(1))
    assert refused.value.refusals[0].missing.zh == "工单尚未办结"
    assert Obligation.objects.get().due_at == hours(10)


def test_a_case_in_hand_that_is_older_than_its_docket_writes_the_truth(firm, leak):
    """Two pages were open; one of them still shows the case as it was before it closed."""
    old = stored()
    close(firm, leak)
    step(firm, old, "reopened", hours(24))
    assert stored().closed_at is None
    assert old.docket.version == stored().docket.version


@pytest.mark.parametrize("what", ["closed", "lodged", "handed_over", "urged", "returned", ""])
def test_only_plain_steps_can_be_said(firm, leak, what):
    with pytest.raises(ValueError, match="a case is disputed"):
        step(firm, leak, what, hours(1))


# -- handing over ----------------------------------------------------------------------------------


def test_a_case_is_handed_over_with_what_its_unit_owes(firm, leak):
    assert Obligation.objects.get().unit_id == firm.units["network"].pk
    moved = hand_over(
        case=leak, to=firm.units["service"], by=firm.top, now=hours(1), reason="不属本部门"
    )
    held = Obligation.objects.get()
    assert (held.unit_id, held.due_at) == (firm.units["service"].pk, hours(10))
    assert moved.docket.handling_unit_id == firm.units["service"].pk
    entry = history(subject=leak.docket_id)[-1]
    assert (entry.kind, entry.data["to"]) == ("case.handed_over", firm.units["service"].pk)


def test_a_case_stays_in_the_house(firm, leak):
    stranger = found_organisation(
        code="X", name_zh="别家", name_en="Stranger", kind="company", now=LONG_AGO
    )
    with pytest.raises(Refused, match="no unit of"):
        hand_over(case=leak, to=stranger, by=firm.top, now=hours(1))
    assert stored().docket.handling_unit_id == firm.units["network"].pk


# -- times and pauses ------------------------------------------------------------------------------


def test_an_agreed_time_lies_ahead(firm, leak):
    with pytest.raises(WrongFacts):
        agree_appointment(
            case=leak, fact="agreed_at", agreed_at=NOW, by=firm.top, now=hours(1), reason="约"
        )
    agree_appointment(
        case=leak, fact="agreed_at", agreed_at=hours(50), by=firm.top, now=hours(1), reason="约"
    )
    assert Obligation.objects.get().due_at == hours(50)


def test_a_pause_is_asked_for_with_proof_and_decided(firm, leak):
    words = {"case": leak, "obligation": "repaired-soon#1"}
    ask_pause(reason="customer-absent", proof="B-17", now=hours(1), by=firm.top, **words)
    assert history(subject=leak.docket_id)[-1].data["proof"] == "B-17"
    assert Obligation.objects.get(rule="repaired-soon").due_at == hours(15)
    # the clause names who decides: nobody else may, not even from above
    with pytest.raises(RefusedByRule, match="To be decided by"):
        decide_pause(verdict="rejected", now=hours(2), by=firm.top, **words)
    words["by"] = firm.people["service"]
    decide_pause(verdict="rejected", now=hours(2), **words)
    assert Obligation.objects.get(rule="repaired-soon").due_at == hours(10)
    with pytest.raises(ValueError, match="a pause is approved"):
        decide_pause(verdict="requested", now=hours(3), **words)


def test_a_case_is_found_by_its_number(firm, leak):
    assert numbered(company=firm.company, number=leak.number) == leak
