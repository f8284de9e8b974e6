"""What a form is held against before it is kept: who may, when, in which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chengnuo.customers.telephones import tidy
from chengnuo.obligations.access import refusal_to_fill
from chengnuo.obligations.models import Docket
from chengnuo.obligations.regulation import Regulation
from chengnuo.obligations.services import Refusal, RefusedByRule
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
from chengnuo.people.queries import posts_of
from chengnuo.rules.gates import forbidden_words
from chengnuo.rules.refusing import Refused, Unknown
from chengnuo.rules.rulebook import Within
from chengnuo.rules.words import Text
from chengnuo.submissions.attempts import attempts_missing
from chengnuo.submissions.handlers import Submission

IN_THE_PAST = Text("约定时间已过，请另约", "The agreed time has passed. Agree another.")
NOT_A_FILE = Text("此项只收文件，请上传文件", "This field takes a file. Attach the file itself.")


class NoSuchForm(Unknown):
    """The regulation has no such form for this docket."""


class FormHasErrors(Refused):
    """The form came back with errors by field; `filled` is what was typed."""

    def __init__(self, filled: Filled) -> None:
        self.filled = filled
        super().__init__(Text("请检查标出的项目。", "Please check the marked fields."))

    def __str__(self) -> str:
        return "; ".join(f"{name}: {text.en}" for name, text in self.filled.errors.items())

    @property
    def errors(self) -> Mapping[str, Text]:
        return self.filled.errors


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldByForm:
    """What a checked form tells: the events that follow from it, and when they happened."""

    events: Sequence[str]
    at: datetime


def shape_of(*, form: str, docket: Docket, regulation: Regulation) -> FormShape:
    """The form as the docket's regulation has it: those of duties are no forms of a matter.

    Raises NoSuchForm.
    """
    shape = regulation.pack.forms.get(form)
    if shape is None or shape.duty == docket.is_matter:
        raise NoSuchForm(Text(f"本制度没有表单“{form}”", f"No such form “{form}”"))
    return shape


def read(sent: Submission, values: Mapping[str, Any], files: Mapping[str, str]) -> Filled:
    """What was typed, as the pack reads it. What is wrong stands by field; nobody types a file."""
    takes = {f.id for f in sent.shape.fields if f.type == "file"}
    typed = {k: v for k, v in values.items() if v not in (None, "")}
    raw = {**_with_telephones(sent.shape, values), **files}
    filled = fill(pack=sent.regulation.pack, form=sent.shape, raw=raw)
    for name in (takes & typed.keys()) | (files.keys() - takes):
        filled.errors[name] = NOT_A_FILE
    return filled


def check(sent: Submission, filled: Filled) -> ToldByForm:
    """Hold a form against everything the regulation demands of it.

    Raises FormHasErrors and RefusedByRule.
    """
    at = _within_its_minute(event_time(sent.shape, filled.values, sent.at), sent.docket)
    _check_moment(sent, filled, at)
    _check_hand(sent)
    if filled.errors:
        raise FormHasErrors(filled)
    _check_turn(sent)
    _check_attempts(sent)
    _check_words(sent, filled)
    told = ToldByForm(events=_events(sent, filled), at=at)
    _check_agreed(sent, filled, told)
    return told


def _events(sent: Submission, filled: Filled) -> list[str]:
    """A form of a matter that emits nothing still puts facts right."""
    names = events_of(sent.shape, filled.values)
    return names if names or sent.shape.duty else ["facts.changed"]


def _with_telephones(form: FormShape, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Telephones as they are stored, however they were written."""
    written = {f.id for f in form.fields if f.type == "phone"}
    return {k: tidy(v) if k in written and isinstance(v, str) else v for k, v in raw.items()}


def _check_agreed(sent: Submission, filled: Filled, told: ToldByForm) -> None:
    """A time agreed with the customer lies ahead: a slip of the year must not break a promise."""
    facts = facts_of_form(sent.shape, filled.values)
    for rule in sent.regulation.book.rules.values():
        agreed = rule.appointment if isinstance(rule, Within) else None
        moment = facts.get(agreed.fact) if agreed and agreed.event in told.events else None
        if agreed is not None and isinstance(moment, datetime) and moment < told.at:
            for shape in sent.shape.fields:
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


def _check_moment(sent: Submission, filled: Filled, at: datetime) -> None:
    """Not in the future, not before the matter was taken in, nor before what the form follows. A
    docket of duties is opened when it is first owed, not when the matter began."""
    form, docket = sent.shape, sent.docket
    name = next((f.id for f in form.fields if f.is_ == "event_time"), None)
    if name is None or name in filled.errors:
        return
    if at > sent.at:
        filled.errors[name] = IN_THE_FUTURE
    elif form.duty:
        return
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
            title = event_names(sent.regulation.pack, (event,))
            filled.errors[name] = Text(
                f"不能早于“{title.zh}”，请核对",
                f"Cannot be before “{title.en}”. Check the date and time.",
            )


def _check_turn(sent: Submission) -> None:
    """A form is filled when its turn has come, not before and not after; that of a duty at any
    time."""
    if sent.shape.duty:
        return
    state = state_of(sent.docket, [], sent.regulation)
    if sent.form not in offered(sent.regulation.pack, state):
        raise _refused(
            sent.shape,
            Text(
                "现在不需要填写此表，请查看工单的待办步骤",
                "This form is not available at this stage. See the case for open steps.",
            ),
        )


def _check_attempts(sent: Submission) -> None:
    missing = attempts_missing(docket=sent.docket, pack=sent.regulation.pack, form=sent.shape)
    if missing is not None:
        raise _refused(sent.shape, missing)


def _refused(form: FormShape, missing: Text) -> RefusedByRule:
    cited = form.clause.place if form.clause else ""
    return RefusedByRule([Refusal("", form.title.text(), Text(cited, cited), missing)])


def _check_hand(sent: Submission) -> None:
    """A form is filled by those whom the pack names for it, and by another where it says so."""
    found = refusal_to_fill(
        form=sent.shape,
        pack=sent.regulation.pack,
        docket=sent.docket,
        posts=posts_of(staff=sent.by, at=sent.at),
        by=sent.by,
    )
    if found is not None:
        raise RefusedByRule([found])


def _check_words(sent: Submission, filled: Filled) -> None:
    """Forbidden words (服务忌语) in a text are refused with the clause that names them."""
    book, state = sent.regulation.book, state_of(sent.docket, [], sent.regulation)
    for name, text in texts(sent.shape, filled.values):
        for rule, word in forbidden_words(book, state, text, sent.form):
            cited = rule.cite()
            filled.errors[name] = Text(
                f"不得使用“{word}”：{rule.title.zh}（{cited.zh}）",
                f"“{word}” must not be used: {rule.title.en} ({cited.en})",
            )
    if filled.errors:
        raise FormHasErrors(filled)
