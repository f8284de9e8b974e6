"""What is closed to the viewer: the number for who took it in, a look for a reason for others."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from chengnuo.cases.break_glass import ClosedPart, break_glass, closed_to
from chengnuo.cases.casework.undoing import undoable
from chengnuo.cases.models import Case
from chengnuo.doors.web.kit.casepage import TypedStep, gather
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.refusing import Trying


def closed_page(ctx: RequestContext, case: Case, *, step: TypedStep | None = None) -> HttpResponse:
    """A case that this person does not see. Where he may not even know of it: 404."""
    if _may_open(ctx, case) is ClosedPart.CASE:
        status = 422 if step is not None else 403
        return ctx.page(
            "casefile/closed", status=status, case=case, step=step or TypedStep(""), here="cases"
        )
    if ctx.staff.pk in (case.lodged_by_id, case.first_asked_id):
        undo = undoable(case=case, by=ctx.staff, now=ctx.now)
        return ctx.page("casefile/handed_on", case=case, undo=undo, here="cases")
    raise Http404(case.number)


def _may_open(ctx: RequestContext, case: Case) -> ClosedPart | None:
    return closed_to(case=case, staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now)


@require_POST
@staffed
def glass(ctx: RequestContext, number: str) -> HttpResponse:
    """Look into what is closed, for a reason that is recorded and told."""
    found = ctx.any_case(number)
    closed = _may_open(ctx, found)
    if closed is None:
        raise Http404(number)
    why = ctx.request.POST.get("why", "")
    with Trying() as tried:
        told = ctx.typed("why")
        break_glass(case=found, by=ctx.staff, company=ctx.company, why=told, now=ctx.now)
    if tried.refused:
        step = TypedStep("glass", {"why": why}, tried.problem)
        if closed is ClosedPart.CASE:
            return closed_page(ctx, found, step=step)
        page = gather(ctx, found, step=step)
        return ctx.page("casefile/case", status=tried.status, page=page, here="cases")
    return ctx.go("case", number=number)
