# ruff: noqa: E501 (a row is one line, so that it can be read)
"""The call centre's rules as a lawyer reads them: what keeps each, what does not, what breaks it.

Times are counted from the intake, Monday 9 March 2026 at 9:00.
"""

from __future__ import annotations

import pytest

from chengnuo.packs.compiling import compiled
from chengnuo.packs.notices import shipped_notices
from chengnuo.rules.limits import Unnumbered
from chengnuo.rules.rulebook import Gate, Within
from tests.packs.played import Row, outcome
from tests.packs.shipped import shipped

PACK = "gas-callcentre"
PHONE = {"channel": "phone"}
COUNTER = {"channel": "counter"}
PRODUCT, OPINION, CALL = "product-complaint", "customer-opinion", "consultation"
REMEDY = {"plan_kind": "remedy", "goods_due": False, "gift_due": False, "production_due": False}
FACTORS = {
    "demand_reasonable": True,
    "future_business": True,
    "company_fault": "none",
    "advice": "ordinary",
}
FAULT = {**FACTORS, "company_fault": "grave"}
HOPELESS = {**FACTORS, "demand_reasonable": False, "future_business": False}
SPOKEN = {
    "mandarin_first": True,
    "identity_stated": True,
    "customer_language": "mandarin",
    "spoken": "mandarin",
    "displeased": False,
    "outcome": "answered",
}

REGISTERED = (("0:05", "clerk", "complaint-register"), ("0:10", "!case.handed_over"))
HEARD = (
    *REGISTERED,
    (
        "0:30",
        "after-sales",
        "complaint-facts",
        {"confirmed": True, "confirmed_by": "call", "sure": True},
    ),
    ("1:00", "after-sales", "analysis", {"basis": True, "sure": True}),
)
UNSURE = (
    *REGISTERED,
    (
        "0:30",
        "after-sales",
        "complaint-facts",
        {"confirmed": True, "confirmed_by": "call", "sure": False},
    ),
    ("1:00", "after-sales", "analysis", {"basis": True, "sure": False}),
)


def proposed(*between, **plan):
    return (*HEARD, *between, ("2:00", "after-sales", "plan-proposal", {**REMEDY, **plan}))


def approved(*between, **plan):
    return (
        *proposed(*between, **plan),
        ("3:00", "leader", "leader-decision", {"decision": "approve"}),
    )


def told(*between, **plan):
    return (*approved(*between, **plan), ("4:00", "after-sales", "answer-to-customer"))


def signed(*between, **plan):
    return (*told(*between, **plan), ("5:00", "after-sales", "agreement", {"confirmed": True}))


def passed_on(*between, **plan):
    return (*signed(*between, **plan), ("6:00", "after-sales", "department-notice"))


DONE = ("7:00", "after-sales", "execution-check")
WAITING = {"outcome": "waiting"}
CONSIDERED = ("1:30", "after-sales", "five-factors", FACTORS)
RECORDED = (
    ("0:10", "agent", "opinion-record", {"displeased": False}),
    ("0:15", "!case.handed_over"),
)
FOUND = ("1d", "handling_unit", "opinion-result", {"violation": False})
ANSWER = ("2d", "agent", "opinion-reply", {"stance": "accepts"})
ANSWERED = ("0:05", "agent", "contact-record", SPOKEN)
ORDERED = ("0:05", "agent", "emergency-order")
PROFILE = {
    "years": 8,
    "degree": "bachelor",
    "communicates": True,
    "solves_on_site": True,
    "presentable": True,
    "attitude_good": True,
}
POINTS = (
    "floor",
    "attire",
    "three_rings",
    "three_voices",
    "bilingual",
    "voice",
    "accurate",
    "emergencies",
    "courtesy",
    "first_ask",
    "restates",
    "no_private_calls",
)
ALL_GOOD = {**dict.fromkeys(POINTS, True), "violation": False}
TRUE_ = {"confirmed": True, "complaint_caused": True, "customer_loss": True}

ROWS = (
    # the seven steps of a complaint (S2.3)
    Row("signed-before-passing-on", "registered and signed, then passed on", "no promise", PRODUCT, REGISTERED, PHONE),
    Row("signed-before-passing-on", "passed on without the register", "refused", PRODUCT, (("0:10", "!case.handed_over"),), PHONE),
    Row("complaint-restated", "the customer confirmed it in a recorded call", "kept", PRODUCT, HEARD, PHONE),
    Row("complaint-restated", "restated and not confirmed keeps nothing", "running", PRODUCT, (*REGISTERED, ("0:30", "after-sales", "complaint-facts", {"confirmed": False})), PHONE),
    Row("complaint-restated", "confirmed, but nobody says how the customer did", "refused", PRODUCT, (*REGISTERED, ("0:30", "after-sales", "complaint-facts", {"confirmed": True, "confirmed_by": "word"})), PHONE),
    Row("no-hasty-conclusion", "not sure, and a plan is put up", "refused", PRODUCT, (*UNSURE, ("2:00", "after-sales", "plan-proposal", REMEDY)), PHONE),
    Row("no-hasty-conclusion", "peers are asked first", "no promise", PRODUCT, (*UNSURE, ("1:30", "after-sales", "consultation-note"), ("2:00", "after-sales", "plan-proposal", REMEDY)), PHONE),
    Row("five-factors-first", "a compensation without the five factors", "refused", PRODUCT, proposed(plan_kind="compensation"), PHONE),
    Row("five-factors-first", "the five factors first", "no promise", PRODUCT, proposed(CONSIDERED, plan_kind="compensation"), PHONE),
    Row("richer-where-at-fault", "the company is at fault, and the compensation is ordinary", "refused", PRODUCT, proposed(("1:30", "after-sales", "five-factors", FAULT), plan_kind="compensation"), PHONE),
    Row("richer-where-at-fault", "the company is at fault, and it is higher", "no promise", PRODUCT, proposed(("1:30", "after-sales", "five-factors", {**FAULT, "advice": "richer"}), plan_kind="compensation"), PHONE),
    Row("refusal-only-when-unreasonable", "a reasonable demand is refused", "refused", PRODUCT, proposed(CONSIDERED, plan_kind="refusal"), PHONE),
    Row("refusal-only-when-unreasonable", "unreasonable, and no business to come", "no promise", PRODUCT, proposed(("1:30", "after-sales", "five-factors", HOPELESS), plan_kind="refusal"), PHONE),
    Row("no-refusal-unless-decided", "a remedy was approved, and the customer is refused", "refused", PRODUCT, (*told(), ("5:00", "after-sales", "clear-refusal", {"outcome": "ended"})), PHONE),
    Row("no-refusal-unless-decided", "the refusal was approved", "no promise", PRODUCT, (*told(("1:30", "after-sales", "five-factors", HOPELESS), plan_kind="refusal"), ("5:00", "after-sales", "clear-refusal", {"outcome": "ended"})), PHONE),
    Row("no-answer-without-approval", "told before the leader consented", "refused", PRODUCT, (*proposed(), ("2:30", "after-sales", "answer-to-customer")), PHONE),
    Row("no-answer-without-approval", "an approval of an earlier plan does not do", "refused", PRODUCT, (*told(), ("5:00", "after-sales", "agreement", {"confirmed": False}), ("6:00", "after-sales", "analysis", {"basis": True, "sure": True}), ("7:00", "after-sales", "plan-proposal", REMEDY), ("8:00", "after-sales", "answer-to-customer")), PHONE),
    Row("no-answer-without-approval", "told after the consent", "no promise", PRODUCT, told(), PHONE),
    Row("plan-decided", "who proposed it does not approve it, leader or not", "refused", PRODUCT, (*proposed(), ("3:00", "after-sales", "leader-decision", {"decision": "approve"})), PHONE),
    Row("agreement-only-on-agreed-plan", "an agreement on a refusal", "refused", PRODUCT, (*told(("1:30", "after-sales", "five-factors", HOPELESS), plan_kind="refusal"), ("5:00", "after-sales", "agreement", {"confirmed": True})), PHONE),
    Row("agreement-only-on-agreed-plan", "an agreement on a remedy", "no promise", PRODUCT, signed(), PHONE),
    Row("no-execution-without-agreement", "the departments begin before the customer signed", "refused", PRODUCT, (*told(), ("5:00", "after-sales", "department-notice")), PHONE),
    Row("no-execution-without-agreement", "signed first", "no promise", PRODUCT, passed_on(), PHONE),
    Row("goods-before-executed", "carried out, and the goods are still in the store", "refused", PRODUCT, (*passed_on(goods_due=True), DONE), PHONE),
    Row("goods-before-executed", "issued first", "no promise", PRODUCT, (*passed_on(goods_due=True), ("6:30", "storekeeper", "goods-issue"), DONE), PHONE),
    Row("gift-before-executed", "carried out, and the gift was never sent", "refused", PRODUCT, (*passed_on(gift_due=True), DONE), PHONE),
    Row("gift-before-executed", "sent first", "no promise", PRODUCT, (*passed_on(gift_due=True), ("6:30", "marketing", "gift-dispatch"), DONE), PHONE),
    Row("production-before-executed", "carried out, and production did nothing", "refused", PRODUCT, (*passed_on(production_due=True), DONE), PHONE),
    Row("production-before-executed", "produced first", "no promise", PRODUCT, (*passed_on(production_due=True), ("6:30", "production", "production-note"), DONE), PHONE),
    Row("tracked-until-satisfied", "the customer says so in a recorded call", "kept", PRODUCT, (*passed_on(), DONE, ("1d", "after-sales", "satisfaction-tracking", {"outcome": "satisfied", "confirmed_by": "call"})), PHONE),
    Row("agreement-executed", "the customer says in the same minute that it is not: carried out again", "kept", PRODUCT, (*passed_on(), DONE, ("7:00", "after-sales", "satisfaction-tracking", {"outcome": "execution"}), ("8:00", "after-sales", "execution-check")), PHONE),
    Row("tracked-until-satisfied", "after-sales say so for him", "refused", PRODUCT, (*passed_on(), DONE, ("1d", "after-sales", "satisfaction-tracking", {"outcome": "satisfied", "confirmed_by": "after-sales"})), PHONE),
    Row("tracked-until-satisfied", "one unanswered call, and the leader ends it", "refused", PRODUCT, (*passed_on(), DONE, ("1d", "after-sales", "satisfaction-tracking", WAITING), ("1d 1:00", "leader", "tracking-ended")), PHONE),
    Row("tracked-until-satisfied", "after-sales end it themselves", "refused", PRODUCT, (*passed_on(), DONE, *((m, "after-sales", "satisfaction-tracking", WAITING) for m in ("1d", "1d 3:00", "1d 6:00")), ("2d", "after-sales", "tracking-ended")), PHONE),
    Row("tracked-until-satisfied", "three calls at different times, and the leader ends it", "ended", PRODUCT, (*passed_on(), DONE, *((m, "after-sales", "satisfaction-tracking", WAITING) for m in ("1d", "1d 3:00", "1d 6:00")), ("2d", "leader", "tracking-ended")), PHONE),
    # opinions: five days (S2.1 三(一)10)
    Row("recorded-before-transfer", "passed on unrecorded", "refused", OPINION, (("0:10", "!case.handed_over"),), PHONE),
    Row("recorded-before-transfer", "recorded first", "no promise", OPINION, RECORDED, PHONE),
    Row("findings-before-reply", "a reply without findings", "refused", OPINION, (*RECORDED, ("1:00", "agent", "opinion-reply", {"stance": "accepts"})), PHONE),
    Row("findings-before-reply", "who objects gets new findings, not the old ones again", "refused", OPINION, (*RECORDED, FOUND, ("2d", "agent", "opinion-reply", {"stance": "objects"}), ("3d", "agent", "opinion-reply", {"stance": "accepts"})), PHONE),
    Row("findings-before-reply", "with findings", "no promise", OPINION, (*RECORDED, FOUND, ANSWER), PHONE),
    Row("replied-in-five-days", "on the fifth day", "kept", OPINION, (*RECORDED, FOUND, ("5d", "agent", "opinion-reply", {"stance": "accepts"})), PHONE),
    Row("replied-in-five-days", "a record of the opinion is no reply", "broken", OPINION, (*RECORDED, ("5d 15:01",)), PHONE),
    Row("replied-in-five-days", "the fifth day is a Saturday: art. 498, it does not move", "broken", OPINION, (*RECORDED, ("5d 15:01",)), PHONE),
    Row("replied-in-five-days", "where the group lets it move by art. 203, Monday's close of business", "kept", OPINION, (*RECORDED, FOUND, ("7d 8:00", "agent", "opinion-reply", {"stance": "accepts"})), PHONE, {"five-days": "natural_day_moved"}),
    Row("replied-in-five-days", "and not later than the close", "kept late", OPINION, (*RECORDED, FOUND, ("7d 8:31", "agent", "opinion-reply", {"stance": "accepts"})), PHONE, {"five-days": "natural_day_moved"}),
    Row("violation-referred", "a violation that was found goes on", "running", OPINION, (*RECORDED, ("1d", "handling_unit", "opinion-result", {"violation": True})), PHONE),
    Row("apology-made", "whoever was displeased is owed an apology", "running", OPINION, (("0:10", "agent", "opinion-record", {"displeased": True}),), PHONE),
    # telephone and contact (S2.1 三(一))
    Row("phone-answered", "within three rings", "kept", CALL, (("0:05", "!call.offered"), ("0:05", "!call.answered")), PHONE),
    Row("phone-answered", "it rings on", "broken", CALL, (("0:05", "!call.offered"), ("0:06",)), PHONE),
    Row("customer-greeted", "Mandarin, identity and staff number", "kept", CALL, (ANSWERED,), PHONE),
    Row("customer-greeted", "a “no” keeps nothing", "running", CALL, (("0:05", "agent", "contact-record", {**SPOKEN, "identity_stated": False}),), PHONE),
    Row("customer-greeted", "told afterwards", "kept", CALL, (("0:05", "agent", "contact-record", {**SPOKEN, "identity_stated": False}), ("0:20", "agent", "identity-told")), PHONE),
    Row("customer-greeted", "the clause is about the telephone", "no promise", CALL, (("0:01",),), COUNTER),
    Row("restated-before-call-ends", "restated until clear", "no promise", CALL, (ANSWERED, ("0:10", "agent", "contact-ending", {"restated": True, "customer_clear": True})), PHONE),
    Row("restated-before-call-ends", "the call ends without it", "refused", CALL, (ANSWERED, ("0:10", "agent", "contact-ending", {"restated": False, "customer_clear": True})), PHONE),
    Row("restated-before-call-ends", "said once, and the customer is not clear", "refused", CALL, (ANSWERED, ("0:10", "agent", "contact-ending", {"restated": True, "customer_clear": False})), PHONE),
    Row("guidance-given", "who asked does not guide himself", "refused", CALL, (("0:05", "agent", "contact-record", {**SPOKEN, "outcome": "beyond_scope"}), ("0:10", "agent", "first-ask-report"), ("0:15", "agent", "guidance")), PHONE),
    Row("no-end-without-tracking", "one entry a minute after the order, and it is over", "refused", "emergency-order", (ORDERED, ("0:06", "agent", "tracking-entry"), ("0:07", "agent", "emergency-completion")), PHONE),
    Row("no-end-without-tracking", "arrival tracked, the handling not", "refused", "emergency-order", (ORDERED, ("0:30", "agent", "tracking-arrival"), ("0:40", "agent", "emergency-completion")), PHONE),
    Row("no-end-without-tracking", "tracked from arrival to the end", "no promise", "emergency-order", (ORDERED, ("0:30", "agent", "tracking-arrival"), ("1:30", "emergency-crew", "tracking-result"), ("1:40", "agent", "emergency-completion")), PHONE),
    # inspection, appointment, accountability (S2.1 四, S2.3 一)
    Row("representative-assessed", "every point in order", "kept", "representative-supervision", (("1:00", "cs-centre", "representative-check", ALL_GOOD),)),
    Row("representative-assessed", "a point that is not in order is no pass", "running", "representative-supervision", (("1:00", "cs-centre", "representative-check", {**ALL_GOOD, "courtesy": False}),)),
    Row("representative-guided", "it is guided and checked again", "kept", "representative-supervision", (("1:00", "cs-centre", "representative-check", {**ALL_GOOD, "courtesy": False}), ("2d", "cs-centre", "representative-check", ALL_GOOD))),
    Row("conditions-before-appointment", "the six conditions", "no promise", "after-sales-appointment", (("1:00", "cs-department", "staff-profile", PROFILE), ("2:00", "cs-manager", "staff-start"))),
    Row("conditions-before-appointment", "four years in the trade", "refused", "after-sales-appointment", (("1:00", "cs-department", "staff-profile", {**PROFILE, "years": 4}), ("2:00", "cs-manager", "staff-start"))),
    Row("conditions-before-appointment", "qualified once, unfit on a second look", "refused", "after-sales-appointment", (("1:00", "cs-department", "staff-profile", PROFILE), ("1:30", "cs-department", "staff-profile", {**PROFILE, "attitude_good": False}), ("2:00", "cs-manager", "staff-start"))),
    Row("post-taken-up", "who examined the conditions does not appoint", "refused", "after-sales-appointment", (("1:00", "cs-manager", "staff-profile", PROFILE), ("2:00", "cs-manager", "staff-start"))),
    Row("aftermath-settled", "dealt with", "kept", "accountability-case", (("1:00", "responsible-department", "violation-examination", TRUE_), ("2:00", "responsible-department", "aftermath"))),
    Row("aftermath-settled", "who owes it finds on a second look that no complaint was caused", "refused", "accountability-case", (("1:00", "responsible-department", "violation-examination", TRUE_), ("1:30", "responsible-department", "violation-examination", {**TRUE_, "complaint_caused": False}))),
    Row("aftermath-settled", "the group finds so", "ended", "accountability-case", (("1:00", "responsible-department", "violation-examination", TRUE_), ("1:30", "gas-group", "violation-examination", {**TRUE_, "complaint_caused": False}))),
    Row("representatives-inspected", "inspected in the period", "kept", None, (("5d", "responsible-department", "representative-inspection", {"found": "in_order"}),)),
    Row("representatives-inspected", "issues found, and no case opened", "refused", None, (("5d", "responsible-department", "representative-inspection", {"found": "issues", "cases": "", "findings": ""}),)),
    Row("representatives-inspected", "the period passes", "broken", None, (("31d",),)),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_becomes_of_it(row: Row):
    assert outcome(shipped(PACK), row) == row.outcome


def test_every_rule_with_a_number_and_every_gate_has_its_rows():
    """One that keeps or opens it, and one that breaks it or is refused."""
    loaded = shipped(PACK)
    book = compiled(loaded.pack, digest=loaded.digest, notices=shipped_notices())
    missing = []
    for rule in book.rules.values():
        numbered = isinstance(rule, Within) and not isinstance(rule.limit, Unnumbered)
        if not rule.obligations or not (numbered or isinstance(rule, Gate)):
            continue
        shown = {row.outcome for row in ROWS if row.rule == rule.id}
        bad = {"refused"} if isinstance(rule, Gate) else {"broken", "kept late"}
        if not (shown & bad and shown - {"refused", "broken", "kept late"}):
            missing.append(rule.id)
    assert not missing


def test_the_two_sentences_of_the_text_are_not_forbidden():
    """They are its examples of asking politely (S2.3 三.1)."""
    assert not [r for r in shipped(PACK).pack.rules.values() if getattr(r, "words", ())]


def test_a_reading_says_which_clock_binds_a_common_call_centre():
    loaded = shipped(PACK)
    assert "C-01" in loaded.pack.rules["replied-in-five-days"].readings
    said = loaded.pack.readings["C-01"].en
    assert "24 hours" in said
    assert "3 calendar days" in said
