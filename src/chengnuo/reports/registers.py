"""The daily registers: what is overdue and not done, and the callbacks of a day.

A register is asked as it stood at a moment, so that the copy of a past day can be made again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from chengnuo.callbacks.calling import callback_rules
from chengnuo.cases.models import Case
from chengnuo.obligations.models import ONE_OF_MANY, RUNNING, Evidence, Obligation
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.packs.forms import choices_of, in_vain
from chengnuo.packs.schema import FieldShape, FormShape, Pack, Purpose
from chengnuo.people.models import Organisation
from chengnuo.rules.rulebook import AnyRule, Recurring
from chengnuo.rules.words import Text

YES, NO = Text("是", "Yes"), Text("否", "No")


# -- what is overdue -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """Which part of the overdue register; an empty word asks nothing."""

    unit: int | None = None
    service: str = ""
    process: str = ""


def overdue_at(
    *, company: Organisation, shown: Q, at: datetime, now: datetime, narrowed: Narrowed
) -> QuerySet[Obligation]:
    """What was broken by a moment and then still not done, longest first; and what was due by it
    and has no verdict yet, because a pause is not decided.

    `shown` is the viewer's reach through `docket__case__`; duties have no case and are the
    company's.
    """
    rows = Obligation.objects.filter(
        shown | Q(docket__case__isnull=True),
        Q(broken_at__lt=at) | Q(~ONE_OF_MANY, broken_at__isnull=True, hangs=True, due_at__lt=at),
        organisation=company,
    )
    rows = rows.filter(RUNNING) if at >= now else rows.filter(_ran_at(at))
    if narrowed.unit is not None:
        rows = rows.filter(unit_id=narrowed.unit)
    if narrowed.service:
        rows = rows.filter(docket__service=narrowed.service)
    if narrowed.process:
        rows = rows.filter(docket__process=narrowed.process)
    return rows.select_related("docket__case", "docket__organisation", "unit").order_by(
        Coalesce("broken_at", "due_at"), "pk"
    )


def _ran_at(at: datetime) -> Q:
    kept = Q(kept_at__isnull=True) | Q(kept_at__gt=at)
    return kept & (Q(voided_at__isnull=True) | Q(voided_at__gt=at))


def asked_by(*, regulation: Regulation, purpose: Purpose) -> AnyRule | None:
    """The rule of the regulation that asks for a register: the duty its form fulfils."""
    forms = [f for f in regulation.pack.forms.values() if f.purpose == purpose]
    events = {e.event for form in forms for e in form.emits}
    rules = regulation.book.rules.values()
    return next(
        (r for r in rules if isinstance(r, Recurring) and events & set(r.stop.events)), None
    )


# -- the callbacks of a day ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMade:
    """One line of the callback register; what the form does not ask is empty."""

    evidence: Evidence
    case: Case
    form: Text
    reached: Text | None = None
    contacted: Text | None = None
    arrived: Text | None = None
    course: Text | None = None
    outcome: Text | None = None
    satisfied: Text | None = None
    opinion: Text | None = None
    others: list[tuple[Text, Text]] = field(default_factory=list)


COLUMNS = ("reached", "contacted", "arrived", "course", "outcome", "satisfied", "opinion")


def callbacks(
    *,
    company: Organisation,
    shown: Q,
    since: datetime,
    until: datetime,
    agent: str = "",
) -> list[CallMade]:
    """The questionnaires of the calls made in `[since, until)`, in their order.

    Each form is read by the release under which it was filled. `agent` is a badge.
    """
    rows = Evidence.objects.filter(shown, docket__organisation=company, at__gte=since, at__lt=until)
    if agent:
        rows = rows.filter(filled_by__badge=agent)
    found = rows.select_related("docket__case", "docket__organisation", "filled_by")
    calls = []
    for row in found.order_by("at", "pk"):
        pack = regulation_for(digest=row.digest, company=company).pack
        if pack.forms[row.form].callback is not None:
            calls.append(_called(row, pack))
    return calls


def callbacks_due(
    *, company: Organisation, shown: Q, until: datetime, regulation: Regulation | None
) -> QuerySet[Obligation]:
    """Callbacks that are due by a moment and not made, soonest first."""
    rules = callback_rules(regulation) if regulation else []
    rows = Obligation.objects.filter(
        RUNNING, shown, organisation=company, rule__in=rules, act_by__lt=until
    )
    return rows.select_related("docket__case", "docket__organisation", "unit").order_by("act_by")


def _called(row: Evidence, pack: Pack) -> CallMade:
    form = pack.forms[row.form]
    told = dict(_answers(row, form, pack))
    # When it was stands in a column of its own.
    others = [
        (shape.title.text(), told[shape.id])
        for shape in form.fields
        if shape.id in told and shape.column is None and shape.is_ != "event_time"
    ]
    known = {
        str(shape.column): told[shape.id]
        for shape in form.fields
        if shape.column in COLUMNS and shape.id in told
    }
    return CallMade(
        evidence=row, case=row.docket.case, form=form.title.text(), others=others, **known
    )


def _answers(row: Evidence, form: FormShape, pack: Pack) -> Iterator[tuple[str, Text]]:
    missed = form.callback.missed if form.callback is not None else {}
    vain = in_vain(form, row.data)
    for shape in form.fields:
        value = row.data.get(shape.id)
        if value in (None, "", []) or shape.type in ("file", "signature"):
            continue
        # A form that did not reach the customer keeps the flags it did not ask as no.
        if value is False and vain and shape.id not in missed:
            continue
        yield shape.id, _in_words(shape, value, pack)


def _in_words(shape: FieldShape, value: Any, pack: Pack) -> Text:
    if isinstance(value, bool):
        return YES if value else NO
    if shape.type in ("choice", "choices"):
        titles = choices_of(pack, shape)
        chosen = [titles[v].text() for v in _as_list(value) if v in titles]
        return Text("、".join(t.zh for t in chosen), ", ".join(t.en for t in chosen))
    return Text(str(value), str(value))


def _as_list(value: Any) -> Sequence[str]:
    return value if isinstance(value, list) else [str(value)]
