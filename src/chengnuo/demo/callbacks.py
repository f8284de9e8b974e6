"""Callbacks of the demonstration: due, tried, used up, by a visit, answered well and badly, drawn.

All invented. Each comes about by the steps that people would take, at the moments at which they
would have taken them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chengnuo.callbacks.answers import raise_bad_answer
from chengnuo.callbacks.calling import attempt
from chengnuo.callbacks.drawing import draw
from chengnuo.callbacks.models import Outcome, Rating
from chengnuo.callbacks.visits import ask_visit, note_consent
from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.customers.models import Customer
from chengnuo.ledger.queries import last_hash
from chengnuo.obligations.models import Obligation
from chengnuo.people.models import Organisation, Staff
from chengnuo.people.queries import posts_in
from chengnuo.rules.state import Event
from chengnuo.submissions.handlers import Via
from chengnuo.submissions.services import submit

REACHED = {"reached": "true", "contacted": "yes", "arrived": "yes", "category": "enquiry_complaint"}
SATISFIED = {
    **REACHED, "course": "两小时内上门", "outcome": "已处理好", "solved": "true", "attitude": "5",
    "integrity_issue": "false", "satisfied": "true",
}  # fmt: skip
KEPT = {
    "reached": "true", "contacted": "yes", "arrived": "yes", "course": "半小时内到场",
    "outcome": "当天修好", "satisfied": "true",
}  # fmt: skip
NOT_DONE = {
    **REACHED, "course": "来过一次，没有修", "outcome": "还在漏水", "solved": "false",
    "attitude": "2", "integrity_issue": "false", "satisfied": "false", "has_opinion": "true",
    "opinion": "说修好了，其实没有修。", "opinion_kind": "service",
}  # fmt: skip


@dataclass(slots=True)
class CallbackScene:
    """A company with its people, and the moment from which the demonstration looks back."""

    company: Organisation
    people: dict[str, Staff]
    units: dict[str, Organisation]
    customers: list[Customer]
    now: datetime
    told: int = 0

    def ago(self, hours: float) -> datetime:
        return self.now - timedelta(hours=hours)


def callbacks(*, company: Organisation, pack_id: str, now: datetime) -> None:
    """The callbacks of one company, where the demonstration has some for its regulation."""
    make = {"water-company": _water, "gas-appliance": _appliance}.get(pack_id)
    if make is not None:
        make(_stage(company, now))


def _stage(company: Organisation, now: datetime) -> CallbackScene:
    people: dict[str, Staff] = {}
    units: dict[str, Organisation] = {}
    for post in posts_in(company=company):
        holding = post.holdings.select_related("staff").first()
        units.setdefault(post.role, post.organisation)
        if holding is not None:
            people.setdefault(post.role, holding.staff)
    customers = list(Customer.objects.filter(organisation=company).order_by("pk"))
    return CallbackScene(company, people, units, customers, now)


def _lodged(
    stage: CallbackScene, service: str, words: str, hours: float, by: str, **more: Any
) -> Case:
    stage.told += 1
    customer = stage.customers[stage.told % len(stage.customers)]
    at = stage.ago(hours)
    request = Request(
        service=service, channel=more.pop("channel", "phone"), narrative=words,
        token=f"demo-{stage.company.code}-callback-{stage.told}", facts=more.pop("facts", {}),
        customer=customer, contact_name=customer.name, contact_phone=customer.phone,
        address=f"示例市示例路{stage.told}号",
    )  # fmt: skip
    return lodge(company=stage.company, request=request, at=at, now=at, by=stage.people[by], **more)


def _put(stage: CallbackScene, case: Case, form: str, who: str, hours: float, **raw: str) -> Case:
    submit(
        form=form, docket=case.docket_id, by=stage.people[who], at=stage.ago(hours), values=raw,
        via=Via.COMMAND, token=f"demo-{form}-{case.pk}"[:64],
    )  # fmt: skip
    return Case.objects.select_related("docket__organisation").get(pk=case.pk)


def _due(case: Case, rule: str) -> Obligation:
    return Obligation.objects.get(docket=case.docket_id, rule=rule, kept_at=None)


def _tried(stage: CallbackScene, row: Obligation, who: str, outcome: Outcome, hours: float) -> None:
    again = stage.ago(0.4) if outcome == Outcome.CALL_LATER else None
    attempt(
        obligation=row, officer=stage.people[who], outcome=outcome, now=stage.ago(hours),
        token=f"demo-{row.pk.hex[:20]}-{hours}", again_at=again,
    )  # fmt: skip


# -- the water company -----------------------------------------------------------------------------


def _water(stage: CallbackScene) -> None:
    _complaints(stage)
    _named(stage)
    _repairs(stage)
    _bad(stage)
    _sample(stage)


def _handled(stage: CallbackScene, words: str, hours: float) -> Case:
    """A complaint that the network department reports as done."""
    case = _lodged(stage, "service-complaint", words, hours, "hotline-agent")
    hand_over(
        case=case, to=stage.units["network"], by=stage.people["hotline-agent"],
        now=stage.ago(hours - 0.5),
    )  # fmt: skip
    return _put(
        stage, case, "department-feedback", "network", hours - 2, feedback="result",
        content="已上门处理完毕，并向客户说明了原因。", clear="true",
    )  # fmt: skip


def _complaints(stage: CallbackScene) -> None:
    """One still to be called, one agreed for later, one whose attempts are used up, one visit."""
    _handled(stage, "水表箱盖破损，报过两次。", 4)
    later = _handled(stage, "抄表员未说明水量为何增加。", 7)
    _tried(stage, _due(later, "tracking-callback"), "hotline-agent", Outcome.NO_ANSWER, 4)
    _tried(stage, _due(later, "tracking-callback"), "hotline-agent", Outcome.CALL_LATER, 2)
    gone = _handled(stage, "施工后路面没有恢复。", 60)
    for hours, outcome in zip((56, 50, 32, 26, 5), 5 * (Outcome.NO_ANSWER,), strict=True):
        _tried(stage, _due(gone, "tracking-callback"), "hotline-agent", outcome, hours)
    seen = _handled(stage, "换表后水压变小，希望有人来看。", 9)
    row = _due(seen, "tracking-callback")
    order = ask_visit(
        obligation=row, by=stage.people["hotline-agent"], why="客户要求当面查看水压。",
        now=stage.ago(3),
    )  # fmt: skip
    person = stage.people["hotline-agent"]
    note_consent(order=order, by=person, person=seen.contact_name, now=stage.ago(2.9))


def _named(stage: CallbackScene) -> None:
    """Callbacks that the text names with their own days: formalities, 12345, repairs, measures."""
    done = _lodged(stage, "application", "申请新装水表。", 52, "clerk", channel="counter")
    _put(
        stage, done, "formalities", "clerk", 28, finished_at=_moment(stage, 28),
        kind="application",
    )  # fmt: skip
    _lodged(
        stage, "transferred-item", "12345转办：小区夜间水压不足。", 25, "cs-specialist",
        channel="transfer",
    )  # fmt: skip
    leak = _lodged(
        stage, "pipe-repair", "院内水管渗水。", 75, "hotline-agent",
        facts={"area": "urban", "diameter_mm": 100},
    )  # fmt: skip
    agent = stage.people["hotline-agent"]
    hand_over(case=leak, to=stage.units["network"], by=agent, now=stage.ago(74.8))
    opinion = _lodged(
        stage, "opinion-rectification", "回访中建议缩短换表等候时间。", 80, "cs-specialist"
    )
    _put(
        stage, opinion, "opinion-intake", "cs-specialist", 79, department="管网部",
        head="演示管网部负责人", opinion="换表等候时间过长。",
    )  # fmt: skip
    _put(
        stage, opinion, "measure", "network", 30, decision="measure",
        measure="换表预约改为半日时段，当日完成。",
        planned_until=(stage.now + timedelta(days=5)).date().isoformat(),
    )  # fmt: skip


def _repairs(stage: CallbackScene) -> None:
    """Leaks of the last days, kept as promised up to the call of the next day."""
    agent = stage.people["hotline-agent"]
    told = ((54, "阀门井漏水。"), (78, "小区入口主管渗水。"), (102, "表前接头漏水。"))
    for hours, words in told:
        case = _lodged(
            stage, "pipe-repair", words, hours, "hotline-agent",
            facts={"area": "urban", "diameter_mm": 200},
        )  # fmt: skip
        hand_over(case=case, to=stage.units["network"], by=agent, now=stage.ago(hours - 0.1))
        _put(stage, case, "first-reply", "hotline-agent", hours - 0.2, canned="true")
        _put(
            stage, case, "arrival", "crew", hours - 0.4, arrived_at=_moment(stage, hours - 0.4),
            crew="抢修一组", place="演示路口",
        )  # fmt: skip
        case = _put(
            stage, case, "repair-completion", "crew", hours - 5, diameter_mm="200",
            completed_at=_moment(stage, hours - 5), work="已换接头。", site_cleared="true",
        )  # fmt: skip
        _put(
            stage, case, "reply", "hotline-agent", hours - 6, same_channel="true",
            content="已修复通水，给您带来不便，请谅解。",
        )  # fmt: skip
        for form, raw in (("progress-callback", KEPT), ("callback", SATISFIED)):
            _put(stage, case, form, "hotline-agent", hours - 24, **raw)


def _moment(stage: CallbackScene, hours: float) -> str:
    return stage.ago(hours).isoformat(timespec="minutes")


def _bad(stage: CallbackScene) -> None:
    """Answered well; not done although reported as done; and one told by its link."""
    for words, answers in (
        ("缴费后发票没有寄到。", SATISFIED),
        ("厨房水管渗水，说已修好。", NOT_DONE),
    ):
        _put(stage, _handled(stage, words, 30), "callback", "hotline-agent", 6, **answers)
    told = Rating.objects.filter(
        organisation=stage.company, satisfied=False, case__closed_at__isnull=False
    )
    rating = told.order_by("-at").first()
    if rating is not None:
        raise_bad_answer(rating=rating, now=stage.ago(1.5))


def _sample(stage: CallbackScene) -> None:
    """Enquiries of the last whole week, from which a sample is drawn."""
    monday = stage.now - timedelta(days=stage.now.weekday() + 7)
    for day, words in enumerate(("咨询阶梯水价。", "咨询缴费网点。", "咨询换表需要的材料。")):
        at = monday + timedelta(days=day + 1)
        hours = (stage.now - at).total_seconds() / 3600
        _lodged(
            stage, "routine-enquiry", words, hours, "hotline-agent", judged=(),
            then=[Event(name="reply.sent", at=at)],
        )  # fmt: skip
    seed = last_hash(organisation_id=stage.company.pk)
    draw(company=stage.company, plan_id="routine-enquiries", seed=seed, now=stage.now)


# -- installation and repair of gas appliances -----------------------------------------------------


def _appliance(stage: CallbackScene) -> None:
    """An order that came back, one that was not reached, and repairs done earlier."""
    orders = [_returned(stage, words, hours) for words, hours in (
        ("安装费与报价不一致。", 50), ("上门时间改了两次。", 30), ("师傅未出示证件。", 120)
    )]  # fmt: skip
    _tried(stage, _due(orders[1], "customer-called-back"), "callback-officer", Outcome.BUSY, 3)
    answers = {
        "called_at": _moment(stage, 4), "reached": "true",
        "satisfaction": "satisfied", "account": "已当面道歉，客户认可。",
    }  # fmt: skip
    _put(stage, orders[2], "opinion-callback", "callback-officer", 4, **answers)
    _lodged(stage, "callback", "一个月前维修的热水器，回访运行情况。", 20, "callback-officer")
    _lodged(
        stage, "equipment-repair", "灶具阀门已更换。", 70, "callback-officer",
        judged=("equipment-called-back",), then=[Event(name="archive.filed", at=stage.ago(60))],
    )  # fmt: skip


def _returned(stage: CallbackScene, words: str, hours: float) -> Case:
    """A task order that was returned with its result: of what came before only the callback is
    judged."""
    at = stage.ago(hours - 5)
    return _lodged(
        stage, "customer-opinion", words, hours, "callback-officer",
        judged=("customer-called-back",), then=[Event(name="order.returned", at=at)],
    )  # fmt: skip
