"""What nobody does alone: who may confirm, who hears of it, and the ways around that are shut."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from chengnuo.ledger.models import Entry
from chengnuo.obligations.restricting import knowing_roles
from chengnuo.people import dual_control, house
from chengnuo.people.models import Change, Holding, Message
from chengnuo.people.queries import posts_of
from chengnuo.people.services import hire
from chengnuo.rules.refusing import Refused
from tests.companies import administrator, seat
from tests.companies import house as company
from tests.rules.world import at

NOW = at("2026-03-09 10:00")
WATCHERS = dual_control.Watchers(
    restricted=frozenset({"inspection"}), auditing=frozenset({"group-supervision", "inspection"})
)


@pytest.fixture
def firm(db):
    return company(roles=("inspection", "hotline-agent", "group-supervision", "network"))


@pytest.fixture
def keeper(firm):
    return administrator(firm)


@pytest.fixture
def other(firm, keeper):
    """A second administrator, of long standing."""
    return seat(firm.units["network"], "administrator", "T-01", firm.posts["general-manager"])[1]


@pytest.fixture
def clerk(firm):
    return firm.people["hotline-agent"]


def propose(firm, person, by, now=NOW, role="inspection"):
    return dual_control.seat(
        person=person, post=firm.posts[role], watchers=WATCHERS, by=by, now=now
    )


def confirm(change, by, now=NOW, confirmed=True):
    return dual_control.decide(
        change=change, confirmed=confirmed, watchers=WATCHERS, by=by, now=now
    )


def holds(person, now=NOW):
    return "inspection" in {p.role for p in posts_of(staff=person, at=now)}


def test_the_roles_that_know_of_restricted_matters_are_the_packs(firm):
    known = knowing_roles(company=firm.company, at=NOW)
    assert "inspection" in known
    assert "hotline-agent" not in known


def test_a_post_that_knows_is_filled_by_two(firm, keeper, other, clerk):
    waits = propose(firm, clerk, keeper).waits
    assert not holds(clerk)
    confirm(waits, other)
    assert holds(clerk)
    told = [(e.kind, e.actor_id) for e in Entry.objects.order_by("seq")][-3:]
    assert told == [
        ("change.proposed", keeper.pk), ("change.confirmed", other.pk), ("post.taken", keeper.pk),
    ]  # fmt: skip


def test_another_post_is_filled_by_one(firm, keeper, clerk):
    assert propose(firm, clerk, keeper, role="network").waits is None
    assert "network" in {p.role for p in posts_of(staff=clerk, at=NOW)}


def test_supervision_the_head_and_the_person_hear_of_both(firm, keeper, other, clerk):
    confirm(propose(firm, clerk, keeper).waits, other)
    heard = dict.fromkeys(Message.objects.values_list("staff_id", flat=True))
    wanted = {firm.people["inspection"], firm.people["group-supervision"], firm.top, clerk}
    assert {p.pk for p in wanted} <= set(heard)
    assert Message.objects.filter(staff=firm.people["inspection"]).count() == 2


@pytest.mark.parametrize("who", ["keeper", "clerk", "agent"])
def test_nor_who_proposed_nor_whom_it_is_about_nor_anybody_confirms(firm, keeper, other, who):
    person = firm.people["group-supervision"]
    waits = propose(firm, person, keeper).waits
    by = {"keeper": keeper, "clerk": person, "agent": firm.people["hotline-agent"]}[who]
    with pytest.raises(Refused):
        confirm(waits, by)
    assert not holds(person)


@pytest.mark.parametrize("who", ["top", "group-supervision", "inspection"])
def test_the_head_and_supervision_confirm_as_well(firm, keeper, clerk, who):
    by = firm.top if who == "top" else firm.people[who]
    confirm(propose(firm, clerk, keeper).waits, by)
    assert holds(clerk)


def test_an_administrator_never_holds_such_a_post(firm, keeper, other, clerk):
    """Neither himself nor another, nor by being made one of the two first, nor while it waits."""
    for person, by in ((keeper, keeper), (keeper, other), (other, keeper)):
        with pytest.raises(Refused):
            propose(firm, person, by)
    inspector = firm.people["inspection"]
    with pytest.raises(Refused):
        dual_control.seat(
            person=inspector, post=Holding.objects.get(staff=keeper).post, watchers=WATCHERS,
            by=other, now=NOW,
        )  # fmt: skip
    waits = propose(firm, clerk, keeper).waits
    house.seat(person=clerk, post=Holding.objects.get(staff=other).post, by=keeper, now=NOW)
    with pytest.raises(Refused):
        confirm(waits, firm.top)
    assert not holds(clerk)


def second_sign_in(firm, keeper, how):
    """Another administrator whose sign-in the first one gave him a moment ago."""
    post = Holding.objects.get(staff=keeper).post
    if how == "hired":
        made, _ = house.take_on(
            badge="T-77", name="新人", name_en="", phone="", unit=firm.company, by=keeper, now=NOW
        )
        dual_control.seat(person=made, post=post, watchers=WATCHERS, by=keeper, now=NOW)
        return made
    made = hire(badge="T-78", name="旧人", organisation=firm.company, password="x", now=NOW)
    house.seat(person=made, post=post, by=firm.top, now=NOW - timedelta(days=30))
    if how == "password":
        house.reset_password(person=made, by=keeper, now=NOW)
    return made


@pytest.mark.parametrize("how", ["hired", "password"])
def test_two_sign_ins_of_one_person_are_not_two_people(firm, keeper, clerk, how):
    """Nor the other way round; after some days the other would have noticed."""
    twin = second_sign_in(firm, keeper, how)
    for proposer, confirmer in ((keeper, twin), (twin, keeper)):
        waits = propose(firm, clerk, proposer).waits
        with pytest.raises(Refused):
            confirm(waits, confirmer)
        confirm(waits, firm.top, confirmed=False)
    waits = propose(firm, clerk, keeper).waits
    confirm(waits, twin, now=NOW + dual_control.SETTLED + timedelta(minutes=1))
    assert holds(clerk, NOW + timedelta(days=9))


def test_a_refused_change_changes_nothing_and_is_decided_once(firm, keeper, other, clerk):
    waits = propose(firm, clerk, keeper).waits
    confirm(waits, other, confirmed=False)
    assert not holds(clerk)
    with pytest.raises(Refused):
        confirm(waits, firm.top)
    assert not holds(clerk)


def test_the_same_change_waits_once(firm, keeper, other, clerk):
    propose(firm, clerk, keeper)
    with pytest.raises(Refused):
        propose(firm, clerk, other)
    assert Change.objects.count() == 1


def test_the_database_knows_two_people(firm, keeper, other, clerk):
    waits = propose(firm, clerk, keeper).waits
    for by in (keeper, clerk):
        wrong = {"decided_by": by, "decided_at": NOW, "confirmed": True}
        with pytest.raises(IntegrityError), transaction.atomic():
            Change.objects.filter(pk=waits.pk).update(**wrong)


@pytest.mark.parametrize(
    ("who", "above"),
    [
        ("general-manager", True),
        ("inspection", True),  # knows of restricted matters
        ("group-supervision", True),
        ("hotline-agent", False),
        ("network", False),
    ],
)
def test_the_sign_in_of_somebody_above_is_opened_by_two(firm, keeper, who, above):
    person = firm.people[who]
    asked = {"person": person, "watchers": WATCHERS, "by": keeper, "now": NOW}
    before = person.password
    for reset in (dual_control.reset_password, dual_control.reset_factor):
        assert (reset(**asked).waits is not None) is above
    person.refresh_from_db()
    assert (person.password == before) is above


def test_a_superior_stays_one_when_the_reporting_line_is_changed(firm, keeper):
    house.put_under(post=posts_of(staff=keeper, at=NOW)[0], superior=None, by=keeper, now=NOW)
    wanted = {"watchers": WATCHERS, "by": keeper, "now": NOW}
    assert dual_control.is_above(person=firm.top, **wanted)


def test_the_password_of_a_superior_goes_to_who_confirmed(firm, keeper, other):
    asked = {"person": firm.top, "watchers": WATCHERS, "by": keeper, "now": NOW}
    waits = dual_control.reset_password(**asked).waits
    came = confirm(waits, other)
    firm.top.refresh_from_db()
    assert firm.top.check_password(came.password)
    assert firm.top.must_change_password
