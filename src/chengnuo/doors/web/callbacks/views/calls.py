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
from chengnuo.callbacks.visits import LONGEST_NAME, ask_visit, instruct, note_consent
from chengnuo.disclosure.access_log import log_access
from chengnuo.doors.web.callbacks.page.callback_sheet import (
    LOOK,
    CallSheet,
    call_of,
    manner_of,
    questionnaire,
)
from chengnuo.doors.web.callbacks.page.callbacks import choices, groups, lists, next_of
from chengnuo.doors.web.kit import moments
from chengnuo.doors.web.kit.context import LONGEST_WORDS, RequestContext, staffed
from chengnuo.doors.web.kit.formviews import FormInput, read_form
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
def callback_list(ctx: RequestContext) -> HttpResponse:
    """What is to be called, soonest first."""
    return _page(ctx, None)


@require_GET
@staffed
def call(ctx: RequestContext, pk: UUID) -> HttpResponse:
    """The list with the sheet of one callback beside it."""
    row = _row(ctx, pk)
    if not row.is_running:
        ctx.say(say(OVER))
        return ctx.go("callback-list")
    return _page(ctx, _call(ctx, row))


def _row(ctx: RequestContext, pk: UUID) -> Obligation:
    """A callback of this company that this person may know of; 404 for others."""
    regulation = ctx.regulation
    row = promise_of(company=ctx.company, pk=pk)
    if regulation is None or row is None or row.rule not in callback_rules(regulation):
        raise Http404(str(pk))
    case = getattr(row.docket, "case", None)
    if case is not None:
        ctx.case(case.number)
    elif row.unit_id not in ctx.units:
        raise Http404(str(pk))
    return row


def _call(ctx: RequestContext, row: Obligation) -> CallSheet:
    found = call_of(ctx, due_callback(row=row))
    found.by_visit = manner_of(ctx) == Manner.VISIT
    return found


def _page(
    ctx: RequestContext, sheet: CallSheet | None, status: int = 200, **context: Any
) -> HttpResponse:
    listed = lists(ctx)
    found = groups(listed.lines, ctx)
    return ctx.page(
        "callbacks/list",
        status=status,
        groups=found,
        lists=listed,
        call=sheet,
        next=next_of(found, but=sheet.line.id if sheet else ""),
        outcomes=choices(by_visit=False),
        choices=choices(by_visit=bool(sheet and sheet.by_visit)),
        here="callback-list",
        **context,
    )


def _go_on(ctx: RequestContext, but: str) -> HttpResponse:
    """The next one that is due is opened."""
    line = next_of(groups(lists(ctx).lines, ctx), but=but)
    return ctx.go("callback-list") if line is None else ctx.go("callback-call", pk=line.id)


def _tried(
    ctx: RequestContext, pk: UUID, act: Callable[[Obligation], HttpResponse]
) -> HttpResponse:
    """Do something with a callback; what is refused is told at the sheet, with what was typed."""
    row = _row(ctx, pk)
    if not row.is_running:
        return _page(ctx, None, status=409, faster=say(OVER))
    with Trying() as tried:
        return act(row)
    sheet = _call(ctx, row)
    sheet.problem, sheet.refusals = tried.problem, tried.refusals
    sheet.typed = ctx.request.POST.dict()
    sheet.token = sheet.typed.get("token") or sheet.token
    return _page(ctx, sheet, status=tried.status)


# -- the list --------------------------------------------------------------------------------------


@require_POST
@staffed
def take_it(ctx: RequestContext, pk: UUID) -> HttpResponse:
    """Put it on one's own list."""

    def act(row: Obligation) -> HttpResponse:
        take(obligation=row, officer=ctx.staff, now=ctx.now)
        return ctx.go("callback-call", pk=pk)

    return _tried(ctx, pk, act)


@require_POST
@staffed
def hand_it_on(ctx: RequestContext, pk: UUID) -> HttpResponse:
    """Put it on the list of somebody else of the unit."""

    def act(row: Obligation) -> HttpResponse:
        wanted = ctx.request.POST.get("to", "")
        to = next((o for o in _call(ctx, row).officers if str(o.pk) == wanted), None)
        if to is None:
            raise Refused(Text("请选择接收的回访专员", "Choose who takes it over."))
        hand_on(obligation=row, to=to, by=ctx.staff, now=ctx.now)
        ctx.say(_("Reassigned to %(who)s.") % {"who": say(to)})
        return ctx.go("callback-list")

    return _tried(ctx, pk, act)


@require_POST
@staffed
def number(ctx: RequestContext, pk: UUID) -> HttpResponse:
    """Show the number in full; the look is recorded."""

    def act(row: Obligation) -> HttpResponse:
        sheet = _call(ctx, row)
        if sheet.hidden or not sheet.may_call:
            raise Http404(str(pk))
        log_access(
            viewer=ctx.staff, subject=row.docket_id, what=LOOK,
            why=say(sheet.line.promise.title), now=ctx.now,
        )  # fmt: skip
        return ctx.go("callback-call", pk=pk)

    return _tried(ctx, pk, act)


# -- what came of it -------------------------------------------------------------------------------


@require_POST
@staffed
def attempted(ctx: RequestContext, pk: UUID) -> HttpResponse:
    """An attempt that did not end in answers; the next callback is opened."""

    def act(row: Obligation) -> HttpResponse:
        post = ctx.request.POST
        outcome = post.get("outcome", "")
        if outcome == Outcome.CONNECTED or outcome not in Outcome.values:
            raise Refused(Text("请选择联系结果", "Choose the outcome."))
        if not _call(ctx, row).may_call:
            raise Refused(NOT_YOURS)
        again = moment_in(post.get("again_at"), ctx.zone)
        if outcome == Outcome.CALL_LATER and again is None:
            raise Refused(Text("请填写约定的时间", "Enter the agreed time."))
        made = attempt(
            obligation=row, officer=ctx.staff, outcome=Outcome(outcome), now=ctx.now,
            token=post.get("token", "")[:64] or secrets.token_urlsafe(24), manner=manner_of(ctx),
            note=ctx.typed("note"), again_at=again,
        )  # fmt: skip
        ctx.say(_told(ctx, outcome, made.again_at))
        return _go_on(ctx, str(pk))

    return _tried(ctx, pk, act)


def _told(ctx: RequestContext, outcome: str, again_at: datetime | None) -> str:
    said = choices(by_visit=False)[outcome]
    if again_at is None:
        return _("Recorded: %(outcome)s. No further attempt is planned.") % {"outcome": said}
    local = moments.moment(again_at, ctx.now)
    return _("Recorded: %(outcome)s. Next attempt: %(at)s.") % {"outcome": said, "at": local}


@require_http_methods(["GET", "POST"])
@staffed
def answers(ctx: RequestContext, pk: UUID) -> HttpResponse:
    """The questionnaire, in the same sheet."""
    row = _row(ctx, pk)
    if not row.is_running:
        return _page(ctx, None, status=409, faster=say(OVER))
    sheet = _call(ctx, row)
    if not sheet.may_call:
        raise Http404(str(pk))
    if ctx.request.method == "GET":
        sheet.form = questionnaire(ctx, sheet)
        return _page(ctx, sheet)
    return _tried(ctx, pk, lambda found: _answered(ctx, found, sheet))


def _answered(ctx: RequestContext, row: Obligation, sheet: CallSheet) -> HttpResponse:
    pack = ctx.regulation_behind(row.docket.release_id).pack
    shape = pack.forms[sheet.line.due.form]
    given = read_form(ctx.request, pack, shape, now=ctx.now)
    if given.errors:
        wrong = {**fill(pack=pack, form=shape, raw=given.raw).errors, **given.errors}
        return _asked_again(ctx, sheet, given, 422, errors=wrong)
    with Trying() as tried:
        _fill(ctx, row, sheet, given)
    if isinstance(tried.refused, SomebodyWasFaster):
        fresh = _call(ctx, _row(ctx, row.pk))
        fresh.faster = _("The case has changed. Your entries are still here.")
        return _asked_again(ctx, fresh, given, tried.status)
    if tried.refused:
        sheet.refusals = tried.refusals
        sheet.problem = None if tried.errors else tried.problem
        return _asked_again(ctx, sheet, given, tried.status, errors=tried.errors)
    ctx.say(_("Recorded: %(form)s") % {"form": say(shape.title)})
    return _go_on(ctx, str(row.pk))


def _fill(ctx: RequestContext, row: Obligation, sheet: CallSheet, given: FormInput) -> None:
    take(obligation=row, officer=ctx.staff, now=ctx.now)
    submit(
        form=sheet.line.due.form,
        docket=row.docket_id,
        by=ctx.staff,
        at=ctx.now,
        values=given.values,
        files=given.files,
        via=Via.PAGE,
        token=ctx.request.POST.get("token", "")[:64] or secrets.token_urlsafe(24),
        version=number_in(ctx.request.POST.get("version")),
        context={MANNER: manner_of(ctx)},
    )


def _asked_again(
    ctx: RequestContext, sheet: CallSheet, given: FormInput, status: int, errors: Any = None
) -> HttpResponse:
    token = ctx.request.POST.get("token", "")
    sheet.form = questionnaire(ctx, sheet, typed=given.typed, errors=errors, token=token)
    return _page(ctx, sheet, status=status)


# -- visits ----------------------------------------------------------------------------------------


@require_POST
@staffed
def visit_step(ctx: RequestContext, pk: UUID, what: str) -> HttpResponse:
    """A visit is asked for, agreed with the customer, instructed."""
    if what not in ("ask", "consent", "instruct"):
        raise Http404(what)

    def act(row: Obligation) -> HttpResponse:
        words = ctx.typed("words", longest=LONGEST_NAME if what == "consent" else LONGEST_WORDS)
        if what != "instruct" and not _call(ctx, row).may_call:
            raise Refused(NOT_YOURS)
        if what == "ask":
            ask_visit(obligation=row, by=ctx.staff, why=words, now=ctx.now)
        else:
            order = due_callback(row=row).visit
            if order is None:
                raise Refused(Text("尚未申请上门", "No visit has been requested."))
            if what == "consent":
                note_consent(order=order, by=ctx.staff, person=words, now=ctx.now)
            else:
                instruct(order=order, by=ctx.staff, words=words, now=ctx.now)
        ctx.say(_("Recorded."))
        return ctx.go("callback-call", pk=pk)

    return _tried(ctx, pk, act)
