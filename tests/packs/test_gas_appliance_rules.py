# ruff: noqa: E501 (a row is one line, so that it can be read)
"""The appliance company's rules as a lawyer reads them: kept, cheated, broken."""

from __future__ import annotations

import pytest

from chengnuo.packs.compiling import compiled
from chengnuo.packs.notices import shipped_notices
from chengnuo.rules.rulebook import Gate
from tests.packs.played import Play, Refusal, Row, Step, outcome
from tests.packs.shipped import shipped

PACK = "gas-appliance"
HANDS = ("is not for", "is for another than", "does not have its turn", "waits for")


def yes(*names: str, **more: object) -> dict[str, object]:
    return {**dict.fromkeys(names, True), **more}


# -- ways that the rows begin with -----------------------------------------------------------------

BOOKED: Step = (
    "0:10",
    "back-office",
    "booking",
    {"conditions_met": True, "agreed_at": "1d 1:00", "agreed_with": "客户", "confirmed_by": "call"},
)
CERTIFIED = {
    "post_certificate": "valid",
    "post_certificate_until": "300d",
    "enterprise_certificate": "valid",
    "enterprise_certificate_until": "300d",
    "business_registered": True,
    "headcount_met": True,
    "order_explained": True,
}
ORDERED: Step = ("0:20", "back-office", "dispatch-order", CERTIFIED)
READY = yes(
    "order_understood",
    "attire_ready",
    "content_filled",
    "materials_ready",
    "forms_ready",
    "vehicle_ready",
)
AT_THE_DOOR = yes(
    "clothes_checked",
    "identity_stated",
    "card_shown",
    "entry_consented",
    "shoe_covers",
    weather="fair",
)
ARRIVED: Step = ("1d 0:50", "technician", "arrival")
ENTERED: Step = ("1d 1:00", "technician", "door-entry", AT_THE_DOOR)


def left(form: str, **answers: object) -> Step:
    more = {"parameters_known": True} if form == "repair-preparation" else {}
    return ("1d 0:10", "technician", form, {**READY, **more, **answers})


# an installation, up to the home and up to the work
TO_THE_DOOR = (BOOKED, ORDERED, left("preparation"), ARRIVED)
HOME = (*TO_THE_DOOR, ENTERED)
AGREED: Step = ("1d 1:10", "technician", "method", yes("agreed", unsafe_wish=False))
PRICE: Step = ("1d 1:15", "technician", "price-notice", {"amount": 80})
CHECKED = yes("tools_complete", "model_confirmed", "unpacked_checked")
STARTED: Step = ("1d 1:20", "technician", "work-start", CHECKED)
WORK = (*HOME, AGREED, PRICE, STARTED)
DONE: Step = ("1d 2:00", "technician", "work-done", yes("by_rule"))
TIGHT: Step = ("1d 2:05", "technician", "leak-test", {"leak": False})
SIGNED_AT = "1d 2:30"


def confirmed(when: str = SIGNED_AT, **answers: object) -> Step:
    return (when, "technician", "confirmation", yes("site_clean", "confirmed", **answers))


def leak(when: str) -> Step:
    return (when, "technician", "leak-test", {"leak": True})


# a repair, up to the demonstration
ASSIGNED: Step = ("0:05", "maintenance", "assignment", yes("maintenance_qualified"))
REPAIR_HOME = (ASSIGNED, BOOKED, ORDERED, left("repair-preparation"), ARRIVED, ENTERED)
SAFE: Step = ("1d 1:05", "technician", "safety-assessment", yes("safe"))
PLAN: Step = ("1d 1:10", "technician", "repair-plan")
REPAIRED: Step = (
    "1d 2:00",
    "technician",
    "repair-record",
    yes("by_plan", "safety_rules", dismantled=False),
)
SHOWN: Step = ("1d 2:10", "technician", "demonstration")
REPAIR = (*REPAIR_HOME, SAFE, PLAN, REPAIRED, SHOWN)
ACCEPTED: Step = (
    "1d 2:20",
    "back-office",
    "repair-acceptance",
    yes("runs_normally", "accepted", confirmed_by="call"),
)


def refused(when: str) -> Step:
    return (when, "back-office", "repair-acceptance", yes("runs_normally", accepted=False))


# an opinion, up to the returned order
ORDER: Step = ("0:30", "clerk", "opinion-order", {"displeased": False})
PASSED_ON: Step = ("1:00", "!case.handed_over")
RESULT: Step = ("1d", "handler", "opinion-result", {"violation": False})
SIGNED: Step = ("1d 1:00", "handling_head", "head-signature", {"decision": "sign"})
REPLIED: Step = ("1d 2:00", "handler", "opinion-reply", {"stance": "accepts"})
HANDLED = (ORDER, PASSED_ON, RESULT, SIGNED, REPLIED)
OWN_HAND: Step = ("1d 3:00", "handler", "handler-signature")
BACK: Step = ("1d 4:00", "handler", "order-return")
RETURNED = (*HANDLED, OWN_HAND, BACK)


def called(when: str, **answers: object) -> Step:
    return (when, "callback-officer", "opinion-callback", answers)


# objected to, negotiated again, replied and returned
DISPUTED = (
    *HANDLED[:4], ("1d 2:00", "handler", "opinion-reply", {"stance": "objects"}), ("1d 3:00", "handler", "objection-report"),
    ("1d 4:00", "accepting_unit", "joint-solution"), ("1d 5:00", "handler", "opinion-result", {"violation": False}),
    ("1d 6:00", "handling_head", "head-signature", {"decision": "sign"}), ("1d 7:00", "handler", "opinion-reply", {"stance": "accepts"}),
    ("1d 8:00", "handler", "handler-signature"), ("1d 8:10", "handler", "order-return"),
)  # fmt: skip
UNREACHED = {"reached": False}
PHONE = {"channel": "phone"}
ANSWERED: Step = (
    "0:05",
    "agent",
    "contact-record",
    {"channel": "phone", "outcome": "answered", "displeased": False},
)
CLEAR = yes("restated", "customer_clear", "put_down_gently")
FIT, FIX, SAY, FEE = "appliance-installation", "equipment-repair", "customer-opinion", "overcharge"
KIND = {"channel": "phone", "appliance": "cooker"}


def charge(
    when: str, finding: str, charged: float, told: float, over: float | None = None
) -> tuple[Step, Step]:
    """The papers of the visit say what was told and charged; another than who took them finds."""
    more = {} if over is None else {"arbitrary_amount": over}
    papers = (when, "back-office", "charge-papers", {"charged": charged, "told": told})
    return papers, (when, "cs-manager", "charge-review", {"finding": finding, **more})


def outcome_told(when: str) -> Step:
    return (when, "agent", "review-outcome", {"outcome": "upheld", "content": False})


def missed(when: str) -> Step:
    return (when, "agent", "outcome-unreached")


TOLD_ONCE = (*charge("2:00", "right", 80, 80), outcome_told("3:00"))


def refund(when: str, yuan: float) -> Step:
    return (when, "cs-manager", "refund", {"refunded": yuan})


APPLIED: Step = (
    "0:10",
    "maintenance",
    "qualification-application",
    yes("maintenance_qualified", required_number=8, practitioners=8),
)
GRANTED: Step = (
    "20d",
    "maintenance",
    "enterprise-certificate",
    {"outcome": "granted", "state": "valid", "valid_until": "300d"},
)
REFUSED: Step = (
    "21d",
    "maintenance",
    "enterprise-certificate",
    {"outcome": "refused", "state": "none"},
)
REGISTERED: Step = ("22d", "maintenance", "business-registration", yes("registered"))
OPENED: Step = ("23d", "maintenance", "business-start")
POINTS = dict.fromkeys(
    (
        "tidy",
        "quiet",
        "attire",
        "three_rings",
        "three_voices",
        "voice",
        "accurate",
        "records",
        "emergencies",
        "no_interrupting",
        "apologises",
        "first_ask",
        "restates",
        "no_private_calls",
    ),
    "met",
)
PASSED = {**POINTS, "violation": False}
CAUGHT = {
    **POINTS,
    "quiet": "breached",
    "violation": True,
    "complaint_caused": True,
    "customer_loss": False,
}

# a repair that is filed, and followed up with a problem
SOLD = (
    *REPAIR,
    ACCEPTED,
    ("1d 3:00", "maintenance", "repair-archive"),
    ("2d", "callback-officer", "equipment-callback", yes("reached", "problem")),
)

RUNS_OUT: Step = (*ORDERED[:3], {**CERTIFIED, "post_certificate_until": "1d 2:00"})

# -- the rows that an outside reader asked for first -----------------------------------------------

ABUSE = (
    Row("no-confirmation-without-leak-test", "no leak, and then the customer signs", "no promise", FIT, (*WORK, DONE, TIGHT, confirmed()), KIND),
    Row("no-confirmation-without-leak-test", "a pass at 11:05, a leak at 11:10: the signature waits", "refused", FIT, (*WORK, DONE, TIGHT, leak("1d 2:10"), confirmed()), KIND),
    Row("no-confirmation-without-leak-test", "the customer signs before any test", "refused", FIT, (*WORK, DONE, confirmed()), KIND),
    Row("leak-retest-after-rework", "a leak, a pass a minute later, and nothing was done between", "refused", FIT, (*WORK, DONE, leak("1d 2:10"), ("1d 2:11", "technician", "leak-test", {"leak": False})), KIND),
    Row("leak-retest-after-rework", "a leak, put right and completed again, then tight", "no promise", FIT, (*WORK, DONE, leak("1d 2:10"), ("1d 2:20", "technician", "work-done", yes("by_rule")), ("1d 2:25", "technician", "leak-test", {"leak": False}), confirmed()), KIND),
    Row("leak-tested", "a leak found is no test passed", "running", FIT, (*WORK, DONE, leak("1d 2:10")), KIND),
    Row("no-handover-without-confirmation", "the papers after the signature", "no promise", FIT, (*WORK, DONE, TIGHT, confirmed(), ("1d 2:40", "technician", "documents")), KIND),
    Row("no-handover-without-confirmation", "signed, then a leak: the papers wait", "refused", FIT, (*WORK, DONE, TIGHT, confirmed(), leak("1d 2:35"), ("1d 2:40", "technician", "documents")), KIND),
    Row("no-handover-without-confirmation", "the papers without a signature", "refused", FIT, (*WORK, DONE, TIGHT, ("1d 2:40", "technician", "documents")), KIND),
    Row("charge-within-told-price", "80 were told, 80 are charged", "no promise", FIT, (*WORK, ("1d 2:00", "technician", "charge-receipt", {"amount": 80})), KIND),
    Row("charge-within-told-price", "80 were told, 9,999 are charged", "refused", FIT, (*WORK, ("1d 2:00", "technician", "charge-receipt", {"amount": 9999})), KIND),
    Row("charge-within-told-price", "a higher price is told once the work has begun", "refused", FIT, (*WORK, ("1d 1:40", "technician", "price-notice", {"amount": 9999})), KIND),
    Row("no-arbitrary-charging", "the price is told and acknowledged, then the charge", "no promise", FIT, (*WORK, ("1d 2:00", "technician", "charge-receipt", {"amount": 1})), KIND),
    Row("no-arbitrary-charging", "a charge, and no price was told", "refused", FIT, (*HOME, ("1d 1:20", "technician", "charge-receipt", {"amount": 0})), KIND),
    Row("refund-is-double", "50 too much, 100 back", "no promise", FEE, (*charge("2:00", "arbitrary", 150, 100, 50), refund("3:00", 100)), PHONE),
    Row("refund-is-double", "300 too much, one yuan back", "refused", FEE, (*charge("2:00", "arbitrary", 400, 100, 300), refund("3:00", 1)), PHONE),
    Row("refund-is-double", "300 too much, a fen less than double", "refused", FEE, (*charge("2:00", "arbitrary", 400, 100, 300), refund("3:00", 599.99)), PHONE),
    Row("refunded-twice", "the refund is still owed while it is not double", "running", FEE, (*charge("2:00", "arbitrary", 400, 100, 300),), PHONE),
    Row("charge-right-as-told", "80 told, 80 charged: right", "no promise", FEE, (*charge("2:00", "right", 80, 80),), PHONE),
    Row("charge-right-as-told", "80 told, 9,999 charged, and found right", "refused", FEE, (*charge("2:00", "right", 9999, 80),), PHONE),
    Row("overcharge-in-full", "nothing was told, all of it goes back", "no promise", FEE, (*charge("2:00", "arbitrary", 300, 0, 300),), PHONE),
    Row("overcharge-in-full", "80 yuan told, 9,999 charged, one yuan called too much", "refused", FEE, (*charge("2:00", "arbitrary", 9999, 80, 1),), PHONE),
    Row("overcharge-in-full", "80 yuan told, 9,999 charged, the rest goes back", "no promise", FEE, (*charge("2:00", "arbitrary", 9999, 80, 9919),), PHONE),
    Row("overcharge-in-full", "nothing was told, and one yuan of 300 is called too much", "refused", FEE, (*charge("2:00", "arbitrary", 300, 0, 1),), PHONE),
    Row("overcharge-has-an-amount", "so much of it was too much", "no promise", FEE, (*charge("2:00", "arbitrary", 150, 100, 50),), PHONE),
    Row("overcharge-has-an-amount", "found unauthorised, amount nil: double of nothing", "refused", FEE, (*charge("2:00", "arbitrary", 150, 100, 0),), PHONE),
    Row("overcharge-has-an-amount", "more than was ever charged", "refused", FEE, (*charge("2:00", "arbitrary", 150, 100, 200),), PHONE),
    Row("technician-certified-for-work", "the certificate is valid on the agreed day", "no promise", FIT, (BOOKED, ORDERED), KIND),
    Row("technician-certified-for-work", "ticked as valid, but it ran out the day before the visit", "refused", FIT, (BOOKED, ("0:20", "back-office", "dispatch-order", {**CERTIFIED, "post_certificate_until": "0d 8:00"})), KIND),
    Row("technician-certified-for-work", "no certificate", "refused", FIT, (BOOKED, ("0:20", "back-office", "dispatch-order", {**CERTIFIED, "post_certificate": "none"})), KIND),
    Row("certificates-valid-at-work", "valid on the day of the work", "no promise", FIT, WORK, KIND),
    Row("certificates-valid-at-work", "it ran out between the agreed time and the work", "refused", FIT, (BOOKED, RUNS_OUT, *HOME[2:], AGREED, PRICE, ("1d 4:00", "technician", "work-start", CHECKED)), KIND),
    Row("certificates-valid-at-work", "the order is given to somebody whose number nobody wrote down", "refused", FIT, (BOOKED, ("0:20", "back-office", "dispatch-order", {**CERTIFIED, "post_certificate_no": ""})), KIND),
    Row("certificates-valid-at-work", "nobody says who issued it", "refused", FIT, (BOOKED, ("0:20", "back-office", "dispatch-order", {**CERTIFIED, "post_certificate_issuer": ""})), KIND),
    Row("certificate-before-business", "the certificate has run out since: no business", "refused", "enterprise-qualification", (APPLIED, (*GRANTED[:3], {**GRANTED[3], "valid_until": "22d"}), REGISTERED, OPENED)),
    Row("certificate-before-post", "a certificate that ran out last month", "refused", "technician-certificate", (("1d", "hr", "post-certificate", {"outcome": "granted", "valid_until": "0:30"}), ("2d", "hr", "post-start"))),
    Row("enterprise-certified-for-work", "valid and registered", "no promise", FIT, (BOOKED, ORDERED), KIND),
    Row("enterprise-certified-for-work", "it runs out before the visit", "refused", FIT, (BOOKED, ("0:20", "back-office", "dispatch-order", {**CERTIFIED, "enterprise_certificate_until": "0d 8:00"})), KIND),
    Row("enterprise-certified-for-work", "never registered", "refused", FIT, (BOOKED, ("0:20", "back-office", "dispatch-order", {**CERTIFIED, "business_registered": False})), KIND),
    Row("charge-documented", "the back office takes them from the visit", "kept", FEE, charge("2:00", "right", 80, 80)[:1], PHONE),
    Row("charge-documented", "nobody looks for them", "running", FEE, (("5d",),), PHONE),
    Row("charge-documented", "the centre that judges fills them in itself", "refused", FEE, (("2:00", "cs-centre", "charge-papers", {"charged": 80, "told": 80}),), PHONE),
    Row("charge-on-papers", "what was told and charged is taken from the papers, then judged", "no promise", FEE, charge("2:00", "right", 80, 80), PHONE),
    Row("charge-on-papers", "found right, and nobody looked at the papers", "refused", FEE, (charge("2:00", "right", 80, 80)[1],), PHONE),
    Row("charge-on-papers", "who judges takes the amounts from the papers himself", "refused", FEE, (("2:00", "cs-manager", "charge-papers", {"charged": 80, "told": 80}),), PHONE),
    Row("charge-on-papers", "a price told of which there is no signed notice", "refused", FEE, (("2:00", "back-office", "charge-papers", {"charged": 80, "told": 80, "notice": ""}),), PHONE),
    Row("signed-when-running-normally", "another asks the user and records the acceptance", "no promise", FIX, (*REPAIR, ACCEPTED), KIND),
    Row("signed-when-running-normally", "accepted although it does not run", "refused", FIX, (*REPAIR, ("1d 2:20", "back-office", "repair-acceptance", yes("accepted", runs_normally=False, confirmed_by="call"))), KIND),
    Row("signed-when-running-normally", "the technician signs for the user", "refused", FIX, (*REPAIR, ("1d 2:20", "technician", "repair-acceptance", yes("runs_normally", "accepted", confirmed_by="signature"))), KIND),
    Row("repair-accepted", "a refusal is no acceptance", "running", FIX, (*REPAIR, ("1d 2:20", "back-office", "repair-acceptance", yes("runs_normally", accepted=False))), KIND),
    Row("repair-accepted", "the user accepts", "kept", FIX, (*REPAIR, ACCEPTED), KIND),
    Row("repair-accepted", "the user refuses twice; the head looks, it runs, and files that", "ended", FIX, (*REPAIR, refused("1d 2:20"), ("1d 3:00", "technician", "repair-record", yes("by_plan", "safety_rules", dismantled=False)), ("1d 3:10", "technician", "demonstration"), refused("3d"), ("4d", "cs-manager", "acceptance-waived", yes("runs_normally"))), KIND),
    Row("repair-accepted", "the technician waives the acceptance of his own work", "refused", FIX, (*REPAIR, refused("1d 2:20"), refused("3d"), ("4d", "technician", "acceptance-waived", yes("runs_normally"))), KIND),
    Row("repaired-by-plan", "with the waiver nothing more is owed", "ended", FIX, (*REPAIR, refused("1d 2:20"), refused("3d"), ("4d", "cs-manager", "acceptance-waived", yes("runs_normally"))), KIND),
    Row("objection-reported", "not agreed a second time: the head says why and files it", "ended", SAY, (*DISPUTED, called("3d", reached=True, satisfaction="dissatisfied"), ("3d 1:00", "cs-manager", "opinion-filed")), PHONE),
    Row("objection-reported", "who owes it files it", "refused", SAY, (*DISPUTED, called("3d", reached=True, satisfaction="dissatisfied"), ("3d 1:00", "handling_unit", "opinion-filed")), PHONE),
    Row("customer-called-back", "called the next day", "kept", SAY, (*RETURNED, called("2d 1:00", reached=True, satisfaction="satisfied")), PHONE),
    Row("customer-called-back", "one unanswered call keeps nothing", "running", SAY, (*RETURNED, called("2d 1:00", **UNREACHED)), PHONE),
    Row("customer-called-back", "nobody called for two working days", "broken", SAY, (*RETURNED, ("3d 9:00",)), PHONE),
    Row("customer-called-back", "given up after one call", "refused", SAY, (*RETURNED, called("2d 1:00", **UNREACHED), ("2d 1:05", "cs-manager", "opinion-follow-up-given-up")), PHONE),
    Row("customer-called-back", "three calls over a day, and the head of the centre ends it", "ended", SAY, (*RETURNED, called("2d", **UNREACHED), called("2d 3:00", **UNREACHED), called("2d 6:00", **UNREACHED), ("2d 7:00", "cs-manager", "opinion-follow-up-given-up")), PHONE),
    Row("customer-called-back", "who should call does not let itself off", "refused", SAY, (*RETURNED, called("2d", **UNREACHED), called("2d 3:00", **UNREACHED), called("2d 6:00", **UNREACHED), ("2d 7:00", "callback-officer", "opinion-follow-up-given-up")), PHONE),
    Row("charge-complaint-replied-in-five-days", "told on the second day", "kept", FEE, (*charge("2:00", "right", 80, 80), ("1d", "agent", "review-outcome", {"outcome": "upheld", "content": True})), PHONE),
    Row("charge-complaint-replied-in-five-days", "taken in as a matter of charges, and no word for a week", "broken", FEE, (*charge("2:00", "right", 80, 80), ("7d",)), PHONE),
    Row("replied-in-five-days", "the reply has its turn, and its earliest date, only from the signature on", "refused", SAY, (ORDER, PASSED_ON, RESULT, ("4d", "handler", "opinion-reply", {"stance": "accepts"})), PHONE),
    Row("latent-problem-solved", "solved, says who solved it", "refused", FIX, (*SOLD, ("3d", "technician", "latent-problem", yes("solved", confirmed_by=""))), KIND),
    Row("latent-problem-solved", "solved, and the user confirms it", "kept", FIX, (*SOLD, ("3d", "technician", "latent-problem", yes("solved", confirmed_by="call"))), KIND),
    Row("business-registered", "the sheet says: not registered", "running", "enterprise-qualification", (APPLIED, GRANTED, ("22d", "maintenance", "business-registration", {"registered": False})), {}),
    Row("staff-checked", "an inspection that saw nothing", "running", "staff-assessment", (("1d", "responsible-department", "staff-check", {**dict.fromkeys(POINTS, "unseen"), "violation": False}),), {}),
    Row("accountability-proposed", "HR puts the opinion on which it decides itself", "refused", "accountability-case", (("1:00", "hr", "accountability-opinion"),), {"complaint_caused": False}),
    Row("accountability-proposed", "the responsible department puts it", "kept", "accountability-case", (("1:00", "responsible-department", "accountability-opinion"),), {"complaint_caused": False}),
    Row("final-opinion-made", "sent back is not decided", "running", "accountability-case", (("1:00", "responsible-department", "accountability-opinion"), ("2:00", "hr", "final-opinion", {"outcome": "sent_back"})), {"complaint_caused": False}),
    Row("final-opinion-made", "one person proposes and decides", "refused", "accountability-case", (("1:00", "responsible-department/same", "accountability-opinion"), ("2:00", "responsible-department/same", "final-opinion", {"outcome": "decided"})), {"complaint_caused": False}),
)  # fmt: skip

# -- promises with a number ------------------------------------------------------------------------

AGREED_SOLUTION: Step = ("1d 5:00", "accepting_unit", "joint-solution")
NATURAL, OFFICE = {"last-day": "stricter"}, {"last-day": "art_203"}
FRIDAY = "4d"

PROMISES = (
    Row("phone-answered", "picked up at the third ring", "kept", "consultation", (("0:01", "!call.offered"), ("0:01", "!call.answered")), PHONE),
    Row("phone-answered", "it rings out", "broken", "consultation", (("0:01", "!call.offered"), ("0:02",)), PHONE),
    Row("arrived-ten-minutes-early", "ten minutes before the time", "kept", FIT, TO_THE_DOOR, KIND),
    Row("arrived-ten-minutes-early", "five minutes before the time", "kept late", FIT, (*TO_THE_DOOR[:3], ("1d 0:55", "technician", "arrival")), KIND),
    Row("arrived-ten-minutes-early", "the technician books a later time himself", "refused", FIT, (*TO_THE_DOOR[:3], ("1d 0:50", "technician", "booking", {"conditions_met": True, "agreed_at": "2d"})), KIND),
    Row("arrived-on-time", "five minutes before the time", "kept", FIT, (*TO_THE_DOOR[:3], ("1d 0:55", "technician", "arrival")), KIND),
    Row("arrived-on-time", "five minutes late", "kept late", FIT, (*TO_THE_DOOR[:3], ("1d 1:05", "technician", "arrival")), KIND),
    Row("arrived-on-time", "late, then booked anew: what was late stays late", "refused", FIT, (*TO_THE_DOOR[:3], ("1d 1:05",), ("1d 1:10", "technician", "booking", {"conditions_met": True, "agreed_at": "2d"})), KIND),
    Row("replied-in-five-days", "on the second day", "kept", SAY, HANDLED, PHONE),
    Row("replied-in-five-days", "the fifth day is a Saturday and counts", "broken", SAY, (ORDER, PASSED_ON, ("6d 8:00",)), PHONE, NATURAL),
    Row("replied-in-five-days", "by art. 203 it moves to Monday, the close of business", "running", SAY, (ORDER, PASSED_ON, ("7d 8:00",)), PHONE, OFFICE),
    Row("replied-in-five-days", "a result that nobody told the customer is no reply", "broken", SAY, (ORDER, PASSED_ON, RESULT, SIGNED, ("6d 8:00",)), PHONE),
    Row("order-handed-over", "the same day", "kept", SAY, (ORDER, PASSED_ON), PHONE),
    Row("order-handed-over", "the day after next", "kept late", SAY, (ORDER, ("2d 1:00", "!case.handed_over")), PHONE),
    Row("order-handed-over", "passed on without its task order", "refused", SAY, (PASSED_ON,), PHONE),
    Row("order-handled", "back within three working days", "kept", SAY, RETURNED, PHONE),
    Row("order-handled", "replied, but not given back", "broken", SAY, (*HANDLED, ("4d",)), PHONE),
    Row("order-handled", "given back without the handler's signature", "refused", SAY, (*HANDLED, BACK), PHONE),
    Row("equipment-called-back", "within the days that the house chose", "kept", FIX, (*REPAIR, ACCEPTED, ("1d 3:00", "maintenance", "repair-archive"), ("3d", "callback-officer", "equipment-callback", {"reached": True, "problem": False})), KIND, {"repair-callback": "3_natural_days"}),
    Row("equipment-called-back", "nobody called", "broken", FIX, (*REPAIR, ACCEPTED, ("1d 3:00", "maintenance", "repair-archive"), ("5d",)), KIND, {"repair-callback": "3_natural_days"}),
    Row("equipment-called-back", "the technician who repaired it calls himself", "refused", FIX, (*REPAIR, ACCEPTED, ("1d 3:00", "maintenance", "repair-archive"), ("3d", "technician", "equipment-callback", {"reached": True, "problem": False})), KIND, {"repair-callback": "3_natural_days"}),
    Row("earlier-repair-called-back", "reached", "kept", "callback", (("1d", "callback-officer", "earlier-repair-callback", {"reached": True, "problem": False}),), {"appliance": "cooker"}, {"repair-callback": "3_natural_days"}),
    Row("earlier-repair-called-back", "an unanswered call is none", "broken", "callback", (("1d", "callback-officer", "earlier-repair-callback", UNREACHED), ("4d",)), {"appliance": "cooker"}, {"repair-callback": "3_natural_days"}),
)  # fmt: skip

# -- what has no number, and how it is not escaped -------------------------------------------------

WITHOUT_NUMBER = (
    Row("answered-or-passed-on", "the guidance is passed on to the customer", "kept", "consultation", (("0:05", "agent", "contact-record", {"channel": "phone", "outcome": "beyond_scope", "displeased": False}), ("0:10", "agent", "first-ask-report"), ("0:20", "supervisor", "guidance"), ("0:30", "agent", "further-answer", {"outcome": "answered"})), PHONE),
    Row("answered-or-passed-on", "reported upwards once more: that is no answer", "running", "consultation", (("0:05", "agent", "contact-record", {"channel": "phone", "outcome": "beyond_scope", "displeased": False}), ("0:10", "agent", "first-ask-report"), ("0:20", "supervisor", "guidance"), ("0:30", "agent", "further-answer", {"outcome": "beyond_scope"})), PHONE),
    Row("apology-made", "whether the customer was displeased must be said", "running", "consultation", (("0:05", "agent", "contact-record", {"channel": "phone", "outcome": "answered", "displeased": True}),), PHONE),
    Row("solution-studied", "who owes it does not study it alone", "refused", SAY, (*HANDLED[:4], ("1d 2:00", "handler", "opinion-reply", {"stance": "objects"}), ("1d 3:00", "handler", "objection-report"), ("1d 4:00", "handling_unit", "joint-solution")), PHONE),
    Row("solution-studied", "with the unit that took it in", "kept", SAY, (*HANDLED[:4], ("1d 2:00", "handler", "opinion-reply", {"stance": "objects"}), ("1d 3:00", "handler", "objection-report"), AGREED_SOLUTION), PHONE),
    Row("installation-completed", "work that was not done by the rules is not completed", "running", FIT, (*WORK, ("1d 2:00", "technician", "work-done", {"by_rule": False})), KIND),
    Row("installation-completed", "the technician breaks off: it is still owed", "running", FIT, (*WORK, ("1d 1:30", "technician", "visit-interrupted")), KIND),
    Row("repaired-by-plan", "not by the plan", "running", FIX, (*REPAIR_HOME, SAFE, PLAN, ("1d 2:00", "technician", "repair-record", yes("safety_rules", by_plan=False, dismantled=False))), KIND),
    Row("latent-problem-solved", "the user wants nothing done, and tells so another than who owes it", "ended", "callback", (("1d", "callback-officer", "earlier-repair-callback", {"reached": True, "problem": True}), ("1d 1:00", "callback-officer", "latent-declined", {"confirmed_by": "call"})), {"appliance": "cooker"}),
    Row("entry-made", "let in by the customer", "kept", FIT, HOME, KIND),
    Row("entry-made", "nobody at home: the entry is still owed", "running", FIT, (*TO_THE_DOOR, ("1d 1:00", "technician", "no-entry", {"situation": "absent"})), KIND),
    Row("entry-made", "“the customer did not want us in”, says the technician: still owed", "running", FIT, (*TO_THE_DOOR, ("1d 1:00", "technician", "no-entry", {"situation": "declined"})), KIND),
    Row("latent-problem-solved", "the department itself says that nothing is wanted", "refused", "callback", (("1d", "callback-officer", "earlier-repair-callback", {"reached": True, "problem": True}), ("1d 1:00", "maintenance", "latent-declined", {"confirmed_by": "call"})), {"appliance": "cooker"}),
    Row("staff-checked", "every point is met", "kept", "staff-assessment", (("1:00", "responsible-department", "staff-check", PASSED),)),
    Row("staff-checked", "a point is breached, and no violation they say", "running", "staff-assessment", (("1:00", "responsible-department", "staff-check", {**PASSED, "quiet": "breached"}),)),
    Row("person-educated", "found, then a second sheet says that nothing was", "refused", "staff-assessment", (("1:00", "responsible-department", "staff-check", CAUGHT), ("1:05", "responsible-department", "staff-check", PASSED))),
    Row("person-educated", "counselled", "kept", "staff-assessment", (("1:00", "responsible-department", "staff-check", CAUGHT), ("2:00", "responsible-department", "education"))),
    Row("aftermath-settled", "a complaint was caused, and it is followed up", "kept", "staff-assessment", (("1:00", "responsible-department", "staff-check", CAUGHT), ("2:00", "responsible-department", "aftermath"))),
    Row("outcome-told", "the customer does not agree: told, and checked again", "kept", FEE, (*charge("2:00", "right", 80, 80), ("3:00", "agent", "review-outcome", {"outcome": "upheld", "content": False})), PHONE),
    Row("charge-checked", "not agreed: the check is owed anew", "running", FEE, (*charge("2:00", "right", 80, 80), ("3:00", "agent", "review-outcome", {"outcome": "upheld", "content": False})), PHONE),
    Row("charge-checked", "reviewed twice, but the customer was told once: not filed", "refused", FEE, (*TOLD_ONCE, *charge("5:00", "right", 80, 80), ("7:00", "cs-manager/other", "charge-filed")), PHONE),
    Row("charge-checked", "told twice of one and the same finding", "refused", FEE, (*TOLD_ONCE, outcome_told("5:00")), PHONE),
    Row("charge-checked", "checked twice, told twice, not agreed twice: another head files it", "ended", FEE, (*TOLD_ONCE, *charge("5:00", "right", 80, 80), outcome_told("6:00"), ("7:00", "cs-manager/other", "charge-filed")), PHONE),
    Row("outcome-told", "three calls in vain over a morning: the head files it", "ended", FEE, (*charge("2:00", "right", 80, 80), *(missed(f"{hour}:00") for hour in (3, 5, 7)), ("8:00", "cs-manager/other", "charge-untold")), PHONE),
    Row("outcome-told", "one call in vain is no telling, and files nothing", "refused", FEE, (*charge("2:00", "right", 80, 80), missed("3:00"), ("3:05", "cs-manager/other", "charge-untold")), PHONE),
    Row("outcome-told", "nobody told the customer: it is still owed", "running", FEE, charge("2:00", "right", 80, 80), PHONE),
    Row("certificate-answered", "the authority refuses: it is answered", "kept", "enterprise-qualification", (APPLIED, REFUSED)),
    Row("qualification-applied", "too few practitioners: that is no application", "running", "enterprise-qualification", (("0:10", "maintenance", "qualification-application", yes("maintenance_qualified", required_number=8, practitioners=7)),)),
    Row("failed-inspection-put-right", "not passed, and put right in the end", "kept", None, (("1d", "maintenance", "annual-inspection", {"passed": False}), ("40d", "maintenance", "annual-inspection", {"passed": True})), due="300d"),
    Row("annual-inspection-passed", "passed within the year", "kept", None, (("1d", "maintenance", "annual-inspection", {"passed": True}),), due="300d"),
    Row("annual-inspection-passed", "an inspection that is not passed keeps nothing", "broken", None, (("1d", "maintenance", "annual-inspection", {"passed": False}), ("301d",)), due="300d"),
    Row("service-staff-inspected", "inspected", "kept", None, (("1d", "responsible-department", "service-staff-inspection", {"violations": False}),)),
    Row("service-staff-inspected", "nobody inspected", "broken", None, (("31d",),)),
    Row("inspection-followed-up", "a violation was found, and nothing followed", "running", None, (("1d", "responsible-department", "service-staff-inspection", {"violations": True}),)),
    Row("inspection-followed-up", "it went to assessment", "kept", None, (("1d", "responsible-department", "service-staff-inspection", {"violations": True}), ("2d", "responsible-department", "inspection-follow-up"))),
)  # fmt: skip

# -- gates: what opens them, and what does not -----------------------------------------------------


def shut(rule: str, says: str, service: str, *steps: Step, **facts: object) -> Row:
    return Row(rule, says, "refused", service, steps, {**KIND, **facts})


def open_(rule: str, says: str, service: str, *steps: Step, **facts: object) -> Row:
    return Row(rule, says, "no promise", service, steps, {**KIND, **facts})


def door(**answers: object) -> Step:
    return ("1d 1:00", "technician", "door-entry", {**AT_THE_DOOR, **answers})


def start(**answers: object) -> Step:
    return ("1d 1:20", "technician", "work-start", {**CHECKED, **answers})


def tracked(when: str, state: str) -> Step:
    return (when, "agent", "tracking-entry", {"state": state})


LOST: Step = (
    "1:00",
    "responsible-department",
    "staff-check",
    {**CAUGHT, "customer_loss": True, "loss_amount": 120},
)
PREPARED = left("preparation")
GATES = (
    open_("no-visit-without-booking", "booked, conditions met", FIT, BOOKED, ORDERED, PREPARED),
    shut("no-visit-without-booking", "booked, and then the conditions were not met after all", FIT, BOOKED, ORDERED, ("0:40", "back-office", "booking", {"conditions_met": False}), PREPARED),
    shut("no-visit-without-booking", "off again on the old booking after nobody was there", FIT, *TO_THE_DOOR, ("1d 1:00", "technician", "no-entry", {"situation": "declined"}), ("1d 2:00", "technician", "preparation", READY)),
    open_("order-explained", "handed over with its explanation", FIT, BOOKED, ORDERED),
    shut("order-explained", "handed over without", FIT, BOOKED, ("0:20", "back-office", "dispatch-order", {**CERTIFIED, "order_explained": False})),
    open_("order-understood", "the technician says so too", FIT, BOOKED, ORDERED, PREPARED),
    shut("order-understood", "ticked by the back office, denied by the technician", FIT, BOOKED, ORDERED, left("preparation", order_understood=False)),
    open_("no-visit-without-order", "with the order", FIT, BOOKED, ORDERED, PREPARED),
    shut("no-visit-without-order", "without", FIT, BOOKED, PREPARED),
    open_("attire-before-departure", "dressed", FIT, BOOKED, ORDERED, PREPARED),
    shut("attire-before-departure", "without badge and work clothes", FIT, BOOKED, ORDERED, left("preparation", attire_ready=False)),
    open_("materials-before-departure", "all with him", FIT, BOOKED, ORDERED, PREPARED),
    shut("materials-before-departure", "a form left behind", FIT, BOOKED, ORDERED, left("preparation", forms_ready=False)),
    open_("vehicle-before-departure", "checked", FIT, BOOKED, ORDERED, PREPARED),
    shut("vehicle-before-departure", "not checked", FIT, BOOKED, ORDERED, left("preparation", vehicle_ready=False)),
    open_("enough-practitioners-for-work", "enough", FIT, BOOKED, ORDERED),
    shut("enough-practitioners-for-work", "too few", FIT, BOOKED, ("0:20", "back-office", "dispatch-order", {**CERTIFIED, "headcount_met": False})),
    open_("entry-by-consent", "said, shown, allowed", FIT, *TO_THE_DOOR, door()),
    shut("entry-by-consent", "the badge stays in the pocket", FIT, *TO_THE_DOOR, door(card_shown=False)),
    shut("entry-by-consent", "clothes not looked at", FIT, *TO_THE_DOOR, door(clothes_checked=False)),
    open_("shoe-covers-in-rain-or-snow", "dry weather, no covers", FIT, *TO_THE_DOOR, door(shoe_covers=False)),
    shut("shoe-covers-in-rain-or-snow", "snow, no covers", FIT, *TO_THE_DOOR, door(shoe_covers=False, weather="snow")),
    open_("tools-before-work", "complete", FIT, *HOME, AGREED, PRICE, start()),
    shut("tools-before-work", "a tool is missing", FIT, *HOME, AGREED, PRICE, start(tools_complete=False)),
    open_("model-before-work", "confirmed and unpacked", FIT, *HOME, AGREED, PRICE, start()),
    shut("model-before-work", "not unpacked", FIT, *HOME, AGREED, PRICE, start(unpacked_checked=False)),
    open_("method-before-work", "agreed", FIT, *HOME, AGREED, PRICE, start()),
    shut("method-before-work", "the customer did not agree", FIT, *HOME, ("1d 1:10", "technician", "method", {"agreed": False, "unsafe_wish": False}), PRICE, start()),
    open_("clean-before-confirmation", "swept", FIT, *WORK, DONE, TIGHT, confirmed()),
    shut("clean-before-confirmation", "not swept", FIT, *WORK, DONE, TIGHT, confirmed(site_clean=False)),
    open_("department-qualified", "able", FIX, ASSIGNED),
    shut("department-qualified", "not able", FIX, ("0:05", "maintenance", "assignment", {"maintenance_qualified": False})),
    open_("tools-and-parameters-first", "ready", FIX, *REPAIR_HOME[:4]),
    shut("tools-and-parameters-first", "the parameters are not known", FIX, *REPAIR_HOME[:3], left("repair-preparation", parameters_known=False)),
    open_("no-repair-before-assessment", "safe, then the work", FIX, *REPAIR_HOME, SAFE, PLAN),
    shut("no-repair-before-assessment", "found unsafe", FIX, *REPAIR_HOME, ("1d 1:05", "technician", "safety-assessment", {"safe": False}), PLAN),
    shut("no-repair-before-assessment", "no assessment", FIX, *REPAIR_HOME, PLAN),
    open_("marked-before-dismantling", "marked, with the photo", FIX, *REPAIR_HOME, SAFE, PLAN, ("1d 1:20", "technician", "dismantling", yes("parts_marked"))),
    shut("marked-before-dismantling", "not marked", FIX, *REPAIR_HOME, SAFE, PLAN, ("1d 1:20", "technician", "dismantling", {"parts_marked": False})),
    open_("dismantling-recorded", "taken apart, with its record", FIX, *REPAIR_HOME, SAFE, PLAN, ("1d 1:20", "technician", "dismantling", yes("parts_marked")), ("1d 2:00", "technician", "repair-record", yes("by_plan", "safety_rules", "dismantled"))),
    shut("dismantling-recorded", "taken apart, and the sheet of the marks never filled", FIX, *REPAIR_HOME, SAFE, PLAN, ("1d 2:00", "technician", "repair-record", yes("by_plan", "safety_rules", "dismantled"))),
    open_("no-archive-without-acceptance", "accepted", FIX, *REPAIR, ACCEPTED, ("1d 3:00", "maintenance", "repair-archive")),
    shut("no-archive-without-acceptance", "nobody accepted it", FIX, *REPAIR, ("1d 3:00", "maintenance", "repair-archive")),
    shut("no-archive-without-acceptance", "waived after one refusal", FIX, *REPAIR, ("1d 2:20", "back-office", "repair-acceptance", yes("runs_normally", accepted=False)), ("1d 2:30", "cs-manager", "acceptance-waived", yes("runs_normally"))),
    open_("restated-on-the-telephone", "restated, clear, put down gently", "consultation", ANSWERED, ("0:10", "agent", "contact-ending", CLEAR)),
    shut("restated-on-the-telephone", "“not by telephone”, says the agent of a call", "consultation", ANSWERED, ("0:10", "agent", "contact-ending", {**CLEAR, "restated": False})),
    shut("restated-on-the-telephone", "the customer is not clear yet", "consultation", ANSWERED, ("0:10", "agent", "contact-ending", {**CLEAR, "customer_clear": False})),
    open_("no-end-without-tracking", "tracked until the crew reported it done", "emergency-order", ("0:05", "agent", "emergency-order"), tracked("0:30", "on_site"), tracked("0:50", "finished"), ("1:00", "agent", "emergency-completion")),
    shut("no-end-without-tracking", "one entry on the way, then nobody asked any more", "emergency-order", ("0:05", "agent", "emergency-order"), tracked("0:10", "on_the_way"), ("1:00", "agent", "emergency-completion")),
    shut("no-end-without-tracking", "done, and then the crew is called out again", "emergency-order", ("0:05", "agent", "emergency-order"), tracked("0:30", "finished"), tracked("0:50", "on_site"), ("1:00", "agent", "emergency-completion")),
    open_("loss-borne-in-full", "120 lost, 120 borne", "staff-assessment", LOST, ("2:00", "hr", "loss-recovery", {"amount": 120})),
    shut("loss-borne-in-full", "120 lost, one yuan borne", "staff-assessment", LOST, ("2:00", "hr", "loss-recovery", {"amount": 1})),
    shut("no-end-without-tracking", "ended without an entry", "emergency-order", ("0:05", "agent", "emergency-order"), ("1:00", "agent", "emergency-completion")),
    open_("no-handover-without-order", "filled in, passed on", SAY, ORDER, PASSED_ON),
    shut("no-handover-without-order", "passed on by word of mouth", SAY, PASSED_ON),
    open_("no-reply-without-signature", "signed by the head", SAY, *HANDLED),
    shut("no-reply-without-signature", "signed, then the result was rewritten", SAY, ORDER, PASSED_ON, RESULT, ("1d 0:30", "handling_head", "head-signature", {"decision": "send_back"}), ("1d 0:40", "handler", "opinion-result", {"violation": False}), REPLIED),
    shut("no-reply-without-signature", "who wrote the result signs it himself", SAY, ORDER, PASSED_ON, ("1d", "handling_unit/head", "opinion-result", {"violation": False}), ("1d 1:00", "handling_unit/head", "head-signature", {"decision": "sign"})),
    open_("no-return-without-signature", "signed by the handler", SAY, *RETURNED),
    shut("no-return-without-signature", "not signed", SAY, *HANDLED, BACK),
    open_("no-return-while-disputed", "no objection", SAY, *RETURNED),
    shut("no-return-while-disputed", "objected to, signed all the same", SAY, *HANDLED[:4], ("1d 2:00", "handler", "opinion-reply", {"stance": "objects"}), OWN_HAND),
    open_("no-closing-without-callback", "satisfied, in the call", SAY, *RETURNED, called("2d", reached=True, satisfaction="satisfied")),
    shut("no-closing-without-callback", "filed although nobody was reached", SAY, *RETURNED, called("2d", **UNREACHED), ("2d 1:00", "cs-manager", "opinion-filed")),
    open_("no-settling-against-the-customer", "given up after three calls", SAY, *RETURNED, called("2d", **UNREACHED), called("2d 3:00", **UNREACHED), called("2d 6:00", **UNREACHED), ("2d 7:00", "cs-manager", "opinion-follow-up-given-up")),
    shut("no-settling-against-the-customer", "not satisfied, and filed without another try", SAY, *RETURNED, called("2d", reached=True, satisfaction="dissatisfied"), ("2d 1:00", "cs-manager", "opinion-filed")),
    open_("no-decision-without-opinion", "on the department's opinion", "accountability-case", ("1:00", "responsible-department", "accountability-opinion"), ("2:00", "hr", "final-opinion", {"outcome": "decided", "confirmed": True, "complaint_caused": False, "customer_loss": False})),
    shut("no-decision-without-opinion", "on none", "accountability-case", ("2:00", "hr", "final-opinion", {"outcome": "decided"})),
    open_("assessment-after-education", "counselled, then entered", "staff-assessment", ("1:00", "responsible-department", "staff-check", CAUGHT), ("2:00", "responsible-department", "education"), ("3:00", "hr", "assessment-entry")),
    shut("assessment-after-education", "entered only", "staff-assessment", ("1:00", "responsible-department", "staff-check", CAUGHT), ("3:00", "hr", "assessment-entry")),
    open_("headcount-before-business", "enough", "enterprise-qualification", APPLIED, GRANTED, REGISTERED, OPENED),
    shut("headcount-before-business", "too few", "enterprise-qualification", ("0:10", "maintenance", "qualification-application", yes("maintenance_qualified", required_number=8, practitioners=7)), OPENED),
    open_("certificate-before-registration", "granted, then registered", "enterprise-qualification", APPLIED, GRANTED, REGISTERED),
    shut("certificate-before-registration", "granted, and refused since", "enterprise-qualification", APPLIED, GRANTED, REFUSED, REGISTERED),
    shut("certificate-before-registration", "no answer yet", "enterprise-qualification", APPLIED, REGISTERED),
    open_("certificate-before-business", "both", "enterprise-qualification", APPLIED, GRANTED, REGISTERED, OPENED),
    shut("certificate-before-business", "registered, and the certificate refused since", "enterprise-qualification", APPLIED, GRANTED, REGISTERED, ("22d 1:00", "maintenance", "enterprise-certificate", {"outcome": "refused", "state": "none"}), OPENED),
    open_("maintenance-department-qualified", "able", "enterprise-qualification", APPLIED, GRANTED, REGISTERED, OPENED),
    shut("maintenance-department-qualified", "none", "enterprise-qualification", ("0:10", "maintenance", "qualification-application", {"required_number": 8, "practitioners": 8, "maintenance_qualified": False}), GRANTED, REGISTERED, OPENED),
    open_("certificate-before-post", "granted, then the post", "technician-certificate", ("1d", "hr", "post-certificate", {"outcome": "granted", "valid_until": "300d"}), ("2d", "hr", "post-start")),
    shut("certificate-before-post", "granted, and withdrawn since", "technician-certificate", ("1d", "hr", "post-certificate", {"outcome": "granted", "valid_until": "300d"}), ("1d 1:00", "hr", "post-certificate", {"outcome": "refused"}), ("2d", "hr", "post-start")),
    shut("certificate-before-post", "none", "technician-certificate", ("2d", "hr", "post-start")),
)  # fmt: skip

ROWS = (*ABUSE, *PROMISES, *WITHOUT_NUMBER, *GATES)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_becomes_of_it(row: Row) -> None:
    assert outcome(shipped(PACK), row) == row.outcome


@pytest.mark.parametrize("row", [r for r in ROWS if r.outcome == "refused"], ids=str)
def test_it_is_refused_for_what_the_row_shows(row: Row) -> None:
    """By the gate of the row, or since the form is not this person's or not yet its turn, or since
    it lacks just what the row leaves out; never since something was typed wrongly."""
    play = Play(shipped(PACK), row)
    for step in row.steps[:-1]:
        play.do(step)
    with pytest.raises(Refusal) as refused:
        play.do(row.steps[-1])
    rules = shipped(PACK).pack.rules
    gate = f"{row.rule}:" if rules[row.rule].kind in ("gate", "prohibition") else "Needed first"
    answers = row.steps[-1][3] if len(row.steps[-1]) > 3 else {}
    left_out = [f"'{name}':" for name, answer in answers.items() if answer == ""]
    assert any(said in str(refused.value) for said in (gate, *HANDS, *left_out)), refused.value


def test_every_gate_has_a_row_that_opens_it_and_one_that_it_refuses() -> None:
    book = compiled(shipped(PACK).pack, digest="", notices=shipped_notices())
    shown: dict[str, set[str]] = {}
    for row in ROWS:
        shown.setdefault(row.rule, set()).add(row.outcome)
    gates = {r.id for r in book.rules.values() if isinstance(r, Gate)}
    assert {g for g in gates if not {"refused", "no promise"} <= shown.get(g, set())} == set()
