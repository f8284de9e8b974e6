"""The pages of those who keep the house: how the service stands; a breach that was none."""

from __future__ import annotations

from uuid import UUID

import pytest

from chengnuo.ledger.aside import failed
from chengnuo.ledger.models import Entry, SetAside
from chengnuo.obligations.models import Breach, Obligation
from tests.companies import administrator
from tests.doors.web.conftest import LATER, NOW, page, sits
from tests.obligations.matter import let_pass


def set_aside(organisation_id):
    docket = str(UUID(int=organisation_id))
    for _ in range(5):
        failed(
            step="clocks", subject=docket, error=ValueError("broken pack"), now=NOW,
            organisation_id=organisation_id,
        )  # fmt: skip
    return SetAside.objects.get(subject=docket)


@pytest.mark.parametrize(("language", "title"), [("en", "System status"), ("zh-hans", "运行状况")])
def test_what_is_set_aside_is_shown_and_can_be_tried_again(firm, language, title):
    row = set_aside(firm.company.pk)
    keeper = sits(administrator(firm), language)
    shown = page(keeper.get("/house/standing/"))
    assert title in shown
    assert "broken pack" in shown
    assert keeper.post(f"/house/standing/{row.pk}/").status_code == 302
    row.refresh_from_db()
    assert (row.aside_at, row.tries, row.next_at) == (None, 0, LATER)
    assert Entry.objects.filter(kind="work.tried_again").count() == 1


def test_it_is_for_administrators_and_for_their_own_company(firm):
    theirs = set_aside(999)
    keeper = sits(administrator(firm))
    assert theirs.subject not in page(keeper.get("/house/standing/"))
    assert keeper.post(f"/house/standing/{theirs.pk}/").status_code == 404
    assert sits(firm.top).get("/house/standing/").status_code == 403


def test_a_breach_is_annulled_by_two_on_its_page(firm, leak):
    let_pass("2026-03-10 10:00")
    breach = Breach.objects.get(rule="repaired-soon")
    Obligation.objects.filter(pk=breach.obligation_id).update(kept_at=NOW)
    where = f"/breaches/{breach.pk}/"
    keeper = sits(administrator(firm))
    assert keeper.get(where).status_code == 403, "who may not ask does not see it, either"
    assert keeper.post(where, {"words": "时钟快了一天"}).status_code == 403
    head = sits(firm.people["network"])
    assert "Request annulment" in page(head.get(where))
    assert head.post(where, {"words": ""}).status_code == 422
    assert head.post(where, {"words": "时钟快了一天"}).status_code == 302
    assert head.post(where, {"granted": "yes", "words": ""}).status_code == 422, "not oneself"
    top = sits(firm.top)
    assert "时钟快了一天" in page(top.get(where))
    assert top.post(where, {"granted": "yes", "words": ""}).status_code == 302
    assert "annulled" in page(top.get(where))
    row = Obligation.objects.get(pk=breach.obligation_id)
    assert row.broken_at is None
    assert row.annulled_at is not None
