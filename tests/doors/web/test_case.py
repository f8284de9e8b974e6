"""The case page: forms with errors at their fields, refusals with their clause, and small steps."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from chengnuo.cases.models import Case
from chengnuo.doors.web.kit.formviews import exact
from chengnuo.ledger.queries import history
from chengnuo.obligations.models import Evidence, Obligation
from tests.doors.web.conftest import TOKEN, control, error_at, page, sits, take

SURVEY = {"count": "3", "remark": "两处渗漏", "where": "road", "tools": ["pump"], "token": TOKEN}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 32


def form(case, name):
    return f"/cases/{case.number}/forms/{name}/"


def step(case, name):
    return f"/cases/{case.number}/steps/{name}/"


def version(case):
    return Case.objects.get(pk=case.pk).docket.version


# -- forms -----------------------------------------------------------------------------------------


def test_a_form_is_recorded_and_the_page_tells_it(browser, leak):
    answer = browser.post(form(leak, "arrival"), {"token": TOKEN}, follow=True)
    assert answer.redirect_chain == [(f"/cases/{leak.number}/", 302)]
    assert "Recorded: Arrival" in page(answer)
    assert Evidence.objects.count() == 1


def test_a_token_that_was_sent_to_another_case_is_a_new_form_there(browser, firm, leak):
    other = take(firm, token="another-leak")
    for case in (leak, other):
        answer = browser.post(form(case, "arrival"), {"token": TOKEN}, follow=True)
        assert "Recorded" in page(answer)
    assert Evidence.objects.filter(form="arrival", token=TOKEN).count() == 2


def test_forms_without_a_token_are_each_their_own(browser, firm, leak):
    other = take(firm, token="another-leak")
    for case in (leak, other):
        browser.post(form(case, "survey"), {**SURVEY, "token": ""})
    assert {e.docket_id for e in Evidence.objects.all()} == {leak.docket_id, other.docket_id}


def test_a_form_in_the_sheet_closes_it(browser, leak):
    answer = browser.post(form(leak, "arrival"), {"token": TOKEN}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Trigger"]) == (204, "form-filled")


def test_the_same_form_twice_is_one(browser, leak):
    for _ in range(2):
        browser.post(form(leak, "survey"), SURVEY)
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "This field is required."), ("many", "Write a number"), ("10", "within 1–9")],
)
def test_errors_stand_at_their_field_and_what_was_typed_is_kept(
    browser, leak, headers, typed, said
):
    answer = browser.post(form(leak, "survey"), {**SURVEY, "count": typed}, headers=headers)
    html = page(answer)
    assert answer.status_code == 422
    assert said in error_at(html, "survey-count")
    assert f'value="{typed}"' in control(html, "count")
    assert 'aria-invalid="true"' in control(html, "count")
    assert "两处渗漏" in html
    assert 'value="road" checked' in html
    assert 'value="pump" checked' in html
    assert 'value="saw" checked' not in html
    assert TOKEN in control(html, "token"), "the next try is the same submission"
    assert Evidence.objects.count() == 0


def test_a_refusal_names_the_rule_the_clause_and_what_is_missing(browser, leak):
    answer = browser.post(form(leak, "repaired"), {"done_at": "2026-03-09T10:15", "remark": "换管"})
    html = page(answer)
    assert answer.status_code == 422
    for words in ("first-arrive", "第一条", "Needed first: Arrived", "换管"):
        assert words in html
    assert Evidence.objects.count() == 0


def test_who_was_slower_is_told_and_keeps_what_he_typed(browser, leak, firm):
    read = version(leak)
    other = sits(firm.people["network"])
    other.post(form(leak, "arrival"), {"token": "another-token", "version": read})
    answer = browser.post(form(leak, "survey"), {**SURVEY, "version": read})
    html = page(answer)
    assert answer.status_code == 409
    assert "Someone else has already done this" in html
    assert "network has just recorded" in html
    assert "两处渗漏" in html
    assert f'value="{version(leak)}"' in control(html, "version"), "the next try is for this state"
    fresh = browser.post(form(leak, "survey"), {**SURVEY, "version": version(leak)})
    assert fresh.status_code == 302


def test_a_form_that_is_not_its_turn_says_so(browser, leak):
    assert "not available at this stage" in page(browser.get(form(leak, "call")))
    assert browser.post(form(leak, "call"), {"token": TOKEN}).status_code == 422
    for unknown in ("no-such-form", "bulletin"):
        assert browser.get(form(leak, unknown)).status_code == 404


def test_a_minute_of_the_intake_or_of_now_is_accepted(browser, leak):
    browser.post(form(leak, "arrival"), {"token": TOKEN})
    answer = browser.post(form(leak, "repaired"), {"done_at": "2026-03-09T10:30", "token": "2"})
    assert answer.status_code == 302
    assert Obligation.objects.get(rule="repaired-soon").kept_at is not None


def test_a_case_goes_to_its_end_by_its_forms(browser, leak):
    browser.post(form(leak, "arrival"), {"token": "1"})
    browser.post(form(leak, "repaired"), {"done_at": "2026-03-09T10:30", "token": "2"})
    html = page(browser.post(form(leak, "call"), {"token": "3"}, follow=True))
    assert Case.objects.get().closed_at is not None
    assert "Reopen" in html
    assert "Customer withdraws" not in html


# -- files -----------------------------------------------------------------------------------------


def upload(content, name="p.png", kind="image/png"):
    return SimpleUploadedFile(name, content, content_type=kind)


def test_a_picture_is_evidence_and_can_be_looked_at(browser, leak):
    browser.post(form(leak, "survey"), {**SURVEY, "picture": upload(PNG)})
    html = page(browser.get(f"/cases/{leak.number}/"))
    assert "p.png" in html
    link = html.split(f"/cases/{leak.number}/files/")[1].split('"')[0]
    answer = browser.get(f"/cases/{leak.number}/files/{link}")
    assert b"".join(answer.streaming_content) == PNG
    assert answer["Content-Type"] == "image/png"
    assert browser.get(f"/cases/{leak.number}/files/{'0' * 64}/").status_code == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MZ\x90\x00 a program", "This type of file is not accepted"),
        (b"", "empty"),
        (b"PK\x03\x04 not really", "This type of file is not accepted"),
        (PNG + b"0" * (10 * 1024 * 1024), "larger than 10 MB"),
    ],
)
def test_a_file_that_is_no_good_is_told_at_its_field(browser, leak, content, said):
    answer = browser.post(form(leak, "survey"), {**SURVEY, "picture": upload(content)})
    assert answer.status_code == 422
    assert said in error_at(page(answer), "survey-picture")
    assert "两处渗漏" in page(answer)
    assert Evidence.objects.count() == 0


def test_a_good_file_survives_another_mistake(browser, leak):
    html = page(browser.post(form(leak, "survey"), {**SURVEY, "count": "", "picture": upload(PNG)}))
    assert "p.png" in html
    ticket = control(html, "picture.kept").split('value="')[1].split('"')[0]
    browser.post(form(leak, "survey"), {**SURVEY, "picture.kept": ticket})
    assert "p.png" in str(Evidence.objects.get().data["picture"])


def test_a_file_is_what_stands_in_a_field_for_files(browser, firm, leak):
    browser.post(form(leak, "survey"), {**SURVEY, "picture": upload(PNG)})
    kept = Evidence.objects.get().data["picture"]
    other = take(firm, token="another-leak")
    browser.post(form(other, "survey"), {**SURVEY, "remark": kept, "token": "another-page"})
    sha256 = json.loads(kept)["sha256"]
    own = browser.get(f"/cases/{leak.number}/files/{sha256}/")
    assert b"".join(own.streaming_content) == PNG
    assert browser.get(f"/cases/{other.number}/files/{sha256}/").status_code == 404


def test_nobody_makes_a_ticket_of_his_own(browser, leak):
    browser.post(form(leak, "survey"), {**SURVEY, "picture.kept": '{"sha256": "x"}'})
    assert not Evidence.objects.get().data.get("picture")


# -- who may see whom ------------------------------------------------------------------------------


@pytest.fixture
def stranger(firm):
    return sits(firm.people["service"])


@pytest.fixture
def far_leak(firm, leak):
    """A case that lies with the network department alone."""
    docket = leak.docket
    docket.accepting_unit_id = docket.handling_unit_id = firm.units["network"].pk
    docket.save()
    return leak


def test_who_handles_the_case_sees_whom_to_call(firm, far_leak):
    html = page(sits(firm.people["network"]).get(f"/cases/{far_leak.number}/"))
    assert "13800000001" in html


def test_everybody_else_sees_a_mask(stranger, far_leak):
    answer = stranger.get(f"/cases/{far_leak.number}/")
    assert answer.status_code == 200
    html = page(answer)
    for secret in ("13800000001", "演示客户甲", "101室"):
        assert secret not in html
    for mask in ("138****0001", "演****", "示例市示例路1号1"):
        assert mask in html


@pytest.mark.parametrize("why", ["", " ", "x", "因为工作需要", "asdfasdfasdf"])
def test_a_look_without_a_reason_is_refused(stranger, far_leak, why):
    before = len(history(subject=far_leak.docket_id))
    answer = stranger.post(f"/cases/{far_leak.number}/contact/", {"why": why})
    assert answer.status_code == 422
    assert "This reason says too little. Enter for whom" in page(answer)
    assert "13800000001" not in page(answer)
    assert len(history(subject=far_leak.docket_id)) == before


def test_a_look_is_granted_for_a_reason_and_recorded(stranger, far_leak):
    html = page(stranger.post(f"/cases/{far_leak.number}/contact/", {"why": "客户来电核对"}))
    assert "13800000001" in html
    entry = history(subject=far_leak.docket_id)[-1]
    assert "客户来电核对" in str(entry.data)
    assert "13800000001" not in page(stranger.get(f"/cases/{far_leak.number}/")), "once"


# -- small steps -----------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["urge", "dispute", "withdraw"])
def test_a_step_needs_its_reason_and_is_told(browser, leak, what):
    refused = browser.post(step(leak, what), {"reason": " "})
    assert refused.status_code == 422
    assert "Please enter the reason." in page(refused)
    html = page(browser.post(step(leak, what), {"reason": "客户要求"}, follow=True))
    assert "Recorded." in html
    assert "客户要求" in html


def test_a_withdrawn_case_can_be_reopened(browser, leak):
    browser.post(step(leak, "withdraw"), {"reason": "客户撤回"})
    assert Case.objects.get().closed_at is not None
    browser.post(step(leak, "reopen"), {"reason": "客户改变主意"})
    assert Case.objects.get().closed_at is None


def test_a_case_is_handed_over(browser, leak, firm):
    assert browser.post(step(leak, "hand-over"), {"reason": "x"}).status_code == 422
    unit = firm.units["network"]
    browser.post(step(leak, "hand-over"), {"unit": unit.pk, "reason": "管网的事"})
    assert Case.objects.get().docket.handling_unit_id == unit.pk


def test_a_case_is_never_handed_to_a_strangers_unit(browser, leak):
    answer = browser.post(step(leak, "hand-over"), {"unit": "999999", "reason": "试试"})
    assert answer.status_code == 422
    assert "试试" in control(page(answer), "reason") or "试试" in page(answer)


def test_a_slow_step_is_told_that_somebody_was_faster(browser, leak):
    read = version(leak)
    browser.post(step(leak, "urge"), {"reason": "第一次"})
    answer = browser.post(step(leak, "dispute"), {"reason": "我写的理由", "version": read})
    assert answer.status_code == 409
    assert "Someone else has already done this" in page(answer)
    assert "我写的理由" in page(answer)


def test_facts_are_put_right(browser, leak):
    said = {"reason": "现场核实"}
    assert browser.post(step(leak, "facts"), said).status_code == 422
    wrong = browser.post(step(leak, "facts"), {**said, "fact.area": "moon"})
    assert wrong.status_code == 422
    browser.post(step(leak, "facts"), {**said, "fact.area": "rural"})
    assert Case.objects.get().docket.facts["area"] == "rural"


def test_a_time_is_agreed_with_the_customer(browser, leak):
    said = {"fact": "agreed_at", "reason": "客户方便"}
    assert browser.post(step(leak, "appointment"), {**said, "agreed_at": "?"}).status_code == 422
    browser.post(step(leak, "appointment"), {**said, "agreed_at": "2026-03-10T09:00"})
    assert Obligation.objects.get(rule="repaired-soon").agreed_at is not None


def test_a_pause_is_asked_for_and_decided(browser, firm, leak):
    key = Obligation.objects.get(rule="repaired-soon").key
    asked = {"pause": f"{key}|storm"}
    assert browser.post(step(leak, "pause"), asked).status_code == 422
    assert browser.post(step(leak, "pause"), {"pause": "x|y", "proof": "x"}).status_code == 422
    html = page(browser.post(step(leak, "pause"), {**asked, "proof": "红色预警"}, follow=True))
    assert "requested, awaiting a decision" in html
    assert 'value="approved"' not in html
    decided = {"target": key, "verdict": "approved"}
    refused = browser.post(step(leak, "pause-verdict"), decided)
    assert refused.status_code == 422
    assert "To be decided by" in page(refused)
    approver = sits(firm.people["service"])
    assert 'value="approved"' in page(approver.get(f"/cases/{leak.number}/"))
    html = page(approver.post(step(leak, "pause-verdict"), decided, follow=True))
    assert "Resume" in html
    assert browser.post(step(leak, "pause-verdict"), {"verdict": "maybe"}).status_code == 422


def test_an_unknown_step_is_not_there(browser, leak):
    assert browser.post(step(leak, "explode"), {"reason": "x"}).status_code == 404
    assert browser.get(step(leak, "urge")).status_code == 405


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("2026-03-09T18:30", "2026-03-09T10:30:40+00:00"),  # this minute: now
        ("2026-03-09T18:29", "2026-03-09T18:29"),  # another one: the room below places it
        ("yesterday", "yesterday"),
    ],
)
def test_a_moment_told_to_the_minute_means_now_only_in_this_minute(typed, means):
    now = datetime(2026, 3, 9, 10, 30, 40, tzinfo=UTC)
    assert exact(typed, ZoneInfo("Asia/Shanghai"), now) == means
