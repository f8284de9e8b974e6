"""By when a pause is decided: said once for the pack, made into a promise from each pause."""

from __future__ import annotations

import pytest

from chengnuo.packs.compiling import compiled
from chengnuo.packs.errors import PackError
from chengnuo.packs.notices import shipped_notices
from chengnuo.rules.limits import Unnumbered
from chengnuo.rules.units import Unit
from tests.packs.small import rule, small_pack

PAUSED = rule(
    "repaired-soon",
    "kind: within, start: case.lodged, stop: repair.completed, limit: {amount: 5, unit: hour}, "
    "pause: [{reason: absent, title: {zh: 不遇, en: Absent}, proof: {zh: 单号, en: Slip}, "
    "cap: {amount: 2, unit: hour}, approver: service}]",
)
GIVEN = """
warn: [0.5]
escalate: [{after: {amount: 0, unit: minute}, to: line-1}]
readings: {house: {zh: 本单位自定, en: The house's own}}
pauses: {reading: house, decide: {amount: 1, unit: working_day}%s}
"""


def decision(folder, more=""):
    pack = small_pack(folder, PAUSED, more=more).pack
    book = compiled(pack, digest="test", notices=shipped_notices())
    assert list(book.rules) == ["repaired-soon", "repaired-soon-pause-absent"]
    return book.rules["repaired-soon-pause-absent"]


def test_it_is_owed_by_the_approver_with_the_time_and_the_ladder_of_the_house(tmp_path):
    made = decision(tmp_path, GIVEN % "")
    assert (made.owed_by, made.readings, made.warn) == ("service", ("house",), (0.5,))
    assert (made.limit.amount, made.limit.unit) == (1, Unit.WORKING_DAY)
    assert [r.to for r in made.levels] == ["line-1"]
    assert made.clauses[0].place == "第一条", "where the paused promise stands"


def test_it_may_have_a_ladder_of_its_own(tmp_path):
    own = ", escalate: [{after: {amount: 1, unit: hour}, to: network}]"
    assert [r.to for r in decision(tmp_path, GIVEN % own).levels] == ["network"]


@pytest.mark.parametrize("said", ["pauses: {reading: house, decide: {amount: 1, unit: hour}, ", ""])
def test_a_ladder_that_leads_to_nobody_is_an_error(tmp_path, said):
    """Of the pauses as of the pack: it would be noticed only when nobody could be told."""
    escalation = "escalate: [{after: {amount: 1, unit: hour}, to: nobody}]" + ("}" if said else "")
    house = "readings: {house: {zh: 本单位自定, en: The house's own}}\n"
    with pytest.raises(PackError, match="unknown role 'nobody'"):
        small_pack(tmp_path, PAUSED, more=house + said + escalation)


def test_where_no_time_is_named_none_is_made_up(tmp_path):
    made = decision(tmp_path)
    assert isinstance(made.limit, Unnumbered)
    assert made.readings == ()


def test_a_reading_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(PackError, match="pauses: unknown reading 'house'"):
        small_pack(
            tmp_path, PAUSED, more="pauses: {reading: house, decide: {amount: 1, unit: hour}}"
        )


def test_a_rule_that_takes_the_name_of_a_decision_is_an_error(tmp_path):
    other = rule(
        "repaired-soon-pause-absent",
        "kind: within, start: case.lodged, stop: repair.completed, limit: {amount: 5, unit: hour}",
    )
    with pytest.raises(PackError, match="taken, or longer than 80 characters"):
        small_pack(tmp_path, PAUSED + other)
