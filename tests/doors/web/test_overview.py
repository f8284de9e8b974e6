"""The leader's overview: who has one, what it counts, and that each number opens what it counts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from chengnuo.cases.casework.objections import ask_return, decide_return
from chengnuo.cases.casework.supervising import urge
from chengnuo.obligations.models import Docket, Obligation
from chengnuo.obligations.ticking import tick
from chengnuo.obligations.verdicts import VERDICTS
from chengnuo.people.services import appoint, hire, open_post
from tests.companies import LONG_AGO, house, small_pack
from tests.doors.web.conftest import LATER, NOW, RULES, page, sits, take
from tests.rules.world import at
from tests.submitting import fill_case

LINK = re.compile(r'<a href="(/[^"]+)">(\d+)</a>')


@pytest.fixture
def month(firm, clock):
    """A leak that was repaired in time, one that was not, and one that still runs."""
    kept = take(firm, token="kept")
    late = take(firm, token="late", narrative="阀门漏水")
    for form in ("arrival", "repaired"):
        raw = {"done_at": "2026-03-09T10:30"} if form == "repaired" else {}
        fill_case(kept, form, raw, token=f"{form}-kept", by=firm.people["network"], now=LATER)
    clock.move_to(NOW + timedelta(hours=3))
    tick(now=NOW + timedelta(hours=3))
    take(firm, token="runs", narrative="水表漏水")
    return kept, late


def numbers(html: str) -> list[list[str]]:
    """The table by department, line by line, as it is read."""
    table = html[html.index("<tbody>") : html.index("</table>")]
    lines = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    return [
        [re.sub("<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", line)]
        for line in lines
    ]


def test_the_month_by_department(firm, month):
    html = page(sits(firm.top).get("/overview/"))
    #          department  due  kept broken share  overdue supervised urged emergency returns
    assert numbers(html)[0] == ["network", "2", "1", "1", "50.0%", "1", "0", "0", "0", "0"]


def test_every_number_opens_as_many_rows(firm, month):
    _kept, late = month
    now = NOW + timedelta(hours=3)
    urge(case=late, reason="客户来电催促", by=firm.top, now=now)
    browser = sits(firm.top)
    links = LINK.findall(page(browser.get("/overview/")))
    assert {"rows", "overdue", "queues"} <= {part for link, _ in links for part in link.split("/")}
    for link, number in links:
        html = page(browser.get(link))
        assert re.search(rf'<h1>[^<]+<span class="muted">{number}</span>', html), link


def test_a_return_waits_until_it_is_decided(firm, leak):
    taker = firm.people["service"]
    Docket.objects.filter(pk=leak.docket_id).update(accepting_unit=taker.organisation)
    leak.refresh_from_db()
    asked = ask_return(
        case=leak, wants=None, reason="不属管网", by=firm.people["network"], now=LATER
    )
    browser = sits(firm.top)
    assert numbers(page(browser.get("/overview/")))[0][-1] == "1"
    assert leak.number in page(browser.get("/overview/rows/?of=returns"))
    decide_return(case=asked.case, to=None, remark="属管网", by=taker, now=LATER)
    assert leak.number not in page(browser.get("/overview/rows/?of=returns"))


def test_every_number_of_somebody_who_heads_two_units_opens_as_many_rows(firm, month):
    head, other = firm.people["network"], firm.units["service"]
    post = open_post(
        organisation=other, role="network", title_zh="兼", title_en="H", now=LONG_AGO, is_head=True
    )
    appoint(staff=head, post=post, now=LONG_AGO)
    for case, unit in zip(month, (firm.units["network"], other), strict=True):
        urge(case=case, reason="客户来电催促", by=firm.top, now=NOW + timedelta(hours=3))
        Docket.objects.filter(pk=case.docket_id).update(handling_unit=unit)
    browser = sits(head)
    html = page(browser.get("/overview/"))
    assert numbers(html[html.index("<tfoot>") :].replace("tfoot", "tbody"))[0][7] == "2"
    for link, number in LINK.findall(html):
        assert re.search(rf'<h1>[^<]+<span class="muted">{number}</span>', page(browser.get(link)))


@pytest.mark.parametrize("of", ["due", "kept", "broken", "taken", "overdue", "urged", "returns"])
def test_rows_of_a_unit_are_those_of_no_other(firm, month, of):
    other = firm.units["service"]
    html = page(sits(firm.top).get(f"/overview/rows/?of={of}&unit={other.pk}"))
    assert re.search(r'<h1>[^<]+<span class="muted">0</span>', html)


def test_a_head_sees_the_unit_that_he_heads(firm, month):
    html = page(sits(firm.people["network"]).get("/overview/"))
    assert [line[0] for line in numbers(html)] == ["network"]
    other = firm.units["service"].pk
    assert (
        sits(firm.people["network"]).get(f"/overview/rows/?of=due&unit={other}").status_code == 404
    )


def test_who_heads_nothing_has_no_overview(firm):
    post = open_post(
        organisation=firm.units["network"],
        role="network",
        title_zh="工",
        title_en="W",
        now=LONG_AGO,
    )
    person = hire(
        badge="T-w", name="演示工", organisation=firm.units["network"], password="x", now=LONG_AGO
    )
    appoint(staff=person, post=post, now=LONG_AGO)
    for address in ("/overview/", "/overview/rows/?of=due"):
        assert sits(person).get(address).status_code == 403
    assert "/overview/" not in page(sits(person).get("/"))
    assert "/overview/" in page(sits(firm.top).get("/"))
    assert Client().get("/overview/").status_code == 302


def test_what_is_due_at_24_00_belongs_to_the_day_that_ends(firm, month):
    last = at("2026-03-01 00:00")
    Obligation.objects.filter(rule="repaired-soon", kept_at__isnull=False).update(due_at=last)
    VERDICTS.rebuild()
    february = page(sits(firm.top).get("/overview/?month=2026-02"))
    assert numbers(february)[0][:5] == ["network", "1", "1", "0", "100.0%"]
    assert (
        "<td>28 Feb</td><td>0</td><td>"
        '<a href="/overview/rows/?month=2026-02&of=due&day=2026-02-28">1</a></td>'
    ) in february


@pytest.mark.parametrize(
    "words", ["month=never", "month=9999-12", "month=1066-10", "month=%00", "page=x"]
)
def test_an_address_that_makes_no_sense_shows_this_month(browser, leak, words):
    assert 'value="2026-03"' in page(browser.get(f"/overview/?{words}"))


@pytest.mark.parametrize("words", ["", "of=guess", "of=due&unit=x", "of=kept&unit=99999"])
def test_there_are_no_rows_behind_no_number(browser, leak, words):
    assert browser.get(f"/overview/rows/?{words}").status_code == 404


@pytest.fixture
def group(db, tmp_path, settings, clock):
    """A group at work with a company below it: there one promise kept and one broken."""
    settings.MEDIA_ROOT = tmp_path / "files"
    folder = tmp_path / "small-1"
    folder.mkdir()
    pack = small_pack(tmp_path, RULES)
    above = house(pack, code="G")
    below = house(pack, code="S", parent=above.company)
    kept, _late = take(below, token="kept"), take(below, token="late", narrative="阀门漏水")
    for form in ("arrival", "repaired"):
        raw = {"done_at": "2026-03-09T10:30"} if form == "repaired" else {}
        fill_case(kept, form, raw, token=f"{form}-kept", by=below.people["network"], now=LATER)
    take(above, token="own", narrative="水表漏水")
    clock.move_to(NOW + timedelta(hours=3))
    tick(now=NOW + timedelta(hours=3))
    return above, below


def test_who_leads_a_group_sees_a_line_for_each_company(group):
    above, _below = group
    html = page(sits(above.top).get("/overview/"))
    #              company  due  kept broken share  overdue ...
    assert numbers(html)[:2] == [
        ["Example G", "1", "0", "1", "0.0%", "1", "0", "0", "0", "0"],
        ["Example S", "2", "1", "1", "50.0%", "1", "0", "0", "0", "0"],
    ]
    opened = page(sits(above.top).get("/overview/?month=2026-03&company=S"))
    assert numbers(opened)[0] == ["network", "2", "1", "1", "50.0%", "1", "0", "0", "0", "0"]


@pytest.mark.parametrize("address", ["/overview/", "/overview/?company=S"])
def test_every_number_of_a_group_and_of_its_companies_opens_as_many_rows(group, address):
    above, _below = group
    browser = sits(above.top)
    links = LINK.findall(page(browser.get(address)))
    assert links
    for link, number in links:
        html = page(browser.get(link))
        assert re.search(rf'<h1>[^<]+<span class="muted">{number}</span>', html), link


@pytest.mark.parametrize(
    ("who", "company"), [("network above", "S"), ("top below", "G"), ("top above", "X")]
)
def test_nobody_opens_the_overview_of_a_company_that_he_does_not_see(group, who, company):
    above, below = group
    person = {
        "network above": above.people["network"], "top below": below.top, "top above": above.top,
    }[who]  # fmt: skip
    for address in ("/overview/?", "/overview/rows/?of=due&"):
        assert sits(person).get(f"{address}company={company}").status_code == 404
    if company != "X":
        assert "companies" not in page(sits(person).get("/overview/"))


def test_a_promise_of_the_group_in_a_matter_of_the_company_has_its_line(group):
    above, below = group
    unit = above.units["network"]
    Obligation.objects.filter(organisation=below.company, broken_at__isnull=False).update(unit=unit)
    browser = sits(above.top)
    html = page(browser.get("/overview/?company=S"))
    assert [line[:4] for line in numbers(html)][:2] == [
        ["network", "1", "1", "0"],
        ["network (Example G)", "1", "0", "1"],
    ]
    assert f"unit={unit.pk}" in html
    for link, number in LINK.findall(html):
        assert re.search(rf'<h1>[^<]+<span class="muted">{number}</span>', page(browser.get(link)))


def test_days_that_are_over_count_as_they_did_and_open_their_rows(firm, month, clock):
    """From the day after on, the day's verdicts are read from its sums, and its rows as before."""
    browser = sits(firm.top)
    before = numbers(page(browser.get("/overview/")))
    clock.move_to(NOW + timedelta(days=1, hours=1))
    browser = sits(firm.top)
    html = page(browser.get("/overview/"))
    assert [line[1:5] for line in numbers(html)] == [line[1:5] for line in before]
    opened = [(link, number) for link, number in LINK.findall(html) if "of=due" in link]
    assert opened
    for link, number in opened:
        html = page(browser.get(link))
        assert re.search(rf'<h1>[^<]+<span class="muted">{number}</span>', html), link
