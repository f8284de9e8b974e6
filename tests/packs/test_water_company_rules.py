# ruff: noqa: E501 (a row is one line, so that it can be read)
"""The water company's rules as a lawyer reads them: what keeps each, what does not, what breaks it.

Times are counted from the intake, Monday 9 March 2026 at 9:00; the day shift ends at 20:00.
"""

from __future__ import annotations

import pytest

from chengnuo.packs.compiling import compiled
from chengnuo.packs.notices import shipped_notices
from chengnuo.rules.limits import Unnumbered
from chengnuo.rules.rulebook import Gate, Within
from tests.packs.played import Row, outcome
from tests.packs.shipped import shipped

PACK = "water-company"
PHONE = {"channel": "phone"}
WECHAT = {"channel": "wechat"}
LETTER = {"channel": "letter"}
REFERRED = {"channel": "transfer"}
TOWN = {"channel": "phone", "area": "urban"}
SMALL = {**TOWN, "diameter_mm": 300}
RESULT = {"feedback": "result", "content": "已处理完毕"}
PROGRESS = {"feedback": "progress", "content": "已派人"}
REACHED = {
    "reached": True,
    "satisfied": True,
    "category": "enquiry_complaint",
    "solved": True,
    "integrity_issue": False,
    "arrived": "yes",
}
MISSED = {"reached": False}
ASKED = {"reached": True, "satisfied": True, "arrived": "yes"}
UNHAPPY = {**REACHED, "satisfied": False}
CANNED = {"canned": True}
OURS = {"responsibility": "company"}
THEIRS = {"responsibility": "customer"}


def calls(form, who, *moments):
    """Nobody was reached."""
    return tuple((m, who, form, MISSED) for m in moments)


SEEN = ("1:00", "network", "site-check", OURS)
MENDED = ("2:00", "network", "fault-repair")
REPORTED = (("1:00", "network", "meter-removal"), ("2:00", "network", "meter-delivery"))
FINISHED = ("1:00", "clerk", "formalities", {"kind": "application"})
TRANSFERRED = ("1:00", "clerk", "formalities", {"kind": "transfer"})
ARRIVED = ("0:20", "crew", "arrival")
OPENED = ("1:00", "cs-manager", "accountability-opening")
MEETING = {"customer_class": "key", "callback_mode": "face_to_face"}
VISIT = {"callback_mode": "face_to_face", "satisfied": True, "opinion_kind": "record"}

ROWS = (
    # the department handles it: somebody sent is no result (六.6(3), 五.4)
    Row("network-feedback", "seen, repaired and fed back the same day", "kept", "no-water", (SEEN, MENDED, ("3:00", "network", "department-feedback", RESULT)), PHONE),
    Row("network-feedback", "“somebody was sent” after 25 minutes keeps nothing", "broken", "no-water", (("0:25", "network", "department-feedback", PROGRESS), ("24:01",)), PHONE),
    Row("network-feedback", "the manager's SMS that somebody was sent keeps nothing either", "broken", "low-pressure", (("0:25", "department-manager", "sms-reply", PROGRESS), ("24:01",)), PHONE),
    Row("network-feedback", "the result comes a minute late", "kept late", "no-water", (SEEN, MENDED, ("24:01", "network", "department-feedback", RESULT)), PHONE),
    Row("site-before-result", "a result is fed back from the office", "refused", "no-water", (("0:25", "network", "department-feedback", RESULT),), PHONE),
    Row("site-before-result", "after the site was seen it is taken", "no promise", "low-pressure", (("1:00", "network", "site-check", THEIRS), ("1:30", "network", "explain-rules"), ("2:00", "network", "department-feedback", RESULT)), PHONE),
    Row("repair-before-result", "the company must repair, and says “handled” before it did", "refused", "no-water", (SEEN, ("1:30", "network", "department-feedback", RESULT)), PHONE),
    Row("repair-before-result", "repaired first", "no promise", "no-water", (SEEN, MENDED, ("3:00", "network", "department-feedback", RESULT)), PHONE),
    Row("explained-before-result", "the customer must repair, and nobody told him why", "refused", "low-pressure", (("1:00", "network", "site-check", THEIRS), ("2:00", "network", "department-feedback", RESULT)), PHONE),
    Row("explained-before-result", "explained first", "no promise", "low-pressure", (("1:00", "network", "site-check", THEIRS), ("1:30", "network", "explain-rules"), ("2:00", "network", "department-feedback", RESULT)), PHONE),
    Row("own-fault-repaired", "who must repair sees the site again and finds the customer responsible", "refused", "no-water", (SEEN, ("1:30", "network", "site-check", THEIRS)), PHONE),
    Row("own-fault-repaired", "repaired", "kept", "no-water", (SEEN, MENDED), PHONE),
    Row("box-repaired-before-result", "the box is said to be mended and is not", "refused", "meter-box", (("1:00", "network", "department-feedback", RESULT),), PHONE),
    Row("box-repaired-before-result", "mended first", "no promise", "meter-box", (("1:00", "network", "fault-repair"), ("2:00", "network", "department-feedback", RESULT)), PHONE),
    Row("tested-before-result", "a result without a test", "refused", "water-quality", (("1:00", "testing-centre", "sampling"), ("2:00", "testing-centre", "department-feedback", RESULT)), PHONE),
    Row("tested-before-result", "tested first", "no promise", "water-quality", (("1:00", "testing-centre", "sampling"), ("5:00", "testing-centre", "test-result", {"passed": True}), ("6:00", "testing-centre", "department-feedback", RESULT)), PHONE),
    Row("measure-drawn-up", "water that fails the test asks for a measure", "running", "water-quality", (("1:00", "testing-centre", "sampling"), ("5:00", "testing-centre", "test-result", {"passed": False})), PHONE),
    Row("measure-drawn-up", "water that passes asks for none", "no promise", "water-quality", (("1:00", "testing-centre", "sampling"), ("5:00", "testing-centre", "test-result", {"passed": True})), PHONE),
    Row("sample-taken", "the next working day", "kept", "water-quality", (("1d", "testing-centre", "sampling"),), PHONE),
    Row("sample-taken", "a result without a sample has not its turn", "refused", "water-quality", (("1:00", "testing-centre", "test-result", {"passed": True}),), PHONE),
    Row("sample-taken", "the day after that", "kept late", "water-quality", (("2d", "testing-centre", "sampling"),), PHONE),
    # a meter on its way to the station (五.2, 六.6(3), A-18)
    Row("meter-sent", "removed and delivered within the day", "kept", "meter-verification", REPORTED, PHONE),
    Row("meter-sent", "removed alone is not sent", "broken", "meter-verification", (REPORTED[0], ("24:01",)), PHONE),
    Row("verification-fed-back", "delivered, and the progress fed back", "kept", "meter-verification", (*REPORTED, ("3:00", "network", "department-feedback", PROGRESS)), PHONE),
    Row("verification-fed-back", "“somebody was sent” and nothing delivered", "broken", "meter-verification", (("0:25", "network", "department-feedback", PROGRESS), ("24:01",)), PHONE),
    Row("no-guess-before-report", "a result before the report", "refused", "meter-verification", (*REPORTED, ("3:00", "network", "department-feedback", RESULT)), PHONE),
    Row("no-guess-before-report", "with the report", "no promise", "meter-verification", (*REPORTED, ("5d", "network", "verification-report", {"verdict": "passed"}), ("5d 1:00", "network", "department-feedback", RESULT)), PHONE),
    Row("meter-data-reviewed", "reviewed the next working day", "kept", "meter-data-review", (("1d", "reading-supervisor", "department-feedback", RESULT),), PHONE),
    Row("meter-data-reviewed", "progress is no review", "broken", "meter-data-review", (("1:00", "reading-supervisor", "department-feedback", PROGRESS), ("2d",)), PHONE),
    # works, and how a report was handled (六.6(6), (7), W-05)
    Row("works-feedback", "the progress is fed back in a working day", "kept", "works-complaint", (("1d", "engineering", "department-feedback", PROGRESS),), PHONE),
    Row("works-feedback", "nothing is heard", "broken", "works-complaint", (("2d",),), PHONE),
    Row("works-result", "the result in a working day", "kept", "works-complaint", (("1d", "engineering", "department-feedback", RESULT),), PHONE),
    Row("works-result", "progress is no result", "broken", "works-complaint", (("1:00", "engineering", "department-feedback", PROGRESS), ("2d",)), PHONE),
    Row("works-result", "a house that lets progress do waits for the result without a number", "running", "works-complaint", (("1:00", "engineering", "department-feedback", PROGRESS), ("9d",)), PHONE, {"result-in-time": "progress"}),
    Row("violation-feedback", "a complaint about a report is fed back on in a working day", "kept", "report-complaint", (("1d", "inspection", "department-feedback", RESULT),), PHONE),
    Row("violation-feedback", "nothing is heard", "broken", "report-complaint", (("2d",),), PHONE),
    Row("violation-feedback", "a report itself is no complaint about a report", "no promise", "violation-report", (("2d",),), PHONE),
    Row("report-result", "the result in a working day", "kept", "report-complaint", (("1d", "inspection", "department-feedback", RESULT),), PHONE),
    Row("report-result", "progress is no result", "broken", "report-complaint", (("1:00", "inspection", "department-feedback", PROGRESS), ("2d",)), PHONE),
    Row("customer-replied", "the inspection department does not reply on itself", "refused", "report-complaint", (("1:00", "inspection", "department-feedback", RESULT), ("2:00", "inspection", "reply")), PHONE),
    # pipe repair (六.6(4)): the crew does not choose its own limit
    Row("crew-arrived", "in town within 30 minutes", "kept", "pipe-repair", (ARRIVED,), TOWN),
    Row("crew-arrived", "the area unknown: the shorter limit", "kept late", "pipe-repair", (("0:31", "crew", "arrival"),), PHONE),
    Row("crew-arrived", "the crew does not verify the area", "refused", "pipe-repair", (("0:10", "crew", "repair-particulars", {"area": "outside_urban"}),), PHONE),
    Row("crew-arrived", "the acceptance supervisor verifies that it lies outside", "kept", "pipe-repair", (("0:10", "acceptance-supervisor", "repair-particulars", {"area": "outside_urban"}), ("0:55", "crew", "arrival")), PHONE),
    Row("pipe-repaired", "DN 300 within the day", "kept", "pipe-repair", (ARRIVED, ("23:59", "crew", "repair-completion", {"diameter_mm": 300})), SMALL),
    Row("pipe-repaired", "the crew writes DN 900 when it is done after 40 hours", "kept late", "pipe-repair", (ARRIVED, ("40:00", "crew", "repair-completion", {"diameter_mm": 900})), TOWN),
    Row("pipe-repaired", "DN 900 by the drawing, verified by customer service", "kept", "pipe-repair", (ARRIVED, ("1:00", "acceptance-supervisor", "repair-particulars", {"area": "urban", "diameter_mm": 900}), ("40:00", "crew", "repair-completion", {"diameter_mm": 900})), TOWN),
    Row("pipe-repaired", "DN 600: the words say “equal to”, 38 hours", "kept", "pipe-repair", (ARRIVED, ("38:00", "crew", "repair-completion", {"diameter_mm": 600})), {**TOWN, "diameter_mm": 600}),
    Row("pipe-repaired", "DN 600 where the shorter band is taken twice: 24 hours", "kept late", "pipe-repair", (ARRIVED, ("38:00", "crew", "repair-completion", {"diameter_mm": 600})), {**TOWN, "diameter_mm": 600}, {"dn800": "shorter"}),
    Row("pipe-repaired", "DN 800 by default 38 hours", "kept late", "pipe-repair", (ARRIVED, ("48:00", "crew", "repair-completion", {"diameter_mm": 800})), {**TOWN, "diameter_mm": 800}),
    Row("pipe-repaired", "DN 800 by art. 1259, as the house may set: 48 hours", "kept", "pipe-repair", (ARRIVED, ("48:00", "crew", "repair-completion", {"diameter_mm": 800})), {**TOWN, "diameter_mm": 800}, {"dn800": "48h"}),
    Row("site-cleared", "left uncleared, it has to be cleared", "running", "pipe-repair", (ARRIVED, ("5:00", "crew", "repair-completion", {"site_cleared": False})), SMALL),
    Row("site-cleared", "cleared, with a photo", "kept", "pipe-repair", (ARRIVED, ("5:00", "crew", "repair-completion", {"site_cleared": False}), ("8:00", "crew", "site-clearing")), SMALL),
    Row("repair-reply", "the reply the next working day", "kept", "pipe-repair", (ARRIVED, ("5:00", "crew", "repair-completion"), ("1d", "hotline-agent", "reply")), SMALL),
    Row("repair-reply", "who cannot be reached by telephone is owed a reply all the same", "broken", "pipe-repair", (ARRIVED, ("5:00", "crew", "repair-completion"), *calls("callback", "hotline-agent", "6:00", "9:00", "1d"), ("1d 1:00", "vice-president", "callback-waiver"), ("2d",)), SMALL),
    Row("repair-reply", "a burst main told through the web is replied to as well", "broken", "pipe-repair", (ARRIVED, ("5:00", "crew", "repair-completion"), ("2d",)), {**SMALL, "channel": "web"}),
    Row("repair-callback", "and called back", "running", "pipe-repair", (ARRIVED, ("5:00", "crew", "repair-completion"), ("2d",)), {**SMALL, "channel": "letter"}),
    Row("repair-information-by-channel", "a burst main in the mayor's mailbox: the department informs", "kept", "pipe-repair", (ARRIVED, ("5:00", "network", "department-feedback", PROGRESS)), {**SMALL, **LETTER}),
    Row("repair-information-by-channel", "nothing is heard of it", "broken", "pipe-repair", (ARRIVED, ("2d",)), {**SMALL, **LETTER}),
    Row("repair-replied-by-channel", "and customer service replies, progress too", "kept", "pipe-repair", (("5:00", "network", "department-feedback", PROGRESS), ("1d", "cs-specialist", "reply")), {**SMALL, **REFERRED}),
    Row("repair-replied-by-channel", "by 12345 the 1 + 1 runs as well", "broken", "pipe-repair", (ARRIVED, ("5:00", "crew", "repair-completion"), ("2d",)), {**SMALL, **REFERRED}),
    # letters and posts (六.2, 六.4)
    Row("letter-information", "in a working day", "kept", "public-letter", (("1d", "network", "department-feedback", RESULT),), LETTER),
    Row("letter-information", "a letter that nobody pushes on is late all the same", "broken", "public-letter", (("2d",),), LETTER),
    Row("letter-replied", "and a working day for the reply", "kept", "public-letter", (("1d", "network", "department-feedback", RESULT), ("2d", "cs-specialist", "reply")), LETTER),
    Row("letter-replied", "the reply two days later", "kept late", "public-letter", (("1d", "network", "department-feedback", RESULT), ("3d", "cs-specialist", "reply")), LETTER),
    Row("letter-information-by-channel", "a letter about works: the progress informs", "kept", "works-complaint", (("1:00", "engineering", "department-feedback", PROGRESS),), LETTER),
    Row("letter-information-by-channel", "nothing is heard", "broken", "works-complaint", (("2d",),), LETTER),
    Row("letter-replied-by-channel", "progress that nobody passes on", "broken", "works-complaint", (("1:00", "engineering", "department-feedback", PROGRESS), ("2d",)), LETTER),
    Row("letter-replied-by-channel", "progress that is passed on", "kept", "works-complaint", (("1:00", "engineering", "department-feedback", PROGRESS), ("1d", "cs-specialist", "reply")), LETTER),
    Row("customer-replied", "in the working day after the answer", "kept", "service-complaint", (("1:00", "network", "department-feedback", RESULT), ("1d", "hotline-agent", "reply")), PHONE),
    Row("customer-replied", "who cannot be reached is owed a reply all the same", "broken", "service-complaint", (("1:00", "network", "department-feedback", RESULT), *calls("callback", "hotline-agent", "2:00", "5:00", "8:00"), ("1d", "vice-president", "callback-waiver"), ("2d",)), PHONE),
    # what is vague is no feedback (五.4); what comes by SMS is entered (六.5)
    Row("reply-back-entered", "entered the next working day", "kept", "service-complaint", (("1:00", "department-manager", "sms-reply", RESULT), ("1d", "handling_unit", "back-entry")), PHONE),
    Row("reply-back-entered", "never entered", "broken", "service-complaint", (("1:00", "department-manager", "sms-reply", RESULT), ("2d",)), PHONE),
    Row("feedback-not-vague", "a result in plain words", "no promise", "service-complaint", (("1:00", "network", "department-feedback", RESULT),), PHONE),
    Row("feedback-not-vague", "that it is definite is left unticked", "refused", "service-complaint", (("1:00", "network", "department-feedback", {**RESULT, "clear": False}),), PHONE),
    # first words (六.1)
    Row("routine-within-hour", "answered", "kept", "routine-enquiry", (("0:40", "hotline-agent", "answer"),), PHONE),
    Row("routine-within-hour", "the standard reply is no answer", "broken", "routine-enquiry", (("0:05", "hotline-agent", "first-reply", CANNED), ("1:01",)), PHONE),
    Row("enquiry-replied", "a first word within the hour", "kept", "business-enquiry", (("0:05", "hotline-agent", "first-reply", CANNED),), PHONE),
    Row("enquiry-replied", "none", "broken", "business-enquiry", (("1:01",),), PHONE),
    Row("own-enquiry-answered", "answered", "kept", "business-enquiry", (("0:40", "hotline-agent", "answer"),), {**PHONE, "needs_department": False}),
    Row("own-enquiry-answered", "left blank whether a department is needed: the answer is owed, a standard reply is none", "broken", "business-enquiry", (("0:05", "hotline-agent", "first-reply", CANNED), ("1:01",)), PHONE),
    Row("own-enquiry-answered", "a department must answer", "no promise", "business-enquiry", (("1:01",),), {**PHONE, "needs_department": True}),
    Row("complaint-first-reply", "within the hour", "kept", "service-complaint", (("0:59", "hotline-agent", "first-reply", {"canned": False}),), PHONE),
    Row("complaint-first-reply", "the department cannot reply in its place", "refused", "service-complaint", (("0:30", "network", "first-reply", CANNED),), PHONE),
    Row("complaint-first-reply", "nobody says anything", "broken", "service-complaint", (("1:01",),), WECHAT),
    # follow-ups (三)
    Row("repair-next-day-callback", "the customer is reached the next day", "kept", "no-water", (("1d", "hotline-agent", "progress-callback", ASKED),), PHONE),
    Row("repair-next-day-callback", "nobody answers, and that is that", "broken", "no-water", (*calls("progress-callback", "hotline-agent", "1d", "1d 3:00"), ("2d",)), PHONE),
    Row("repair-next-day-callback", "one unanswered call, waived five minutes before it is due", "refused", "no-water", (("1d 14:50", "hotline-agent", "progress-callback", MISSED), ("1d 14:55", "vice-president", "callback-waiver")), PHONE),
    Row("repair-next-day-callback", "three calls in ten minutes are one", "refused", "no-water", (*calls("progress-callback", "hotline-agent", "1d", "1d 0:05", "1d 0:10"), ("1d 1:00", "vice-president", "callback-waiver")), PHONE),
    Row("repair-next-day-callback", "the head of the department that owes it does not waive it", "refused", "no-water", (*calls("progress-callback", "hotline-agent", "1d", "1d 3:00", "1d 6:00"), ("1d 7:00", "cs-manager", "callback-waiver")), PHONE),
    Row("repair-next-day-callback", "called at three times of the day, the leader ends it", "ended", "no-water", (*calls("progress-callback", "hotline-agent", "1d", "1d 3:00", "1d 6:00"), ("1d 7:00", "vice-president", "callback-waiver")), PHONE),
    Row("repair-next-day-callback", "the handler does not call", "refused", "no-water", (("1d", "network", "progress-callback", ASKED),), PHONE),
    Row("transfer-callback", "within three working days", "kept", "transferred-item", (("2d", "cs-specialist", "progress-callback", ASKED),), REFERRED),
    Row("transfer-callback", "not reached", "broken", "transferred-item", (("2d", "cs-specialist", "progress-callback", MISSED), ("4d",)), REFERRED),
    Row("transfer-callback-by-channel", "12345 on a meter reading is called back too", "kept", "reading-and-charging", (("2d", "cs-specialist", "progress-callback", ASKED),), REFERRED),
    Row("transfer-callback-by-channel", "12345 on a burst main, not called", "broken", "pipe-repair", (("4d",),), {**SMALL, **REFERRED}),
    Row("formalities-callback", "in two working days, on all five aspects", "kept", "application", (FINISHED, ("2d", "cs-specialist", "five-aspects", {"reached": True, "with_works": "works"})), PHONE),
    Row("formalities-callback", "three days later", "kept late", "application", (FINISHED, ("3d", "cs-specialist", "five-aspects", {"reached": True, "with_works": "works"})), PHONE),
    Row("formalities-callback", "who finished them calls back on himself", "refused", "application", (FINISHED, ("1d", "clerk", "five-aspects", {"reached": True, "with_works": "works"})), PHONE),
    Row("five-aspects-asked", "an application, and the caller picks “no works”: four aspects unasked", "refused", "application", (FINISHED, ("1d", "cs-specialist", "five-aspects", {"reached": True, "with_works": "none"})), PHONE),
    Row("five-aspects-asked", "a transfer has none", "no promise", "application", (TRANSFERRED, ("1d", "cs-specialist", "five-aspects", {"reached": True, "with_works": "none"})), PHONE),
    # three.2(3): after repairs and complaints, not after enquiries and formalities; a decision may clear
    Row("dissatisfaction-reported", "dissatisfied with a repair", "running", "pipe-repair", (ARRIVED, ("5:00", "crew", "repair-completion"), ("1d", "hotline-agent", "callback", UNHAPPY)), SMALL),
    Row("dissatisfaction-reported", "dissatisfied with formalities: a measure, no accountability", "no promise", "application", (TRANSFERRED, ("1d", "cs-specialist", "five-aspects", {"reached": True, "with_works": "none", "satisfied": False})), PHONE),
    Row("dissatisfaction-reported", "dissatisfied with the answer to an enquiry: a measure, no accountability", "no promise", "routine-enquiry", (("0:30", "hotline-agent", "answer"), ("1:00", "cs-specialist", "enquiry-callback", UNHAPPY)), PHONE),
    Row("measure-drawn-up", "but a measure is owed", "running", "routine-enquiry", (("0:30", "hotline-agent", "answer"), ("1:00", "cs-specialist", "enquiry-callback", UNHAPPY)), PHONE),
    Row("dissatisfaction-reported", "who tells of taking and demanding complains, even after an enquiry", "running", "routine-enquiry", (("0:30", "hotline-agent", "answer"), ("1:00", "cs-specialist", "enquiry-callback", {**REACHED, "integrity_issue": True})), PHONE),
    Row("accountability-decided", "the head of customer service does not decide what he opened", "refused", "accountability-case", (OPENED, ("2:00", "cs-manager", "accountability-decision", {"confirmed": True}))),
    Row("pay-deducted", "nobody was responsible: nothing is deducted", "no promise", "accountability-case", (OPENED, ("2:00", "vice-president", "accountability-decision", {"confirmed": False}))),
    Row("pay-deducted", "somebody was", "kept", "accountability-case", (OPENED, ("2:00", "vice-president", "accountability-decision", {"confirmed": True}), ("3:00", "cs-manager", "deduction"))),
    Row("no-deduction-before-finding", "found responsible first", "no promise", "accountability-case", (OPENED, ("2:00", "vice-president", "accountability-decision", {"confirmed": True}), ("3:00", "cs-manager", "deduction"))),
    Row("no-deduction-before-finding", "cleared, and deducted nevertheless", "refused", "accountability-case", (OPENED, ("2:00", "vice-president", "accountability-decision", {"confirmed": False}), ("3:00", "cs-manager", "deduction"))),
    # key customers (三.3)
    Row("key-customer-consent", "a meeting that the customer agreed to", "no promise", "key-customer-care", (("1:00", "cs-specialist", "consent"), ("1d", "cs-manager", "key-callback", VISIT)), MEETING),
    Row("key-customer-consent", "a meeting without consent", "refused", "key-customer-care", (("1d", "cs-manager", "key-callback", VISIT),), MEETING),
    Row("key-customer-called", "a specialist does not keep what the head owes", "refused", "key-customer-care", (("1d", "cs-specialist", "key-callback", {"callback_mode": "phone"}),), {"customer_class": "key", "callback_mode": "phone"}),
    Row("opinion-passed", "what a key customer asks for goes on", "running", "key-customer-care", (("1d", "cs-manager", "key-callback", {"callback_mode": "phone", "satisfied": True, "opinion_kind": "service"}),), {"customer_class": "key", "callback_mode": "phone"}),
    Row("half-yearly-callbacks", "the head calls", "kept", None, (("1d", "cs-manager", "key-callback-entry", {"satisfied": True}),)),
    Row("half-yearly-callbacks", "a specialist calls in his place", "refused", None, (("1d", "cs-specialist", "key-callback-entry", {"satisfied": True}),)),
    Row("half-yearly-callbacks", "a meeting is not entered here, past the consent", "refused", None, (("1d", "cs-manager", "key-callback-entry", {"satisfied": True, "mode": "face_to_face"}),)),
    Row("half-yearly-callbacks", "nobody calls", "broken", None, (("31d",),)),
    # visits and readings
    Row("visit-on-time", "as agreed", "kept", "visit-request", (("0:30", "!appointment.agreed", {"agreed_at": "5:00"}), ("5:00", "cs-specialist", "visit")), PHONE),
    Row("visit-on-time", "an hour late", "kept late", "visit-request", (("0:30", "!appointment.agreed", {"agreed_at": "5:00"}), ("6:00", "cs-specialist", "visit")), PHONE),
    Row("reading-made", "the meter was not seen: not read", "running", "reading-and-charging", (("1:00", "meter-reader", "meter-reading", {"seen": False}),), PHONE),
    Row("reading-made", "estimated: not read", "running", "reading-and-charging", (("1:00", "meter-reader", "meter-reading", {"seen": True, "estimated": True}),), PHONE),
    Row("reading-made", "the reader does not settle his own estimate", "refused", "reading-and-charging", (("1:00", "meter-reader", "meter-reading", {"seen": False}), ("2:00", "meter-reader", "reading-settled")), PHONE),
    Row("reading-made", "seen and read", "kept", "reading-and-charging", (("1:00", "meter-reader", "meter-reading", {"seen": True, "estimated": False}),), PHONE),
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
