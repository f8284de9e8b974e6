"""Verbs of accountability: open, serve, rebut, give an opinion; `signing` ends it.

The pack's accountability process runs as a case of its own; here are the statement, the parts of
those concerned and what falls on whom. Each verb is one transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.cases.unit_of_work import happen_to
from chengnuo.conduct.access import may_open, standing_in
from chengnuo.conduct.answers import (
    AnswerOnRecord,
    ground_told,
    in_ledger,
    on_form,
    proceeding_on,
    proceedings_on,
    told_of,
)
from chengnuo.conduct.models import Ground, Opinion, Part, Proceeding
from chengnuo.conduct.proceeding import (
    SHORTEST,
    happens,
    locked,
    rebuttal_of,
    tariff,
    tell_concerned,
)
from chengnuo.conduct.statements import (
    of_answer,
    of_breach,
    read,
    tariff_of,
    written,
)
from chengnuo.ledger.models import Entry
from chengnuo.ledger.services import Fact, record
from chengnuo.obligations.models import Breach
from chengnuo.obligations.regulation import regulation_for, release_in_force
from chengnuo.packs.channels import channel_for
from chengnuo.people.models import Organisation, Staff
from chengnuo.people.queries import posts_of
from chengnuo.rules.refusing import NotYours, Refused
from chengnuo.rules.state import Event
from chengnuo.rules.words import Text

OPENED = "accountability.opened"
TO_BE_STARTED_BY = Text(
    "由决定责任追究的部门、客服负责人、公司领导或监督人员启动",
    "To be started by the deciding department, the head of customer "
    "service, a company leader or the supervision department.",
)


@transaction.atomic
def open_on_breach(
    *, breach: Breach, by: Staff | None, now: datetime, reason: str = ""
) -> Proceeding:
    """Open a proceeding on a breach, with the reason of whoever opens it; the same breach has one
    that was not withdrawn.

    Raises NoAccountability, Refused, NotYours.
    """
    Breach.objects.select_for_update().get(pk=breach.pk)  # of two who start it, one waits
    release = release_in_force(company=breach.organisation, at=now)
    _check_opener(breach.organisation, release, by, now)
    known = Proceeding.objects.filter(breach=breach, withdrawn_at=None).first()
    if known is not None:
        return known
    if breach.obligation.annulled_at is not None:
        raise Refused(
            Text(
                "该违诺已撤销，不能据此追责",
                "This breach has been annulled; no one can be held accountable for it.",
            )
        )
    _check_reason(by, reason)
    if not breach.record:
        raise Refused(
            Text(
                "违诺记录中没有责任方，无法划分责任；请按制度线下处理",
                "The breach record names no responsible unit, so it cannot "
                "be divided. Handle it outside the system as the regulation "
                "says.",
            )
        )
    content = of_breach(breach=breach, tariff=release)
    origin = Case.objects.filter(docket=breach.obligation.docket_id).first()
    title = f"{breach.obligation.docket.subject} {breach.clause_zh}"
    token = _token(f"breach-{breach.pk}", breach.proceedings.count())
    case = _lodge(breach.organisation, token, title, by, now)
    return _open(
        Proceeding(
            case=case, origin=origin, ground=Ground.BREACH, breach=breach, reason=reason.strip(),
        ),
        content=content, by=by, now=now,
    )  # fmt: skip


@transaction.atomic
def open_on_answer(
    *, entry: Entry, by: Staff | None, now: datetime, reason: str = ""
) -> Proceeding:
    """Open a proceeding on a customer's answer (S3 三.2(3)), which the ledger tells of, with the
    reason of whoever opens it; the same answer has one that was not withdrawn.

    Raises NoAccountability, Refused, NotYours.
    """
    Entry.objects.select_for_update().get(pk=entry.pk)  # of two who start it, one waits
    company = Organisation.objects.get(pk=entry.organisation_id)
    release = release_in_force(company=company, at=now)
    _check_opener(company, release, by, now)
    known = proceeding_on(entry=entry)
    if known is not None:
        return known
    _check_reason(by, reason)
    ground = ground_told(entry.data)
    if ground is None:
        raise Refused(
            Text(
                "该评价并非不满意，也未指虚假办结，不构成责任追究事由；如有违诺，请从违诺启动",
                "This rating is not dissatisfied and reports no false completion, "
                "so it is no ground. If there is a breach, start from the breach.",
            )
        )
    answer = in_ledger(entry=entry, ground=ground)
    content = of_answer(answer=answer, tariff=release)
    origin = Case.objects.filter(docket=answer.docket).first()
    title = f"{answer.docket.subject} {ground.label}"
    token = _token(f"answer-{company.pk}-{entry.seq}", proceedings_on(entry=entry).count())
    case = _lodge(company, token, title, by, now)
    return _open(
        Proceeding(
            case=case, origin=origin, ground=ground,
            entry_seq=entry.seq, evidence_id=entry.data["evidence"], reason=reason.strip(),
        ),
        content=content, by=by, now=now,
    )  # fmt: skip


def _check_opener(company: Organisation, release: str, by: Staff | None, now: datetime) -> None:
    """Nobody (`by=None`) is the product itself, where the regulation opens one."""
    regulation = regulation_for(digest=release, company=company)
    tariff_of(regulation)
    if by is not None and not may_open(
        company=company, regulation=regulation, posts=posts_of(staff=by, at=now)
    ):
        raise NotYours(TO_BE_STARTED_BY)


def _check_reason(by: Staff | None, reason: str) -> None:
    if by is not None and len(reason.strip()) < SHORTEST:
        raise Refused(Text("请写明启动理由", "Enter the reason for starting."))


def _token(ground: str, before: int) -> str:
    """The token of the case: another for each proceeding that was withdrawn before."""
    return f"{ground}-{before}" if before else ground


def _lodge(company: Any, token: str, title: str, by: Staff | None, now: datetime) -> Case:
    regulation = regulation_for(digest=release_in_force(company=company, at=now), company=company)
    request = Request(
        service=tariff_of(regulation).service,
        channel=channel_for(regulation.pack, "house"),
        narrative=title,
        token=token[:64],
        source="accountability",
        source_ref=token[:100],
    )
    return lodge(company=company, request=request, at=now, now=now, by=by)


def _open(
    proceeding: Proceeding, *, content: dict[str, Any], by: Staff | None, now: datetime
) -> Proceeding:
    proceeding.organisation_id = proceeding.case.organisation_id
    proceeding.statement, proceeding.digest = written(content)
    proceeding.opened_at, proceeding.opened_by = now, by
    proceeding.save(force_insert=True)
    Part.objects.bulk_create(
        Part(
            proceeding=proceeding,
            unit_id=share["unit"],
            role=share["role"],
            staff_id=share["person"],
            seconds=share["seconds"],
            share=share["share"],
            points=share["points"],
            fen=share["fen"],
        )
        for share in content["shares"]
    )
    for case in (proceeding.origin, proceeding.case):
        _say_opened(case, proceeding, by, now)
    return proceeding


def _say_opened(case: Case | None, proceeding: Proceeding, by: Staff | None, now: datetime) -> None:
    """Where the regulation demands that a procedure be opened, it now is."""
    if case is None:
        return
    book = regulation_for(digest=case.docket.release_id, company=proceeding.organisation).book
    waiting = book.stops.get(OPENED, frozenset())
    if case.docket.obligations.filter(rule__in=waiting, kept_at=None, voided_at=None).exists():
        note = {"proceeding": proceeding.case.number}
        happen_to(case, [Event(name=OPENED, at=now)], by=by, now=now, note=note)


@transaction.atomic
def serve(*, proceeding: Proceeding, by: Staff, now: datetime) -> Proceeding:
    """Serve the statement on those concerned; the time for their rebuttal begins.

    Raises NotYours, Refused.
    """
    row = locked(proceeding)
    standing = standing_in(proceeding=row, staff=by, posts=posts_of(staff=by, at=now))
    if not (standing.decides or standing.oversees):
        raise NotYours(
            Text(
                "由决定责任追究的部门或监督人员送达，请联系他们",
                "To be served by the deciding department or the supervision "
                "department. Contact them.",
            )
        )
    if row.served_at is not None or row.withdrawn_at is not None:
        return row
    row.served_at = now
    row.save(update_fields=["served_at"])
    note = {"sha256": row.digest}
    happens(row, tariff(row).served, by, now, note)
    people = {p.staff_id for p in row.parts.all() if p.staff_id} | _heads(row, now)
    said = Text(
        f"责任认定告知书已送达：{row.case.number}，可在期限内申辩",
        f"Notice of findings served: {row.case.number}. You may respond "
        "within the response period.",
    )
    tell_concerned(row, people=people, kind="served", said=said, now=now)
    return row


def _heads(row: Proceeding, now: datetime) -> set[int]:
    units = {p.unit_id for p in row.parts.all()}
    heads = Staff.objects.filter(
        holdings__post__organisation__in=units,
        holdings__post__is_head=True,
        holdings__since__lte=now,
        holdings__until=None,
    )
    return set(heads.values_list("pk", flat=True))


@transaction.atomic
def rebut(*, part: Part, by: Staff, words: str, now: datetime) -> Part:
    """State one's case against a part (申辩), in time. For a department its head speaks.

    Raises NotYours, Refused.
    """
    row = locked(part.proceeding)
    part = Part.objects.select_for_update().get(pk=part.pk)
    standing = standing_in(proceeding=row, staff=by, posts=posts_of(staff=by, at=now))
    if part.pk not in standing.speaks_for:
        raise NotYours(
            Text(
                "须由本人申辩，部门由其负责人申辩；请转告本人",
                "Only the person concerned can respond, for a department its "
                "head. Please tell them.",
            )
        )
    if len(words.strip()) < SHORTEST:
        raise Refused(Text("请写明申辩理由", "Enter the grounds."))
    right = rebuttal_of(proceeding=row)
    if row.served_at is None or row.is_over:
        raise Refused(
            Text(
                "告知书尚未送达，或已签发、已撤回：未送达请待送达后申辩，已签发请向签发人反映",
                "The notice has not been served, or the review is signed or "
                "withdrawn. Wait until it is served; after signing, contact "
                "the signer.",
            )
        )
    if right is not None and right.due_at is not None and now > right.due_at:
        raise Refused(
            Text(
                "申辩期限已过，请在签发前向作出决定的部门书面说明",
                "The response period is over. Write to the deciding department "
                "before the decision is signed.",
            )
        )
    part.rebuttal, part.rebutted_at = words.strip(), now
    part.save(update_fields=["rebuttal", "rebutted_at"])
    note = {"part": part.pk, "words": part.rebuttal}
    happens(row, tariff(row).rebutted, by, now, note)
    return part


@transaction.atomic
def give_opinion(
    *, proceeding: Proceeding, unit: Organisation, by: Staff, words: str, now: datetime
) -> Opinion:
    """The opinion of a department concerned, for those who decide (S1.2 四.4). It may be given
    again: all stay, the newest counts; the same words twice are said once.

    Raises NotYours, Refused.
    """
    row = locked(proceeding)
    standing = standing_in(proceeding=row, staff=by, posts=posts_of(staff=by, at=now))
    if unit.pk not in {p.unit_id for p in standing.heads}:
        raise NotYours(
            Text(
                "由有关部门负责人提出意见，请转告该负责人",
                "The opinion comes from the head of the department concerned. Please tell them.",
            )
        )
    if len(words.strip()) < SHORTEST:
        raise Refused(Text("请写明意见", "Enter the opinion."))
    if row.is_over:
        raise Refused(
            Text(
                "已签发或已撤回，不再接受意见，请向签发人或撤回人反映",
                "The review is signed or withdrawn; opinions are closed. Contact "
                "the person who signed or withdrew it.",
            )
        )
    newest = row.opinions.filter(unit=unit).order_by("-at", "-pk").first()
    if newest is not None and (newest.by_id, newest.words) == (by.pk, words.strip()):
        return newest
    opinion = row.opinions.create(unit=unit, by=by, words=words.strip(), at=now)
    _say_given(row, opinion, by, now)
    return opinion


def _say_given(row: Proceeding, opinion: Opinion, by: Staff, now: datetime) -> None:
    data = {"unit": opinion.unit_id, "words": opinion.words}
    proposed = tariff(row).proposed
    if proposed is not None:
        happens(row, proposed, by, now, data)
        return
    subject = row.case.docket_id
    fact = Fact(kind="opinion.given", at=now, actor_id=by.pk, subject=subject, data=data)
    record(organisation_id=row.organisation_id, facts=[fact], now=now)


def derived_again(*, proceeding: Proceeding) -> tuple[dict[str, Any], bool]:
    """The statement derived from the record once more, and whether it is the one that was kept."""
    kept = read(proceeding.statement)
    if proceeding.breach is not None:
        content = of_breach(breach=proceeding.breach, tariff=kept["tariff"])
    else:
        content = of_answer(answer=_answer_of(proceeding, kept), tariff=kept["tariff"])
    return content, written(content)[1] == proceeding.digest


def _answer_of(proceeding: Proceeding, kept: dict[str, Any]) -> AnswerOnRecord:
    ground = Ground(proceeding.ground)
    entry = told_of(proceeding=proceeding)
    if entry is not None:
        return in_ledger(entry=entry, ground=ground)
    if proceeding.evidence is None:
        raise ValueError(f"{proceeding} has no ground")
    return on_form(evidence=proceeding.evidence, ground=ground, unit=kept["held"][0]["unit"])
