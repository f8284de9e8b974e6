"""The house with one room more: its folder, and a line in each of the two lists."""

from __future__ import annotations

from chengnuo.config.rooms import ROOMS, house_of
from chengnuo.doors.web.pages import MANIFESTS, pages_of
from tests.plugged.gardens import desk, manifest

HOUSE = house_of((*ROOMS, manifest))
PAGES = pages_of((*MANIFESTS, desk))
