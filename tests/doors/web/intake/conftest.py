"""A water company and the browser of its hotline."""

import pytest

from tests.companies import house
from tests.doors.web.conftest import sits


@pytest.fixture
def water(db, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    return house("water-company", code="W")


@pytest.fixture
def agent(water):
    return sits(water.people["hotline-agent"])
