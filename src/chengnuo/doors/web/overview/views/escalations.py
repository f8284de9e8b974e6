"""What was reported upwards to me and waits for my answer, and what found nobody there."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengnuo.doors.web.kit.context import Visit, staffed
from chengnuo.doors.web.kit.incidents import incident_lines, settled
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.watch import reached, reached_line
from chengnuo.obligations import incidents
from chengnuo.obligations.answering import answer, answered_by, reached_by, waiting_for
from chengnuo.people.queries import organisations_below

PAGE = 50
ANSWERED = 10
LONGEST = 1000


@require_GET
@staffed
def escalations(visit: Visit) -> HttpResponse:
    return _page(visit)


def _page(visit: Visit, status: int = 200, **more: Any) -> HttpResponse:
    done = answered_by(staff=visit.staff).select_related("obligation__docket__case")
    pages = Paginator(_incidents(visit), PAGE).get_page(visit.request.GET.get("page"))
    return visit.page(
        "overview/escalations",
        status=status,
        waiting=reached(visit),
        answered=[reached_line(visit, row) for row in done[:ANSWERED]],
        lines=incident_lines(visit, pages.object_list),
        pages=pages,
        settles="escalation-settle",
        here="conduct",
        **more,
    )


def _incidents(visit: Visit) -> Any:
    """Those of the organisations in which this person holds a post, and of those below them."""
    return incidents.open_incidents(organisations=organisations_below(posts=visit.posts))


@require_POST
@staffed
def reply(visit: Visit, escalation_id: int) -> HttpResponse:
    """Take one up, in words of what will be done."""
    row = reached_by(staff=visit.staff, pk=escalation_id)
    if row is None:
        raise Http404(escalation_id)
    words = visit.request.POST.get("words", "")[:LONGEST]
    with Trying() as tried:
        answer(escalation=row, by=visit.staff, words=words, now=visit.now)
    if tried.refusals and not waiting_for(staff=visit.staff).filter(pk=escalation_id).exists():
        visit.say(_("Already resolved by someone else; no reply is needed."))
        return visit.go("escalations")
    if tried.refused:
        return _page(
            visit, tried.status, wrong=escalation_id, words=words, problem=tried.problem,
            refusals=tried.refusals,
        )  # fmt: skip
    visit.say(_("Action submitted."))
    return visit.go("desk" if visit.request.POST.get("from") == "desk" else "escalations")


@require_POST
@staffed
def settle(visit: Visit, incident_id: int) -> HttpResponse:
    """An incident of my organisation is settled by what was done about it."""
    found = _incidents(visit).filter(pk=incident_id).first()
    return settled(visit, found, "escalations", again=partial(_page, visit, 422))
