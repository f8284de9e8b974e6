"""A matter that went wrong in an appliance company, and what HR makes of it."""

from __future__ import annotations

import json

from django.db import transaction

from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.cases.unit_of_work import happen_to
from chengnuo.conduct.signing import Verdict
from chengnuo.obligations.models import Breach
from chengnuo.rules.state import Event
from tests.companies import House
from tests.obligations.matter import let_pass
from tests.rules.world import at

MONDAY = "2026-03-09 09:00"


def opinion_of(firm: House, token: str = "opinion-1") -> Case:
    """A customer's opinion that went from maintenance to the technicians and was handled by nobody:
    three working days, most of them with the second unit."""
    request = Request(
        service="customer-opinion", channel="phone", narrative="师傅态度生硬", token=token,
        contact_name="演示客户乙", contact_phone="13800000002",
    )  # fmt: skip
    agent = firm.people["agent"]
    case = lodge(company=firm.again(), request=request, at=at(MONDAY), now=at(MONDAY), by=agent)
    with transaction.atomic():
        happen_to(
            case, [Event(name="opinion.recorded", at=at("2026-03-09 09:30"))], by=agent,
            now=at("2026-03-09 09:30"),
        )  # fmt: skip
    hand_over(case=case, to=firm.units["maintenance"], by=None, now=at("2026-03-09 10:00"))
    return case


def passed_on(firm: House, case: Case, until: str = "2026-03-20 09:00") -> None:
    """It goes on to the technicians, and time passes."""
    hand_over(case=case, to=firm.units["technician"], by=None, now=at("2026-03-10 10:00"))
    let_pass(until)


def breach_of(case: Case) -> Breach:
    return Breach.objects.get(obligation__docket=case.docket_id, rule="order-handled")


def decide(proceeding, firm, confirmed=True, moment="2026-03-26 10:00", **facts):
    """HR verifies and decides, as its form of the pack says."""
    case = Case.objects.select_related("docket").get(pk=proceeding.case_id)
    told = {"violation_confirmed": confirmed, **facts}
    events = [
        Event(name="accountability.proposed", at=at(moment)),
        Event(name="accountability.decided", at=at(moment), facts=told),
    ]
    with transaction.atomic():
        for event in events:
            happen_to(case, [event], by=firm.people["hr"], now=at(moment))


def as_stated(proceeding, **more):
    """The verdict that changes nothing of the statement."""
    parts = proceeding.parts.all()
    content = json.loads(proceeding.statement)
    return Verdict(points=content["points"], shares={p.pk: p.share for p in parts}, **more)
