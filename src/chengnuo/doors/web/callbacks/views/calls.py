"""The officer's list of callbacks, and the call sheet beside it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.callbacks.answers import MANNER
from chengnuo.callbacks.calling import (
    attempt,
    callback_rules,
    hand_on,
    take,
)
from chengnuo.callbacks.listing import due_callback
from chengnuo.callbacks.models import Manner, Outcome
from chengnuo.callbacks.visits import ask_visit, instruct, note_consent
from chengnuo.disclosure.looks import note_look
from chengnuo.doors.web.callbacks.page.callback_sheet import (
    LOOK,
    CallSheet,
    call_of,
    manner_of,
    questionnaire,
)
from chengnuo.doors.web.callbacks.page.callbacks import choices, groups, lists, next_of
from chengnuo.doors.web.kit import moments
from chengnuo.doors.web.kit.context import Visit, staffed
from chengnuo.doors.web.kit.formviews import FormInput, read_form
from chengnuo.doors.web.kit.outcomes import outcomes
from chengnuo.doors.web.kit.reading import moment_in, number_in
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.words import say
from chengnuo.obligations.models import Obligation
from chengnuo.obligations.queries import promise_of
from chengnuo.obligations.services import SomebodyWasFaster
from chengnuo.packs.forms import fill
from chengnuo.rules.refusing import Refused
from chengnuo.rules.words import Text
from chengnuo.submissions.handlers import Via
from chengnuo.submissions.services import submit

OVER = Text("该回访已无需进行", "This follow-up is no longer due")
NOT_YOURS = Text("您不能进行该回访", "You cannot make this follow-up")


@require_GET
@staffed
def callback_list(visit: Visit) -> HttpResponse:
    """What is to be called, soonest first."""
    return _page(visit, None)


@require_GET
@staffed
def call(visit: Visit, pk: UUID) -> HttpResponse:
    """The list with the sheet of one callback beside it."""
    row = _row(visit, pk)
    if not row.is_running:
        visit.say(say(OVER))
        return visit.go("callback-list")
    return _page(visit, _call(visit, row))


def _row(visit: Visit, pk: UUID) -> Obligation:
    """A callback of this company that this person may know of; 404 for others."""
    regulation = visit.regulation
    row = promise_of(company=visit.company, pk=pk)
    if regulation is None or row is None or row.rule not in callback_rules(regulation):
        raise Http404(str(pk))
    case = getattr(row.docket, "case", None)
    if case is not None:
        visit.case(case.number)
    elif row.unit_id not in visit.units:
        raise Http404(str(pk))
    return row


def _call(visit: Visit, row: Obligation) -> CallSheet:
    found = call_of(visit, due_callback(row=row))
    found.by_visit = manner_of(visit) == Manner.VISIT
    return found


def _page(visit: Visit, sheet: CallSheet | None, status: int = 200, **context: Any) -> HttpResponse:
    listed = lists(visit)
    found = groups(listed.lines, visit)
    return visit.page(
        "callbacks/list",
        status=status,
        groups=found,
        lists=listed,
        call=sheet,
        next=next_of(found, but=sheet.line.id if sheet else ""),
        outcomes=outcomes(),
        choices=choices(by_visit=bool(sheet and sheet.by_visit)),
        here="callback-list",
        **context,
    )


def _go_on(visit: Visit, but: str) -> HttpResponse:
    """The next one that is due is opened."""
    line = next_of(groups(lists(visit).lines, visit), but=but)
    return visit.go("callback-list") if line is None else visit.go("callback-call", pk=line.id)


def _tried(visit: Visit, pk: UUID, act: Callable[[Obligation], HttpResponse]) -> HttpResponse:
    """Do something with a callback; what is refused is told at the sheet, with what was typed."""
    row = _row(visit, pk)
    if not row.is_running:
        return _page(visit, None, status=409, faster=say(OVER))
    with Trying() as tried:
        return act(row)
    sheet = _call(visit, row)
    sheet.problem, sheet.refusals = tried.problem, tried.refusals
    sheet.typed = visit.request.POST.dict()
    sheet.token = sheet.typed.get("token") or sheet.token
    return _page(visit, sheet, status=tried.status)


# -- the list --------------------------------------------------------------------------------------


@require_POST
@staffed
def take_it(visit: Visit, pk: UUID) -> HttpResponse:
    """Put it on one's own list."""

    def act(row: Obligation) -> HttpResponse:
        take(obligation=row, officer=visit.staff, now=visit.now)
        return visit.go("callback-call", pk=pk)

    return _tried(visit, pk, act)


@require_POST
@staffed
def hand_it_on(visit: Visit, pk: UUID) -> HttpResponse:
    """Put it on the list of somebody else of the unit."""

    def act(row: Obligation) -> HttpResponse:
        wanted = visit.request.POST.get("to", "")
        to = next((o for o in _call(visit, row).officers if str(o.pk) == wanted), None)
        if to is None:
            raise Refused(Text("请选择接收的回访专员", "Choose who takes it over."))
        hand_on(obligation=row, to=to, by=visit.staff, now=visit.now)
        visit.say(_("Reassigned to %(who)s.") % {"who": say(to)})
        return visit.go("callback-list")

    return _tried(visit, pk, act)


@require_POST
@staffed
def number(visit: Visit, pk: UUID) -> HttpResponse:
    """Show the number in full; the look is recorded."""

    def act(row: Obligation) -> HttpResponse:
        sheet = _call(visit, row)
        if sheet.hidden or not sheet.may_call:
            raise Http404(str(pk))
        note_look(
            viewer=visit.staff, subject=row.docket_id, what=LOOK,
            why=say(sheet.line.promise.title), now=visit.now,
        )  # fmt: skip
        return visit.go("callback-call", pk=pk)

    return _tried(visit, pk, act)


# -- what came of it -------------------------------------------------------------------------------


@require_POST
@staffed
def attempted(visit: Visit, pk: UUID) -> HttpResponse:
    """An attempt that did not end in answers; the next callback is opened."""

    def act(row: Obligation) -> HttpResponse:
        post = visit.request.POST
        outcome = post.get("outcome", "")
        if outcome == Outcome.CONNECTED or outcome not in Outcome.values:
            raise Refused(Text("请选择联系结果", "Choose the outcome."))
        if not _call(visit, row).may_call:
            raise Refused(NOT_YOURS)
        again = moment_in(post.get("again_at"), visit.zone)
        if outcome == Outcome.CALL_LATER and again is None:
            raise Refused(Text("请填写约定的时间", "Enter the agreed time."))
        made = attempt(
            obligation=row, officer=visit.staff, outcome=Outcome(outcome), now=visit.now,
            token=post.get("token", "")[:64] or secrets.token_urlsafe(24), manner=manner_of(visit),
            note=post.get("note", "")[:2000], again_at=again,
        )  # fmt: skip
        visit.say(_told(visit, outcome, made.again_at))
        return _go_on(visit, str(pk))

    return _tried(visit, pk, act)


def _told(visit: Visit, outcome: str, again_at: datetime | None) -> str:
    said = outcomes()[outcome]
    if again_at is None:
        return _("Recorded: %(outcome)s. No further attempt is planned.") % {"outcome": said}
    local = moments.moment(again_at, visit.now)
    return _("Recorded: %(outcome)s. Next attempt: %(at)s.") % {"outcome": said, "at": local}


@require_http_methods(["GET", "POST"])
@staffed
def answers(visit: Visit, pk: UUID) -> HttpResponse:
    """The questionnaire, in the same sheet."""
    row = _row(visit, pk)
    if not row.is_running:
        return _page(visit, None, status=409, faster=say(OVER))
    sheet = _call(visit, row)
    if not sheet.may_call:
        raise Http404(str(pk))
    if visit.request.method == "GET":
        sheet.form = questionnaire(visit, sheet)
        return _page(visit, sheet)
    return _tried(visit, pk, lambda found: _answered(visit, found, sheet))


def _answered(visit: Visit, row: Obligation, sheet: CallSheet) -> HttpResponse:
    pack = visit.regulation_behind(row.docket.release_id).pack
    shape = pack.forms[sheet.line.due.form]
    given = read_form(visit.request, pack, shape, now=visit.now)
    if given.errors:
        wrong = {**fill(pack=pack, form=shape, raw=given.raw).errors, **given.errors}
        return _asked_again(visit, sheet, given, 422, errors=wrong)
    with Trying() as tried:
        _fill(visit, row, sheet, given)
    if isinstance(tried.refused, SomebodyWasFaster):
        fresh = _call(visit, _row(visit, row.pk))
        fresh.faster = _("The case has changed. Your entries are still here.")
        return _asked_again(visit, fresh, given, tried.status)
    if tried.refused:
        sheet.refusals = tried.refusals
        sheet.problem = None if tried.errors else tried.problem
        return _asked_again(visit, sheet, given, tried.status, errors=tried.errors)
    visit.say(_("Recorded: %(form)s") % {"form": say(shape.title)})
    return _go_on(visit, str(row.pk))


def _fill(visit: Visit, row: Obligation, sheet: CallSheet, given: FormInput) -> None:
    take(obligation=row, officer=visit.staff, now=visit.now)
    submit(
        form=sheet.line.due.form,
        docket=row.docket_id,
        by=visit.staff,
        at=visit.now,
        values=given.values,
        files=given.files,
        via=Via.PAGE,
        token=visit.request.POST.get("token", "")[:64] or secrets.token_urlsafe(24),
        version=number_in(visit.request.POST.get("version")),
        context={MANNER: manner_of(visit)},
    )


def _asked_again(
    visit: Visit, sheet: CallSheet, given: FormInput, status: int, errors: Any = None
) -> HttpResponse:
    token = visit.request.POST.get("token", "")
    sheet.form = questionnaire(visit, sheet, typed=given.typed, errors=errors, token=token)
    return _page(visit, sheet, status=status)


# -- visits ----------------------------------------------------------------------------------------


@require_POST
@staffed
def visit_step(visit: Visit, pk: UUID, what: str) -> HttpResponse:
    """A visit is asked for, agreed with the customer, instructed."""
    if what not in ("ask", "consent", "instruct"):
        raise Http404(what)

    def act(row: Obligation) -> HttpResponse:
        words = visit.request.POST.get("words", "")[:2000]
        if what != "instruct" and not _call(visit, row).may_call:
            raise Refused(NOT_YOURS)
        if what == "ask":
            ask_visit(obligation=row, by=visit.staff, why=words, now=visit.now)
        else:
            order = due_callback(row=row).visit
            if order is None:
                raise Refused(Text("尚未申请上门", "No visit has been requested."))
            if what == "consent":
                note_consent(order=order, by=visit.staff, person=words[:100], now=visit.now)
            else:
                instruct(order=order, by=visit.staff, words=words, now=visit.now)
        visit.say(_("Recorded."))
        return visit.go("callback-call", pk=pk)

    return _tried(visit, pk, act)
