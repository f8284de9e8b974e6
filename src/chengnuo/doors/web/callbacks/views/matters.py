"""What customers were not satisfied with, and visits: what waits for somebody's word."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengnuo.callbacks.answers import decide_bad_answer
from chengnuo.callbacks.listing import Slice, part_of
from chengnuo.callbacks.models import BadAnswer
from chengnuo.callbacks.queries import bad_answer
from chengnuo.callbacks.waiting import LATELY, decided, may_decide, undecided, visit_orders
from chengnuo.doors.web.callbacks.page.matters import BadLine, VisitLine, bad_line, known_visits
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.declared import columns_of
from chengnuo.doors.web.kit.reading import number_in
from chengnuo.doors.web.kit.refusing import Trying

MOST = 100


@require_GET
@staffed
def bad(ctx: RequestContext) -> HttpResponse:
    """Bad answers: those that wait for a decision, and those of the last days."""
    return _page(ctx)


@require_POST
@staffed
def decide(ctx: RequestContext, pk: int) -> HttpResponse:
    """Reopen the case, or refuse with a reason."""
    post = ctx.request.POST
    found = bad_answer(company=ctx.company, cases=ctx.seen_cases, pk=pk)
    if found is None:
        raise Http404(str(pk))
    typed = {"pk": pk, "remark": post.get("remark", "")}
    if post.get("verdict") not in ("reopen", "refuse"):
        return _page(ctx, 422, problem=_("Please decide."), typed=typed)
    if found.decided_at is not None:
        return _page(ctx, 409, problem=_("Someone has already decided this."), typed=typed)
    with Trying() as tried:
        decide_bad_answer(
            bad=found, reopen=post["verdict"] == "reopen", by=ctx.staff,
            remark=ctx.typed("remark"), now=ctx.now,
        )  # fmt: skip
    if tried.refused:
        told = {"problem": tried.problem, "refusals": tried.refusals}
        return _page(ctx, tried.status, typed=typed, **told)
    ctx.say(_("Recorded."))
    if post.get("back") == "case":
        return ctx.go("case", number=found.case.number)
    return ctx.go("callback-bad")


def _page(ctx: RequestContext, status: int = 200, **context: Any) -> HttpResponse:
    cases = ctx.seen_cases
    waits = undecided(company=ctx.company, cases=cases)
    over = decided(company=ctx.company, cases=cases, since=ctx.now - LATELY)
    waiting, ended = _part(ctx, waits, "from"), _part(ctx, over, "decided")
    shown = [line.bad.case for line in (*waiting.rows, *ended.rows)]
    return ctx.page(
        "callbacks/bad",
        status=status,
        waiting=waiting,
        waiting_number=waits.count(),
        decided=ended,
        decided_number=over.count(),
        columns=columns_of(ctx, "bad-answers", shown),
        here="callback-list",
        **context,
    )


def _part(ctx: RequestContext, rows: QuerySet[BadAnswer], start: str) -> Slice[BadLine]:
    def line(row: BadAnswer) -> BadLine:
        return bad_line(ctx, row, may_decide(bad=row, posts=ctx.posts, by=ctx.staff))

    return part_of(rows, most=MOST, start=_start(ctx, start)).each(line)


def _start(ctx: RequestContext, name: str) -> int:
    return number_in(ctx.request.GET.get(name)) or 0


@require_GET
@staffed
def visits(ctx: RequestContext) -> HttpResponse:
    """Visits that were asked for, and how far each has come."""
    since, known = ctx.now - LATELY, known_visits(ctx)
    orders = visit_orders(company=ctx.company, since=since, known=known)
    part = part_of(orders, most=MOST, start=_start(ctx, "from"))
    return ctx.page(
        "callbacks/visits",
        lines=part.each(lambda order: VisitLine.of(ctx, order)),
        number=orders.count(),
        here="callback-list",
    )
