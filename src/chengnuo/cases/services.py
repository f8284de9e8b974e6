"""Verbs of the case file. Each is one transaction and one unit of work on the case's docket.

Times: `at` is when it happened, `now` is when we are told; both are passed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from chengnuo.cases.lodging import (
    Request,
    UnableToLodge,
    WrongFacts,
    check_facts,
    draft_docket,
    lodge,
)
from chengnuo.cases.models import Case
from chengnuo.ledger.ids import uuid7
from chengnuo.ledger.services import canonical
from chengnuo.obligations.access import check_approver, may_fill, whose
from chengnuo.obligations.models import Docket, Evidence
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.obligations.services import (
    Refusal,
    RefusedByRule,
    SomebodyWasFaster,
    happen,
    locked,
)
from chengnuo.obligations.values import state_of
from chengnuo.packs.explaining import event_names
from chengnuo.packs.forms import (
    Filled,
    event_time,
    events_of,
    facts_of_form,
    fill,
    offered,
    storable,
    texts,
)
from chengnuo.packs.schema import FormShape, Pack
from chengnuo.people.models import Organisation, Staff
from chengnuo.people.queries import posts_of
from chengnuo.rules.conditions import Facts
from chengnuo.rules.gates import forbidden_words
from chengnuo.rules.rulebook import Within
from chengnuo.rules.state import Event
from chengnuo.rules.words import Text

__all__ = [
    "FormHasErrors",
    "NotOneOfOurs",
    "Request",
    "Submission",
    "UnableToLodge",
    "WrongFacts",
    "agree_appointment",
    "ask_pause",
    "change_facts",
    "decide_pause",
    "draft_docket",
    "fill_form",
    "find",
    "hand_over",
    "lodge",
    "say",
]

STEPS = ("urged", "returned", "disputed", "withdrawn", "reopened")
VERDICTS = ("approved", "rejected", "ended")
IN_THE_PAST = Text("约定时间已过", "The agreed time is over already")
STILL_OPEN = Text("工单尚未办结", "the case is not closed")


class FormHasErrors(Exception):
    """The form came back with errors by field; `values` is what was typed."""

    def __init__(self, filled: Filled) -> None:
        self.filled = filled
        super().__init__("; ".join(f"{k}: {t.en}" for k, t in filled.errors.items()))


class NotOneOfOurs(ValueError):
    """A case is handed over inside the company, or to what stands above it."""


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
    try:
        with transaction.atomic():
            return _fill_form(case, submission, by, now)
    except IntegrityError:
        if _sent_before(case, submission):
            return find(case_id=case.pk)
        raise


def _sent_before(case: Case, submission: Submission) -> bool:
    sent = Evidence.objects.filter(token=submission.token, docket=case.docket_id)
    return sent.exists()


def _fill_form(case: Case, submission: Submission, by: Staff, now: datetime) -> Case:
    docket = locked(docket_id=case.docket_id, expected_version=None)
    if _sent_before(case, submission):
        return find(case_id=case.pk)  # a double click: the first one was written while we waited
    if submission.version is not None and docket.version != submission.version:
        raise SomebodyWasFaster(case.number)
    regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
    form = regulation.pack.forms.get(submission.form)
    if form is None:
        raise UnableToLodge(f"no such form '{submission.form}'")
    filled = fill(pack=regulation.pack, form=form, raw=submission.raw)
    at = _within_its_minute(event_time(form, filled.values, now), docket)
    _check_moment(regulation, form, filled, at, docket, now)
    if filled.errors:
        raise FormHasErrors(filled)
    _check_turn(docket, regulation, submission.form, form)
    _check_hand(docket, regulation, form, by, now)
    _check_words(docket, regulation, form, filled)
    facts = facts_of_form(form, filled.values)
    names = events_of(form, filled.values) or ["facts.changed"]
    _check_agreed(regulation, form, filled, names, facts, at)
    evidence = Evidence.objects.create(
        id=uuid7(now),
        docket=docket,
        form=submission.form,
        digest=docket.release_id,
        data=storable(filled.values),
        events=names,
        filled_by=by,
        at=at,
        filled_at=now,
        token=submission.token,
    )
    events = [
        Event(name=n, at=at, facts={} if i else facts, more_follow=i + 1 < len(names))
        for i, n in enumerate(names)
    ]
    # The ledger holds the hash of what was filled in: the evidence cannot be changed unnoticed.
    note = {
        "form": submission.form,
        "evidence": str(evidence.pk),
        "sha256": sha256(canonical(evidence.data).encode()).hexdigest(),
    }
    return _happen(case, events, by=by, now=now, note=note)


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
        filled.errors[name] = Text("不能晚于现在", "Cannot lie in the future")
    elif at < docket.opened_at:
        filled.errors[name] = Text("不能早于受理时间", "Cannot lie before the intake")
    elif form.after is not None:
        trigger = form.after.trigger()
        seen = {e: docket.seen[e] for e in trigger.events if e in docket.seen}
        moments = [(datetime.fromisoformat(at), e) for e, at in seen.items()]
        first, event = (max if trigger.needs_all else min)(moments, default=(at, ""))
        if at < first:
            title = event_names(regulation.pack, (event,))
            filled.errors[name] = Text(f"不能早于「{title.zh}」", f"Cannot lie before “{title.en}”")


def _check_turn(docket: Docket, regulation: Regulation, form_id: str, form: FormShape) -> None:
    """A form is filled when its turn has come, not before and not after."""
    state = state_of(docket, [], regulation)
    if form_id in offered(regulation.pack, state):
        return
    missing = Text("还没有轮到填写此表，或已不再需要", "It is not this form's turn, or no longer")
    cited = form.clause
    clause = Text(cited.place, cited.place) if cited else Text("", "")
    raise RefusedByRule([Refusal("", form.title.text(), clause, missing)])


def _check_hand(
    docket: Docket, regulation: Regulation, form: FormShape, by: Staff, now: datetime
) -> None:
    """A form is filled by those whom the pack names for it."""
    if may_fill(form=form, docket=docket, posts=posts_of(staff=by, at=now)):
        return
    roles = whose(form=form, pack=regulation.pack)
    missing = Text(f"由{roles.zh}填写", f"To be filled by: {roles.en}")
    cited = form.clause
    clause = Text(cited.place, cited.place) if cited else Text("", "")
    raise RefusedByRule([Refusal("", form.title.text(), clause, missing)])


def _check_words(docket: Docket, regulation: Regulation, form: FormShape, filled: Filled) -> None:
    """Forbidden words (服务忌语) in a text are refused with the clause that names them."""
    state = state_of(docket, [], regulation)
    for name, text in texts(form, filled.values):
        for rule, word in forbidden_words(regulation.book, state, text):
            cited = rule.cite()
            filled.errors[name] = Text(
                f"不得使用「{word}」：{rule.title.zh}（{cited.zh}）",
                f"“{word}” must not be used: {rule.title.en} ({cited.en})",
            )
    if filled.errors:
        raise FormHasErrors(filled)


def _happen(
    case: Case,
    events: Sequence[Event],
    *,
    by: Staff | None,
    now: datetime,
    version: int | None = None,
    note: dict[str, Any] | None = None,
    handling_unit: int | None = None,
) -> Case:
    writing = happen(
        docket_id=case.docket_id,
        events=events,
        now=now,
        actor=by,
        told_as=case.number,
        expected_version=version,
        note=note,
        handling_unit=handling_unit,
    )
    # The case in hand may be older than the docket: what the docket says now is written either way.
    case.docket, case.closed_at = writing.docket, writing.state.closed_at
    case.save(update_fields=["closed_at"])
    return case


@transaction.atomic
def hand_over(
    *,
    case: Case,
    to: Organisation,
    by: Staff | None,
    now: datetime,
    reason: str = "",
    version: int | None = None,
) -> Case:
    """Pass the case to the handling unit. Clocks run on; what that unit owes lies with it now.

    Raises NotOneOfOurs for a unit that is neither in the company nor above it.
    """
    company = Organisation.objects.get(pk=case.organisation_id)
    if to.company_id != company.pk and not company.path.startswith(to.path):
        raise NotOneOfOurs(f"{to.name_zh} is no unit of {company.name_zh}")
    note = {"to": to.pk, "unit": to.name_zh, "why": reason}
    event = Event(name="case.handed_over", at=now)
    return _happen(case, [event], by=by, now=now, version=version, note=note, handling_unit=to.pk)


@transaction.atomic
def agree_appointment(
    *, case: Case, fact: str, agreed_at: datetime, by: Staff | None, now: datetime, reason: str
) -> Case:
    """An agreed time with the customer; it replaces the clock where the clause says so.

    Raises WrongFacts for a time that is over already.
    """
    if agreed_at < now:
        raise WrongFacts(IN_THE_PAST.en)
    check_facts(_pack_of(case), {fact: agreed_at})
    event = Event(name="appointment.agreed", at=now, facts={fact: agreed_at})
    return _happen(case, [event], by=by, now=now, note={"why": reason})


@transaction.atomic
def change_facts(
    *, case: Case, facts: Facts, by: Staff | None, now: datetime, reason: str = ""
) -> Case:
    """Put facts right; clocks that rest on them move, verdicts stay. Raises WrongFacts."""
    check_facts(_pack_of(case), facts)
    event = Event(name="facts.changed", at=now, facts=facts)
    return _happen(case, [event], by=by, now=now, note={"why": reason})


@transaction.atomic
def ask_pause(
    *, case: Case, obligation: str, reason: str, proof: str, by: Staff | None, now: datetime
) -> Case:
    """Ask to stop one clock for a listed reason; it stands still at once, until somebody
    decides."""
    event = Event(name="pause.requested", at=now, target=obligation, reason=reason)
    return _happen(case, [event], by=by, now=now, note={"proof": proof})


@transaction.atomic
def decide_pause(
    *, case: Case, obligation: str, verdict: str, by: Staff | None, now: datetime
) -> Case:
    """`approved`, `rejected` (taken back: a breach appears at its true moment) or `ended`."""
    if verdict not in VERDICTS:
        raise ValueError(f"a pause is {', '.join(VERDICTS)}; not '{verdict}'")
    if by is not None and verdict != "ended":
        check_approver(docket=case.docket, key=obligation, by=by, now=now)
    event = Event(name=f"pause.{verdict}", at=now, target=obligation)
    return _happen(case, [event], by=by, now=now)


@transaction.atomic
def say(
    *,
    case: Case,
    what: str,
    by: Staff | None,
    now: datetime,
    reason: str,
    version: int | None = None,
) -> Case:
    """A plain step of the case: urged, returned, disputed, withdrawn, reopened, with its reason."""
    if what not in STEPS:
        raise ValueError(f"a case is {', '.join(STEPS)}; not '{what}'")
    docket = locked(docket_id=case.docket_id, expected_version=version)
    if what == "reopened" and docket.closed_at is None:
        title = Text("工单状态", "State of the case")
        raise RefusedByRule([Refusal("", title, Text("", ""), STILL_OPEN)])
    event = Event(name=f"case.{what}", at=now)
    return _happen(case, [event], by=by, now=now, version=version, note={"why": reason})


def _pack_of(case: Case) -> Pack:
    docket = Docket.objects.select_related("organisation").get(pk=case.docket_id)
    return regulation_for(digest=docket.release_id, company=docket.organisation).pack


def find(*, case_id: UUID) -> Case:
    return Case.objects.select_related("docket", "customer", "organisation").get(pk=case_id)
