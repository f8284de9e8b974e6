"""What customers were not satisfied with, and visits: what waits for somebody's word."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengnuo.callbacks.answers import decide_bad_answer
from chengnuo.callbacks.calling import NotToCall
from chengnuo.callbacks.models import BadAnswer
from chengnuo.callbacks.waiting import LATELY, bad_answers, may_decide, visit_orders
from chengnuo.cases.access import visible
from chengnuo.cases.models import Case
from chengnuo.doors.web.shown.callback_matters import VisitLine, bad_line
from chengnuo.doors.web.shown.watch import answers_for
from chengnuo.doors.web.visit import Visit, staffed
from chengnuo.obligations.services import RefusedByRule


@require_GET
@staffed
def bad(visit: Visit) -> HttpResponse:
    """Bad answers: those that wait for a decision, and those of the last days."""
    return _page(visit)


@require_POST
@staffed
def decide(visit: Visit, pk: int) -> HttpResponse:
    """Reopen the case, or refuse with a reason."""
    post = visit.request.POST
    rows = BadAnswer.objects.filter(organisation=visit.company, case__in=_seen(visit))
    found = rows.select_related("case__docket").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    typed = {"pk": pk, "remark": post.get("remark", "")[:2000]}
    if post.get("verdict") not in ("reopen", "refuse"):
        return _page(visit, 422, problem=_("Please decide."), typed=typed)
    if found.decided_at is not None:
        return _page(visit, 409, problem=_("Somebody has decided it already."), typed=typed)
    try:
        decide_bad_answer(
            bad=found, reopen=post["verdict"] == "reopen", by=visit.staff,
            remark=str(typed["remark"]), now=visit.now,
        )  # fmt: skip
    except NotToCall as error:
        return _page(visit, 422, problem=error.why, typed=typed)
    except RefusedByRule as refused:
        return _page(visit, 422, refusals=refused.refusals, typed=typed)
    visit.say(_("Recorded."))
    if post.get("back") == "case":
        return visit.go("case", number=found.case.number)
    return visit.go("callback-bad")


def _seen(visit: Visit) -> Any:
    seen = visible(staff=visit.staff, posts=visit.posts, company=visit.company, at=visit.now)
    return Case.objects.filter(seen)


def _page(visit: Visit, status: int = 200, **context: Any) -> HttpResponse:
    rows = bad_answers(company=visit.company, cases=_seen(visit), since=visit.now - LATELY)
    lines = [
        bad_line(visit, row, may_decide(bad=row, posts=visit.posts, by=visit.staff)) for row in rows
    ]
    return visit.page(
        "page/callback_bad",
        status=status,
        waiting=[line for line in lines if line.bad.decided_at is None],
        decided=[line for line in lines if line.bad.decided_at is not None],
        answerable=answers_for(visit, [row.case for row in rows]),
        here="callback-list",
        **context,
    )


@require_GET
@staffed
def visits(visit: Visit) -> HttpResponse:
    """Visits that were asked for, and how far each has come."""
    orders = visit_orders(company=visit.company, since=visit.now - LATELY)
    lines = [VisitLine.of(visit, order) for order in orders]
    return visit.page(
        "page/callback_visits",
        lines=[line for line in lines if line.is_shown],
        here="callback-list",
    )
