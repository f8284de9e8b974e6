"""Accountability of the demonstration: one proceeding signed, one served, a breach that nobody has
answered for yet, pauses (one undecided past its moment), escalations taken up, a double refund and
a signed pay sheet.

All invented. Each comes about by the steps that people would take, at the moments at which they
would have taken them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chengnuo.cases.casework.services import ask_pause, decide_pause, hand_over
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.conduct.models import Proceeding
from chengnuo.conduct.paysheets import sign_sheet
from chengnuo.conduct.services import give_opinion, open_on_breach, rebut, serve
from chengnuo.conduct.signing import Verdict, sign_off
from chengnuo.customers.models import Customer
from chengnuo.obligations.answering import answer, waiting_for
from chengnuo.obligations.models import Breach, Obligation
from chengnuo.obligations.ticking import tick
from chengnuo.people.models import Organisation, Post, Staff
from chengnuo.people.queries import posts_in
from chengnuo.rules.state import Event
from chengnuo.submissions.handlers import Via
from chengnuo.submissions.services import submit

PROMISE = "order-handled"
DAY = 24


@dataclass(slots=True)
class ConductScene:
    """A company with its people, and the moment from which the demonstration looks back."""

    company: Organisation
    now: datetime
    people: dict[str, Staff] = field(default_factory=dict)
    units: dict[str, Organisation] = field(default_factory=dict)
    told: int = 0

    def ago(self, hours: float) -> datetime:
        return self.now - timedelta(hours=hours)


def conduct(*, companies: dict[str, Organisation], now: datetime) -> None:
    """The appliance company answers for its breaches; elsewhere superiors take up what reached
    them."""
    _answered(companies["DW"], "DW02", "已约管网部今天下午碰头，当天给客户答复。", now)
    _answered(companies["DG"], "DG02", "已调另一组人上门，今晚前完成。", now)
    stage = _stage(companies["DA"], now)
    _signed(stage)
    _served(stage)
    _opinion(stage, "答应三天内处理，一直没有回音。", 16 * DAY, ("maintenance",))
    _paused(stage)
    _refunded(stage)
    while tick(now=now):
        pass
    last_month = (now.replace(day=1) - timedelta(days=1)).date().replace(day=1)
    sign_sheet(company=stage.company, month=last_month, by=stage.people["hr"], now=now)
    # In the first days of a month it may fall due in the last one, which could not be signed then.
    _undecided(stage)
    while tick(now=now):
        pass


def _stage(company: Organisation, now: datetime) -> ConductScene:
    stage = ConductScene(company, now)
    for post in posts_in(company=company):
        holding = post.holdings.select_related("staff").first()
        stage.units.setdefault(post.role, post.organisation)
        if holding is not None:
            stage.people.setdefault(post.role, holding.staff)
    return stage


def _opinion(stage: ConductScene, words: str, hours: float, units: tuple[str, ...]) -> Case:
    """An opinion that went from unit to unit."""
    stage.told += 1
    customers = list(Customer.objects.filter(organisation=stage.company).order_by("pk"))
    customer = customers[stage.told % len(customers)]
    at = stage.ago(hours)
    request = Request(
        service="customer-opinion", channel="phone", narrative=words,
        token=f"demo-{stage.company.code}-conduct-{stage.told}", customer=customer,
        contact_name=customer.name, contact_phone=customer.phone, address="示例市示例路7号",
    )  # fmt: skip
    case = lodge(
        company=stage.company, request=request, at=at, now=at, by=stage.people["agent"],
        then=[Event(name="opinion.recorded", at=at)],
    )  # fmt: skip
    moment = at + timedelta(minutes=20)
    for role in units:
        hand_over(case=case, to=stage.units[role], by=None, now=moment)
        due = Obligation.objects.get(docket=case.docket_id, rule=PROMISE).due_at
        # Two of three working days with the first, the last with the second, holidays or not.
        moment = due - timedelta(hours=DAY) if due is not None else moment
    return case


def _proceeding(stage: ConductScene, case: Case, hours: float) -> Proceeding:
    """What time did to the case until then, and what customer service made of it."""
    while tick(now=stage.ago(hours)):
        pass
    breach = Breach.objects.get(obligation__docket=case.docket_id, rule=PROMISE)
    manager = stage.people["cs-manager"]
    return open_on_breach(breach=breach, by=manager, now=stage.ago(hours), reason="经核实，需追究")


def _signed(stage: ConductScene) -> None:
    """The whole way: served, rebutted, an opinion, decided, signed with half of the points."""
    hr, head = stage.people["hr"], stage.people["maintenance"]
    units = ("maintenance", "responsible-department")
    case = _opinion(stage, "师傅两次约好都没有来，也没有电话。", 50 * DAY, units)
    row = _proceeding(stage, case, 33 * DAY)
    serve(proceeding=row, by=hr, now=stage.ago(32 * DAY))
    part = row.parts.get(staff=head)
    rebut(
        part=part, by=head, words="当周两名师傅参加抢险，已书面说明。", now=stage.ago(32 * DAY - 3)
    )
    # Both departments concerned speak; the second one once more, after it looked closer.
    for who, days, words in (
        ("maintenance", 31, "情况属实，抢险期间人手不足，建议减轻。"),
        ("responsible-department", 30.5, "已交维修部，本部门无责。"),
        ("responsible-department", 29, "经核实，转办后未跟进，本部门承担相应责任。"),
    ):
        give_opinion(
            proceeding=row, unit=stage.units[who], by=stage.people[who], words=words,
            now=stage.ago(days * DAY),
        )  # fmt: skip
    _put(
        stage, row.case, "final-opinion", "hr", 14 * DAY, outcome="decided",
        verification="核对派工记录，抢险属实。", confirmed="true", complaint_caused="true",
        customer_loss="false", final="违规属实，减半扣分。",
    )  # fmt: skip
    verdict = Verdict(
        points=100,
        shares={p.pk: p.share for p in row.parts.all()},
        accepted=frozenset({part.pk}),
        remark="抢险属实，采纳申辩，减半。",
    )
    sign_off(proceeding=row, verdict=verdict, by=hr, now=stage.ago(13 * DAY))
    _put(stage, row.case, "copy-of-opinion", "hr", 13 * DAY - 1, received_by="演示客户服务中心")


def _served(stage: ConductScene) -> None:
    """Served yesterday: those concerned may rebut it now."""
    units = ("maintenance", "responsible-department")
    case = _opinion(stage, "安装后墙面破损，无人处理。", 20 * DAY, units)
    row = _proceeding(stage, case, 2 * DAY)
    serve(proceeding=row, by=stage.people["hr"], now=stage.ago(DAY))


def _paused(stage: ConductScene) -> None:
    """One pause that was approved, and one that waits for its approver."""
    approved = _opinion(stage, "灶具异响，要求复查。", 30, ("maintenance",))
    _ask_pause(stage, approved, "到访不遇单 演示-017", 26)
    decide_pause(
        case=approved, obligation=f"{PROMISE}#1", verdict="approved",
        by=stage.people["cs-manager"], now=stage.ago(22),
    )  # fmt: skip
    waiting = _opinion(stage, "热水器安装位置与约定不符。", 20, ("maintenance",))
    _ask_pause(stage, waiting, "到访不遇单 演示-018", 2)


def _undecided(stage: ConductScene) -> None:
    """A pause that nobody decided, though the time is up with it too: the verdict waits."""
    waiting = _opinion(stage, "橱柜开孔过大，要求修补。", 10 * DAY, ("maintenance",))
    _ask_pause(stage, waiting, "到访不遇单 演示-016", 9 * DAY)


def _ask_pause(stage: ConductScene, case: Case, proof: str, hours: float) -> None:
    ask_pause(
        case=case, obligation=f"{PROMISE}#1", reason="customer-absent", proof=proof,
        by=stage.people["maintenance"], now=stage.ago(hours),
    )  # fmt: skip


def _refunded(stage: ConductScene) -> None:
    """An arbitrary charge, refunded double (双倍返还)."""
    customer = Customer.objects.filter(organisation=stage.company).order_by("pk").first()
    at = stage.ago(70)
    request = Request(
        service="overcharge", channel="phone", narrative="更换阀门收了五十元，事先没有告知。",
        token=f"demo-{stage.company.code}-overcharge", customer=customer,
    )  # fmt: skip
    agent = stage.people["agent"]
    case = lodge(company=stage.company, request=request, at=at, now=at, by=agent)
    _put(
        stage, case, "charge-papers", "back-office", 50, visit_no="演示-上门-01", charged="50",
        told="0",
    )  # fmt: skip
    _put(
        stage, case, "charge-review", "cs-manager", 48, finding="arbitrary",
        arbitrary_amount="50", basis="没有客户签字的告知单。",
    )  # fmt: skip
    _put(
        stage, case, "refund", "cs-manager", 26, refunded="100", receipt_no="演示-返还-01",
        paid_on=stage.ago(26).date().isoformat(),
    )  # fmt: skip


def _put(stage: ConductScene, case: Case, form: str, who: str, hours: float, **raw: str) -> None:
    submit(
        form=form, docket=case.docket_id, by=stage.people[who], at=stage.ago(hours), values=raw,
        via=Via.COMMAND, token=f"demo-{form}-{case.pk}"[:64],
    )  # fmt: skip


def _answered(company: Organisation, badge: str, words: str, now: datetime) -> None:
    """The one that waited longest is taken up; the others still wait."""
    post = Post.objects.filter(organisation__company=company, holdings__staff__badge=badge).first()
    holding = post.holdings.select_related("staff").first() if post else None
    row = waiting_for(staff=holding.staff).first() if holding else None
    if row is not None and holding is not None:
        answer(escalation=row, by=holding.staff, words=words, now=now)
