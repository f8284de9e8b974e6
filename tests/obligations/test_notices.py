"""A year whose notice is not published is never guessed: provisional, then corrected visibly.

The notice for 2027 in this file is INVENTED for these tests. It is no statement about the real one.
"""

import pytest
import yaml

from chengnuo.obligations.duties import open_periods
from chengnuo.obligations.entries import moment_out
from chengnuo.obligations.models import Docket, HolidayNotice, Obligation
from chengnuo.obligations.transitions import adopt_notice
from chengnuo.packs.notices import NoticeShape
from tests.companies import house, rule, small_pack
from tests.obligations.matter import Matter, let_pass
from tests.rules.world import at

INVENTED_2027 = """
family: cn
year: 2027
source: invented for a test, not a real notice
"off":
  - {name: {zh: 元旦（虚构）, en: New Year (invented)}, from: 2027-01-01, to: 2027-01-04}
work: [2027-01-09]
"""


def invented(words=INVENTED_2027):
    return NoticeShape.model_validate(yaml.safe_load(words))


def days(number, **more):
    extra = "".join(f", {k}: {v}" for k, v in more.items())
    return (
        "kind: within, start: case.lodged, stop: repair.completed, "
        f"limit: {{amount: {number}, unit: working_day}}{extra}"
    )


@pytest.fixture
def firm(db, tmp_path):
    return house(small_pack(tmp_path, rule("repaired-soon", days(3))))


def test_a_due_moment_in_an_unpublished_year_is_provisional(firm):
    leak = Matter(firm, "leak", "2026-12-30 10:00")
    held = leak["repaired-soon"]
    assert held.due_at == at("2027-01-04 17:30"), "by the weekly pattern alone"
    assert held.unpublished == [2027]
    assert leak.decided("started")[0]["provisional"] is True


def test_the_notice_corrects_it_by_an_entry_that_can_be_read(firm):
    leak = Matter(firm, "leak", "2026-12-30 10:00")
    was = leak["repaired-soon"]
    assert adopt_notice(notice=invented(), now=at("2026-12-30 12:00")) == 1
    held = leak["repaired-soon"]
    assert held.due_at == held.act_by == held.next_at == at("2027-01-06 17:30")
    assert held.unpublished == []
    assert held.proof != was.proof
    assert any("虚构" in str(s) for s in held.proof["segments"])
    (entry,) = leak.told("calendar.published")
    assert entry.data["was"] == {"repaired-soon#1": moment_out(was.due_at)}
    (moved,) = entry.data["decided"]
    assert (moved["why"], moved["due_at"]) == ("calendar", moment_out(held.due_at))
    assert leak.is_sound()


def test_a_notice_that_changes_nothing_here_takes_the_mark_away(firm):
    leak = Matter(firm, "leak", "2026-12-28 10:00")
    before = leak["repaired-soon"]
    assert before.unpublished == []
    leak = Matter(firm, "leak", "2026-12-30 10:00")
    free = INVENTED_2027.replace("2027-01-01, to: 2027-01-04", "2027-05-01, to: 2027-05-01")
    adopt_notice(notice=invented(free), now=at("2026-12-30 12:00"))
    held = leak["repaired-soon"]
    assert (held.due_at, held.unpublished) == (at("2027-01-04 17:30"), [])
    assert held.proof["calendar"] != before.proof["calendar"]


def test_a_broken_promise_keeps_its_verdict(firm):
    leak = Matter(firm, "leak", "2026-12-30 10:00")
    let_pass("2027-01-04 20:00")
    assert adopt_notice(notice=invented(), now=at("2027-01-04 21:00")) == 0
    assert leak["repaired-soon"].broken_at == at("2027-01-04 17:30")
    assert leak.told("calendar.published") == []


def test_what_was_kept_is_left_alone(firm):
    leak = Matter(firm, "leak", "2026-12-30 10:00")
    leak.happens("repair.completed", "2026-12-30 11:00")
    assert adopt_notice(notice=invented(), now=at("2026-12-31 09:00")) == 0


def test_the_same_notice_twice_is_one_notice(firm):
    leak = Matter(firm, "leak", "2026-12-30 10:00")
    adopt_notice(notice=invented(), now=at("2026-12-30 12:00"))
    assert adopt_notice(notice=invented(), now=at("2026-12-30 13:00")) == 0
    assert HolidayNotice.objects.count() == 1
    assert len(leak.told("calendar.published")) == 1


def test_several_promises_of_one_case_are_corrected_together(db, tmp_path):
    both = rule("first", days(3)) + rule("second", days(4)) + rule("soon", days(1))
    leak = Matter(house(small_pack(tmp_path, both)), "leak", "2026-12-30 10:00")
    version = leak.docket.version
    assert adopt_notice(notice=invented(), now=at("2026-12-30 12:00")) == 2
    assert (leak["first"].due_at, leak["second"].due_at) == (
        at("2027-01-06 17:30"),
        at("2027-01-07 17:30"),
    )
    assert leak["soon"].due_at == at("2026-12-31 17:30")
    assert len(leak.told("calendar.published")) == 1
    assert leak.docket.version == version + 1


def test_a_new_case_counts_by_the_new_notice_at_once(firm):
    adopt_notice(notice=invented(), now=at("2026-12-30 12:00"))
    leak = Matter(firm, "leak", "2027-01-07 10:00")
    held = leak["repaired-soon"]
    assert (held.due_at, held.unpublished) == (at("2027-01-11 17:30"), []), "Saturday 9 is worked"


# -- duties ----------------------------------------------------------------------------------------


def test_a_duty_on_the_nth_working_day_is_corrected_too(db, tmp_path):
    words = "kind: recurring, every: month, by: {working_day: 3}, in: next, stop: bulletin.sent"
    house(small_pack(tmp_path, rule("bulletin", words)))
    open_periods(now=at("2026-12-15 10:00"))
    held = Obligation.objects.get(rule="bulletin", turn="2026-12")
    assert (held.due_at, held.unpublished) == (at("2027-01-05 17:30"), [2027])
    assert adopt_notice(notice=invented(), now=at("2026-12-20 10:00")) == 1
    held.refresh_from_db()
    assert (held.due_at, held.unpublished) == (at("2027-01-07 17:30"), [])


def test_a_duty_of_a_working_day_that_became_a_holiday_is_owed_no_more(db, tmp_path):
    words = "kind: recurring, every: working_day, stop: bulletin.sent"
    house(small_pack(tmp_path, rule("bulletin", words)))
    open_periods(now=at("2027-01-04 08:00"))
    held = Obligation.objects.get(turn="2027-01-04")
    assert held.unpublished == [2027]
    adopt_notice(notice=invented(), now=at("2027-01-04 09:00"))
    held.refresh_from_db()
    assert held.voided_at == at("2027-01-04 09:00")
    assert Docket.objects.get().obligations.count() == 1
