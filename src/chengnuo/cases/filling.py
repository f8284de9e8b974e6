"""Filling a form of a case: who may, when, in which words; it is evidence, its events happen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from chengnuo.cases.attempts import attempts_missing
from chengnuo.cases.happening import NO_CLAUSE, carried, refused
from chengnuo.cases.lodging import UnableToLodge
from chengnuo.cases.models import Case
from chengnuo.customers.telephones import tidy
from chengnuo.obligations.access import refusal_to_fill
from chengnuo.obligations.evidence import Deed, evidence_of, take_in
from chengnuo.obligations.models import Docket
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.obligations.services import RefusedByRule, SomebodyWasFaster, locked
from chengnuo.obligations.values import state_of
from chengnuo.packs.explaining import event_names
from chengnuo.packs.forms import (
    IN_THE_FUTURE,
    Filled,
    event_time,
    events_of,
    facts_of_form,
    fill,
    offered,
    texts,
)
from chengnuo.packs.schema import FormShape
from chengnuo.people.models import Staff
from chengnuo.people.queries import posts_of
from chengnuo.rules.conditions import Facts
from chengnuo.rules.gates import forbidden_words
from chengnuo.rules.rulebook import Within
from chengnuo.rules.words import Text

IN_THE_PAST = Text("约定时间已过，请另约", "The agreed time has passed. Agree another.")


class FormHasErrors(Exception):
    """The form came back with errors by field; `values` is what was typed."""

    def __init__(self, filled: Filled) -> None:
        self.filled = filled
        super().__init__("; ".join(f"{k}: {t.en}" for k, t in filled.errors.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A form that somebody sent in: what was typed, for which version of the case."""

    form: str
    raw: Mapping[str, Any]
    token: str
    version: int | None = None


def fill_form(*, case: Case, submission: Submission, by: Staff, now: datetime) -> Case:
    """Fill a form of the case: evidence is kept, its events happen.

    The same token twice is one submission. Raises FormHasErrors (fields), RefusedByRule (a gate),
    SomebodyWasFaster (the case moved on); in each case nothing is written.
    """
    if _sent_before(case, submission):
        return find(case_id=case.pk)
    with transaction.atomic():
        return _fill_form(case, submission, by, now)


def _sent_before(case: Case, submission: Submission) -> bool:
    return evidence_of(docket=case.docket_id, token=submission.token) is not None


def _fill_form(case: Case, submission: Submission, by: Staff, now: datetime) -> Case:
    docket = locked(docket_id=case.docket_id, expected_version=None)
    if _sent_before(case, submission):
        return find(case_id=case.pk)  # a double click: the first one was written while we waited
    if submission.version is not None and docket.version != submission.version:
        raise SomebodyWasFaster(case.number)
    regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
    form = regulation.pack.forms.get(submission.form)
    if form is None:
        raise UnableToLodge(
            Text(f"本制度没有表单“{submission.form}”", f"No such form “{submission.form}”")
        )
    filled = fill(pack=regulation.pack, form=form, raw=_with_telephones(form, submission.raw))
    at = _within_its_minute(event_time(form, filled.values, now), docket)
    _check_moment(regulation, form, filled, at, docket, now)
    _check_hand(docket, regulation, form, by, now)
    if filled.errors:
        raise FormHasErrors(filled)
    _check_turn(docket, regulation, submission.form, form)
    _check_attempts(docket, regulation, form)
    _check_words(docket, regulation, submission.form, filled)
    facts = facts_of_form(form, filled.values)
    names = events_of(form, filled.values) or ["facts.changed"]
    _check_agreed(regulation, form, filled, names, facts, at)
    deed = Deed(
        form=submission.form, shape=form, filled=filled, events=names, at=at, token=submission.token
    )
    return carried(case, take_in(docket=docket, deed=deed, by=by, now=now, told_as=case.number))


def _with_telephones(form: FormShape, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Telephones as they are stored, however they were written."""
    written = {f.id for f in form.fields if f.type == "phone"}
    return {k: tidy(v) if k in written and isinstance(v, str) else v for k, v in raw.items()}


def _check_agreed(
    regulation: Regulation,
    form: FormShape,
    filled: Filled,
    names: Sequence[str],
    facts: Facts,
    at: datetime,
) -> None:
    """A time agreed with the customer lies ahead: a slip of the year must not break a promise."""
    for rule in regulation.book.rules.values():
        agreed = rule.appointment if isinstance(rule, Within) else None
        moment = facts.get(agreed.fact) if agreed and agreed.event in names else None
        if agreed is not None and isinstance(moment, datetime) and moment < at:
            for shape in form.fields:
                if shape.fact == agreed.fact:
                    filled.errors[shape.id] = IN_THE_PAST
    if filled.errors:
        raise FormHasErrors(filled)


def _within_its_minute(at: datetime, docket: Docket) -> datetime:
    """People type minutes: what is told for a minute comes after what is known of that minute."""
    if at.second or at.microsecond:
        return at
    known = [datetime.fromisoformat(moment) for moment in docket.seen.values()]
    return max([at, *(m for m in known if at <= m < at + timedelta(minutes=1))])


def _check_moment(
    regulation: Regulation,
    form: FormShape,
    filled: Filled,
    at: datetime,
    docket: Docket,
    now: datetime,
) -> None:
    """Not in the future, not before the matter was taken in, nor before what the form follows."""
    name = next((f.id for f in form.fields if f.is_ == "event_time"), None)
    if name is None or name in filled.errors:
        return
    if at > now:
        filled.errors[name] = IN_THE_FUTURE
    elif at < docket.opened_at:
        filled.errors[name] = Text(
            "不能早于受理时间，请核对",
            "Cannot be before the time received. Check the date and time.",
        )
    elif form.after is not None:
        trigger = form.after.trigger()
        seen = {e: docket.seen[e] for e in trigger.events if e in docket.seen}
        moments = [(datetime.fromisoformat(at), e) for e, at in seen.items()]
        first, event = (max if trigger.needs_all else min)(moments, default=(at, ""))
        if at < first:
            title = event_names(regulation.pack, (event,))
            filled.errors[name] = Text(
                f"不能早于“{title.zh}”，请核对",
                f"Cannot be before “{title.en}”. Check the date and time.",
            )


def _check_turn(docket: Docket, regulation: Regulation, form_id: str, form: FormShape) -> None:
    """A form is filled when its turn has come, not before and not after."""
    state = state_of(docket, [], regulation)
    if form_id in offered(regulation.pack, state):
        return
    missing = Text(
        "现在不需要填写此表，请查看工单的待办步骤",
        "This form is not available at this stage. See the case for open steps.",
    )
    raise refused(form.title.text(), missing, _cited(form))


def _check_attempts(docket: Docket, regulation: Regulation, form: FormShape) -> None:
    missing = attempts_missing(docket=docket, pack=regulation.pack, form=form)
    if missing is not None:
        raise refused(form.title.text(), missing, _cited(form))


def _cited(form: FormShape) -> Text:
    return Text(form.clause.place, form.clause.place) if form.clause else NO_CLAUSE


def _check_hand(
    docket: Docket, regulation: Regulation, form: FormShape, by: Staff, now: datetime
) -> None:
    """A form is filled by those whom the pack names for it, and by another where it says so."""
    found = refusal_to_fill(
        form=form, pack=regulation.pack, docket=docket, posts=posts_of(staff=by, at=now), by=by
    )
    if found is not None:
        raise RefusedByRule([found])


def _check_words(docket: Docket, regulation: Regulation, form_id: str, filled: Filled) -> None:
    """Forbidden words (服务忌语) in a text are refused with the clause that names them."""
    state = state_of(docket, [], regulation)
    for name, text in texts(regulation.pack.forms[form_id], filled.values):
        for rule, word in forbidden_words(regulation.book, state, text, form_id):
            cited = rule.cite()
            filled.errors[name] = Text(
                f"不得使用“{word}”：{rule.title.zh}（{cited.zh}）",
                f"“{word}” must not be used: {rule.title.en} ({cited.en})",
            )
    if filled.errors:
        raise FormHasErrors(filled)


def find(*, case_id: UUID) -> Case:
    return Case.objects.select_related("docket", "customer", "organisation").get(pk=case_id)
