"""Undo for a moment: handing over and urging, by who did it, as long as nothing else happened."""

from datetime import timedelta

import pytest

from chengnuo.cases.casework.services import hand_over, say
from chengnuo.cases.casework.supervising import supervise, urge
from chengnuo.cases.casework.undoing import WINDOW, undo, undoable
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.doors.jobs.deliver import deliver
from chengnuo.ledger.models import OutboxMessage
from chengnuo.ledger.queries import history, last_deed
from chengnuo.obligations.models import RUNNING, Obligation
from chengnuo.obligations.regulation import regulation_shown
from chengnuo.obligations.services import RefusedByRule
from chengnuo.people.models import Message
from chengnuo.reports.soundness import faults
from tests.cases.test_together import agent, fill_as, missing, take
from tests.companies import house
from tests.obligations.matter import let_pass
from tests.rules.world import at

NOW = at("2026-03-09 10:00")  # a Monday
A_MINUTE = timedelta(minutes=1)
SOON = NOW + A_MINUTE


@pytest.fixture
def water(db):
    return house("water-company")


def as_it_stands(case):
    """What is owed, by whom since when, and what was seen: everything that an undoing restores."""
    case = Case.objects.get(pk=case.pk)
    rows = Obligation.objects.filter(RUNNING, docket=case.docket_id).order_by("rule", "turn")
    owed = [
        (r.key, r.start_at, r.due_at, r.act_by, r.unit_id, r.role, r.held_before, r.done, r.warned)
        for r in rows
    ]
    docket = case.docket
    seen = {name: moment for name, moment in docket.seen.items() if "undone" not in name}
    return owed, seen, docket.handling_unit_id, docket.closed_at, case.urged


def handed(water, case, unit="engineering", now=NOW):
    return hand_over(case=case, to=water.units[unit], by=agent(water), now=now)


def last(case):
    return last_deed(subject=case.docket_id).seq


def take_back(water, case, now=SOON, entry=None):
    return undo(case=case, entry=entry or last(case), by=agent(water), now=now)


@pytest.mark.parametrize("pack", ["water-company", "gas-callcentre", "gas-appliance"])
def test_after_an_undoing_everything_is_owed_as_before_and_the_ledger_tells_of_both(db, pack):
    firm = house(pack)
    gone = 0
    for name, entry in regulation_shown(company=firm.again(), at=NOW).pack.services.items():
        if not entry.process or entry.emergency or entry.audience == "internal":
            continue
        request = Request(service=name, channel="phone", narrative="示例诉求", token=name)
        case = lodge(company=firm.company, request=request, at=NOW, now=NOW, by=firm.top)
        for unit in list(firm.units.values())[1:3]:  # from nobody, and from another unit
            before = as_it_stands(case)
            try:
                hand_over(case=case, to=unit, by=firm.top, now=NOW)
            except RefusedByRule:
                continue  # a gate stands before it
            gone += 1
            assert as_it_stands(case) != before
            undo(case=case, entry=last(case), by=firm.top, now=SOON)
            assert as_it_stands(case) == before, name
            told = [e.kind for e in history(subject=case.docket_id)]
            assert told[-2:] == ["case.handed_over", "case.hand_over_undone"]
            hand_over(case=case, to=unit, by=firm.top, now=SOON)
    assert gone > 3
    assert list(faults(organisation_id=firm.company.pk)) == []


def test_a_unit_that_had_it_for_a_moment_answers_for_nothing(water):
    case = handed(water, take(water), "network")
    handed(water, case, "testing-centre", now=SOON)
    take_back(water, case, now=SOON + A_MINUTE)
    let_pass("2026-04-09 10:00")
    stood = {
        stay["unit"]
        for o in Obligation.objects.filter(docket=case.docket_id, broken_at__isnull=False)
        for stay in o.breach.record["held"]
    }
    assert stood
    assert water.units["testing-centre"].pk not in stood


def test_what_fell_due_meanwhile_stays_broken(water):
    case = take(water)
    row = Obligation.objects.filter(RUNNING, docket=case.docket_id, due_at__isnull=False)
    first = row.order_by("due_at").first()
    late = first.due_at + A_MINUTE
    handed(water, case, now=late)
    broken = set(Obligation.objects.filter(broken_at__isnull=False).values_list("pk", flat=True))
    take_back(water, case, now=late + A_MINUTE)
    still = set(Obligation.objects.filter(broken_at__isnull=False).values_list("pk", flat=True))
    assert first.pk in broken
    assert broken <= still, "whoever takes something back wins no time"


def test_a_message_that_was_not_sent_is_withdrawn_and_one_that_was_is_corrected(water):
    case = handed(water, take(water))
    engineers = water.people["engineering"]
    take_back(water, case)
    assert not OutboxMessage.objects.filter(payload__kind__startswith="handed_over").exists()
    handed(water, case, now=SOON + A_MINUTE)
    deliver(now=SOON + A_MINUTE)
    take_back(water, case, now=SOON + 2 * A_MINUTE)
    deliver(now=SOON + 2 * A_MINUTE)
    told = list(
        Message.objects.filter(staff=engineers).order_by("pk").values_list("kind", "text_zh")
    )
    assert [kind for kind, _text in told] == ["handed_over", "handed_over_undone"]
    assert told[-1][1] == f"移交已撤回：{case.number}，无需办理"


def test_an_urging_is_taken_back_counts_no_more_and_frees_the_day_again(water):
    case = handed(water, take(water))
    for n in range(3):
        urge(case=case, reason="催", by=agent(water), now=SOON + n * A_MINUTE)
    end = SOON + 3 * A_MINUTE
    with pytest.raises(RefusedByRule):
        urge(case=case, reason="催", by=agent(water), now=end)
    take_back(water, case, now=end)
    assert Case.objects.get(pk=case.pk).urged == 2
    urge(case=case, reason="催", by=agent(water), now=end)
    assert Case.objects.get(pk=case.pk).urged == 3


REFUSED = {
    "the moment is over": (lambda w, c: None, WINDOW + timedelta(seconds=1), "have passed"),
    "at its last second": (lambda w, c: None, WINDOW, ""),
    "the unit has acted": (
        lambda w, c: fill_as(w, c, "department-feedback", "engineering", SOON, feedback="progress",
                             content="已派人到现场查看路面", clear="true"),
        A_MINUTE, "Check it first",
    ),
    "the customer withdrew": (
        lambda w, c: say(case=c, what="withdrawn", by=agent(w), now=SOON, reason="撤回"),
        A_MINUTE, "Check it first",
    ),
    "a leader has instructed": (
        lambda w, c: supervise(case=c, instruction="到场", until=NOW + timedelta(hours=6),
                               by=w.people["vice-president"], now=SOON),
        A_MINUTE, "Check it first",
    ),
    "it was taken back already": (lambda w, c: take_back(w, c), A_MINUTE, "Check it first"),
    "only the clock moved": (lambda w, c: let_pass(SOON), A_MINUTE, ""),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_not_taken_back(water, why):
    between, wait, said = REFUSED[why]
    case = handed(water, take(water))
    entry = last(case)
    between(water, case)
    offered = undoable(case=Case.objects.get(pk=case.pk), by=agent(water), now=NOW + wait)
    if not said:
        assert offered is not None
        take_back(water, case, now=NOW + wait, entry=entry)
        return
    assert offered is None or offered.entry.seq != entry
    with pytest.raises(RefusedByRule) as raised:
        take_back(water, case, now=NOW + wait, entry=entry)
    assert said in missing(raised)


def test_only_who_did_it_takes_it_back_and_no_emergency_under_way(water):
    case = handed(water, take(water))
    other = water.people["cs-department"]
    assert undoable(case=case, by=other, now=SOON) is None
    with pytest.raises(RefusedByRule):
        undo(case=case, entry=last(case), by=other, now=SOON)
    Case.objects.filter(pk=case.pk).update(emergency=True)
    case.refresh_from_db()
    assert undoable(case=case, by=agent(water), now=SOON) is None
    with pytest.raises(RefusedByRule) as raised:
        take_back(water, case)
    assert "Telephone them" in missing(raised)


def test_a_unit_that_has_it_does_not_get_it_twice_and_reads_since_when(water):
    case = handed(water, take(water))
    with pytest.raises(RefusedByRule) as raised:
        handed(water, case, now=SOON)
    (refusal,) = raised.value.refusals
    assert refusal.missing.en == (
        "engineering has had it since Mon 9 Mar 2026, 10:00. It was not handed over again; "
        "to remind the unit, chase it."
    )
    assert (
        refusal.missing.zh == "engineering自2026年3月9日10:00起已在办理，未重复移交；需要提醒请催办"
    )
    handed(water, case, "network", now=SOON)
    handed(water, case, "engineering", now=SOON + A_MINUTE)
    say(case=case, what="withdrawn", by=agent(water), now=SOON + A_MINUTE, reason="撤")
    say(case=case, what="reopened", by=agent(water), now=SOON + 2 * A_MINUTE, reason="又来")
    handed(water, case, "engineering", now=SOON + 3 * A_MINUTE)  # a new round of the same matter
