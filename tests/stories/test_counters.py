"""Every number on a page is that of the rows behind it; the desk counts what its groups hold."""

from __future__ import annotations

import pytest

from tests.counters import headings, links, read, sweep
from tests.stories.steps import a_letter_comes

# From these pages every counter is opened; a page that somebody may not open has none for him.
DAILY = "/ /messages/ /queues/ /overdue/ /callbacks/ /callbacks/register/ /outside/ /cases/"
LEADING = (
    "/overview/ /queues/load/ /callbacks/bad/ /callbacks/visits/ /callbacks/rates/ "
    "/callbacks/samples/ /conduct/ /conduct/pay/ /escalations/ /pauses/ /averages/ /access-log/ "
    "/customers/ /customers/archive/"
)
HOUSE = "/ /house/ /house/staff/ /house/waiting/ /house/unassigned/ /house/standing/ /access-log/"
# Who counts what, and how many counters he finds at least: a sweep that opens none finds no fault.
COUNTS = {
    "DW12": (f"{DAILY} {LEADING}", 60),
    "DW03": (DAILY, 20),
    "DW09": (DAILY, 20),
    "DW00": (HOUSE, 2),
}


@pytest.fixture(scope="module")
def letters() -> list[str]:
    """Those that were taken in for this file: lists of letters have something to count."""
    return []


@pytest.mark.parametrize("badge", COUNTS)
def test_every_counter_agrees_with_the_list_it_opens(enters, letters, badge):
    if not letters:
        a_letter_comes(enters("DW07"), "演示-井盖-2")
        letters.append("演示-井盖-2")
    context = enters(badge).context

    def get(address: str) -> str | None:
        answer = context.request.get(address)
        return answer.text() if answer.status == 200 else None

    pages, least = COUNTS[badge]
    swept = sweep(get, pages.split())
    # Something may have fallen due between a counter and its list: what is wrong stays wrong.
    wrong = set(swept.wrong) & set(sweep(get, pages.split()).wrong) if swept.wrong else set()
    assert not wrong, "\n".join(sorted(wrong))
    assert swept.opened >= least


def test_the_desk_counts_what_its_groups_hold(enters):
    context = enters("DW12").context
    for show in ("all", "today", "overdue"):
        desk = read(context.request.get(f"/?show={show}&rows=500").text())
        tiles = {w.lstrip("0123456789"): n for _where, n, w in links(desk)}
        held = {h.attributes.get("id"): n for h, n in headings(desk)}
        late, today = held.get("g-overdue", 0), held.get("g-today", 0)
        assert tiles["Overdue"] == late, show
        if show != "overdue":
            assert tiles["Due by tonight"] == late + today, show
        if show == "all":
            rest = held.get("g-later", 0) + held.get("g-open", 0)
            assert tiles["All open"] == late + today + rest
