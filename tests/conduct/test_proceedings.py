"""Accountability from the breach to the deduction: divided, served, rebutted, decided, frozen."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from chengnuo.callbacks.answers import raise_bad_answer
from chengnuo.callbacks.services import CustomerWord, rate
from chengnuo.cases.casework.services import hand_over, say
from chengnuo.cases.models import Case
from chengnuo.conduct.access import standing_in
from chengnuo.conduct.answers import in_ledger
from chengnuo.conduct.models import Deduction, Ground, Opinion, Proceeding
from chengnuo.conduct.opening import OPENING, open_proceedings
from chengnuo.conduct.proceeding import rebuttal_of
from chengnuo.conduct.queries import opinions_on
from chengnuo.conduct.services import (
    derived_again,
    give_opinion,
    open_on_answer,
    open_on_breach,
    rebut,
    serve,
)
from chengnuo.conduct.signing import Verdict, sign_off
from chengnuo.conduct.statements import of_answer, of_breach
from chengnuo.doors.jobs.deliver import deliver
from chengnuo.ledger.models import Entry, SetAside
from chengnuo.ledger.queries import history, verify
from chengnuo.ledger.services import Fact, record
from chengnuo.obligations.held import answering, of_unit
from chengnuo.obligations.models import Breach, Evidence
from chengnuo.obligations.services import RefusedByRule
from chengnuo.packs.loader import load
from chengnuo.packs.reading import POLICIES
from chengnuo.people.house import dismiss
from chengnuo.people.models import Holding
from chengnuo.people.models import Message as Told
from chengnuo.people.queries import posts_of
from chengnuo.people.services import appoint, hire, open_post
from chengnuo.rules.accountability import PARTS
from chengnuo.rules.refusing import NotYours, Refused
from tests.companies import house
from tests.conduct.matters import as_stated, breach_of, decide, opinion_of, passed_on
from tests.obligations.matter import let_pass
from tests.rules.world import at
from tests.submitting import fill_case


@pytest.fixture
def firm(db):
    return house("gas-appliance")


@pytest.fixture
def opinion(firm) -> Case:
    case = opinion_of(firm)
    passed_on(firm, case)
    return case


@pytest.fixture
def breach(opinion) -> Breach:
    return breach_of(opinion)


@pytest.fixture
def proceeding(firm, breach) -> Proceeding:
    return open_on_breach(
        breach=breach, by=firm.people["hr"], now=at("2026-03-20 10:00"), reason="经核实，需追究"
    )


def speak(firm, proceeding, who, words, moment, unit=None):
    return give_opinion(
        proceeding=proceeding, unit=firm.units[unit or who], by=firm.people[who], words=words,
        now=at(moment),
    )  # fmt: skip


def test_a_breach_is_divided_between_the_units_that_held_its_clock(firm, proceeding):
    parts = {p.unit.name_zh: p for p in proceeding.parts.select_related("unit")}
    assert set(parts) == {"maintenance", "technician"}
    assert sum(p.share for p in parts.values()) == PARTS
    assert parts["maintenance"].staff == firm.people["maintenance"]
    stated = json.loads(proceeding.statement)
    assert sum(p.points for p in parts.values()) == stated["points"] == 200
    assert sum(p.fen for p in parts.values()) == stated["fen"] == 100_00
    assert parts["technician"].seconds > parts["maintenance"].seconds


def test_the_same_breach_opens_one_proceeding(firm, breach, proceeding):
    again = open_on_breach(
        breach=breach, by=firm.people["hr"], now=at("2026-03-21 10:00"), reason="经核实，需追究"
    )
    assert again == proceeding
    assert Case.objects.filter(service="accountability-case").count() == 1


def test_another_breach_opens_another_proceeding(firm, breach, proceeding):
    second = opinion_of(firm, "opinion-2")
    passed_on(firm, second)
    by, now = firm.people["hr"], at("2026-03-21 10:00")
    other = open_on_breach(breach=breach_of(second), by=by, now=now, reason="经核实，需追究")
    assert other != proceeding
    assert (other.breach_id, other.origin) == (breach_of(second).pk, second)
    assert open_on_breach(breach=breach, by=by, now=now, reason="经核实，需追究") == proceeding


def test_where_no_event_stands_for_an_opinion_the_ledger_keeps_it(db, tmp_path):
    """A pack whose accountability names no `proposed`."""
    folder = Path(shutil.copytree(POLICIES / "gas-appliance", tmp_path / "own"))
    words = (folder / "accountability.yaml").read_text(encoding="utf-8")
    without = words.replace("  proposed: accountability.proposed\n", "")
    assert without != words
    (folder / "accountability.yaml").write_text(without, encoding="utf-8")
    firm = house(load(str(folder)))
    case = opinion_of(firm)
    passed_on(firm, case)
    row = open_on_breach(
        breach=breach_of(case),
        by=firm.people["hr"],
        now=at("2026-03-20 10:00"),
        reason="经核实，需追究",
    )
    serve(proceeding=row, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    speak(firm, row, "technician", "情况属实", "2026-03-23 10:00")
    [given] = [e for e in history(subject=row.case.docket_id) if e.kind == "opinion.given"]
    assert given.actor_id == firm.people["technician"].pk
    assert given.data["words"] == "情况属实"


def test_the_way_to_a_signed_statement(firm, proceeding):
    hr, technician = firm.people["hr"], firm.people["technician"]
    # the statement is served, and everybody concerned is told
    serve(proceeding=proceeding, by=hr, now=at("2026-03-20 11:00"))
    right = rebuttal_of(proceeding=proceeding)
    assert right is not None
    assert right.due_at == at("2026-03-25 17:30"), "three working days: Monday, Tuesday, Wednesday"
    # one rebuts, the department gives its opinion
    part = proceeding.parts.get(staff=technician)
    rebut(part=part, by=technician, words="两天没有配件", now=at("2026-03-23 09:00"))
    speak(firm, proceeding, "technician", "情况属实", "2026-03-23 10:00")
    # HR cannot sign before the other's time is over, nor before it has decided
    with pytest.raises(Refused, match="open until"):
        sign_off(
            proceeding=proceeding, verdict=as_stated(proceeding), by=hr, now=at("2026-03-24 09:00")
        )
    with pytest.raises(Refused, match="final opinion"):
        sign_off(
            proceeding=proceeding, verdict=as_stated(proceeding), by=hr, now=at("2026-03-26 09:00")
        )
    decide(proceeding, firm)
    # half of the points: the rebuttal is accepted, and it is said why
    halved = Verdict(
        points=100,
        shares={p.pk: p.share for p in proceeding.parts.all()},
        accepted=frozenset({part.pk}),
    )
    with pytest.raises(Refused, match="enter the reason"):
        sign_off(proceeding=proceeding, verdict=halved, by=hr, now=at("2026-03-26 11:00"))
    told = Verdict(points=100, shares=halved.shares, accepted=halved.accepted, remark="缺配件属实")
    signed = sign_off(proceeding=proceeding, verdict=told, by=hr, now=at("2026-03-26 11:00"))
    # what falls on whom stands for ever, in the month of the decision
    taken = Deduction.objects.filter(part__proceeding=signed)
    assert sum(d.points for d in taken) == 100
    assert sum(d.fen for d in taken) == 50_00
    assert {f"{d.month:%Y-%m}" for d in taken} == {"2026-03"}
    assert signed.signed_by == hr
    assert "proceeding.signed" in [e.kind for e in history(subject=signed.case.docket_id)]
    assert verify(organisation_id=firm.company.pk) == []


def test_what_was_served_reaches_everybody_concerned(firm, proceeding):
    serve(proceeding=proceeding, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    deliver(now=at("2026-03-20 11:01"))
    told = {(m.staff, m.link) for m in Told.objects.filter(kind="served")}
    docket = str(proceeding.case.docket_id)
    assert told == {(firm.people[who], docket) for who in ("maintenance", "technician")}


def test_who_heads_a_department_does_not_judge_what_falls_on_it(firm, proceeding):
    hr = firm.people["hr"]
    posts = posts_of(staff=hr, at=at("2026-03-20 11:00"))
    assert standing_in(proceeding=proceeding, staff=hr, posts=posts).decides
    part = proceeding.parts.get(staff=firm.people["technician"])
    part.unit, part.staff = firm.units["hr"], None  # the seat was vacant
    part.save()
    assert not standing_in(proceeding=proceeding, staff=hr, posts=posts).decides


def test_nobody_concerned_makes_the_decision_either(firm, proceeding):
    technician = firm.people["technician"]
    serve(proceeding=proceeding, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    speak(firm, proceeding, "technician", "情况属实", "2026-03-23 10:00")
    appoint(staff=technician, post=firm.posts["hr"], now=at("2026-03-21 09:00"))
    raw = {
        "outcome": "decided", "verification": "已核实", "confirmed": "false",
        "complaint_caused": "false", "customer_loss": "false", "final": "不予追究",
    }  # fmt: skip
    told = {"token": "final-1", "now": at("2026-03-26 10:00")}
    with pytest.raises(RefusedByRule, match="someone else in the deciding department"):
        fill_case(proceeding.case, "final-opinion", raw, by=technician, **told)
    fill_case(proceeding.case, "final-opinion", raw, by=firm.people["hr"], **told)
    assert Evidence.objects.filter(form="final-opinion").count() == 1


def test_nobody_judges_in_his_own_matter_and_only_hr_signs(firm, proceeding):
    serve(proceeding=proceeding, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    decide(proceeding, firm)
    for who in ("technician", "maintenance", "agent"):
        with pytest.raises(NotYours):
            sign_off(
                proceeding=proceeding, verdict=as_stated(proceeding),
                by=firm.people[who], now=at("2026-03-27 09:00"),
            )  # fmt: skip
    appoint(staff=firm.people["technician"], post=firm.posts["hr"], now=at("2026-03-21 09:00"))
    with pytest.raises(NotYours):
        sign_off(
            proceeding=proceeding, verdict=as_stated(proceeding),
            by=firm.people["technician"], now=at("2026-03-27 09:00"),
        )  # fmt: skip


def test_every_department_gives_its_opinion_and_the_newest_of_each_counts(firm, proceeding):
    speak(firm, proceeding, "technician", "情况属实", "2026-03-23 10:00")
    speak(firm, proceeding, "maintenance", "已转出", "2026-03-23 11:00")
    speak(firm, proceeding, "technician", "情况属实，已整改", "2026-03-24 10:00")
    # twice the same is once
    speak(firm, proceeding, "technician", "情况属实，已整改 ", "2026-03-24 10:01")
    given = opinions_on(proceeding=proceeding)
    assert [(o.unit.name_zh, o.words, counts) for o, counts in given] == [
        ("technician", "情况属实", False),
        ("maintenance", "已转出", True),
        ("technician", "情况属实，已整改", True),
    ]
    kinds = [e.kind for e in history(subject=proceeding.case.docket_id)]
    assert kinds.count("accountability.proposed") == 3


@pytest.mark.parametrize(
    ("who", "unit", "words", "wrong", "told"),
    [
        ("technician", "maintenance", "情况属实", NotYours, "head of the department"),
        ("hr", "technician", "情况属实", NotYours, "head of the department"),
        ("technician", "technician", " ", Refused, "Enter the opinion"),
    ],
)
def test_an_opinion_is_given_in_words_by_the_head_of_a_department_concerned(
    firm, proceeding, who, unit, words, wrong, told
):
    with pytest.raises(wrong, match=told):
        speak(firm, proceeding, who, words, "2026-03-23 10:00", unit=unit)


def test_an_opinion_stays_and_there_is_none_after_the_signature(firm, proceeding):
    serve(proceeding=proceeding, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    given = speak(firm, proceeding, "technician", "情况属实", "2026-03-23 10:00")
    decide(proceeding, firm)
    sign_off(
        proceeding=proceeding, verdict=as_stated(proceeding),
        by=firm.people["hr"], now=at("2026-03-27 09:00"),
    )  # fmt: skip
    with pytest.raises(Refused, match="signed or withdrawn"):
        speak(firm, proceeding, "maintenance", "已转出", "2026-03-28 10:00")
    late = {"unit": given.unit, "by": given.by, "words": "补充", "at": at("2026-03-28 10:00")}
    for change in (
        lambda: Opinion.objects.update(words="无责"),
        lambda: Opinion.objects.all().delete(),
        lambda: Opinion.objects.create(proceeding=proceeding, **late),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("moment", "who", "words", "wrong"),
    [
        ("2026-03-25 18:00", "technician", "没有配件", Refused),  # the time is over
        ("2026-03-23 09:00", "technician", " ", Refused),
        ("2026-03-23 09:00", "maintenance", "没有配件", NotYours),  # not his part
    ],
)
def test_a_rebuttal_is_in_time_in_words_and_ones_own(firm, proceeding, moment, who, words, wrong):
    serve(proceeding=proceeding, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    part = proceeding.parts.get(staff=firm.people["technician"])
    with pytest.raises(wrong):
        rebut(part=part, by=firm.people[who], words=words, now=at(moment))


def test_a_right_that_was_not_used_lapses_and_is_no_breach(firm, proceeding):
    serve(proceeding=proceeding, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    let_pass("2026-03-30 09:00")
    right = rebuttal_of(proceeding=proceeding)
    assert right is not None
    assert (right.broken_at, right.voided_at) == (None, at("2026-03-25 17:30"))


@pytest.mark.parametrize("given", [[], [5_000], [10_000, 1], [9_999, 0]])
def test_shares_must_be_everybodys_and_the_whole(firm, proceeding, given):
    serve(proceeding=proceeding, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    decide(proceeding, firm)
    parts = proceeding.parts.order_by("pk")
    shares = {part.pk: share for part, share in zip(parts, given, strict=False)}
    with pytest.raises(Refused, match="100"):
        sign_off(
            proceeding=proceeding, verdict=Verdict(points=200, shares=shares, remark="另定"),
            by=firm.people["hr"], now=at("2026-03-27 09:00"),
        )  # fmt: skip


def test_an_unfounded_violation_costs_nothing(firm, proceeding):
    serve(proceeding=proceeding, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    decide(proceeding, firm, confirmed=False)
    signed = sign_off(
        proceeding=proceeding, verdict=as_stated(proceeding),
        by=firm.people["hr"], now=at("2026-03-27 09:00"),
    )  # fmt: skip
    assert signed.confirmed is False
    assert not Deduction.objects.exists()


def test_a_proceeding_that_ended_without_a_decision_is_signed_and_costs_nothing(firm, proceeding):
    serve(proceeding=proceeding, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    say(
        case=proceeding.case, what="withdrawn", by=firm.people["hr"], reason="不属实",
        now=at("2026-03-26 10:00"),
    )  # fmt: skip
    signed = sign_off(
        proceeding=proceeding, verdict=as_stated(proceeding),
        by=firm.people["hr"], now=at("2026-03-27 09:00"),
    )  # fmt: skip
    assert signed.confirmed is False
    assert not Deduction.objects.exists()


def test_the_statement_is_derived_again_from_the_record_whatever_happened_since(firm, proceeding):
    # people come and go after the breach, the case is handed on and reopened
    newcomer = hire(
        badge="T-new", name="新人", organisation=firm.units["technician"], password=None,
        now=at("2026-03-21 09:00"),
    )  # fmt: skip
    appoint(staff=newcomer, post=firm.posts["technician"], now=at("2026-03-21 09:00"))
    dismiss(person=firm.people["technician"], by=firm.top, now=at("2026-03-22 09:00"))
    assert not Holding.objects.filter(staff=firm.people["technician"], until=None).exists()
    hand_over(case=proceeding.origin, to=firm.units["agent"], by=None, now=at("2026-03-23 10:00"))
    _, same = derived_again(proceeding=proceeding)
    assert same


def test_whoever_had_it_after_the_legal_moment_did_not_hold_its_clock(firm):
    units = [firm.units[role].pk for role in ("maintenance", "technician", "agent")]
    passed = ("2026-03-10 09:00", "2026-03-12 09:00")
    stays = [
        {"unit": unit, "role": "", "until": at(moment).isoformat()}
        for unit, moment in zip(units, passed, strict=False)
    ]
    stays.append({"unit": units[2], "role": ""})
    for end, holders in (
        ("2026-03-09 17:00", 1), ("2026-03-10 09:00", 1), ("2026-03-11 09:00", 2),
        ("2026-03-13 09:00", 3),
    ):  # fmt: skip
        found = answering(held=stays, start=at("2026-03-09 09:00"), end=at(end))
        assert [stay["unit"] for stay in found] == units[:holders], end
        assert all(stay["people"] for stay in found)


def test_no_post_made_later_changes_who_answered_then(firm, breach, proceeding):
    unit, moment = breach.unit, at("2026-03-21 09:00")
    later = open_post(
        organisation=unit, role=breach.role, title_zh="新设岗位", title_en="New", is_head=True,
        now=moment,
    )  # fmt: skip
    newcomer = hire(badge="T-new", name="新人", organisation=unit, password=None, now=moment)
    holding = appoint(staff=newcomer, post=later, now=moment)
    # he is even said to have sat there all the time
    Holding.objects.filter(pk=holding.pk).update(since=at("2026-01-01 09:00"))
    content, same = derived_again(proceeding=proceeding)
    assert same
    assert newcomer.pk not in {p for stay in content["held"] for p in stay["people"]}
    # of a record from before, the posts tell
    for stay in breach.record["held"]:
        del stay["people"]
    assert newcomer.pk in {
        p for stay in of_breach(breach=breach, tariff=content["tariff"])["held"]
        for p in stay["people"]
    }  # fmt: skip


def test_what_is_signed_cannot_be_changed(firm, proceeding):
    serve(proceeding=proceeding, by=firm.people["hr"], now=at("2026-03-20 11:00"))
    decide(proceeding, firm)
    sign_off(
        proceeding=proceeding, verdict=as_stated(proceeding),
        by=firm.people["hr"], now=at("2026-03-27 09:00"),
    )  # fmt: skip
    for change in (
        lambda: Proceeding.objects.update(confirmed=False),
        lambda: proceeding.parts.update(final_points=0),
        lambda: Deduction.objects.update(fen=0),
        lambda: Deduction.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def answered_on_a_form(case) -> Evidence:
    return Evidence.objects.create(
        id=UUID("01890000-0000-7000-8000-000000000001"),
        docket_id=case.docket_id, form="callback",
        digest=case.docket.release_id, data={}, at=at("2026-03-19 10:00"),
        filled_at=at("2026-03-19 10:00"), token="answer-1",
    )  # fmt: skip


def told_badly(case, evidence=None, dissatisfied=True, false_completion=False) -> Entry:
    """What the ledger tells of a bad answer; without a form it came by a link or a message."""
    case = Case.objects.select_related("docket").get(pk=case.pk)
    data = {
        "rating": 1, "evidence": str(evidence.pk) if evidence else None,
        "unit": case.docket.handling_unit_id, "dissatisfied": dissatisfied,
        "false_completion": false_completion, "held": None,
    }  # fmt: skip
    moment = at("2026-03-19 10:00")
    fact = Fact(kind="answer.bad", at=moment, subject=case.docket_id, data=data)
    with transaction.atomic():
        [entry] = record(organisation_id=case.organisation_id, facts=[fact], now=moment)
    return entry


def test_a_dissatisfied_answer_falls_on_who_had_the_matter_in_hand(firm, opinion):
    entry = told_badly(opinion, evidence=answered_on_a_form(opinion))
    opened = open_on_answer(entry=entry, by=None, now=at("2026-03-20 10:00"))
    [part] = opened.parts.all()
    assert (part.unit, part.staff) == (firm.units["technician"], firm.people["technician"])
    assert (part.share, part.points) == (PARTS, 300)
    assert derived_again(proceeding=opened)[1]


def test_an_answer_by_a_link_is_a_ground_too(firm, opinion):
    entry = told_badly(opinion, false_completion=True)
    hand_over(case=opinion, to=firm.units["agent"], by=None, now=at("2026-03-19 12:00"))
    opened = open_on_answer(entry=entry, by=None, now=at("2026-03-20 10:00"))
    assert (opened.ground, opened.evidence) == (Ground.FALSE_COMPLETION, None)
    [part] = opened.parts.all()
    assert part.unit == firm.units["technician"], "who had it in hand then"
    assert derived_again(proceeding=opened)[1]
    again = open_on_answer(
        entry=entry, by=firm.people["hr"], now=at("2026-03-21 10:00"), reason="经核实，需追究"
    )
    assert again == opened


def test_an_answer_on_which_none_can_be_opened_keeps_no_other_company_waiting(firm, opinion):
    told_badly(opinion, false_completion=True)
    other = house("gas-appliance", code="A", parent=firm.company)
    data = {
        "rating": 9, "evidence": None, "unit": None, "held": None, "dissatisfied": True,
        "false_completion": True,
    }  # fmt: skip
    nowhere = UUID("01890000-0000-7000-8000-000000000009")
    fact = Fact(kind="answer.bad", at=at("2026-03-19 10:00"), subject=nowhere, data=data)
    with transaction.atomic():
        record(organisation_id=other.company.pk, facts=[fact], now=at("2026-03-19 10:00"))
    assert open_proceedings(now=at("2026-03-20 10:00")) == 1
    aside = SetAside.objects.get(step=OPENING)
    assert (aside.organisation_id, aside.tries) == (other.company.pk, 1), "it is tried again"


def test_no_later_post_or_dismissal_changes_who_answers_for_an_answer(firm, opinion):
    said = CustomerWord(satisfied=False, score=1, solved=False, words="没有人来")
    moment, later = at("2026-03-19 10:00"), at("2026-03-21 09:00")
    rating = rate(case=opinion, said=said, via="sms", now=moment, by=None)
    raise_bad_answer(rating=rating, now=moment)
    entry = Entry.objects.get(kind="answer.bad")
    opened = open_on_answer(entry=entry, by=None, now=at("2026-03-20 10:00"))
    unit = firm.units["technician"]
    newcomer = hire(badge="T-new", name="新人", organisation=unit, password=None, now=later)
    holding = appoint(staff=newcomer, post=firm.posts["technician"], now=later)
    # he is even said to have sat there all the time
    Holding.objects.filter(pk=holding.pk).update(since=at("2026-01-01 09:00"))
    dismiss(person=firm.people["technician"], by=firm.top, now=later)
    content, same = derived_again(proceeding=opened)
    assert same
    assert [stay["people"] for stay in content["held"]] == [[firm.people["technician"].pk]]
    # with the people left out, as in an entry from before, the posts tell
    answer = in_ledger(entry=entry, ground=Ground.DISSATISFIED)
    answer = replace(answer, held=[of_unit(unit.pk)])
    content = of_answer(answer=answer, tariff=content["tariff"])
    assert newcomer.pk in content["held"][0]["people"]


def test_an_answer_that_accuses_nobody_is_no_ground(firm, opinion):
    entry = told_badly(opinion, dissatisfied=False)
    with pytest.raises(Refused, match="no ground"):
        open_on_answer(
            entry=entry, by=firm.people["hr"], now=at("2026-03-20 10:00"), reason="经核实，需追究"
        )


def test_an_agent_starts_no_proceeding_on_an_answer(firm, opinion):
    firm.posts["agent"].is_head = False
    firm.posts["agent"].save()
    with pytest.raises(NotYours):
        open_on_answer(
            entry=told_badly(opinion),
            by=firm.people["agent"],
            now=at("2026-03-20 10:00"),
            reason="经核实，需追究",
        )
