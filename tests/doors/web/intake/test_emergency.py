"""Emergencies: three questions, and whoever must go is told at once."""

from chengnuo.cases.models import Case
from chengnuo.doors.jobs.deliver import deliver
from chengnuo.people.models import Message
from chengnuo.people.services import read_messages
from tests.companies import house
from tests.doors.web.conftest import LATER, TOKEN, control, error_at, page, sits

BURST = {
    "service": "pipe-repair",
    "channel": "phone",
    "address": "示例路口",
    "narrative": "爆管",
    "contact_phone": "13800000003",
    "fact.area": "urban",
    "token": TOKEN,
}


def test_an_emergency_asks_three_things_and_chooses_the_service(agent):
    html = page(agent.get("/intake/emergency/"))
    assert 'value="pipe-repair" checked' in html
    assert "Keep away from flowing water" in html
    for name in ("address", "narrative", "contact_phone"):
        assert control(html, name)


def test_what_was_typed_goes_over_into_the_emergency(agent):
    typed = {"switch": "1", "contact_phone": "13800000003", "narrative": "爆管了", "service": "x"}
    html = page(agent.post("/intake/emergency/", typed))
    assert 'value="13800000003"' in control(html, "contact_phone")
    assert "爆管了" in html
    assert not Case.objects.exists()


def test_an_emergency_reaches_its_unit_at_once_and_one_sees_who_has_read_it(agent, water):
    answer = agent.post("/intake/emergency/", BURST, follow=True)
    case = Case.objects.get()
    assert case.emergency
    assert case.docket.handling_unit == water.units["network"]
    assert "0 of 1 have seen it" in page(answer)
    while deliver(now=LATER):
        pass
    message = Message.objects.get(kind="dispatched")
    assert message.staff == water.people["network"]
    assert case.number in message.text_zh
    read_messages(staff=message.staff, now=LATER)
    assert "1 of 1 have seen it" in page(agent.get(f"/cases/{case.number}/taken/"))


def test_an_emergency_that_lacks_something_is_kept_as_typed(agent):
    answer = agent.post("/intake/emergency/", {**BURST, "narrative": ""})
    assert answer.status_code == 422
    assert error_at(page(answer), "narrative") == "Please enter the customer's request."
    assert 'value="示例路口"' in control(page(answer), "address")


def test_a_company_without_emergencies_says_so(db):
    grid = house("power-grid", code="G")
    assert "no emergency service" in page(sits(grid.top).get("/intake/emergency/"))
