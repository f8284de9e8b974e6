"""Two administrators at the same moment: the house stays as its rules want it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chengnuo.ledger.queries import verify
from chengnuo.people import house
from chengnuo.people.access import ADMINISTRATOR
from chengnuo.people.models import Holding, Organisation, Post, Staff
from chengnuo.people.queries import settings_of
from chengnuo.people.second_factor import offered, renew_codes
from chengnuo.people.services import choose_setting, found_organisation, hire
from chengnuo.rules.refusing import Refused
from tests.overlapping import AT_THE_SAME_MOMENT, overlapping

pytestmark = AT_THE_SAME_MOMENT

NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)


@pytest.fixture
def firm(transactional_db):
    made = found_organisation(
        code="C", name_zh="示例公司", name_en="Example", kind="company", now=NOW, pack="p"
    )
    yield made
    assert verify(organisation_id=made.pk) == [], "the chain of the ledger holds"


@pytest.fixture
def boss(firm):
    person = hire(badge="C00", name="演示管理员", organisation=firm, password="x", now=NOW)
    post = open_post(firm, person, ADMINISTRATOR)
    house.seat(person=person, post=post, by=person, now=NOW)
    return person


def open_post(unit, by, role="clerk", *, head=False, reports_to=None) -> Post:
    return house.set_out(
        unit=unit, role=role, title_zh=role, title_en=role, is_head=head, reports_to=reports_to,
        by=by, now=NOW,
    )  # fmt: skip


def take_on(firm, by, badge) -> Staff:
    person, _ = house.take_on(
        badge=badge, name="演示员工", name_en="", phone="", unit=firm, by=by, now=NOW
    )
    return person


def why(outcome) -> str:
    assert isinstance(outcome, Refused), repr(outcome)
    return str(outcome)


def test_a_post_is_given_to_a_person_once(firm, boss):
    clerk, post = take_on(firm, boss, "C01"), open_post(firm, boss)

    def seat():
        return house.seat(person=clerk, post=post, by=boss, now=NOW)

    _, told = overlapping(seat, seat)
    assert "already holds the post" in why(told)
    assert Holding.objects.filter(post=post).count() == 1


def test_a_badge_is_given_once(firm, boss):
    _, told = overlapping(
        lambda: take_on(firm, boss, "C07"),
        lambda: take_on(firm, boss, "c07"),
    )
    assert "is already in use. Choose another" in why(told)
    assert Staff.objects.filter(badge__iexact="c07").count() == 1


def test_a_code_is_given_to_one_unit(firm, boss):
    def open_unit():
        return house.open_unit(
            parent=firm, code="C-1", name_zh="管网部", name_en="Network", kind="department",
            by=boss, now=NOW,
        )  # fmt: skip

    _, told = overlapping(open_unit, open_unit)
    assert "Choose another" in why(told)
    assert Organisation.objects.filter(code="C-1").count() == 1


def test_a_unit_has_one_head(firm, boss):
    _, told = overlapping(
        lambda: open_post(firm, boss, head=True),
        lambda: open_post(firm, boss, head=True),
    )
    assert "already has a head" in why(told)
    assert Post.objects.filter(organisation=firm, is_head=True).count() == 1


def test_the_last_two_administrators_do_not_both_leave(firm, boss):
    other = take_on(firm, boss, "C02")
    mine = boss.holdings.get()
    his = house.seat(person=other, post=mine.post, by=boss, now=NOW)
    _, told = overlapping(
        lambda: house.unseat(holding=his, by=boss, now=NOW.replace(hour=11)),
        lambda: house.unseat(holding=mine, by=other, now=NOW.replace(hour=11)),
    )
    assert "the last administrator" in why(told)
    assert Holding.objects.filter(post=mine.post, until__isnull=True).count() == 1


def test_two_posts_do_not_come_to_report_to_each_other(firm, boss):
    one, two = open_post(firm, boss), open_post(firm, boss)
    _, told = overlapping(
        lambda: house.put_under(post=one, superior=two, by=boss, now=NOW),
        lambda: house.put_under(post=two, superior=one, by=boss, now=NOW),
    )
    assert "would form a circle" in why(told)
    assert Post.objects.filter(reports_to__isnull=False).count() == 1


def test_of_two_settings_the_later_holds(firm, boss):
    overlapping(
        lambda: choose_setting(company=firm, name="n", value="1", by=boss, now=NOW),
        lambda: choose_setting(company=firm, name="n", value="2", by=boss, now=NOW),
    )
    assert settings_of(company=firm) == {"n": "2"}


def test_an_authenticator_is_offered_once_on_two_pages(boss):
    one, other = overlapping(lambda: offered(staff=boss), lambda: offered(staff=boss))
    assert one == other


def test_of_two_lists_of_recovery_codes_one_holds(boss):
    one, other = overlapping(
        lambda: renew_codes(staff=boss, now=NOW), lambda: renew_codes(staff=boss, now=NOW)
    )
    assert len(one) == len(other) == boss.staticdevice_set.get().token_set.count()
