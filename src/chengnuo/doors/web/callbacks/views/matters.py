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
from chengnuo.doors.web.kit.callback_matters import BadLine, VisitLine, bad_line, known_visits
from chengnuo.doors.web.kit.context import Visit, staffed
from chengnuo.doors.web.kit.reading import number_in
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.watch import answers_for

MOST = 100


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
    found = bad_answer(company=visit.company, cases=visit.seen_cases, pk=pk)
    if found is None:
        raise Http404(str(pk))
    typed = {"pk": pk, "remark": post.get("remark", "")[:2000]}
    if post.get("verdict") not in ("reopen", "refuse"):
        return _page(visit, 422, problem=_("Please decide."), typed=typed)
    if found.decided_at is not None:
        return _page(visit, 409, problem=_("Someone has already decided this."), typed=typed)
    with Trying() as tried:
        decide_bad_answer(
            bad=found, reopen=post["verdict"] == "reopen", by=visit.staff,
            remark=str(typed["remark"]), now=visit.now,
        )  # fmt: skip
    if tried.refused:
        told = {"problem": tried.problem, "refusals": tried.refusals}
        return _page(visit, tried.status, typed=typed, **told)
    visit.say(_("Recorded."))
    if post.get("back") == "case":
        return visit.go("case", number=found.case.number)
    return visit.go("callback-bad")


def _page(visit: Visit, status: int = 200, **context: Any) -> HttpResponse:
    cases = visit.seen_cases
    waits = undecided(company=visit.company, cases=cases)
    over = decided(company=visit.company, cases=cases, since=visit.now - LATELY)
    waiting, ended = _part(visit, waits, "from"), _part(visit, over, "decided")
    shown = [line.bad.case for line in (*waiting.rows, *ended.rows)]
    return visit.page(
        "callbacks/bad",
        status=status,
        waiting=waiting,
        waiting_number=waits.count(),
        decided=ended,
        decided_number=over.count(),
        answerable=answers_for(visit, shown),
        here="callback-list",
        **context,
    )


def _part(visit: Visit, rows: QuerySet[BadAnswer], start: str) -> Slice[BadLine]:
    def line(row: BadAnswer) -> BadLine:
        return bad_line(visit, row, may_decide(bad=row, posts=visit.posts, by=visit.staff))

    return part_of(rows, most=MOST, start=_start(visit, start)).each(line)


def _start(visit: Visit, name: str) -> int:
    return number_in(visit.request.GET.get(name)) or 0


@require_GET
@staffed
def visits(visit: Visit) -> HttpResponse:
    """Visits that were asked for, and how far each has come."""
    since, known = visit.now - LATELY, known_visits(visit)
    orders = visit_orders(company=visit.company, since=since, known=known)
    part = part_of(orders, most=MOST, start=_start(visit, "from"))
    return visit.page(
        "callbacks/visits",
        lines=part.each(lambda order: VisitLine.of(visit, order)),
        number=orders.count(),
        here="callback-list",
    )
