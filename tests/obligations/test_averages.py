# ruff: noqa: E501 (a row is one line, so that it can be read)
"""An average is judged when its period ends, from its rows, and counted nowhere before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chengnuo.conduct.paysheets import due_in
from chengnuo.obligations.averages import behind, judge_averages, means_of
from chengnuo.obligations.models import JUDGED, Breach, Obligation
from chengnuo.obligations.regulation import regulation_for, release_in_force
from chengnuo.reports.exports import verdict
from tests.companies import House, house, rule, small_pack
from tests.obligations.matter import Matter, let_pass
from tests.rules.world import at

PAUSE = "pause: [{reason: absent, title: {zh: 不在, en: Absent}, proof: {zh: 单, en: Slip}, cap: {amount: 3, unit: hour}, approver: service}]"
ARRIVAL = (
    "kind: within, start: case.lodged, stop: crew.arrived, verdict: average, over: month, owed_by: network, on_reopen: new, "
    f"limit: {{table: [{{when: {{area: urban}}, amount: 45, unit: minute}}, {{when: {{area: rural}}, amount: 90, unit: minute}}]}}, {PAUSE}"
)


@pytest.fixture
def firm(db, tmp_path) -> House:
    return house(small_pack(tmp_path, rule("arrival", ARRIVAL)))


def leak(firm: House, lodged: str, minutes: int | None, area: str = "urban") -> Matter:
    made = Matter(firm, "leak", lodged, area=area)
    if minutes is not None:
        then = at(lodged) + timedelta(minutes=minutes)
        made.happens("crew.arrived", f"{then:%Y-%m-%d %H:%M}")
    return made


def judged(moment: str) -> list[tuple[str, bool]]:
    """The periods that were judged by then, and whether they were kept."""
    judge_averages(now=at(moment))
    means = Obligation.objects.filter(rule="arrival-mean").order_by("due_at")
    return [(m.turn, m.broken_at is None) for m in means]


def test_most_are_late_and_the_mean_is_broken_at_the_end_of_the_month(firm):
    for day in range(1, 29):
        leak(firm, f"2026-02-{day:02d} 10:00", 50 if day % 10 else 5)
    assert judged("2026-02-28 23:59") == []
    assert Breach.objects.count() == 0
    assert judged("2026-03-01 00:00") == [("2026-02", False)]
    breach = Breach.objects.get()
    assert (breach.rule, breach.broken_at) == ("arrival-mean", at("2026-02-28 24:00"))
    (mean,) = means_of(company=firm.company)
    assert len(behind(mean=mean)) == 28
    assert mean.unit_id == firm.units["network"].pk
    assert mean.proof["bands"] == [
        {
            "limit": {"zh": "45分钟", "en": "45 minutes"},
            "number": 28,
            "used": (26 * 50 + 2 * 5) * 60_000_000,
            "allowed": 45 * 60_000_000,
            "mean": {"zh": "46.79分钟", "en": "46.79 minutes"},
            "kept": False,
        }
    ]
    assert "28件平均46.79分钟（承诺45分钟）" in mean.proof["sentence"]["zh"]


def test_one_is_very_late_and_the_mean_is_kept(firm):
    leak(firm, "2026-02-03 10:00", 80)
    leak(firm, "2026-02-04 10:00", 10)
    assert judged("2026-03-01 00:00") == [("2026-02", True)]
    assert Breach.objects.count() == 0


def test_each_area_has_its_own_mean(firm):
    leak(firm, "2026-02-03 10:00", 1)
    leak(firm, "2026-02-04 10:00", 91, area="rural")
    assert judged("2026-03-01 00:00") == [("2026-02", False)]
    (mean,) = means_of(company=firm.company)
    assert [band["kept"] for band in mean.proof["bands"]] == [True, False]


def test_a_matter_belongs_to_the_month_in_which_it_began(firm):
    leak(firm, "2026-02-28 23:50", 20)
    leak(firm, "2026-03-01 00:00", 300)
    assert judged("2026-03-31 23:00") == [("2026-02", True)]
    assert judged("2026-04-01 00:00") == [("2026-02", True), ("2026-03", False)]


def test_a_period_without_a_matter_has_no_verdict(firm):
    leak(firm, "2026-02-03 10:00", 10)
    leak(firm, "2026-04-03 10:00", 10)
    assert judged("2026-06-01 00:00") == [("2026-02", True), ("2026-04", True)]


def test_what_was_withdrawn_does_not_count(firm):
    leak(firm, "2026-02-03 10:00", 10)
    leak(firm, "2026-02-04 10:00", None).happens("case.withdrawn", "2026-02-05 10:00")
    assert judged("2026-03-01 00:00") == [("2026-02", True)]
    (mean,) = means_of(company=firm.company)
    assert len(behind(mean=mean)) == 1


def test_what_is_still_open_is_waited_for_as_long_as_the_mean_may_be_kept(firm):
    leak(firm, "2026-02-03 10:00", 10)
    open_one = leak(firm, "2026-02-28 23:55", None)
    assert judged("2026-03-01 00:10") == []
    open_one.happens("crew.arrived", "2026-03-01 00:20")
    assert judged("2026-03-01 00:30") == [("2026-02", True)]


def test_what_is_still_open_breaks_the_mean_when_it_has_used_too_much(firm):
    leak(firm, "2026-02-03 10:00", 10)
    leak(firm, "2026-02-28 23:55", None)
    assert judged("2026-03-01 01:00") == []
    assert judged("2026-03-01 01:16") == [("2026-02", False)]
    assert Breach.objects.get().broken_at == at("2026-02-28 24:00")


def test_a_pause_is_no_time_used_once_it_is_approved(firm):
    slow = leak(firm, "2026-02-03 10:00", None)
    slow.happens("pause.requested", "2026-02-03 10:10", target="arrival#1", reason="absent")
    slow.happens("crew.arrived", "2026-02-03 11:30")
    assert judged("2026-03-01 00:00") == []  # nobody has decided it
    slow.happens("pause.approved", "2026-03-02 10:00", target="arrival#1")
    assert judged("2026-03-02 11:00") == [("2026-02", True)]
    (band,) = means_of(company=firm.company)[0].proof["bands"]
    assert band["used"] == 10 * 60_000_000


def test_a_pause_that_was_rejected_is_time_used(firm):
    slow = leak(firm, "2026-02-03 10:00", None)
    slow.happens("pause.requested", "2026-02-03 10:10", target="arrival#1", reason="absent")
    slow.happens("crew.arrived", "2026-02-03 11:30")
    slow.happens("pause.rejected", "2026-02-04 10:00", target="arrival#1")
    assert judged("2026-03-01 00:00") == [("2026-02", False)]


def test_what_comes_in_after_the_verdict_goes_into_the_next(firm):
    leak(firm, "2026-02-03 10:00", 10)
    judged("2026-03-01 00:00")
    leak(firm, "2026-02-28 22:00", 200)
    leak(firm, "2026-03-05 10:00", 10)
    assert judged("2026-04-01 00:00") == [("2026-02", True), ("2026-03", False)]
    march = means_of(company=firm.company)[0]
    assert [r.start_at for r in behind(mean=march)] == [
        at("2026-02-28 22:00"),
        at("2026-03-05 10:00"),
    ]


def test_what_was_reopened_counts_anew_and_the_first_time_stays(firm):
    slow = leak(firm, "2026-02-03 10:00", 60)
    slow.happens("repair.completed", "2026-02-03 12:00")
    slow.happens("callback.made", "2026-02-03 13:00")
    slow.happens("case.reopened", "2026-02-04 10:00")
    slow.happens("crew.arrived", "2026-02-04 10:20")
    assert judged("2026-03-01 00:00") == [("2026-02", True)]
    (band,) = means_of(company=firm.company)[0].proof["bands"]
    assert (band["number"], band["used"]) == (2, 80 * 60_000_000)


def test_it_is_judged_once_however_often_one_looks(firm):
    leak(firm, "2026-02-03 10:00", 100)
    assert judged("2026-03-01 00:00") == judged("2026-03-02 00:00") == [("2026-02", False)]
    assert Breach.objects.count() == 1


def test_the_verdict_stands_in_the_ledger(firm):
    slow = leak(firm, "2026-02-03 10:00", 100)
    judged("2026-03-01 00:00")
    assert slow.is_sound()
    assert slow.decided("kept")[0]["late"] is False


def test_one_matter_counts_nowhere_by_itself(firm):
    late = leak(firm, "2026-02-03 10:00", 100)
    leak(firm, "2026-02-03 10:00", None)
    let_pass("2026-02-10 10:00")
    rows = Obligation.objects.filter(rule="arrival")
    assert rows.filter(JUDGED).count() == 0
    assert rows.exclude(act_by=None).count() == 0
    digest = release_in_force(company=firm.company, at=at("2026-02-03"))
    regulation = regulation_for(digest=digest, company=firm.company)
    due = due_in(regulation=regulation, begin=at("2026-02-01"), end=at("2026-03-01"))
    assert Obligation.objects.filter(due).count() == 0
    assert verdict(late["arrival"]).en == "counts in the average"
    judged("2026-03-01 00:00")
    (mean,) = Obligation.objects.filter(due)
    assert (mean.rule, verdict(mean).en) == ("arrival-mean", "breached")
