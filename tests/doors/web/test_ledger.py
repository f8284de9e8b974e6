"""Checkpoints on a page: signed, shown as a square, taken away as a file, by those who audit."""

import re

import pytest

from chengnuo.ledger.notes import Signer
from tests.companies import administrator
from tests.doors.web.conftest import page, sits


def sign_and_see(browser, settings, organisation_id):
    assert browser.post("/ledger/").status_code == 302
    answer = browser.get("/ledger/")
    assert answer.status_code == 200
    verifier = Signer.of(settings.CHECKPOINT_KEY).verifier
    assert str(verifier) in page(answer)
    assert "<svg" in answer.content.decode()
    size = int(re.findall(r'href="/ledger/(\d+)/"', page(answer))[0])
    taken = browser.get(f"/ledger/{size}/")
    assert "attachment" in taken["Content-Disposition"]
    checkpoint = verifier.read_note(taken.content.decode())
    assert (checkpoint.size, checkpoint.organisation_id) == (size, organisation_id)


def test_an_administrator_signs_and_carries_one_away(firm, leak, settings):
    browser = sits(administrator(firm))
    assert "None signed yet" in page(browser.get("/ledger/"))
    sign_and_see(browser, settings, firm.company.pk)
    assert browser.get("/ledger/999999/").status_code == 404


@pytest.mark.parametrize("address", ["/ledger/", "/ledger/1/"])
def test_who_does_not_audit_is_told_who_does(firm, leak, address):
    answer = sits(firm.people["network"]).get(address)
    assert answer.status_code == 403
    assert "Checkpoints are for administrators, the supervision" in page(answer)
