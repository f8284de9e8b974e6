# ruff: noqa: E501 (a row is one line, so that it can be read)
"""Who sees the contact of a case, and how much: role × kind of case × place.

Where lists, files and workbooks used to decide for themselves they differed for who asked in
confidence; the strictest holds: such a contact is on no list, and the handling unit does not see it.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from chengnuo.cases.break_glass import break_glass
from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.disclosure.contacts import (
    Place,
    Sight,
    Viewer,
    callback_contact,
    callers,
    contact_of,
    exported_contact,
    is_of_telephone,
    sight_of,
)
from chengnuo.people.queries import posts_of
from tests.companies import house
from tests.rules.world import at

NOON = at("2026-03-10 12:00")
SOON = NOON + timedelta(minutes=10)
FULL, MASKED, HIDDEN = Sight.FULL, Sight.MASKED, Sight.HIDDEN
NUMBER = "13800000001"


@pytest.fixture
def power(db):
    grid = house("power-grid", code="P")
    roles = ("supervision", "agent", "marketing", "supply-unit", "crew", "manager")
    return house("power-subsidiary", code="S", parent=grid.company, roles=roles)


def taken(firm, **more) -> Case:
    """A complaint that the agent took in and the supply unit handles."""
    by = firm.people["agent"]
    request = Request(
        service="service-complaint", channel="phone", narrative="示例诉求", token=f"c-{more}",
        contact_name="演示客户甲", contact_phone=NUMBER, address="示例市示例路1号1单元101室", **more,
    )  # fmt: skip
    case = lodge(company=firm.again(), request=request, at=NOON, now=NOON, by=by)
    return hand_over(case=case, to=firm.units["supply-unit"], by=by, now=NOON)


def viewer(firm, role) -> Viewer:
    staff = firm.people[role]
    return Viewer(staff, posts_of(staff=staff, at=SOON), SOON)


@pytest.mark.parametrize(
    ("role", "confidential", "file", "worklist", "overview"),
    [
        # an ordinary case
        ("agent",       False, FULL,   FULL,   MASKED),  # took it in
        ("supply-unit", False, FULL,   FULL,   MASKED),  # handles it
        ("marketing",   False, MASKED, MASKED, MASKED),  # another department
        ("supervision", False, MASKED, MASKED, MASKED),
        # somebody asked in confidence
        ("agent",       True,  FULL,   HIDDEN, HIDDEN),
        ("supply-unit", True,  HIDDEN, HIDDEN, HIDDEN),
        ("marketing",   True,  HIDDEN, HIDDEN, HIDDEN),
        ("supervision", True,  HIDDEN, HIDDEN, HIDDEN),
    ],
)  # fmt: skip
def test_who_sees_how_much_where(power, role, confidential, file, worklist, overview):
    case, who = taken(power, confidential=confidential), viewer(power, role)
    seen = [sight_of(case=case, viewer=who, place=place) for place in Place]
    assert seen == [file, worklist, overview]


@pytest.mark.parametrize(
    ("role", "confidential", "looked", "file"),
    [
        ("marketing",   False, True,  FULL),    # said why
        ("supply-unit", True,  True,  HIDDEN),  # a plain look opens nothing that is confidential
        ("agent",       True,  True,  FULL),
    ],
)  # fmt: skip
def test_what_a_recorded_look_opens(power, role, confidential, looked, file):
    case, who = taken(power, confidential=confidential), viewer(power, role)
    assert sight_of(case=case, viewer=who, place=Place.FILE, looked=looked) is file
    listed = sight_of(case=case, viewer=who, place=Place.WORKLIST, looked=looked)
    assert listed is (HIDDEN if confidential else MASKED)


def test_who_breaks_the_glass_sees_the_file_and_still_no_list(power):
    case, who = taken(power, confidential=True), viewer(power, "supply-unit")
    break_glass(
        case=case, by=who.staff, company=power.company, why="上级要求立即核实情况，须查看", now=SOON
    )
    seen = [sight_of(case=case, viewer=who, place=place) for place in Place]
    assert seen == [FULL, HIDDEN, HIDDEN]


def test_what_is_shown_is_what_was_decided(power):
    case = taken(power)
    full = contact_of(case=case, viewer=viewer(power, "agent"), place=Place.FILE)
    assert (full.name, full.phone, full.in_full) == ("演示客户甲", NUMBER, True)
    masked = contact_of(case=case, viewer=viewer(power, "marketing"), place=Place.FILE)
    assert (masked.name, masked.phone) == ("演****", "138****0001")
    assert "101" not in masked.address
    secret = taken(power, confidential=True)
    hidden = contact_of(case=secret, viewer=viewer(power, "supply-unit"), place=Place.FILE)
    assert (hidden.name, hidden.phone, hidden.address, hidden.hidden) == ("", "", "", True)


def test_a_callback_shows_the_number_under_a_look_alone(power):
    case, who = taken(power), viewer(power, "agent")
    assert callback_contact(case=case, viewer=who, looked=False).phone == "138****0001"
    assert callback_contact(case=case, viewer=who, looked=True).phone == NUMBER
    secret = taken(power, confidential=True)
    assert callback_contact(case=secret, viewer=viewer(power, "marketing"), looked=True).hidden


@pytest.mark.parametrize(
    ("confidential", "masked", "name", "phone"),
    [
        (False, True,  "演****",   "138****0001"),
        (False, False, "演示客户甲", NUMBER),
        (True,  True,  "***",     "***"),
        (True,  False, "***",     "***"),  # not even for a reason that is on record
    ],
)  # fmt: skip
def test_what_leaves_the_house_in_a_file(power, confidential, masked, name, phone):
    case = taken(power, confidential=confidential)
    shown = exported_contact(case=case, masked=masked)
    assert (shown.name, shown.phone) == (name, phone)
    assert ("101" in shown.address) is not (confidential or masked)


def test_callers_are_seen_as_the_case_is(power):
    case = taken(power)
    assert [c.phone for c in callers(case=case, sight=FULL)] == [NUMBER]
    assert [c.phone for c in callers(case=case, sight=MASKED)] == ["138****0001"]
    assert callers(case=case, sight=HIDDEN) == []


@pytest.mark.parametrize(
    ("phone", "same"),
    [(NUMBER, True), ("+86 138-0000-0001", True), ("13800000002", False), ("", False)],
)
def test_a_telephone_is_compared_and_never_shown(power, phone, same):
    assert is_of_telephone(case=taken(power), phone=phone) is same
    assert is_of_telephone(case=None, phone=phone) is False
