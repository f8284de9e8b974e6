"""Customers of the demonstration: every class, with accounts, meters, contacts and ratings.

All invented. Ledger entries carry the moment at which each thing would have happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chengnuo.callbacks.services import CustomerWord, rate
from chengnuo.cases.intake.contacts import note_contact
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.customers.models import Customer
from chengnuo.customers.services import (
    Phone,
    close_account,
    install_meter,
    open_account,
    record_appliance,
    register_customer,
    sign_agreement,
)
from chengnuo.packs.schema import Pack
from chengnuo.people.models import Organisation, Staff
from chengnuo.rules.state import Event

METERS = ("mechanical", "ic_card", "remote")
NATURES = {"residential": "居民生活", "special": "居民生活", "batch": "居民生活"}
APPLIANCES = {"gas": ("cooker", "water_heater", "wall_boiler", "range_hood")}

ASKING = ("residential", "commercial_industrial", "key", "special", "batch")
CHANNELS = ("phone", "counter", "wechat")
ANSWERS = (
    CustomerWord(satisfied=True, score=5, solved=True, words="处理很快，谢谢。"),
    CustomerWord(satisfied=True, score=4, solved=True),
    CustomerWord(satisfied=False, score=2, solved=False, words="只说会处理，没有结果。"),
)


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """One customer who came so many days ago; `left`: the account was closed since."""

    name: str
    kind: str
    days_ago: int
    area: str = "urban"
    level: int = 0
    consent: bool | None = None
    language: str = "zh-hans"
    left: bool = False


CUSTOMERS = (
    DemoCustomer("演示客户甲", "residential", 395, consent=True, level=1),
    DemoCustomer("演示客户乙", "commercial_industrial", 360, consent=True, level=3),
    DemoCustomer("演示客户丙", "key", 330, consent=True, level=5),
    DemoCustomer("演示客户丁", "residential", 300),
    DemoCustomer("演示客户戊", "special", 270, consent=True),
    DemoCustomer("演示物业（批量用户）", "batch", 240, level=4, consent=True),
    DemoCustomer("演示客户己", "residential", 200, "outside", consent=False),
    DemoCustomer("示例餐饮店", "commercial_industrial", 170, level=2),
    DemoCustomer("演示客户庚", "residential", 150, left=True),
    DemoCustomer("Demo Customer Lee", "residential", 120, language="en", consent=True),
    DemoCustomer("示例食品厂", "key", 100, "outside", level=5, consent=True),
    DemoCustomer("演示客户辛", "residential", 75),
    DemoCustomer("示例新区开发公司", "potential", 40),
    DemoCustomer("演示客户壬", "residential", 25, consent=True),
    DemoCustomer("演示客户癸", "residential", 8),
)


def customers(
    *, company: Organisation, utility: str, areas: tuple[str, ...], now: datetime
) -> None:
    """The archive of one company."""
    for index, one in enumerate(CUSTOMERS, start=1):
        since = now - timedelta(days=one.days_ago)
        wanted = areas[-1] if areas and one.area == "outside" else areas[0] if areas else ""
        made = register_customer(
            company=company, number=f"{company.code}{index:06d}", name=one.name,
            phone=f"1380000{index:04d}", customer_class=one.kind, level=one.level,
            language=one.language, visit_consent=one.consent, area=wanted, now=since,
            address=f"示例市示例路{index}号{index}单元101室",
            phones=[Phone(number=f"1390000{index:04d}", note="家人")] if index % 3 == 0 else (),
        )  # fmt: skip
        if one.kind != "potential":
            _archive(made, one, index, utility, since, now)


def _archive(
    made: Customer, one: DemoCustomer, index: int, utility: str, since: datetime, now: datetime
) -> None:
    """Account, agreement, meter and equipment."""
    code, opened = made.organisation.code, since.date()
    account = open_account(
        customer=made, number=f"{code}-H{index:05d}", opened_on=opened, applied_on=_ago(opened, 6),
        use_nature=NATURES.get(one.kind, "非居民"), by=None, now=since,
    )  # fmt: skip
    place = made.locations.get()
    sign_agreement(
        account=account, number=f"{code}-C{index:05d}", signed_on=opened, paid_on=opened,
        location=place, by=None, now=since,
    )  # fmt: skip
    install_meter(
        location=place, serial_number=f"{code}M{2024000 + index}", kind=METERS[index % 3],
        type="DN20" if one.kind == "residential" else "DN50", installed_on=opened,
        point=f"{code}-P{index:05d}", use_nature=account.use_nature, by=None, now=since,
    )  # fmt: skip
    for kind in APPLIANCES.get(utility, ())[: 1 + index % 4]:
        record_appliance(
            location=place, kind=kind, make="示例牌", seen_on=opened, by=None, now=since
        )
    if one.left:
        day = now - timedelta(days=20)
        close_account(account=account, closed_on=day.date(), by=None, now=day)


def _ago(day: date, days: int) -> date:
    return day - timedelta(days=days)


def history(*, company: Organisation, pack: Pack, by: Staff | None, now: datetime) -> None:
    """Matters of the last months that are long closed, with what their customers said of them."""
    services = [(i, s) for i, s in pack.services.items() if s.process and not s.restricted_to]
    known = Customer.objects.filter(organisation=company, customer_class__in=ASKING)
    for index, customer in enumerate(known.order_by("pk")):
        service, entry = services[index % len(services)]
        at = now - timedelta(days=1 + 23 * index)
        closed = pack.processes[entry.process or ""].closes_on[0]
        request = Request(
            service=service, channel=CHANNELS[index % len(CHANNELS)],
            narrative=f"历史事项：{entry.title.zh}", token=f"demo-{company.code}-past-{index}",
            customer=customer, contact_name=customer.name, contact_phone=customer.phone,
        )  # fmt: skip
        done = at + timedelta(hours=6)
        # What is recorded did happen: no rule judges what was closed before we began.
        case = lodge(
            company=company, request=request, at=at, now=done, by=by, judged=(),
            then=[Event(name=closed, at=done)],
        )  # fmt: skip
        if by is not None:
            note_contact(
                company=company, by=by, now=at, channel=request.channel, need=request.narrative,
                answer="已受理并告知办理时限。", phone=customer.phone, customer=customer, case=case,
            )  # fmt: skip
        if case.closed_at is not None:
            rate(case=case, said=ANSWERS[index % len(ANSWERS)], via="phone", now=done, by=None)
