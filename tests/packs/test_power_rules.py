# ruff: noqa: E501 (a row is one line, so that it can be read)
"""The power group's method as a lawyer reads it, at the group and at a subsidiary: kept, cheated, broken."""

from __future__ import annotations

import pytest

from tests.packs.played import Play, Refusal, Row, Step, outcome
from tests.packs.shipped import shipped

GRID, SUB = "power-grid", "power-subsidiary"
HANDS = ("is not for", "is for another than", "does not have its turn", "waits for")

REPORT, COMPLAINT = "conduct-report", "service-complaint"
TAKEN: Step = ("0:10", "supervision", "report-acceptance", {"reporter": "anonymous"})
TRUE: Step = ("1d", "supervision", "report-investigation", {"upheld": True})
BY_NAME: Step = ("0:10", "supervision", "report-acceptance", {"reporter": "named"})
UNTRUE: Step = ("1d", "supervision", "report-investigation", {"upheld": False})
ENDED: Step = ("2d", "supervision", "report-conclusion", {"informed": False})
LODGED: Step = ("0:10", "agent", "complaint-acceptance")
FOUND: Step = ("1d", "handling_unit", "complaint-result")


def reply(when: str, accepted: bool) -> Step:
    return (when, "service-department", "complaint-reply", {"accepted": accepted})


def result(when: str) -> Step:
    return (when, "handling_unit", "complaint-result")


WINDOW = {"inspection_kind": "window"}
PLANNED: Step = ("1d", "group-market", "inspection-plan")
HELD: Step = ("10d", "group-market", "inspection-record", {"has_findings": False})
JOINED: Step = ("11d", "group-supervision", "supervision-participation")
RANKED: Step = ("12d", "group-market", "window-ranking", {"kind": "window"})

OF_THE_GROUP = (
    Row("report-accepted", "registered, anonymous or not", "kept", REPORT, (TAKEN,)),
    Row("report-accepted", "by somebody who must not even know of it", "refused", REPORT, (("0:10", "agent", "report-acceptance", {"reporter": "named"}),)),
    Row("upheld-report-acted-on", "true, and acted on", "kept", REPORT, (TAKEN, TRUE, ("1d 3:00", "supervision", "report-action"))),
    Row("upheld-report-acted-on", "true, and nothing follows", "running", REPORT, (TAKEN, TRUE)),
    Row("upheld-report-acted-on", "not true: nothing to act on", "no promise", REPORT, (TAKEN, ("1d", "supervision", "report-investigation", {"upheld": False}))),
    Row("no-conclusion-without-action", "acted on, then concluded", "no promise", REPORT, (TAKEN, TRUE, ("1d 3:00", "supervision", "report-action"), ENDED)),
    Row("no-conclusion-without-action", "true, and filed away", "refused", REPORT, (TAKEN, TRUE, ENDED)),
    Row("no-conclusion-without-action", "acted on once, found true again since, filed away", "refused", REPORT, (TAKEN, TRUE, ("1d 3:00", "supervision", "report-action"), ("1d 4:00", "supervision", "report-investigation", {"upheld": True}), ENDED)),
    Row("reporter-told-first", "an anonymous report cannot be answered", "no promise", REPORT, (TAKEN, UNTRUE, ENDED)),
    Row("reporter-told-first", "by name, told, and then concluded", "no promise", REPORT, (BY_NAME, UNTRUE, ("2d", "supervision", "report-conclusion", {"informed": True, "accepted": True}))),
    Row("reporter-told-first", "by name, and concluded without a word to the reporter", "refused", REPORT, (BY_NAME, UNTRUE, ENDED)),
    Row("reporter-told-first", "concluded for an anonymous report, though the name stands in the register", "refused", REPORT, (BY_NAME, UNTRUE, ("1d 1:00", "supervision", "report-acceptance", {"reporter": "anonymous"}))),
    Row("complaint-handled", "handled", "kept", COMPLAINT, (LODGED, FOUND)),
    Row("complaint-handled", "the customer does not accept it: it is owed again", "running", COMPLAINT, (LODGED, FOUND, reply("1d 2:00", False))),
    Row("complaint-handled", "filed after the first reply", "refused", COMPLAINT, (LODGED, FOUND, reply("1d 2:00", False), ("1d 3:00", "vice-president", "complaint-filed"))),
    Row("complaint-handled", "handled and replied twice, not accepted twice: the leader files it", "ended", COMPLAINT, (LODGED, FOUND, reply("1d 2:00", False), result("2d"), reply("2d 2:00", False), ("2d 3:00", "vice-president", "complaint-filed"))),
    Row("complaint-handled", "who owes it files it himself", "refused", COMPLAINT, (LODGED, FOUND, reply("1d 2:00", False), result("2d"), reply("2d 2:00", False), ("2d 3:00", "handling_unit", "complaint-filed"))),
    Row("ranking-with-supervision", "supervision took part", "no promise", "group-inspection", (PLANNED, HELD, JOINED, RANKED), WINDOW),
    Row("ranking-with-supervision", "ranked without supervision", "refused", "group-inspection", (PLANNED, HELD, RANKED), WINDOW),
    Row("ranking-with-supervision", "taken in as an ordinary inspection, and ranked without supervision", "refused", "group-inspection", (PLANNED, HELD, RANKED), {"inspection_kind": "service"}),
    Row("ranking-with-supervision", "nobody said what kind of inspection it is", "refused", "group-inspection", (PLANNED, HELD, RANKED)),
    Row("complaint-handled", "replied twice on one result, so that it can be filed", "refused", COMPLAINT, (LODGED, FOUND, reply("1d 2:00", False), reply("1d 4:00", False))),
    Row("conduct-norms-set", "issued by the department that owes them", "kept", "group-standard", (("1d", "group-party", "conduct-norms-issue"),), {"standard_kind": "conduct_norms"}),
    Row("conduct-norms-set", "another department issues something", "running", "group-standard", (("1d", "group-market", "standard-issue"),), {"standard_kind": "conduct_norms"}),
    Row("conduct-plan-and-supervision-method", "issued by supervision", "kept", "group-standard", (("1d", "group-supervision", "supervision-method-issue"),), {"standard_kind": "conduct_plan"}),
    Row("conduct-plan-and-supervision-method", "supervised department writes its own supervision", "refused", "group-standard", (("1d", "group-market", "supervision-method-issue"),), {"standard_kind": "supervision_method"}),
    Row("findings-rectified", "put right, and looked at by who inspected", "kept", "group-inspection", (PLANNED, ("10d", "group-market", "inspection-record", {"has_findings": True}), ("20d", "group-market", "rectification", {"finished": True})), {"inspection_kind": "service"}),
    Row("findings-rectified", "the inspected unit signs its own rectification", "refused", "group-inspection", (PLANNED, ("10d", "group-market", "inspection-record", {"has_findings": True}), ("20d", "supply-unit", "rectification", {"finished": True})), {"inspection_kind": "service"}),
    Row("findings-rectified", "not finished: it is still owed", "running", "group-inspection", (PLANNED, ("10d", "group-market", "inspection-record", {"has_findings": True}), ("20d", "group-market", "rectification", {"finished": False})), {"inspection_kind": "service"}),
    Row("findings-rectified", "found in the yearly round of the duties: it starts too", "running", None, (("1d", "group-market", "group-inspection-entry", {"has_findings": True}),)),
    Row("findings-rectified", "found in the yearly round, and put right", "kept", None, (("1d", "group-market", "group-inspection-entry", {"has_findings": True}), ("9d", "group-market", "group-rectification-entry", {"finished": True}))),
    Row("group-yearly-inspection", "inspected", "kept", None, (("1d", "group-market", "group-inspection-entry", {"has_findings": False}),)),
    Row("group-yearly-inspection", "nobody came all year", "broken", None, (("31d",),)),
    Row("group-bulletin", "issued", "kept", None, (("1d", "group-market", "group-bulletin"),)),
    Row("group-bulletin", "a day late", "kept late", None, (("31d", "group-market", "group-bulletin"),)),
    Row("execution-published", "published and reported", "kept", None, (("1d", "group-market", "execution-publication", {"to_leaders": True, "to_departments": True}),)),
    Row("execution-published", "published, but the leaders were not told", "refused", None, (("1d", "group-market", "execution-publication", {"to_leaders": False, "to_departments": True}),)),
    Row("execution-published", "not published", "broken", None, (("31d",),)),
    Row("method-interpreted", "by the department that the method names", "kept", "group-interpretation", (("1d", "group-market", "interpretation"),)),
    Row("method-interpreted", "by whoever likes his own reading", "refused", "group-interpretation", (("1d", "supply-unit", "interpretation"),)),
)  # fmt: skip

# -- a subsidiary ----------------------------------------------------------------------------------

FAULT, BUSINESS = "fault-repair", "power-application"
THERE: Step = ("0:40", "crew", "crew-arrival")
ON: Step = ("2:00", "crew", "supply-restoration")
NO_ANSWER = {"reached": False}
CALLS = tuple(
    (when, "callback-officer", "callback", NO_ANSWER) for when in ("3:00", "6:00", "1d 3:00")
)
OUT = {"stop_at": "2d"}
REMINDED: Step = (
    "1:00",
    "supply-unit",
    "outage-reminder",
    {"stop_at": "2d", "expected_end": "2d 6:00", "notified": 120},
)
CUT: Step = ("2d", "supply-unit", "outage-start")
FAILED = {"passed": False}
SPOKE, SILENT = {"has_opinions": True}, {"has_opinions": False}
NOTICE: Step = ("9d", "marketing", "notice-entry")

OF_A_SUBSIDIARY = (
    Row("fault-callback", "reached the next day", "kept", FAULT, (THERE, ON, ("1d", "callback-officer", "callback", {"reached": True, "satisfied": True, "score": 5}))),
    Row("fault-callback", "one unanswered call is no follow-up", "running", FAULT, (THERE, ON, CALLS[0])),
    Row("fault-callback", "given up after one call", "refused", FAULT, (THERE, ON, CALLS[0], ("3:05", "manager", "callback-given-up"))),
    Row("fault-callback", "three calls over a day, and the head ends it", "ended", FAULT, (THERE, ON, *CALLS, ("1d 4:00", "manager", "callback-given-up"))),
    Row("fault-callback", "the agent lets himself off", "refused", FAULT, (THERE, ON, *CALLS, ("1d 4:00", "agent", "callback-given-up"))),
    Row("business-callback", "one unanswered call is no follow-up", "running", BUSINESS, (("1:00", "supply-unit", "business-completion"), CALLS[0])),
    Row("business-callback", "reached", "kept", BUSINESS, (("1:00", "supply-unit", "business-completion"), ("1d", "agent", "callback", {"reached": True, "satisfied": True, "score": 4}))),
    Row("complaint-callback", "who replied asks whether the reply was good", "refused", COMPLAINT, (LODGED, FOUND, ("1d 2:00", "agent/same", "complaint-reply", {"accepted": True}), ("2d", "agent/same", "callback", {"reached": True, "satisfied": True, "score": 5}))),
    Row("complaint-callback", "another asks", "kept", COMPLAINT, (LODGED, FOUND, ("1d 2:00", "agent/same", "complaint-reply", {"accepted": True}), ("2d", "agent/other", "callback", {"reached": True, "satisfied": True, "score": 5}))),
    Row("no-restoration-without-the-crew", "the crew was there", "no promise", FAULT, (THERE, ON)),
    Row("no-restoration-without-the-crew", "still dark, says the customer: back on again without anybody going there", "refused", FAULT, (THERE, ON, ("3:00", "callback-officer", "callback", {"reached": True, "satisfied": False, "score": 1}), ("3:10", "crew", "supply-restoration"))),
    Row("no-outage-without-reminder", "reminded, then cut", "no promise", "planned-outage", (REMINDED, CUT), OUT),
    Row("no-outage-without-reminder", "cut first", "refused", "planned-outage", (CUT,), OUT),
    Row("no-outage-before-its-time", "cut at the time that was told", "no promise", "planned-outage", (REMINDED, CUT), OUT),
    Row("no-outage-before-its-time", "told for Wednesday, cut the afternoon of the reminder", "refused", "planned-outage", (REMINDED, ("3:00", "supply-unit", "outage-start")), OUT),
    Row("no-outage-before-its-time", "reminded again of the earlier time, then cut", "no promise", "planned-outage", (REMINDED, ("2:00", "supply-unit", "outage-reminder", {"stop_at": "1d", "expected_end": "1d 6:00", "notified": 120}), ("1d", "supply-unit", "outage-start")), OUT),
    Row("no-outage-before-its-time", "told for Wednesday, cut an hour early and dated so", "refused", "planned-outage", (REMINDED, ("2d", "supply-unit", "outage-start", {"stopped_at": "1d 23:00"})), OUT),
    Row("outage-reminded", "nobody was reminded, and the sheet says so: 0", "refused", "planned-outage", (("1:00", "supply-unit", "outage-reminder", {"stop_at": "2d", "expected_end": "2d 6:00", "notified": 0}),), OUT),
    Row("outage-ended", "everywhere again", "kept", "planned-outage", (REMINDED, CUT, ("2d 6:00", "supply-unit", "outage-end", {"scope": "all"})), OUT),
    Row("outage-ended", "half of the streets are still dark", "running", "planned-outage", (REMINDED, CUT, ("2d 6:00", "supply-unit", "outage-end", {"scope": "partly"})), OUT),
    Row("supply-unit-assessed", "assessed", "kept", None, (("1d", "marketing", "unit-assessment-entry", {"passed": True}),)),
    Row("supply-unit-assessed", "nobody assessed it", "broken", None, (("31d",),)),
    Row("failing-unit-named", "it failed, and the notice is owed", "running", None, (("1d", "marketing", "unit-assessment-entry", FAILED),)),
    Row("failing-unit-named", "it failed and is named", "kept", None, (("1d", "marketing", "unit-assessment-entry", FAILED), NOTICE)),
    Row("failing-unit-named", "it met its indicators: nobody to name", "no promise", None, (("1d", "marketing", "unit-assessment-entry", {"passed": True}),)),
    Row("failing-unit-named", "the same in a case", "running", "unit-assessment", (("1d", "marketing", "unit-assessment", FAILED),)),
    Row("key-customers-heard", "a forum", "kept", None, (("1d", "marketing", "forum-entry", SILENT),)),
    Row("key-customers-heard", "or a visit (A-47)", "kept", None, (("1d", "marketing", "visit-entry", SILENT),)),
    Row("key-customers-heard", "the supervisors' meeting is neither", "broken", None, (("1d", "marketing", "conduct-meeting-entry", SILENT), ("31d",))),
    Row("measures-drawn-up", "opinions at the forum, and no measures", "running", None, (("1d", "marketing", "forum-entry", SPOKE),)),
    Row("measures-drawn-up", "measures for what was said", "kept", None, (("1d", "marketing", "forum-entry", SPOKE), ("9d", "marketing", "measures-entry"))),
    Row("measures-finished", "not finished: it goes on", "running", None, (("1d", "marketing", "forum-entry", SPOKE), ("9d", "marketing", "measures-entry"), ("20d", "service-department", "measures-check-entry", {"finished": False}))),
    Row("measures-finished", "who drew them up finds them finished, in the duties", "refused", None, (("1d", "marketing", "forum-entry", SPOKE), ("9d", "marketing/same", "measures-entry"), ("20d", "marketing/same", "measures-check-entry", {"finished": True}))),
    Row("measures-finished", "who drew them up finds them finished", "refused", "customer-opinions", (("1d", "marketing", "meeting-minutes", {"kind": "forum", **SPOKE}), ("2d", "marketing/same", "measures"), ("9d", "marketing/same", "measures-check", {"finished": True}))),
    Row("measures-finished", "another finds them finished", "kept", "customer-opinions", (("1d", "marketing", "meeting-minutes", {"kind": "forum", **SPOKE}), ("2d", "marketing/same", "measures"), ("9d", "marketing/other", "measures-check", {"finished": True}))),
    Row("supply-units-inspected", "inspected", "kept", None, (("1d", "marketing", "unit-inspection-entry", {"has_findings": False}),)),
    Row("supply-units-inspected", "not once in the year", "broken", None, (("31d",),)),
    Row("findings-rectified", "found at a supply unit: it starts", "running", None, (("1d", "marketing", "unit-inspection-entry", {"has_findings": True}),)),
    Row("support-system-accepted", "built, and accepted by another", "kept", "support-system", (("1d", "marketing", "system-plan"), ("20d", "marketing/builder", "system-construction"), ("21d", "marketing/other", "system-acceptance", {"accepted": True}))),
    Row("support-system-accepted", "the builder accepts his own work", "refused", "support-system", (("1d", "marketing", "system-plan"), ("20d", "marketing/builder", "system-construction"), ("21d", "marketing/builder", "system-acceptance", {"accepted": True}))),
    Row("support-system-accepted", "not accepted is not accepted", "running", "support-system", (("1d", "marketing", "system-plan"), ("20d", "marketing/builder", "system-construction"), ("21d", "marketing/other", "system-acceptance", {"accepted": False}))),
    Row("supervision-method-made", "by supervision", "kept", "subsidiary-standard", (("1d", "supervision", "supervision-method-issue"),), {"standard_kind": "supervision_method"}),
    Row("supervision-method-made", "by the department that is supervised", "refused", "subsidiary-standard", (("1d", "marketing", "supervision-method-issue"),), {"standard_kind": "supervision_method"}),
    Row("other-standard-made", "the marketing department does not owe supervision's method", "no promise", "subsidiary-standard", (), {"standard_kind": "supervision_method"}),
    Row("subsidiary-bulletin", "submitted", "kept", None, (("1d", "marketing", "bulletin-entry"),)),
    Row("subsidiary-bulletin", "a day late", "kept late", None, (("31d", "marketing", "bulletin-entry"),)),
    Row("monthly-summary", "all eight categories", "kept", None, (("1d", "marketing", "summary-entry"),)),
    Row("monthly-summary", "not summarised", "broken", None, (("31d",),)),
    Row("conduct-supervisors-met", "met", "kept", None, (("1d", "marketing", "conduct-meeting-entry", SILENT),)),
    Row("conduct-supervisors-met", "a forum of key customers is not their meeting", "broken", None, (("1d", "marketing", "forum-entry", SILENT), ("31d",))),
    Row("annual-management-plan", "made, with its three parts", "kept", None, (("1d", "marketing", "management-plan-entry"),)),
    Row("annual-management-plan", "none", "broken", None, (("31d",),)),
)  # fmt: skip

ROWS = [(GRID, row) for row in OF_THE_GROUP] + [(SUB, row) for row in OF_A_SUBSIDIARY]
REFUSED = [(pack, row) for pack, row in ROWS if row.outcome == "refused"]
TYPED = {("outage-reminded", "notified"), ("execution-published", "to_leaders")}


@pytest.mark.parametrize(("pack", "row"), ROWS, ids=lambda v: str(v))
def test_what_becomes_of_it(pack: str, row: Row) -> None:
    assert outcome(shipped(pack), row) == row.outcome


@pytest.mark.parametrize(("pack", "row"), REFUSED, ids=lambda v: str(v))
def test_it_is_refused_for_what_the_row_shows(pack: str, row: Row) -> None:
    """By the gate of the row, since the form is not this person's or not yet its turn, or by the
    one answer that a row gives wrongly; by nothing else."""
    play = Play(shipped(pack), row)
    for step in row.steps[:-1]:
        play.do(step)
    with pytest.raises(Refusal) as refused:
        play.do(row.steps[-1])
    typed = [f"{{'{field}'" for rule, field in TYPED if rule == row.rule]
    gate = [f"{row.rule}:"] if shipped(pack).pack.rules[row.rule].kind == "gate" else typed
    assert any(said in str(refused.value) for said in (*gate, *HANDS)), refused.value
