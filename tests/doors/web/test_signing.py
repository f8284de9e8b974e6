"""Sign in and out; the language sticks; nobody sees a page who is not there."""

import pytest
from django.test import Client

from chengnuo.people.models import Staff
from tests.doors.web.conftest import page, sits

CLOSED = ("/", "/intake/", "/cases/", "/overdue/", "/regulation/", "/messages/")


@pytest.fixture
def stranger(firm):
    client = Client()
    client.cookies["chengnuo_language"] = "en"
    return client


def enter(client, badge, password, **more):
    return client.post("/sign-in/", {"badge": badge, "password": password, **more})


def test_badge_and_password_open_the_desk(stranger, firm):
    answer = enter(stranger, firm.top.badge, firm.top.badge)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert stranger.get("/").status_code == 200


def test_a_badge_is_typed_in_either_case(stranger, firm):
    typed = firm.top.badge.swapcase()
    assert typed != firm.top.badge
    assert enter(stranger, typed, firm.top.badge).status_code == 302
    assert stranger.get("/").status_code == 200


def test_a_wrong_password_says_so_and_keeps_the_badge(stranger, firm):
    answer = enter(stranger, firm.top.badge, "wrong")
    assert answer.status_code == 422
    assert "do not match" in page(answer)
    assert f'value="{firm.top.badge}"' in page(answer)
    assert "wrong" not in page(answer).replace('class="wrong"', "")
    assert stranger.get("/").status_code == 302


@pytest.mark.parametrize(("badge", "password"), [("", ""), ("T-top", ""), ("", "x")])
def test_nothing_typed_is_told(stranger, badge, password):
    answer = enter(stranger, badge, password)
    assert answer.status_code == 422
    assert "Please enter your staff number and password." in page(answer)


@pytest.mark.parametrize("path", CLOSED)
def test_a_stranger_is_sent_to_the_door_and_back(stranger, firm, path):
    answer = stranger.get(path)
    assert answer["Location"] == f"/sign-in/?next={path}"
    assert enter(stranger, firm.top.badge, firm.top.badge, next=path)["Location"] == path


def test_one_is_never_sent_to_a_strangers_house(stranger, firm):
    answer = enter(stranger, firm.top.badge, firm.top.badge, next="https://evil.example/")
    assert answer["Location"] == "/"


def test_signing_out_closes_the_door(browser):
    assert browser.post("/sign-out/")["Location"] == "/sign-in/"
    assert browser.get("/").status_code == 302


def test_a_page_left_open_overnight_goes_to_the_door_as_a_whole(stranger):
    answer = stranger.get(
        "/sign-in/",
        headers={
            "HX-Request": "true",
            "HX-Current-URL": "http://testserver/overdue/?unit=1&page=2",
        },
    )
    assert answer["HX-Redirect"] == "/sign-in/?next=/overdue/%3Funit%3D1%26page%3D2"


def test_the_language_is_chosen_before_the_sign_in_and_stays_with_the_person(firm):
    client = Client()
    assert 'lang="zh-hans"' in page(client.get("/sign-in/"))
    client.post("/language/", {"language": "en", "next": "/sign-in/"})
    assert "Staff number" in page(client.get("/sign-in/"))
    enter(client, firm.top.badge, firm.top.badge)
    assert Staff.objects.get(pk=firm.top.pk).language == "en"
    elsewhere = Client()
    enter(elsewhere, firm.top.badge, firm.top.badge)
    assert "My desk" in page(elsewhere.get("/"))


@pytest.mark.parametrize(
    ("browser_says", "chosen_at_the_door", "his_setting", "seen", "kept"),
    [
        ("en-GB,en;q=0.9", "", "", "en", ""),
        ("zh-CN,zh;q=0.9", "", "", "zh-hans", ""),
        ("fr-FR", "", "", "zh-hans", ""),
        ("en-GB", "zh-hans", "", "zh-hans", "zh-hans"),
        ("zh-CN", "en", "", "en", "en"),
        ("zh-CN", "", "en", "en", "en"),
        ("en-GB", "", "zh-hans", "zh-hans", "zh-hans"),
        ("zh-CN", "zh-hans", "en", "zh-hans", "zh-hans"),
    ],
)
def test_the_language_is_the_browsers_until_it_is_chosen(
    firm, browser_says, chosen_at_the_door, his_setting, seen, kept
):
    Staff.objects.filter(pk=firm.top.pk).update(language=his_setting)
    client = Client(headers={"Accept-Language": browser_says})
    if chosen_at_the_door:
        client.post("/language/", {"language": chosen_at_the_door, "next": "/sign-in/"})
    enter(client, firm.top.badge, firm.top.badge)
    assert f'lang="{seen}"' in page(client.get("/"))
    assert Staff.objects.get(pk=firm.top.pk).language == kept


def test_whoever_comes_next_at_a_machine_does_not_get_the_language_of_the_one_before(firm):
    client = Client(headers={"Accept-Language": "zh-CN"})
    client.post("/language/", {"language": "en", "next": "/sign-in/"})
    enter(client, firm.top.badge, firm.top.badge)
    client.post("/sign-out/")
    assert 'lang="zh-hans"' in page(client.get("/sign-in/"))


def test_switching_the_language_goes_back_to_the_same_page(browser):
    answer = browser.post("/language/", {"language": "zh-hans", "next": "/overdue/?unit=1"})
    assert answer["Location"] == "/overdue/?unit=1"
    assert "逾期清单" in page(browser.get("/overdue/"))
    browser.post("/language/", {"language": "fr"})
    assert 'lang="zh-hans"' in page(browser.get("/"))


@pytest.mark.parametrize(("wanted", "kept"), [("dark", "dark"), ("light", "light"), ("x", "auto")])
def test_the_appearance_is_remembered(browser, wanted, kept):
    browser.post("/theme/", {"theme": wanted, "next": "/"})
    assert f'data-theme="{kept}"' in page(browser.get("/"))


def test_no_form_is_accepted_from_elsewhere(firm):
    strict = Client(enforce_csrf_checks=True)
    assert enter(strict, firm.top.badge, firm.top.badge).status_code == 403
    strict.force_login(firm.top)
    assert strict.post("/intake/", {}).status_code == 403


def test_who_has_no_post_has_an_empty_desk(firm):
    idle = firm.people["service"]
    idle.holdings.all().delete()
    answer = sits(idle).get("/")
    assert answer.status_code == 200
    assert "Nothing to do at the moment" in page(answer)


@pytest.mark.parametrize(("headers", "taken"), [({"X-Quiet": "1"}, False), ({}, True)])
def test_a_late_poll_does_not_take_a_fresh_session_away(db, client, headers, taken):
    client.cookies["chengnuo_session"] = "that-of-before-the-new-password"
    answer = client.get("/", headers=headers)
    assert ("chengnuo_session" in answer.cookies) is taken
