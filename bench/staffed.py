"""A water company with five departments and their people, for the benchmarks of pages.

Made through the same verbs as a real house, so that who sees what is decided as it is there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bench.world import NOW, PASSWORD

CODE = "P1"
PACK = "water-company"
SINCE = NOW - timedelta(days=800)
# Code of the unit, its name, so many of a thousand cases, and its people: badge, role. The first
# of them heads it.
COMPANY = (("P-GM", "general-manager"), ("P-VP", "vice-president"))
UNITS = (
    ("P1-C", "客服部", 200, (
        ("P-CM", "cs-manager"), ("P-CD", "cs-department"), ("P-H1", "hotline-agent"),
        ("P-H2", "hotline-agent"), ("P-H3", "hotline-agent"), ("P-CS", "cs-specialist"),
        ("P-AS", "acceptance-supervisor"),
    )),
    ("P1-N", "管网部", 400, (("P-NW", "network"), ("P-C1", "crew"), ("P-C2", "crew"))),
    ("P1-E", "工程公司", 200, (("P-EN", "engineering"), ("P-ED", "department-manager"))),
    ("P1-T", "水质检测中心", 120, (("P-TC", "testing-centre"),)),
    ("P1-I", "稽查部", 80, (("P-IN", "inspection"), ("P-AD", "administration"))),
)  # fmt: skip
# Who looks at the pages, and how much of the company he sees.
VIEWERS = {
    "company": ("P-CM", "the head of customer service"),
    "unit": ("P-NW", "the head of a unit with 40 %"),
    "agent": ("P-H1", "a hotline agent"),
}


@dataclass(slots=True)
class House:
    """The company with its units by code and its people by role, the first of each role."""

    company: Any
    units: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)


def found_house() -> House:
    """The company, its departments, and everybody on his post."""
    from chengnuo.obligations.services import install
    from chengnuo.packs.loader import load
    from chengnuo.people.services import found_organisation

    install(loaded=load(PACK), now=SINCE)
    company = found_organisation(
        code=CODE, name_zh="示例水务公司", name_en="Example Water", kind="company", now=SINCE,
        pack=PACK,
    )  # fmt: skip
    made = House(company)
    top = _seat(made, company, COMPANY, above=None)
    for code, name, _share, people in UNITS:
        unit = found_organisation(
            code=code, name_zh=name, name_en=name, kind="department", now=SINCE, parent=company
        )
        made.units[code] = unit
        _seat(made, unit, people, above=top)
    company.refresh_from_db()
    return made


def _seat(made: House, unit: Any, people: tuple[tuple[str, str], ...], above: Any) -> Any:
    """A post and a person for each; the first heads the unit, and the others report to him."""
    from chengnuo.people.services import appoint, hire, open_post

    head = None
    for badge, role in people:
        post = open_post(
            organisation=unit, role=role, title_zh=role, title_en=role, now=SINCE,
            is_head=head is None, reports_to=head or above,
        )  # fmt: skip
        head = head or post
        person = hire(badge=badge, name=badge, organisation=unit, password=PASSWORD, now=SINCE)
        appoint(staff=person, post=post, now=SINCE)
        made.people.setdefault(role, person)
    return head


def hours_after(begin: datetime, hours: float) -> datetime:
    return begin + timedelta(hours=hours)
