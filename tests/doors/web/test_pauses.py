"""Pauses on the pages: asked for with proof, decided by whom and by when, and what waits for it."""

from __future__ import annotations

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from chengnuo.cases.casework.services import ask_pause, decide_pause, hand_over
from chengnuo.cases.models import Case
from chengnuo.conduct.paysheets import sign_sheet
from chengnuo.ledger.models import OutboxMessage
from chengnuo.obligations.access import to_decide
from chengnuo.obligations.models import Breach, Escalation, Obligation
from chengnuo.people.queries import posts_of
from chengnuo.people.services import appoint
from chengnuo.reports.sheets import Head, workbook
from chengnuo.rules.refusing import Refused
from tests.companies import house
from tests.conduct.matters import breach_of, opinion_of
from tests.doors.web.conftest import page, sits
from tests.doors.web.test_conduct import Sitting, cells
from tests.obligations.matter import let_pass
from tests.rules.world import at

DECISION = "order-handled-pause-customer-absent"


@pytest.fixture
def firm(db, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    return house("gas-appliance")


@pytest.fixture
def paused(firm, clock):
    """Asked for while the clock runs: nobody at home on the second day."""
    case = opinion_of(firm)
    clock.move_to(at("2026-03-10 21:30"))
    ask_pause(
        case=case, obligation="order-handled#1", reason="customer-absent", proof="不遇单 B-17",
        by=firm.people["maintenance"], now=at("2026-03-10 09:00"),
    )  # fmt: skip
    return case


def test_the_approver_finds_it_on_his_desk_and_the_customer_is_told(firm, paused):
    manager = Sitting(firm.people["cs-manager"])
    assert 'href="/pauses/">Decide the pause</a>' in page(manager.get("/"))
    assert "不遇单 B-17" in page(manager.get("/pauses/"))
    assert "Decide the pause" not in page(Sitting(firm.people["technician"]).get("/"))
    said = {"case": paused.number, "target": "order-handled#1", "verdict": "approved"}
    assert "Approved" in page(manager.post("/pauses/decide/", said, follow=True))
    message = OutboxMessage.objects.get(payload__kind="paused")
    assert message.recipient == "13800000002"
    assert "最迟3月12日17:30恢复，办理时限顺延至3月16日17:30。" in message.payload["text"]
    html = page(manager.get(f"/cases/{paused.number}/"))
    assert "不遇单 B-17" in html
    assert "approved" in html


def test_a_rejected_pause_is_taken_back_and_the_breach_is_dated_truly(firm, paused, clock):
    manager = Sitting(firm.people["cs-manager"])
    clock.move_to(at("2026-03-16 09:00"))
    assert not Breach.objects.filter(rule="order-handled").exists()
    said = {"case": paused.number, "target": "order-handled#1", "verdict": "rejected"}
    manager.post("/pauses/decide/", said)
    let_pass("2026-03-16 09:01")
    assert breach_of(paused).broken_at == at("2026-03-12 17:30")
    assert not OutboxMessage.objects.filter(payload__kind="paused").exists()
    assert "rejected (time counted)" in page(manager.get(f"/cases/{paused.number}/"))


def test_whoever_asked_does_not_decide_it_whatever_post_he_has(firm, paused):
    asker = firm.people["maintenance"]
    appoint(staff=asker, post=firm.posts["cs-manager"], now=at("2026-03-10 09:00"))
    browser = Sitting(asker)
    assert "不遇单 B-17" not in page(browser.get("/pauses/"))
    said = {"case": paused.number, "target": "order-handled#1", "verdict": "approved"}
    answer = browser.post("/pauses/decide/", said)
    assert answer.status_code == 422
    assert "other than the requester" in page(answer)


def test_others_do_not_decide_it_and_are_told_who_does(firm, paused):
    said = {"case": paused.number, "target": "order-handled#1", "verdict": "approved"}
    answer = Sitting(firm.people["agent"]).post("/pauses/decide/", said)
    assert answer.status_code == 422
    assert "To be decided by: Head of the customer service centre" in page(answer)


def test_the_proof_may_be_a_file(firm, clock):
    case = opinion_of(firm)
    clock.move_to(at("2026-03-10 10:00"))
    browser = Sitting(firm.people["maintenance"])
    slip = BytesIO(b"%PDF-1.4 slip")
    slip.name = "slip.pdf"
    asked = {"pause": "order-handled#1|customer-absent", "proof": "", "proof_file": slip}
    html = page(browser.post(f"/cases/{case.number}/steps/pause/", asked, follow=True))
    assert "slip.pdf" in html
    sha = html.split(f"/cases/{case.number}/files/")[1].split("/")[0]
    answer = browser.get(f"/cases/{case.number}/files/{sha}/")
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 slip"
    answer.close()


def test_the_share_of_paused_time_has_its_base_its_rows_and_a_workbook(firm, paused, clock):
    clock.move_to(at("2026-03-20 09:00"))
    let_pass("2026-03-20 09:00")
    hr = Sitting(firm.people["general-manager"])
    html = page(hr.get("/pauses/?month=2026-03"))
    assert "Share of paused time by unit" in html
    assert paused.number in html
    assert "No access" in html
    answer = hr.get("/pauses/sheet/?month=2026-03")
    assert paused.number in [cell for row in cells(answer) for cell in row]
    assert hr.get("/pauses/?month=2026-03&unit=²").status_code == 200


# -- the decision is a promise of the approver -----------------------------------------------------


def test_the_decision_has_its_time_its_owner_and_is_kept_by_being_made(firm, paused):
    held = Obligation.objects.get(rule=DECISION)
    assert (held.turn, held.role, held.due_at) == ("1.1", "cs-manager", at("2026-03-11 17:30"))
    said = {"case": paused.number, "target": "order-handled#1", "verdict": "rejected"}
    Sitting(firm.people["cs-manager"]).post("/pauses/decide/", said)
    held.refresh_from_db()
    assert held.kept_at == at("2026-03-10 21:30")


def test_not_decided_in_time_it_is_broken_and_whom_it_is_escalated_to_may_decide(
    firm, paused, clock
):
    above = Sitting(firm.people["general-manager"])
    said = {"case": paused.number, "target": "order-handled#1", "verdict": "approved"}
    assert above.post("/pauses/decide/", said).status_code == 422
    clock.move_to(at("2026-03-12 09:00"))
    let_pass("2026-03-12 09:00")
    assert Breach.objects.get(rule=DECISION).broken_at == at("2026-03-11 17:30")
    reached = Escalation.objects.filter(obligation__rule=DECISION).first()
    assert reached.staff == firm.people["general-manager"]
    colleague = Sitting(firm.people["technician"])
    assert "不遇单 B-17" not in page(colleague.get("/pauses/"))
    assert colleague.post("/pauses/decide/", said).status_code in (404, 422)
    case = Case.objects.get(pk=paused.pk)
    for role, person in firm.people.items():
        rows = list(case.docket.obligations.filter(rule="order-handled"))
        may = bool(
            to_decide(rows=rows, by=person, posts=posts_of(staff=person, at=reached.reached_at))
        )
        assert may is (role in ("general-manager", "cs-manager")), role
    assert "不遇单 B-17" in page(above.get("/pauses/"))
    assert "Approved" in page(above.post("/pauses/decide/", said, follow=True))
    assert Obligation.objects.get(rule=DECISION).kept_at == at("2026-03-12 09:00")


def test_it_stands_among_the_rules_with_its_origin(firm):
    html = page(Sitting(firm.people["cs-manager"]).get("/regulation/"))
    made = html[html.index(f'id="rule-{DECISION}"') :]
    made = made[: made.index("</article>")]
    for told in (
        "Generated from the pause clause of",
        'href="#rule-order-handled"',
        "the regulation states none",
        "house-pause-decision",
    ):
        assert told in made, told


def test_a_customer_who_withdraws_does_not_spare_the_decision(firm, paused):
    browser = Sitting(firm.people["agent"])
    browser.post(f"/cases/{paused.number}/steps/withdraw/", {"reason": "客户来电"})
    paused.refresh_from_db()
    assert paused.closed_at is not None
    said = {"case": paused.number, "target": "order-handled#1", "verdict": "rejected"}
    Sitting(firm.people["cs-manager"]).post("/pauses/decide/", said)
    assert Obligation.objects.get(rule=DECISION).kept_at


# -- the verdict waits -----------------------------------------------------------------------------


def test_past_both_moments_it_stands_as_overdue_and_says_what_it_waits_for(firm, paused, clock):
    clock.move_to(at("2026-03-18 09:00"))
    let_pass("2026-03-18 09:00")
    assert not Breach.objects.filter(rule="order-handled").exists()
    owner, head = Sitting(firm.people["maintenance"]), Sitting(firm.people["general-manager"])
    assert "awaiting the decision on the pause" in page(owner.get("/?show=overdue"))
    register = page(head.get("/overdue/"))
    assert "awaiting the decision on the pause" in register
    assert paused.number in register
    html = page(head.get(f"/cases/{paused.number}/"))
    for told in ("no verdict until then", "If rejected", "If approved", 'class="escalation"'):
        assert told in html, told
    reached = Escalation.objects.filter(obligation__rule="order-handled")
    assert reached.exists(), "whichever way it is decided, it is late"


@pytest.mark.parametrize(
    ("verdict", "broken"), [("approved", "2026-03-16 17:30"), ("rejected", "2026-03-12 17:30")]
)
def test_decided_long_after_it_is_broken_at_the_moment_that_was_true(
    firm, paused, clock, verdict, broken
):
    let_pass("2026-03-18 09:00")
    clock.move_to(at("2026-03-18 10:00"))
    said = {"case": paused.number, "target": "order-handled#1", "verdict": verdict}
    Sitting(firm.people["cs-manager"]).post("/pauses/decide/", said)
    assert breach_of(paused).broken_at == at(broken)


def test_a_breach_that_is_dated_back_is_of_whoever_held_it_then(firm, paused):
    hand_over(case=paused, to=firm.units["technician"], by=None, now=at("2026-03-13 09:00"))
    told = {"case": paused, "obligation": "order-handled#1", "by": None}
    decide_pause(verdict="rejected", now=at("2026-03-13 10:00"), **told)
    breach = breach_of(paused)
    assert (breach.broken_at, breach.unit) == (
        at("2026-03-12 17:30"),
        firm.units["maintenance"],
    )


def test_a_month_is_not_signed_while_a_pause_of_it_is_undecided(firm, paused):
    let_pass("2026-04-02 09:00")
    told = {"company": firm.company, "month": at("2026-03-01").date(), "by": firm.people["hr"]}
    with pytest.raises(Refused, match="pauses of 1 promises"):
        sign_sheet(now=at("2026-04-02 09:00"), **told)
    decided = {"case": paused, "obligation": "order-handled#1", "by": None}
    decide_pause(verdict="rejected", now=at("2026-04-02 09:30"), **decided)
    let_pass("2026-04-02 10:00")
    assert sign_sheet(now=at("2026-04-02 10:00"), **told)


def test_two_columns_of_one_name_are_both_kept():
    content = workbook(
        title="x", definition="x", heads=[Head("承诺", 9), Head("承诺", 9)], rows=[["甲", "乙"]]
    )
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[-1] == ["甲", "乙"]


def test_the_sheet_of_a_month_without_pauses_is_read_in_chinese(firm):
    answer = sits(firm.people["cs-manager"], "zh-hans").get("/pauses/sheet/")
    assert answer.status_code == 200
