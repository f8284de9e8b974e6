"""A running promise as one line of a list, with its next step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from chengnuo.cases import queries as cases
from chengnuo.cases.models import Case
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.handling import STEPS
from chengnuo.doors.web.kit.promises import PromiseView, shown
from chengnuo.obligations.access import may_fill
from chengnuo.obligations.models import Average, Obligation
from chengnuo.rules.pauses import is_decision
from chengnuo.rules.rulebook import Recurring, Within


@dataclass(frozen=True, slots=True)
class NextStep:
    """What keeps a promise: a form of the pack, or a step of the case page."""

    title: Any
    link: str
    opens_here: bool
    is_form: bool


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """One line of the desk."""

    shown: PromiseView
    case: Case | None
    service: Any
    emergency: bool
    step: NextStep | None
    opens: str


def row_of(ctx: RequestContext, row: Obligation) -> PromiseLine:
    """A running obligation with its next step."""
    regulation = ctx.regulation_behind(row.docket.release_id)
    promise = shown(row, regulation, ctx.now)
    case: Case | None = getattr(row.docket, "case", None)
    service = regulation.pack.services.get(row.docket.service)
    if case is not None:
        opens = reverse("case", args=[case.number])
    elif row.average == Average.MEAN:
        opens = reverse("average", args=[row.pk])
    else:
        opens = reverse("duty", args=[row.docket_id])
    return PromiseLine(
        shown=promise,
        case=case,
        service=service.title if service else None,
        emergency=bool(case and case.emergency),
        step=_step(ctx, row, case),
        opens=opens,
    )


def _step(ctx: RequestContext, row: Obligation, case: Case | None) -> NextStep | None:
    regulation = ctx.regulation_behind(row.docket.release_id)
    forms = cases.keeping_forms(row, regulation)
    shapes = regulation.pack.forms
    mine = [
        f
        for f in forms
        if may_fill(form=shapes[f], docket=row.docket, posts=ctx.posts, by=ctx.staff)
    ]
    for form in mine:
        if case is not None:
            link = reverse("case-form", args=[case.number, form])
        else:
            link = reverse("duty-form", args=[row.docket_id, form])
        return NextStep(regulation.pack.forms[form].title, link, opens_here=True, is_form=True)
    rule = regulation.book.rules.get(row.rule)
    if case is None or not isinstance(rule, Within | Recurring):
        return None
    if is_decision(rule):
        return NextStep(_("Decide the pause"), reverse("pauses"), opens_here=False, is_form=False)
    for event in rule.stop.events:
        if event in STEPS:
            link = f"{reverse('case', args=[case.number])}?step={STEPS[event]}#step-{STEPS[event]}"
            title = {
                "hand-over": _("Hand over"),
                "return": _("Return"),
                "appointment": _("Agree an appointment"),
            }[STEPS[event]]
            return NextStep(title, link, opens_here=False, is_form=False)
    return None
