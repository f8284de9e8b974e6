"""Looking for a masked value that one knows whole: what is written down, and who is stopped."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from chengnuo.disclosure.reveals import Enough, reveal, taken_today
from chengnuo.disclosure.searching import (
    MOST_MISSES,
    WITHIN,
    Asking,
    TooManyMisses,
    check_search,
    note_search,
)
from chengnuo.ledger.models import Entry
from chengnuo.people.queries import posts_of
from chengnuo.people.services import choose_setting
from tests.companies import house
from tests.rules.world import at

ZONE = ZoneInfo("Asia/Shanghai")
NOW = at("2026-03-09 10:00")
A_MINUTE = timedelta(minutes=1)
NUMBER = "13800001111"


@pytest.fixture
def firm(db):
    return house(roles=("hotline-agent", "network"))


def asking(firm, asked=NUMBER, now=NOW, may_guess=False):
    person = firm.people["network"]
    return Asking(
        viewer=person, posts=posts_of(staff=person, at=now), asked=asked, may_guess=may_guess,
        now=now, zone=ZONE,
    )  # fmt: skip


def hit(firm, asked=NUMBER, now=NOW, of=1):
    note_search(asking(firm, asked, now), found=[uuid4() for _ in range(of)], missed=False)


def miss(firm, asked, now=NOW, may_guess=False):
    note_search(asking(firm, asked, now, may_guess), found=[], missed=True)


def guess(firm, number=MOST_MISSES, now=NOW, may_guess=False):
    for n in range(number):
        miss(firm, f"139{n:08d}", now, may_guess)


def written():
    rows = Entry.objects.filter(kind="personal_data.seen").order_by("seq")
    return [(row.data["what"], row.data["number"]) for row in rows]


def test_a_hit_is_one_look_whatever_is_found_and_tells_of_how_many(firm):
    hit(firm, of=28)
    assert written() == [("found", 28)]


@pytest.mark.parametrize(
    "again", ["13800001111", "138 0000 1111", "138-0000-1111", "１３８００００１１１１"]
)
def test_the_same_value_costs_nothing_the_same_day_however_it_is_written(firm, again):
    hit(firm, of=28)
    hit(firm, again, NOW + 5 * A_MINUTE, of=28)
    assert written() == [("found", 28)]


def test_another_day_and_another_value_are_further_looks(firm):
    hit(firm)
    hit(firm, "13800002222")
    hit(firm, f"{NUMBER} 张三")
    hit(firm, now=at("2026-03-10 00:00"))
    assert len(written()) == 4


def test_the_number_asked_for_stands_nowhere_in_the_clear(firm):
    hit(firm)
    miss(firm, "13900009999")
    payloads = " ".join(Entry.objects.values_list("payload", flat=True))
    assert NUMBER not in payloads
    assert "13900009999" not in payloads
    assert payloads.count('"key":"~') == 2


def test_searching_leaves_the_looks_with_a_reason_alone(firm):
    choose_setting(company=firm.company, name="looks-a-day-network", value="5", by=None, now=NOW)
    for n in range(5):
        hit(firm, f"1380000{n:04d}", of=28)
    person = firm.people["network"]
    assert taken_today(viewer=person, now=NOW, zone=ZONE) == 0
    reveal(
        viewer=person, posts=posts_of(staff=person, at=NOW), subject=uuid4(), what="contact",
        why="客户来电核对地址", now=NOW, zone=ZONE,
    )  # fmt: skip
    with pytest.raises(Enough):
        check_search(asking(firm, "13800009999"))
    check_search(asking(firm, "13800000003"))  # found today already


def test_who_finds_nobody_too_often_waits_until_the_first_of_them_is_an_hour_old(firm):
    guess(firm)
    assert written() == [("missed", 0)] * MOST_MISSES
    later = NOW + 10 * A_MINUTE
    with pytest.raises(TooManyMisses) as told:
        check_search(asking(firm, now=later))
    assert told.value.until == NOW + WITHIN
    with pytest.raises(TooManyMisses):
        hit(firm, now=later)
    check_search(asking(firm, now=NOW + WITHIN))


def test_what_he_found_before_he_finds_again(firm):
    hit(firm)
    guess(firm)
    check_search(asking(firm))


@pytest.mark.parametrize(
    ("number", "now", "may_guess"),
    [
        (MOST_MISSES - 1, NOW, False),
        (MOST_MISSES, NOW - WITHIN, False),
        (2 * MOST_MISSES, NOW, True),  # takes calls: written down, and no more
    ],
)
def test_others_are_not_stopped(firm, number, now, may_guess):
    guess(firm, number, now, may_guess)
    assert len(written()) == number
    check_search(asking(firm, may_guess=may_guess))


def test_the_hour_goes_on_over_midnight(firm):
    guess(firm, now=at("2026-03-09 23:50"))
    with pytest.raises(TooManyMisses):
        check_search(asking(firm, now=at("2026-03-10 00:10")))


def test_the_same_miss_again_is_no_guess(firm):
    for _ in range(2 * MOST_MISSES):
        miss(firm, "13900009999")
    assert written() == [("missed", 0)]
    check_search(asking(firm))


def test_a_number_known_does_not_open_what_stands_beside_it(firm):
    """The number is found; names tried beside it are guesses like any."""
    hit(firm)
    for n in range(MOST_MISSES):
        miss(firm, f"{NUMBER} 张{chr(0x4E00 + n)}")
    with pytest.raises(TooManyMisses):
        check_search(asking(firm, f"{NUMBER} 李四"))


@pytest.mark.parametrize("asked", [f"{NUMBER}转801", f"{NUMBER} ext. 5", f"{NUMBER}-801"])
def test_another_extension_is_no_other_guess(firm, asked):
    assert asking(firm, asked).key == asking(firm).key
    assert asking(firm, f"{asked}女儿").key != asking(firm).key
