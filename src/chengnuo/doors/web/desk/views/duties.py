"""Duties of an organisation: what a unit owes by period, and the forms that keep it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengnuo.cases import queries as cases
from chengnuo.doors.web.kit.clocks import pieces
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.formviews import FormInput, form_view, read_form
from chengnuo.doors.web.kit.promises import PromiseView, shown
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.words import say
from chengnuo.obligations.access import may_fill, refusal_to_fill
from chengnuo.obligations.models import Docket
from chengnuo.obligations.queries import duties_of
from chengnuo.obligations.regulation import Regulation
from chengnuo.packs.forms import fill
from chengnuo.submissions.handlers import Via
from chengnuo.submissions.services import submit


def _docket(ctx: RequestContext, docket_id: UUID) -> Docket:
    found = duties_of(company=ctx.company, docket_id=docket_id)
    if found is None:
        raise Http404(str(docket_id))
    return found


@require_GET
@staffed
def duty(ctx: RequestContext, docket_id: UUID) -> HttpResponse:
    """Everything this unit owes by period."""
    found = _docket(ctx, docket_id)
    return _page(ctx, found)


@require_http_methods(["GET", "POST"])
@staffed
def form(ctx: RequestContext, docket_id: UUID, form_id: str) -> HttpResponse:
    """The form of a duty."""
    found = _docket(ctx, docket_id)
    pack = ctx.regulation_behind(found.release_id).pack
    shape = pack.forms.get(form_id)
    if shape is None or not shape.duty:
        raise Http404(form_id)
    if ctx.request.method == "GET":
        refusal = refusal_to_fill(
            form=shape, pack=pack, docket=found, posts=ctx.posts, by=ctx.staff
        )
        if refusal is not None:
            status = ctx.status_of_refusal
            return _page(ctx, found, form_id, status, refusals=[refusal])
        return _page(ctx, found, form_id)
    given = read_form(ctx.request, pack, shape, now=ctx.now)
    token = ctx.request.POST.get("token", "")[:64]
    if given.errors:
        errors = {**fill(pack=pack, form=shape, raw=given.raw).errors, **given.errors}
        return _page(ctx, found, form_id, 422, given, errors, token)
    with Trying() as tried:
        submit(
            form=form_id,
            docket=found.pk,
            by=ctx.staff,
            at=ctx.now,
            values=given.values,
            files=given.files,
            via=Via.PAGE,
            token=token or secrets.token_urlsafe(24),
        )
    if tried.refused:
        again = (given, tried.errors, token)
        return _page(ctx, found, form_id, tried.status, *again, refusals=tried.refusals)
    ctx.say(_("Recorded: %(form)s") % {"form": say(shape.title)})
    if ctx.by_htmx:
        return HttpResponse(status=204, headers={"HX-Trigger": "form-filled"})
    return ctx.go("desk")


def _page(
    ctx: RequestContext,
    found: Docket,
    form_id: str = "",
    status: int = 200,
    given: FormInput | None = None,
    errors: Mapping[str, Any] | None = None,
    token: str = "",
    **context: Any,
) -> HttpResponse:
    regulation = ctx.regulation_behind(found.release_id)
    rows = found.obligations.select_related("unit", "docket").order_by("-due_at")[:60]
    promises = [shown(row, regulation, ctx.now) for row in rows]
    running = sorted(
        (p for p in promises if p.is_running),
        key=lambda p: p.act_by or ctx.now.replace(year=9000),
    )
    view = None
    if form_id and (given is not None or "refusals" not in context):
        view = form_view(
            pack=regulation.pack,
            form_id=form_id,
            token=token or secrets.token_urlsafe(24),
            now=ctx.now,
            facts=found.facts,
            signer=say(ctx.staff),
            typed=given.typed if given else None,
            errors=errors,
            action=reverse("duty-form", args=[found.pk, form_id]),
        )
        view.keeps = [p for p in running if form_id in cases.keeping_forms(p.row, regulation)]
    template = "kit/part/form_sheet" if ctx.by_htmx and form_id else "desk/duty"
    lines = [(p, _forms(ctx, found, p, regulation)) for p in running]
    return ctx.page(
        template,
        status=status,
        docket=found,
        lines=lines,
        finished=[p for p in promises if not p.is_running],
        proofs={p.id: pieces(p.row.proof) for p in promises},
        page={"open_form": view},
        here="desk",
        **context,
    )


def _forms(
    ctx: RequestContext, found: Docket, promise: PromiseView, regulation: Regulation
) -> list[tuple[str, Any]]:
    """The forms that keep a promise and that this person may fill."""
    shapes = regulation.pack.forms
    return [
        (form, shapes[form].title)
        for form in cases.keeping_forms(promise.row, regulation)
        if may_fill(form=shapes[form], docket=found, posts=ctx.posts, by=ctx.staff)
    ]
