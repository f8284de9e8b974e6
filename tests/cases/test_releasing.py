# ruff: noqa: E501 (a rule is one line, so that it can be read)
"""Nobody lets himself off: who may end a promise, put it off, or give up after vain attempts."""

from datetime import timedelta

import pytest

from chengnuo.cases.casework.services import agree_appointment, change_facts
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.obligations.models import Obligation
from chengnuo.obligations.services import RefusedByRule
from chengnuo.packs.loader import load
from chengnuo.people.services import appoint
from tests.companies import LONG_AGO, house, rule, small_pack
from tests.rules.world import at
from tests.submitting import fill_case

NOW = at("2026-03-09 10:00")
LET_OFF = """kind: within, start: case.lodged, stop: repair.completed, limit: {amount: 2, unit: hour}, owed_by: network,
    void_on: [case.disputed], released_by: [service], when: {area: urban}, appointment: {event: appointment.agreed, fact: agreed_at}"""
MORE = """
forms:
  unfit: {title: {zh: 条件不具备, en: Unfit}, processes: [repair], emits: case.disputed}
  agreed: {title: {zh: 改约, en: Agreed}, processes: [repair], emits: appointment.agreed, fields: [{id: agreed_at, type: moment, title: {zh: 时间, en: Time}, required: true, fact: agreed_at}]}
  called: {title: {zh: 电话, en: Call}, processes: [repair], emits: bulletin.sent}
  given-up: {title: {zh: 放弃, en: Given up}, processes: [repair], emits: crew.arrived, attempts: {of: [called], times: 2, apart: {amount: 2, unit: hour}}}
"""


@pytest.fixture
def firm(db, tmp_path):
    small_pack(tmp_path, rule("repaired-soon", LET_OFF))
    (tmp_path / "small-1" / "more.yaml").write_text(MORE, encoding="utf-8")
    return house(load(str(tmp_path / "small-1")))


@pytest.fixture
def leak(firm):
    request = Request(
        service="leak", channel="phone", narrative="冒水", token="leak", facts={"area": "urban"}
    )
    return lodge(company=firm.again(), request=request, at=NOW, now=NOW, by=firm.top)


def send(case, form, by, *, minutes=10, **raw):
    now = NOW + timedelta(minutes=minutes)
    return fill_case(case, form, raw, token=f"{form}-{minutes}-{by.badge}", by=by, now=now)


def promise():
    return Obligation.objects.get(rule="repaired-soon")


@pytest.mark.parametrize("form", ["unfit", "agreed"])
def test_who_owes_it_lets_himself_off_by_no_form(firm, leak, form):
    raw = {"agreed_at": "2026-03-20T09:00+08:00"} if form == "agreed" else {}
    before = promise().due_at
    with pytest.raises(RefusedByRule) as refused:
        send(leak, form, firm.people["network"], **raw)
    assert "never the person who owes it" in refused.value.text.en
    assert "service" in refused.value.text.en.lower()
    assert (promise().due_at, promise().voided_at) == (before, None)


def test_nor_by_changing_what_is_known(firm, leak):
    with pytest.raises(RefusedByRule):
        change_facts(
            case=leak,
            facts={"area": "rural"},
            by=firm.people["network"],
            now=NOW + timedelta(minutes=5),
        )
    assert promise().voided_at is None
    change_facts(
        case=leak,
        facts={"area": "rural"},
        by=firm.people["service"],
        now=NOW + timedelta(minutes=6),
    )
    assert promise().voided_at is not None


def test_those_who_may_do(firm, leak):
    send(leak, "agreed", firm.people["service"], agreed_at="2026-03-20T09:00+08:00")
    assert promise().due_at == at("2026-03-20 09:00")
    send(leak, "unfit", firm.people["service"], minutes=11)
    assert promise().voided_at is not None


def test_an_earlier_time_lets_nobody_off(firm, leak):
    send(leak, "agreed", firm.people["network"], agreed_at="2026-03-09T11:00+08:00")
    assert promise().due_at == at("2026-03-09 11:00")


def test_who_holds_both_posts_is_who_owes_it(firm, leak):
    both = firm.people["network"]
    appoint(post=firm.posts["service"], staff=both, now=LONG_AGO)
    with pytest.raises(RefusedByRule):
        send(leak, "unfit", both)


OWN_WORD = LET_OFF.replace(", released_by: [service]", "")


@pytest.fixture
def free(db, tmp_path):
    """A house whose regulation says nothing of who may let off."""
    small_pack(tmp_path, rule("repaired-soon", OWN_WORD))
    made = house(load(str(tmp_path / "small-1")))
    request = Request(
        service="leak", channel="phone", narrative="冒水", token="leak", facts={"area": "urban"}
    )
    return made, lodge(company=made.again(), request=request, at=NOW, now=NOW, by=made.top)


def test_without_a_word_nobody_lets_himself_off_by_his_own_word(free):
    made, case = free
    soon, far = NOW + timedelta(minutes=5), at("2026-03-20 09:00")
    for off in (
        lambda by: agree_appointment(
            case=case, fact="agreed_at", agreed_at=far, by=by, now=soon, reason="客户要求"
        ),
        lambda by: change_facts(
            case=case, facts={"area": "rural"}, by=by, now=soon, reason="写错了"
        ),
    ):
        before = promise().due_at
        with pytest.raises(RefusedByRule) as refused:
            off(made.people["network"])
        assert "never the person who owes it" in refused.value.text.en
        assert (promise().due_at, promise().voided_at) == (before, None)
        off(made.people["service"])
    assert promise().voided_at is not None


def test_what_lets_nobody_off_is_put_right_by_anybody_who_handles_it(free):
    made, case = free
    agree_appointment(
        case=case,
        fact="agreed_at",
        agreed_at=NOW + timedelta(hours=1),
        by=made.people["network"],
        now=NOW,
        reason="客户要求",
    )
    assert promise().due_at == NOW + timedelta(hours=1)


def test_giving_up_waits_for_vain_attempts(firm, leak):
    caller = firm.people["service"]
    for minutes in (10, 20, 100):
        send(leak, "called", caller, minutes=minutes)
        with pytest.raises(RefusedByRule) as refused:
            send(leak, "given-up", caller, minutes=minutes + 1)
        assert "needed first: 2, at least 2 hours apart" in refused.value.text.en
        assert "on record: 1" in refused.value.text.en
    send(leak, "called", caller, minutes=130)
    send(leak, "given-up", caller, minutes=131)
