"""Matters that are called back on, and the pages of a callback."""

from __future__ import annotations

import re

from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.obligations.models import Obligation
from tests.rules.world import at
from tests.submitting import fill_case

NOW = at("2026-03-09 16:00")
PHONE = "13800000001"
ANSWERED = {
    "called_at": "2026-03-09T16:00", "reached": "true", "contacted": "yes", "arrived": "yes",
    "course": "当日上门", "outcome": "已修复", "category": "enquiry_complaint", "solved": "true",
    "attitude": "5", "integrity_issue": "false", "satisfied": "true",
}  # fmt: skip
UNHAPPY = {**ANSWERED, "satisfied": "false", "solved": "false", "attitude": "1"}


def lodged(
    firm, service="service-complaint", token="complaint-1", moment="2026-03-09 09:00", **more
):
    request = Request(
        service=service, channel=more.pop("channel", "phone"), narrative="约定上午上门，没有人来",
        token=token, contact_name="演示客户甲", contact_phone=PHONE, address="示例路1号", **more,
    )  # fmt: skip
    moment = at(moment)
    return lodge(
        company=firm.again(), request=request, at=moment, now=moment,
        by=firm.people["hotline-agent"],
    )  # fmt: skip


def put(firm, case, form, who, moment, **raw):
    return fill_case(
        case, form, raw, token=f"{form}-{moment}-{case.pk}", by=firm.people[who], now=at(moment)
    )


def reported(firm, case):
    """The network department reports the complaint as done."""
    agent = firm.people["hotline-agent"]
    hand_over(case=case, to=firm.units["network"], by=agent, now=at("2026-03-09 09:30"))
    put(
        firm, case, "department-feedback", "network", "2026-03-09 15:00",
        fed_back_at="2026-03-09T15:00", feedback="result", content="当日上门处理完毕", clear="true",
    )  # fmt: skip
    return case


def due(case, rule="tracking-callback"):
    return Obligation.objects.get(docket=case.docket_id, rule=rule)


def sheet(case, rule="tracking-callback", end=""):
    return f"/callbacks/{due(case, rule).pk}/{end}"


def token(html):
    return re.search(r'name="token" value="([^"]+)"', html).group(1)


def tried(client, case, outcome, **more):
    made = {"outcome": outcome, "token": more.pop("token", f"t-{outcome}"), **more}
    return client.post(sheet(case, end="attempt/"), made)
