"""A breach recorded wrongly: two people annul it, its record stays, and nothing counts it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from chengnuo.conduct import annulling
from chengnuo.conduct.drill_down import IN_TIME
from chengnuo.ledger.queries import history
from chengnuo.obligations.models import Annulment, Breach, Obligation
from chengnuo.people.models import Message as Told
from chengnuo.reports.overview import BROKEN, KEPT
from chengnuo.rules.refusing import NotYours, Refused
from tests.companies import administrator, house, rule, small_pack
from tests.obligations.matter import Matter, let_pass
from tests.rules.world import at

SOON = rule(
    "repaired-soon",
    "kind: within, start: case.lodged, stop: repair.completed, limit: {amount: 4, unit: hour}, "
    "owed_by: network",
)
WHY = "工作进程的时钟快了一天"
FAST = "2026-03-10 11:00"  # what a clock said that was a day fast
NOW = at("2026-03-09 11:00")


@pytest.fixture
def firm(db, tmp_path):
    return house(
        small_pack(
            tmp_path, SOON, more="escalate: [{after: {amount: 0, unit: minute}, to: line-1}]"
        )
    )


@pytest.fixture
def leak(firm):
    """Received at ten, due at two; broken at eleven by a clock that said it was tomorrow."""
    made = Matter(firm, "leak", "2026-03-09 10:00")
    let_pass(FAST)
    return made


def asked(leak, firm, by=None, now=NOW):
    (breach,) = leak.breaches()
    return annulling.ask(breach=breach, reason=WHY, by=by or firm.people["network"], now=now)


def granted(leak, firm, now=NOW):
    return annulling.decide(
        annulment=asked(leak, firm, now=now), granted=True, words="", by=firm.top, now=now
    )


def counted(row):
    rows = Obligation.objects.filter(pk=row.pk)
    return rows.filter(KEPT).count(), rows.filter(BROKEN).count(), rows.filter(IN_TIME).count()


def test_it_counts_no_more_and_its_record_stays(leak, firm):
    assert counted(leak["repaired-soon"]) == (0, 1, 0)
    leak.happens("repair.completed", "2026-03-09 12:00")
    granted(leak, firm, at("2026-03-09 13:00"))
    row = leak["repaired-soon"]
    assert (row.broken_at, row.annulled_at) == (None, at("2026-03-09 13:00"))
    assert counted(row) == (1, 0, 1)
    (breach,) = leak.breaches()
    assert breach.broken_at == at("2026-03-09 14:00"), "the record is what it was"
    entry = history(subject=leak.pk)[-1]
    assert entry.kind == "breach.annulled"
    assert entry.actor_id == firm.top.pk
    assert entry.data["asked_by"] == firm.people["network"].pk
    assert entry.data["reason"] == WHY
    assert leak.is_sound()


def test_one_kept_late_in_truth_counts_as_if_in_time_once_two_have_said_so(leak, firm):
    leak.happens("repair.completed", "2026-03-09 15:00")
    assert counted(leak["repaired-soon"]) == (0, 1, 0)
    granted(leak, firm, at("2026-03-09 16:00"))
    assert counted(leak["repaired-soon"]) == (1, 0, 1)


def test_a_promise_whose_moment_is_still_to_come_runs_on_and_may_be_broken_in_truth(leak, firm):
    granted(leak, firm)
    row = leak["repaired-soon"]
    assert row.next_at == at("2026-03-09 14:00")
    let_pass("2026-03-09 13:59")
    assert leak["repaired-soon"].broken_at is None
    let_pass("2026-03-09 14:01")
    row = leak["repaired-soon"]
    assert (row.broken_at, row.annulled_at) == (at("2026-03-09 14:00"), None)
    assert counted(row) == (0, 1, 0)
    assert len(leak.breaches()) == 1, "its record counts again"
    assert leak.is_sound()


def test_one_that_would_break_again_at_once_waits_until_it_is_kept(leak, firm):
    with pytest.raises(Refused) as refused:
        asked(leak, firm, now=at("2026-03-09 15:00"))
    assert "兑现后再申请" in refused.value.text.zh
    assert "once it is kept" in refused.value.text.en


@pytest.mark.parametrize(
    ("who", "asks", "decides"),
    [
        ("network", True, False),  # answers for it
        ("service", False, False),
        ("top", False, True),  # no accountability in this pack: the head decides, and starts none
        ("administrator", False, False),
    ],
)
def test_who_may_ask_and_who_decides(leak, firm, who, asks, decides):
    people = firm.people | {"top": firm.top, "administrator": administrator(firm)}
    (breach,) = leak.breaches()
    assert annulling.may_ask(breach=breach, by=people[who], now=NOW) is asks
    row = asked(leak, firm)
    assert annulling.may_decide(annulment=row, by=people[who], now=NOW) is decides
    if not decides:
        with pytest.raises(NotYours):
            annulling.decide(annulment=row, granted=True, words="", by=people[who], now=NOW)
        assert leak["repaired-soon"].broken_at is not None


def test_nobody_decides_what_he_asked_not_even_past_the_verb(leak, firm):
    row = asked(leak, firm)
    with pytest.raises(IntegrityError), transaction.atomic():
        Annulment.objects.filter(pk=row.pk).update(
            decided_by=row.asked_by_id, decided_at=NOW, granted=True
        )


def test_what_is_decided_stays_and_the_record_cannot_be_deleted(leak, firm):
    row = granted(leak, firm)
    with pytest.raises(DatabaseError), transaction.atomic():
        Annulment.objects.filter(pk=row.pk).update(reason="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        Breach.objects.all()._raw_delete(Breach.objects.db)


def test_a_refusal_says_why_and_it_may_be_asked_again(leak, firm):
    row = asked(leak, firm)
    with pytest.raises(Refused):
        annulling.decide(annulment=row, granted=False, words="", by=firm.top, now=NOW)
    annulling.decide(annulment=row, granted=False, words="时钟没有问题", by=firm.top, now=NOW)
    assert leak["repaired-soon"].broken_at is not None
    assert asked(leak, firm).pk != row.pk
    assert leak.is_sound()


@pytest.mark.parametrize("reason", ["", "   ", "错", "测试测试测试", "因为工作需要"])
def test_a_reason_is_needed(leak, firm, reason):
    (breach,) = leak.breaches()
    with pytest.raises(Refused):
        annulling.ask(breach=breach, reason=reason, by=firm.people["network"], now=NOW)


def test_asked_twice_is_asked_once_and_who_decides_is_told(leak, firm):
    from chengnuo.doors.jobs.deliver import deliver  # noqa: PLC0415

    assert asked(leak, firm).pk == asked(leak, firm).pk
    deliver(now=NOW + timedelta(days=2))
    assert Told.objects.filter(kind="annulment", staff=firm.top).count() == 1


def test_escalations_of_it_wait_for_no_answer_any_more(leak, firm):
    from chengnuo.obligations.answering import waiting_for  # noqa: PLC0415

    assert waiting_for(staff=firm.top).count() == 1
    granted(leak, firm)
    assert waiting_for(staff=firm.top).count() == 0
