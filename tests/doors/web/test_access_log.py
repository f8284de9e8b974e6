"""Who looked at personal data: found by person, case and day, and carried away only on record."""

from datetime import timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from chengnuo.disclosure.access_log import log_access, note_export
from chengnuo.ledger.models import Entry
from chengnuo.people.models import Holding
from tests.companies import administrator
from tests.doors.web.conftest import NOW, page, sits, take


@pytest.fixture
def looked(firm, leak):
    """Two people looked at two cases on two days; one list was exported on the command line."""
    other = take(firm, token="leak-2")
    for days, person, case, why in (
        (3, "network", leak, "核对地址"),
        (1, "network", other, "回电"),
        (0, "service", other, "=cmd"),
    ):
        log_access(
            viewer=firm.people[person], subject=case.docket_id, what="contact", why=why,
            now=NOW - timedelta(days=days),
        )  # fmt: skip
    note_export(company=firm.company, what="cases", why="年检", by="root", now=NOW)
    return leak, other


def lines(html):
    return html.count('<tr tabindex="-1">')


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("", 4),
        ("who=T-network", 2),
        ("who=t-NETWORK", 2),
        ("who=nobody", 0),
        ("kind=personal_data.exported", 1),
        ("kind=nonsense", 4),
        ("since=2026-03-09", 2),
        ("until=2026-03-07", 1),
        ("since=2026-03-08&until=2026-03-08&who=T-network", 1),
        ("case=T-999999-99999", 0),
    ],
)
def test_looks_are_found(firm, looked, browser, asked, number):
    answer = browser.get(f"/access-log/?{asked}")
    assert answer.status_code == 200
    assert lines(page(answer)) == number


def test_a_case_has_its_looks(looked, browser):
    leak, other = looked
    assert lines(page(browser.get(f"/access-log/?case={leak.number}"))) == 1
    assert lines(page(browser.get(f"/access-log/?case={other.number}"))) == 2


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("since=yesterday", "Not a valid date."),
        ("since=2026-03-09&until=2026-03-01", "The first date is after the last"),
    ],
)
def test_a_day_that_makes_no_sense_is_told_and_stays(browser, looked, asked, said):
    answer = browser.get(f"/access-log/?{asked}")
    assert answer.status_code == 422
    assert said in page(answer)
    assert asked.split("&")[0].split("=")[1] in page(answer)


def test_a_download_is_a_look_itself(looked, browser, firm):
    answer = browser.post("/access-log/sheet/", {"who": "T-service"})
    assert answer.status_code == 200
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][:4] == ["When", "Staff number", "Name", "How"]
    assert len(rows) == 2
    assert rows[1][1] == "T-service"
    assert rows[1][6] == "=cmd", "a text, never a formula"
    entry = Entry.objects.order_by("seq").last()
    assert (entry.kind, entry.actor_id) == ("personal_data.exported", firm.top.pk)
    assert entry.data["filters"] == "who=T-service"
    assert lines(page(browser.get("/access-log/?who=T-top"))) == 1


def test_who_may_read_them(firm, looked):
    assert sits(administrator(firm)).get("/access-log/").status_code == 200
    assert sits(firm.people["service"]).get("/access-log/").status_code == 403
    assert sits(firm.people["service"]).post("/access-log/sheet/").status_code == 403
    Holding.objects.filter(staff=firm.top).delete()
    assert sits(firm.top).get("/access-log/").status_code == 403


def test_fifty_on_a_page_with_the_filters_kept(firm, leak, browser):
    for number in range(60):
        log_access(
            viewer=firm.top, subject=leak.docket_id, what="contact", why=f"{number}", now=NOW
        )
    first = page(browser.get("/access-log/?who=T-top"))
    assert lines(first) == 50
    assert "?who=T-top&page=2" in first
    assert lines(page(browser.get("/access-log/?who=T-top&page=2"))) == 10


def test_a_page_asks_the_database_little_however_many_looks_there_are(
    firm, leak, browser, django_assert_max_num_queries
):
    for number in range(60):
        log_access(
            viewer=firm.top, subject=leak.docket_id, what="contact", why=f"{number}", now=NOW
        )
    browser.get("/access-log/")
    with django_assert_max_num_queries(17):
        browser.get("/access-log/")
