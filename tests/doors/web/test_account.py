"""Signing in when there is more to it: too often, half way, for one time, too long ago."""

import re
from base64 import b32decode
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_otp.oath import totp

from chengnuo.ledger.models import Entry
from chengnuo.people import house, second_factor
from chengnuo.people.models import Organisation, Staff
from chengnuo.people.services import deliver_message
from tests.companies import administrator
from tests.doors.web.conftest import LATER, page, sits

WORDS = "zwoelf-Boxkaempfer-7"


@pytest.fixture
def door(firm):
    return stranger()


def stranger(language="en"):
    client = Client()
    client.cookies["chengnuo_language"] = language
    return client


def enter(client, person, password=None, **more):
    typed = {"badge": person.badge, "password": password or person.badge, **more}
    return client.post("/sign-in/", typed)


def code_of(person, clock=None):
    if clock:
        clock.shift(timedelta(seconds=30))  # each code works once
    return f"{totp(second_factor.device_of(staff=person).bin_key):06d}"


def enrolled(person):
    device = second_factor.offered(staff=person)
    code = f"{totp(device.bin_key):06d}"
    return second_factor.enrol(staff=person, code=code, now=timezone.now())


def kinds(*wanted):
    return [e for e in Entry.objects.order_by("seq") if e.kind in wanted]


# -- too often -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "title", "hint"),
    [
        ("en", "Sign-in is locked", "ask your administrator"),
        ("zh-hans", "登录已锁定", "系统管理员"),
    ],
)
def test_after_five_failures_the_page_says_until_when_and_what_to_do(firm, language, title, hint):
    door = stranger(language)
    for _ in range(4):
        assert enter(door, firm.top, "wrong").status_code == 422
    answer = enter(door, firm.top, "wrong")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) == 15 * 60
    assert title in page(answer)
    assert hint in page(answer)
    assert "10:45" in page(answer)
    # and then not even the right password opens it
    assert enter(door, firm.top).status_code == 429
    assert len(kinds("sign_in.failed")) == 5
    assert [e.data["what"] for e in kinds("sign_in.locked")] == ["badge"]


def test_the_door_opens_again_after_its_time(door, firm, clock):
    for _ in range(5):
        enter(door, firm.top, "wrong")
    clock.shift(timedelta(minutes=15))
    assert enter(door, firm.top).status_code == 302


def test_nobody_learns_whether_a_badge_exists(firm, monkeypatch):
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *a, **k: hashed.append(1) or encode(*a, **k)
    )
    enter(stranger(), firm.people["service"], "wrong")  # the address is known from now on
    known, unknown = [], []
    for told, badge in ((known, firm.top.badge), (unknown, "NO-SUCH")):
        hashed.clear()
        with CaptureQueriesContext(connection) as asked:
            answer = stranger().post("/sign-in/", {"badge": badge, "password": "wrong"})
        words = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page(answer))
        told += [answer.status_code, words.replace(badge, ""), len(asked), len(hashed)]
    words = [re.sub(r"X-CSRFToken\":\"\w+", "", str(told[1])) for told in (known, unknown)]
    assert words[0] == words[1]
    assert known[0] == unknown[0]
    assert known[2:] == unknown[2:], "as many questions to the database, and as many hashes"


def test_somebody_dismissed_is_told_what_everybody_is(door, firm):
    Staff.objects.filter(pk=firm.people["service"].pk).update(is_active=False)
    answer = enter(door, firm.people["service"])
    assert answer.status_code == 422
    assert "do not match" in page(answer)


def test_a_sign_in_is_in_the_ledger_without_its_password(door, firm):
    enter(door, firm.top)
    [entry] = kinds("sign_in.succeeded")
    assert entry.actor_id == firm.top.pk
    assert entry.data == {"badge": firm.top.badge, "factor": "none", "source": "127.0.0.1"}


# -- the second factor -----------------------------------------------------------------------------


def test_a_code_is_asked_after_the_password_and_leads_to_where_one_was(door, firm, clock):
    enrolled(firm.top)
    answer = enter(door, firm.top, next="/overdue/")
    assert answer["Location"] == "/sign-in/code/"
    assert door.get("/").status_code == 302, "half way is not in"
    wrong = door.post("/sign-in/code/", {"code": "000000"})
    assert wrong.status_code == 422
    assert "already used code" in page(wrong)
    answer = door.post("/sign-in/code/", {"code": code_of(firm.top, clock)})
    assert answer["Location"] == "/overdue/"
    assert door.get("/overdue/").status_code == 200
    assert kinds("sign_in.succeeded")[-1].data["factor"] == "totp"


def test_a_recovery_code_does_too(door, firm):
    codes = enrolled(firm.top)
    enter(door, firm.top)
    assert door.post("/sign-in/code/", {"code": codes[3]}).status_code == 302
    assert kinds("sign_in.succeeded")[-1].data["factor"] == "recovery"


def test_wrong_codes_close_the_door_like_wrong_passwords(door, firm):
    enrolled(firm.top)
    enter(door, firm.top)
    answers = [door.post("/sign-in/code/", {"code": f"00000{n}"}).status_code for n in range(5)]
    assert answers == [422, 422, 422, 422, 429]


def test_the_code_page_forgets_who_waits_too_long_and_knows_no_stranger(door, firm, clock):
    assert door.get("/sign-in/code/")["Location"] == "/sign-in/"
    enrolled(firm.top)
    enter(door, firm.top)
    clock.shift(timedelta(minutes=6))
    answer = door.post("/sign-in/code/", {"code": code_of(firm.top)})
    assert answer["Location"] == "/sign-in/"


def test_who_must_have_one_sets_it_up_before_anything_else(door, firm):
    Organisation.objects.filter(pk=firm.company.pk).update(second_factor_roles=["network"])
    person = firm.people["network"]
    enter(door, person, next="/overdue/")
    assert door.get("/overdue/")["Location"] == "/second-factor/?next=%2Foverdue%2F"
    html = page(door.get("/second-factor/?next=/overdue/"))
    assert "<svg" in html
    assert "style=" not in html.split("<main")[1]
    key = re.search(r'class="key">([A-Z2-7 ]+)<', html).group(1).replace(" ", "")
    code = f"{totp(b32decode(key + '=' * (-len(key) % 8))):06d}"
    assert door.post("/second-factor/", {"do": "enrol", "code": "123"}).status_code == 422
    answer = door.post("/second-factor/", {"do": "enrol", "code": code, "next": "/overdue/"})
    assert len(re.findall(r"<li><code>\w{4}-\w{4}-\w{4}</code>", page(answer))) == 10
    assert door.get("/overdue/").status_code == 200


def test_administrators_must_have_one_where_the_installation_says_so(firm, settings):
    boss = administrator(firm)
    enter(first := stranger(), boss)
    assert first.get("/house/").status_code == 200
    settings.SECOND_FACTOR_FOR_ADMINISTRATORS = True
    enter(second := stranger(), boss)
    assert second.get("/house/")["Location"].startswith("/second-factor/")


def test_new_codes_and_another_telephone_want_the_password(firm):
    enrolled(firm.top)
    browser = sits(firm.top)
    assert "Recovery codes left: 10" in page(browser.get("/second-factor/"))
    assert browser.post("/second-factor/", {"do": "codes", "password": "x"}).status_code == 422
    fresh = browser.post("/second-factor/", {"do": "codes", "password": firm.top.badge})
    assert "-" in page(fresh)
    device = second_factor.offered(staff=firm.top)
    code = f"{totp(device.bin_key):06d}"
    assert browser.post("/second-factor/", {"do": "enrol", "code": code}).status_code == 422


# -- the password ----------------------------------------------------------------------------------


def test_a_password_for_one_time_opens_only_the_page_that_replaces_it(door, firm):
    person = firm.people["service"]
    given = house.reset_password(person=person, by=firm.top, now=timezone.now())
    enter(door, person, given, next="/cases/")
    assert door.get("/cases/")["Location"] == "/password/?next=%2Fcases%2F"
    part = door.get(
        "/messages/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/cases/"}
    )
    assert (part.status_code, part["HX-Redirect"]) == (204, "/password/?next=%2Fcases%2F")
    assert "This is a one-time password" in page(door.get("/password/"))
    changed = {"old": given, "new": WORDS, "again": WORDS, "next": "/cases/"}
    assert door.post("/password/", changed)["Location"] == "/cases/"
    assert door.get("/cases/").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("x", WORDS, WORDS, "Incorrect password"),
        ("T-top", WORDS, "other", "The two entries differ"),
        ("T-top", "short", "short", "at least 10 characters"),
        ("T-top", "mine-is-T-top-now", "mine-is-T-top-now", "staff number"),
        ("T-top", "T-top", "T-top", "one of your last"),
    ],
)
def test_what_is_wrong_with_a_password_is_said_at_its_field(browser, old, new, again, said):
    answer = browser.post("/password/", {"old": old, "new": new, "again": again})
    assert answer.status_code == 422
    wrong = re.findall(r'class="wrong".*?</(?:p|div></div)>', page(answer), re.DOTALL)
    assert said in " ".join(wrong)
    assert Staff.objects.get(badge="T-top").check_password("T-top")


@pytest.mark.parametrize("how", ["password", "sign out"])
def test_other_sessions_of_the_person_end(firm, how):
    here, elsewhere, colleague = sits(firm.top), sits(firm.top), sits(firm.people["service"])
    for browser in (here, elsewhere, colleague):
        assert browser.get("/").status_code == 200
    if how == "password":
        here.post("/password/", {"old": "T-top", "new": WORDS, "again": WORDS})
        assert here.get("/").status_code == 200
    else:
        here.post("/sign-out/")
    assert elsewhere.get("/").status_code == 302
    assert colleague.get("/").status_code == 200


# -- too long ago ----------------------------------------------------------------------------------


def test_who_does_nothing_for_half_an_hour_is_signed_out(browser, clock):
    browser.get("/")
    clock.shift(timedelta(minutes=29))
    assert browser.get("/overdue/").status_code == 200
    clock.shift(timedelta(minutes=30))
    answer = browser.get("/overdue/?unit=1")
    assert answer["Location"] == "/sign-in/?next=%2Foverdue%2F%3Funit%3D1&idle=1"
    assert "after 30 minutes" in page(browser.get(answer["Location"]))
    assert kinds("signed_out")[-1].data["why"] == "idle"


def test_a_desk_that_polls_keeps_nobody_in(browser, clock):
    browser.get("/")
    quiet = {"X-Quiet": "1", "HX-Request": "true", "HX-Current-URL": "http://testserver/"}
    for _ in range(29):
        clock.shift(timedelta(minutes=1))
        assert browser.get("/", headers=quiet).status_code == 200
    assert browser.get("/awake/", headers=quiet).json() == {"left": 60}
    clock.shift(timedelta(minutes=1))
    answer = browser.get("/", headers=quiet)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/sign-in/?next=%2F&idle=1")


def test_one_key_keeps_it(browser, clock):
    browser.get("/")
    clock.shift(timedelta(minutes=29))
    assert browser.get("/awake/").json() == {"left": 30 * 60}


def test_the_minutes_can_be_set(browser, clock, settings):
    settings.IDLE_MINUTES = 5
    browser.get("/")
    clock.shift(timedelta(minutes=5))
    assert browser.get("/").status_code == 302


def test_nobody_stays_longer_than_a_shift(browser, clock):
    for _ in range(12 * 3):
        browser.get("/")
        clock.shift(timedelta(minutes=20))
    assert browser.get("/").status_code == 302


# -- sound and notices -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_how_a_message_rings_is_off_until_chosen_and_stays_with_the_person(firm, language):
    person = firm.people["service"]
    browser = sits(person, language)
    before = page(browser.get("/"))
    assert "data-sound" not in before
    assert "data-notice" not in before
    assert browser.post("/own/", {"sound": "1", "desktop_notice": "1"}).status_code == 302
    elsewhere = page(sits(person, language).get("/"))
    assert "data-sound" in elsewhere
    assert "{n}" in re.search(r'data-notice="([^"]+)"', elsewhere).group(1)
    assert "data-sound" not in page(sits(firm.people["network"], language).get("/"))
    browser.post("/own/", {})
    assert "data-sound" not in page(browser.get("/"))


def test_an_open_page_hears_of_the_newest_message_and_nothing_of_its_words(firm, leak):
    person = firm.people["service"]
    browser = sits(person)
    before = browser.get("/live/desk/", HTTP_X_QUIET="1").json()
    assert (before["newest"], before["unread"]) == (0, 0)
    for n in (1, 2):
        row, _fresh = deliver_message(
            staff_id=person.pk, key=f"k{n}", kind="urged", text_zh="演示客户甲又来电",
            text_en="x", link=str(leak.docket_id), now=LATER,
        )  # fmt: skip
        after = browser.get("/live/desk/", HTTP_X_QUIET="1")
        assert (after.json()["newest"], after.json()["unread"]) == (row.pk, n)
        assert "演示客户甲" not in after.content.decode()
