"""Seeing in full what is masked: a reason that says something, and so often a day."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from chengnuo.disclosure.access_log import log_access
from chengnuo.disclosure.reveals import SAYS_NOTHING, Enough, reveal, taken_today
from chengnuo.people.queries import posts_of
from chengnuo.people.services import choose_setting
from chengnuo.reports.access_log import FEWEST, unusual
from chengnuo.rules.refusing import Refused
from tests.companies import house, seat
from tests.rules.world import at

ZONE = ZoneInfo("Asia/Shanghai")
NOW = at("2026-03-09 10:00")
WHY = "客户来电核对地址"


@pytest.fixture
def firm(db):
    return house(roles=("hotline-agent", "network"))


def look(firm, role="network", now=NOW, what="contact", why=WHY):
    person = firm.people[role]
    reveal(
        viewer=person, posts=posts_of(staff=person, at=now), subject=uuid4(), what=what, why=why,
        now=now, zone=ZONE,
    )  # fmt: skip


def allow(firm, most, role="network"):
    choose_setting(
        company=firm.company, name=f"looks-a-day-{role}", value=str(most), by=None, now=NOW
    )


def test_a_role_has_so_many_looks_a_day_and_new_ones_at_midnight(firm):
    allow(firm, 2)
    for _ in range(2):
        look(firm)
    with pytest.raises(Enough):
        look(firm)
    look(firm, role="hotline-agent")  # each role its own number
    look(firm, now=at("2026-03-10 00:00"))
    with pytest.raises(Enough):
        look(firm, now=at("2026-03-09 23:59"))


def test_of_several_posts_the_most_counts(firm):
    allow(firm, 0)
    allow(firm, 5, role="hotline-agent")
    with pytest.raises(Enough):
        look(firm)
    person = firm.people["network"]
    posts = [*posts_of(staff=person, at=NOW), firm.posts["hotline-agent"]]
    subject = uuid4()
    reveal(
        viewer=person, posts=posts, subject=subject, what="customer", why=WHY, now=NOW, zone=ZONE
    )


@pytest.mark.parametrize(
    ("what", "counted"), [("callback", 0), ("found", 0), ("contact", 1), ("customer", 1)]
)
def test_a_call_that_lies_with_him_and_finding_are_not_counted(firm, what, counted):
    person = firm.people["network"]
    log_access(viewer=person, subject=uuid4(), what=what, why="", now=NOW)
    assert taken_today(viewer=person, now=NOW, zone=ZONE) == counted


def test_without_a_reason_nothing_is_written(firm):
    with pytest.raises(Refused, match=SAYS_NOTHING.en):
        look(firm, why="工作需要")
    assert taken_today(viewer=firm.people["network"], now=NOW, zone=ZONE) == 0


@pytest.mark.parametrize(
    ("mine", "colleagues", "days", "is_unusual"),
    [
        (FEWEST, (0, 1), 0, True),
        (FEWEST - 1, (0, 0), 0, False),
        (40, (30, 30), 0, False),
        (40, (10, 12), 0, True),
        (40, (0, 1), 8, False),  # longer ago than a week
        (40, (), 0, True),
    ],
)
def test_who_looks_much_more_than_colleagues_is_listed(firm, mine, colleagues, days, is_unusual):
    def took(person, number):
        for _ in range(number):
            log_access(
                viewer=person, subject=uuid4(), what="contact", why=WHY,
                now=NOW - timedelta(days=days),
            )  # fmt: skip

    took(firm.people["network"], mine)
    for n, number in enumerate(colleagues):
        took(seat(firm.company, "network", f"T-n{n}", None)[1], number)
    found = {one.who.badge for one in unusual(company=firm.company, now=NOW)}
    assert ("T-network" in found) is is_unusual
