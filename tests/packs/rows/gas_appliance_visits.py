# ruff: noqa: E501 (a row is one line, so that it can be read)
"""Home visits, installations and repairs of the appliance company: done, left, cheated in vain."""

from tests.packs.played import Row, Step
from tests.packs.test_gas_appliance_rules import (
    ACCEPTED,
    AGREED,
    BOOKED,
    CERTIFIED,
    DONE,
    FEE,
    FIT,
    FIX,
    HOME,
    KIND,
    ORDER,
    ORDERED,
    PASSED_ON,
    PHONE,
    PLAN,
    PREPARED,
    PRICE,
    REPAIR,
    REPAIR_HOME,
    REPAIRED,
    SAFE,
    SHOWN,
    STARTED,
    TIGHT,
    TO_THE_DOOR,
    WORK,
    charge,
    confirmed,
    door,
    leak,
    left,
    refund,
    start,
    yes,
)


def three(
    rule: str,
    service: str,
    before: tuple[Step, ...],
    deed: Step,
    said: str,
    cheat: Step,
    *,
    vain: str = "refused",
    facts: dict[str, object] | None = None,
) -> tuple[Row, ...]:
    """Done; left; and what only looks like it."""
    told = KIND if facts is None else facts
    return (
        Row(rule, "done", "kept", service, (*before, deed), told),
        Row(rule, "left: it stays owed", "running", service, (*before, ("30d",)), told),
        Row(rule, said, vain, service, (*before, cheat), told),
    )  # fmt: skip


def by(who: str, step: Step) -> Step:
    return (step[0], who, *step[2:])


def with_(step: Step, **answers: object) -> Step:
    return (*step[:3], {**(step[3] if len(step) > 3 else {}), **answers})


def shut(rule: str, says: str, service: str, *steps: Step) -> Row:
    return Row(rule, says, "refused", service, steps, KIND)


ABSENT: Step = ("1d 1:00", "technician", "no-entry", {"situation": "absent"})
DECLINED: Step = ("1d 1:00", "technician", "no-entry", {"situation": "declined"})
CONTACTED: Step = ("1d 1:05", "technician", "absence-contact", {"contacted": "customer", "outcome": "unreachable"})  # fmt: skip
SLIP: Step = ("1d 1:10", "technician", "missed-slip")
PAPERS: Step = ("1d 2:40", "technician", "documents")
BUDGET: Step = ("1d 1:30", "maintenance", "repair-budget")
ARCHIVE: Step = ("1d 3:00", "maintenance", "repair-archive")
AGAIN: Step = ("1d 2:00", "back-office", "booking", {**BOOKED[3], "agreed_at": "2d"})
OVER = charge("2:00", "arbitrary", 400, 100, 300)
TRACKED: Step = ("2d", "maintenance", "aftercare")
FAILED: Step = ("1d", "maintenance", "annual-inspection", {"passed": False})
RINGS: Step = ("0:01", "!call.offered")

ROWS = (
    *three("method-agreed", FIT, HOME, AGREED, "the customer does not agree", with_(AGREED, agreed=False), vain="running"),
    *three("price-told", FIT, (*HOME, AGREED), PRICE, "told, they say, but the customer did not sign", with_(PRICE, signature="")),
    *three("installation-started", FIT, (*HOME, AGREED, PRICE), STARTED, "the back office writes the start down", by("back-office", STARTED)),
    Row("installation-completed", "done by the rules", "kept", FIT, (*WORK, DONE), KIND),
    *three("leak-tested", FIT, (*WORK, DONE), TIGHT, "the back office writes down a test", by("back-office", TIGHT)),
    *three("confirmed-with-customer", FIT, (*WORK, DONE, TIGHT), confirmed(), "confirmed without the customer's signature", confirmed(customer_signature="")),
    *three("documents-handed-over", FIT, (*WORK, DONE, TIGHT, confirmed()), PAPERS, "the manual stays in the van", with_(PAPERS, manual="")),
    *three("refunded-twice", FEE, OVER, refund("3:00", 600), "paid back without a receipt number", with_(refund("3:00", 600), receipt_no=""), facts=PHONE),
    *three("order-passed-on-again", "customer-opinion", (ORDER, PASSED_ON, ("1d", "!case.returned")), ("1d 1:00", "!case.handed_over"), "a second order instead of passing it on", ("1d 1:00", "accepting_unit", "opinion-order", {"displeased": False}), facts=PHONE),
    *three("site-assessed", FIX, REPAIR_HOME, SAFE, "not safe: the assessment is still owed", with_(SAFE, safe=False), vain="running"),
    *three("repair-planned", FIX, (*REPAIR_HOME, SAFE), PLAN, "started without saying what is to be done", with_(PLAN, plan="")),
    Row("repaired-by-plan", "by the plan and the safety rules", "kept", FIX, (*REPAIR_HOME, SAFE, PLAN, REPAIRED), KIND),
    Row("repaired-by-plan", "by the plan, against the safety rules", "running", FIX, (*REPAIR_HOME, SAFE, PLAN, with_(REPAIRED, safety_rules=False)), KIND),
    *three("repair-demonstrated", FIX, (*REPAIR_HOME, SAFE, PLAN, REPAIRED), SHOWN, "explained, and not shown", with_(SHOWN, demonstrated="")),
    *three("budget-made", FIX, (*REPAIR_HOME, SAFE, PLAN), BUDGET, "a budget without a total", with_(BUDGET, total="")),
    *three("archive-filed", FIX, (*REPAIR, ACCEPTED), ARCHIVE, "the technician files his own work", by("technician", ARCHIVE)),
    *three("visit-booked-again", FIT, (*TO_THE_DOOR, DECLINED), AGAIN, "booked again, and the customer confirmed nothing", with_(AGAIN, confirmed_by="")),
    *three("prepared-and-departed", FIT, (BOOKED, ORDERED), PREPARED, "the back office sends him off on paper", by("back-office", PREPARED)),
    *three("absence-contacted", FIT, (*TO_THE_DOOR, ABSENT), CONTACTED, "contacted, and it does not say whom", with_(CONTACTED, contacted="")),
    *three("slip-left", FIT, (*TO_THE_DOOR, ABSENT, CONTACTED), SLIP, "a card left, and no photo of it", with_(SLIP, photo="")),
    Row("phone-answered", "the record is filled while it still rings", "running", "consultation", (RINGS, ("0:01", "agent", "contact-record", {"channel": "phone", "outcome": "answered", "displeased": False})), PHONE),
    Row("inspection-followed-up", "the clerk enters a follow-up", "refused", None, (("1d", "responsible-department", "service-staff-inspection", {"violations": True}), ("2d", "clerk", "inspection-follow-up"))),
    *three("after-sales-tracked", FIX, (*REPAIR, ACCEPTED, ARCHIVE), TRACKED, "the technician says how his own repair goes", by("technician", TRACKED)),
    Row("failed-inspection-put-right", "not passed, and left", "running", None, (FAILED, ("60d",)), due="300d"),
    Row("failed-inspection-put-right", "not passed a second time", "running", None, (FAILED, ("40d", *FAILED[1:])), due="300d"),
    # gates: the second try
    shut("no-arbitrary-charging", "begun before the price was told", FIT, *HOME, AGREED, STARTED),
    shut("tools-before-work", "whether the tools are there is left open", FIT, *HOME, AGREED, PRICE, start(tools_complete="")),
    shut("model-before-work", "unpacked, and the model not confirmed", FIT, *HOME, AGREED, PRICE, start(model_confirmed=False)),
    shut("method-before-work", "no word about the method at all", FIT, *HOME, PRICE, start()),
    shut("leak-retest-after-rework", "a leak, and then work against the rules", FIT, *WORK, DONE, leak("1d 2:10"), with_(("1d 2:15", *DONE[1:]), by_rule=False), ("1d 2:20", "technician", "leak-test", {"leak": False})),
    shut("clean-before-confirmation", "whether it is clean is left open", FIT, *WORK, DONE, TIGHT, confirmed(site_clean="")),
    shut("department-qualified", "whether the department is able is left open", FIX, ("0:05", "maintenance", "assignment", {"maintenance_qualified": ""})),
    shut("tools-and-parameters-first", "the parameters are known, the parts are not there", FIX, *REPAIR_HOME[:3], left("repair-preparation", materials_ready=False)),
    shut("marked-before-dismantling", "marked, they say, and no photo shows it", FIX, *REPAIR_HOME, SAFE, PLAN, ("1d 1:20", "technician", "dismantling", yes("parts_marked", photo=""))),
    shut("dismantling-recorded", "whether it was taken apart is left open", FIX, *REPAIR_HOME, SAFE, PLAN, with_(REPAIRED, dismantled="")),
    shut("order-understood", "whether he understood is left open", FIT, BOOKED, ORDERED, left("preparation", order_understood="")),
    shut("no-visit-without-order", "the order of an earlier booking", FIT, BOOKED, ORDERED, ("0:40", *BOOKED[1:]), PREPARED),
    shut("attire-before-departure", "left open", FIT, BOOKED, ORDERED, left("preparation", attire_ready="")),
    shut("materials-before-departure", "the forms are there, the materials are not", FIT, BOOKED, ORDERED, left("preparation", materials_ready=False)),
    shut("vehicle-before-departure", "left open", FIT, BOOKED, ORDERED, left("preparation", vehicle_ready="")),
    shut("shoe-covers-in-rain-or-snow", "rain, no covers", FIT, *TO_THE_DOOR, door(shoe_covers=False, weather="rain")),
    shut("enough-practitioners-for-work", "left open", FIT, BOOKED, ("0:20", "back-office", "dispatch-order", {**CERTIFIED, "headcount_met": ""})),
)  # fmt: skip
