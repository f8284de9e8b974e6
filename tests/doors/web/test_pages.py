"""Every page answers, for those who take calls and those who answer for them, in both languages."""

import re
from datetime import timedelta

import pytest

from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.disclosure.searching import MOST_MISSES
from chengnuo.doors.jobs.deliver import deliver
from chengnuo.ledger.models import Entry
from chengnuo.obligations.duties import open_periods
from chengnuo.obligations.models import Docket
from chengnuo.people.services import choose_setting
from tests.companies import house
from tests.doors.web.conftest import LATER, NOW, page, sits, take
from tests.obligations.matter import let_pass

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def water(db):
    """The water company with a complaint and a broken promise."""
    firm = house("water-company")
    for number, service in enumerate(("service-complaint", "pipe-repair", "routine-enquiry")):
        asked = Request(service=service, channel="phone", narrative="诉求", token=f"water-{number}")
        lodge(company=firm.again(), request=asked, at=NOW, now=NOW, by=firm.people["hotline-agent"])
    open_periods(now=LATER)
    let_pass(LATER + timedelta(hours=3))
    return firm


def addresses(firm):
    docket = Docket.objects.filter(subject_kind="case").first()
    duty = Docket.objects.filter(subject_kind="organisation").first()
    number = docket.case.number
    release = docket.release_id[:12]
    yield from ("/", "/?show=overdue", "/?show=today", "/messages/")
    yield from ("/intake/", "/intake/?service=pipe-repair&phone=13800000001")
    yield from ("/cases/", "/cases/?state=closed", "/cases/?state=mine", "/cases/?q=1380000")
    yield from (f"/cases/{number}/", f"/cases/{number}/?step=hand-over")
    yield from (f"/duties/{duty.pk}/", f"/overdue/?unit={firm.company.pk}&service=pipe-repair")
    yield from ("/overdue/", "/regulation/", f"/regulation/{release}/")
    yield f"/regulation/{release}/processes/complaint/"
    yield from (f"/regulation/{release}/rights/", f"/regulation/{release}/rights/?post=network")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers_for_an_agent_and_a_head(water, language):
    for role in ("hotline-agent", "cs-department"):
        client = sits(water.people[role], language)
        for address in addresses(water):
            answer = client.get(address)
            assert answer.status_code == 200, f"{address} for {role}: {answer.status_code}"
            assert page(answer).count("<h1") <= 1


def test_our_own_words_are_all_in_the_readers_language(water):
    """Names of people and the customer's words stay; headings, buttons and labels follow."""
    client = sits(water.people["cs-department"], "en")
    for address in addresses(water):
        for heading in re.findall(
            r"<(?:h[1-6]|th|legend|label|button|summary)[^>]*>(.*?)</", page(client.get(address))
        ):
            words = re.sub(r"<[^>]+>", "", heading).replace("中文", "")
            # 四（三） is where a clause stands in a Chinese text; it has no other name.
            if not re.fullmatch(r"[\s0-9第条款章项附件表（）()一二三四五六七八九十、.—\-]*", words):
                assert not HAN.search(words), f"{address}: {heading}"


def test_no_page_carries_a_script_or_a_style_of_its_own(water):
    client = sits(water.people["cs-department"])
    for address in addresses(water):
        html = page(client.get(address))
        assert not re.search(r"<script(?![^>]*\bsrc=)", html), address
        assert "<style" not in html, address
        assert not re.search(r"\son\w+=", html), address


@pytest.mark.parametrize(
    "address",
    [
        "/cases/T-000000-00000/",
        "/cases/T-000000-00000/forms/arrival/",
        "/duties/00000000-0000-7000-8000-000000000000/",
        "/regulation/000000000000/",
        "/regulation/000000000000/processes/repair/",
        "/nowhere/",
    ],
)
def test_what_is_not_there_is_not_found(browser, address):
    assert browser.get(address).status_code == 404


def test_a_case_of_another_company_is_not_there(firm, leak):
    elsewhere = house("gas-callcentre", code="X", roles=("agent",))
    other = sits(elsewhere.top)
    for address in (
        f"/cases/{leak.number}/",
        f"/cases/{leak.number}/forms/arrival/",
        f"/duties/{leak.docket_id}/",
    ):
        assert other.get(address).status_code == 404
    for step in ("steps/urge", "contact", "forms/arrival"):
        assert other.post(f"/cases/{leak.number}/{step}/", {"why": "look"}).status_code == 404
    assert leak.number not in page(other.get("/cases/?state=all"))


def test_a_number_goes_straight_to_its_case_and_a_telephone_finds_it(browser, firm, leak):
    other = take(firm, "另一处", "leak-2", contact_phone="13900000009")
    assert browser.get(f"/cases/?q={leak.number.lower()}")["Location"] == f"/cases/{leak.number}/"
    found = page(browser.get("/cases/?q=13900000009"))
    assert other.number in found
    assert leak.number not in found
    assert "No case matches" in page(browser.get("/cases/?q=nothing"))


def test_finding_by_a_masked_number_is_a_look_and_by_a_word_is_none(browser, firm, leak):
    """The head of the company sees a mask; the network handles it, and needs to call."""
    for words in ("13800000001", "演示客户甲", "路面冒水", "0001", "1380000000"):
        browser.get(f"/cases/?q={words}")
    sits(firm.people["network"]).get("/cases/?q=13800000001")
    seen = Entry.objects.filter(kind="personal_data.seen")
    assert [(e.actor_id, e.subject, e.data["what"]) for e in seen.order_by("seq")] == [
        *[(firm.top.pk, leak.docket_id, "found")] * 2,
        *[(firm.top.pk, None, "missed")] * 2,
    ]


def test_a_masked_number_that_many_told_is_one_look_however_often_it_is_asked(browser, firm):
    for n in range(28):
        take(firm, token=f"leak-{n}")
    for _ in range(3):
        html = page(browser.get("/cases/?q=13800000001"))
    seen = Entry.objects.filter(kind="personal_data.seen")
    assert [(e.data["what"], e.data["number"]) for e in seen] == [("found", 28)]
    assert "found by full telephone, name or address (28)" in page(browser.get("/access-log/"))
    assert "You have used" not in html


@pytest.mark.parametrize("place", ["/cases/", "/customers/"])
def test_who_guesses_numbers_is_stopped_and_told_what_to_do(browser, firm, leak, place):
    guesser = firm.people["network"]
    client = sits(guesser)
    for n in range(MOST_MISSES):
        assert "found nobody within an hour" not in page(client.get(f"{place}?q=139{n:08d}"))
    html = page(client.get(f"{place}?q=13800000001"))
    assert "found nobody within an hour" in html
    assert "Search by case number or words of the request" in html
    misses = Entry.objects.filter(kind="personal_data.seen", actor_id=guesser.pk)
    assert {e.data["what"] for e in misses} == {"missed"}
    assert misses.count() == MOST_MISSES


def test_who_has_no_look_left_finds_nobody_by_what_is_masked(browser, firm, leak):
    name = "looks-a-day-general-manager"
    choose_setting(company=firm.company, name=name, value="0", by=None, now=NOW)
    html = page(browser.get("/cases/?q=13800000001"))
    assert leak.number not in html
    assert "You have used today" in html
    assert leak.number in page(browser.get("/cases/?q=路面冒水"))
    assert leak.number in page(sits(firm.people["network"]).get("/cases/?q=13800000001"))
    assert not Entry.objects.filter(kind="personal_data.seen").exists()


@pytest.fixture
def broken(firm, leak, clock):
    """An hour and a half after its promise was due, nothing is done; the worker has been round."""
    clock.move_to(LATER + timedelta(hours=3))
    let_pass(LATER + timedelta(hours=3))
    while deliver(now=LATER + timedelta(hours=3)):
        pass
    return leak


def test_a_broken_promise_is_overdue_on_the_desk_of_who_owes_it(firm, broken):
    html = page(sits(firm.people["network"]).get("/?show=overdue"))
    assert "1 h 30 min overdue" in html
    assert broken.number in html


def test_the_superior_is_told_and_the_message_leads_to_the_case(firm, broken):
    superior = sits(firm.top)
    links = re.findall(r'href="(/dockets/[^"]+)"', page(superior.get("/messages/")))
    assert superior.get(links[0])["Location"] == f"/cases/{broken.number}/"
    superior.post("/messages/read/")
    assert "No unread messages" in page(superior.get("/messages/"))


def test_the_overdue_register_filters_by_unit_and_service(firm, broken):
    client = sits(firm.top)
    network, service = firm.units["network"].pk, firm.units["service"].pk
    shows = {
        "/overdue/": True,
        f"/overdue/?unit={network}": True,
        f"/overdue/?unit={service}": False,
        "/overdue/?service=leak": True,
        "/overdue/?service=other": False,
        "/overdue/?unit=%27&page=9": True,
    }
    assert {a: broken.number in page(client.get(a)) for a in shows} == shows


def test_the_regulation_tells_how_its_indicators_are_reckoned_and_what_it_rests_on(water):
    html = page(sits(water.top).get("/regulation/"))
    assert re.search(
        r"K-10</td><td>On-time follow-up rate</td><td>\s*Follow-ups on time ÷ due", html
    )
    assert "Customer follow-up management regulation of the water company" in html
    assert "16 Apr 2023" in html
