# ruff: noqa: E501 (a row is one line, so that it can be read)
"""The gas company's rules as a lawyer reads them: kept, cheated, broken."""

from __future__ import annotations

import pytest

from chengnuo.packs.compiling import compiled
from chengnuo.packs.notices import shipped_notices
from chengnuo.rules.limits import Unnumbered
from chengnuo.rules.rulebook import Before, Gate, Recurring, Within
from tests.packs.played import Play, Refusal, Row, Step, outcome
from tests.packs.shipped import shipped

PACK = "gas-company"
HANDS = (
    "is not for",
    "is for another than",
    "does not have its turn",
    "waits for",
    "is released by",
)


def row(
    rule: str, says: str, becomes: str, service: str | None, *steps: Step, **facts: object
) -> Row:
    return Row(rule, says, becomes, service, steps, facts)  # type: ignore[arg-type]


def duty(rule: str, says: str, becomes: str, *steps: Step) -> Row:
    return Row(rule, says, becomes, None, steps)  # type: ignore[arg-type]


def yes(*names: str, **more: object) -> dict[str, object]:
    return {**dict.fromkeys(names, True), **more}


# -- ways that the rows begin with -----------------------------------------------------------------

# the desk
APPLIED: Step = ("0:10", "clerk", "application-form", {"place": "phone"})
ACCEPTED: Step = ("0:10", "clerk", "acceptance-form", {"place": "phone", "promised_at": "20d"})
VERIFIED: Step = ("0:20", "cs-department", "user-verification", yes("agrees"))
AGREED = {"agreed_at": "17d", "confirmed_by": "call"}
# connection
MET: Step = ("0:30", "cs-department", "conditions-check", yes("met"))
UNMET: Step = ("0:30", "cs-department", "conditions-check", {"met": False, "confirmed_by": "call"})
SUPPLIED: Step = ("3d", "cs-department", "conditions-supplied")
MET_THEN: Step = ("3d 1:00", "cs-department", "conditions-check", yes("met"))
SURVEYED: Step = ("4d", "engineering", "site-survey", {"underground_pipe": True})
ESTIMATED: Step = ("10d", "engineering", "estimate")
CONTRACT: Step = ("12d", "engineering", "contract", {"handover_due": "60d"})
TO_CONTRACT = (APPLIED, VERIFIED, MET, SURVEYED, ESTIMATED, CONTRACT)
PROTECTED: Step = ("13d", "engineering", "site-protection")
BEGUN: Step = ("14d", "engineering", "works-start")
BUILT: Step = ("50d", "engineering", "works-completion")
PASSED: Step = ("51d", "cs-department", "acceptance", yes("passed"))
FAILED: Step = ("51d", "cs-department", "acceptance", {"passed": False})
TO_BUILT = (*TO_CONTRACT, PROTECTED, BEGUN, BUILT)
# indoor works and facilities
PAID: Step = ("0:05", "clerk", "payment")
LOOKED: Step = ("1d", "technician", "site-survey", {"underground_pipe": False})
DRAWN: Step = ("1d 2:00", "technician", "work-plan")
AGREES: Step = ("1d 3:00", "cs-department", "plan-confirmation", yes("agrees", confirmed_by="call"))
REJECTS: Step = ("1d 3:00", "cs-department", "plan-confirmation", {"agrees": False})
TO_PLAN = (ACCEPTED, VERIFIED, LOOKED, DRAWN)
STARTS: Step = ("2d", "technician", "works-start")
ALTERED = (PAID, *TO_PLAN, AGREES, STARTS)
# gas-on
MISSED: Step = ("1d", "technician", "ignition", {"done": False, "reason": "user"})
LIT = yes("done")
BOOKED: Step = (
    "1d 1:00",
    "cs-department",
    "ignition-booking",
    {"agreed_at": "6d", "confirmed_by": "link"},
)
# repair and emergency
ORDERED: Step = ("0:10", "agent", "repair-order", {"promised_at": "5d"})
THERE: Step = ("20:00", "technician", "arrival")
NOBODY: Step = ("20:00", "technician", "visit-missed")
CREW: Step = ("0:20", "emergency-crew", "crew-arrival")
MAJOR = {"severity": "major", "grounds": "main"}
# planned stop
PLANNED: Step = ("0:10", "maintenance", "outage-plan", {"stop_at": "5d", "restore_at": "5d 8:00"})
WINDOW = {"from": "5d", "until": "5d 8:00"}
TOLD: Step = ("2d 22:00", "maintenance", "outage-notice", yes("all_told", **WINDOW))


def replanned(when: str, stop: str, back: str) -> Step:
    return (when, "maintenance", "outage-replan", {"stop_at": stop, "restore_at": back})


STOPPED: Step = ("5d", "maintenance", "supply-stop")
# complaint and follow-up
REPLIED: Step = ("2d", "cs-department", "complaint-reply", {"finding": "unfounded"})
UNHAPPY: Step = (
    "2d 1:00",
    "callback-officer",
    "satisfaction-survey",
    {"outcome": "unhappy", "score": 1},
)
UPHELD: Step = ("2d", "cs-department", "complaint-reply", {"finding": "upheld"})


def ask(when: str, result: str, who: str = "callback-officer") -> Step:
    return (when, who, "satisfaction-survey", {"outcome": result, "score": 2})


# What was reproduced by hand against the pack, and what it is now.
ABUSE = (
    # by whom: conditions, appointments, severity, dates
    row("survey-and-estimate", "who has the limit ticks “conditions not met” himself", "refused", "connection", APPLIED, ("1d", "engineering", "conditions-check", {"met": False})),
    row("survey-and-estimate", "“not met” without the customer's confirmation", "refused", "connection", APPLIED, ("0:30", "cs-department", "conditions-check", {"met": False, "confirmed_by": ""})),
    row("survey-and-estimate", "“not met”, and “met” five minutes later: nothing was supplied", "refused", "connection", APPLIED, UNMET, ("0:35", "cs-department", "conditions-check", yes("met"))),
    row("survey-and-estimate", "“not met” after the time was up takes nothing back", "broken", "connection", APPLIED, ("16d",), ("16d 1:00", "cs-department", "conditions-check", {"met": False, "confirmed_by": "call"})),
    row("gas-turned-on", "the technician ticks “conditions not met”", "refused", "gas-on", APPLIED, ("2d", "technician", "conditions-check", {"met": False})),
    row("gas-turned-on", "the technician writes down an agreement of his own", "refused", "gas-on", APPLIED, MET, ("2d 23:50", "technician", "appointment", AGREED)),
    row("indoor-fault-visited", "at 23:50 the technician enters “agreed: in 17 days”", "refused", "indoor-fault", ("23:50", "technician", "appointment", AGREED)),
    row("indoor-fault-visited", "the desk agrees without the customer's confirmation", "refused", "indoor-fault", ("2:00", "agent", "appointment", {**AGREED, "confirmed_by": ""})),
    row("indoor-fault-visited", "it does not say with whom it was agreed", "refused", "indoor-fault", ("2:00", "agent", "appointment", {**AGREED, "agreed_with": ""})),
    row("indoor-fault-visited", "agreed and confirmed: the agreed time holds", "kept", "indoor-fault", ("2:00", "agent", "appointment", AGREED), ("16d", "technician", "arrival")),
    row("indoor-fault-visited", "nobody was in, says the technician alone", "broken", "indoor-fault", NOBODY, ("1d 1:00",)),
    row("indoor-fault-visited", "nobody was in, without a photo of the door", "refused", "indoor-fault", ("20:00", "technician", "visit-missed", {"photo": ""})),
    row("indoor-fault-visited", "nobody was in, confirmed by the technician himself", "refused", "indoor-fault", NOBODY, ("20:30", "technician", "absence-confirmed", yes("absent"))),
    row("indoor-fault-visited", "nobody was in, and the customer says so", "ended", "indoor-fault", NOBODY, ("20:30", "agent", "absence-confirmed", yes("absent", confirmed_by="call"))),
    row("network-fault-cleared", "the crew picks the hour itself", "refused", "network-fault", CREW, ("0:25", "emergency-crew", "fault-grading", MAJOR)),
    row("network-fault-cleared", "graded major once the crew is there", "refused", "network-fault", CREW, ("0:25", "agent", "fault-grading", MAJOR)),
    row("network-fault-cleared", "graded major without its grounds", "refused", "network-fault", ("0:05", "agent", "fault-grading", {"severity": "major", "grounds": ""})),
    row("network-fault-cleared", "the crew says that it is no fault of the network", "refused", "emergency-alarm", CREW, ("0:25", "emergency-crew", "fault-finding", {"network_fault": False})),
    row("network-fault-cleared", "an alarm whose kind nobody settled runs like a network fault", "broken", "emergency-alarm", CREW, ("0:51",)),
    row("network-fault-cleared", "the dispatcher settles that the leak is indoors", "ended", "emergency-alarm", CREW, ("0:25", "agent", "fault-finding", {"network_fault": False})),
    row("crew-arrives", "the crew, 45 minutes later, cannot make the place remote", "kept late", "emergency-alarm", ("0:45", "emergency-crew", "crew-arrival")),
    row("item-carried-out", "who carries it out moves his own date", "refused", "improvement-item", ("1:00", "plan-owner", "improvement-item", {"finish_due": "10d"}), ("9d", "vice-president", "improvement-supervision", yes("deviates")), ("9d 1:00", "plan-owner", "improvement-adjustment"), ("9d 2:00", "plan-owner", "improvement-adjustment-decision", yes("agrees", finish_due="40d"))),
    row("item-carried-out", "another date wished for, and refused", "broken", "improvement-item", ("1:00", "plan-owner", "improvement-item", {"finish_due": "10d"}), ("9d", "vice-president", "improvement-supervision", yes("deviates")), ("9d 1:00", "plan-owner", "improvement-adjustment"), ("9d 2:00", "vice-president", "improvement-adjustment-decision", {"agrees": False}), ("11d",)),
    # the fact, not the entry of the catalogue
    row("indoor-fault-visited", "no gas in the kitchen, taken in as trouble with the supply", "broken", "supply", ("1d 1:00",), indoors=True),
    row("indoor-fault-visited", "a dead meter indoors, taken in as a meter repair", "broken", "pipeline-meter-repair", ("1d 1:00",), indoors=True),
    row("indoor-fault-visited", "nobody asked whether it is indoors", "broken", "supply", ("1d 1:00",)),
    row("indoor-fault-visited", "weak flames in the whole street: not indoors", "no promise", "supply", ("1d 1:00",), indoors=False),
    row("indoor-facility-visited", "a repair indoors, taken in as work on a facility", "broken", "facility-work", ("1d 1:00",), work_kind="repair", indoors=True),
    row("indoor-facility-visited", "a new meter is no fault", "no promise", "facility-work", ("1d 1:00",), work_kind="install", indoors=True),
    # what happened, not what was planned
    row("outage-notified", "told for the fifth day, cut on the third with two hours' notice", "kept late", "planned-outage", PLANNED, TOLD, ("3d", "maintenance", "supply-stop")),
    row("outage-notified", "not everybody was told", "broken", "planned-outage", PLANNED, ("1d", "maintenance", "outage-notice", {"all_told": False, **WINDOW}), ("3d 1:00",)),
    row("outage-notified", "told, then planned for two days later, and nobody is told of that", "broken", "planned-outage", PLANNED, TOLD, replanned("3d", "7d", "7d 8:00"), ("7d",)),
    row("outage-notified", "told again of the new time, stopped then", "kept", "planned-outage", PLANNED, TOLD, replanned("3d", "7d", "7d 8:00"), ("4d", "maintenance", "outage-notice", yes("all_told", **{"from": "7d", "until": "7d 8:00"})), ("7d", "maintenance", "supply-stop")),
    row("outage-notified", "nobody was told in time: maintenance puts the stop off itself", "refused", "planned-outage", PLANNED, replanned("2d", "7d", "7d 8:00")),
    row("notice-covers-the-stop", "the notice names the planned time", "no promise", "planned-outage", PLANNED, TOLD),
    row("notice-covers-the-stop", "planned for the fifth day, the notice names the sixth", "refused", "planned-outage", PLANNED, ("2d", "maintenance", "outage-notice", yes("all_told", **{"from": "6d", "until": "6d 8:00"}))),
    row("notice-covers-the-stop", "“two hours”, says the notice; eight are planned", "refused", "planned-outage", PLANNED, ("2d", "maintenance", "outage-notice", yes("all_told", **{"from": "5d", "until": "5d 2:00"}))),
    row("notified-before-stop", "stopped at the new time on the notice of the old one", "refused", "planned-outage", PLANNED, TOLD, replanned("3d", "7d", "7d 8:00"), ("7d", "maintenance", "supply-stop")),
    row("crew-arrives", "an accident in town is reported: there in half an hour", "kept", "gas-accident", ("0:28", "emergency-crew", "crew-arrival"), area="urban"),
    row("crew-arrives", "an accident in town, and the crew is there after forty minutes", "kept late", "gas-accident", ("0:40", "emergency-crew", "crew-arrival"), area="urban"),
    row("crew-arrives", "a remote accident: forty minutes are in time", "kept", "gas-accident", ("0:40", "emergency-crew", "crew-arrival"), area="remote"),
    row("crew-arrives", "the accident is written down at the desk: nobody is there yet", "broken", "gas-accident", ("0:05", "agent", "accident-report"), ("0:31",), area="urban"),
    row("complaint-replied", "taken as praise, found to be a complaint two days later: three days from the first call", "broken", "praise-and-suggestion", ("0:10", "agent", "contact-record", {"outcome": "escalated", "complains": True}), ("2d", "!case.reclassified service-complaint"), ("4d",)),
    row("complaint-replied", "moved to complaints, and replied in the three days of the first call", "kept", "praise-and-suggestion", ("0:10", "agent", "contact-record", {"outcome": "escalated", "complains": True}), ("2d", "!case.reclassified service-complaint"), ("2d 5:00", "cs-department", "complaint-reply", {"finding": "unfounded"})),
    row("complaint-responded", "found after two days: the twenty-four hours are over already", "broken", "gas-use-question", ("2d", "!case.reclassified service-complaint")),
    row("complaint-taken-as-one", "no complaint: answered", "no promise", "gas-use-question", ("0:10", "agent", "contact-record", {"outcome": "answered", "complains": False})),
    row("complaint-taken-as-one", "a complaint, answered as an enquiry", "refused", "gas-use-question", ("0:10", "agent", "contact-record", {"outcome": "answered", "complains": True})),
    row("complaint-taken-as-one", "a complaint, lodged anew with a clock of its own", "refused", "praise-and-suggestion", ("0:10", "agent", "contact-record", {"outcome": "transferred", "complains": True})),
    row("leak-taken-as-emergency", "no leak: repaired", "no promise", "indoor-fault", ("5:00", "technician", "arrival"), ("6:00", "technician", "repair-record", yes("repaired", leak=False))),
    row("leak-taken-as-emergency", "a leak, written off as an indoor fault", "refused", "indoor-fault", ("5:00", "technician", "arrival"), ("6:00", "technician", "repair-record", yes("repaired", "leak"))),
    row("leak-taken-as-emergency", "not repaired and leaking, says the first sheet; repaired and leaking, the second", "refused", "indoor-fault", ("5:00", "technician", "arrival"), ("6:00", "technician", "repair-record", yes("leak", repaired=False)), ("6:05", "technician", "repair-record", yes("repaired", "leak"))),
    row("leak-moved", "a leak was found, and a second sheet says that there was none: still to be moved", "running", "indoor-fault", ("5:00", "technician", "arrival"), ("6:00", "technician", "repair-record", yes("leak", repaired=False)), ("6:05", "technician", "repair-record", yes("repaired", leak=False))),
    row("leak-moved", "found, and moved at once", "kept", "indoor-fault", ("5:00", "technician", "arrival"), ("6:00", "technician", "repair-record", yes("leak", repaired=False)), ("6:01", "!case.reclassified emergency-alarm")),
    row("leak-moved", "found, and left where it was", "running", "indoor-fault", ("5:00", "technician", "arrival"), ("6:00", "technician", "repair-record", yes("leak", repaired=False)), ("9d",)),
    row("complaint-moved", "heard, and moved at once", "kept", "other", ("0:10", "agent", "contact-record", {"outcome": "escalated", "complains": True}), ("0:11", "!case.reclassified service-complaint")),
    row("complaint-moved", "heard, and left among the enquiries", "running", "other", ("0:10", "agent", "contact-record", {"outcome": "escalated", "complains": True}), ("9d",)),
    row("complaint-moved", "heard; answered after the guidance as if it were none: still to be moved", "running", "other", ("0:10", "agent", "contact-record", {"outcome": "escalated", "complains": True}), ("1:00", "department-manager", "guidance"), ("2:00", "agent", "contact-answer", {"outcome": "answered", "complains": False})),
    row("crew-arrives", "a leak taken as an indoor fault: thirty minutes from the first report", "broken", "indoor-fault", ("5:00", "technician", "arrival"), ("5:10", "!case.reclassified emergency-alarm"), area="urban"),
    row("crew-arrives", "found within ten minutes, and the crew there in half an hour", "kept", "indoor-fault", ("0:10", "!case.reclassified emergency-alarm"), ("0:28", "emergency-crew", "crew-arrival"), area="urban"),
    row("indoor-facility-visited", "taken as a replacement, a fault in truth: twenty-four hours from the first report", "broken", "facility-work", ("1d 1:00", "!facts.changed", {"work_kind": "repair"}), work_kind="replace", indoors=True),
    row("indoor-fault-visited", "moved to the emergencies: its own limit ends with it", "ended", "indoor-fault", ("0:10", "!case.reclassified emergency-alarm"), area="urban"),
    row("outage-notified", "maintenance calls it an emergency", "refused", "planned-outage", PLANNED, ("4d", "maintenance", "emergency-declaration")),
    row("outage-notified", "an emergency without proof", "refused", "planned-outage", PLANNED, ("1d", "vice-president", "emergency-declaration", {"emergency": True, "proof": ""})),
    row("outage-notified", "an emergency, declared by the vice-president", "ended", "planned-outage", PLANNED, ("1d", "vice-president", "emergency-declaration", yes("emergency"))),
    row("supply-restored", "half of the street has gas again", "broken", "planned-outage", PLANNED, TOLD, STOPPED, ("5d 20:00", "maintenance", "supply-restoration", {"all_restored": False}), ("6d 1:00",)),
    row("supply-restored", "an emergency, declared before the stop: the exception holds too", "no promise", "planned-outage", PLANNED, ("1d", "vice-president", "emergency-declaration", yes("emergency")), ("1d 1:00", "maintenance", "supply-stop"), ("4d",)),
    row("supply-restored", "the vice-president says that it is no emergency", "broken", "planned-outage", PLANNED, TOLD, STOPPED, ("5d 10:00", "vice-president", "emergency-declaration", {"emergency": False}), ("6d 1:00",)),
    row("supply-restored", "an emergency, declared while it runs", "ended", "planned-outage", PLANNED, TOLD, STOPPED, ("5d 10:00", "vice-president", "emergency-declaration", yes("emergency"))),
    # the payment's own moment; the promised time
    row("indoor-alteration-finished", "paid before it was accepted: the days run from the payment", "broken", "indoor-alteration", PAID, ("1d", "clerk", "acceptance-form", {"place": "phone", "promised_at": "20d"}), ("8d",)),
    row("indoor-alteration-finished", "works done, and no gas to be had", "broken", "indoor-alteration", *ALTERED, ("5d", "technician", "works-completion"), ("8d",)),
    row("indoor-pipeline-installed", "nobody asked about the riser: the days run", "broken", "indoor-pipeline", PAID, ("11d",)),
    row("promise-kept", "accepted without a promised time", "refused", "account-transfer", ("0:10", "clerk", "acceptance-form", {"place": "phone", "promised_at": ""})),
    row("promise-kept", "a repair ordered without a promised time", "refused", "supply", ("0:10", "agent", "repair-order", {"promised_at": ""})),
    # evidence and the customer's own word
    row("visit-on-time", "a tick that nobody was in, without who and where", "refused", "indoor-fault", ("2:00", "agent", "appointment", AGREED), ("16d", "technician", "visit-missed", {"crew": ""})),
    row("visit-on-time", "nobody was in, says the visitor, days before the agreed time", "broken", "indoor-fault", ("2:00", "agent", "appointment", AGREED), ("3d", "technician", "visit-missed"), ("17d 1:00",)),
    row("visit-on-time", "nobody was in, and the customer says so", "ended", "indoor-fault", ("2:00", "agent", "appointment", AGREED), ("16d 23:50", "technician", "visit-missed"), ("17d", "agent", "absence-confirmed", yes("absent", confirmed_by="call"))),
    row("indoor-pipeline-installed", "entered as completed on the ninth day, and it fails the acceptance", "broken", "indoor-pipeline", *ALTERED, ("9d", "technician", "works-completion"), ("9d 4:00", "cs-department", "acceptance", {"passed": False}), ("11d",), riser_in_place=True, building_supplied=True),
    row("indoor-alteration-finished", "entered as completed and ready, and it fails the acceptance", "broken", "indoor-alteration", *ALTERED, ("6d", "technician", "works-completion"), ("6d 1:00", "technician", "gas-ready"), ("6d 2:00", "cs-department", "acceptance", {"passed": False}), ("8d",)),
    row("survey-and-estimate", "what was missing came on the third day; it is checked again a month later", "broken", "connection", APPLIED, UNMET, SUPPLIED, ("19d",), ("30d", "cs-department", "conditions-check", yes("met"))),
    row("gas-turned-on", "what was missing came on the third day, and nobody looks", "broken", "gas-on", APPLIED, UNMET, SUPPLIED, ("7d",)),
    row("complaint-responded", "answered, disputed, and not a word for a day", "broken", "service-complaint", ("1:00", "cs-department", "complaint-response"), REPLIED, UNHAPPY, ("3d 2:00",)),
    row("complaint-accounted", "the unit finds the complaint against itself unfounded; the customer disagrees", "running", "service-complaint", REPLIED, UNHAPPY),
    row("result-told-and-survey", "who served the notice of the hazard asks whether all was well", "refused", "safety-inspection", ("1d", "technician", "inspection-record", {"safe": False}), ("2d", "cs-department", "hazard-notice"), ask("2d 1:00", "content", "cs-department")),
    row("result-told-and-survey", "who told the result of the acceptance asks", "refused", "indoor-alteration", *ALTERED, ("5d", "technician", "works-completion"), ("6d", "cs-department", "acceptance", yes("passed")), ("6d 1:00", "cs-department", "acceptance-result"), ask("6d 2:00", "content", "cs-department")),
    row("site-protection-set-up", "“no underground pipe”, and no photo that shows it", "refused", "connection", APPLIED, VERIFIED, MET, ("4d", "engineering", "site-survey", {"underground_pipe": False, "photo": ""})),
    row("reading-taken", "an estimate", "refused", "reading-and-fee", ("1d", "meter-reader", "meter-reading", {"seen": ""})),
    row("inspection-carried-out", "no signature of the user", "refused", "safety-inspection", ("1d", "technician", "inspection-record", yes("safe", user=""))),
    row("inspection-carried-out", "who removed the hazard inspects it himself", "refused", "safety-inspection", ("1d", "technician", "inspection-record", {"safe": False}), ("2d", "technician", "hazard-rectification"), ("3d", "technician", "inspection-record", yes("safe"))),
    row("works-delivered", "signed for by nobody", "refused", "connection", *TO_BUILT, PASSED, ("52d", "engineering", "works-delivery", {"received_by": ""})),
    row("indoor-fault-repaired", "he was there and could not mend it", "running", "indoor-fault", THERE, ("21:00", "technician", "repair-record", {"repaired": False})),
    row("indoor-fault-repaired", "mended from the desk: nobody was there", "refused", "indoor-fault", ORDERED, ("21:00", "technician", "repair-record", yes("repaired"))),
    # asking, and giving up asking
    row("result-told-and-survey", "given up after one call", "refused", "service-complaint", REPLIED, ask("2d 1:00", "not_reached"), ("2d 2:00", "service-supervision", "survey-given-up")),
    row("result-told-and-survey", "given up by the department that had to ask", "refused", "service-complaint", REPLIED, ask("2d 1:00", "not_reached"), ask("2d 4:00", "not_reached"), ask("2d 7:00", "not_reached"), ("2d 8:00", "cs-department", "survey-given-up")),
    row("result-told-and-survey", "three calls, hours apart, given up by another department", "ended", "service-complaint", REPLIED, ask("2d 1:00", "not_reached"), ask("2d 4:00", "not_reached"), ask("2d 7:00", "not_reached"), ("2d 8:00", "service-supervision", "survey-given-up")),
    row("result-told-and-survey", "who wrote the reply asks whether it was a good one", "refused", "service-complaint", REPLIED, ask("2d 1:00", "content", "cs-department")),
    row("question-answered", "reported upwards, again and again", "running", "gas-use-question", ("0:10", "agent", "contact-record", {"outcome": "escalated"}), ("1:00", "department-manager", "guidance"), ("2:00", "agent", "contact-answer", {"outcome": "escalated"})),
)  # fmt: skip

# Promises with a number: kept, and broken.
DAY_SET: Step = ("1d", "cs-department", "ignition-day-plan", {"ignition_at": "9d", "users": 40})
PROMISES = (
    row("survey-and-estimate", "surveyed and estimated on the tenth day", "kept", "connection", APPLIED, VERIFIED, MET, SURVEYED, ESTIMATED),
    row("survey-and-estimate", "something was missing; the days run from when it was there", "kept", "connection", APPLIED, UNMET, SUPPLIED, MET_THEN, VERIFIED, SURVEYED, ("18d", "engineering", "estimate")),
    row("survey-and-estimate", "nothing for sixteen days", "broken", "connection", ("16d",)),
    row("works-delivered", "delivered before the day of the contract", "kept", "connection", *TO_BUILT, PASSED, ("52d", "engineering", "works-delivery")),
    row("works-delivered", "not by the day of the contract", "broken", "connection", *TO_CONTRACT, ("61d",)),
    row("indoor-pipeline-installed", "installed on the sixth day", "kept", "indoor-pipeline", *ALTERED, ("6d", "technician", "works-completion"), ("7d", "cs-department", "acceptance", yes("passed")), riser_in_place=True, building_supplied=True),
    row("indoor-pipeline-installed", "nothing for eleven days", "broken", "indoor-pipeline", PAID, ("11d",), riser_in_place=True, building_supplied=True),
    row("indoor-pipeline-installed", "the building has no riser yet", "no promise", "indoor-pipeline", PAID, ("11d",), riser_in_place=False),
    row("indoor-alteration-finished", "altered and ready", "kept", "indoor-alteration", *ALTERED, ("5d", "technician", "works-completion"), ("5d 1:00", "technician", "gas-ready"), ("6d", "cs-department", "acceptance", yes("passed"))),
    row("indoor-alteration-finished", "eight days after the payment", "broken", "indoor-alteration", PAID, ("8d",)),
    row("site-cleared", "cleared the next day", "kept", "connection", *TO_BUILT, ("51d", "engineering", "site-clearance")),
    row("site-cleared", "cleared, without a photo", "refused", "connection", *TO_BUILT, ("51d", "engineering", "site-clearance", {"photo": ""})),
    row("site-cleared", "still there on the fourth day", "broken", "connection", *TO_BUILT, ("54d",)),
    row("gas-turned-on", "on the second day", "kept", "gas-on", APPLIED, MET, ("2d", "technician", "ignition", LIT)),
    row("gas-turned-on", "on the fourth day", "broken", "gas-on", APPLIED, MET, ("3d 16:00",)),
    row("ignition-as-booked", "in the booked time", "kept", "gas-on", APPLIED, MET, MISSED, BOOKED, ("5d", "technician", "ignition", LIT)),
    row("ignition-as-booked", "the technician books another day for himself", "refused", "gas-on", APPLIED, MET, MISSED, ("1d 1:00", "technician", "ignition-booking")),
    row("ignition-as-booked", "not in the booked time", "broken", "gas-on", APPLIED, MET, MISSED, BOOKED, ("6d 1:00",)),
    row("ignition-day-kept", "on its day", "kept", "collective-ignition", DAY_SET, ("8d 20:00", "technician", "ignition-day-result", yes("everyone", lit=40))),
    row("ignition-day-kept", "the day goes by", "broken", "collective-ignition", DAY_SET, ("9d 1:00",)),
    row("visit-on-time", "there by the agreed time", "kept", "indoor-fault", ("2:00", "agent", "appointment", AGREED), ("16d", "technician", "arrival")),
    row("visit-on-time", "an hour late", "kept late", "indoor-fault", ("2:00", "agent", "appointment", AGREED), ("17d 1:00", "technician", "arrival")),
    row("indoor-fault-visited", "there after twenty hours", "kept", "indoor-fault", THERE),
    row("indoor-fault-visited", "there after twenty-five", "kept late", "indoor-fault", ("1d 1:00", "technician", "arrival")),
    row("indoor-facility-visited", "there after twenty hours", "kept", "facility-work", THERE, work_kind="repair", indoors=True),
    row("crew-arrives", "there in 29 minutes", "kept", "emergency-alarm", ("0:29", "emergency-crew", "crew-arrival"), area="urban"),
    row("crew-arrives", "a remote place, 49 minutes", "kept", "emergency-alarm", ("0:49", "emergency-crew", "crew-arrival"), area="remote"),
    row("crew-arrives", "in town, 31 minutes", "kept late", "emergency-alarm", ("0:31", "emergency-crew", "crew-arrival"), area="urban"),
    row("network-fault-cleared", "25 minutes after the arrival", "kept", "network-fault", CREW, ("0:45", "emergency-crew", "fault-clearance")),
    row("network-fault-cleared", "graded major before the arrival: 50 minutes", "kept", "network-fault", ("0:05", "agent", "fault-grading", MAJOR), CREW, ("1:10", "emergency-crew", "fault-clearance")),
    row("network-fault-cleared", "40 minutes for an ordinary one", "kept late", "network-fault", CREW, ("1:00", "emergency-crew", "fault-clearance")),
    row("outage-notified", "told 50 hours ahead, stopped as told", "kept", "planned-outage", PLANNED, TOLD, STOPPED),
    row("outage-notified", "nobody was told", "broken", "planned-outage", PLANNED, ("3d 1:00",)),
    row("supply-restored", "after twenty hours", "kept", "planned-outage", PLANNED, TOLD, STOPPED, ("5d 20:00", "maintenance", "supply-restoration", yes("all_restored"))),
    row("supply-restored", "after twenty-five", "broken", "planned-outage", PLANNED, TOLD, STOPPED, ("6d 1:00",)),
    row("complaint-responded", "spoken to the same evening", "kept", "service-complaint", ("8:00", "cs-department", "complaint-response")),
    row("complaint-responded", "on the second day", "broken", "service-complaint", ("1d 1:00",)),
    row("complaint-replied", "solution and reply on the second day", "kept", "service-complaint", REPLIED),
    row("complaint-replied", "a reply without a finding", "refused", "service-complaint", ("2d", "cs-department", "complaint-reply", {"finding": ""})),
    row("complaint-replied", "on the fifth day", "broken", "service-complaint", ("4d",)),
    row("promise-kept", "finished by the promised time", "kept", "account-transfer", ACCEPTED, ("5d", "cs-department", "account-formalities")),
    row("promise-kept", "not by then", "broken", "account-transfer", ACCEPTED, ("21d",)),
    row("item-carried-out", "done by its day", "kept", "improvement-item", ("1:00", "plan-owner", "improvement-item", {"finish_due": "10d"}), ("9d", "plan-owner", "improvement-completion")),
    row("item-carried-out", "not by its day", "broken", "improvement-item", ("1:00", "plan-owner", "improvement-item", {"finish_due": "10d"}), ("11d",)),
)  # fmt: skip


def opens(gate: str, says: str, service: str, *steps: Step) -> Row:
    return row(gate, says, "no promise", service, *steps)


def shuts(gate: str, says: str, service: str, *steps: Step) -> Row:
    return row(gate, says, "refused", service, *steps)


HIRED: Step = (
    "1d",
    "cs-manager",
    "post-conditions",
    yes("law_abiding", "ethics", "gas_knowledge", "teamwork"),
)
TRAINED: Step = ("2d", "cs-manager", "post-training", yes("passed"))
POST: Step = ("3d", "cs-manager", "post-start")
POOR: Step = ("1d", "service-supervision", "staff-assessment", {"result": "poor"})
RETRAINED: Step = ("2d", "service-supervision", "retraining")
BETTER: Step = ("3d", "service-supervision", "staff-reassessment", yes("passed"))
DRAFT: Step = ("1d", "service-management", "regulation-draft")
STATED: Step = (
    "2d",
    "service-management",
    "norms-and-limits",
    yes("limits_complete", "norms_complete", "targets_set"),
)
REVIEWED: Step = ("3d", "vice-president", "regulation-review", yes("agrees"))
APPROVED: Step = ("4d", "general-manager", "regulation-approval", yes("agrees"))
ISSUED: Step = ("5d", "service-management", "regulation-issue")
GATES = (
    opens("user-verified-first", "verified, then surveyed", "facility-work", ACCEPTED, VERIFIED, LOOKED),
    shuts("user-verified-first", "surveyed before anybody verified", "connection", APPLIED, MET, SURVEYED),
    opens("user-verified-first", "who has not been verified yet may pay", "indoor-alteration", PAID),
    opens("contract-signed-first", "signed by the customer, then built", "connection", *TO_CONTRACT, PROTECTED, BEGUN),
    shuts("contract-signed-first", "built on a handshake", "connection", *TO_CONTRACT[:-1], ("13d", "engineering", "works-start")),
    shuts("contract-signed-first", "a contract that the customer did not sign", "connection", *TO_CONTRACT[:-1], ("12d", "engineering", "contract", {"handover_due": "60d", "customer": ""})),
    opens("plan-confirmed-first", "confirmed, then begun", "indoor-alteration", *ALTERED),
    shuts("plan-confirmed-first", "altered without survey, plan and confirmation", "indoor-alteration", PAID, ACCEPTED, ("2d", "technician", "works-completion")),
    shuts("plan-confirmed-first", "the customer said no", "facility-work", *TO_PLAN, REJECTS, STARTS),
    shuts("plan-confirmed-first", "the technician confirms his own plan", "facility-work", *TO_PLAN, ("1d 3:00", "technician", "plan-confirmation", yes("agrees"))),
    shuts("plan-confirmed-first", "confirmed before the case was reopened", "facility-work", *TO_PLAN, AGREES, ("1d 4:00", "!case.reopened"), STARTS),
    opens("site-protected-first", "signs, lights, board and hoarding", "connection", *TO_CONTRACT, PROTECTED, BEGUN),
    shuts("site-protected-first", "no photo of the hoarding", "connection", *TO_CONTRACT, ("13d", "engineering", "site-protection", {"photo": ""})),
    shuts("site-protected-first", "dug without protection", "connection", *TO_CONTRACT, BEGUN),
    opens("accepted-before-delivery", "passed, then delivered", "connection", *TO_BUILT, PASSED, ("52d", "engineering", "works-delivery")),
    shuts("accepted-before-delivery", "delivered on a failed acceptance", "connection", *TO_BUILT, FAILED, ("52d", "engineering", "works-delivery")),
    shuts("accepted-before-delivery", "accepted by who built it", "connection", *TO_BUILT, ("51d", "engineering", "acceptance", yes("passed"))),
    opens("rework-before-acceptance", "failed, reworked, passed", "connection", *TO_BUILT, FAILED, ("52d", "engineering", "works-completion"), ("53d", "cs-department", "acceptance", yes("passed"))),
    shuts("rework-before-acceptance", "failed, and passed a minute later", "connection", *TO_BUILT, FAILED, ("51d 0:01", "cs-department", "acceptance", yes("passed"))),
    opens("notified-before-stop", "told, then stopped", "planned-outage", PLANNED, TOLD, STOPPED),
    opens("notified-before-stop", "an emergency, declared", "planned-outage", PLANNED, ("1d", "vice-president", "emergency-declaration", yes("emergency")), ("1d 1:00", "maintenance", "supply-stop")),
    shuts("notified-before-stop", "stopped without a word", "planned-outage", PLANNED, STOPPED),
    opens("private-call-by-consent", "allowed", "private-call", ("0:05", "department-manager", "private-call-consent", yes("agrees")), ("0:10", "agent", "private-call-end")),
    shuts("private-call-by-consent", "refused, and taken", "private-call", ("0:05", "department-manager", "private-call-consent", {"agrees": False}), ("0:10", "agent", "private-call-end")),
    opens("conditions-before-post", "all four, and trained", "new-post", HIRED, TRAINED, POST),
    shuts("conditions-before-post", "three of four", "new-post", ("1d", "cs-manager", "post-conditions", yes("law_abiding", "ethics", "gas_knowledge", teamwork=False)), POST),
    opens("training-before-post", "trained", "new-post", HIRED, TRAINED, POST),
    shuts("training-before-post", "failed the training", "new-post", HIRED, ("2d", "cs-manager", "post-training", {"passed": False}), POST),
    opens("retrained-before-passing", "retrained, then passed", "staff-assessment", POOR, RETRAINED, BETTER),
    shuts("retrained-before-passing", "failed, and the sheet filled in again", "staff-assessment", POOR, BETTER),
    shuts("retrained-before-passing", "failed twice, retrained once", "staff-assessment", POOR, RETRAINED, ("3d", "service-supervision", "staff-reassessment", {"passed": False}), ("3d 1:00", "service-supervision", "staff-reassessment", yes("passed"))),
    opens("reward-as-assessed", "excellent, rewarded", "staff-assessment", ("1d", "service-supervision", "staff-assessment", {"result": "excellent"}), ("2d", "cs-manager", "reward-or-discipline", {"measure": "reward"})),
    shuts("reward-as-assessed", "failed, rewarded", "staff-assessment", POOR, ("2d", "cs-manager", "reward-or-discipline", {"measure": "reward"})),
    opens("discipline-as-assessed", "failed, with its measure", "staff-assessment", POOR, ("2d", "cs-manager", "reward-or-discipline", {"measure": "discipline"})),
    shuts("discipline-as-assessed", "excellent, punished", "staff-assessment", ("1d", "service-supervision", "staff-assessment", {"result": "excellent"}), ("2d", "cs-manager", "reward-or-discipline", {"measure": "discipline"})),
    opens("limits-before-issue", "every limit stated", "regulation-revision", DRAFT, STATED, REVIEWED, APPROVED, ISSUED),
    shuts("limits-before-issue", "stated, and found missing since", "regulation-revision", DRAFT, STATED, ("2d 1:00", "service-management", "norms-and-limits", yes("norms_complete", limits_complete=False)), REVIEWED, APPROVED, ISSUED),
    opens("norms-before-issue", "norms attached", "regulation-revision", DRAFT, STATED, REVIEWED, APPROVED, ISSUED),
    shuts("norms-before-issue", "attached, and found missing since", "regulation-revision", DRAFT, STATED, ("2d 1:00", "service-management", "norms-and-limits", yes("limits_complete", norms_complete=False)), REVIEWED, APPROVED, ISSUED),
    opens("approved-before-issue", "reviewed and approved", "regulation-revision", DRAFT, STATED, REVIEWED, APPROVED, ISSUED),
    shuts("approved-before-issue", "reviewed only", "regulation-revision", DRAFT, STATED, REVIEWED, ISSUED),
    shuts("approved-before-issue", "who drafted it reviews it", "regulation-revision", DRAFT, STATED, ("3d", "service-management", "regulation-review", yes("agrees"))),
    opens("hall-approved-first", "with the group's yes", "hall-opening", ("1d", "vice-president", "hall-application"), ("2d", "group", "hall-decision", yes("approved")), ("9d", "vice-president", "hall-opening")),
    shuts("hall-approved-first", "without", "hall-opening", ("1d", "vice-president", "hall-application"), ("9d", "vice-president", "hall-opening")),
)  # fmt: skip

# Promises without a number: what keeps them, and what does not.
EVALUATED: Step = ("1d", "service-supervision", "evaluation-sheet", {"weak": True})
ITEM: Step = ("1:00", "plan-owner", "improvement-item", {"finish_due": "10d"})
DEVIATES: Step = ("9d", "vice-president", "improvement-supervision", yes("deviates"))
WISHED: Step = ("9d 1:00", "plan-owner", "improvement-adjustment")
ESCALATED: Step = ("0:10", "agent", "contact-record", {"outcome": "escalated"})
SHIFT: Step = ("0:10", "agent", "shift-handover", {"problem": True})
ALL_WELL = yes(
    "quiet",
    "no_outsiders",
    "private_calls",
    "polite",
    "shoes",
    "desk_no_food",
    "shift_order",
    "equipment",
    "floor_clean",
    "facilities",
    "leaflets",
    "counter_clean",
    "monitors",
    "desks",
    "office",
    "uniform",
    "listening",
    "skilled",
    "form_filled",
    "limited_time",
    "words",
    "norms_present",
)
TO_ACCEPTED = (*TO_BUILT, PASSED)
WITHOUT_NUMBER = (
    row("contact-recorded", "the call is recorded", "kept", "other", ESCALATED),
    row("question-answered", "answered after the guidance", "kept", "other", ESCALATED, ("1:00", "department-manager", "guidance"), ("2:00", "agent", "contact-answer", {"outcome": "answered"})),
    row("guidance-given", "the manager says what to do", "kept", "other", ESCALATED, ("1:00", "department-manager", "guidance")),
    row("guidance-given", "the agent guides himself", "refused", "other", ESCALATED, ("1:00", "agent", "guidance")),
    row("business-accepted", "the form is filled", "kept", "account-transfer", ACCEPTED),
    row("business-accepted", "the enquiry number was not told", "refused", "account-transfer", ("0:10", "clerk", "acceptance-form", {"place": "phone", "promised_at": "20d", "phone_told": ""})),
    row("user-information-checked", "it agrees", "kept", "facility-work", ACCEPTED, VERIFIED),
    row("user-information-checked", "it does not agree", "running", "facility-work", ACCEPTED, ("0:20", "cs-department", "user-verification", {"agrees": False})),
    row("work-assigned", "to a person", "kept", "supply", ORDERED),
    row("work-assigned", "to a unit and nobody in it", "refused", "supply", ("0:10", "agent", "repair-order", {"promised_at": "5d", "person": ""})),
    row("kept-in-touch", "until it is solved", "kept", "service-complaint", REPLIED),
    row("formalities-finished", "done", "kept", "account-transfer", ACCEPTED, ("5d", "cs-department", "account-formalities")),
    row("customer-archive", "complete", "kept", "account-opening", ACCEPTED, ("5d", "cs-department", "customer-archive")),
    row("counter-served", "served", "kept", "counter-business", ACCEPTED, ("0:20", "clerk", "counter-done")),
    row("complaint-urged", "urged by general affairs", "kept", "service-complaint", ("1:00", "general-affairs", "complaint-urging")),
    row("complaint-urged", "urged by the department complained of", "refused", "service-complaint", ("1:00", "cs-department", "complaint-urging")),
    row("complaint-urged", "told at the counter: nothing for general affairs", "no promise", "service-complaint", ("1:00",), line="hall"),
    row("complaint-followed", "until the reply is given", "kept", "service-complaint", ("1:00", "general-affairs", "complaint-urging"), REPLIED),
    row("complaint-accounted", "found true: the supervision department decides", "kept", "service-complaint", UPHELD, ("3d", "service-supervision", "complaint-accountability")),
    row("complaint-accounted", "found true: the department decides about itself", "refused", "service-complaint", UPHELD, ("3d", "cs-department", "complaint-accountability")),
    row("complaint-accounted", "found untrue", "no promise", "service-complaint", REPLIED),
    row("result-told-and-survey", "told and asked", "kept", "service-complaint", REPLIED, ask("2d 1:00", "content")),
    row("disagreement-handled", "handled again", "kept", "supply", ("1d", "technician", "arrival"), ("1d 1:00", "technician", "repair-record", yes("repaired")), UNHAPPY, ("3d", "handler", "handled-again")),
    row("disagreement-handled", "nobody does anything", "running", "supply", ("1d", "technician", "arrival"), ("1d 1:00", "technician", "repair-record", yes("repaired")), UNHAPPY, ("30d",)),
    row("regular-callback-made", "reached", "kept", "regular-callback", ("1d", "callback-officer", "regular-callback", {"outcome": "content", "score": 5})),
    row("regular-callback-made", "not reached", "running", "regular-callback", ("1d", "callback-officer", "regular-callback", {"outcome": "not_reached"})),
    row("floor-checked", "every point answered", "kept", "floor-inspection", ("1d", "service-supervision", "floor-check", ALL_WELL)),
    row("finding-put-right", "one point does not hold", "running", "floor-inspection", ("1d", "service-supervision", "floor-check", {**ALL_WELL, "quiet": False})),
    row("visit-booked-again", "the desk agrees another time", "kept", "indoor-fault", NOBODY, ("21:00", "agent", "appointment", AGREED)),
    row("visit-recorded", "gas use and equipment written down", "kept", "indoor-fault", THERE, ("20:30", "technician", "visit-record")),
    row("indoor-fault-repaired", "mended", "kept", "indoor-fault", THERE, ("21:00", "technician", "repair-record", yes("repaired"))),
    row("emergency-handled", "no fault of the network, handled", "kept", "emergency-alarm", ("0:10", "agent", "fault-finding", {"network_fault": False}), CREW, ("2:00", "emergency-crew", "fault-clearance")),
    row("emergency-handled", "left without another test for leaks", "refused", "emergency-alarm", ("0:10", "agent", "fault-finding", {"network_fault": False}), CREW, ("2:00", "emergency-crew", "fault-clearance", {"tested": ""})),
    row("accident-handled", "took part", "kept", "gas-accident", ("0:10", "cs-department", "accident-report"), ("1d", "cs-department", "accident-handling")),
    row("supply-restored-after-emergency", "back, without a number", "kept", "planned-outage", PLANNED, ("1d", "vice-president", "emergency-declaration", yes("emergency")), ("1d 1:00", "maintenance", "supply-stop"), ("4d", "maintenance", "supply-restoration", yes("all_restored"))),
    row("inspection-carried-out", "inspected and signed for", "kept", "safety-inspection", ("1d", "technician", "inspection-record", yes("safe"))),
    row("hazard-put-right", "removed, with a photo", "kept", "safety-inspection", ("1d", "technician", "inspection-record", {"safe": False}), ("2d", "maintenance", "hazard-rectification")),
    row("hazard-put-right", "a hazard was found and stays", "running", "safety-inspection", ("1d", "technician", "inspection-record", {"safe": False}), ("30d",)),
    row("hazard-put-right", "the user refuses, says the technician", "refused", "safety-inspection", ("1d", "technician", "inspection-record", {"safe": False}), ("2d", "technician", "hazard-notice")),
    row("hazard-put-right", "the user refuses; the desk makes sure and serves a notice", "ended", "safety-inspection", ("1d", "technician", "inspection-record", {"safe": False}), ("2d", "cs-department", "hazard-notice")),
    row("reading-taken", "read from the meter", "kept", "reading-and-fee", ("1d", "meter-reader", "meter-reading")),
    row("fee-collected", "paid", "kept", "reading-and-fee", ("1d", "meter-reader", "meter-reading"), ("2d", "clerk", "gas-fee")),
    row("site-surveyed", "on the spot", "kept", "facility-work", ACCEPTED, VERIFIED, LOOKED),
    row("plan-drawn", "from the survey", "kept", "facility-work", *TO_PLAN),
    row("plan-put-to-user", "the user says yes", "kept", "facility-work", *TO_PLAN, AGREES),
    row("plan-put-to-user", "yes, without the user's confirmation", "refused", "facility-work", *TO_PLAN, ("1d 3:00", "agent", "plan-confirmation", yes("agrees", confirmed_by=""))),
    row("plan-drawn", "the user said no: it is drawn again", "running", "facility-work", *TO_PLAN, REJECTS),
    row("site-protection-set-up", "set up", "kept", "connection", *TO_CONTRACT, PROTECTED),
    row("works-begun", "begun", "kept", "connection", *TO_CONTRACT, PROTECTED, BEGUN),
    row("works-inspected", "accepted", "kept", "connection", *TO_ACCEPTED),
    row("works-finished", "failed: to be done again", "running", "connection", *TO_BUILT, FAILED),
    row("acceptance-told", "the user knows", "kept", "connection", *TO_ACCEPTED, ("52d", "cs-department", "acceptance-result")),
    row("ignition-day-set", "set and told", "kept", "collective-ignition", DAY_SET),
    row("left-out-booked", "each has a booked time", "kept", "collective-ignition", DAY_SET, ("8d 20:00", "technician", "ignition-day-result", {"everyone": False, "lit": 38}), ("9d", "cs-department", "ignition-day-followed")),
    row("left-out-booked", "two were left out, and nobody asks them", "running", "collective-ignition", DAY_SET, ("8d 20:00", "technician", "ignition-day-result", {"everyone": False, "lit": 38}), ("30d",)),
    row("left-out-booked", "two left out, not named", "refused", "collective-ignition", DAY_SET, ("8d 20:00", "technician", "ignition-day-result", {"everyone": False, "lit": 38, "left_out": ""})),
    row("ignition-booked", "booked and confirmed", "kept", "gas-on", APPLIED, MET, MISSED, BOOKED),
    row("evaluation-recorded", "recorded", "kept", "service-evaluation", EVALUATED),
    row("evaluation-published", "published", "kept", "service-evaluation", EVALUATED, ("2d", "service-supervision", "evaluation-publication")),
    row("evaluation-applied", "applied to pay and bonus", "kept", "service-evaluation", EVALUATED, ("2d", "cs-manager", "evaluation-pay")),
    row("weakness-treated", "treated", "kept", "service-evaluation", EVALUATED, ("2d", "cs-manager", "weakness-treatment")),
    row("weakness-treated", "a weakness, and nothing done", "running", "service-evaluation", EVALUATED, ("60d",)),
    row("item-planned", "planned", "kept", "improvement-item", ITEM),
    row("item-supervised", "looked at", "kept", "improvement-item", ITEM, DEVIATES),
    row("item-supervised", "looked at by who carries it out", "refused", "improvement-item", ITEM, ("9d", "plan-owner", "improvement-supervision")),
    row("item-adjusted", "an adjustment proposed", "kept", "improvement-item", ITEM, DEVIATES, WISHED),
    row("adjustment-decided", "granted", "kept", "improvement-item", ITEM, DEVIATES, WISHED, ("9d 2:00", "vice-president", "improvement-adjustment-decision", yes("agrees", finish_due="40d"))),
    row("proposal-submitted", "put to the group", "kept", "group-proposal", ("1d", "plan-owner", "group-proposal")),
    row("regulation-drafted", "drafted", "kept", "regulation-revision", DRAFT),
    row("regulation-interpreted", "by the department that its regulation names", "kept", "regulation-question", ("1d", "service-management", "interpretation", {"interpreter": "service-management"}), regulation_text="others"),
    row("company-regulation-interpreted", "the company's own: by the customer-service department", "kept", "regulation-question", ("1d", "cs-department", "interpretation", {"interpreter": "cs-department"}), regulation_text="company"),
    row("desk-regulation-interpreted", "the service desk's: another department's word does not do", "running", "regulation-question", ("1d", "cs-department", "interpretation", {"interpreter": "cs-department"}), regulation_text="service_desk"),
    row("norms-and-limits-stated", "both", "kept", "regulation-revision", DRAFT, STATED),
    row("norms-and-limits-stated", "norms only", "running", "regulation-revision", DRAFT, ("2d", "service-management", "norms-and-limits", yes("norms_complete"))),
    row("targets-staged", "set", "kept", "regulation-revision", DRAFT, STATED),
    row("regulation-reviewed", "agreed to", "kept", "regulation-revision", DRAFT, STATED, REVIEWED),
    row("regulation-drafted", "sent back: to be drafted again", "running", "regulation-revision", DRAFT, ("3d", "vice-president", "regulation-review", {"agrees": False})),
    row("regulation-approved", "approved", "kept", "regulation-revision", DRAFT, STATED, REVIEWED, APPROVED),
    row("regulation-taught", "taught", "kept", "regulation-revision", DRAFT, STATED, REVIEWED, APPROVED, ISSUED, ("6d", "cs-manager", "regulation-training")),
    row("shift-handed-over", "counted, checked, signed for", "kept", "shift-change", SHIFT),
    row("shift-handed-over", "not signed for by who takes over", "refused", "shift-change", ("0:10", "agent", "shift-handover", {"problem": False, "taken_by": ""})),
    row("shift-problem-solved", "by the supervisor", "kept", "shift-change", SHIFT, ("0:20", "hall-supervisor", "shift-problem")),
    row("shift-problem-solved", "by who had it", "refused", "shift-change", SHIFT, ("0:20", "agent", "shift-problem")),
    row("seat-left", "left", "kept", "shift-change", SHIFT, ("0:15", "agent", "seat-leaving")),
    row("private-call-decided", "decided", "kept", "private-call", ("0:05", "department-manager", "private-call-consent", {"agrees": False})),
    row("private-call-brief", "ended, with its minutes", "kept", "private-call", ("0:05", "department-manager", "private-call-consent", yes("agrees")), ("0:10", "agent", "private-call-end")),
    row("post-conditions-checked", "checked", "kept", "new-post", HIRED),
    row("trained-for-post", "trained", "kept", "new-post", HIRED, TRAINED),
    row("staff-assessed", "assessed", "kept", "staff-assessment", POOR),
    row("staff-assessed", "by the manager of the department", "refused", "staff-assessment", ("1d", "cs-manager", "staff-assessment", {"result": "excellent"})),
    row("staff-retrained", "retrained", "kept", "staff-assessment", POOR, RETRAINED),
    row("staff-qualified", "qualified in the end", "kept", "staff-assessment", POOR, RETRAINED, BETTER),
    row("staff-qualified", "failed, and never again", "running", "staff-assessment", POOR, RETRAINED, ("60d",)),
    row("excellent-rewarded", "rewarded", "kept", "staff-assessment", ("1d", "service-supervision", "staff-assessment", {"result": "excellent"}), ("2d", "cs-manager", "reward-or-discipline", {"measure": "reward"})),
    row("poor-disciplined", "with its measure", "kept", "staff-assessment", POOR, ("2d", "cs-manager", "reward-or-discipline", {"measure": "discipline"})),
    row("responsibility-decided", "nobody is responsible: that is a decision too", "kept", "accountability", ("1d", "service-supervision", "accountability-decision", {"confirmed": False})),
)  # fmt: skip

# Duties: kept by their form, broken when the period ends.
ROUNDS = {
    "annual-improvement-plan": ("cs-manager", "annual-improvement-plan", {}),
    "meters-read": ("meter-reader", "reading-round", {}),
    "processes-reviewed": ("cs-manager", "process-review", {}),
    "home-inspected-once": ("technician", "inspection-round", {}),
    "network-inspected": ("maintenance", "network-inspection", {}),
    "regulations-checked": ("service-management", "regulation-check", {}),
    "service-evaluated": ("service-supervision", "evaluation-round", {}),
    "year-end-score": ("vice-president", "year-end-score", {}),
    "plan-reported": ("plan-owner", "plan-report", {}),
    "staff-trained": ("cs-manager", "training-record", {}),
    "staff-appraised": ("cs-manager", "appraisal-record", {}),
    "staff-supervised": ("service-supervision", "supervision-record", {"passed": True}),
    "shift-changed": ("agent", "shift-handover-round", {}),
    "users-called-back": ("callback-officer", "callback-round", {"content": True}),
}
ROUND: Step = ("1d", "technician", "inspection-round")
DUTIES = (
    *(duty(rule, "done", "kept", ("1d", *way)) for rule, way in ROUNDS.items()),
    *(duty(rule, "not done", "broken", ("31d",)) for rule in ROUNDS),
    duty("business-inspected-twice", "inspected twice", "kept", ROUND, ("9d", "technician", "inspection-round")),
    duty("business-inspected-twice", "inspected once", "broken", ROUND, ("31d",)),
    duty("home-inspected-once", "it does not say which premises", "refused", ("1d", "technician", "inspection-round", {"premises": ""})),
    duty("home-inspected-once", "a fee was taken", "refused", ("1d", "technician", "inspection-round", {"free": ""})),
    duty("home-inspected-once", "not signed for by the user", "refused", ("1d", "technician", "inspection-round", {"user": ""})),
    duty("meters-read", "estimated", "refused", ("1d", "meter-reader", "reading-round", {"seen": ""})),
)  # fmt: skip
ROWS = (*ABUSE, *PROMISES, *GATES, *WITHOUT_NUMBER, *DUTIES)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_becomes_of_it(row: Row) -> None:
    assert outcome(shipped(PACK), row) == row.outcome


@pytest.mark.parametrize("row", [r for r in ROWS if r.outcome == "refused"], ids=str)
def test_it_is_refused_for_what_the_row_shows(row: Row) -> None:
    """By the gate of the row; or since the form is not this person's or not yet its turn; or since
    it lacks just what the row leaves out."""
    play = Play(shipped(PACK), row)
    for step in row.steps[:-1]:
        play.do(step)
    left_out = [f"'{name}':" for name, v in (row.steps[-1][3] if len(row.steps[-1]) > 3 else {}).items() if v == ""]  # fmt: skip
    with pytest.raises(Refusal) as refused:
        play.do(row.steps[-1])
    assert any(said in str(refused.value) for said in (f"{row.rule}:", *HANDS, *left_out)), (
        refused.value
    )


# What a bad result of a round starts, and what ends it.
FOLLOWED = [
    ("home-inspected-once", ("1d", "technician", "inspection-round", yes("hazard")), "round-hazard-removed", ("2d", "technician", "round-hazard-removal", yes("safe"))),
    ("network-inspected", ("1d", "maintenance", "network-inspection", yes("hazard")), "network-hazard-removed", ("2d", "maintenance", "network-hazard-removal")),
    ("staff-supervised", ("1d", "service-supervision", "supervision-record", {"passed": False}), "supervised-retrained", ("2d", "service-supervision", "supervision-retraining", yes("passed"))),
    ("shift-changed", ("1d", "agent", "shift-handover-round", yes("problem")), "round-problem-solved", ("2d", "hall-supervisor", "shift-problem-round")),
    ("users-called-back", ("1d", "callback-officer", "callback-round", {"content": False}), "callback-opinion-followed", ("2d", "cs-department", "callback-round-followed")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "bad", "starts", "ends"), FOLLOWED)
def test_a_bad_result_of_a_round_starts_a_promise(
    rule: str, bad: Step, starts: str, ends: Step
) -> None:
    play = Play(shipped(PACK), duty(rule, "with a bad result", "kept", bad))
    play.do(bad)
    assert play.verdict() == "kept", "the round itself is done"
    started = {o.rule: o.is_running for o in play.state.obligations}
    assert started[starts] is True
    if "safe" in (ends[3] if len(ends) > 3 else {}):
        play.do((*ends[:3], {"safe": False}))
        assert next(o for o in play.state.obligations if o.rule == starts).is_running, (
            "not safe yet"
        )
    play.do(ends)
    assert not next(o for o in play.state.obligations if o.rule == starts).is_running


@pytest.mark.parametrize(("choice", "when", "becomes"), [("as_calendar", "5d 16:00", "broken"), ("civil_code", "5d 16:00", "running"), ("civil_code", "7d 9:00", "broken")])  # fmt: skip
def test_the_last_day_of_a_limit_is_a_setting(choice: str, when: str, becomes: str) -> None:
    """Disputed on Wednesday the 11th: three days end on Saturday the 14th."""
    steps: tuple[Step, ...] = (
        ("1d", "cs-department", "complaint-reply", {"finding": "unfounded"}),
        ("2d", "!case.disputed"),
        (when,),
    )
    told = Row(
        "complaint-replied",
        choice,
        becomes,
        "service-complaint",
        steps,
        settings={"last-day": choice},
    )  # type: ignore[arg-type]
    assert outcome(shipped(PACK), told) == becomes


def test_every_rule_that_carries_an_obligation_has_its_rows() -> None:
    book = compiled(shipped(PACK).pack, digest="", notices=shipped_notices())
    shown: dict[str, set[str]] = {}
    for told in ROWS:
        shown.setdefault(told.rule, set()).add(told.outcome)
    followed = {starts for _rule, _bad, starts, _ends in FOLLOWED}
    missing = []
    for rule in book.rules.values():
        told = shown.get(rule.id, set())
        if not rule.obligations or rule.id in followed:
            continue
        if isinstance(rule, Gate):
            whole = {"no promise", "refused"} <= told
        elif isinstance(rule, Within) and isinstance(rule.limit, Unnumbered):
            whole = "kept" in told
        elif isinstance(rule, Within | Before | Recurring):
            whole = "kept" in told and bool({"broken", "kept late"} & told)
        else:
            continue
        if not whole:
            missing.append(rule.id)
    assert missing == []
