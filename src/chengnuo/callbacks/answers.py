"""What a customer answers, and what a bad answer does.

A questionnaire is a form of the pack: it is filled in like any other, and what its answers mean is
read off the pack. A customer who is not satisfied, or says that it is not done, wants the case
back: it goes to the chief of those who had it. What was broken before stays broken.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from chengnuo.callbacks.calling import ATTEMPT, check_manner, original_of, questionnaires_of
from chengnuo.callbacks.models import Assignment, Attempt, BadAnswer, Manner, Outcome, Rating
from chengnuo.callbacks.services import CustomerWord, rate, rate_by_link
from chengnuo.cases.casework.services import say
from chengnuo.cases.casework.steps import check_step
from chengnuo.cases.models import Case
from chengnuo.cases.unit_of_work import happen_to, people_in, regulation_of, tell
from chengnuo.ledger.services import Fact, OutgoingMessage, post, record
from chengnuo.obligations.held import answering, of_unit
from chengnuo.obligations.models import Evidence, Obligation
from chengnuo.packs.callback_shapes import QuestionnaireShape
from chengnuo.packs.triggers import condition
from chengnuo.people.models import Staff
from chengnuo.people.queries import roster_of
from chengnuo.rules.refusing import Refused
from chengnuo.rules.rulebook import Within
from chengnuo.rules.state import Event
from chengnuo.rules.words import Text
from chengnuo.submissions.handlers import Submission, Then

MIDDLE = {True: 5, False: 2}
"""The score of an answer that was only yes or no."""


MANNER = "manner"
"""Told beside a questionnaire: by telephone, where nothing else is said, or by a visit."""
CONTEXT = frozenset({MANNER, ATTEMPT})


def is_questionnaire(sent: Submission) -> bool:
    """Whether a form asks a customer what he says afterwards."""
    return sent.shape.callback is not None


def answered(sent: Submission) -> Then | None:
    """The answers of a callback, the attempt behind them, and what a bad one does.

    Raises Refused for a visit that lacks its order.
    """
    asked = sent.shape.callback
    if asked is None:
        return None
    due, manner = _kept_by(sent), Manner(sent.context.get(MANNER, Manner.PHONE))
    if due is not None:
        check_manner(due, manner)

    def act(evidence: Evidence) -> None:
        reached = holds(asked.reached, evidence.data)
        if due is not None and not _on_record(due, sent):
            _attempted(due, evidence, sent, manner, reached=reached)
        if reached:
            _take_in(asked, evidence, due, sent)

    return act


def _take_in(
    asked: QuestionnaireShape, evidence: Evidence, due: Obligation | None, sent: Submission
) -> None:
    case = Case.objects.select_related("docket__organisation").filter(docket=sent.docket).first()
    if case is not None:
        take_in(case=case, evidence=evidence, asked=asked, by=sent.by, now=sent.at)
    elif is_bad(asked, evidence.data):
        _tell_of_period(due, evidence, sent)


def is_bad(asked: QuestionnaireShape, answers: Mapping[str, Any]) -> bool:
    """Whether the customer is not satisfied, or says that it is not done."""
    bad = (*asked.dissatisfied, *asked.not_done)
    return any(holds(said, answers) for said in bad)


def is_undone(asked: QuestionnaireShape, answers: Mapping[str, Any]) -> bool:
    """Whether the customer says that it is not done."""
    return any(holds(said, answers) for said in asked.not_done)


def _tell_of_period(due: Obligation | None, evidence: Evidence, sent: Submission) -> None:
    """A bad answer without a case has nothing to reopen: the head of the unit that owes the
    callback hears of it, the head of the company where he called himself."""
    docket, by, now = sent.docket, sent.by, sent.at
    data = {"key": due.key if due else None, "evidence": str(evidence.pk)}
    fact = Fact(kind="answer.bad_by_period", at=now, actor_id=by.pk, subject=docket.pk, data=data)
    company = docket.organisation_id
    record(organisation_id=company, facts=[fact], now=now)
    roster = roster_of(company=docket.organisation)
    units = [(due.unit_id if due else None) or company, company]
    heads = [set(roster.first_present(unit=unit, role="", at=now)) - {by.pk} for unit in units]
    about = docket.subject
    text = Text(
        f"客户不满意：{about}，定期回访", f"Dissatisfied customer: {about}, regular follow-up"
    )
    messages = [
        OutgoingMessage(
            key=f"dissatisfied:{evidence.pk}:{person}",
            channel="desk",
            recipient=str(person),
            payload={
                "kind": "dissatisfied", "zh": text.zh, "en": text.en, "docket": str(docket.pk),
            },
            not_before=now,
        )
        for person in sorted(heads[0] or heads[1])
    ]  # fmt: skip
    post(organisation_id=company, messages=messages, now=now)


def holds(given: Any, answers: Mapping[str, Any]) -> bool:
    return condition(given).holds(dict(answers)) is True


def _kept_by(sent: Submission) -> Obligation | None:
    """The running callback, soonest first, that this questionnaire keeps."""
    rows = sent.docket.obligations.filter(kept_at=None, voided_at=None)
    for row in rows.order_by("act_by", "start_at"):
        if sent.form in questionnaires_of(rule_id=row.rule, regulation=sent.regulation):
            return row
    return None


def _on_record(row: Obligation, sent: Submission) -> bool:
    known = sent.context.get(ATTEMPT)
    return known is not None and row.callback_attempts.filter(token=known).exists()


def _attempted(
    row: Obligation, evidence: Evidence, sent: Submission, manner: Manner, *, reached: bool
) -> None:
    held = {"officer": sent.by, "assigned_at": sent.at}
    Assignment.objects.get_or_create(obligation=row, defaults=held)
    Attempt.objects.create(
        organisation_id=row.organisation_id, obligation=row, officer=sent.by, manner=manner,
        outcome=Outcome.CONNECTED if reached else Outcome.NO_ANSWER, at=sent.at,
        token=f"form-{evidence.pk.hex}",
    )  # fmt: skip


def take_in(
    *, case: Case, evidence: Evidence, asked: QuestionnaireShape, by: Staff, now: datetime
) -> None:
    """Act on the answers of somebody who was reached: a rating, and what a bad answer does. They
    are about the case that he is asked about."""
    bad, undone = is_bad(asked, evidence.data), is_undone(asked, evidence.data)
    if not (bad or holds(asked.satisfied, evidence.data)):
        return  # reached, but no opinion given
    happy = not bad
    score = evidence.data.get(asked.score) if asked.score else None
    words = evidence.data.get(asked.words) if asked.words else ""
    said = CustomerWord(
        satisfied=happy,
        score=int(score) if isinstance(score, int | float) else MIDDLE[happy],
        solved=not undone,
        words=str(words or ""),
    )
    about = original_of(case=case) or case
    rating = rate(case=about, said=said, via="phone", now=now, by=by)
    if not happy:
        raise_bad_answer(rating=rating, evidence=evidence, now=now)


@transaction.atomic
def answer_link(*, token: str, said: CustomerWord, now: datetime) -> Rating:
    """Take a rating by its link; a bad one wants the case back. Raises NoSuchLink, LinkExpired,
    LinkUsed."""
    rating = rate_by_link(token=token, said=said, now=now)
    if not (rating.satisfied and rating.solved):
        raise_bad_answer(rating=rating, now=now)
    return rating


@transaction.atomic
def raise_bad_answer(
    *, rating: Rating, evidence: Evidence | None = None, now: datetime
) -> BadAnswer:
    """A bad answer wants the case back; one answer once. An open case goes back at once, a closed
    one waits for those who accepted it."""
    known = BadAnswer.objects.filter(rating=rating).first()
    if known is not None:
        return known
    case = Case.objects.select_related("docket__organisation").get(pk=rating.case_id)
    done = reported_done(case)
    made = BadAnswer.objects.create(
        organisation_id=case.organisation_id, rating=rating, case=case, evidence=evidence,
        before_id=case.docket.handling_unit_id or case.docket.accepting_unit_id,
        false_completion=done and not rating.solved, raised_at=now,
    )  # fmt: skip
    in_hand = of_unit(made.before_id or case.organisation_id)
    data = {
        "rating": rating.pk,
        "evidence": str(evidence.pk) if evidence else None,
        "unit": made.before_id,
        "held": answering(held=[in_hand], start=now, end=now),
        "dissatisfied": not rating.satisfied,
        "false_completion": made.false_completion,
    }
    fact = Fact(kind="answer.bad", at=now, subject=case.docket_id, data=data)
    record(organisation_id=case.organisation_id, facts=[fact], now=now)
    if case.closed_at is None:
        _back_to_its_chief(made, case, now)
    else:
        units = [u for u in (case.docket.accepting_unit_id,) if u is not None]
        _tell(made, case, units, "客户不满意，请决定是否重新办理", "decide whether to reopen", now)
    return made


def reported_done(case: Case) -> bool:
    """Whether somebody reported it done: an event that a callback of this case starts on."""
    regulation = regulation_of(case)
    starts = {
        event
        for rule in regulation.book.rules.values()
        if isinstance(rule, Within)
        and rule.binds(service=case.service, process=case.docket.process)
        and questionnaires_of(rule_id=rule.id, regulation=regulation)
        for event in rule.start.events
    } - {"case.lodged", "case.handed_over"}
    return any(starts & set(row.events) for row in case.docket.evidence.all())


@transaction.atomic
def decide_bad_answer(
    *, bad: BadAnswer, reopen: bool, by: Staff, remark: str, now: datetime
) -> BadAnswer:
    """Those who accepted the case reopen it, or say why not. Raises Refused, RefusedByRule."""
    row = BadAnswer.objects.select_for_update().select_related("case__docket").get(pk=bad.pk)
    if row.decided_at is not None:
        return row
    check_step(case=row.case, step="reopen", by=by, now=now)
    if len(remark.strip()) < 2:
        raise Refused(Text("请写明理由", "Enter the reason."))
    if reopen:
        say(case=row.case, what="reopened", by=by, now=now, reason=remark.strip())
        _back_to_its_chief(row, row.case, now, by)
    row.reopened, row.decided_by, row.decided_at = reopen, by, now
    row.remark = remark.strip()
    row.save(update_fields=["reopened", "decided_by", "decided_at", "remark"])
    data = {"rating": row.rating_id, "reopened": reopen, "remark": row.remark}
    fact = Fact(
        kind="answer.decided", at=now, actor_id=by.pk, subject=row.case.docket_id, data=data
    )
    record(organisation_id=row.organisation_id, facts=[fact], now=now)
    return row


def _back_to_its_chief(bad: BadAnswer, case: Case, now: datetime, by: Staff | None = None) -> None:
    """The same unit has it again; its head is told. Its clocks and its breaches are what they
    were; what the regulation starts anew on a dispute or a reopening runs anew."""
    if bad.before_id is not None and case.docket.handling_unit_id != bad.before_id:
        event = Event(name="case.handed_over", at=now)
        note = {"to": bad.before_id, "why": "answer.bad"}
        happen_to(case, [event], by=by, now=now, note=note, handling_unit=bad.before_id)
    if bad.before_id is not None:
        _tell(
            bad,
            case,
            [bad.before_id],
            "客户不满意，工单已退回本单位，请尽快联系客户",
            "returned to your unit",
            now,
        )
    if bad.decided_at is None and case.closed_at is None and by is None:
        bad.reopened, bad.decided_at = True, now
        bad.save(update_fields=["reopened", "decided_at"])


def _tell(bad: BadAnswer, case: Case, units: list[int], zh: str, en: str, now: datetime) -> None:
    people = people_in(case, units=units, at=now)
    text = Text(f"{case.number}：{zh}", f"{case.number}: customer not satisfied, {en}")
    tell(case, people=people, kind=f"answer.bad.{bad.pk}", text=text, by=None, now=now)
