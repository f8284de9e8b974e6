"""At the door: who fails too often is kept out for a while, whoever he is."""

from datetime import UTC, datetime, timedelta

import pytest

from chengnuo.ledger.models import Entry
from chengnuo.people.models import SignInThrottle
from chengnuo.people.services import found_organisation, hire
from chengnuo.people.signing import (
    LIMITS,
    Knock,
    entered,
    failed,
    knock,
    locked_until,
    taken_back,
    unlock,
)

NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
CLOSED = LIMITS["badge"].closed
HERE = "10.0.0.1"


@pytest.fixture
def clerk(db):
    company = found_organisation(
        code="C", name_zh="示例公司", name_en="Example", kind="company", now=NOW, pack="p"
    )
    return hire(badge="C01", name="演示员工", organisation=company, password="x", now=NOW)


def fails(badge, times, *, person=None, address=HERE, at=NOW):
    """So many wrong passwords, one after the other; what the last one was told."""
    told = None
    for _ in range(times):
        at_door = Knock(badge, address)
        told = knock(at_door=at_door, now=at)
        if told is None:
            told = failed(at_door=at_door, person=person, step="password", now=at)
    return told


def kinds():
    return list(Entry.objects.order_by("seq").values_list("kind", flat=True))


def test_four_failures_are_nothing_the_fifth_closes_the_door(clerk):
    assert fails("C01", 4, person=clerk) is None
    assert fails("C01", 1, person=clerk) == NOW + CLOSED
    assert knock(at_door=Knock("C01", HERE), now=NOW + timedelta(minutes=14)) == NOW + CLOSED
    assert locked_until(person=clerk, now=NOW) == NOW + CLOSED


def test_a_badge_that_nobody_has_is_treated_like_any_other(clerk):
    assert fails("NOBODY", 5) == NOW + CLOSED
    written = Entry.objects.filter(kind__startswith="sign_in.")
    assert [e.data.get("badge") for e in written] == [None] * 6
    assert {e.kind for e in written} == {"sign_in.failed", "sign_in.locked"}


@pytest.mark.parametrize("typed", ["c01", " C01 ", "C01"])
def test_however_the_badge_is_written_it_is_one_door(clerk, typed):
    fails("C01", 4, person=clerk)
    assert fails(typed, 1, person=clerk) is not None


def test_the_door_opens_again_by_itself(clerk):
    fails("C01", 5, person=clerk)
    assert knock(at_door=Knock("C01", HERE), now=NOW + CLOSED) is None
    assert locked_until(person=clerk, now=NOW + CLOSED) is None


def test_old_failures_do_not_count(clerk):
    fails("C01", 4, person=clerk)
    later = NOW + LIMITS["badge"].within
    assert fails("C01", 4, person=clerk, at=later) is None


def test_who_gets_in_begins_anew(clerk):
    fails("C01", 4, person=clerk)
    at_door = Knock("C01", HERE)
    assert knock(at_door=at_door, now=NOW) is None
    entered(at_door=at_door, person=clerk, factor="none", now=NOW)
    assert fails("C01", 4, person=clerk) is None


def test_a_right_password_before_a_code_costs_nothing(clerk):
    for _ in range(20):
        assert knock(at_door=Knock("C01", HERE), now=NOW) is None
        taken_back(at_door=Knock("C01", HERE))


def test_many_at_once_find_the_door_closed_before_one_has_failed(clerk):
    answers = [knock(at_door=Knock("C01", HERE), now=NOW) for _ in range(7)]
    assert answers == [None] * 5 + [NOW + CLOSED] * 2


def test_one_address_trying_many_badges_is_kept_out_and_nobody_elsewhere(clerk):
    for number in range(LIMITS["address"].number):
        fails(f"X{number}", 1)
    assert knock(at_door=Knock("C01", HERE), now=NOW) == NOW + LIMITS["address"].closed
    assert knock(at_door=Knock("C01", "10.0.0.2"), now=NOW) is None


def test_an_administrator_opens_the_door(clerk):
    boss = hire(
        badge="C00", name="演示系统管理员", organisation=clerk.organisation, password="x", now=NOW
    )
    fails("C01", 5, person=clerk)
    unlock(person=clerk, by=boss, now=NOW)
    assert knock(at_door=Knock("C01", HERE), now=NOW) is None
    last = Entry.objects.order_by("seq").last()
    assert (last.kind, last.actor_id, last.data["badge"]) == ("sign_in.unlocked", boss.pk, "C01")


def test_what_is_typed_as_a_badge_is_kept_nowhere(clerk):
    fails("my-secret-password", 5)
    assert not any("my-secret" in e.payload for e in Entry.objects.all())
    assert not any("my-secret" in row.key for row in SignInThrottle.objects.all())


def test_what_is_a_day_old_is_thrown_away(clerk):
    fails("C01", 2, person=clerk)
    knock(at_door=Knock("C02", "10.0.0.9"), now=NOW + timedelta(days=2))
    assert SignInThrottle.objects.count() == 2
