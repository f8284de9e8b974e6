"""The telephones on the public pages: chosen by the house, shown to everybody, tidied, recorded."""

from __future__ import annotations

import pytest
from django.test import Client

from chengnuo.ledger.models import Entry
from chengnuo.people.access import ADMINISTRATOR
from chengnuo.people.lines import Lines, lines_of
from chengnuo.people.services import appoint, hire, open_post
from tests.companies import LONG_AGO, house
from tests.doors.web.conftest import page, sits


@pytest.fixture
def firm(db):
    return house("water-company")


@pytest.fixture
def administrator(firm):
    post = open_post(
        organisation=firm.company, role=ADMINISTRATOR, title_zh="系统管理员", title_en="House",
        now=LONG_AGO,
    )  # fmt: skip
    person = hire(
        badge="T-adm", name="管理员", organisation=firm.company, password=None, now=LONG_AGO
    )
    appoint(staff=person, post=post, now=LONG_AGO)
    return sits(person)


def public(firm):
    return page(Client().get(f"/public/{firm.company.code.lower()}/commitments/"))


def test_they_stand_on_the_commitments_and_can_be_dialled(firm, administrator):
    assert "tel:" not in public(firm)
    typed = {"lines": "1", "line": "(0571) 8888 1234", "complaints": "13900000000"}
    administrator.post("/house/settings/", typed, follow=True)
    html = public(firm)
    assert 'href="tel:057188881234"' in html
    assert 'href="tel:13900000000"' in html
    assert Entry.objects.filter(kind="lines.published").count() == 1
    administrator.post("/house/settings/", typed | {"complaints": ""}, follow=True)
    assert "13900000000" not in public(firm)


def test_what_cannot_be_dialled_is_not_kept(firm, administrator):
    typed = {"lines": "1", "line": "请打总机", "complaints": ""}
    html = page(administrator.post("/house/settings/", typed, follow=True))
    assert "请打总机" in html
    assert lines_of(company=firm.company) == Lines()


def test_the_house_s_own_matters_are_not_in_a_caller_s_list(firm):
    agent = sits(firm.people["hotline-agent"])
    callers, own = page(agent.get("/intake/")), page(agent.get("/intake/?kind=internal"))
    assert 'value="service-complaint"' in callers
    assert 'value="customer-callback"' not in callers
    assert 'value="customer-callback"' in own
    # accountability begins with a breach or a bad answer
    assert 'value="accountability-case"' not in callers + own
