"""A room that nobody knows is plugged in by its folder and its line in the list of rooms."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import Q

import tests.plugged.gardens as gardens
from chengnuo.doors.jobs.worker import Worker
from chengnuo.ledger.kinds import WrongPayload
from chengnuo.ledger.queries import history, verify
from chengnuo.ledger.services import Fact, record
from chengnuo.obligations.facts import MonthScope, facts
from chengnuo.obligations.services import new_docket
from chengnuo.obligations.subjects import UnknownSubject
from tests.doors.web.conftest import LATER, NOW, page, sits
from tests.plugged.gardens.services import WATERED, water

TEMPLATES = Path(gardens.__file__).parent / "templates"


@pytest.fixture
def plugged(settings):
    """The house with the room of gardens."""
    settings.HOUSE = "tests.plugged.house.HOUSE"
    settings.PAGES = "tests.plugged.house.PAGES"
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0]["DIRS"], TEMPLATES]
    settings.TEMPLATES = templates


def worked(**_given):
    return timedelta()


def test_its_step_runs_and_its_event_stands_in_the_timeline(plugged, firm, leak):
    Worker(measure=worked).once()
    [entry] = [e for e in history(subject=leak.docket_id) if e.kind == WATERED]
    assert entry.data == {"litres": 7}
    assert verify(organisation_id=firm.company.pk) == []
    for language, title, label in (("en", "Watered", "Litres"), ("zh-hans", "已浇水", "升数")):
        html = page(sits(firm.top, language).get(f"/cases/{leak.number}/"))
        told = html[html.index('<ol class="timeline">') :]
        assert title in told
        assert label in told
        assert "#droplet" in told


def test_its_panel_stands_on_the_case_once_there_is_something(plugged, firm, leak):
    address = f"/cases/{leak.number}/"
    assert 'id="watering"' not in page(sits(firm.top).get(address))
    water(case=leak, litres=3, now=LATER)
    assert f'id="watering">3 l {leak.number}</section>' in page(sits(firm.top).get(address))


def test_its_panel_stands_on_the_desk_and_its_entry_in_the_navigation(plugged, firm, leak):
    html = page(sits(firm.top).get("/"))
    assert f'id="dry">{leak.number}</section>' in html
    menu = html[html.index('class="menu more"') : html.index("</details>")]
    titles = ["Follow-up register", "Gardens", "Load by hour"]
    places = [menu.index(title) for title in titles]
    assert places == sorted(places), "where its rank puts it"


def test_its_fact_is_listed_and_counts(plugged, firm, leak):
    fact = facts()["gardens.dry"]
    scope = MonthScope(
        company=firm.company, units=None, shown=Q(), owed=Q(), begins=NOW,
        ends=NOW + timedelta(days=30), now=LATER,
    )  # fmt: skip
    assert [case.pk for case in fact.rows(scope, None)] == [leak.pk]
    water(case=leak, litres=1, now=LATER)
    assert fact.rows(scope, None).count() == 0


def test_promises_can_be_about_its_subjects(plugged, firm):
    given = {"company": firm.company, "release": "d", "subject": "g-1", "at": NOW}
    assert new_docket(subject_kind="garden", **given).subject_kind == "garden"
    with pytest.raises(UnknownSubject, match="no room declares dockets about 'graden'"):
        new_docket(subject_kind="graden", **given)


def test_without_its_line_nothing_of_it_is_there_but_what_was_written_stays(
    plugged, settings, firm, leak
):
    water(case=leak, litres=5, now=LATER)
    settings.HOUSE, settings.PAGES = "chengnuo.config.rooms.HOUSE", "chengnuo.doors.web.pages.PAGES"
    html = page(sits(firm.top).get(f"/cases/{leak.number}/"))
    assert WATERED in html, "read as it is, under its own name"
    assert 'id="watering"' not in html
    assert "gardens.dry" not in facts()
    fact = Fact(kind=WATERED, at=LATER, subject=leak.docket_id, data={"litres": 5})
    with pytest.raises(WrongPayload, match="no room declares this event"), transaction.atomic():
        record(organisation_id=firm.company.pk, facts=[fact], now=LATER)
