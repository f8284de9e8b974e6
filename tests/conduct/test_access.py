"""Who sees what of a proceeding, speaks for whom, ends it, starts one and sees what is paid."""

from __future__ import annotations

import pytest

from chengnuo.conduct.access import PartyStanding, may_open, may_see_pay, standing_in, visible
from chengnuo.conduct.models import Part, Proceeding
from chengnuo.conduct.services import open_on_breach
from chengnuo.obligations.regulation import regulation_shown
from chengnuo.people.models import Staff
from chengnuo.people.queries import posts_of
from chengnuo.people.services import appoint, hire, open_post
from tests.companies import House, house
from tests.conduct.matters import breach_of, opinion_of, passed_on
from tests.rules.world import at

NOW = at("2026-03-20 10:00")
NOBODY = (0, "")


@pytest.fixture
def firm(db):
    return house("gas-appliance")


def opened_by(firm: House, role: str) -> Proceeding:
    """A proceeding with two parts: one falls on the technician, one on maintenance."""
    case = opinion_of(firm)
    passed_on(firm, case)
    return open_on_breach(
        breach=breach_of(case), by=firm.people[role], now=NOW, reason="经核实，需追究"
    )


def standing_of(proceeding: Proceeding, person: Staff) -> PartyStanding:
    posts = posts_of(staff=person, at=NOW)
    return standing_in(proceeding=proceeding, staff=person, posts=posts)


def seen(proceeding: Proceeding, person: Staff) -> int:
    """How many of the two parts are open to somebody; 0: the proceeding does not exist for him."""
    regulation = regulation_shown(company=proceeding.organisation, at=NOW)
    posts = posts_of(staff=person, at=NOW)
    who = {"staff": person, "posts": posts, "company": proceeding.organisation}
    standing = standing_of(proceeding, person)
    listed = Proceeding.objects.filter(visible(**who, regulation=regulation)).exists()
    assert listed is standing.sees
    return len(standing.shown(list(proceeding.parts.all())))


# role: parts seen, and what else: d(ecides), w(ithdraws), c(oncerned)
ROLES = {
    "general-manager": (2, "w"),
    "supervisor": (2, "w"),
    "cs-manager": (2, "w"),
    "hr": (2, "dw"),
    "technician": (1, "c"),
    "maintenance": (1, "c"),
    "agent": NOBODY,
    "cs-centre": NOBODY,
    "back-office": NOBODY,
    "gas-authority": NOBODY,
}


def rights(standing: PartyStanding) -> str:
    held = (standing.decides, standing.withdraws, standing.is_concerned)
    return "".join(sign for sign, has in zip("dwc", held, strict=True) if has)


def test_who_sees_what_of_it_and_may_end_it(firm):
    proceeding = opened_by(firm, "hr")
    found = {
        role: (seen(proceeding, firm.people[role]), rights(standing_of(proceeding, person)))
        for role, person in firm.people.items()
        if role in ROLES
    }
    assert found == ROLES


def test_a_sister_company_has_nothing_to_do_with_it(firm):
    proceeding, sister = opened_by(firm, "hr"), house("gas-appliance", code="X")
    for person in sister.people.values():
        assert (seen(proceeding, person), rights(standing_of(proceeding, person))) == NOBODY


def part_of(proceeding: Proceeding, firm: House, role: str) -> Part:
    return proceeding.parts.get(staff=firm.people[role])


def colleague(firm: House, role: str) -> Staff:
    """Somebody else in the unit of a role, not its head."""
    unit = firm.units[role]
    post = open_post(
        organisation=unit, role=role, title_zh=role, title_en=role, now=NOW, is_head=False,
        reports_to=firm.posts[role],
    )  # fmt: skip
    person = hire(badge=f"{role}-2", name=role, organisation=unit, password="two", now=NOW)
    appoint(staff=person, post=post, now=NOW)
    return person


def test_the_head_sees_what_falls_on_his_people_and_does_not_speak_for_them(firm):
    proceeding = opened_by(firm, "hr")
    other = colleague(firm, "technician")
    part = part_of(proceeding, firm, "technician")
    part.staff = other
    part.save()
    head = standing_of(proceeding, firm.people["technician"])
    assert (seen(proceeding, firm.people["technician"]), rights(head)) == (1, "")
    assert head.speaks_for == frozenset()
    assert standing_of(proceeding, other).speaks_for == {part.pk}
    assert (seen(proceeding, other), rights(standing_of(proceeding, other))) == (1, "c")


def test_the_head_speaks_for_his_department_and_his_people_see_nothing_of_it(firm):
    proceeding = opened_by(firm, "hr")
    other = colleague(firm, "technician")
    part = part_of(proceeding, firm, "technician")
    part.staff = None
    part.save()
    head = standing_of(proceeding, firm.people["technician"])
    assert (seen(proceeding, firm.people["technician"]), rights(head)) == (1, "c")
    assert head.speaks_for == {part.pk}
    assert (seen(proceeding, other), rights(standing_of(proceeding, other))) == NOBODY


def test_who_opened_it_sees_all_unless_it_falls_on_himself(firm):
    proceeding = opened_by(firm, "agent")
    agent = firm.people["agent"]
    assert (seen(proceeding, agent), rights(standing_of(proceeding, agent))) == (2, "")
    part = part_of(proceeding, firm, "technician")
    part.staff = agent
    part.save()
    assert (seen(proceeding, agent), rights(standing_of(proceeding, agent))) == (1, "c")


@pytest.mark.parametrize("role", ["hr", "supervisor", "general-manager"])
def test_on_whom_it_falls_neither_decides_nor_ends_it(firm, role):
    proceeding = opened_by(firm, "agent")
    part = part_of(proceeding, firm, "technician")
    part.staff = firm.people[role]
    part.save()
    assert rights(standing_of(proceeding, firm.people[role])) == "c"


OPENS = {
    "agent", "callback-officer", "cs-manager", "cs-centre", "supervisor", "hr", "general-manager",
}  # fmt: skip


def test_who_starts_one_and_who_sees_what_is_paid(firm):
    sister = house("gas-appliance", code="X")
    regulation = regulation_shown(company=firm.company, at=NOW)

    def those(may) -> set[str]:
        told = {"company": firm.company, "regulation": regulation}
        everybody = [*firm.people.items(), *((f"X {r}", p) for r, p in sister.people.items())]
        return {r for r, p in everybody if may(**told, posts=posts_of(staff=p, at=NOW))}

    assert those(may_open) == OPENS
    assert those(may_see_pay) == {"hr", "general-manager"}


def test_who_only_works_in_customer_service_starts_none(firm):
    posts = posts_of(staff=colleague(firm, "agent"), at=NOW)
    regulation = regulation_shown(company=firm.company, at=NOW)
    assert not may_open(company=firm.company, regulation=regulation, posts=posts)
