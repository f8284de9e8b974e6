"""A water company on a day, its agent, and a complaint that is reported as done."""

from __future__ import annotations

import pytest
import time_machine

from tests.companies import house
from tests.doors.web.callbacks.matter import NOW, lodged, reported
from tests.doors.web.conftest import sits


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moment:
        yield moment


@pytest.fixture
def firm(db):
    return house("water-company")


@pytest.fixture
def agent(firm):
    return sits(firm.people["hotline-agent"])


@pytest.fixture
def complaint(firm):
    return reported(firm, lodged(firm))
