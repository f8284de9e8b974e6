"""Accountability on the pages: from the breach to the pay sheet, each person his own part."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.db import transaction
from python_calamine import CalamineWorkbook

from chengnuo.callbacks.answers import raise_bad_answer
from chengnuo.callbacks.services import CustomerWord, rate
from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.cases.unit_of_work import happen_to
from chengnuo.conduct.models import Deduction, PaySheet, Proceeding
from chengnuo.ledger.models import Entry
from chengnuo.obligations.models import Escalation, UnassignedEscalation
from chengnuo.people.models import Holding
from chengnuo.people.services import appoint, relieve
from chengnuo.rules.state import Event
from tests.companies import house
from tests.conduct.matters import breach_of, decide, opinion_of, passed_on
from tests.doors.web.conftest import page, sits
from tests.obligations.matter import let_pass
from tests.rules.world import at


class Sitting:
    """Somebody before the pages for days: he signs in anew whenever he was away."""

    def __init__(self, person):
        self.person = person

    def get(self, *args, **more):
        return sits(self.person).get(*args, **more)

    def post(self, *args, **more):
        return sits(self.person).post(*args, **more)


def cells(answer):
    """The cells of a workbook, row by row."""
    return CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()


WHY = {"reason": "经核实，需追究"}


@pytest.fixture
def firm(db, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    return house("gas-appliance")


@pytest.fixture
def opinion(firm, clock):
    """Broken, and it is Friday ten o'clock a week later."""
    case = opinion_of(firm)
    passed_on(firm, case)
    clock.move_to(at("2026-03-20 10:00"))
    return case


@pytest.fixture
def proceeding(firm, opinion):
    Sitting(firm.people["cs-manager"]).post(f"/conduct/start/{breach_of(opinion).pk}/", WHY)
    return Proceeding.objects.select_related("case").get()


def way(proceeding, what=""):
    return f"/conduct/{proceeding.case.number}/{what}{'/' if what else ''}"


def typed(proceeding, **more):
    """The sign form as it is offered."""
    shares = {f"share-{p.pk}": f"{p.share / 100}" for p in proceeding.parts.all()}
    return {"points": "2", "remark": "", "sure": "1", **shares, **more}


# -- starting --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["cs-centre", "cs-manager", "general-manager"])
def test_customer_service_and_leaders_start_it_from_the_case(firm, opinion, role):
    browser = Sitting(firm.people[role])
    breach = breach_of(opinion)
    assert f"/conduct/start/{breach.pk}/" in page(browser.get(f"/cases/{opinion.number}/"))
    html = page(browser.post(f"/conduct/start/{breach.pk}/", WHY, follow=True))
    assert "Accountability review started" in html
    assert browser.post(f"/conduct/start/{breach.pk}/", WHY).status_code == 302
    assert Proceeding.objects.count() == 1, "a double click starts one"


def test_the_overdue_register_starts_it_too(firm, opinion):
    browser = Sitting(firm.people["cs-manager"])
    assert f"/conduct/start/{breach_of(opinion).pk}/" in page(browser.get("/overdue/"))
    html = page(Sitting(firm.people["technician"]).get("/overdue/"))
    assert "/conduct/start/" not in html


def test_others_are_told_who_may_start_it(firm, opinion):
    agent = Sitting(firm.people["agent"])
    firm.posts["agent"].is_head = False
    firm.posts["agent"].save()
    answer = agent.post(f"/conduct/start/{breach_of(opinion).pk}/", WHY)
    assert answer.status_code == 403
    assert "To be started by the deciding department" in page(answer)
    assert Sitting(firm.people["hr"]).post("/conduct/start/999/").status_code == 404


# -- who sees what ---------------------------------------------------------------------------------


def test_the_page_shows_the_breach_the_clause_the_picture_and_the_shares(firm, proceeding):
    html = page(Sitting(firm.people["hr"]).get(way(proceeding)))
    assert "Handle, reply and return the order within 3 working days" in html
    assert "四.2" in html
    assert html.count('class="span ran"') >= 3
    assert proceeding.digest in html
    shares = [p.share for p in proceeding.parts.all()]
    assert all(f"{s / 100:.2f}".rstrip("0").rstrip(".") in html for s in shares)
    assert "Serve the notice" in html


def test_the_page_shows_the_answer_on_which_a_statement_stands(firm, opinion, clock):
    said = CustomerWord(satisfied=False, score=2, solved=False, words="一直没人来")
    moment = at("2026-03-20 10:00")
    rating = rate(case=opinion, said=said, via="sms", now=moment, by=None)
    raise_bad_answer(rating=rating, now=moment)
    manager = Sitting(firm.people["cs-manager"])
    manager.post(f"/conduct/start/answer/{rating.pk}/", WHY)
    html = page(manager.get(way(Proceeding.objects.select_related("case").get())))
    entry = Entry.objects.get(kind="answer.bad")
    for told in (
        "一直没人来",
        "2/5",
        "reply to a text message",
        f"entry {entry.seq} of",
        entry.hash,
    ):
        assert told in html, told
    assert html.count("Dissatisfied customer") == 2, "as its title and as its ground"


def test_those_concerned_see_their_own_part_only(firm, proceeding):
    technician = firm.people["technician"]
    firm.posts["technician"].is_head = False
    firm.posts["technician"].save()
    html = page(Sitting(technician).get(way(proceeding)))
    assert "1 part of someone else is not shown" in html
    assert "someone else" in html
    assert "maintenance" not in html
    for closed in ("Serve the notice", "Sign the decision"):
        assert closed not in html


def test_the_message_leads_those_concerned_to_the_proceeding(firm, proceeding):
    answer = Sitting(firm.people["technician"]).get(f"/dockets/{proceeding.case.docket_id}/")
    assert answer["Location"] == way(proceeding)
    assert Sitting(firm.people["agent"]).get(answer.request["PATH_INFO"]).status_code == 404


@pytest.mark.parametrize("role", ["agent", "back-office", "emergency-crew"])
def test_nobody_else_knows_of_it(firm, proceeding, role):
    browser = Sitting(firm.people[role])
    assert browser.get(way(proceeding)).status_code == 404
    assert proceeding.case.number not in page(browser.get("/conduct/"))


def test_the_list_is_narrowed_by_what_stands_in_the_address(firm, proceeding):
    hr, number = Sitting(firm.people["hr"]), proceeding.case.number
    unit = firm.units["technician"].pk
    found = (
        "",
        "ground=breach",
        "state=opened",
        "month=2026-03",
        f"unit={unit}",
        "unit=²",
        "month=x",
    )
    for address in found:
        assert number in page(hr.get(f"/conduct/?{address}")), address
    other = firm.units["hr"].pk
    for address in ("ground=dissatisfied", "state=signed", "month=2026-02", f"unit={other}"):
        assert number not in page(hr.get(f"/conduct/?{address}")), address


def test_the_statement_goes_on_paper_and_is_derived_again(firm, proceeding):
    hr = Sitting(firm.people["hr"])
    html = page(hr.get(way(proceeding, "statement")))
    assert 'class="paper"' in html
    assert proceeding.digest in html
    assert "Recalculated: result unchanged" in page(hr.get(f"{way(proceeding)}?again=1"))


# -- the way ---------------------------------------------------------------------------------------


def test_the_way_from_serving_to_the_pay_sheet(firm, proceeding, clock):
    hr, technician = Sitting(firm.people["hr"]), Sitting(firm.people["technician"])
    part = proceeding.parts.get(staff=firm.people["technician"])
    # refused before it is served, and what was typed is still there
    early = technician.post(way(proceeding, "rebut"), {"part": part.pk, "words": "没有配件"})
    assert early.status_code == 422
    assert "has not been served" in page(early)
    hr.post(way(proceeding, "serve"))
    html = page(technician.get(way(proceeding)))
    assert "data-until" in html
    clock.move_to(at("2026-03-23 09:00"))
    said = {"part": part.pk, "words": "两天没有配件"}
    assert "两天没有配件" in page(technician.post(way(proceeding, "rebut"), said, follow=True))
    said = {"unit": part.unit_id, "words": "情况属实"}
    assert "情况属实" in page(technician.post(way(proceeding, "opinion"), said, follow=True))
    # too early to sign: it says until when, and keeps what was typed
    clock.move_to(at("2026-03-24 09:00"))
    answer = hr.post(way(proceeding, "sign"), typed(proceeding, remark="减半"))
    assert answer.status_code == 422
    assert "open until Wed 25 Mar 2026, 17:30" in page(answer)
    assert "减半" in page(answer)
    clock.move_to(at("2026-03-26 11:00"))
    decide(proceeding, firm)
    signed = typed(proceeding, points="1", remark="缺配件属实", **{f"accept-{part.pk}": "1"})
    html = page(hr.post(way(proceeding, "sign"), signed, follow=True))
    proceeding.refresh_from_db()
    assert proceeding.final_digest in html
    assert sum(d.points for d in Deduction.objects.all()) == 100
    # the deduction stands on the pay sheet, and opens into the proceeding
    html = page(technician.get("/conduct/pay/?month=2026-03"))
    assert "own-line" in html
    mine = f"month=2026-03&unit={part.unit_id}&person={firm.people['technician'].pk}"
    html = page(technician.get(f"/conduct/pay/behind/?{mine}"))
    assert proceeding.case.number in html
    assert proceeding.breach.clause_en in html
    assert proceeding.origin.number in html
    # HR, to whom the case is closed, reads the promise with its clause, and which case it is
    html = page(hr.get(f"/conduct/pay/behind/?{mine}"))
    assert "within 3 working days" in html
    assert proceeding.origin.number in html
    assert f'href="/cases/{proceeding.origin.number}/"' not in html


def test_the_decision_is_made_where_it_is_signed(firm, proceeding, clock):
    hr = Sitting(firm.people["hr"])
    hr.post(way(proceeding, "serve"))
    case = Case.objects.select_related("docket").get(pk=proceeding.case_id)
    with transaction.atomic():
        happen_to(
            case, [Event(name="accountability.proposed", at=at("2026-03-20 11:00"))],
            by=firm.people["hr"], now=at("2026-03-20 11:00"),
        )  # fmt: skip
    clock.move_to(at("2026-03-27 09:00"))
    html = page(hr.get(way(proceeding)))
    assert 'name="verification"' in html
    assert "Decide and sign" in html
    # the form of the case leads here: there is one place
    form = f"/cases/{proceeding.case.number}/forms/final-opinion/"
    assert hr.get(form).headers["Location"].endswith(way(proceeding) + "#sign")
    said = {
        "deciding": "final-opinion", "outcome": "decided", "verification": "采购单属实",
        "confirmed": "true", "complaint_caused": "true", "customer_loss": "false",
    }  # fmt: skip
    # what the form lacks is told there, what was typed is kept, nothing was recorded
    answer = hr.post(way(proceeding, "sign"), typed(proceeding, **said))
    assert answer.status_code == 422
    assert "采购单属实" in page(answer)
    unsure = typed(proceeding, **said, final="扣分")
    del unsure["sure"]
    assert "final" in page(hr.post(way(proceeding, "sign"), unsure))
    # a share that does not hold takes the decision back with it
    short = typed(proceeding, **said, final="扣分", points="99")
    assert "No more than 2 points" in page(hr.post(way(proceeding, "sign"), short))
    case.docket.refresh_from_db()
    assert "accountability.decided" not in case.docket.seen
    hr.post(way(proceeding, "sign"), typed(proceeding, **said, final="扣分"))
    proceeding.refresh_from_db()
    assert proceeding.confirmed is True
    assert Deduction.objects.exists()


def test_it_is_withdrawn_with_a_reason_on_its_page(firm, proceeding):
    hr = Sitting(firm.people["hr"])
    hr.post(way(proceeding, "serve"))
    technician = Sitting(firm.people["technician"])
    assert "Withdraw the review" not in page(technician.get(way(proceeding)))
    answer = hr.post(way(proceeding, "withdraw"), {"words": ""})
    assert (answer.status_code, "Enter the reason" in page(answer)) == (422, True)
    html = page(hr.post(way(proceeding, "withdraw"), {"words": "重复启动"}, follow=True))
    assert "重复启动" in html
    assert "Decide and sign" not in html
    assert proceeding.case.number in page(hr.get("/conduct/?state=withdrawn"))
    assert proceeding.case.number not in page(hr.get("/conduct/?state=served"))


def test_it_does_not_start_without_a_reason(firm, opinion):
    manager = Sitting(firm.people["cs-manager"])
    start = f"/conduct/start/{breach_of(opinion).pk}/"
    assert breach_of(opinion).clause_en in page(manager.get(start))
    answer = manager.post(start, {"reason": " "})
    assert (answer.status_code, Proceeding.objects.exists()) == (422, False)


def test_a_part_falls_on_the_department_where_that_is_chosen(firm, proceeding, clock):
    hr = Sitting(firm.people["hr"])
    hr.post(way(proceeding, "serve"))
    decide(proceeding, firm)
    clock.move_to(at("2026-03-27 09:00"))
    part = proceeding.parts.get(staff=firm.people["technician"])
    chosen = {f"unit-{part.pk}": "1"}
    answer = page(hr.post(way(proceeding, "sign"), typed(proceeding, **chosen)))
    assert "enter the reason" in answer
    assert re.search(rf'name="unit-{part.pk}" value="1" checked', answer), "it is still chosen"
    hr.post(way(proceeding, "sign"), typed(proceeding, remark="由部门承担", **chosen))
    assert Deduction.objects.get(part=part).staff is None


def test_who_heads_two_departments_speaks_for_each_and_everybody_who_decides_reads_both(
    firm, proceeding, clock
):
    technician = firm.people["technician"]
    appoint(staff=technician, post=firm.posts["maintenance"], now=at("2026-03-19 09:00"))
    units = [firm.units[u] for u in ("maintenance", "technician")]
    browser = Sitting(technician)
    assert page(browser.get(way(proceeding))).count("for the deciding department</label>") == len(
        units
    )
    empty = browser.post(way(proceeding, "opinion"), {"unit": units[0].pk, "words": " "})
    assert empty.status_code == 422
    assert "Enter the opinion." in page(empty)
    for hour, (unit, words) in enumerate(zip([*units, units[0]], "甲乙丙", strict=True), start=11):
        clock.move_to(at(f"2026-03-20 {hour}:00"))
        browser.post(way(proceeding, "opinion"), {"unit": unit.pk, "words": f"意见{words}"})
    html = page(Sitting(firm.people["hr"]).get(way(proceeding)))
    assert html.count("superseded") == 1
    assert all(f"意见{words}" in html for words in "甲乙丙")
    foreign = {"unit": firm.units["hr"].pk, "words": "旁观意见"}
    assert browser.post(way(proceeding, "opinion"), foreign).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"points": "many"}, "Points: please enter a number"),
        ({"points": "1.234"}, "at most two decimals"),
        ({"points": "NaN"}, "please enter a number"),
        ({"points": "2.01", "remark": "加重"}, "No more than 2 points"),
        ({"points": "1"}, "enter the reason"),
    ],
)
def test_a_decision_that_does_not_hold_is_told_where_it_was_typed(
    firm, proceeding, clock, wrong, told
):
    hr = Sitting(firm.people["hr"])
    hr.post(way(proceeding, "serve"))
    decide(proceeding, firm)
    clock.move_to(at("2026-03-27 09:00"))
    answer = hr.post(way(proceeding, "sign"), typed(proceeding, **wrong))
    assert answer.status_code == 422
    assert told in page(answer)
    assert f'value="{wrong["points"]}"' in page(answer)
    assert not Deduction.objects.exists()


def test_shares_that_do_not_sum_are_refused(firm, proceeding, clock):
    hr = Sitting(firm.people["hr"])
    hr.post(way(proceeding, "serve"))
    decide(proceeding, firm)
    clock.move_to(at("2026-03-27 09:00"))
    first = proceeding.parts.first()
    answer = hr.post(way(proceeding, "sign"), typed(proceeding, **{f"share-{first.pk}": "99"}))
    assert "The shares must add up to 100%" in page(answer)


def test_who_is_concerned_himself_does_not_sign(firm, proceeding, clock):
    technician = firm.people["technician"]
    appoint(staff=technician, post=firm.posts["hr"], now=at("2026-03-19 09:00"))
    browser = Sitting(technician)
    html = page(browser.get(way(proceeding)))
    assert "someone else in your unit must decide" in html
    answer = browser.post(way(proceeding, "sign"), typed(proceeding))
    assert answer.status_code == 422
    assert "in the deciding department who is not concerned" in page(answer)


def test_the_forms_of_the_pack_are_offered_and_shown(firm, proceeding, clock):
    hr = Sitting(firm.people["hr"])
    decide(proceeding, firm, complaint_caused=True, customer_loss=True, loss_amount=80)
    clock.move_to(at("2026-03-26 11:00"))
    html = page(hr.get(way(proceeding)))
    for form in ("copy-of-opinion", "assessment-entry", "loss-recovery"):
        assert f"/forms/{form}/" in html, form
    for title in ("Counselling record", "Complaint follow-up"):
        assert title in html
    case = f"/cases/{proceeding.case.number}/forms"
    loss = {
        "amount": "120",
        "borne_by": "technician",
        "customer_paid_on": "2026-03-26",
        "token": "l",
    }
    assert hr.post(f"{case}/loss-recovery/", loss).status_code == 302
    html = page(hr.get(way(proceeding)))
    assert "Borne by" in html
    assert "120" in html


# -- the pay sheet ---------------------------------------------------------------------------------


def test_the_sheet_shows_heads_their_units_and_everybody_himself(firm, opinion):
    whole = page(Sitting(firm.people["hr"]).get("/conduct/pay/?month=2026-03"))
    assert whole.count("person-line") > 1
    assert "How each figure is counted" in whole
    mine = page(Sitting(firm.people["technician"]).get("/conduct/pay/?month=2026-03"))
    assert mine.count("person-line") == 1
    assert "own-line" in mine
    before = firm.people["clerk"].holdings.get().since.replace(year=2020)
    nobody = page(Sitting(firm.people["clerk"]).get(f"/conduct/pay/?month={before:%Y-%m}"))
    assert "No entries for you." in nobody
    other = (
        f"month=2026-03&unit={firm.units['technician'].pk}&person={firm.people['technician'].pk}"
    )
    assert (
        Sitting(firm.people["emergency-crew"]).get(f"/conduct/pay/behind/?{other}").status_code
        == 404
    )


def test_a_month_that_is_over_is_signed_once_and_frozen(firm, opinion, clock):
    hr = Sitting(firm.people["hr"])
    early = hr.post("/conduct/pay/sign/", {"month": "2026-03"})
    assert early.status_code == 422
    assert "The month is not over." in page(early)
    clock.move_to(at("2026-04-02 09:00"))
    let_pass("2026-04-02 09:00")
    refused = Sitting(firm.people["technician"]).post("/conduct/pay/sign/", {"month": "2026-03"})
    assert refused.status_code == 422
    html = page(hr.post("/conduct/pay/sign/", {"month": "2026-03"}, follow=True))
    assert PaySheet.objects.get().digest in html
    hr.post("/conduct/pay/sign/", {"month": "2026-03"})
    assert PaySheet.objects.count() == 1


def test_the_workbook_holds_what_the_page_shows_and_is_recorded(firm, opinion):
    answer = Sitting(firm.people["hr"]).get("/conduct/pay/sheet/?month=2026-03")
    rows = cells(answer)
    assert rows[0][0] == "Performance pay sheet of March 2026"
    assert len(rows) > 4
    assert Entry.objects.filter(kind="personal_data.exported").exists()


# -- escalations -----------------------------------------------------------------------------------


def test_what_was_reported_upwards_waits_on_the_desk_and_is_taken_up(firm, opinion):
    head = Sitting(firm.top)
    row = Escalation.objects.filter(staff=firm.top, answered_at=None).first()
    assert "Reported to you, awaiting your reply" in page(head.get("/"))
    empty = head.post(f"/escalations/{row.pk}/", {"words": " "})
    assert empty.status_code == 422
    assert "Please enter your action." in page(empty)
    html = page(head.post(f"/escalations/{row.pk}/", {"words": "今天派人"}, follow=True))
    assert "Action submitted." in html
    assert "今天派人" in html
    assert (
        Sitting(firm.people["hr"]).post(f"/escalations/{row.pk}/", {"words": "x"}).status_code
        == 404
    )
    assert "今天派人" in page(head.get(f"/cases/{opinion.number}/"))


def test_an_unanswered_ladder_ends_in_an_incident_that_is_settled(firm, opinion):
    head = Sitting(firm.top)
    assert UnassignedEscalation.objects.filter(obligation__docket=opinion.docket_id).exists()
    html = page(head.get("/escalations/"))
    assert "Unassigned escalations in your organisation" in html
    row = UnassignedEscalation.objects.filter(obligation__docket=opinion.docket_id).first()
    answer = head.post(f"/escalations/unassigned/{row.pk}/", {"remark": ""})
    assert answer.status_code == 422
    head.post(f"/escalations/unassigned/{row.pk}/", {"remark": "已另派人"})
    row.refresh_from_db()
    assert row.settled_by == firm.top
    html = page(head.get(f"/cases/{opinion.number}/"))
    assert "Nobody available; reported to" in html
    assert "已另派人" in html


def test_where_nobody_answered_the_organisation_above_is_named(firm, opinion, clock):
    clock.move_to(at("2026-04-10 09:00"))
    let_pass("2026-04-10 09:00")
    assert UnassignedEscalation.objects.filter(
        obligation__docket=opinion.docket_id, wanted="above"
    ).exists()
    head = Sitting(firm.top)
    assert "the unit above" in page(head.get("/escalations/"))
    html = page(head.get(f"/cases/{opinion.number}/"))
    assert "reported to the unit above" in html


def test_hand_over_and_vacancy_do_not_silence_a_ladder(firm, opinion):
    for holding in Holding.objects.filter(post=firm.posts["general-manager"], until=None):
        relieve(holding=holding, now=at("2026-03-20 09:00"))
    hand_over(case=opinion, to=firm.units["agent"], by=None, now=at("2026-03-20 09:30"))
    html = page(Sitting(firm.people["cs-manager"]).get(f"/cases/{opinion.number}/"))
    assert 'class="escalation"' in html


# -- the processes of the pack ---------------------------------------------------------------------


def put(browser, number, form, **raw):
    told = {**raw, "token": f"t-{form}-{len(raw)}"}
    return browser.post(f"/cases/{number}/forms/{form}/", told)


def test_an_arbitrary_charge_is_refunded_twice_over(firm, clock):
    request = Request(service="overcharge", channel="phone", narrative="多收五十元", token="o")
    case = lodge(
        company=firm.again(), request=request, at=at("2026-03-09 09:00"),
        now=at("2026-03-09 09:00"), by=firm.people["agent"],
    )  # fmt: skip
    clock.move_to(at("2026-03-09 11:00"))
    manager = Sitting(firm.people["cs-manager"])
    found = {"finding": "arbitrary", "arbitrary_amount": "50", "basis": "没有告知单"}
    assert put(manager, case.number, "charge-review", **found).status_code != 302
    papers = {"visit_no": "V-1", "charged": "50", "told": "0"}
    office = Sitting(firm.people["back-office"])
    assert put(office, case.number, "charge-papers", **papers).status_code == 302
    assert put(manager, case.number, "charge-review", **found).status_code == 302
    once = {"refunded": "50", "receipt_no": "F-1", "paid_on": "2026-03-09"}
    refused = put(manager, case.number, "refund", **once)
    assert refused.status_code == 422
    assert "The refund is at least double the amount overcharged" in page(refused)
    twice = {**once, "refunded": "100", "receipt": ""}
    assert put(manager, case.number, "refund", **twice).status_code == 302
    clock.move_to(at("2026-03-09 12:00"))
    told = {"told_at": "2026-03-09T11:30", "outcome": "refunded", "content": "true"}
    officer = Sitting(firm.people["agent"])
    assert put(officer, case.number, "review-outcome", **told).status_code == 302
    # what was found goes to accountability before the case closes
    referred = {"case_no": "T-1", "conduct": "多收五十元"}
    centre = Sitting(firm.people["cs-centre"])
    assert put(centre, case.number, "violation-referral", **referred).status_code == 302
    case.docket.refresh_from_db()
    assert case.docket.closed_at is not None


def test_after_the_decision_everything_that_follows_is_done_and_the_case_closes(
    firm, proceeding, clock
):
    hr = Sitting(firm.people["hr"])
    responsible = Sitting(firm.people["responsible-department"])
    hr.post(way(proceeding, "serve"))
    clock.move_to(at("2026-03-26 11:00"))
    decide(proceeding, firm, complaint_caused=True, customer_loss=True, loss_amount=80)
    number = proceeding.case.number
    done = [
        (
            responsible,
            "education",
            {"held_on": "2026-03-26", "content": "服务标准", "signature": "本人"},
        ),
        (responsible, "aftermath", {"measures": "登门致歉", "complaint_no": "T-2"}),
        (hr, "assessment-entry", {"provision": "第五条", "entry": "扣2分"}),
        (
            hr,
            "loss-recovery",
            {"amount": "80", "borne_by": "本人", "customer_paid_on": "2026-03-26"},
        ),
        (hr, "copy-of-opinion", {"received_by": "客户服务中心"}),
    ]
    for who, form, raw in done:
        assert put(who, number, form, **raw).status_code == 302, form
    html = page(hr.get(way(proceeding)))
    for words in ("登门致歉", "服务标准", "第五条", "客户服务中心"):
        assert words in html
    proceeding.case.docket.refresh_from_db()
    assert proceeding.case.docket.closed_at is not None
    assert hr.post(way(proceeding, "sign"), typed(proceeding)).status_code == 302, "signed last"
