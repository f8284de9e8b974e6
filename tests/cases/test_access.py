"""Who may see which case: reach by post, and what is restricted."""

from __future__ import annotations

import pytest

from chengnuo.cases.access import may_see, visible
from chengnuo.cases.models import Case
from chengnuo.cases.services import Request, lodge
from chengnuo.people.queries import posts_of
from tests.companies import house
from tests.rules.world import at

NOON = at("2026-03-10 12:00")


@pytest.fixture
def water(db):
    return house("water-company", code="W")


def taken(firm, service, by, **more) -> Case:
    request = Request(
        service=service,
        channel="phone",
        narrative="示例诉求",
        token=f"{service}-{by.badge}-{len(more)}-{Case.objects.count()}",
        contact_phone="13800000001",
        **more,
    )
    return lodge(company=firm.again(), request=request, at=NOON, now=NOON, by=by)


def seen_by(person, company) -> set[str]:
    """The numbers that a person sees, asked both ways."""
    posts = posts_of(staff=person, at=NOON)
    asked = {"staff": person, "posts": posts, "company": company, "at": NOON}
    listed = set(Case.objects.filter(visible(**asked)).values_list("number", flat=True))
    one_by_one = {c.number for c in Case.objects.all() if may_see(case=c, **asked)}
    assert listed == one_by_one
    return listed


REACH = {
    "hotline-agent": True,
    "cs-manager": True,
    "vice-president": True,
    "network": True,
    "crew": True,
    "testing-centre": False,
    "meter-reader": False,
    "inspection": False,
}


@pytest.mark.parametrize(("role", "sees"), REACH.items())
def test_a_burst_pipe_is_seen_by_those_whose_reach_takes_it_in(water, role, sees):
    agent = water.people["hotline-agent"]
    burst = taken(water, "pipe-repair", agent)
    assert (burst.number in seen_by(water.people[role], water.company)) is sees
