"""What nobody types by accident: numbers that are none, days without end, NUL; and what is said to
those who stand before a closed or empty page."""

from __future__ import annotations

import pytest
from django.test import Client

from chengnuo.cases.models import Case
from chengnuo.doors.web.kit.reading import day_in, number_in
from tests.companies import administrator, house
from tests.doors.web.conftest import page, sits, take

NOT_A_NUMBER = ("²", "٣", "9" * 30, "-1", "1e3", "1.5", " 1", "")


@pytest.mark.parametrize("text", NOT_A_NUMBER)
def test_what_is_no_number_is_none(text):
    assert number_in(text) is None


@pytest.mark.parametrize("text", ["", "²", "2026-13-01", "0001-01-01", "9999-12-31", None])
def test_what_is_no_day_of_ours_is_none(text):
    assert day_in(text) is None


@pytest.mark.parametrize("number", NOT_A_NUMBER)
def test_a_strange_number_is_taken_for_none(browser, leak, number):
    case = f"/cases/{leak.number}"
    asked = {"reason": "催一下", "version": number, "location": number, "address": "示例路1号"}
    assert browser.post(f"{case}/steps/urge/", asked).status_code < 500
    assert browser.post(f"{case}/forms/arrival/", {"version": number}).status_code < 500
    assert browser.post(f"{case}/joined/merge/", {**asked, "other": "T-1"}).status_code < 500
    assert browser.post(f"/live/case/{leak.number}/?version={number}").status_code < 500
    assert browser.post("/intake/duplicates/", asked).status_code < 500
    ticked = {"case": f"{leak.number}:{number}", "unit": "1", "reason": "转办"}
    assert browser.post("/queues/hand-over/", ticked).status_code < 500


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("where", ["/access-log/", "/outside/", "/overdue/", "/callbacks/"])
def test_the_first_and_the_last_day_of_all_are_answered(db, day, where):
    head = sits(house("water-company").top)
    asked = {"since": day, "until": day, "week": day, "day": day}
    assert head.get(where, asked).status_code in (200, 422)


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "2026-13", "2026-3", "x"])
@pytest.mark.parametrize(("of", "name"), [("customers", "month"), ("accounts", "opened")])
def test_a_month_that_is_none_has_no_rows(browser, of, name, month):
    asked = {"of": of, name: month}
    assert browser.get("/customers/archive/rows/", asked).status_code == 404


def test_a_nul_is_dropped_and_nothing_else_of_what_was_typed(browser, firm):
    told = {"service": "leak", "channel": "phone", "token": "a-page-of-intake"}
    answer = browser.post("/intake/", {**told, "narrative": "路面\0冒水", "contact_name": "甲\0"})
    assert answer.status_code == 302
    case = Case.objects.get()
    assert (case.narrative, case.contact_name) == ("路面冒水", "甲")
    assert browser.get("/cases/", {"q": "冒\0水"}).status_code == 200
    assert browser.get("/cases/%00/").status_code == 404


def test_a_page_that_is_not_there_says_what_to_do_in_the_readers_language(browser, firm):
    english = page(browser.get("/cases/T-000000-00000/"))
    assert "Page not found, or you have no access to it" in english
    assert "My desk" in english
    chinese = page(sits(firm.top, "zh-hans").get("/cases/T-000000-00000/"))
    assert "没有找到" in chinese
    assert 'lang="zh-hans"' in chinese


NO_PAGE = ("x", "desk", "cases/", "http://[x", "//[x", "/\\x", "javascript:x", "\n/")


@pytest.mark.parametrize("onward", NO_PAGE)
def test_a_next_page_that_is_none_is_the_desk(browser, firm, onward):
    assert browser.get("/sign-in/", {"next": onward})["Location"] == "/"
    assert browser.post("/theme/", {"theme": "dark", "next": onward})["Location"] == "/"
    assert browser.post("/language/", {"language": "en", "next": onward})["Location"] == "/"


@pytest.mark.parametrize("shown", ["http://[x", "http://testserver", "x", "//", "http://t//x"])
def test_a_page_before_that_is_none_is_no_fault(firm, leak, shown):
    stranger, own = Client(HTTP_REFERER=shown), {"HX-Request": "true", "HX-Current-URL": shown}
    assert stranger.post(f"/cases/{leak.number}/steps/urge/").status_code == 302
    assert stranger.get("/sign-in/", headers=own).status_code == 204
    owing = sits(firm.top)
    firm.top.must_change_password = True
    firm.top.save()
    assert owing.get("/", headers=own).status_code == 204
    assert owing.post("/cases/", HTTP_REFERER=shown).status_code in (302, 405)


@pytest.mark.parametrize("number", ["9" * 18, "9" * 30])
@pytest.mark.parametrize(
    "where",
    [
        *("customers/{}/", "conduct/start/{}/", "conduct/start/answer/{}/", "house/posts/{}/"),
        *("escalations/{}/", "escalations/unassigned/{}/", "callbacks/bad/{}/"),
        "house/waiting/{}/refuse/",
    ],
)
def test_no_row_has_so_long_a_number(browser, firm, where, number):
    for ask in (browser.get, browser.post):
        assert ask(f"/{where.format(number)}").status_code < 500


def test_words_of_any_length_are_looked_for(browser, firm, leak):
    """A database takes no pattern of any length."""
    long = "汉" * 20_000
    keeper = sits(administrator(firm))
    for client, where in (
        (browser, "/customers/?q="), (browser, "/outside/?q="), (browser, "/cases/?q="),
        (browser, "/access-log/?who="), (keeper, "/house/staff/?q="),
    ):  # fmt: skip
        assert client.get(where + long).status_code == 200, where
    told = {"service": "leak", "channel": "phone", "token": "a-page", "narrative": "冒水"}
    assert browser.post("/intake/", {**told, "first_asked": long}).status_code == 422
    assert browser.post("/intake/duplicates/", {"address": f"{long}1号"}).status_code == 200
    assert Client().post("/sign-in/", {"badge": long, "password": "x"}).status_code == 422


def test_a_verdict_on_no_pause_is_refused(browser, leak):
    for target in ("x", "", "#", "repaired-soon#1", "a" * 999):
        for verdict in ("approved", "rejected", "ended", "x"):
            told = {"case": leak.number, "target": target, "verdict": verdict}
            assert browser.post("/pauses/decide/", told).status_code in (404, 422)
            step = f"/cases/{leak.number}/steps/pause-verdict/"
            assert browser.post(step, told).status_code == 422


@pytest.mark.parametrize("onward", ["a/b", "nobody"])
def test_who_is_relieved_from_nowhere_is_relieved(firm, onward):
    keeper = sits(administrator(firm))
    post = firm.posts["network"]
    told = {"holding": post.holdings.get().pk, "from": onward}
    assert keeper.post(f"/house/posts/{post.pk}/relieve/", told).status_code == 302


def test_a_page_that_is_too_old_says_what_to_do(firm):
    take(firm)
    stranger = Client(enforce_csrf_checks=True)
    stranger.force_login(firm.top)
    stranger.cookies["chengnuo_language"] = "en"
    answer = stranger.post("/intake/", {"narrative": "路面冒水"})
    assert answer.status_code == 403
    assert "Not saved." in page(answer)


def test_our_own_mistake_is_told_in_both_languages(firm, monkeypatch):
    def broken(**_):
        raise RuntimeError

    monkeypatch.setattr("chengnuo.doors.web.desk.views.own.waiting_for", broken)
    head = Client(raise_request_exception=False)
    head.force_login(firm.top)
    answer = head.get("/")
    assert answer.status_code == 500
    assert "Server error" in page(answer)
    assert "系统出错了" in page(answer)
