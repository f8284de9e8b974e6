"""S0.1 §4.3.2(1), §4.3.4(1): 24 hours, three natural days, and general affairs urges (F-55)."""

from datetime import timedelta

import pytest

from chengnuo.cases.casework.services import agree_appointment
from chengnuo.cases.casework.steps import steps_of
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.obligations.models import RUNNING, Obligation
from chengnuo.obligations.services import RefusedByRule
from chengnuo.people.queries import posts_of
from chengnuo.submissions.checks import FormHasErrors
from tests.companies import house
from tests.rules.world import at
from tests.submitting import fill_case

FRIDAY = at("2026-03-13 17:00")


@pytest.fixture
def gas(db):
    return house("gas-company")


@pytest.fixture
def complaint(gas):
    """Told on the complaint line of general affairs."""
    request = Request(
        service="service-complaint",
        channel="phone",
        narrative="缴费后三天没有人来安装",
        token="t",
        facts={"line": "complaint_line"},
    )
    by = gas.people["cs-department"]
    return lodge(company=gas.again(), request=request, at=FRIDAY, now=FRIDAY, by=by)


def fills(firm, case, form, role, after, **raw):
    now = FRIDAY + timedelta(hours=after)
    return fill_case(case, form, raw, token=f"{form}{after}", by=firm.people[role], now=now)


def running(case):
    return {row.rule: row.due_at for row in Obligation.objects.filter(RUNNING, docket=case.docket)}


def urged(hour):
    said = {"department": "工程部门", "urged": "请今日上门", "answer": "下午到"}
    return {**said, "urged_at": f"2026-03-{13 + hour // 24} {17 + hour % 24}:00"}


def test_24_hours_and_three_natural_days_run_through_the_weekend(complaint):
    held = running(complaint)
    assert held["complaint-responded"] == at("2026-03-14 17:00")
    assert held["complaint-replied"] == at("2026-03-17 00:00")
    assert "complaint-urged" in held


def test_general_affairs_urges_again_and_again_until_the_reply_is_given(gas, complaint):
    fills(gas, complaint, "complaint-urging", "general-affairs", 1, **urged(1))
    assert "complaint-urged" not in running(complaint)
    assert "complaint-followed" in running(complaint), "it stays with general affairs"
    fills(gas, complaint, "complaint-urging", "general-affairs", 2, **urged(2))
    assert "complaint-followed" in running(complaint)
    reply = {"cause": "材料未到", "solution": "明日安装", "reply": "明日上午上门安装"}
    owner = next(r for r, u in gas.units.items() if u.pk == complaint.docket.handling_unit_id)
    reply |= {"replied_at": "2026-03-13 20:00", "finding": "upheld"}
    fills(gas, complaint, "complaint-reply", owner, 3, **reply)
    assert "complaint-followed" not in running(complaint)
    with pytest.raises(RefusedByRule):
        fills(gas, complaint, "complaint-urging", "general-affairs", 4, **urged(4))
    assert Case.objects.get().closed_at is None, "the customer is still to be asked"


def test_only_general_affairs_writes_the_urging_record(gas, complaint):
    with pytest.raises(RefusedByRule):
        fills(gas, complaint, "complaint-urging", "agent", 1, **urged(1))


def test_an_appointment_is_not_agreed_without_the_customers_own_word(gas):
    """S0.1 维修 a, A-35: the bare step of the case page will not do; the form asks how."""
    by = gas.people["agent"]
    request = Request(service="indoor-fault", channel="phone", narrative="打不着火", token="a")
    fault = lodge(company=gas.again(), request=request, at=FRIDAY, now=FRIDAY, by=by)
    later = FRIDAY + timedelta(days=17)
    with pytest.raises(RefusedByRule) as refused:
        agree_appointment(
            case=fault, fact="agreed_at", agreed_at=later, by=by, now=FRIDAY, reason="客户要求"
        )
    assert "“预约上门”" in refused.value.text.zh
    assert "appointment" not in steps_of(case=fault, staff=by, posts=posts_of(staff=by, at=FRIDAY))
    raw = {"agreed_at": f"{later:%Y-%m-%d %H:%M}", "reason": "客户要求", "agreed_with": "王先生"}
    with pytest.raises(FormHasErrors):
        fills(gas, fault, "appointment", "agent", 1, **raw)
    fills(gas, fault, "appointment", "agent", 2, **raw, confirmed_by="call")
    assert running(fault)["indoor-fault-visited"] == later
