"""Cases that belong together: linking, merging without loss, and taking a merging back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengnuo.cases.casework.links import (
    attachments_of,
    callers_of,
    link,
    links_of,
    mains_of,
    merge,
    merged_into,
    separate,
    unlink,
)
from chengnuo.cases.casework.services import say
from chengnuo.cases.casework.supervising import urge
from chengnuo.cases.intake.contacts import IncomingCall
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Attachment, Case, CaseLink, Contact
from chengnuo.ledger.models import OutboxMessage
from chengnuo.ledger.queries import history, verify
from chengnuo.obligations.models import Breach, Obligation
from chengnuo.obligations.services import RefusedByRule
from chengnuo.obligations.ticking import tick
from tests.companies import house, rule, small_pack
from tests.rules.world import at

NOW = at("2026-03-09 10:00")
RULES = rule(
    "repaired-soon",
    "kind: within, start: case.lodged, stop: repair.completed, owed_by: network, "
    "limit: {amount: 2, unit: hour}",
) + rule(
    "urge-answered",
    "kind: within, start: case.urged, stop: callback.made, owed_by: service, "
    "limit: {amount: 1, unit: hour}",
)


@pytest.fixture
def firm(db, tmp_path):
    return house(small_pack(tmp_path, RULES))


def take(firm, phone="13800000001", minutes=0, **more) -> Case:
    moment = NOW + timedelta(minutes=minutes)
    request = Request(
        service="leak",
        channel="phone",
        narrative="路面冒水",
        token=f"{phone}-{minutes}-{Case.objects.count()}",
        contact_name="演示客户",
        contact_phone=phone,
        **more,
    )
    return lodge(company=firm.again(), request=request, at=moment, now=moment, by=firm.top)


def joined(firm, case: Case, into: Case, minutes=30) -> Case:
    moment = NOW + timedelta(minutes=minutes)
    return merge(case=case, into=into, by=firm.top, now=moment, reason="同一处漏水")


def apart(firm, case: Case, minutes=40) -> Case:
    moment = NOW + timedelta(minutes=minutes)
    return separate(case=fresh(case), by=firm.top, now=moment, reason="并错了")


def fresh(case: Case) -> Case:
    return Case.objects.select_related("docket", "merged_into").get(pk=case.pk)


def kinds(case: Case) -> list[str]:
    return [entry.kind for entry in history(subject=case.docket_id)]


def promise(case: Case) -> Obligation:
    return case.docket.obligations.get(rule="repaired-soon")


# -- linking ---------------------------------------------------------------------------------------


def test_a_link_is_seen_from_both_sides_and_told_in_both_ledgers(firm):
    one, two = take(firm), take(firm, "13800000002")
    link(case=one, other=two, by=firm.top, now=NOW, reason="同一小区")
    assert [found.pk for found in links_of(one)] == [found.pk for found in links_of(two)]
    assert "case.linked" in kinds(one)
    assert "case.linked" in kinds(two)
    assert promise(one).is_running
    assert promise(two).is_running


def test_linked_from_either_side_is_linked_once(firm):
    one, two = take(firm), take(firm, "13800000002")
    link(case=one, other=two, by=firm.top, now=NOW)
    with pytest.raises(RefusedByRule, match="already"):
        link(case=two, other=one, by=firm.top, now=NOW)


def test_a_link_is_taken_away_from_either_side(firm):
    one, two = take(firm), take(firm, "13800000002")
    link(case=one, other=two, by=firm.top, now=NOW)
    unlink(case=two, other=one, by=firm.top, now=NOW, reason="不是一回事")
    assert not CaseLink.objects.exists()
    assert kinds(one)[-1] == kinds(two)[-1] == "case.unlinked"
    with pytest.raises(RefusedByRule, match="not linked"):
        unlink(case=two, other=one, by=firm.top, now=NOW, reason="再次")


def test_a_merging_is_no_link_that_can_be_taken_away(firm):
    main, late = take(firm), take(firm, "13800000002", 10)
    joined(firm, late, main)
    with pytest.raises(RefusedByRule, match="not linked"):
        unlink(case=late, other=main, by=firm.top, now=NOW, reason="想拆开")


# -- merging ---------------------------------------------------------------------------------------


def test_the_merged_case_follows_the_main_one(firm):
    main, late = take(firm), take(firm, "13800000002", 10)
    joined(firm, late, main)
    late, main = fresh(late), fresh(main)
    assert late.merged_into == main
    assert late.closed_at == late.docket.closed_at == NOW + timedelta(minutes=30)
    assert main.docket.closed_at is None
    assert promise(late).voided_at is not None
    assert promise(main).is_running
    assert (kinds(late)[-1], kinds(main)[-1]) == ("case.merged", "case.took_in")
    assert (mains_of(late), merged_into(main)) == ([main], [late])
    assert not Breach.objects.exists()
    assert verify(organisation_id=firm.company.pk) == []


def test_every_caller_waits_for_the_answer_of_the_main_case(firm):
    main, late = take(firm), take(firm, "13800000002", 10)
    later, same = take(firm, "13800000003", 15), take(firm, "13800000002", 16)
    joined(firm, later, late, 20)
    joined(firm, late, main)
    joined(firm, same, main)
    phones = ["13800000001", "13800000002", "13800000003"]
    assert [caller.phone for caller in callers_of(main)] == phones


def test_merging_and_separating_record_no_call_and_forget_none(firm):
    main, late = take(firm, call=IncomingCall()), take(firm, "13800000002", 10, call=IncomingCall())
    called = list(Contact.objects.order_by("pk").values())
    joined(firm, late, main)
    assert list(Contact.objects.order_by("pk").values()) == called
    apart(firm, late)
    assert list(Contact.objects.order_by("pk").values()) == called


def test_papers_of_the_merged_case_are_reached_from_the_main_one(firm):
    main, late = take(firm), take(firm, "13800000002", 10)
    paper = Attachment.objects.create(
        case=late, sha256="a" * 64, name="照片.jpg", type="image/jpeg", size=1, added_at=NOW
    )
    joined(firm, late, main)
    assert attachments_of(main) == [paper]


def test_who_works_on_the_main_case_is_told(firm):
    main, late = take(firm), take(firm, "13800000002", 10)
    joined(firm, late, main)
    told = OutboxMessage.objects.filter(payload__kind="merged")
    assert {m.recipient for m in told} == {f"{firm.people['network'].pk}"}


def closed(case):
    say(case=case, what="withdrawn", by=None, now=NOW + timedelta(minutes=20), reason="不用了")


@pytest.mark.parametrize("which", ["main", "late"])
def test_a_closed_case_is_not_merged(firm, which):
    main, late = take(firm), take(firm, "13800000002", 10)
    closed({"main": main, "late": late}[which])
    with pytest.raises(RefusedByRule, match="closed"):
        joined(firm, late, main)


def test_a_case_is_not_merged_into_itself_nor_into_its_own_follower(firm):
    main, late = take(firm), take(firm, "13800000002", 10)
    with pytest.raises(RefusedByRule, match="same case"):
        joined(firm, main, main)
    joined(firm, late, main)
    with pytest.raises(RefusedByRule, match="merged into this one"):
        joined(firm, main, late)


def test_one_merges_into_the_end_of_a_chain(firm):
    main, middle, late = (take(firm, f"1380000000{i}", i) for i in (1, 2, 3))
    joined(firm, middle, main)
    with pytest.raises(RefusedByRule, match=f"Merge into {main.number}"):
        joined(firm, late, middle)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        ({"restricted": True}, "is restricted"),
        ({"confidential": True}, "is confidential"),
    ],
)
@pytest.mark.parametrize("verb", [link, merge])
def test_what_some_may_not_know_is_not_told_by_a_link(firm, one, said, verb):
    main, late = take(firm), take(firm, "13800000002", 10)
    Case.objects.filter(pk=late.pk).update(**one)
    to = {"other": main} if verb is link else {"into": main}
    with pytest.raises(RefusedByRule, match=said):
        verb(case=late, by=firm.top, now=NOW + timedelta(hours=1), reason="同一人", **to)


def test_two_companies_have_nothing_to_merge(firm):
    other = house("water-company", code="U")
    request = Request(service="pipe-repair", channel="phone", narrative="漏水", token="elsewhere")
    theirs = lodge(company=other.again(), request=request, at=NOW, now=NOW, by=other.top)
    ours = take(firm)
    with pytest.raises(RefusedByRule, match="different companies"):
        joined(firm, ours, theirs)


# -- promises --------------------------------------------------------------------------------------


def test_an_earlier_promise_is_not_merged_into_a_later_one(firm):
    early, late = take(firm), take(firm, "13800000002", 10)
    with pytest.raises(RefusedByRule, match="worse off"):
        joined(firm, early, late)
    assert promise(early).is_running
    assert not CaseLink.objects.exists()


def test_a_promise_that_the_main_case_does_not_owe_is_not_lost(firm):
    main, late = take(firm), take(firm, "13800000002", 10)
    urge(case=late, by=firm.top, now=NOW + timedelta(minutes=20), reason="快")
    with pytest.raises(RefusedByRule, match=r"urge-answered.*worse off"):
        joined(firm, late, main)


def test_what_was_broken_before_the_merging_stays_broken(firm):
    main, late = take(firm), take(firm, "13800000002", 10)
    joined(firm, late, main, minutes=180)
    broken = Breach.objects.get(obligation=promise(late))
    assert broken.broken_at == NOW + timedelta(minutes=130)
    tick(now=NOW + timedelta(minutes=181))
    assert Breach.objects.filter(obligation=promise(main)).exists()


def test_no_time_is_won_by_merging_and_separating(firm):
    main, late = take(firm), take(firm, "13800000002", 10)
    due = promise(late).due_at
    joined(firm, late, main)
    apart(firm, late, minutes=300)
    row = promise(late)
    assert (row.due_at, row.broken_at, row.voided_at) == (due, due, None)
    assert Breach.objects.get(obligation=row).broken_at == due
    assert fresh(late).docket.closed_at is None
    assert fresh(late).merged_into is None
    assert not Contact.objects.filter(case=main).exists()
    assert (kinds(late)[-1], kinds(main)[-1]) == ("case.separated", "case.gave_back")


def test_separated_in_time_the_promise_is_kept_in_time(firm):
    main, late = take(firm), take(firm, "13800000002", 10)
    joined(firm, late, main)
    apart(firm, late)
    tick(now=NOW + timedelta(minutes=125))
    assert promise(late).is_running
    assert not Breach.objects.filter(obligation=promise(late)).exists()


def test_only_a_merged_case_is_separated(firm):
    with pytest.raises(RefusedByRule, match="not merged"):
        apart(firm, take(firm))


def test_a_merged_case_is_not_reopened_but_separated(firm):
    main, late = take(firm), take(firm, "13800000002", 10)
    joined(firm, late, main)
    with pytest.raises(RefusedByRule, match=main.number):
        say(
            case=fresh(late), what="reopened", by=firm.top, now=NOW + timedelta(hours=1), reason="x"
        )


# -- whatever people do ----------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(st.sampled_from(["merge", "separate", "tick"]), st.integers(0, 3), st.integers(0, 3)),
    max_size=14,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_mergings_make_no_circle_and_lose_no_breach(firm, steps):
    cases = [take(firm, f"1390000000{i}", i) for i in range(4)]
    due = {case.pk: promise(case).due_at for case in cases}
    known: dict[Any, Any] = {}
    for index, (what, one, other) in enumerate(steps):
        now = NOW + timedelta(minutes=10 + 17 * index)
        try:
            if what == "merge":
                merge(case=cases[one], into=cases[other], by=firm.top, now=now, reason="同一处")
            elif what == "separate":
                separate(case=fresh(cases[one]), by=firm.top, now=now, reason="并错")
            else:
                tick(now=now)
        except RefusedByRule:
            pass
        for case in cases:
            assert fresh(case) not in mains_of(fresh(case))
            ends = mains_of(fresh(case))
            assert not ends or ends[-1].merged_into is None
        found = dict(Breach.objects.values_list("obligation_id", "broken_at"))
        assert known.items() <= found.items(), "a breach is permanent"
        known = found
    end = NOW + timedelta(days=1)
    tick(now=end)
    for case in cases:
        row, main = promise(case), ([*mains_of(fresh(case))] or [case])[-1]
        assert row.due_at == due[case.pk], "no due moment moved"
        assert Breach.objects.filter(obligation=promise(main)).exists(), "somebody still owed it"
