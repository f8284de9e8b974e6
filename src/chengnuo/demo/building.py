"""The demonstration: plainly invented organisations with staff for every role, customers and cases.

Refused in production. The password is made at random on the first start and kept in var/.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ImproperlyConfigured

from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.customers.models import Customer
from chengnuo.demo import callbacks as demo_callbacks
from chengnuo.demo import conduct as demo_conduct
from chengnuo.demo import customers as demo_customers
from chengnuo.demo.cases import CASES
from chengnuo.obligations.duties import open_periods
from chengnuo.obligations.services import install
from chengnuo.obligations.ticking import tick
from chengnuo.packs.loader import load
from chengnuo.packs.schema import Pack, RoleShape
from chengnuo.people.access import ADMINISTRATOR, HOUSE_ROLES
from chengnuo.people.lines import Lines, publish_lines
from chengnuo.people.models import Organisation, OrganisationKind, Post, Staff
from chengnuo.people.services import appoint, found_organisation, hire, open_post

# code, pack, Chinese, English, code of the organisation above
COMPANIES = (
    ("DG", "gas-company", "示例天然气公司", "Example Natural Gas Co.", "DEMO"),
    ("DA", "gas-appliance", "示例燃具安装维修公司", "Example Gas Appliance Co.", "DEMO"),
    ("DC", "gas-callcentre", "示例燃气呼叫中心", "Example Gas Call Centre", "DEMO"),
    ("DW", "water-company", "示例水务公司", "Example Water Co.", "DEMO"),
    ("DP", "power-grid", "示例电网集团", "Example Power Grid (group)", None),
    ("DS", "power-subsidiary", "示例省电力公司", "Example Provincial Power Co.", "DP"),
)
CODES = tuple(code for code, *_rest in COMPANIES)
# Printed at once: who takes a call, works on it, oversees it, keeps the house.
FIRST = (
    ("DW09", "热线坐席员", "Hotline agent"),
    ("DW03", "管网部", "Network department"),
    ("DW02", "分管副总", "Vice-president in charge"),
    ("DW00", "系统管理员", "System administrator"),
    ("DP01", "电网集团领导", "Leader of the power group"),
)
# Numbers that nobody has.
LINES = Lines("400-000-0000", "400-000-0001")
AT_THE_TOP = ("general-manager", "vice-president")
DEPARTMENT_ENDS = ("部", "部门", "中心", "总经办", "部门（施工单位）", "单位", "（监察部）")


# A title and how many steps there are; yields what moves on by so many of them.
Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


@contextmanager
def in_silence(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """For who does not watch."""
    yield lambda steps: None


@dataclass(slots=True)
class Company:
    """A demo company while it is being built."""

    organisation: Organisation
    pack: Pack
    units: dict[str, Organisation] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    signs: list[tuple[str, str]] = field(default_factory=list)


def refuse_in_production() -> None:
    """Raises ImproperlyConfigured."""
    if settings.PRODUCTION:
        raise ImproperlyConfigured("the demonstration is not for production (CHENGNUO_ENV)")


def prepare(*, now: datetime, company: str = "", progress: Progress = in_silence) -> str:
    """Make the demonstration, once, in a migrated database; returns the first sign-ins as a text,
    or a company's."""
    refuse_in_production()
    password = _password()
    if not Organisation.objects.filter(code="DEMO").exists():
        _build(password, now, progress)
    if company:
        return sign_ins_of(company=company, password=password)
    return sign_ins(password=password)


def _password() -> str:
    path = settings.VAR / "demo_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"demo-{secrets.token_hex(4)}", encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


def _build(password: str, now: datetime, progress: Progress) -> None:
    since = now - timedelta(days=400)
    # One password for all of them, so one hash: a good hash is slow on purpose.
    hashed = make_password(password)
    above: dict[str, Organisation] = {}
    above["DEMO"] = found_organisation(
        code="DEMO", name_zh="示例能源集团", name_en="Example Energy Group",
        kind=OrganisationKind.GROUP, now=since,
    )  # fmt: skip
    with progress("demo / 示例数据", len(COMPANIES)) as advance:
        for code, pack_id, name_zh, name_en, parent in COMPANIES:
            loaded = load(pack_id)
            install(loaded=loaded, now=since)
            kind = OrganisationKind.GROUP if parent is None else OrganisationKind.COMPANY
            organisation = found_organisation(
                code=code, name_zh=name_zh, name_en=name_en, kind=kind, now=since,
                parent=above.get(parent or ""), pack=pack_id,
            )  # fmt: skip
            above[code] = organisation
            company = Company(organisation, loaded.pack)
            _staff(company, hashed, since)
            _customers(company, now)
            _cases(company, now)
            clerk = _first_agent(company)
            demo_customers.history(company=organisation, pack=loaded.pack, by=clerk, now=now)
            demo_callbacks.callbacks(company=organisation, pack_id=pack_id, now=now)
            advance(1)
    open_periods(now=now)
    while tick(now=now):
        pass
    demo_conduct.conduct(companies=above, now=now)


def _staff(company: Company, hashed: str, now: datetime) -> None:
    """A post and a person for every role of the pack; the reporting line runs up to the top."""
    roles = {i: r for i, r in company.pack.roles.items() if not _is_above(company, i)}
    top: Post | None = None
    for role_id in AT_THE_TOP:
        if role_id in roles:
            top = _post(company, company.organisation, role_id, roles[role_id], top, now, head=True)
    departments = {i: r for i, r in roles.items() if _is_department(i, r)}
    for role_id, role in departments.items():
        unit = _unit(company, role_id, role, now)
        company.units[role_id] = unit
        _post(company, unit, role_id, role, top, now, head=True)
    for role_id, role in roles.items():
        if role_id in departments or role_id in AT_THE_TOP:
            continue
        home = _home(company, role_id)
        unit = company.units.get(home, company.organisation)
        head = company.posts.get(home, top)
        _post(company, unit, role_id, role, head, now, head=False)
    for index, (role_id, post) in enumerate(company.posts.items(), start=1):
        badge = f"{company.organisation.code}{index:02d}"
        role = company.pack.roles[role_id]
        person = hire(
            badge=badge, name=f"演示{role.title.zh.split('（')[0]}"[:30],
            name_en=f"Demo {role.title.en}"[:80], organisation=post.organisation,
            password=None, hashed=hashed, now=now,
        )  # fmt: skip
        appoint(staff=person, post=post, now=now)
    _administrator(company, hashed, now)
    company.organisation.refresh_from_db()


def _administrator(company: Company, hashed: str, now: datetime) -> None:
    """Who keeps the house, in a unit of his own: what the company owes is not his."""
    code, title = company.organisation.code, HOUSE_ROLES[ADMINISTRATOR]
    unit = found_organisation(
        code=f"{code}-house", name_zh="信息化部", name_en="Information systems",
        kind=OrganisationKind.DEPARTMENT, now=now, parent=company.organisation,
    )  # fmt: skip
    post = open_post(
        organisation=unit, role=ADMINISTRATOR, title_zh=title.zh, title_en=title.en, now=now,
        is_head=True, reports_to=next(iter(company.posts.values()), None),
    )  # fmt: skip
    person = hire(
        badge=f"{code}00", name="演示系统管理员", name_en="Demo Administrator",
        organisation=unit, password=None, hashed=hashed, now=now,
    )  # fmt: skip
    appoint(staff=person, post=post, now=now)
    publish_lines(company=company.organisation, lines=LINES, by=person, now=now)


def _is_above(company: Company, role_id: str) -> bool:
    """Roles of the group are not staffed again in a subsidiary."""
    return role_id.startswith("group") and company.organisation.parent_id is not None


def _is_department(role_id: str, role: RoleShape) -> bool:
    return role_id not in AT_THE_TOP and role.title.zh.endswith(DEPARTMENT_ENDS)


def _home(company: Company, role_id: str) -> str:
    """The department a person's role sits in."""
    wanted = {
        "crew": ("network", "supply-unit", "maintenance"),
        "emergency-crew": ("maintenance",),
        "technician": ("maintenance",),
        "installer": ("maintenance",),
        "supply-unit-staff": ("supply-unit",),
        "hall-clerk": ("supply-unit",),
    }.get(role_id, ())
    service = ("cs-department", "cs-centre", "service-centre", "marketing", "service-department")
    return next((i for i in (*wanted, *service) if i in company.units), "")


def _unit(company: Company, role_id: str, role: RoleShape, now: datetime) -> Organisation:
    return found_organisation(
        code=f"{company.organisation.code}-{role_id}"[:20],
        name_zh=role.title.zh.split("（")[0],
        name_en=role.title.en,
        kind=OrganisationKind.DEPARTMENT,
        now=now,
        parent=company.organisation,
    )


def _post(
    company: Company,
    unit: Organisation,
    role_id: str,
    role: RoleShape,
    reports_to: Post | None,
    now: datetime,
    *,
    head: bool,
) -> Post:
    made = open_post(
        organisation=unit, role=role_id, title_zh=role.title.zh[:60], title_en=role.title.en[:80],
        now=now, is_head=head, reports_to=reports_to,
    )  # fmt: skip
    company.posts[role_id] = made
    return made


def _customers(company: Company, now: datetime) -> None:
    fact = company.pack.facts.get("area")
    demo_customers.customers(
        company=company.organisation, utility=company.pack.utility,
        areas=tuple(fact.values) if fact else (), now=now,
    )  # fmt: skip


def _cases(company: Company, now: datetime) -> None:
    """A few matters at different moments, some of them already too late."""
    customers = list(Customer.objects.filter(organisation=company.organisation).order_by("pk"))
    clerk = _first_agent(company)
    for index, case in enumerate(CASES.get(company.pack.id, ())):
        at = now - timedelta(minutes=case.minutes_ago)
        customer = customers[index % len(customers)]
        request = Request(
            service=case.service, channel=case.channel, narrative=case.narrative,
            token=f"demo-{company.organisation.code}-{index}", facts=dict(case.facts),
            customer=customer, contact_name=customer.name, contact_phone=customer.phone,
            address="示例市示例路1号1单元101室",
        )  # fmt: skip
        lodge(company=company.organisation, request=request, at=at, now=at, by=clerk)


def _first_agent(company: Company) -> Staff | None:
    """Who takes the calls."""
    for role_id in ("hotline-agent", "agent", "representative", "cs-department"):
        post = company.posts.get(role_id)
        holding = post.holdings.first() if post else None
        if holding is not None:
            return holding.staff
    return None


def sign_ins(*, password: str) -> str:
    """The few to begin with, and how to see those of a company."""
    lines = ["To begin with / 建议先用"]
    lines += [f"  {badge:6} {zh} / {en}" for badge, zh, en in FIRST]
    lines.append(f"Password for all / 统一密码: {password}")
    lines.append("Everybody of a company / 某公司的全部账号: chengnuo demo --sign-ins COMPANY")
    lines += [f"  {code:6} {zh} / {en}" for code, _pack, zh, en, _above in COMPANIES]
    return "\n".join(lines)


def sign_ins_of(*, company: str, password: str) -> str:
    """Who may sign in at one company, one a line."""
    _code, _pack, name_zh, name_en, _above = next(row for row in COMPANIES if row[0] == company)
    posts = Post.objects.filter(organisation__company__code=company, holdings__isnull=False)
    lines = [f"{name_zh} / {name_en}"]
    for post in posts.distinct().order_by("pk").prefetch_related("holdings__staff"):
        for holding in post.holdings.all():
            lines.append(f"  {holding.staff.badge:6} {post.title_zh} / {post.title_en}")
    return "\n".join([*lines, f"Password for all / 统一密码: {password}"])
