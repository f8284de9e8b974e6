"""Cases that were really lodged and handled, whose rows a million others are copied from.

Each kind once as it stands when it is closed and once while it is open, by the verbs that people's
steps go through: their rows are as large as real ones and follow the models.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bench.staffed import House, hours_after
from bench.world import NOW

BASE = NOW - timedelta(days=40)
REACHED = {
    "reached": "true", "contacted": "yes", "arrived": "yes", "course": "两小时内上门",
    "outcome": "已处理好",
}  # fmt: skip
ANSWERS = {
    **REACHED, "category": "enquiry_complaint", "solved": "true", "attitude": "5",
    "integrity_issue": "false", "satisfied": "true",
}  # fmt: skip
REPLIED = {"content": "已处理完毕，给您带来不便，请谅解。", "same_channel": "true"}
FED_BACK = {"feedback": "result", "content": "已上门处理，向客户说明了原因。", "clear": "true"}
PHONED = {"head": "演示管网部负责人", "system_reachable": "true"}
# Service, channel, so many of a thousand cases, facts. What a complaint is, is handled as one.
KINDS: tuple[tuple[str, str, int, dict[str, Any]], ...] = (
    ("routine-enquiry", "phone", 780, {}),
    ("service-complaint", "phone", 100, {}),
    ("pipe-repair", "phone", 35, {"area": "urban", "diameter_mm": 200}),
    ("meter-data-review", "wechat", 25, {}),
    ("works-complaint", "counter", 20, {}),
    ("transferred-item", "transfer", 35, {}),
    ("violation-report", "phone", 5, {}),
)
# Who takes it in, who handles it, if not the hotline and the network department.
TAKEN_BY = {"transferred-item": "cs-specialist", "violation-report": "cs-specialist"}
HANDLED_BY = {"violation-report": "inspection"}
CANNED = ("meter-data-review", "works-complaint", "violation-report")
SENDER = {"way": "platform", "content": "已回复来文单位。", "signed_by": "演示客服部"}


@dataclass(slots=True)
class Scene:
    """The house, one real customer, and the moment at which the model cases came in."""

    house: House
    customer: Any
    base: datetime = BASE


def lodge_kind(scene: Scene, kind: int, *, closed: bool, mark: str = "") -> Any:
    """A case of a kind, handled until it is closed, or left while something is still due."""
    from chengnuo.cases.models import Case

    service = KINDS[kind][0]
    case = _lodged(scene, kind, f"model-{kind}-{int(closed)}{mark}")
    if service == "pipe-repair":
        _repair(scene, case, closed=closed)
    elif service != "routine-enquiry":
        _complain(scene, case, closed=closed)
    elif closed:
        _put(scene, case, "answer", "hotline-agent", 0.2, **REPLIED)
        _put(scene, case, "enquiry-callback", "cs-specialist", 5, **ANSWERS)
    made = Case.objects.select_related("docket").get(pk=case.pk)
    if bool(made.closed_at) != closed:
        raise AssertionError(f"the model case of {service} is not as it was meant")
    return made


def _lodged(scene: Scene, kind: int, token: str) -> Any:
    from chengnuo.cases.intake.contacts import IncomingCall
    from chengnuo.cases.intake.lodging import Request, lodge

    service, channel, _share, facts = KINDS[kind]
    request = Request(
        service=service, channel=channel, narrative="示例路路面冒水", token=token, facts=facts,
        customer=scene.customer, location=scene.customer.locations.get(),
        contact_name=scene.customer.name, contact_phone=scene.customer.phone,
        address="示例市示例路1号1单元101室", call=IncomingCall(rang=8),
    )  # fmt: skip
    return lodge(
        company=scene.house.company, request=request, at=scene.base, now=scene.base,
        by=scene.house.people[TAKEN_BY.get(service, "hotline-agent")],
    )  # fmt: skip


def _put(scene: Scene, case: Any, form: str, role: str, hours: float, **raw: str) -> None:
    from chengnuo.submissions.handlers import Via
    from chengnuo.submissions.services import submit

    submit(
        form=form, docket=case.docket_id, by=scene.house.people[role], via=Via.COMMAND,
        at=hours_after(scene.base, hours), values=raw, token=f"{form}-{case.pk}"[:64],
    )  # fmt: skip


def _hand_over(scene: Scene, case: Any, hours: float) -> None:
    from chengnuo.cases.casework.services import hand_over

    who = TAKEN_BY.get(case.service, "hotline-agent")
    handler = HANDLED_BY.get(case.service, "network")
    unit = scene.house.people[handler].organisation
    now = hours_after(scene.base, hours)
    hand_over(case=case, to=unit, by=scene.house.people[who], now=now)
    _put(scene, case, "phone-head", who, hours + 0.05, **PHONED)


def _complain(scene: Scene, case: Any, *, closed: bool) -> None:
    who = TAKEN_BY.get(case.service, "hotline-agent")
    _hand_over(scene, case, 0.5)
    if case.service in CANNED:
        _put(scene, case, "first-reply", who, 0.6, canned="true")
    if not closed:
        return
    _put(scene, case, "department-feedback", HANDLED_BY.get(case.service, "network"), 2, **FED_BACK)
    _put(scene, case, "reply", who, 3, **REPLIED)
    if case.service == "transferred-item":
        _put(scene, case, "sender-reply", who, 4, **SENDER)
    _called_back(scene, case, "callback", 24, ANSWERS)


def _repair(scene: Scene, case: Any, *, closed: bool) -> None:
    _hand_over(scene, case, 0.1)
    _put(scene, case, "first-reply", "hotline-agent", 0.2, canned="true")
    arrived = hours_after(scene.base, 0.4).isoformat(timespec="minutes")
    _put(scene, case, "arrival", "crew", 0.4, arrived_at=arrived, crew="抢修一组", place="演示路口")
    if not closed:
        return
    done = hours_after(scene.base, 5).isoformat(timespec="minutes")
    _put(
        scene, case, "repair-completion", "crew", 5, diameter_mm="200", completed_at=done,
        work="已换接头。", site_cleared="true",
    )  # fmt: skip
    _put(scene, case, "reply", "hotline-agent", 6, **REPLIED)
    _put(scene, case, "progress-callback", "hotline-agent", 24, **REACHED, satisfied="true")
    _called_back(scene, case, "callback", 24.5, ANSWERS)


def _called_back(scene: Scene, case: Any, form: str, hours: float, raw: dict[str, str]) -> None:
    """Not reached first, then by the questionnaire."""
    from chengnuo.callbacks.calling import attempt, callback_rules
    from chengnuo.callbacks.models import Outcome
    from chengnuo.obligations.regulation import regulation_for

    docket = case.docket
    rules = callback_rules(regulation_for(digest=docket.release_id, company=docket.organisation))
    row = docket.obligations.filter(rule__in=rules, kept_at=None).first()
    officer = scene.house.people["cs-specialist"]
    attempt(
        obligation=row, officer=officer, outcome=Outcome.NO_ANSWER, token=f"no-{case.pk}"[:64],
        now=hours_after(scene.base, hours - 2),
    )  # fmt: skip
    _put(scene, case, form, "cs-specialist", hours, **raw)


def lodge_late(scene: Scene) -> Any:
    """A complaint that nobody handled in time: its breach and whom the escalation reached."""
    from chengnuo.obligations.ticking import tick

    case = lodge_kind(scene, 1, closed=False, mark="-late")
    while tick(now=hours_after(scene.base, 24 * 20)):
        pass
    return case


def real_customer(house: House) -> Any:
    """A customer with premises, account, agreement and meter, as the archive makes one."""
    from chengnuo.customers.services import register_customer

    came = BASE - timedelta(days=300)
    made = register_customer(
        company=house.company, number="P1000000", name="演示客户", phone="13800000001",
        address="示例市示例路1号1单元101室", area="urban", now=came,
    )  # fmt: skip
    _supplied(made, came)
    return made


def _supplied(customer: Any, came: datetime) -> None:
    from chengnuo.customers.services import install_meter, open_account, sign_agreement

    day, place = came.date(), customer.locations.get()
    account = open_account(
        customer=customer, number="P1-H0", opened_on=day, applied_on=day, use_nature="居民生活",
        by=None, now=came,
    )  # fmt: skip
    sign_agreement(
        account=account, number="P1-C0", signed_on=day, paid_on=day, location=place, by=None,
        now=came,
    )  # fmt: skip
    install_meter(
        location=place, serial_number="P1M0", kind="mechanical", type="DN20", installed_on=day,
        point="P1-P0", use_nature="居民生活", by=None, now=came,
    )  # fmt: skip
