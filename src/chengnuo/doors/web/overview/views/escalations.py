"""What was reported upwards to me and waits for my answer, and what found nobody there."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.unassigned import settled, unassigned_lines
from chengnuo.doors.web.kit.watch import reached, reached_line
from chengnuo.obligations import unassigned
from chengnuo.obligations.answering import answer, answered_by, reached_by, waiting_for
from chengnuo.people.queries import organisations_below

PAGE = 50
ANSWERED = 10


@require_GET
@staffed
def escalations(ctx: RequestContext) -> HttpResponse:
    return _page(ctx)


def _page(ctx: RequestContext, status: int = 200, **more: Any) -> HttpResponse:
    done = answered_by(staff=ctx.staff).select_related("obligation__docket__case")
    pages = Paginator(_unassigned(ctx), PAGE).get_page(ctx.request.GET.get("page"))
    return ctx.page(
        "overview/escalations",
        status=status,
        waiting=reached(ctx),
        answered=[reached_line(ctx, row) for row in done[:ANSWERED]],
        lines=unassigned_lines(ctx, pages.object_list),
        pages=pages,
        settles="escalation-settle",
        here="conduct",
        **more,
    )


def _unassigned(ctx: RequestContext) -> Any:
    """Those of the organisations in which this person holds a post, and of those below them."""
    return unassigned.unassigned_below(organisations=organisations_below(posts=ctx.posts))


@require_POST
@staffed
def reply(ctx: RequestContext, escalation_id: int) -> HttpResponse:
    """Take one up, in words of what will be done."""
    row = reached_by(staff=ctx.staff, pk=escalation_id)
    if row is None:
        raise Http404(escalation_id)
    words = ctx.request.POST.get("words", "")
    with Trying() as tried:
        told = ctx.typed("words")
        answer(escalation=row, by=ctx.staff, words=told, now=ctx.now)
    if tried.refusals and not waiting_for(staff=ctx.staff).filter(pk=escalation_id).exists():
        ctx.say(_("Already resolved by someone else; no reply is needed."))
        return ctx.go("escalations")
    if tried.refused:
        return _page(
            ctx, tried.status, wrong=escalation_id, words=words, problem=tried.problem,
            refusals=tried.refusals,
        )  # fmt: skip
    ctx.say(_("Action submitted."))
    return ctx.go("desk" if ctx.request.POST.get("from") == "desk" else "escalations")


@require_POST
@staffed
def settle(ctx: RequestContext, unassigned_id: int) -> HttpResponse:
    """An unassigned escalation of my organisation is settled by what was done about it."""
    found = _unassigned(ctx).filter(pk=unassigned_id).first()
    return settled(ctx, found, "escalations", again=partial(_page, ctx, 422))
