# ruff: noqa: E501 (a row is one line, so that it can be read)
"""Rows that need a longer way, or another intake than most: by pack."""

from tests.packs.played import Row
from tests.packs.test_gas_company_rules import (
    APPLIED,
    BOOKED,
    MET,
    MISSED,
    PLANNED,
    POOR,
    REPLIED,
    STOPPED,
    TOLD,
)

PHONE = {"channel": "phone"}
FAX = {"channel": "fax"}
UNRECORDED = (("0:10", "!case.handed_over"),)
ENGLISH = {"customer_language": "english", "spoken": "mandarin", "outcome": "task_order"}
EXCELLENT = ("1d", "service-supervision", "staff-assessment", {"result": "excellent"})
REWARD = {"measure": "reward"}
URGED = ("1:00", "general-affairs", "complaint-urging")
ISSUE = ("1d", "group-market", "standard-issue")

GAS_CALLCENTRE = (
    Row("complaint-passed-on", "passed on, and nothing stands in the register", "refused", "product-complaint", UNRECORDED, FAX),
    Row("opinion-transferred", "passed on by word of mouth", "refused", "customer-opinion", UNRECORDED, PHONE),
    Row("signed-before-passing-on", "registered, and nobody signed", "refused", "product-complaint", (("0:05", "clerk", "complaint-register", {"signature": ""}),), FAX),
    Row("recorded-before-transfer", "the record says nothing of the opinion", "refused", "customer-opinion", (("0:05", "agent", "opinion-record", {"opinion": ""}),), PHONE),
    Row("phone-answered", "the record is filled while it still rings", "running", "consultation", (("0:01", "!call.offered"), ("0:01", "agent", "contact-record", {"outcome": "answered"})), PHONE),
    Row("english-when-customer-uses-it", "the customer speaks English, the agent goes on in Mandarin", "running", "consultation", (("0:05", "agent", "contact-record", ENGLISH),), PHONE),
    Row("representative-guided", "a shortcoming was found, and nothing follows", "running", "representative-supervision", (("1:00", "cs-centre", "representative-check", {"courtesy": False}), ("30d",))),
)  # fmt: skip

GAS_COMPANY = (
    Row("result-told-and-survey", "replied, and nobody asks", "running", "service-complaint", (REPLIED, ("30d",))),
    Row("complaint-followed", "urged once, and left", "running", "service-complaint", (URGED, ("30d",))),
    Row("complaint-followed", "who presses writes the reply himself", "refused", "service-complaint", (URGED, ("2:00", "general-affairs", "complaint-reply", {"finding": "unfounded"}))),
    Row("reward-as-assessed", "rewarded by an agent", "refused", "staff-assessment", (POOR, ("2d", "agent", "reward-or-discipline", REWARD))),
    Row("excellent-rewarded", "excellent, and nothing follows", "running", "staff-assessment", (EXCELLENT, ("30d",))),
    Row("excellent-rewarded", "the agent rewards himself", "refused", "staff-assessment", (EXCELLENT, ("2d", "agent", "reward-or-discipline", REWARD))),
    Row("supply-restored", "half of the street has gas again: still owed", "running", "planned-outage", (PLANNED, TOLD, STOPPED, ("5d 10:00", "maintenance", "supply-restoration", {"all_restored": False}))),
    Row("ignition-booked", "missed, and nobody books again", "running", "gas-on", (APPLIED, MET, MISSED, ("30d",))),
    Row("ignition-booked", "the technician books for himself", "refused", "gas-on", (APPLIED, MET, MISSED, (BOOKED[0], "technician", *BOOKED[2:]))),
)  # fmt: skip

# The product hands a case over when it is taken in: that is the push.
WATER_COMPANY = (
    Row("pushed-to-department", "handed over at intake", "kept", "no-water", (), PHONE),
    Row("repair-pushed", "handed over at intake", "kept", "pipe-repair", (), PHONE),
    Row("first-asked", "handed over at intake", "kept", "no-water", (), PHONE),
    Row("enquiry-callback", "answered, and nobody calls", "running", "routine-enquiry", (("0:30", "hotline-agent", "answer"), ("30d",)), PHONE),
    Row("enquiry-callback", "called, and nobody reached", "running", "routine-enquiry", (("0:30", "hotline-agent", "answer"), ("1:00", "cs-specialist", "enquiry-callback", {"reached": False})), PHONE),
    Row("enquiry-callback", "called and reached", "kept", "routine-enquiry", (("0:30", "hotline-agent", "answer"), ("1:00", "cs-specialist", "enquiry-callback", {"reached": True, "satisfied": True, "solved": True})), PHONE),
    Row("visit-on-time", "agreed, and not there yet", "running", "visit-request", (("0:30", "!appointment.agreed", {"agreed_at": "5:00"}), ("4:00",)), PHONE),
)  # fmt: skip

POWER_GRID = tuple(
    row
    for rule, kind in (
        ("service-norms-set", "service_norms"),
        ("hall-configuration-set", "hall_configuration"),
        ("satisfaction-method-set", "satisfaction_survey"),
    )
    for row in (
        Row(rule, "issued", "kept", "group-standard", (ISSUE,), {"standard_kind": kind}),
        Row(rule, "left: it stays owed", "running", "group-standard", (("30d",),), {"standard_kind": kind}),
        Row(rule, "issued without a name", "refused", "group-standard", ((*ISSUE, {"name": ""}),), {"standard_kind": kind}),
    )
)  # fmt: skip
