"""Two people annul a breach that was recorded wrongly, and what followed from it is undone.

Whoever answers for the breach decides nothing about it; whoever asked does not decide either. An
open proceeding on it ends; deductions fall away where the month's pay sheet is not signed yet.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from chengnuo.conduct.access import decides, may_open, oversees
from chengnuo.conduct.models import Deduction, PaySheet, Proceeding
from chengnuo.conduct.withdrawing import withdraw
from chengnuo.customers.reasons import says_something
from chengnuo.ledger.services import Fact, OutgoingMessage, post, record
from chengnuo.obligations.annulling import ASKED, REFUSED, annul, check
from chengnuo.obligations.models import Annulment, Breach
from chengnuo.obligations.regulation import Regulation, regulation_for, release_in_force
from chengnuo.people.models import Organisation, Post, Staff
from chengnuo.people.queries import posts_in, posts_of
from chengnuo.rules.refusing import NotYours, Refused
from chengnuo.rules.words import Text

SHORTEST = 5


def _regulation(company: Organisation, now: datetime) -> Regulation:
    return regulation_for(digest=release_in_force(company=company, at=now), company=company)


def may_ask(*, breach: Breach, by: Staff, now: datetime) -> bool:
    """The head of the unit that owed it, and who may start a proceeding. Not who keeps the house:
    cases, and so their breaches, are closed to him; that a clock was wrong he tells these."""
    posts = posts_of(staff=by, at=now)
    return any(p.is_head and p.organisation_id == breach.unit_id for p in posts) or may_open(
        company=breach.organisation,
        regulation=_regulation(breach.organisation, now),
        posts=posts,
    )


def may_decide(*, annulment: Annulment, by: Staff, now: datetime) -> bool:
    """Who oversees the company, did not ask, and does not answer for the breach."""
    breach = annulment.breach
    posts = posts_of(staff=by, at=now)
    pack = _regulation(breach.organisation, now).pack
    return (
        by.pk != annulment.asked_by_id
        and oversees(company=breach.organisation, pack=pack, posts=posts)
        and not _answers(breach, by, posts)
    )


def _answers(breach: Breach, by: Staff, posts: list[Post]) -> bool:
    """Whether it lay with somebody: his posts held it, or he heads a unit that did."""
    held = breach.record.get("held") or [{"unit": breach.unit_id, "role": breach.role}]
    theirs = {(stay["unit"], stay["role"]) for stay in held}
    units = {unit for unit, _role in theirs}
    return (
        any(by.pk == stay.get("person") for stay in held)
        or any((p.organisation_id, p.role) in theirs for p in posts)
        or any(p.is_head and p.organisation_id in units for p in posts)
    )


@transaction.atomic
def ask(*, breach: Breach, reason: str, by: Staff, now: datetime) -> Annulment:
    """Ask that a breach be annulled. Asked twice it is asked once. Raises NotYours, Refused."""
    Breach.objects.select_for_update().get(pk=breach.pk)
    if not may_ask(breach=breach, by=by, now=now):
        raise NotYours(
            Text(
                "由责任单位负责人或可启动责任追究的人员申请",
                "Only the manager of the responsible unit, or those who may "
                "start accountability, can request this.",
            )
        )
    known = breach.annulments.filter(decided_at__isnull=True).first()
    if known is not None:
        return known
    if len(reason.strip()) < SHORTEST or not says_something(reason):
        raise Refused(
            Text(
                "请写明为何记录有误（至少5个字），例如“服务器时钟快了一天”",
                "Enter why the record is wrong (at least 5 characters), such "
                "as “the server's clock was a day fast”.",
            )
        )
    check(breach.obligation, now)
    made = Annulment.objects.create(
        breach=breach, organisation=breach.organisation, reason=reason.strip(), asked_by=by,
        asked_at=now,
    )  # fmt: skip
    _note(made, ASKED, by, now, {"reason": made.reason})
    _tell(made, _deciders(made, now), "annulment", now, Text(
        f"有违诺申请撤销，待您决定：{breach.obligation.docket.subject}",
        f"A breach is to be annulled, decide: {breach.obligation.docket.subject}",
    ))  # fmt: skip
    return made


@transaction.atomic
def decide(
    *, annulment: Annulment, granted: bool, words: str, by: Staff, now: datetime
) -> Annulment:
    """Grant or refuse it. Raises NotYours, Refused."""
    row = Annulment.objects.select_for_update().select_related("breach__obligation").get(
        pk=annulment.pk
    )  # fmt: skip
    if row.decided_at is not None:
        return row
    if not may_decide(annulment=row, by=by, now=now):
        raise NotYours(
            Text(
                "由监督人员或公司负责人决定，申请人和责任人不能决定",
                "The supervision department or the head of the company decides, "
                "not the person who asked or is responsible.",
            )
        )
    if not granted and len(words.strip()) < SHORTEST:
        raise Refused(Text("请写明不同意的理由", "Enter why it is refused."))
    row.granted, row.words, row.decided_by, row.decided_at = granted, words.strip(), by, now
    row.save(update_fields=["granted", "words", "decided_by", "decided_at"])
    if granted:
        annul(annulment=row, now=now)
        _undo(row, by, now)
    else:
        _note(row, REFUSED, by, now, {"reason": row.reason, "words": row.words})
    _tell(row, [row.asked_by_id], "annulled" if granted else "not-annulled", now, Text(
        f"撤销违诺{'已同意' if granted else '未获同意'}：{row.breach.obligation.docket.subject}",
        f"Annulling was {'granted' if granted else 'refused'}: "
        f"{row.breach.obligation.docket.subject}",
    ))  # fmt: skip
    return row


def _undo(annulment: Annulment, by: Staff, now: datetime) -> None:
    """End the proceeding on it; of one that is signed, say what was taken off in a signed month."""
    proceeding = Proceeding.objects.filter(breach=annulment.breach, withdrawn_at=None).first()
    if proceeding is None:
        return
    if proceeding.signed_at is None:
        reason = f"违诺已撤销：{annulment.reason}"
        withdraw(proceeding=proceeding, by=by, reason=reason, now=now)
        return
    taken = Deduction.objects.filter(part__proceeding=proceeding)
    months = {row.month for row in taken}
    signed = PaySheet.objects.filter(organisation=proceeding.organisation, month__in=months)
    if signed.exists():
        _tell(annulment, _paying(proceeding.organisation, now), "give-back", now, Text(
            f"违诺已撤销，已签发绩效工资表中的扣款须退还：{proceeding.case.number}",
            f"A breach was annulled; give back what a signed pay sheet took: "
            f"{proceeding.case.number}",
        ))  # fmt: skip


def _note(row: Annulment, kind: str, by: Staff, now: datetime, data: dict[str, str]) -> None:
    held = row.breach.obligation
    fact = Fact(
        kind=kind, at=now, actor_id=by.pk, subject=held.docket_id,
        data={"target": held.key, **data},
    )  # fmt: skip
    record(organisation_id=row.organisation_id, facts=[fact], now=now)


def _deciders(row: Annulment, now: datetime) -> list[int]:
    people = _people(row.organisation, now)
    return [p.pk for p in people if may_decide(annulment=row, by=p, now=now)]


def _paying(company: Organisation, now: datetime) -> list[int]:
    regulation = _regulation(company, now)
    return [
        person.pk
        for person in _people(company, now)
        if decides(
            company=company, regulation=regulation, posts=posts_of(staff=person, at=now)
        )
    ]  # fmt: skip


def _people(company: Organisation, now: datetime) -> list[Staff]:
    seated = [h.staff for post in posts_in(company=company) for h in post.seated]  # type: ignore[attr-defined]
    found: dict[int, Staff] = {person.pk: person for person in seated}
    return [found[pk] for pk in sorted(found)]


def _tell(row: Annulment, people: list[int], kind: str, now: datetime, said: Text) -> None:
    docket = str(row.breach.obligation.docket_id)
    messages = [
        OutgoingMessage(
            key=f"annulment:{row.pk}:{kind}:{person}", channel="desk", recipient=str(person),
            payload={"kind": kind, "zh": said.zh, "en": said.en, "docket": docket},
            not_before=now,
        )
        for person in people
    ]  # fmt: skip
    post(organisation_id=row.organisation_id, messages=messages, now=now)
