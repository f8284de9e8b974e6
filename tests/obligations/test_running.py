"""Running promises in the database: due moments with proof, verdicts, and what moves them."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from chengnuo.ledger.aside import let_try
from chengnuo.ledger.kinds import WrongPayload
from chengnuo.ledger.models import Entry, SetAside
from chengnuo.obligations.models import Breach, Obligation
from chengnuo.obligations.owners import Owner, owner_of
from chengnuo.obligations.services import RefusedByRule, SomebodyWasFaster, locked
from chengnuo.obligations.ticking import tick
from chengnuo.people.services import relieve
from tests.companies import house, rule, small_pack
from tests.obligations.matter import Matter, let_pass
from tests.rules.world import at

PAUSE = (
    "pause: [{reason: customer-absent, title: {zh: 不遇, en: Absent}, proof: {zh: 单号, en: Slip}, "
    "cap: {amount: 5, unit: hour}, approver: service}]"
)
REPAIRED = "kind: within, start: case.lodged, stop: repair.completed"
TWO_HOURS = f"{REPAIRED}, limit: {{amount: 2, unit: hour}}, owed_by: network"


def small(folder, rules, **more):
    return house(small_pack(folder, rules, **more))


# -- the water company's own rules -----------------------------------------------------------------


def test_a_pipe_of_dn700_is_due_after_38_hours_and_the_proof_is_stored(db):
    """S3.1 六.6(4), reported on the eve of National Day: hours run on through the holidays."""
    leak = Matter(house(), "pipe-repair", "2026-09-30 16:00", diameter_mm=700, area="urban")
    repair = leak["pipe-repaired"]
    assert repair.due_at == at("2026-10-02 06:00")
    assert leak["crew-arrived"].due_at == at("2026-09-30 16:30")
    assert repair.act_by == repair.due_at
    assert repair.unpublished == []
    proof = repair.proof
    assert "六.6(4)" in proof["clause"]["zh"]
    assert "38" in proof["sentence"]["zh"]
    assert "2026" in proof["sentence"]["en"]
    assert proof["segments"][0]["from"].startswith("2026-09-30T16:00")
    assert proof["digest"] == leak.docket.release_id


def test_an_unknown_diameter_is_held_to_the_shortest_until_it_is_known(db):
    leak = Matter(house(), "pipe-repair", "2026-03-09 10:00", area="urban")
    assert leak["pipe-repaired"].due_at == at("2026-03-10 10:00")
    assert leak["pipe-repaired"].proof["unknown"] == ["diameter_mm"]
    leak.happens("facts.changed", "2026-03-09 12:00", diameter_mm=900)
    repair = leak["pipe-repaired"]
    assert repair.due_at == at("2026-03-11 10:00"), "48 hours from the same start"
    assert "48" in repair.proof["sentence"]["zh"], "and the proof is made anew"
    (moved,) = leak.decided("moved")
    assert (moved["key"], moved["why"]) == ("pipe-repaired#1", "facts")
    assert leak.is_sound()


@pytest.mark.parametrize("name", ["moon.landed", "case.urgd"])
def test_what_neither_pack_nor_room_names_does_not_happen(db, name):
    leak = Matter(house(), "pipe-repair", "2026-09-30 16:00", diameter_mm=700, area="urban")
    told = Entry.objects.count()
    with pytest.raises(WrongPayload, match=name):
        leak.happens(name, "2026-09-30 17:00")
    assert Entry.objects.count() == told


def test_a_verdict_stays_when_the_facts_are_put_right_afterwards(db):
    leak = Matter(house(), "pipe-repair", "2026-03-09 10:00", area="urban", diameter_mm=300)
    let_pass("2026-03-10 12:00")
    leak.happens("facts.changed", "2026-03-10 13:00", diameter_mm=900)
    repair = leak["pipe-repaired"]
    assert (repair.due_at, repair.broken_at) == (at("2026-03-10 10:00"), at("2026-03-10 10:00"))


# -- broken and kept are two facts -----------------------------------------------------------------


def test_a_breach_is_dated_at_its_legal_moment_however_late_it_is_noticed(db):
    leak = Matter(house(), "pipe-repair", "2026-03-09 10:00", area="urban", diameter_mm=300)
    let_pass("2026-03-14 03:00")
    repair = leak["pipe-repaired"]
    assert repair.broken_at == repair.due_at == at("2026-03-10 10:00")
    breach = Breach.objects.get(obligation=repair)
    assert (breach.broken_at, breach.detected_at) == (
        at("2026-03-10 10:00"),
        at("2026-03-14 03:00"),
    )
    assert "六.6(4)" in breach.clause_zh
    assert breach.digest == leak.docket.release_id
    assert breach.unit_id == repair.unit_id == leak.house.units["crew"].pk


def test_kept_late_is_both(db, tmp_path):
    leak = Matter(
        small(tmp_path, rule("repaired-soon", f"{REPAIRED}, limit: {{amount: 2, unit: hour}}")),
        "leak",
        "2026-03-09 10:00",
    )
    leak.happens("repair.completed", "2026-03-09 13:00")
    held = leak["repaired-soon"]
    assert (held.broken_at, held.kept_at) == (at("2026-03-09 12:00"), at("2026-03-09 13:00"))
    assert len(leak.breaches()) == 1
    assert leak.decided("kept")[0]["late"] is True


def test_done_at_the_very_moment_is_in_time(db, tmp_path):
    leak = Matter(
        small(tmp_path, rule("repaired-soon", f"{REPAIRED}, limit: {{amount: 2, unit: hour}}")),
        "leak",
        "2026-03-09 10:00",
    )
    let_pass("2026-03-09 12:00")
    assert leak["repaired-soon"].broken_at is None
    leak.happens("repair.completed", "2026-03-09 12:00")
    assert leak["repaired-soon"].broken_at is None
    let_pass("2026-03-10 12:00")
    assert leak.breaches() == []


def test_nothing_is_broken_twice(db, tmp_path):
    leak = Matter(
        small(tmp_path, rule("repaired-soon", f"{REPAIRED}, limit: {{amount: 2, unit: hour}}")),
        "leak",
        "2026-03-09 10:00",
    )
    for moment in ("2026-03-09 12:01", "2026-03-09 12:02", "2026-03-10 12:00"):
        let_pass(moment)
    leak.happens("repair.completed", "2026-03-10 13:00")
    assert len(leak.breaches()) == 1
    assert len(leak.decided("broken")) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE obligations_breach SET broken_at = detected_at",
        "DELETE FROM obligations_breach",
        "DELETE FROM obligations_obligation",
    ],
)
def test_a_breach_is_for_ever(db, tmp_path, statement):
    leak = Matter(
        small(tmp_path, rule("repaired-soon", f"{REPAIRED}, limit: {{amount: 2, unit: hour}}")),
        "leak",
        "2026-03-09 10:00",
    )
    let_pass("2026-03-09 13:00")
    with pytest.raises(DatabaseError), transaction.atomic():
        _run(statement)
    assert len(leak.breaches()) == 1


def _run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        # Foreign keys are checked when the transaction ends: ask for it now.
        connection.check_constraints()


# -- pauses ----------------------------------------------------------------------------------------


@pytest.fixture
def paused(db, tmp_path):
    """Ten hours to repair; at eleven the customer is not there, and a pause is asked for."""
    words = f"{REPAIRED}, limit: {{amount: 10, unit: hour}}, {PAUSE}"
    leak = Matter(small(tmp_path, rule("repaired-soon", words)), "leak", "2026-03-09 10:00")
    leak.happens(
        "pause.requested", "2026-03-09 11:00", target="repaired-soon#1", reason="customer-absent"
    )
    return leak


def test_a_pause_stops_the_clock_at_once_up_to_its_cap(paused):
    held = paused["repaired-soon"]
    assert held.due_at == at("2026-03-10 01:00"), "ten hours and five of pause"
    assert held.next_at == at("2026-03-09 16:00"), "the cap ends it without anybody"
    assert [(s["counted"], s["reason"]) for s in held.proof["segments"]] == [
        (True, "elapsed"),
        (False, "customer-absent"),
        (True, "elapsed"),
    ]


def test_the_ledger_keeps_the_reason_of_a_pause(paused):
    [asked] = paused.told("pause.requested")
    assert (asked.data["target"], asked.data["reason"]) == ("repaired-soon#1", "customer-absent")


def test_a_worker_at_the_due_moment_looks_again_a_moment_later(db, tmp_path):
    """Due at twelve, twelve is kept; he warns late, and the next look is not an hour away."""
    firm = small(tmp_path, rule("repaired-soon", TWO_HOURS), more="warn: [0.5]")
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    held = leak["repaired-soon"]
    assert held.next_at == at("2026-03-09 11:00")
    let_pass(held.due_at)
    held.refresh_from_db()
    assert held.broken_at is None
    assert held.next_at == held.due_at
    let_pass("2026-03-09 12:00:01")
    assert leak["repaired-soon"].broken_at == held.due_at


def test_the_docket_is_written_by_who_read_it_last(db, tmp_path):
    leak = Matter(small(tmp_path, rule("repaired-soon", TWO_HOURS)), "leak", "2026-03-09 10:00")
    version = leak.docket.version
    with transaction.atomic():
        assert locked(docket_id=leak.pk, expected_version=version).pk == leak.pk
        assert locked(docket_id=leak.pk, expected_version=None).pk == leak.pk
        with pytest.raises(SomebodyWasFaster):
            locked(docket_id=leak.pk, expected_version=version + 1)


def test_what_a_vacant_head_owes_stays_with_the_unit(db):
    """Only where the head himself is kept from it does his superior do it instead."""
    firm = house("water-company", roles=("network", "hotline-agent"))
    leak = Matter(firm, "pipe-repair", "2026-03-09 10:00", area="urban")
    docket = leak.docket
    docket.handling_unit = firm.units["network"]
    asked = {"owed_by": "handling_head", "docket": docket, "company": firm.again()}
    at_home = Owner(firm.units["network"].pk, "head")
    assert owner_of(**asked) == at_home
    barred = {firm.people["network"].pk}
    assert owner_of(**asked, not_by=barred).unit == firm.company.pk
    holding = firm.posts["network"].holdings.get()
    relieve(holding=holding, now=at("2026-03-09 11:00"))
    assert owner_of(**{**asked, "company": firm.again()}) == at_home


def test_a_pause_ends_by_itself_at_its_cap(paused):
    let_pass("2026-03-09 17:00")
    held = paused["repaired-soon"]
    assert held.standstills[0]["end"] == at("2026-03-09 16:00").isoformat()
    assert held.due_at == at("2026-03-10 01:00")


def test_a_pause_that_ends_early_gives_the_rest_back(paused):
    paused.happens("pause.approved", "2026-03-09 11:30", target="repaired-soon#1")
    paused.happens("pause.ended", "2026-03-09 13:00", target="repaired-soon#1")
    assert paused["repaired-soon"].due_at == at("2026-03-09 22:00")
    let_pass("2026-03-09 23:00")
    assert paused["repaired-soon"].broken_at == at("2026-03-09 22:00")


def test_a_rejected_pause_is_taken_back_and_the_breach_appears_at_its_true_moment(paused):
    let_pass("2026-03-09 23:00")
    assert paused.breaches() == [], "as long as nobody has decided, the clock stands"
    paused.happens("pause.rejected", "2026-03-09 23:30", target="repaired-soon#1")
    held = paused["repaired-soon"]
    assert held.due_at == held.broken_at == at("2026-03-09 20:00")
    (breach,) = paused.breaches()
    assert (breach.broken_at, breach.detected_at) == (
        at("2026-03-09 20:00"),
        at("2026-03-09 23:30"),
    )


def test_a_pause_rejected_after_the_deed_still_shows_the_breach(paused):
    paused.happens("repair.completed", "2026-03-09 21:00")
    assert paused["repaired-soon"].broken_at is None
    paused.happens("pause.rejected", "2026-03-10 09:00", target="repaired-soon#1")
    held = paused["repaired-soon"]
    assert (held.broken_at, held.kept_at) == (at("2026-03-09 20:00"), at("2026-03-09 21:00"))


def test_only_a_listed_reason_pauses(db, tmp_path):
    words = f"{REPAIRED}, limit: {{amount: 10, unit: hour}}, {PAUSE}"
    leak = Matter(small(tmp_path, rule("repaired-soon", words)), "leak", "2026-03-09 10:00")
    with pytest.raises(RefusedByRule) as refused:
        leak.happens("pause.requested", "2026-03-09 11:00", target="repaired-soon#1", reason="busy")
    assert "customer-absent" in refused.value.refusals[0].missing.en
    assert refused.value.refusals[0].clause.zh


def test_a_broken_promise_cannot_be_paused_any_more(db, tmp_path):
    words = f"{REPAIRED}, limit: {{amount: 1, unit: hour}}, {PAUSE}"
    leak = Matter(small(tmp_path, rule("repaired-soon", words)), "leak", "2026-03-09 10:00")
    with pytest.raises(RefusedByRule):
        leak.happens(
            "pause.requested",
            "2026-03-09 12:00",
            target="repaired-soon#1",
            reason="customer-absent",
        )


# -- reopening -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "keys", "due"),
    [
        ("resume", ["again#1"], "2026-03-11 18:00"),
        ("restart", ["again#1"], "2026-03-11 20:00"),
        ("new", ["again#1", "again#2"], "2026-03-11 20:00"),
    ],
)
def test_what_a_reopening_does_is_the_rules_word(db, tmp_path, how, keys, due):
    words = f"{REPAIRED}, limit: {{amount: 10, unit: hour}}, on_reopen: {how}"
    leak = Matter(small(tmp_path, rule("again", words)), "leak", "2026-03-09 10:00")
    leak.happens("repair.completed", "2026-03-09 12:00")
    leak.happens("callback.made", "2026-03-09 14:00")
    assert leak.docket.closed_at == at("2026-03-09 14:00")
    leak.happens("case.reopened", "2026-03-11 10:00")
    assert leak.docket.closed_at is None
    assert leak.docket.round_at == at("2026-03-11 10:00")
    assert leak.keys() == keys
    held = leak[keys[-1]]
    assert (held.kept_at, held.due_at) == (None, at(due))
    assert held.proof["sentence"]["zh"]


def test_a_reopening_does_not_erase_a_failure(db, tmp_path):
    words = f"{REPAIRED}, limit: {{amount: 1, unit: hour}}, on_reopen: restart"
    leak = Matter(small(tmp_path, rule("again", words)), "leak", "2026-03-09 10:00")
    leak.happens("repair.completed", "2026-03-09 12:00")
    leak.happens("callback.made", "2026-03-09 14:00")
    leak.happens("case.reopened", "2026-03-11 10:00")
    assert leak["again#1"].broken_at == at("2026-03-09 11:00")
    assert leak["again#2"].due_at == at("2026-03-11 11:00"), "what runs again is a new promise"
    assert len(leak.breaches()) == 1


def test_a_promise_that_runs_again_warns_again(db, tmp_path):
    words = f"{REPAIRED}, limit: {{amount: 10, unit: hour}}, on_reopen: restart"
    firm = small(tmp_path, rule("again", words), more="warn: [0.5]")
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    let_pass("2026-03-09 16:00")
    leak.happens("repair.completed", "2026-03-09 17:00")
    leak.happens("callback.made", "2026-03-09 18:00")
    leak.happens("case.reopened", "2026-03-11 10:00")
    let_pass("2026-03-11 16:00")
    assert len(leak.decided("warned")) == 2


# -- owners ----------------------------------------------------------------------------------------


def test_a_hand_over_moves_the_owner_and_not_the_clock(db, tmp_path):
    words = f"{REPAIRED}, limit: {{amount: 10, unit: hour}}, owed_by: handling_unit"
    other = rule(
        "arrived",
        "kind: within, start: case.lodged, stop: crew.arrived, "
        "limit: {amount: 1, unit: hour}, owed_by: service",
    )
    firm = small(tmp_path, rule("repaired-soon", words) + other)
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    due = leak["repaired-soon"].due_at
    assert leak["repaired-soon"].unit_id == firm.company.pk
    unit = firm.units["network"].pk
    leak.happens("case.handed_over", "2026-03-09 10:30", handling_unit=unit)
    assert (leak["repaired-soon"].unit_id, leak["repaired-soon"].due_at) == (unit, due)
    assert leak["arrived"].unit_id == firm.units["service"].pk, "another role's promise stays"
    assert leak.docket.handling_unit_id == unit


def test_a_breach_lies_with_the_unit_that_owed_when_it_broke(db, tmp_path):
    words = f"{REPAIRED}, limit: {{amount: 1, unit: hour}}, owed_by: handling_unit"
    firm = small(tmp_path, rule("repaired-soon", words))
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    let_pass("2026-03-09 12:00")
    leak.happens("case.handed_over", "2026-03-09 13:00", handling_unit=firm.units["network"].pk)
    assert leak.breaches()[0].unit_id == firm.company.pk
    assert leak["repaired-soon"].unit_id == firm.units["network"].pk


def test_the_desk_sorts_by_the_earlier_of_a_rule_and_those_that_govern_it(db, tmp_path):
    """A-01: five days run beside the shorter steps; the earlier moment is what one works to."""
    rules = rule(
        "five-days",
        "kind: within, start: case.lodged, stop: callback.made, limit: {amount: 5, unit: hour}",
    ) + rule(
        "step",
        "kind: within, start: crew.arrived, stop: repair.completed, "
        "limit: {amount: 8, unit: hour}, governed_by: [five-days]",
    )
    leak = Matter(small(tmp_path, rules), "leak", "2026-03-09 10:00")
    leak.happens("crew.arrived", "2026-03-09 11:00")
    step = leak["step"]
    assert (step.due_at, step.act_by) == (at("2026-03-09 19:00"), at("2026-03-09 15:00"))
    assert leak["five-days"].act_by == at("2026-03-09 15:00")
    leak.happens("callback.made", "2026-03-09 12:00")
    assert leak["step"].act_by == at("2026-03-09 19:00"), "what governed it is settled"


# -- appointments ----------------------------------------------------------------------------------


def test_an_agreed_time_replaces_the_clock_and_says_so(db, tmp_path):
    words = (
        f"{REPAIRED}, limit: {{amount: 1, unit: hour}}, "
        "appointment: {event: appointment.agreed, fact: agreed_at}"
    )
    leak = Matter(small(tmp_path, rule("repaired-soon", words)), "leak", "2026-03-09 10:00")
    leak.happens("appointment.agreed", "2026-03-09 10:10", agreed_at=at("2026-03-12 09:00"))
    held = leak["repaired-soon"]
    assert held.due_at == held.agreed_at == held.next_at == at("2026-03-12 09:00")
    assert "约定" in held.proof["sentence"]["zh"]
    assert leak.docket.facts["agreed_at"] == at("2026-03-12 09:00").isoformat()


# -- one unit of work ------------------------------------------------------------------------------


def test_what_is_refused_leaves_no_trace(db, tmp_path):
    gate = rule("first-arrive", "kind: gate, before: [repair.completed], until: crew.arrived")
    leak = Matter(small(tmp_path, gate), "leak", "2026-03-09 10:00")
    before = leak.docket
    with pytest.raises(RefusedByRule) as refused:
        leak.happens("repair.completed", "2026-03-09 11:00", area="urban")
    (why,) = refused.value.refusals
    assert (why.rule, why.missing.zh) == ("first-arrive", "须先有：到场"), "in titles, not in ids"
    assert "第一条" in why.clause.zh
    after = leak.docket
    assert (after.facts, after.seen, after.version) == (before.facts, before.seen, before.version)
    assert leak.told("repair.completed") == []


def test_time_that_changes_nothing_writes_nothing(db, tmp_path):
    words = f"{REPAIRED}, limit: {{amount: 10, unit: hour}}"
    leak = Matter(small(tmp_path, rule("repaired-soon", words)), "leak", "2026-03-09 10:00")
    let_pass("2026-03-09 12:00")
    assert leak.told("time.passed") == []
    assert leak.docket.version == 1


def test_a_timer_that_stands_too_early_is_looked_at_again_and_moves_on(db, tmp_path):
    """A calendar that was put right moves levels: the stored moment is then only a reminder."""
    words = f"{REPAIRED}, limit: {{amount: 10, unit: hour}}"
    leak = Matter(small(tmp_path, rule("repaired-soon", words)), "leak", "2026-03-09 10:00")
    Obligation.objects.update(next_at=at("2026-03-09 10:30"))
    let_pass("2026-03-09 11:00")
    assert leak["repaired-soon"].next_at == at("2026-03-09 20:00")


def test_a_docket_that_cannot_be_judged_does_not_stop_the_others(db, tmp_path, caplog):
    words = f"{REPAIRED}, limit: {{amount: 1, unit: hour}}"
    firm = small(tmp_path, rule("repaired-soon", words))
    stuck = Matter(firm, "leak", "2026-03-09 10:00")
    sound = Matter(firm, "leak", "2026-03-09 10:00")
    Obligation.objects.filter(docket=stuck.pk).update(rule="no-such-rule")
    let_pass("2026-03-09 12:00")
    assert sound["repaired-soon"].broken_at == at("2026-03-09 11:00")
    assert stuck["no-such-rule"].broken_at is None
    failing = SetAside.objects.get(step="clocks", subject=str(stuck.pk))
    assert (failing.tries, failing.aside_at) == (1, None)
    assert failing.next_at == at("2026-03-09 12:01")
    assert "cannot be judged" in caplog.text


def test_what_cannot_be_judged_is_set_aside_after_five_tries_until_somebody_lets_it(db, tmp_path):
    words = f"{REPAIRED}, limit: {{amount: 1, unit: hour}}"
    stuck = Matter(small(tmp_path, rule("repaired-soon", words)), "leak", "2026-03-09 10:00")
    Obligation.objects.filter(docket=stuck.pk).update(rule="no-such-rule")
    tried = 0
    for minute in range(0, 300, 1):
        let_pass(at("2026-03-09 12:00") + timedelta(minutes=minute))
        row = SetAside.objects.get()
        assert row.tries >= tried
        tried = row.tries
    assert (row.tries, row.next_at) == (5, None)
    assert row.aside_at == at("2026-03-09 13:21"), "after 1, 5, 15 and 60 minutes"
    assert "no-such-rule" in row.error
    Obligation.objects.filter(docket=stuck.pk).update(rule="repaired-soon")
    let_pass("2026-03-10 12:00")
    assert stuck["repaired-soon"].broken_at is None, "nobody said that it may be tried"
    let_try(row=row, now=at("2026-03-10 12:00"))
    let_pass("2026-03-10 12:00")
    assert stuck["repaired-soon"].broken_at == at("2026-03-09 11:00"), "at its legal moment"
    assert not SetAside.objects.exists()


def test_a_docket_that_cannot_be_written_does_not_stop_the_others(db, tmp_path):
    """The fault is in the row itself, and shows only when the database is asked to keep it."""
    words = f"{REPAIRED}, limit: {{amount: 1, unit: hour}}"
    firm = small(tmp_path, rule("repaired-soon", words))
    stuck = Matter(firm, "leak", "2026-03-09 10:00")
    sound = Matter(firm, "leak", "2026-03-09 10:00")
    held = stuck["repaired-soon"]
    breach = dict.fromkeys(("clause_zh", "clause_en", "digest"), "x")
    Breach.objects.create(  # a second one cannot be kept
        obligation=held, organisation_id=held.organisation_id, unit_id=held.unit_id,
        rule=held.rule, broken_at=held.due_at, detected_at=held.due_at, **breach,
    )  # fmt: skip
    let_pass("2026-03-09 12:00")
    assert sound["repaired-soon"].broken_at == at("2026-03-09 11:00")
    assert SetAside.objects.get().subject == str(stuck.pk)
    assert sound.is_sound()


def test_many_that_break_at_once_ask_no_more_of_the_database_than_few(db, tmp_path):
    firm = small(tmp_path, rule("repaired", TWO_HOURS))
    asked = []
    for number, day in ((2, 9), (9, 10)):
        for _ in range(number):
            Matter(firm, "leak", f"2026-03-{day:02} 10:00")
        with CaptureQueriesContext(connection) as told:
            assert tick(now=at(f"2026-03-{day:02} 13:00")) == number
        asked.append(len(told))
    assert Breach.objects.count() == 11
    assert asked[1] <= asked[0], "the first round reads who sits where, for all"
