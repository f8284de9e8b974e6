"""What follows from a post beside single cases: whose month is told of, and what is not masked."""

from __future__ import annotations

import pytest

from chengnuo.cases.access import (
    has_in_full,
    in_full,
    is_in_full,
    leads,
    led_units,
    open_to,
    visible,
)
from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.people.models import Post
from chengnuo.people.queries import posts_of
from tests.companies import house, shipped
from tests.rules.world import at

NOON = at("2026-03-10 12:00")


@pytest.fixture
def water(db):
    return house("water-company", code="W")


def taken(water, service: str) -> Case:
    request = Request(service=service, channel="phone", narrative="路面冒水", token=service)
    agent = water.people["hotline-agent"]
    return lodge(company=water.again(), request=request, at=NOON, now=NOON, by=agent)


@pytest.fixture
def burst(water) -> Case:
    """Taken in by the hotline, handled by the network."""
    case = taken(water, "pipe-repair")
    if case.docket.handling_unit != water.units["network"]:
        case = hand_over(case=case, to=water.units["network"], by=None, now=NOON)
    return case


@pytest.mark.parametrize(
    ("role", "is_head", "leading"),
    [
        ("network", True, True),
        ("network", False, False),
        ("cs-manager", False, True),  # oversees the others
        ("hotline-agent", False, False),
        ("a role of no pack", False, False),
        ("a role of no pack", True, True),
    ],
)
def test_whose_month_is_told_of(role, is_head, leading):
    post = Post(role=role, is_head=is_head)
    assert leads(posts=[post], pack=shipped("water-company").pack) is leading
    assert leads(posts=[post], pack=None) is is_head


def test_one_of_several_posts_is_enough_to_lead():
    pack = shipped("water-company").pack
    posts = [Post(role="network", is_head=False), Post(role="cs-manager", is_head=False)]
    assert leads(posts=posts, pack=pack)
    assert not leads(posts=posts[:1], pack=pack)
    assert not leads(posts=[], pack=pack)


@pytest.mark.parametrize(
    ("role", "whole"),
    [
        ("general-manager", None),  # he heads the company and sees all of it
        ("cs-manager", None),
        ("network", {"network"}),
        ("meter-reader", set()),  # he sees what lies with him
    ],
)
def test_which_units_somebody_sees_whole(water, role, whole):
    person = water.people[role]
    posts = posts_of(staff=person, at=NOON)
    found = led_units(staff=person, posts=posts, company=water.company, at=NOON)
    assert found == (None if whole is None else {water.units[one].pk for one in whole})


@pytest.mark.parametrize(
    ("units", "full"),
    [
        (("network",), True),  # handles it
        (("hotline-agent",), True),  # took it in
        (("meter-reader", "network"), True),
        (("meter-reader", "testing-centre"), False),
        ((), False),
    ],
)
def test_who_needs_to_call_sees_the_telephone_in_full(water, burst, units, full):
    here = {water.units[role].pk for role in units}
    assert is_in_full(case=burst, units=here) is full
    assert Case.objects.filter(in_full(here)).exists() is full
    assert has_in_full(here) is full


@pytest.mark.parametrize("role", ["network", "inspection", "testing-centre"])
def test_of_his_own_unit_the_quick_way_shows_the_same(water, burst, role):
    """Also where a restricted matter lies with a unit that does not know of it."""
    report = taken(water, "violation-report")
    unit = water.units[role]
    for case in (burst, report):
        case.docket.handling_unit = unit
        case.docket.save()
    person = water.people[role]
    posts = posts_of(staff=person, at=NOON)
    who = {"staff": person, "posts": posts, "company": water.company, "at": NOON}
    here = Case.objects.filter(docket__handling_unit=unit)
    assert set(here.filter(open_to(**who))) == set(here.filter(visible(**who)))
    assert here.filter(open_to(**who)).count() == (2 if role == "inspection" else 1)
