"""The step “Correct the service” on the page of a case."""

from datetime import timedelta

from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from tests.companies import house
from tests.doors.web.conftest import page, sits
from tests.rules.world import at

NOON = at("2026-03-09 12:00")


def test_the_right_service_is_chosen_with_a_reason(db, clock):
    gas = house("gas-company")
    request = Request(service="indoor-fault", channel="phone", narrative="异味", token="leak")
    case = lodge(company=gas.again(), request=request, at=NOON, now=NOON, by=gas.people["agent"])
    clock.move_to(NOON + timedelta(minutes=5))
    client = sits(gas.people["agent"])
    way = f"/cases/{case.number}/steps/reclassify/"
    assert "Correct the service" in page(client.get(f"/cases/{case.number}/"))
    unsaid = client.post(way, {"service": "", "reason": "漏气"})
    assert unsaid.status_code == 422
    assert "Please choose the right service." in page(unsaid)
    assert client.post(way, {"service": "emergency-alarm", "reason": "漏气"}).status_code == 302
    assert Case.objects.get().service == "emergency-alarm"
    assert "Service corrected" in page(client.get(f"/cases/{case.number}/"))
