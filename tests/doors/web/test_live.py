"""What open pages ask by themselves: changed cases, colleagues on the same form, new work; and how
a page learns that what it kept of a form may be forgotten."""

from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.test import Client
from django.utils.translation import override

from chengnuo.cases import queries
from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.models import Presence
from chengnuo.doors.web.kit.words import say
from chengnuo.people.models import Message
from tests.doors.web.conftest import LATER, TOKEN, page, sits, take

QUIET = {"HTTP_X_QUIET": "1"}


@pytest.fixture
def colleague(firm):
    return sits(firm.people["network"])


def ask(browser, case, version=None, form=""):
    version = case.docket.version if version is None else version
    return browser.post(f"/live/case/{case.number}/?version={version}&form={form}", **QUIET)


def test_nothing_is_said_while_nothing_happened_and_nobody_else_is_there(leak, browser):
    assert page(ask(browser, leak)).strip() == ""


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "recorded “"), ("zh-hans", "登记了“")],
)
def test_a_case_that_somebody_changed_says_who_did_what_and_when(firm, leak, language, words):
    reader, seen = sits(firm.top, language), leak.docket.version
    author = firm.people["network"]
    hand_over(case=leak, to=author.organisation, by=author, now=LATER, reason="同事在附近")
    told = page(ask(reader, leak, version=seen))
    assert words in told
    assert "10:30" in told
    with override(language):
        assert say(author) in told
    assert "data-reloads" in told


def test_two_people_on_one_form_are_told_of_each_other(leak, browser, colleague):
    ask(browser, leak, form="survey")
    assert "is viewing this form" in page(ask(colleague, leak, form="survey")).replace(
        "正打开此表单", "is viewing this form"
    )
    assert "is viewing the form “Survey”" not in page(ask(browser, leak, form="survey"))


def test_on_another_form_or_on_the_case_alone_it_is_said_where_they_are(leak, browser, colleague):
    ask(colleague, leak, form="survey")
    assert "is viewing the form “Survey”" in page(ask(browser, leak))
    ask(colleague, leak)
    assert "is viewing this case" in page(ask(browser, leak))


def test_who_leaves_or_falls_silent_is_no_longer_named(leak, browser, colleague, clock):
    ask(colleague, leak)
    clock.shift(timedelta(seconds=19))
    assert "is viewing this case" in page(ask(browser, leak))
    clock.shift(timedelta(seconds=2))
    assert "open" not in page(ask(browser, leak))
    ask(colleague, leak)
    assert colleague.delete(f"/live/case/{leak.number}/", **QUIET).status_code == 204
    assert "open" not in page(ask(browser, leak))


def test_a_page_that_asks_every_five_seconds_writes_less_often(leak, browser, clock):
    seen = []
    for _turn in range(3):
        ask(browser, leak)
        seen.append(Presence.objects.get().seen_at)
        clock.shift(timedelta(seconds=5))
    assert seen == [LATER, LATER, LATER + timedelta(seconds=10)]


def test_what_one_may_not_see_is_not_watched_either(firm, browser):
    assert browser.post("/live/case/T-000000-00000/?version=1").status_code == 404


def test_asking_keeps_nobody_signed_in(leak, browser):
    browser.get("/")
    before = browser.session["seen_at"]
    ask(browser, leak)
    browser.get("/live/desk/", **QUIET)
    assert browser.session["seen_at"] == before


def test_the_desk_has_another_mark_as_soon_as_a_case_comes_or_changes(firm, leak):
    browser = sits(firm.people["network"])
    first = browser.get("/live/desk/", **QUIET).json()
    assert f'data-mark="{first["mark"]}"' in page(browser.get("/"))
    assert browser.get("/live/desk/", **QUIET).json() == first
    take(firm, token="leak-2", narrative="又一处漏水")
    second = browser.get("/live/desk/", **QUIET).json()
    assert second["mark"] != first["mark"]


def test_overdue_work_is_counted_for_the_title(firm, leak, clock):
    browser = sits(firm.people["network"])
    assert browser.get("/live/desk/", **QUIET).json()["overdue"] == 0
    clock.shift(timedelta(hours=3))
    assert browser.get("/live/desk/", **QUIET).json()["overdue"] == 1


def test_the_queue_has_another_mark_as_soon_as_its_filter_shows_something_else(firm, leak, browser):
    mark = browser.get("/live/queue/?service=leak", **QUIET).json()["mark"]
    assert f'data-mark="{mark}"' in page(browser.get("/queues/?service=leak"))
    take(firm, token="leak-2")
    assert browser.get("/live/queue/?service=leak", **QUIET).json()["mark"] != mark


def test_looking_at_the_desk_costs_little(firm, leak, django_assert_max_num_queries):
    browser = sits(firm.people["network"])
    browser.get("/")
    with django_assert_max_num_queries(16):
        browser.get("/live/desk/", **QUIET)


def test_looking_at_a_case_costs_little(leak, browser, django_assert_max_num_queries):
    ask(browser, leak)
    with django_assert_max_num_queries(16):
        ask(browser, leak)


def test_what_is_saved_names_itself_so_that_its_draft_is_forgotten(leak, browser):
    address = f"/cases/{leak.number}/steps/hand-over/"
    refused = browser.post(address, {"unit": "", "reason": ""})
    assert refused.status_code == 422
    assert "chengnuo_saved" not in refused.cookies
    done = browser.post(
        f"/cases/{leak.number}/forms/survey/", {"token": TOKEN, "count": "2", "version": ""}
    )
    assert done.status_code == 302
    assert unquote(done.cookies["chengnuo_saved"].value) == done.request["PATH_INFO"]


def test_the_list_of_shortcuts_names_what_its_reader_may_open(firm, browser):
    html = page(browser.get("/"))
    for keys, address in {"g d": "/", "n": "/intake/", "!": "/intake/emergency/"}.items():
        assert f'data-keys="{keys}" data-goes="{address}"' in html


def test_who_posts_without_being_signed_in_comes_back_to_the_page_he_saw(leak):
    stranger = Client(HTTP_REFERER=f"http://testserver/cases/{leak.number}/?step=hand-over")
    answer = stranger.post(f"/cases/{leak.number}/steps/hand-over/", {"reason": "同事在附近"})
    back = f"/cases/{leak.number}/?step=hand-over"
    assert parse_qs(urlsplit(answer.url).query)["next"] == [back]


@pytest.mark.parametrize("asked", ["", "²", "-1", "9" * 40])
def test_a_desk_opens_short_and_says_that_there_is_more(firm, asked, monkeypatch):
    monkeypatch.setattr(queries, "DESK_ROWS", 2)
    browser, network = sits(firm.people["network"]), firm.people["network"]
    for number in range(4):
        case = take(firm, token=f"more-{number}")
        hand_over(case=case, to=network.organisation, by=None, now=LATER)
    html = page(browser.get("/", {"rows": asked}))
    assert html.count("data-line=") == 2
    assert "The 2 due soonest are shown." in html
    assert 'href="/?show=all&rows=102"' in html
    longer = page(browser.get("/?show=all&rows=102"))
    assert longer.count("data-line=") > 2
    assert "due soonest are shown" not in longer


# -- while nothing happened ------------------------------------------------------------------------

POLLED = ("/live/queue/?due=overdue", "/live/desk/?show=all")


def told(browser, address, tag=""):
    return browser.get(address, **QUIET, HTTP_IF_NONE_MATCH=tag)


@pytest.mark.parametrize("address", POLLED)
def test_a_page_that_knows_all_is_told_so_by_one_number(
    leak, browser, colleague, clock, address, django_assert_max_num_queries
):
    tag = told(browser, address)["ETag"]
    clock.shift(timedelta(seconds=5))
    with django_assert_max_num_queries(9):
        again = told(browser, address, tag)
    assert (again.status_code, again.content) == (304, b"")
    assert told(colleague, address, tag).status_code == 200, "what one knows is not another's"
    assert told(browser, f"{address}&page=2", tag).status_code == 200, "nor another list's"


@pytest.mark.parametrize("address", POLLED)
def test_whatever_happens_to_a_case_or_to_time_is_asked_anew(firm, leak, browser, clock, address):
    tag = told(browser, address)["ETag"]
    author = firm.people["network"]
    hand_over(case=leak, to=author.organisation, by=author, now=LATER, reason="同事在附近")
    changed = told(browser, address, tag)
    assert changed.status_code == 200
    clock.shift(timedelta(minutes=1))
    assert told(browser, address, changed["ETag"]).status_code == 200, "a moment may have passed"


def test_a_message_that_came_is_news(firm, leak, browser):
    tag = told(browser, "/live/desk/")["ETag"]
    Message.objects.create(
        staff=firm.top,
        key="a",
        kind="warned",
        text_zh="临近到期",
        text_en="Due soon",
        sent_at=LATER,
    )
    assert told(browser, "/live/desk/", tag).status_code == 200
