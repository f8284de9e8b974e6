"""A new release of a pack: what runs stays under its words, unless the release says otherwise."""

from datetime import date

import pytest

from chengnuo.ledger.models import Entry
from chengnuo.obligations.entries import moment_out
from chengnuo.obligations.models import PackRelease
from chengnuo.obligations.regulation import InForce, NoRegulation, regulation_for, release_in_force
from chengnuo.obligations.services import install
from chengnuo.obligations.transitions import carry_out_transitions
from tests.companies import house, rule, small_pack
from tests.obligations.matter import Matter, let_pass
from tests.packs.shipped import shipped
from tests.rules.world import at


def repair(hours):
    return rule(
        "repaired-soon",
        "kind: within, start: case.lodged, stop: repair.completed, "
        f"limit: {{amount: {hours}, unit: hour}}",
    )


def arrival(hours):
    return rule(
        "arrived",
        "kind: within, start: case.lodged, stop: crew.arrived, "
        f"limit: {{amount: {hours}, unit: hour}}",
    )


@pytest.fixture
def firm(db, tmp_path):
    return house(small_pack(tmp_path, repair(24) + arrival(2)))


@pytest.mark.parametrize(
    ("ends", "moment", "covers"),
    [
        (date(2026, 3, 10), "2026-03-09 23:59", True),  # its last day
        (date(2026, 3, 10), "2026-03-10 00:00", False),
        (date(2026, 3, 10), "2026-02-28 23:59", False),
        (None, "2026-03-10 00:00", True),
    ],
)
def test_a_release_with_an_end_is_in_force_until_its_last_day(ends, moment, covers):
    one = InForce(digest="x", begins=date(2026, 3, 1), ends=ends, zone="Asia/Shanghai")
    assert one.covers(at(moment)) is covers


def renew(tmp_path, rules, transition, *, version="2", begins="2026-03-09", now="2026-03-09 12:00"):
    """A new release comes, and the worker looks."""
    pack = small_pack(
        tmp_path, rules, version=version, begins=begins, more=f"transition: {transition}"
    )
    install(loaded=pack, now=at(now))
    return pack.digest, carry_out_transitions(now=at(now))


def test_keep_leaves_running_cases_under_their_words(firm, tmp_path):
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    digest, moved = renew(tmp_path, repair(12) + arrival(1), "keep")
    assert moved == 0
    assert leak.docket.release_id != digest
    assert leak["repaired-soon"].due_at == at("2026-03-10 10:00")
    later = Matter(firm, "leak", "2026-03-09 13:00")
    assert later.docket.release_id == digest
    assert later["repaired-soon"].due_at == at("2026-03-10 01:00")
    leak.happens("facts.changed", "2026-03-09 14:00", area="urban")
    assert leak["repaired-soon"].due_at == at("2026-03-10 10:00"), "events go by the pinned words"


def test_rebase_moves_due_moments_from_the_same_start_visibly(firm, tmp_path):
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    old = leak.docket.release_id
    leak.happens("crew.arrived", "2026-03-09 11:00")
    digest, moved = renew(tmp_path, repair(36) + arrival(1), "rebase")
    assert moved == 1
    held = leak["repaired-soon"]
    assert leak.docket.release_id == digest
    assert held.due_at == held.act_by == held.next_at == at("2026-03-10 22:00")
    assert held.proof["digest"] == digest
    assert leak["arrived"].due_at == at("2026-03-09 12:00"), "what was kept is not touched"
    (entry,) = leak.told("regulation.replaced")
    assert (entry.data["from"], entry.data["to"]) == (old, digest)
    assert entry.data["was"] == {"repaired-soon#1": moment_out(at("2026-03-10 10:00"))}
    assert entry.data["decided"][0]["why"] == "regulation"
    assert leak.is_sound()


@pytest.mark.parametrize(
    ("hours", "due"), [(36, "2026-03-10 10:00"), (12, "2026-03-09 22:00"), (24, "2026-03-10 10:00")]
)
def test_favour_takes_the_earlier_moment(firm, tmp_path, hours, due):
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    leak.happens("crew.arrived", "2026-03-09 11:00")
    digest, _ = renew(tmp_path, repair(hours) + arrival(2), "favour")
    assert leak.docket.release_id == digest
    assert leak["repaired-soon"].due_at == at(due)


def test_verdicts_are_never_reckoned_again(firm, tmp_path):
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    let_pass("2026-03-09 12:30")
    renew(tmp_path, repair(24) + arrival(48), "rebase", now="2026-03-09 13:00")
    arrived = leak["arrived"]
    assert arrived.broken_at == arrived.due_at == at("2026-03-09 12:00")
    assert len(leak.breaches()) == 1
    assert leak.breaches()[0].digest != leak.docket.release_id, "broken under the old words"


def test_what_was_due_is_broken_under_the_old_words_before_they_go(firm, tmp_path):
    """No worker came by between the due moment and the new release: that saves nobody."""
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    renew(tmp_path, repair(24) + arrival(48), "rebase", now="2026-03-09 13:00")
    assert leak["arrived"].broken_at == at("2026-03-09 12:00")


@pytest.mark.parametrize("transition", ["rebase", "favour"])
def test_nobody_breaks_a_rule_that_was_not_there_yet(firm, tmp_path, transition):
    """Six hours are over when the six-hour rule comes: the old moment stays."""
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    leak.happens("crew.arrived", "2026-03-09 11:00")
    renew(tmp_path, repair(6) + arrival(2), transition, now="2026-03-09 20:00")
    assert leak["repaired-soon"].due_at == at("2026-03-10 10:00")
    let_pass("2026-03-09 23:00")
    assert leak.breaches() == []


def test_a_case_that_the_new_words_do_not_know_whole_finishes_under_the_old(firm, tmp_path):
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    digest, moved = renew(tmp_path, repair(12), "rebase")
    assert moved == 0
    assert leak.docket.release_id != digest
    assert leak["arrived"].due_at == at("2026-03-09 12:00")
    entry = Entry.objects.get(kind="regulation.in_force")
    assert (entry.data["moved"], entry.data["stayed"]) == (0, 1)


def test_a_closed_case_is_left_alone(firm, tmp_path):
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    for name in ("crew.arrived", "repair.completed", "callback.made"):
        leak.happens(name, "2026-03-09 11:00")
    digest, moved = renew(tmp_path, repair(12) + arrival(1), "rebase")
    assert moved == 0
    assert leak.docket.release_id != digest


def test_a_release_waits_for_its_day(firm, tmp_path):
    leak = Matter(firm, "leak", "2026-03-09 10:00")
    digest, moved = renew(tmp_path, repair(36) + arrival(2), "rebase", begins="2026-03-10")
    assert moved == 0
    assert carry_out_transitions(now=at("2026-03-09 23:59")) == 0
    assert carry_out_transitions(now=at("2026-03-10 00:00")) == 1, "by the utility's own clock"
    assert leak.docket.release_id == digest
    assert leak["repaired-soon"].due_at == at("2026-03-10 22:00")


def test_it_is_carried_out_once(firm, tmp_path):
    Matter(firm, "leak", "2026-03-09 10:00")
    digest, _ = renew(tmp_path, repair(36) + arrival(2), "rebase")
    assert carry_out_transitions(now=at("2026-03-09 13:00")) == 0
    assert PackRelease.objects.get(pk=digest).carried_out_at == at("2026-03-09 12:00")
    assert Entry.objects.filter(kind="regulation.in_force").count() == 1


def test_another_company_and_another_pack_are_not_concerned(firm, tmp_path):
    other = house("water-company", code="W")
    pipe = Matter(other, "pipe-repair", "2026-03-09 10:00", area="urban")
    before = pipe.docket
    renew(tmp_path, repair(36) + arrival(2), "rebase")
    assert pipe.docket.version == before.version


# -- which release ---------------------------------------------------------------------------------


def test_the_release_of_the_day_of_the_request_is_pinned(firm, tmp_path):
    digest, _ = renew(tmp_path, repair(12) + arrival(1), "keep", begins="2026-03-10")
    company = firm.again()
    old = release_in_force(company=company, at=at("2026-03-09 23:59:59"))
    assert old != digest
    assert release_in_force(company=company, at=at("2026-03-10 00:00")) == digest


def test_before_the_first_release_there_is_no_regulation(firm):
    with pytest.raises(NoRegulation, match="small-utility"):
        release_in_force(company=firm.again(), at=at("2019-01-01 00:00"))


def test_the_same_content_twice_is_one_release(firm, tmp_path):
    pack = small_pack(tmp_path, repair(24) + arrival(2))
    kept = install(loaded=pack, now=at("2026-03-09 10:00"))
    assert PackRelease.objects.filter(pack="small-utility").count() == 1
    assert kept.installed_at < at("2026-03-09 10:00")


def test_a_release_read_back_is_the_pack_in_its_own_order(db):
    """Forms are offered, choices shown and rules applied in the order they were written in."""
    firm = house("water-company")
    pinned = release_in_force(company=firm.again(), at=at("2026-03-09 10:00"))
    back = regulation_for(digest=pinned, company=firm.company).pack
    written = shipped("water-company")
    assert back == written.pack
    for section in ("services", "processes", "forms", "rules", "facts", "events", "settings"):
        assert list(getattr(back, section)) == list(getattr(written.pack, section)), section
    for name, fact in back.facts.items():
        assert list(fact.values) == list(written.pack.facts[name].values), name
