"""What must be told at intake: by which other answers, and what the check says of it."""

import pytest

from chengnuo.packs.asking import missing_facts
from chengnuo.packs.loader import load
from tests.packs.writing import PACK, faults, written

NEEDED = "diameter_mm: {type: number, required_when: {area: urban}, "
ASKING = PACK.replace("diameter_mm: {type: number, ", NEEDED, 1)
URBAN = {"area": "urban"}


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        (URBAN, ["diameter_mm"]),
        ({**URBAN, "diameter_mm": 200}, []),
        ({**URBAN, "diameter_mm": None}, ["diameter_mm"]),
        ({"area": "rural"}, []),
        ({}, []),  # what its condition names is not known: nobody can say that it is needed
    ],
)
def test_a_fact_must_be_told_by_what_else_is_told(tmp_path, told, missing):
    pack = load(str(written(tmp_path, ASKING))).pack
    assert missing_facts(pack=pack, service="leak", facts=told) == missing
    assert missing_facts(pack=pack, service="no-such-service", facts=told) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{diameter: 1}", "unknown fact 'diameter'"),
        ("{area: suburb}", "unknown value of area 'suburb'"),
        ("{diameter_mm: {gt: 5}}", "cannot depend on the fact itself"),
        ("{emergency: true}", "names 'emergency', which service 'leak' does not ask"),
    ],
)
def test_a_condition_that_would_never_hold_is_an_error(tmp_path, given, said):
    text = PACK.replace(
        "diameter_mm: {type: number, ", f"diameter_mm: {{type: number, required_when: {given}, ", 1
    )
    assert said in "\n".join(faults(written(tmp_path, text)))


def test_a_fact_that_nobody_asks_at_intake_cannot_be_required_there(tmp_path):
    text = PACK.replace(
        "stop_at: {type: moment, ", "stop_at: {type: moment, required_when: {area: urban}, ", 1
    )
    assert "no service asks it at intake" in "\n".join(faults(written(tmp_path, text)))
