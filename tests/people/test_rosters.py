"""Rosters: who holds which post, who answers for a role, who stands above whom."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from chengnuo.people.models import Organisation
from chengnuo.people.queries import posts_of, roster_of, settings_of
from chengnuo.people.services import (
    appoint,
    choose_setting,
    deliver_message,
    found_organisation,
    hire,
    open_post,
    relieve,
)

NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def unit(code, parent=None, pack=""):
    return found_organisation(
        code=code, name_zh=code, name_en=code, kind="company", now=NOW, parent=parent, pack=pack
    )


def post(place, role, reports_to=None, *, head=False):
    return open_post(
        organisation=place,
        role=role,
        title_zh=role,
        title_en=role,
        now=NOW,
        is_head=head,
        reports_to=reports_to,
    )


def seated(place, badge, at):
    person = hire(badge=badge, name=badge, organisation=place.organisation, password="", now=NOW)
    return person, appoint(staff=person, post=place, now=at)


def roster(company):
    return roster_of(company=Organisation.objects.get(pk=company.pk))


@pytest.fixture
def group(db):
    """A group with a head office post; a company below it with a department and a crew."""
    group = unit("G", pack="group-pack")
    company = unit("C", group, pack="company-pack")
    network = unit("N", company)
    return group, company, network


def test_the_tree_gives_each_unit_its_path_and_company(group):
    top, company, network = group
    assert top.path == f"/{top.pk}/"
    assert network.path == f"/{top.pk}/{company.pk}/{network.pk}/"
    assert (top.company, company.company, network.company) == (top, company, company)


def test_a_role_is_found_inside_the_company_before_the_group(group):
    top, company, network = group
    post(top, "network")
    assert roster(company).unit_of_role("network") == top.pk, "only the group has it yet"
    post(network, "network")
    assert roster(company).unit_of_role("network") == network.pk
    assert roster(top).unit_of_role("network") == top.pk, "the group does not see into its company"
    assert roster(company).unit_of_role("laboratory") is None


def test_departments_of_the_group_answer_for_its_roles_and_those_of_a_sister_do_not(group):
    top, company, _ = group
    audit = unit("GA", top)
    post(audit, "auditor", head=True)
    sister = unit("C2", top, pack="company-pack")
    post(unit("C2N", sister), "laboratory", head=True)
    assert roster(company).unit_of_role("auditor") == audit.pk
    assert roster(company).units_with("auditor") == []
    assert roster(company).unit_of_role("laboratory") is None


def test_a_role_held_in_several_units_lies_where_its_head_sits(group):
    _, company, network = group
    crew = unit("N1", network)
    post(crew, "technician")
    post(network, "technician", head=True)
    assert roster(company).unit_of_role("technician") == network.pk
    assert roster(company).units_with("technician") == sorted([network.pk, crew.pk])


def test_units_with_a_role_are_those_inside(group):
    top, company, network = group
    post(top, "auditor")
    post(network, "auditor")
    assert roster(company).units_with("auditor") == [network.pk]


def test_the_reporting_line_runs_from_post_to_post(group):
    top, company, network = group
    president = post(top, "president", head=True)
    manager = post(company, "general-manager", president, head=True)
    head = post(network, "network", manager, head=True)
    post(network, "technician", head)
    line = roster(company)
    above = [line.above(unit=network.pk, role="technician", steps=n) for n in range(5)]
    assert [s.role if s else None for s in above] == [
        "technician",
        "network",
        "general-manager",
        "president",
        None,
    ]
    assert line.above(unit=network.pk, role="", steps=1).role == "general-manager", (
        "an owner without a role is the unit: its head's superior"
    )


def test_a_post_is_held_from_a_moment_until_a_moment(group):
    _, company, network = group
    place = post(network, "network", head=True)
    first, holding = seated(place, "01", NOW)
    relieve(holding=holding, now=LATER)
    second, _ = seated(place, "02", LATER)
    people = [
        roster(company).people_with(unit=network.pk, role="network", at=at)
        for at in (NOW - timedelta(seconds=1), NOW, LATER - timedelta(seconds=1), LATER)
    ]
    assert people == [[], [first.pk], [first.pk], [second.pk]]
    assert posts_of(staff=first, at=LATER) == []
    assert posts_of(staff=second, at=LATER) == [place]


def test_the_same_person_takes_a_post_once_at_a_time(group):
    place = post(group[2], "network")
    person, holding = seated(place, "01", NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        appoint(staff=person, post=place, now=LATER)
    relieve(holding=holding, now=LATER)
    appoint(staff=person, post=place, now=LATER + timedelta(hours=1))
    assert posts_of(staff=person, at=LATER + timedelta(hours=2)) == [place]


def test_a_vacant_post_is_still_a_post(group):
    _, company, network = group
    manager = post(company, "general-manager", head=True)
    post(network, "network", manager, head=True)
    line = roster(company)
    assert line.unit_of_role("network") == network.pk
    assert line.people_with(unit=network.pk, role="network", at=NOW) == []
    assert line.above(unit=network.pk, role="network", steps=1).holders(NOW) == []


def test_when_a_seat_is_vacant_the_next_up_the_line_answers(group):
    top, company, network = group
    president = post(top, "president", head=True)
    manager = post(company, "general-manager", president, head=True)
    post(network, "network", manager, head=True)
    assert roster(company).first_present(unit=network.pk, role="network", at=NOW) == []
    person, _ = seated(president, "P", NOW)
    assert roster(company).first_present(unit=network.pk, role="network", at=NOW) == [person.pk]
    nearer, _ = seated(manager, "M", NOW)
    assert roster(company).first_present(unit=network.pk, role="network", at=NOW) == [nearer.pk]


def test_a_unit_without_any_post_is_answered_for_by_the_one_above(group):
    _, company, network = group
    person, _ = seated(post(company, "general-manager", head=True), "M", NOW)
    empty = unit("N9", network)
    assert roster(company).first_present(unit=empty.pk, role="crew", at=NOW) == [person.pk]


def test_a_circle_of_superiors_ends(group):
    _, company, network = group
    first = post(network, "network", head=True)
    first.reports_to = post(company, "general-manager", first)
    first.save()
    assert roster(company).first_present(unit=network.pk, role="network", at=NOW) == []


# -- what is remembered is forgotten when it changes ----------------------------------------------


def test_a_change_in_the_company_is_seen_at_once(group):
    _, company, network = group
    before = roster(company)
    place = post(network, "network")
    assert roster(company).unit_of_role("network") == network.pk
    person, holding = seated(place, "01", NOW)
    assert roster(company).people_with(unit=network.pk, role="", at=NOW) == [person.pk]
    relieve(holding=holding, now=LATER)
    assert roster(company).people_with(unit=network.pk, role="", at=LATER) == []
    assert before.unit_of_role("network") is None, "a roster in hand is a value and does not change"


def test_a_change_above_is_seen_below(group):
    top, company, _ = group
    roster(company)
    place = post(top, "president", head=True)
    assert roster(company).unit_of_role("president") == top.pk
    person, _ = seated(place, "P", NOW)
    assert roster(company).people_with(unit=top.pk, role="president", at=NOW) == [person.pk]


def test_a_change_below_or_beside_leaves_others_alone(group):
    top, company, network = group
    beside = unit("D", top, pack="company-pack")
    versions = [Organisation.objects.get(pk=o.pk).roster_version for o in (top, company, beside)]
    post(network, "network")
    after = [Organisation.objects.get(pk=o.pk).roster_version for o in (top, company, beside)]
    assert [a - b for a, b in zip(after, versions, strict=True)] == [0, 1, 0]


def test_a_company_whose_number_begins_like_anothers_is_not_below_it(db):
    """Paths end in a slash: /1/ is not above /11/."""
    first = unit("A", pack="p")
    others = [unit(f"B{n}", pack="p") for n in range(12)]
    before = [Organisation.objects.get(pk=o.pk).roster_version for o in others]
    post(first, "network")
    assert before == [Organisation.objects.get(pk=o.pk).roster_version for o in others]


# -- settings and messages -------------------------------------------------------------------------


def test_a_setting_is_chosen_once_and_changed_after(group):
    _, company, _ = group
    version = Organisation.objects.get(pk=company.pk).regulation_version
    choose_setting(company=company, name="dn800", value="48h", by=None, now=NOW)
    choose_setting(company=company, name="dn800", value="38h", by=None, now=NOW)
    assert settings_of(company=company) == {"dn800": "38h"}
    assert Organisation.objects.get(pk=company.pk).regulation_version == version + 2


def test_a_message_arrives_once(group):
    person, _ = seated(post(group[1], "agent"), "01", NOW)
    words = {"kind": "warned", "text_zh": "到期", "text_en": "due", "link": "", "now": NOW}
    assert deliver_message(staff_id=person.pk, key="k", **words)[1] is True
    assert deliver_message(staff_id=person.pk, key="k", **words)[1] is False
    assert person.messages.count() == 1
