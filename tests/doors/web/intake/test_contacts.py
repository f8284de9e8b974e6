"""Contacts that need no case of their own."""

import pytest

from chengnuo.cases.models import Case, Contact
from chengnuo.ledger.queries import history
from tests.doors.web.conftest import page, take


def test_a_wrong_number_is_recorded_without_a_case(browser, firm):
    sent = {"contact_phone": "13800000002", "channel": "phone", "answer": "wrong_number"}
    answer = browser.post("/intake/contact/", sent, follow=True)
    assert "Recorded without a case: Wrong number" in page(answer)
    contact = Contact.objects.get()
    assert (contact.case, contact.answer, contact.agent) == (None, "Wrong number", firm.top)
    assert not Case.objects.exists()
    browser.post("/intake/contact/", sent)
    assert Contact.objects.count() == 1, "a second click"


def test_a_question_about_a_running_case_is_noted_with_it(browser, firm):
    earlier = take(firm)
    browser.post(
        "/intake/contact/",
        {"channel": "phone", "answer": "answered", "about": earlier.number, "narrative": "何时来"},
    )
    contact = Contact.objects.get()
    assert (contact.case, contact.need) == (earlier, "何时来")
    assert [e.kind for e in history(subject=earlier.docket_id)][-1] == "contact.noted"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"answer": ""}, "Please choose why no case is needed."),
        ({"about": "T-000000-00000"}, "There is no case T-000000-00000"),
        ({"contact_phone": "x"}, "This is not a telephone number"),
    ],
)
def test_a_contact_that_cannot_be_kept_says_why(browser, wrong, said):
    sent = {"channel": "phone", "answer": "answered", "narrative": "问水价", **wrong}
    answer = browser.post("/intake/contact/", sent)
    assert answer.status_code == 422
    assert said in page(answer)
    assert "问水价" in page(answer)
    assert not Contact.objects.exists()
