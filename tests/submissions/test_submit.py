"""One verb takes every form in: whoever sends it, its room has its say.

What a room demands of forms of its own held only on the pages that knew of it: a person concerned
could decide his own proceeding, and a dissatisfied customer's answers left no trace, through the
plain verb.
"""

from __future__ import annotations

import pytest

from chengnuo.callbacks.answers import MANNER
from chengnuo.callbacks.models import Attempt, BadAnswer, Manner, Outcome, Rating
from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.conduct.services import give_opinion, open_on_breach, serve
from chengnuo.ledger.models import Entry
from chengnuo.obligations.duties import open_periods
from chengnuo.obligations.models import Docket, Evidence
from chengnuo.obligations.regulation import regulation_for
from chengnuo.obligations.services import RefusedByRule
from chengnuo.people.services import appoint
from chengnuo.rules.refusing import Refused
from chengnuo.submissions.checks import NOT_A_FILE, FormHasErrors, NoSuchForm
from chengnuo.submissions.handlers import UnknownContext, Via, declared
from chengnuo.submissions.services import submit
from tests.companies import house
from tests.conduct.matters import breach_of, opinion_of, passed_on
from tests.rules.world import at

EVERY_DOOR = pytest.mark.parametrize("via", list(Via))
UNHAPPY = {
    "reached": "true", "contacted": "yes", "arrived": "yes", "course": "当日上门",
    "outcome": "已修复", "category": "enquiry_complaint", "solved": "false", "attitude": "1",
    "integrity_issue": "false", "satisfied": "false",
}  # fmt: skip


def sent(docket, form, by, moment, values, *, via=Via.PAGE, **more):
    known = {"token": f"{form}-{via}", **more}
    return submit(form=form, docket=docket, by=by, at=at(moment), values=values, via=via, **known)


# -- the final opinion of a proceeding -------------------------------------------------------------

FINAL = {
    "outcome": "decided", "verification": "已核实", "confirmed": "false",
    "complaint_caused": "false", "customer_loss": "false", "final": "不予追究",
}  # fmt: skip


@pytest.fixture
def served(db):
    """A proceeding whose person concerned has come to sit in the department that decides."""
    firm = house("gas-appliance")
    opinion = opinion_of(firm)
    passed_on(firm, opinion)
    row = open_on_breach(
        breach=breach_of(opinion), by=firm.people["hr"], now=at("2026-03-20 10:00"),
        reason="经核实，需追究",
    )  # fmt: skip
    serve(proceeding=row, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    appoint(staff=firm.people["technician"], post=firm.posts["hr"], now=at("2026-03-21 09:00"))
    return firm, row


@EVERY_DOOR
def test_whoever_is_concerned_decides_nothing_by_whichever_door_he_comes(served, via):
    firm, row = served
    told = ("final-opinion", firm.people["technician"], "2026-03-26 10:00", FINAL)
    with pytest.raises(RefusedByRule, match="someone else in the deciding department"):
        sent(row.case.docket_id, *told, via=via)
    assert not Evidence.objects.filter(form="final-opinion").exists()


def test_somebody_else_of_the_department_decides(served):
    firm, row = served
    give_opinion(
        proceeding=row, unit=firm.units["technician"], by=firm.people["technician"],
        words="情况属实", now=at("2026-03-23 10:00"),
    )  # fmt: skip
    told = ("final-opinion", firm.people["hr"], "2026-03-26 10:00", FINAL)
    assert sent(row.case.docket_id, *told).form == "final-opinion"


# -- the answers of a callback ---------------------------------------------------------------------


@pytest.fixture
def water(db):
    return house("water-company")


@pytest.fixture
def complaint(water) -> Case:
    """A complaint that the network department reports as done."""
    agent, network = water.people["hotline-agent"], water.people["network"]
    request = Request(
        service="service-complaint", channel="phone", narrative="约定上午上门，没有人来",
        token="complaint-1", contact_phone="13800000001",
    )  # fmt: skip
    moment = at("2026-03-09 09:00")
    case = lodge(company=water.again(), request=request, at=moment, now=moment, by=agent)
    hand_over(case=case, to=water.units["network"], by=agent, now=at("2026-03-09 09:30"))
    done = {
        "fed_back_at": "2026-03-09T15:00", "feedback": "result", "content": "当日上门处理完毕",
        "clear": "true",
    }  # fmt: skip
    sent(case.docket_id, "department-feedback", network, "2026-03-09 15:00", done)
    return case


@EVERY_DOOR
def test_a_dissatisfied_answer_leaves_attempt_rating_and_bad_answer(water, complaint, via):
    agent = water.people["hotline-agent"]
    for _twice in range(2):
        evidence = sent(
            complaint.docket_id, "callback", agent, "2026-03-09 16:00", UNHAPPY, via=via
        )
    attempt, rating = Attempt.objects.get(), Rating.objects.get()
    assert (attempt.officer, attempt.outcome) == (agent, Outcome.CONNECTED)
    assert attempt.manner == Manner.PHONE
    assert (rating.satisfied, rating.solved) == (False, False)
    assert BadAnswer.objects.get().evidence == evidence


def test_a_callback_by_a_visit_needs_its_order_whoever_sends_it(water, complaint):
    told = ("callback", water.people["hotline-agent"], "2026-03-09 16:00", UNHAPPY)
    with pytest.raises(Refused, match="consent"):
        sent(complaint.docket_id, *told, context={MANNER: Manner.VISIT})
    assert not Evidence.objects.filter(form="callback").exists()


# -- what is told beside the fields ----------------------------------------------------------------


def test_nothing_told_beside_the_fields_is_ignored(water, complaint):
    told = ("department-feedback", water.people["network"], "2026-03-09 16:00", {})
    with pytest.raises(UnknownContext, match="manner"):
        sent(complaint.docket_id, *told, token="again", context={MANNER: Manner.VISIT})


def test_the_ledger_says_by_which_door_a_form_came(water, complaint):
    agent = water.people["hotline-agent"]
    evidence = sent(
        complaint.docket_id, "callback", agent, "2026-03-09 16:00", UNHAPPY, via=Via.API
    )
    told = [e.data for e in Entry.objects.filter(subject=complaint.docket_id)]
    of_it = [d for d in told if d.get("evidence") == str(evidence.pk) and "form" in d]
    assert {d["via"] for d in of_it} == {"api"}


# -- a file is handed in as a file -----------------------------------------------------------------


def test_a_name_typed_into_a_field_for_files_is_no_file(db):
    firm = house("power-grid", code="PG")
    open_periods(now=at("2026-03-09 09:00"))
    docket = Docket.objects.filter(obligations__rule="group-bulletin").distinct().get()
    typed = {"month": "2026-02", "received": "城东", "bulletin": "简报.pdf"}
    told = ("group-bulletin", firm.people["group-market"], "2026-03-09 10:00")
    with pytest.raises(FormHasErrors) as raised:
        sent(docket.pk, *told, typed)
    assert raised.value.filled.errors == {"bulletin": NOT_A_FILE}
    kept = {"bulletin": typed.pop("bulletin")}
    assert sent(docket.pk, *told, typed, files=kept).data["bulletin"] == "简报.pdf"


# -- the list of rooms -----------------------------------------------------------------------------


def test_a_form_of_another_kind_of_docket_is_no_form_of_this_one(water, complaint):
    duty = next(i for i, f in _forms(complaint).items() if f.duty)
    with pytest.raises(NoSuchForm):
        sent(complaint.docket_id, duty, water.top, "2026-03-09 16:00", {})


def _forms(case):
    docket = Docket.objects.select_related("organisation").get(pk=case.docket_id)
    return regulation_for(digest=docket.release_id, company=docket.organisation).pack.forms


def test_every_room_with_forms_of_its_own_is_in_the_list():
    names = [handler.name for handler in declared()]
    assert names == ["cases.follow", "callbacks.questionnaire", "conduct.decision"]
