"""What an answer does: the crew that never came, what must not pass silently, calls by period."""

from __future__ import annotations

import pytest

from chengnuo.callbacks.calling import attempt
from chengnuo.callbacks.listing import ListReader, due_callbacks
from chengnuo.callbacks.models import Attempt, BadAnswer, Outcome
from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.conduct.models import Ground, Proceeding
from chengnuo.conduct.opening import open_proceedings
from chengnuo.customers.services import register_customer
from chengnuo.ledger.models import Entry, OutboxMessage
from chengnuo.obligations.duties import open_periods
from chengnuo.obligations.models import Evidence, Obligation
from chengnuo.obligations.regulation import regulation_for, release_in_force
from chengnuo.people.queries import posts_of
from tests.callbacks.test_calling import ANSWERED, ask, complaint, firm, put
from tests.companies import house
from tests.obligations.matter import let_pass
from tests.rules.world import at
from tests.submitting import fill

__all__ = ["complaint", "firm"]
NOW = "2026-03-09 16:00"


def test_the_crew_never_came_though_it_was_reported_done_is_a_false_completion(firm, complaint):
    agent = firm.people["hotline-agent"]
    ask(complaint, {**ANSWERED, "arrived": "no"}, agent, NOW)
    bad = BadAnswer.objects.get()
    assert bad.false_completion
    assert (bad.rating.satisfied, bad.rating.solved) == (False, False)
    assert bad.before == firm.units["network"]
    let_pass(NOW)
    assert open_proceedings(now=at(NOW)) == 1
    assert Proceeding.objects.get().ground == Ground.FALSE_COMPLETION


def test_the_crew_has_not_come_yet_is_told_to_its_chief_and_is_no_false_completion(firm):
    agent = firm.people["hotline-agent"]
    request = Request(
        service="pipe-repair", channel="phone", narrative="漏水", token="pipe",
        contact_phone="13800000001", facts={"area": "urban", "diameter_mm": 100},
    )  # fmt: skip
    moment = at("2026-03-09 09:00")
    case = lodge(company=firm.again(), request=request, at=moment, now=moment, by=agent)
    hand_over(case=case, to=firm.units["network"], by=agent, now=at("2026-03-09 09:10"))
    answers = {
        "reached": "true", "contacted": "no", "arrived": "no", "course": "无人联系",
        "outcome": "未修", "satisfied": "true",
    }  # fmt: skip
    ask(case, answers, agent, "2026-03-10 09:00", form="progress-callback")
    bad = BadAnswer.objects.get()
    assert not bad.false_completion
    assert bad.reopened, "an open case is with its unit again at once"
    told = [m for m in OutboxMessage.objects.all() if "不满意" in m.payload.get("zh", "")]
    assert str(firm.people["network"].pk) in {m.recipient for m in told}


def test_another_set_of_questions_is_no_answer_to_whether_it_is_solved(firm, complaint):
    """A flag that was not asked is stored as no."""
    answers = {k: v for k, v in ANSWERED.items() if k not in ("category", "solved")}
    works = {**answers, "category": "works", "works_issue": "none"}
    ask(complaint, works, firm.people["hotline-agent"], NOW)
    assert not BadAnswer.objects.exists()


def test_pressure_that_does_not_suffice_is_not_done(firm, complaint):
    answers = {**ANSWERED, "category": "quality_pressure", "water_quality": "none"}
    answers |= {"pressure_enough": "false"}
    ask(complaint, answers, firm.people["hotline-agent"], NOW)
    assert BadAnswer.objects.get().false_completion


def test_taking_and_demanding_opens_accountability_though_the_result_pleases(firm, complaint):
    answers = {**ANSWERED, "integrity_issue": "true"}
    ask(complaint, answers, firm.people["hotline-agent"], NOW)
    events = Evidence.objects.filter(form="callback").latest("filled_at").events
    assert "customer.dissatisfied" in events
    assert "customer.satisfied" not in events
    let_pass(NOW)
    assert open_proceedings(now=at(NOW)) == 1


@pytest.mark.parametrize(("satisfied", "hears"), [("false", True), ("true", False)])
def test_a_bad_answer_by_period_is_told_to_a_head(firm, satisfied, hears):
    """It has no case to reopen."""
    register_customer(
        company=firm.again(), number="K1", name="示例食品厂", phone="13800000009",
        customer_class="key", now=at("2026-02-01 09:00"),
    )  # fmt: skip
    open_periods(now=at(NOW))
    row = Obligation.objects.get(rule="half-yearly-callbacks")
    raw = {
        "called_at": "2026-03-09T16:00", "mode": "phone", "needs": "夏季用水量增加",
        "answers": "已解答", "publicity": "供水条例", "opinions": "水压不足",
        "satisfied": satisfied, "case_number": "T-260309-00009",
    }  # fmt: skip
    for _twice in range(2):
        fill(
            row.docket_id, "key-callback-entry", raw, token="k-1",
            by=firm.people["cs-manager"], now=at(NOW),
        )  # fmt: skip
    told = OutboxMessage.objects.filter(payload__kind="dissatisfied")
    assert [m.recipient for m in told] == ([str(firm.top.pk)] if hears else [])
    assert Entry.objects.filter(kind="answer.bad_by_period").count() == hears


# -- the call centre's complaints are followed until the customer is satisfied (S2.3 二.7) ------


@pytest.fixture
def centre(db):
    return house("gas-callcentre")


@pytest.fixture
def agreed(centre):
    """A complaint whose plan was agreed and carried out."""
    request = Request(
        service="product-complaint", channel="phone", narrative="示例投诉", token="c",
        contact_phone="13800000001",
    )  # fmt: skip
    moment = at("2026-03-09 09:00")
    return lodge(company=centre.again(), request=request, at=moment, now=moment, by=centre.top)


def listed(firm, role):
    who, moment = firm.people[role], at(NOW)
    release = release_in_force(company=firm.again(), at=moment)
    regulation = regulation_for(digest=release, company=firm.company)
    reader = ListReader(posts=posts_of(staff=who, at=moment), staff=who)
    return list(due_callbacks(reader=reader, regulation=regulation, now=moment))


WAY = (
    ("clerk", "complaint-register", {
        "company": "示例公司", "address": "示例路1号", "phone": "13800000001", "cause": "产品问题",
        "signature": "x",
    }),
    ("", "", {}),
    ("after-sales", "complaint-facts", {
        "contacted_at": "2026-03-09T11:00", "means": "phone", "product": "甲", "symptom": "乙",
        "confirmed": "true", "confirmed_by": "call", "wish": "更换", "sure": "true",
    }),
    ("after-sales", "analysis", {
        "analysis": "丙", "basis": "true", "explained": "丁", "sure": "true",
    }),
    ("after-sales", "plan-proposal", {
        "plan": "更换", "plan_kind": "remedy", "goods_due": "false", "gift_due": "false",
        "production_due": "false",
    }),
    ("leader", "leader-decision", {"decision": "approve", "signature": "x"}),
    ("after-sales", "answer-to-customer", {"told_at": "2026-03-09T13:00", "answer": "同意更换"}),
    ("after-sales", "agreement", {
        "confirmed": "true", "content": "更换", "departments": "仓管", "signature": "x",
    }),
    ("after-sales", "department-notice", {"departments": "仓管"}),
    ("after-sales", "execution-check", {"checked": "已更换"}),
)  # fmt: skip


@pytest.fixture
def carried_out(centre, agreed):
    """The agreement was carried out, so it is reported."""
    for n, (who, form, raw) in enumerate(WAY):
        moment = f"2026-03-09 {10 + n // 2}:{30 * (n % 2):02d}"
        if form:
            put(agreed, form, centre.people[who], moment, **raw)
        else:
            hand_over(case=agreed, to=centre.units["after-sales"], by=None, now=at(moment))
    return agreed


def test_a_complaint_is_called_back_when_its_agreement_is_carried_out(centre, agreed, carried_out):
    [due] = listed(centre, "after-sales")
    assert (due.obligation.rule, due.form) == ("tracked-until-satisfied", "satisfaction-tracking")


def test_it_was_not_carried_out_goes_back_as_a_false_completion_and_is_asked_again(
    centre, carried_out
):
    officer = centre.people["after-sales"]
    answers = {"outcome": "execution", "account": "没有更换"}
    ask(carried_out, answers, officer, NOW, form="satisfaction-tracking")
    assert BadAnswer.objects.get().false_completion
    again = Case.objects.get(pk=carried_out.pk)
    assert again.closed_at is None
    put(again, "execution-check", officer, "2026-03-10 09:00", checked="今天已更换")
    said = {"outcome": "satisfied", "confirmed_by": "call", "account": "好"}
    ask(again, said, officer, "2026-03-10 15:00", form="satisfaction-tracking")
    assert Case.objects.get(pk=carried_out.pk).closed_at is not None


def test_nobody_answers_needs_no_words(centre, carried_out):
    officer = centre.people["after-sales"]
    [due] = listed(centre, "after-sales")
    attempt(
        obligation=due.obligation, officer=officer, outcome=Outcome.NO_ANSWER, token="t",
        now=at(NOW),
    )  # fmt: skip
    assert Attempt.objects.get().again_at is not None
    assert Evidence.objects.latest("filled_at").events == ["customer.awaited"]


def test_the_survey_on_departments_stays_off_the_lists(centre):
    """S2.2 2: a promise of the company by number, of no case that was reported done."""
    moment = at("2026-03-09 09:00")
    request = Request(service="customer-care", channel="internal", narrative="一季度", token="care")
    case = lodge(company=centre.again(), request=request, at=moment, now=moment, by=None)
    head = centre.people["cs-department"]
    put(case, "classification", head, "2026-03-09 10:00", period="2026Q1", repeat_purchases="3",
        levels="两级", benefits="礼品")  # fmt: skip
    put(case, "care-contact", head, "2026-03-09 11:00", by_sms="2", by_phone="3", use="正常")
    running = Obligation.objects.filter(docket=case.docket_id, kept_at=None, voided_at=None)
    assert "departments-surveyed" in running.values_list("rule", flat=True)
    assert listed(centre, "cs-department") == []
