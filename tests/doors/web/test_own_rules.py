"""What a company chooses for its sign-ins: passwords that end, their signs, one session."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from chengnuo.people import house, passwords
from chengnuo.people.models import Staff
from chengnuo.people.own_rules import kinds_in
from chengnuo.people.services import choose_setting
from tests.companies import administrator
from tests.doors.web.conftest import LATER, page, sits

OWN = "zwoelf-Boxkaempfer-7"


def choose(firm, name, value):
    choose_setting(company=firm.company, name=name, value=value, by=None, now=LATER)


def enter(person, password):
    client = Client()
    client.cookies["chengnuo_language"] = "en"
    answer = client.post("/sign-in/", {"badge": person.badge, "password": password})
    assert answer.status_code == 302
    return client


@pytest.fixture
def clerk(firm):
    person = firm.people["network"]
    house.change_password(person=person, password=OWN, now=LATER)
    return person


@pytest.mark.parametrize(
    ("days", "after", "over"), [("0", 999, False), ("90", 89, False), ("90", 90, True)]
)
def test_a_password_ends_when_the_house_says_so(firm, clerk, clock, days, after, over):
    choose(firm, "password-days", days)
    clock.shift(timedelta(days=after))
    client = enter(clerk, OWN)
    answer = client.get("/")
    assert (answer.status_code == 302) is over
    if over:
        assert answer["Location"].startswith("/password/")
        typed = {"old": OWN, "new": "sieben-Zwerge-19", "again": "sieben-Zwerge-19"}
        client.post("/password/", typed)
        assert client.get("/").status_code == 200


def test_a_password_nobody_knows_the_age_of_begins_with_the_next_sign_in(firm, clerk, clock):
    Staff.objects.filter(pk=clerk.pk).update(password_since=None)
    choose(firm, "password-days", "30")
    assert enter(clerk, OWN).get("/").status_code == 200
    clock.shift(timedelta(days=30))
    assert enter(clerk, OWN).get("/").status_code == 302


@pytest.mark.parametrize(
    ("name", "value", "password", "taken"),
    [
        ("password-length", "16", "kurz-Woerter-7", False),
        ("password-length", "16", "lange-Woerter-und-7", True),
        ("password-kinds", "4", "alles-klein-hier", False),
        ("password-kinds", "3", "Alles-klein-hier", True),
        ("password-kinds", "4", "Alles-klein-hier7", True),
        ("password-length", "10", "kurz-Woerter-7", True),
    ],
)
def test_what_a_password_is_made_of_is_the_houses_choice(firm, clerk, name, value, password, taken):
    choose(firm, name, value)
    if taken:
        house.change_password(person=clerk, password=password, now=LATER)
    else:
        with pytest.raises(house.PasswordRefused):
            house.change_password(person=clerk, password=password, now=LATER)
    assert bool(passwords.asked_by(firm.company)) is (value != "10")


@pytest.mark.parametrize(
    ("password", "number"), [("abc", 1), ("aB", 2), ("aB1", 3), ("aB1-", 4), ("汉字", 1), ("", 0)]
)
def test_characters_are_of_four_kinds(password, number):
    assert kinds_in(password) == number


@pytest.mark.parametrize(("value", "stays"), [("false", True), ("true", False)])
def test_one_session_a_person(firm, clerk, value, stays):
    choose(firm, "one-session", value)
    first = enter(clerk, OWN)
    second = enter(clerk, OWN)
    assert (first.get("/").status_code == 200) is stays
    assert second.get("/").status_code == 200


def test_the_administrator_chooses_them(firm):
    keeper = sits(administrator(firm))
    assert "One session per person" in page(keeper.get("/house/settings/"))
    keeper.post("/house/settings/", {"name": "one-session", "value": "true"})
    keeper.post("/house/settings/", {"name": "looks-a-day-network", "value": "5"})
    chosen = dict(firm.company.settings.values_list("name", "value"))
    assert chosen == {"one-session": "true", "looks-a-day-network": "5"}
    refused = {"name": "password-days", "value": "7"}
    assert keeper.post("/house/settings/", refused).status_code == 404
