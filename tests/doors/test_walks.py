"""闭环 through the pages: every service is taken in and done by those who may, until it is closed.

make walks      every service of every pack; without it, two of each pack
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from chengnuo.packs.loader import shipped_packs
from tests.companies import house
from tests.doors.web.conftest import clock  # noqa: F401 - time stands still here as on every page
from tests.doors.web.walking import PagesWalk, Stuck
from tests.packs.walking import services, utility

EVERYTHING = "WALKS" in os.environ


def walked(pack_id: str) -> Iterator[str]:
    """The services of a pack; of two processes the first one, unless all are asked for.

    Accountability is no matter of an intake: a proceeding is opened from its ground alone, and its
    way is in test_conduct.py.
    """
    pack, _ = utility(pack_id)
    own = pack.accountability.service if pack.accountability else None
    seen: set[str] = set()
    for service in services(pack_id):
        process = pack.services[service].process
        if service == own or (not EVERYTHING and (process in seen or len(seen) == 2)):
            continue
        seen.add(process or "")
        yield service


@pytest.mark.parametrize("pack", shipped_packs())
def test_every_service_reaches_its_end_through_the_pages(pack, db, clock, tmp_path, settings):  # noqa: F811
    settings.MEDIA_ROOT = tmp_path / "files"
    firm = house(pack)
    stuck = []
    for service in walked(pack):
        try:
            PagesWalk(pack, service, seed=1, house=firm, clock=clock).go()
        except Stuck as error:
            stuck.append(str(error))
    assert not stuck, f"{len(stuck)} stuck:\n" + "\n".join(stuck)
