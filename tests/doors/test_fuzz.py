"""Whatever is typed, sent or made up, no answer is a fault; the long walk is `make fuzz`."""

from __future__ import annotations

from django.core.cache import cache

from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.obligations.duties import open_periods
from tests.companies import administrator, house
from tests.fuzzing import Walker, somebody_of_everything
from tests.rules.world import at

NOW = at("2026-03-09 10:00")
SHORT = 250


def test_no_answer_is_a_fault(db, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    cache.clear()
    firm = house("water-company")
    administrator(firm)
    for number, service in enumerate(("service-complaint", "pipe-repair", "violation-report")):
        asked = Request(service=service, channel="phone", narrative="诉求", token=f"fuzz-{number}")
        lodge(company=firm.again(), request=asked, at=NOW, now=NOW, by=firm.people["hotline-agent"])
    open_periods(now=NOW)
    walker = Walker(somebody_of_everything(), seed=7)
    walker.walk(SHORT)
    assert not walker.faults, "\n\n".join(f"{f.asked}\n{f.told}" for f in walker.faults)
    assert walker.answers.total() == SHORT
    assert walker.answers[200] > SHORT / 4
