"""What an administrator does with staff and posts, and what he cannot."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.utils import translation

from chengnuo.ledger.models import Entry
from chengnuo.people import house
from chengnuo.people.access import (
    ADMINISTRATOR,
    keeps_house_only,
    may_administer,
    may_audit,
    needs_second_factor,
)
from chengnuo.people.models import Organisation, Post, Staff
from chengnuo.people.passwords import REMEMBERED
from chengnuo.people.queries import posts_in, posts_of, roster_of, staff_of
from chengnuo.people.services import found_organisation, hire
from chengnuo.rules.refusing import Refused

NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
WORDS = "zwoelf-Boxkaempfer-7"
AUDITING = {"supervision"}


def unit(code, parent=None, pack=""):
    return found_organisation(
        code=code, name_zh=code, name_en=code, kind="company", now=NOW, parent=parent, pack=pack
    )


def post(place, role, by, *, head=False, reports_to=None):
    return house.set_out(
        unit=place, role=role, title_zh=role, title_en=role, is_head=head, reports_to=reports_to,
        by=by, now=NOW,
    )  # fmt: skip


@pytest.fixture
def firm(db):
    return unit("C", pack="p")


@pytest.fixture
def boss(firm):
    """The administrator, on a post of his own."""
    place = unit("C-house", firm)
    person = hire(badge="C00", name="演示系统管理员", organisation=place, password="x", now=NOW)
    held = post(place, ADMINISTRATOR, person, head=True)
    house.seat(person=person, post=held, by=person, now=NOW)
    return person


@pytest.fixture
def clerk(firm, boss):
    person, _ = house.take_on(
        badge="C01", name="演示员工", name_en="Demo Clerk", phone="0571-1234", unit=firm, by=boss,
        now=NOW,
    )  # fmt: skip
    return person


def told():
    return Entry.objects.order_by("seq").last()


def test_who_is_hired_gets_a_password_for_one_time(firm, boss):
    person, password = house.take_on(
        badge="C07", name="演示新人", name_en="", phone="", unit=firm, by=boss, now=NOW
    )
    assert person.check_password(password)
    assert person.must_change_password
    assert (told().kind, told().actor_id) == ("staff.hired", boss.pk)
    assert password not in told().payload


@pytest.mark.parametrize("badge", ["C01", "c01"])
def test_a_badge_belongs_to_one(firm, boss, clerk, badge):
    with pytest.raises(Refused) as refused:
        house.take_on(badge=badge, name="x", name_en="", phone="", unit=firm, by=boss, now=NOW)
    assert refused.value.field == "badge"


def test_who_is_dismissed_holds_nothing_and_is_in_no_session(firm, boss, clerk):
    held = post(firm, "service", boss)
    house.seat(person=clerk, post=held, by=boss, now=NOW)
    before = clerk.get_session_auth_hash()
    house.dismiss(person=clerk, by=boss, now=LATER)
    clerk.refresh_from_db()
    assert not clerk.is_active
    assert clerk.get_session_auth_hash() != before
    assert posts_of(staff=clerk, at=LATER) == []
    assert (
        roster_of(company=Organisation.objects.get(pk=firm.pk)).seats[held.pk].holders(LATER) == []
    )
    assert list(Entry.objects.order_by("seq").values_list("kind", flat=True))[-2:] == [
        "post.left",
        "staff.dismissed",
    ]


def test_who_was_dismissed_can_come_back(boss, clerk):
    house.dismiss(person=clerk, by=boss, now=NOW)
    password = house.take_back(person=Staff.objects.get(pk=clerk.pk), by=boss, now=LATER)
    clerk.refresh_from_db()
    assert clerk.is_active
    assert clerk.check_password(password)


def test_nobody_dismisses_himself_and_the_last_administrator_stays(firm, boss, clerk):
    with pytest.raises(Refused):
        house.dismiss(person=boss, by=boss, now=LATER)
    with pytest.raises(Refused) as refused:
        house.unseat(holding=boss.holdings.get(), by=boss, now=LATER)
    assert "last administrator" in refused.value.text.en
    # with another one he may go
    house.seat(person=clerk, post=boss.holdings.get().post, by=boss, now=NOW)
    house.dismiss(person=boss, by=clerk, now=LATER)
    assert not Staff.objects.get(pk=boss.pk).is_active


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        ("kurz-9", "10"),
        ("passwort-C01-abc", "staff number"),
        ("qwertyuiop", "common"),
        ("5839104726", "numeric"),
        ("here-is-Clerk-9", "staff number"),
    ],
)
def test_passwords_that_are_refused(clerk, password, wrong):
    with translation.override("en"), pytest.raises(house.PasswordRefused) as refused:
        house.change_password(person=clerk, password=password, now=NOW)
    [reason] = refused.value.reasons
    assert wrong in reason.en


def test_an_old_password_does_not_come_back_soon(clerk):
    house.change_password(person=clerk, password=f"{WORDS}0", now=NOW)
    for turn in range(1, REMEMBERED + 2):
        with pytest.raises(house.PasswordRefused):
            house.change_password(person=clerk, password=f"{WORDS}0", now=NOW)
        house.change_password(
            person=clerk, password=f"{WORDS}{turn}", now=NOW + turn * LATER.resolution
        )
    house.change_password(person=clerk, password=f"{WORDS}0", now=LATER)
    assert clerk.past_passwords.count() == REMEMBERED


def test_ones_own_password_is_the_end_of_the_one_time_one(clerk):
    before = clerk.get_session_auth_hash()
    house.change_password(person=clerk, password=WORDS, now=LATER)
    kept = Staff.objects.get(pk=clerk.pk)
    assert check_password(WORDS, kept.password)
    assert not kept.must_change_password
    assert kept.get_session_auth_hash() == clerk.get_session_auth_hash() != before
    assert told().kind == "password.changed"
    assert WORDS not in told().payload


def test_a_line_that_comes_back_to_itself_is_refused(firm, boss):
    top = post(firm, "head", boss, head=True)
    middle = post(firm, "service", boss, reports_to=top)
    low = post(firm, "network", boss, reports_to=middle)
    with pytest.raises(Refused):
        house.put_under(post=top, superior=Post.objects.get(pk=low.pk), by=boss, now=NOW)
    house.put_under(post=low, superior=top, by=boss, now=NOW)
    assert (
        roster_of(company=Organisation.objects.get(pk=firm.pk)).seats[low.pk].reports_to == top.pk
    )


def test_a_unit_has_one_head_and_a_post_nobody_twice(firm, boss, clerk):
    top = post(firm, "head", boss, head=True)
    with pytest.raises(Refused):
        post(firm, "second", boss, head=True)
    house.seat(person=clerk, post=top, by=boss, now=NOW)
    with pytest.raises(Refused):
        house.seat(person=clerk, post=top, by=boss, now=NOW)
    house.dismiss(person=clerk, by=boss, now=LATER)
    with pytest.raises(Refused):
        house.seat(person=Staff.objects.get(pk=clerk.pk), post=top, by=boss, now=LATER)


def test_vacant_posts_and_people_without_one_are_found(firm, boss, clerk):
    vacant = post(firm, "service", boss)
    assert [p.pk for p in posts_in(company=firm) if not p.seated] == [vacant.pk]
    assert [s.badge for s in staff_of(company=firm, words="", only="idle")] == ["C01"]
    assert [s.badge for s in staff_of(company=firm, words="clerk", only="active")] == ["C01"]
    assert [s.badge for s in staff_of(company=firm, words="演示 c0", only="all")] == ["C00", "C01"]


def test_who_may_what(firm, boss):
    chief = post(firm, "general-manager", boss, head=True)
    supervision = post(firm, "supervision", boss)
    clerk = post(firm, "service", boss)
    own = posts_of(staff=boss, at=NOW)
    assert (may_administer(own), may_audit(own, auditing=AUDITING), keeps_house_only(own)) == (
        True,
        True,
        True,
    )
    for one, audits in ((chief, True), (supervision, True), (clerk, False)):
        assert (may_administer([one]), may_audit([one], auditing=AUDITING)) == (False, audits)
        assert not keeps_house_only([one])
    assert not keeps_house_only([*own, clerk])
    assert not keeps_house_only([])
    assert needs_second_factor(own, chosen=[], administrators=True)
    assert not needs_second_factor(own, chosen=[], administrators=False)
    assert needs_second_factor([clerk], chosen=["service"], administrators=False)


@pytest.mark.parametrize(
    ("roles", "administers", "audits", "second_factor"),
    [
        (("service",), False, False, False),
        (("service", ADMINISTRATOR), True, True, True),
        ((ADMINISTRATOR, "service"), True, True, True),
        (("service", "supervision"), False, True, False),
        (("supervision", "service"), False, True, False),
        (("service", "dispatch"), False, False, True),
        (("dispatch", "service"), False, False, True),
        ((), False, False, False),
    ],
)
def test_one_of_several_posts_is_enough(firm, boss, roles, administers, audits, second_factor):
    posts = [post(firm, role, boss) for role in roles]
    assert may_administer(posts) is administers
    assert may_audit(posts, auditing=AUDITING) is audits
    asked = needs_second_factor(posts, chosen=["dispatch"], administrators=True)
    assert asked is second_factor


def test_the_head_of_a_department_reads_no_looks(firm, boss):
    """The head of the company does; with another post beside it as well."""
    department = post(unit("C-d", firm), "service", boss, head=True)
    top = post(firm, "general-manager", boss, head=True)
    assert not may_audit([department], auditing=AUDITING)
    assert may_audit([department, top], auditing=AUDITING)
