"""The page of requests, holds and erasure: for supervision and the head of the company."""

from chengnuo.customers.services import register_customer
from chengnuo.privacy.models import DataRequest, LegalHold
from tests.doors.web.conftest import NOW, page, sits


def test_who_does_not_audit_is_told_who_does(firm):
    answer = sits(firm.people["network"]).get("/privacy/")
    assert answer.status_code == 403
    assert "supervision department and the head of the company" in page(answer)


def test_a_request_and_a_hold_are_taken_down_by_who_may(firm):
    register_customer(company=firm.company, number="U1", name="张三丰", now=NOW)
    browser = sits(firm.top)
    assert browser.get("/privacy/").status_code == 200
    unknown = {"number": "U9", "wanted": "access", "why": "来电要求"}
    assert browser.post("/privacy/take/", unknown).status_code == 422
    assert browser.post("/privacy/take/", unknown | {"number": "u1"}).status_code == 302
    assert browser.post("/privacy/hold/", {"number": "U1", "why": "诉讼进行中"}).status_code == 302
    shown = page(browser.get("/privacy/"))
    assert "A second person decides it." in shown
    assert "诉讼进行中" in shown
    request = DataRequest.objects.get()
    own = {"pk": request.pk, "do": "grant"}
    assert browser.post("/privacy/decide/", own).status_code == 422
    assert browser.post(f"/privacy/{request.pk}/copy/").status_code == 403
    assert browser.post("/privacy/lift/", {"pk": LegalHold.objects.get().pk}).status_code == 302
    assert browser.post("/privacy/erase/").status_code == 302
    assert browser.post("/privacy/nothing/").status_code == 404
