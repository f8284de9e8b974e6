"""Who owes, who stands in for a head, who is told, and who stands on a level of the escalation."""

from __future__ import annotations

import pytest

from chengnuo.obligations.models import Docket
from chengnuo.obligations.owners import Owner, escalation, owner_of, standing_in, told
from chengnuo.obligations.regulation import release_in_force
from chengnuo.obligations.services import new_docket
from chengnuo.people.models import Holding, Post, Staff
from chengnuo.people.services import appoint, hire, open_post, relieve, roster_changed
from tests.companies import LONG_AGO, House, house
from tests.rules.world import at

NOW = at("2026-03-09 10:00")
TOP = "general-manager"


@pytest.fixture
def firm(db):
    """The head of the house; below him the network and the hotline, with a head each; below the
    head of the network a fitter."""
    made = house("water-company", roles=("network", "hotline-agent"))
    made.posts["fitter"] = open_post(
        organisation=made.units["network"], role="fitter", title_zh="维修工", title_en="Fitter",
        now=LONG_AGO, reports_to=made.posts["network"],
    )  # fmt: skip
    made.people["fitter"] = another(made, "fitter")
    made.again()
    return made


def another(firm: House, role: str) -> Staff:
    """One more on a post."""
    count = Staff.objects.count()
    person = hire(
        badge=f"T-more{count}", name=role, organisation=firm.posts[role].organisation,
        password="one-more", now=LONG_AGO,
    )  # fmt: skip
    appoint(staff=person, post=firm.posts[role], now=LONG_AGO)
    return person


def left(firm: House, role: str) -> None:
    for holding in Holding.objects.filter(post=firm.posts[role], until=None):
        relieve(holding=holding, now=at("2026-03-09 09:00"))


def docket(firm: House, handling: str | None, accepting: str | None) -> Docket:
    units = {role: unit.pk for role, unit in firm.units.items()}
    return new_docket(
        company=firm.company, release=release_in_force(company=firm.company, at=NOW),
        subject_kind="case", subject="T-1", at=NOW, service="pipe-repair",
        accepting_unit=units.get(accepting or ""), handling_unit=units.get(handling or ""),
    )  # fmt: skip


# owed by, handled by, taken in by: the unit and the role with which it lies
OWNERS = {
    "the handling unit": ("handling_unit", "network", "hotline-agent", ("network", "")),
    "whoever handles it": ("handler", "network", "hotline-agent", ("network", "")),
    "its head": ("handling_head", "network", "hotline-agent", ("network", "head")),
    "who took it in": ("accepting_unit", "network", "hotline-agent", ("hotline-agent", "")),
    "who was asked first": ("first_asked", "network", "hotline-agent", ("hotline-agent", "")),
    "the house": ("organisation", "network", "hotline-agent", (TOP, "")),
    "a role": ("hotline-agent", "network", "network", ("hotline-agent", "hotline-agent")),
    "a role that nobody has": ("meter-reader", "network", "hotline-agent", ("network", "")),
    "handled by nobody yet": ("handling_unit", None, "hotline-agent", ("hotline-agent", "")),
    "by nobody yet, a head": ("handling_head", None, "hotline-agent", ("hotline-agent", "head")),
    "by nobody, taken in by nobody": ("handler", None, None, (TOP, "")),
    "taken in by nobody": ("accepting_unit", "network", None, (TOP, "")),
    "a role that nobody has, by nobody": ("meter-reader", None, None, (TOP, "")),
}


@pytest.mark.parametrize(("owed_by", "handling", "accepting", "lies"), OWNERS.values(), ids=OWNERS)
def test_where_it_lies(firm, owed_by, handling, accepting, lies):
    found = owner_of(
        owed_by=owed_by, docket=docket(firm, handling, accepting), company=firm.company
    )
    assert found == Owner(firm.units[lies[0]].pk, lies[1])


# a duty about every unit of the network's role, such as one inspection in each
EACH = {
    "owed by that role": ("network", "hotline-agent", ("hotline-agent", "network")),
    "owed by another": ("hotline-agent", "network", ("hotline-agent", "hotline-agent")),
    "before another in the alphabet": ("accepting_unit", "network", (TOP, "")),
    "of no unit": ("network", None, ("network", "network")),
}


@pytest.mark.parametrize(("owed_by", "handling", "lies"), EACH.values(), ids=EACH)
def test_a_duty_about_every_unit_lies_with_the_unit(firm, owed_by, handling, lies):
    about = docket(firm, handling, None)
    found = owner_of(owed_by=owed_by, docket=about, company=firm.company, each="network")
    assert found == Owner(firm.units[lies[0]].pk, lies[1])


# -- standing in for a head ------------------------------------------------------------------------


def stands_in(firm: House, *barred: str) -> str | None:
    not_by = {firm.people[role].pk for role in barred}
    unit = firm.units["network"].pk
    seat = standing_in(unit=unit, company=firm.again(), not_by=not_by)
    return seat.role if seat else None


@pytest.mark.parametrize(
    ("barred", "role"),
    [((), None), (("fitter",), None), (("network",), TOP), (("network", TOP), None)],
    ids=["nobody is barred", "another is", "the head is", "the head and his superior are"],
)
def test_the_superior_stands_in_where_the_head_may_not(firm, barred, role):
    assert stands_in(firm, *barred) == role


def test_nobody_stands_in_for_a_head_who_is_two(firm):
    another(firm, "network")
    assert stands_in(firm, "network") is None


def test_a_superior_who_may_not_either_is_passed_over(firm):
    post = open_post(
        organisation=firm.company, role="deputy", title_zh="副总", title_en="Deputy", now=LONG_AGO,
        reports_to=firm.posts[TOP],
    )  # fmt: skip
    firm.posts["deputy"] = post
    firm.people["deputy"] = another(firm, "deputy")
    Post.objects.filter(pk=firm.posts["network"].pk).update(reports_to=post)
    roster_changed(unit=firm.company)
    assert stands_in(firm, "network") == "deputy"
    assert stands_in(firm, "network", "deputy") == TOP


def test_a_line_that_comes_back_to_itself_ends(firm):
    Post.objects.filter(pk=firm.posts[TOP].pk).update(reports_to=firm.posts["network"])
    roster_changed(unit=firm.company)
    assert stands_in(firm, "network", TOP) is None


def test_what_a_barred_head_owes_lies_with_his_superior(firm):
    about = docket(firm, "network", "hotline-agent")
    found = owner_of(
        owed_by="handling_head", docket=about, company=firm.company,
        not_by={firm.people["network"].pk},
    )  # fmt: skip
    assert found == Owner(firm.company.pk, TOP)


# -- who is told -----------------------------------------------------------------------------------

TOLD = {
    "everybody in the unit": ("", (), {"network", "fitter"}),
    "the role in it": ("fitter", (), {"fitter"}),
    "its head": ("head", (), {"network"}),
    "the head of a role that is vacant": ("fitter", ("fitter",), {"network"}),
    "the superior of a head who is away": ("head", ("network",), {TOP}),
    "the superior of a unit that is empty": ("", ("network", "fitter"), {TOP}),
    "who is left of a unit": ("", ("network",), {"fitter"}),
}


@pytest.mark.parametrize(("role", "gone", "people"), TOLD.values(), ids=TOLD)
def test_a_message_goes_to(firm, role, gone, people):
    for one in gone:
        left(firm, one)
    owner = Owner(firm.units["network"].pk, role)
    found = told(owner=owner, company=firm.again(), at=NOW)
    assert {Staff.objects.get(pk=pk) for pk in found} == {firm.people[p] for p in people}


def test_who_is_told_for_a_vacant_role_is_its_own_superior(firm):
    """Not the head of the unit, where the role reports to somebody else."""
    Post.objects.filter(pk=firm.posts["fitter"].pk).update(reports_to=firm.posts[TOP])
    left(firm, "fitter")
    owner = Owner(firm.units["network"].pk, "fitter")
    assert told(owner=owner, company=firm.again(), at=NOW) == [firm.top.pk]
    assert escalation(to="line-1", owner=owner, company=firm.company, at=NOW) == [firm.top.pk]


LADDERS = {
    "a step from a role": ("line-1", "fitter", (), {"network"}),
    "two steps from it": ("line-2", "fitter", (), {TOP}),
    "a step from a unit": ("line-1", "", (), {TOP}),
    "a step from a head": ("line-1", "head", (), {TOP}),
    "beyond the top": ("line-2", "head", (), set()),
    "a role": ("hotline-agent", "head", (), {"hotline-agent"}),
    "a role that is vacant": ("hotline-agent", "head", ("hotline-agent",), set()),
    "a role that nobody has": ("meter-reader", "head", (), set()),
    "a seat that is vacant": ("line-1", "fitter", ("network",), set()),
}


@pytest.mark.parametrize(("to", "role", "gone", "people"), LADDERS.values(), ids=LADDERS)
def test_on_a_rung_stand(firm, to, role, gone, people):
    for one in gone:
        left(firm, one)
    owner = Owner(firm.units["network"].pk, role)
    found = escalation(to=to, owner=owner, company=firm.again(), at=NOW)
    assert {Staff.objects.get(pk=pk) for pk in found} == {firm.people[p] for p in people}
