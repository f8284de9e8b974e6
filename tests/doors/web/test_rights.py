"""Who may do what, and what the search for loopholes found, as pages of the regulation."""

import pytest
from django.utils import translation

from chengnuo.doors.web.regulation.page.rules import condition
from chengnuo.obligations.loopholes import search_releases
from chengnuo.obligations.models import PackRelease, ReleaseSearch
from chengnuo.packs.triggers import condition as as_written
from chengnuo.people.models import Post
from tests.companies import house, rule, small_pack
from tests.doors.web.conftest import LATER, page, sits
from tests.packs.shipped import shipped

LEAKY = "kind: within, process: repair, start: case.lodged, stop: repair.completed, owed_by: network, void_on: crew.arrived, limit: {amount: 2, unit: hour}"  # noqa: E501
READING = """
readings: {as-it-is: {zh: 到场即免，系内部约定, en: Arriving lets off by an agreement of the house}}
separations:
  apart: {title: {zh: 维修与回访分开, en: Whoever repairs does not call back}, clause: {source: R, place: 第二条}, one: [repaired], other: [call]}
"""  # noqa: E501


@pytest.fixture
def leaky(db, tmp_path):
    accepted = ", accepts: [{kind: K1, by: arrival/void, reading: as-it-is}]"
    rules = rule("repaired-soon", LEAKY) + rule("taken-as-is", LEAKY + accepted)
    return house(small_pack(tmp_path, rules, more=READING))


def address(what: str) -> str:
    return f"/regulation/{PackRelease.objects.get().digest[:12]}/{what}/"


def test_one_table_says_who_fills_keeps_and_lets_off(leaky):
    html = page(sits(leaky.top).get(address("rights")))
    row = next(r for r in html.split("<tr>") if ">Arrival" in r)
    assert "everyone" in row
    assert row.count("Network") == 1, "it ends what the network owes"
    assert "Whoever repairs does not call back" in html


def test_a_post_sees_its_own_part(leaky):
    html = page(sits(leaky.top).get(address("rights") + "?post=nobody"))
    assert "Repair done" in html, "an unknown post is no filter"


def test_what_was_found_stands_with_what_is_accepted_and_why(leaky):
    waiting = page(sits(leaky.top).get(address("loopholes")))
    assert "has not been searched yet" in waiting
    assert search_releases(now=LATER) == 1
    assert search_releases(now=LATER) == 0, "a release never changes: it is searched once"
    ReleaseSearch.objects.update(report={"findings": [], "moves_played": 1})
    assert search_releases(now=LATER) == 1, "what an earlier search found is looked for again"
    html = page(sits(leaky.top).get(address("loopholes")))
    found, _, accepted = html.partition("Accepted, with the reading")
    assert "repaired-soon" in found
    assert "the promise ends without a verdict" in found
    assert "taken-as-is" in accepted
    assert "Arriving lets off by an agreement of the house" in accepted
    assert ReleaseSearch.objects.get().report["moves_played"] > 0


def test_the_way_around_is_not_shown_to_everybody(leaky):
    search_releases(now=LATER)
    Post.objects.filter(role="network").update(is_head=False)
    answer = sits(leaky.people["network"]).get(address("loopholes"))
    assert answer.status_code == 403
    assert "repaired-soon" not in page(answer)
    assert "/loopholes/" not in page(sits(leaky.people["network"]).get("/regulation/"))


def test_an_accepted_way_stands_at_its_rule(leaky):
    html = page(sits(leaky.top).get("/regulation/"))
    assert "Taken as it is" in html
    assert "Arriving lets off by an agreement of the house" in html


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("zh-hans", "受理渠道：12345等上级转办"),
        ("en", "Channel: Referred by 12345 or a superior department"),
    ],
)
def test_a_condition_is_said_with_the_signs_of_its_language(language, says):
    with translation.override(language):
        given = as_written({"channel": "transfer"})
        assert condition(given, shipped("water-company").pack) == says
