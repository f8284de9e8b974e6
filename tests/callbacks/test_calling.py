"""Callbacks as obligations: lists, attempts, visits, bad answers, false completion, rates."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chengnuo.callbacks.answers import (
    decide_bad_answer,
    raise_bad_answer,
)
from chengnuo.callbacks.calling import attempt, take
from chengnuo.callbacks.listing import ListReader, due_callbacks
from chengnuo.callbacks.models import Assignment, BadAnswer, Manner, Outcome, Rating
from chengnuo.callbacks.rates import RateSpan, rates
from chengnuo.callbacks.visits import ask_visit, instruct, note_consent
from chengnuo.callbacks.waiting import decided, undecided
from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.conduct.models import Ground, Proceeding
from chengnuo.conduct.opening import open_proceedings
from chengnuo.conduct.services import derived_again
from chengnuo.obligations.models import Breach, Evidence
from chengnuo.obligations.regulation import regulation_for, release_in_force
from chengnuo.obligations.services import RefusedByRule
from chengnuo.people.queries import posts_of
from chengnuo.rules.refusing import Refused
from tests.companies import house
from tests.obligations.matter import let_pass
from tests.rules.world import at
from tests.submitting import fill_case

ANSWERED = {
    "reached": "true", "contacted": "yes", "arrived": "yes", "course": "当日上门",
    "outcome": "已修复", "category": "enquiry_complaint", "solved": "true", "attitude": "5",
    "integrity_issue": "false", "satisfied": "true",
}  # fmt: skip
UNHAPPY = {**ANSWERED, "satisfied": "false", "solved": "false", "attitude": "1"}


@pytest.fixture
def firm(db):
    return house("water-company")


def regulation(firm):
    release = release_in_force(company=firm.again(), at=at("2026-03-09 09:00"))
    return regulation_for(digest=release, company=firm.company)


def put(case, form, who, moment, **raw):
    return fill_case(case, form, raw, token=f"{form}-{moment}-{who.pk}", by=who, now=at(moment))


def ask(case, answers, who, moment, form="callback", **more):
    return fill_case(case, form, answers, token=f"{form}-{moment}", by=who, now=at(moment), **more)


@pytest.fixture
def complaint(firm) -> Case:
    """A complaint that the network department reports as done."""
    agent, network = firm.people["hotline-agent"], firm.people["network"]
    request = Request(
        service="service-complaint", channel="phone", narrative="约定上午上门，没有人来",
        token="complaint-1", contact_phone="13800000001",
    )  # fmt: skip
    case = lodge(
        company=firm.again(), request=request, at=at("2026-03-09 09:00"),
        now=at("2026-03-09 09:00"), by=agent,
    )  # fmt: skip
    hand_over(case=case, to=firm.units["network"], by=agent, now=at("2026-03-09 09:30"))
    put(
        case, "department-feedback", network, "2026-03-09 15:00",
        fed_back_at="2026-03-09T15:00", feedback="result", content="当日上门处理完毕", clear="true",
    )  # fmt: skip
    return case


def due_of(firm, role, moment="2026-03-09 16:00"):
    who = firm.people[role]
    reader = ListReader(posts=posts_of(staff=who, at=at(moment)), staff=who)
    return list(due_callbacks(reader=reader, regulation=regulation(firm), now=at(moment)))


def test_a_callback_is_due_on_the_list_of_those_who_owe_it_and_not_of_who_handled_it(
    firm, complaint
):
    [due] = due_of(firm, "hotline-agent")
    assert due.form == "callback"
    assert due.obligation.docket.case == complaint
    assert due_of(firm, "network") == []


def test_who_handled_it_never_calls_back_on_it(firm, complaint):
    with pytest.raises(RefusedByRule):
        ask(complaint, ANSWERED, firm.people["network"], "2026-03-09 16:00")


def test_an_attempt_is_recorded_and_the_next_one_planned_for_another_time_of_day(firm, complaint):
    agent = firm.people["hotline-agent"]
    [due] = due_of(firm, "hotline-agent")
    first = attempt(
        obligation=due.obligation, officer=agent, outcome=Outcome.NO_ANSWER, token="try-1",
        now=at("2026-03-09 16:00"),
    )  # fmt: skip
    assert first.again_at == at("2026-03-09 18:00")
    again = attempt(
        obligation=due.obligation, officer=agent, outcome=Outcome.NO_ANSWER, token="try-1",
        now=at("2026-03-09 16:00"),
    )  # fmt: skip
    assert again == first, "a double click is one attempt"
    # the record of the case tells of it too, in the form of the pack
    missed = Evidence.objects.get(docket=complaint.docket_id, form="callback")
    assert missed.events == ["callback.missed"]
    [due] = due_of(firm, "hotline-agent")
    assert due.again_at == first.again_at


def test_attempts_end_after_as_many_as_the_pack_says_and_somebody_decides(firm, complaint):
    agent = firm.people["hotline-agent"]
    [due] = due_of(firm, "hotline-agent")
    made = []
    for index in range(5):
        moment = at("2026-03-09 16:00") + timedelta(hours=3 * index)
        made.append(
            attempt(
                obligation=due.obligation,
                officer=agent,
                outcome=Outcome.NO_ANSWER,
                token=f"try-{index}",
                now=moment,
            )
        )
    assert [a.again_at is None for a in made] == [False, False, False, False, True]
    # not the head of the department that owes it, the leader ends it: no verdict, nothing owed
    ended = {"reason": "多次无人接听", "confirmed": "分管副总"}
    with pytest.raises(RefusedByRule):
        put(complaint, "callback-waiver", firm.people["cs-manager"], "2026-03-10 09:00", **ended)
    put(complaint, "callback-waiver", firm.people["vice-president"], "2026-03-10 09:00", **ended)
    assert due_of(firm, "hotline-agent", "2026-03-10 10:00") == []


def test_a_callback_on_one_list_is_not_called_by_another(firm, complaint):
    [due] = due_of(firm, "hotline-agent")
    take(
        obligation=due.obligation, officer=firm.people["hotline-agent"], now=at("2026-03-09 16:00")
    )
    with pytest.raises(Refused, match="Assigned to"):
        take(obligation=due.obligation, officer=firm.people["clerk"], now=at("2026-03-09 16:01"))


def test_a_visit_needs_the_customers_consent_and_the_leaders_instruction(firm, complaint):
    agent, leader = firm.people["hotline-agent"], firm.people["vice-president"]
    [due] = due_of(firm, "hotline-agent")

    def visit(moment):
        return attempt(
            obligation=due.obligation, officer=agent, outcome=Outcome.CALL_LATER,
            manner=Manner.VISIT, again_at=at("2026-03-11 10:00"), token=f"v-{moment}",
            now=at(moment),
        )  # fmt: skip

    with pytest.raises(Refused, match="consent"):
        visit("2026-03-09 16:00")
    order = ask_visit(
        obligation=due.obligation, by=agent, why="客户要求当面说明", now=at("2026-03-09 16:01")
    )
    note_consent(order=order, by=agent, person="演示客户", now=at("2026-03-09 16:02"))
    with pytest.raises(Refused, match="instruction"):
        visit("2026-03-09 16:03")
    with pytest.raises(Refused, match="The person who requested it cannot"):
        instruct(order=order, by=agent, words="同意", now=at("2026-03-09 16:04"))
    instruct(order=order, by=leader, words="由客服部上门", now=at("2026-03-09 16:05"))
    assert visit("2026-03-09 16:06").manner == Manner.VISIT


def test_a_good_answer_is_a_rating_and_keeps_the_promise(firm, complaint):
    ask(complaint, ANSWERED, firm.people["hotline-agent"], "2026-03-09 16:00")
    rating = Rating.objects.get()
    assert (rating.satisfied, rating.solved, rating.via) == (True, True, "phone")
    assert due_of(firm, "hotline-agent", "2026-03-09 17:00") == []
    assert not BadAnswer.objects.exists()


def test_not_done_is_false_completion_goes_back_to_the_chief_and_opens_accountability(
    firm, complaint
):
    let_pass("2026-03-09 15:30")
    before = set(Breach.objects.values_list("pk", "broken_at"))
    ask(complaint, UNHAPPY, firm.people["hotline-agent"], "2026-03-09 16:00")
    bad = BadAnswer.objects.get()
    assert bad.false_completion
    assert bad.before == firm.units["network"]
    complaint.refresh_from_db()
    assert complaint.docket.handling_unit == firm.units["network"]
    assert before <= set(Breach.objects.values_list("pk", "broken_at")), "the first breach stays"
    # the ledger asks for a proceeding, once
    assert open_proceedings(now=at("2026-03-09 16:01")) == 1
    assert open_proceedings(now=at("2026-03-09 16:02")) == 0
    proceeding = Proceeding.objects.get()
    assert proceeding.ground == Ground.FALSE_COMPLETION
    assert [p.unit for p in proceeding.parts.all()] == [firm.units["network"]]


def test_a_hand_over_after_the_answer_does_not_move_what_it_falls_on(firm, complaint):
    ask(complaint, UNHAPPY, firm.people["hotline-agent"], "2026-03-09 16:00")
    hand_over(case=complaint, to=firm.units["clerk"], by=None, now=at("2026-03-09 16:05"))
    assert open_proceedings(now=at("2026-03-09 16:10")) == 1
    proceeding = Proceeding.objects.get()
    assert [p.unit for p in proceeding.parts.all()] == [firm.units["network"]]
    assert derived_again(proceeding=proceeding)[1]


def test_who_handled_it_does_not_keep_the_callback_on_his_own_list(firm, complaint):
    [due] = due_of(firm, "hotline-agent")
    with pytest.raises(Refused, match="cannot make this follow-up"):
        take(obligation=due.obligation, officer=firm.people["network"], now=at("2026-03-09 16:00"))
    assert not Assignment.objects.exists()


def test_a_closed_case_waits_for_those_who_accepted_it(firm, complaint):
    Case.objects.filter(pk=complaint.pk).update(closed_at=at("2026-03-10 09:00"))
    complaint.refresh_from_db()
    complaint.docket.closed_at = at("2026-03-10 09:00")
    complaint.docket.save(update_fields=["closed_at"])
    rating = Rating.objects.create(
        organisation=firm.company, case=complaint, satisfied=False, score=1, solved=False,
        via="link", at=at("2026-03-11 09:00"),
    )  # fmt: skip
    bad = raise_bad_answer(rating=rating, now=at("2026-03-11 09:00"))
    assert bad.reopened is None
    with pytest.raises(RefusedByRule):
        decide_bad_answer(
            bad=bad, reopen=False, by=firm.people["network"], remark="无需",
            now=at("2026-03-11 10:00"),
        )  # fmt: skip
    decide_bad_answer(
        bad=bad, reopen=True, by=firm.people["hotline-agent"], remark="重新处理",
        now=at("2026-03-11 10:00"),
    )  # fmt: skip
    complaint.refresh_from_db()
    assert complaint.closed_at is None
    assert complaint.docket.handling_unit == firm.units["network"]


def test_not_done_told_by_a_link_opens_accountability_too(firm, complaint):
    told = {"satisfied": False, "score": 1, "solved": False, "via": "link"}
    moment = at("2026-03-11 09:00")
    let_pass("2026-03-11 09:00")
    rating = Rating.objects.create(organisation=firm.company, case=complaint, at=moment, **told)
    bad = raise_bad_answer(rating=rating, now=moment)
    assert open_proceedings(now=at("2026-03-11 09:01")) == (1 if bad.false_completion else 0)
    assert bad.false_completion
    proceeding = Proceeding.objects.get()
    assert (proceeding.ground, proceeding.evidence) == (Ground.FALSE_COMPLETION, None)
    assert derived_again(proceeding=proceeding)[1]


def test_what_was_decided_does_not_push_out_what_waits(firm, complaint):
    made = []
    for day in (10, 11):
        moment = at(f"2026-03-{day} 09:00")
        rating = Rating.objects.create(
            organisation=firm.company, case=complaint, satisfied=False, score=1, solved=True,
            via="link", at=moment,
        )  # fmt: skip
        made.append(raise_bad_answer(rating=rating, now=moment))
    BadAnswer.objects.filter(pk=made[1].pk).update(decided_at=None, reopened=None)
    [waits] = undecided(company=firm.company, cases=Case.objects.all())
    [over] = decided(company=firm.company, cases=Case.objects.all(), since=at("2026-03-01"))
    assert (waits, over) == (made[1], made[0])


def test_rates_stand_on_their_base(firm, complaint):
    moments = {"begin": "2026-03-01", "end": "2026-04-01", "now": "2026-03-09 16:00"}
    moved = {name: at(moment) for name, moment in moments.items()}
    span = RateSpan(company=firm.company, regulation=regulation(firm), **moved)
    [company, network] = rates(span=span)
    assert (company.due, company.reached, company.rated) == (1, 0, 0)
    assert company.satisfaction is None, "no rating is not nought per cent"
    ask(complaint, UNHAPPY, firm.people["hotline-agent"], "2026-03-09 16:00")
    [company, network] = rates(span=span)
    assert (company.due, company.reached, company.rated, company.satisfied) == (1, 1, 1, 0)
    assert network.unit == firm.units["network"].pk
    assert network.false_completions == 1
