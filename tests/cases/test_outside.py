"""Matters from outside: once per sender and number, with papers, copies, limits and a reply."""

from datetime import timedelta

import pytest

from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.intake.lodging import Request
from chengnuo.cases.models import Case, Copy
from chengnuo.cases.referrals.outside import (
    Matter,
    Scan,
    register,
    register_all,
    see_copy,
    suggested_copies,
)
from chengnuo.cases.referrals.reply import draft_of, reply_of
from chengnuo.cases.unit_of_work import find
from chengnuo.ledger.models import Entry, OutboxMessage
from chengnuo.obligations.models import Evidence
from tests.companies import house
from tests.packs.shipped import shipped
from tests.rules.world import at
from tests.submitting import fill_case

RECEIVED = at("2026-03-09 09:00")
NOW = at("2026-03-09 09:20")
PACK = shipped("water-company").pack
SCAN = Scan(
    sha256="a" * 64, name="来信.pdf", type="application/pdf", size=9, value='{"name": "来信.pdf"}'
)


@pytest.fixture
def firm(db):
    return house("water-company")


def matter(firm, *, number="2026-0001", sender="mayor_mailbox", due=None, **more) -> Matter:
    service = "transferred-item" if sender == "gov_hotline" else "public-letter"
    request = Request(
        service=service,
        channel="transfer" if sender == "gov_hotline" else "letter",
        narrative="路灯下的水表井盖破损",
        token=f"token-{sender}-{number}",
        contact_name="演示来信人",
        outside_due_at=due,
    )
    return Matter(sender=sender, number=number, received_at=RECEIVED, request=request, **more)


def take(firm, one, by="administration", now=NOW):
    return register(company=firm.again(), pack=PACK, matter=one, by=firm.people[by], now=now)


def copied(firm):
    found = suggested_copies(company=firm.again(), pack=PACK, at=NOW)
    return [s.staff for s in found]


def running(case) -> dict:
    return {o.rule: o for o in case.docket.obligations.all() if o.is_running}


def test_the_number_of_a_sender_is_one_case_however_often_it_is_told(firm):
    first = take(firm, matter(firm))
    again = take(firm, matter(firm))
    other = take(firm, matter(firm, sender="housing_commission"))
    assert first.is_new
    assert not again.is_new
    assert again.case == first.case
    assert other.is_new, "another sender has numbers of its own"
    assert Case.objects.count() == 2


def test_without_a_number_each_letter_is_a_matter_of_its_own(firm):
    one = take(firm, matter(firm, number=""))
    other = matter(firm, number="")
    request = Request(
        service="public-letter", channel="letter", narrative="另一封", token="another"
    )
    two = take(firm, Matter(sender=other.sender, number="", received_at=RECEIVED, request=request))
    assert one.case != two.case


def test_papers_and_copies_go_with_it_and_the_scan_form_is_filled_from_them(firm):
    # given a letter with its scan, for those whom the clause names
    people = copied(firm)
    assert [p.badge for p in people] == [
        firm.people[r].badge for r in ("cs-manager", "branch-deputy")
    ]
    # when the administration registers it and pushes it to a department
    unit = firm.units["network"]
    case = take(firm, matter(firm, scans=[SCAN], copies=people, unit=unit)).case
    # then the papers are there, each of them was told once, and F-26 need not be typed again
    assert [a.name for a in case.attachments.all()] == ["来信.pdf"]
    told = OutboxMessage.objects.filter(payload__kind="copied").values_list("recipient", flat=True)
    assert sorted(told) == sorted(str(p.pk) for p in people)
    assert Evidence.objects.get().form == "letter-scan"
    assert Evidence.objects.get().data["copied_to"] == "、".join(p.name for p in people)
    # and the department's working day runs from the push
    assert running(case)["letter-information"].due_at.isoformat().startswith("2026-03-10")
    assert case.docket.handling_unit == unit


def test_somebody_else_registers_and_the_administration_still_fills_its_form(firm):
    case = take(firm, matter(firm, scans=[SCAN], copies=copied(firm)), by="cs-specialist").case
    assert not Evidence.objects.exists()
    assert "letter-scanned" in running(case)


def test_a_copy_is_seen_once_and_that_is_recorded(firm):
    manager = firm.people["cs-manager"]
    case = take(firm, matter(firm, copies=[manager])).case
    assert not see_copy(case=case, by=firm.people["network"], now=NOW)
    assert see_copy(case=case, by=manager, now=NOW + timedelta(hours=1))
    assert not see_copy(case=case, by=manager, now=NOW + timedelta(hours=2))
    assert Copy.objects.get().seen_at == NOW + timedelta(hours=1)
    assert Entry.objects.filter(kind="case.copy_seen").count() == 1


@pytest.mark.parametrize(
    ("theirs", "acts_by"),
    [
        ("2026-03-10 12:00", "2026-03-10 12:00"),  # theirs is earlier than our working day
        ("2026-03-20 18:00", None),  # ours is earlier
        (None, None),  # none was given
    ],
)
def test_the_sender_s_limit_runs_beside_ours_and_the_earlier_governs(firm, theirs, acts_by):
    due = at(theirs) if theirs else None
    case = take(firm, matter(firm, due=due)).case
    hand_over(case=case, to=firm.units["network"], by=firm.top, now=NOW)
    rows = running(find(case_id=case.pk))
    ours, sender = rows["letter-information"], rows["sender-replied"]
    assert sender.due_at == due
    assert ours.act_by == (at(acts_by) if acts_by else ours.due_at)


def test_the_call_back_of_a_transferred_item_counts_from_its_receipt(firm):
    case = take(firm, matter(firm, sender="gov_hotline", unit=firm.units["network"])).case
    rows = running(case)
    assert rows["transfer-callback"].start_at == RECEIVED
    assert rows["transfer-callback"].due_at.date() == at("2026-03-12 23:00").date()


def test_a_batch_takes_what_it_can_and_says_why_not(firm):
    bad = matter(firm, number="2026-0002")
    bad = Matter(
        sender=bad.sender,
        number=bad.number,
        received_at=NOW + timedelta(days=2),
        request=bad.request,
    )
    batch = register_all(
        company=firm.again(),
        pack=PACK,
        matters=[matter(firm), matter(firm), bad],
        by=firm.top,
        now=NOW,
    )
    assert (len(batch.taken), batch.known) == (1, 1)
    assert [r.number for r in batch.refused] == ["2026-0002"]
    assert "is in the future" in batch.refused[0].why.en


def fill(case, form, by, now, **answers):
    return fill_case(case, form, answers, token=f"{form}-{case.pk}", by=by, now=now)


def test_the_reply_says_what_is_missing_and_then_what_was_found(firm):
    people, later = firm.people, NOW + timedelta(minutes=30)
    case = take(firm, matter(firm, sender="gov_hotline", unit=firm.units["network"])).case
    reply = reply_of(case=find(case_id=case.pk), pack=PACK)
    assert [m.en for m in reply.missing] == [
        "the result of the handling unit",
        "the reply to the customer",
    ]
    fill(
        case, "department-feedback", people["network"], later,
        feedback="result", content="井盖已更换", clear="true",
    )  # fmt: skip
    reply = reply_of(case=find(case_id=case.pk), pack=PACK)
    assert [m.en for m in reply.missing] == ["the reply to the customer"]
    fill(
        case, "reply", people["cs-specialist"], later,
        content="已告知来电人更换完成", same_channel="true",
    )  # fmt: skip
    reply = reply_of(case=find(case_id=case.pk), pack=PACK)
    assert reply.is_ready
    assert draft_of(reply, zh=True) == "经核实：井盖已更换\n处理答复：已告知来电人更换完成"
    # when it went out, the promise to the sender is kept and the text is what was sent
    fill(
        case, "sender-reply", people["cs-specialist"], later,
        way="platform", content="井盖已更换，来电人知晓。", signed_by="演示经理",
    )  # fmt: skip
    reply = reply_of(case=find(case_id=case.pk), pack=PACK)
    assert (reply.text, reply.signed_by) == ("井盖已更换，来电人知晓。", "演示经理")
    kept = find(case_id=case.pk).docket.obligations.get(rule="sender-replied")
    assert kept.kept_at is not None
