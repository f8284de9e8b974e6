"""Filling forms: errors at their fields, gates with their clause, evidence, and one who wins."""

from datetime import timedelta
from hashlib import sha256
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from chengnuo.cases.casework.services import change_facts
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.ledger.queries import history, verify
from chengnuo.ledger.services import canonical
from chengnuo.obligations.models import Evidence, Obligation
from chengnuo.obligations.services import RefusedByRule, SomebodyWasFaster
from chengnuo.submissions.checks import FormHasErrors, NoSuchForm
from tests.companies import house, rule, small_pack
from tests.obligations.matter import let_pass
from tests.rules.world import at
from tests.submitting import fill_case

NOW = at("2026-03-09 10:00")
LATER = NOW + timedelta(hours=1)
IN_TIME = "kind: within, start: case.lodged, stop: repair.completed, limit: {amount: 2, unit: hour}"


@pytest.fixture
def firm(db, tmp_path):
    return house(small_pack(tmp_path, rule("repaired-soon", IN_TIME)))


@pytest.fixture
def leak(firm):
    return take(firm)


def take(firm, service="leak", **more):
    request = Request(service=service, channel="phone", narrative="冒水", token=service, **more)
    return lodge(company=firm.again(), request=request, at=NOW, now=NOW, by=firm.top)


def send(firm, case, form, *, token="t", now=LATER, version=None, by=None, **raw):
    return fill_case(case, form, raw, token=token, by=by or firm.top, now=now, version=version)


def errors(raised):
    return {name: text.en for name, text in raised.value.filled.errors.items()}


# -- what is filled in -----------------------------------------------------------------------------


def test_a_filled_form_is_evidence_and_keeps_its_promise(firm, leak):
    send(firm, leak, "repaired", done_at="2026-03-09 10:45", remark="换管")
    evidence = Evidence.objects.get()
    assert evidence.data == {"done_at": "2026-03-09T10:45:00+08:00", "remark": "换管"}
    assert (evidence.at, evidence.filled_at) == (at("2026-03-09 10:45"), LATER)
    assert evidence.events == ["repair.completed"]
    assert evidence.digest == leak.docket.release_id
    assert Obligation.objects.get().kept_at == at("2026-03-09 10:45"), "when it happened"


def test_the_form_that_tells_the_last_event_closes_the_case(firm, leak):
    send(firm, leak, "repaired", done_at="2026-03-09 10:45")
    leak.refresh_from_db()
    assert leak.closed_at is None
    send(firm, leak, "call", token="2")
    leak.refresh_from_db()
    assert leak.closed_at is not None


def test_the_ledger_holds_the_hash_of_the_evidence(firm, leak):
    send(firm, leak, "repaired", done_at="2026-03-09 10:45")
    evidence = Evidence.objects.get()
    entry = history(subject=leak.docket_id)[-1]
    assert entry.data["evidence"] == str(evidence.pk)
    assert entry.data["sha256"] == sha256(canonical(evidence.data).encode()).hexdigest()


def test_errors_stand_at_their_fields_and_what_was_right_is_kept(firm, leak):
    with pytest.raises(FormHasErrors) as raised:
        send(firm, leak, "repaired", done_at="soon", remark="换管", colour="red")
    assert errors(raised) == {
        "done_at": "A moment looks like 2026-09-30 16:00",
        "colour": "The form has no such field; open the form again",
    }
    assert raised.value.filled.values == {"remark": "换管"}
    assert Evidence.objects.count() == 0
    assert Case.objects.get().docket.version == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "This field is required."),
        ("2026-03-09 11:01", "Cannot lie in the future; write when it happened"),
        ("2026-03-09 09:59", "Cannot be before the time received. Check the date and time."),
        ("0001-01-01 00:00", "A year within 1900–2199"),
        ("9999-12-31 23:59", "A year within 1900–2199"),
    ],
)
def test_a_deed_lies_between_the_intake_and_now(firm, leak, typed, said):
    with pytest.raises(FormHasErrors) as raised:
        send(firm, leak, "repaired", done_at=typed)
    assert errors(raised) == {"done_at": said}


def test_an_unknown_form_is_refused(firm, leak):
    with pytest.raises(NoSuchForm):
        send(firm, leak, "no-such-form")


def test_a_nul_in_a_text_is_left_out(firm, leak):
    send(firm, leak, "repaired", done_at="2026-03-09 10:45", remark="换\0管")
    assert Evidence.objects.get().data["remark"] == "换管"


# -- what may not be -------------------------------------------------------------------------------


def test_a_form_whose_turn_has_not_come_is_refused(firm, leak):
    with pytest.raises(RefusedByRule) as refused:
        send(firm, leak, "call")
    assert refused.value.refusals[0].title.zh == "回访登记"


def test_a_form_that_is_done_is_refused(firm, leak):
    send(firm, leak, "arrival", token="1")
    with pytest.raises(RefusedByRule):
        send(firm, leak, "arrival", token="2")


def test_the_form_of_a_duty_does_not_fit_a_case(firm, leak):
    with pytest.raises(NoSuchForm):
        send(firm, leak, "bulletin", figure="3")


def test_a_gate_refuses_with_its_clause_and_nothing_is_written(db, tmp_path):
    gate = rule("first-arrive", "kind: gate, before: [repair.completed], until: crew.arrived")
    firm = house(small_pack(tmp_path, gate))
    leak = take(firm)
    with pytest.raises(RefusedByRule) as refused:
        send(firm, leak, "repaired", done_at="2026-03-09 10:45")
    (why,) = refused.value.refusals
    assert (why.rule, why.missing.en) == ("first-arrive", "Needed first: Arrived")
    assert "第一条" in why.clause.zh
    assert Evidence.objects.count() == 0
    send(firm, leak, "arrival")
    send(firm, leak, "repaired", token="2", done_at="2026-03-09 11:00")
    assert Evidence.objects.count() == 2


def test_forbidden_words_are_named_with_their_clause(db):
    """S3.1: no guess about a meter before the laboratory's report."""
    firm = house("water-company")
    meter = take(firm, "meter-verification")
    agent = firm.people["hotline-agent"]
    with pytest.raises(FormHasErrors) as raised:
        send(firm, meter, "first-reply", by=agent, canned="no", content="可能是水表坏了")
    (said,) = errors(raised).values()
    assert "“可能是” must not be used" in said
    assert "S3.1" in said or "Customer follow-up" in said
    said = "已送检，以检定报告为准"
    send(firm, meter, "first-reply", token="2", by=agent, canned="no", content=said)


def test_a_form_is_filled_by_those_whom_the_pack_names(db):
    """F-20 and the canned reply are the hotline's, not the network department's."""
    firm = house("water-company")
    meter = take(firm, "meter-verification")
    with pytest.raises(RefusedByRule) as raised:
        send(firm, meter, "first-reply", by=firm.people["network"], canned="yes")
    (refusal,) = raised.value.refusals
    assert "Hotline agent" in refusal.missing.en
    assert not Evidence.objects.exists()
    send(firm, meter, "first-reply", by=firm.people["hotline-agent"], canned="yes")
    assert Evidence.objects.count() == 1


def test_a_time_agreed_in_the_past_is_refused_at_its_field(db, tmp_path):
    form = """
forms:
  book:
    title: {zh: 预约, en: Booking}
    processes: [repair]
    after: case.lodged
    emits: appointment.agreed
    fields: [{id: when, type: moment, title: {zh: 时间, en: When}, required: true, fact: agreed_at}]
"""
    words = f"{IN_TIME}, appointment: {{event: appointment.agreed, fact: agreed_at}}"
    folder = tmp_path / "small-1"
    folder.mkdir()
    (folder / "book.yaml").write_text(form, encoding="utf-8")
    firm = house(small_pack(tmp_path, rule("repaired-soon", words)))
    leak = take(firm)
    with pytest.raises(FormHasErrors) as raised:
        send(firm, leak, "book", when="2025-03-12 09:00")
    assert errors(raised) == {"when": "The agreed time has passed. Agree another."}
    send(firm, leak, "book", token="2", when="2026-03-12 09:00")
    assert Obligation.objects.get().due_at == at("2026-03-12 09:00")


# -- twice, and at once ----------------------------------------------------------------------------


def test_the_same_submission_twice_is_one(firm, leak):
    first = send(firm, leak, "arrival", token="same")
    again = send(firm, leak, "arrival", token="same")
    assert first.pk == again.pk
    assert Evidence.objects.count() == 1
    assert len(history(subject=leak.docket_id)) == 2


def test_a_token_of_another_case_does_not_swallow_a_form(firm, leak):
    request = Request(service="leak", channel="phone", narrative="又", token="other")
    other = lodge(company=firm.again(), request=request, at=NOW, now=NOW, by=firm.top)
    send(firm, leak, "arrival", token="same")
    send(firm, other, "arrival", token="same")
    assert [c.docket.evidence.count() for c in (leak, other)] == [1, 1]


def test_who_read_an_older_version_is_told_that_somebody_was_faster(firm, leak):
    read = leak.docket.version
    send(firm, leak, "arrival", token="1", version=read)
    with pytest.raises(SomebodyWasFaster):
        send(firm, leak, "repaired", token="2", version=read, done_at="2026-03-09 10:45")
    assert Evidence.objects.count() == 1
    fresh = Case.objects.get(pk=leak.pk)
    send(
        firm, fresh, "repaired", token="3", version=fresh.docket.version, done_at="2026-03-09 10:45"
    )


def test_the_worker_does_not_get_in_the_way_of_a_form(firm, leak):
    """Time passing is not somebody: a breach that the worker noted refuses nobody's form."""
    read = leak.docket.version
    let_pass("2026-03-09 13:00")
    late = at("2026-03-09 14:00")
    send(firm, leak, "repaired", version=read, done_at="2026-03-09 13:30", now=late)
    held = Obligation.objects.get()
    assert (held.broken_at, held.kept_at) == (at("2026-03-09 12:00"), at("2026-03-09 13:30"))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two connections at once")
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins(tmp_path):
    firm = house(small_pack(tmp_path, rule("repaired-soon", IN_TIME)))
    leak = take(firm)
    read, start, outcomes = leak.docket.version, Barrier(6), []

    def press(number):
        start.wait()
        try:
            send(firm, leak, "arrival", token=f"t{number}", version=read)
            outcomes.append("won")
        except SomebodyWasFaster:
            outcomes.append("told")
        finally:
            connections.close_all()

    threads = [Thread(target=press, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["told"] * 5 + ["won"]
    assert Evidence.objects.count() == 1
    assert verify(organisation_id=firm.company.pk) == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two connections at once")
@pytest.mark.django_db(transaction=True)
def test_the_same_click_from_many_threads_is_one_case_and_one_form(tmp_path):
    firm = house(small_pack(tmp_path, rule("repaired-soon", IN_TIME)))
    start, found = Barrier(6), []

    def press():
        start.wait()
        try:
            case = take(firm)
            send(firm, case, "arrival", token="same")
            found.append(case.pk)
        finally:
            connections.close_all()

    threads = [Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1
    assert (Case.objects.count(), Evidence.objects.count()) == (1, 1)
    assert verify(organisation_id=firm.company.pk) == []


# -- facts -----------------------------------------------------------------------------------------


def test_facts_are_put_right_with_a_reason(db):
    firm = house("water-company")
    pipe = take(firm, "pipe-repair", facts={"area": "urban", "diameter_mm": 300})
    change_facts(
        case=pipe,
        facts={"diameter_mm": 700},
        by=firm.people["hotline-agent"],
        now=LATER,
        reason="量错了",
    )
    held = Obligation.objects.get(rule="pipe-repaired")
    assert held.due_at == NOW + timedelta(hours=38)
    entry = history(subject=pipe.docket_id)[-1]
    assert (entry.data["why"], entry.data["facts"]) == ("量错了", {"diameter_mm": 700})


# -- moments ---------------------------------------------------------------------------------------


def test_people_type_minutes(firm):
    """Taken in at 10:00:20, done "at 10:00": that is no deed from before the intake."""
    request = Request(service="leak", channel="phone", narrative="冒水", token="t")
    begun = NOW + timedelta(seconds=20)
    leak = lodge(company=firm.again(), request=request, at=begun, now=begun, by=firm.top)
    send(firm, leak, "repaired", done_at="2026-03-09 10:00")
    assert Obligation.objects.get().kept_at == begun


def test_a_deed_does_not_come_before_what_it_follows(db, tmp_path):
    form = """
forms:
  checked:
    title: {zh: 验收, en: Check}
    processes: [repair]
    after: repair.completed
    emits: bulletin.sent
    fields: [{id: at, type: moment, title: {zh: 时间, en: At}, required: true, is: event_time}]
"""
    (tmp_path / "small-1").mkdir()
    (tmp_path / "small-1" / "checked.yaml").write_text(form, encoding="utf-8")
    firm = house(small_pack(tmp_path, rule("repaired-soon", IN_TIME)))
    leak = take(firm)
    send(firm, leak, "repaired", token="1", done_at="2026-03-09 10:30")
    with pytest.raises(FormHasErrors) as raised:
        send(firm, leak, "checked", token="2", at="2026-03-09 10:29")
    assert errors(raised) == {"at": "Cannot be before “Repaired”. Check the date and time."}
    send(firm, leak, "checked", token="3", at="2026-03-09 10:30")
