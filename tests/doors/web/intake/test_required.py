"""A fact that the pack requires at intake: marked at its field, and refused by the verb too."""

import pytest

from chengnuo.cases.drafting import WrongFacts
from chengnuo.cases.intake.desk import take_in
from chengnuo.cases.intake.lodging import Request
from chengnuo.cases.models import Case
from chengnuo.packs.loader import load
from tests.companies import House, house, small_pack
from tests.doors.web.conftest import NOW, RULES, page, sits
from tests.doors.web.intake.matter import LEAK

FLOOR = "floor: {type: integer, title: {zh: 楼层, en: Floor}, required_when: {area: urban}}"


@pytest.fixture
def firm(db, tmp_path) -> House:
    """The small utility, which asks for the floor in town."""
    small_pack(tmp_path, RULES)
    path = tmp_path / "small-1" / "pack.yaml"
    words = path.read_text(encoding="utf-8")
    asked = words.replace("facts: [area]}", "facts: [area, floor]}").replace(
        "\nfacts:\n", f"\nfacts:\n  {FLOOR}\n"
    )
    path.write_text(asked, encoding="utf-8")
    return house(load(str(path.parent)))


def test_it_is_marked_at_its_field_until_it_is_told(firm):
    browser = sits(firm.top)
    shown = page(browser.post("/intake/fields/", {"service": "leak"}))
    assert "required when “Area” is Urban" in shown
    answer = browser.post("/intake/", LEAK)
    html = page(answer)
    assert answer.status_code == 422
    assert 'id="i-fact.floor-error"' in html
    assert "This field is required." in html
    assert LEAK["narrative"] in html
    assert Case.objects.count() == 0
    browser.post("/intake/", {**LEAK, "fact.floor": "7"})
    assert Case.objects.get().docket.facts["floor"] == 7


def test_where_the_condition_does_not_hold_it_is_not_asked_for(firm):
    sits(firm.top).post("/intake/", {**LEAK, "fact.area": "rural"})
    assert Case.objects.count() == 1


def test_whoever_takes_it_in_by_another_door_is_refused_too(firm):
    request = Request(
        service="leak", channel="phone", narrative="冒水", token="t-1", facts={"area": "urban"}
    )
    with pytest.raises(WrongFacts, match="Ask the customer for: Floor"):
        take_in(company=firm.again(), request=request, by=firm.top, now=NOW)
    assert Case.objects.count() == 0
