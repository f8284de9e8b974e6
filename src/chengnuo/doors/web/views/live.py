"""What open pages ask every few seconds: has this case changed, who else has it open, what is new.

None of it keeps anybody signed in: the pages ask with `X-Quiet` (static/live.js, `gate.py`).
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_http_methods

from chengnuo.cases import presence
from chengnuo.cases.models import Case, Presence
from chengnuo.doors.web.reading import number_in
from chengnuo.doors.web.shown.timeline import title_of
from chengnuo.doors.web.shown.words import say
from chengnuo.doors.web.views.desk import lying
from chengnuo.doors.web.views.queues import queue_mark
from chengnuo.doors.web.visit import Visit, staffed
from chengnuo.ledger.queries import last_but_looks
from chengnuo.obligations.incidents import open_incidents_about
from chengnuo.people import queries as people


@require_http_methods(["POST", "DELETE"])
@staffed
def case(visit: Visit, number: str) -> HttpResponse:
    """POST: I have this case, or its form `form`, open since its `version`; what is there to know?
    DELETE: I have left it."""
    found = visit.case(number)
    if visit.request.method == "DELETE":
        presence.leave(case=found, staff=visit.staff)
        return HttpResponse(status=204)
    asked = visit.request.GET
    form = asked.get("form", "")
    presence.arrive(case=found, staff=visit.staff, form=form, now=visit.now)
    version = number_in(asked.get("version"))
    stale = version is not None and version != found.docket.version
    return visit.page(
        "part/live_case",
        changed=_last(visit, found) if stale else None,
        present=[_where(visit, found, one, form) for one in _others(visit, found)],
    )


def _others(visit: Visit, case: Case) -> list[Presence]:
    return presence.others(case=case, than=visit.staff, now=visit.now)


def _last(visit: Visit, case: Case) -> dict[str, Any]:
    """Who did what last; the clock alone does things too."""
    entry = last_but_looks(subject=case.docket_id)
    if entry is None:
        return {}
    actor = people.staff_by_id([entry.actor_id or 0]).get(entry.actor_id or 0)
    what = title_of(entry, visit.regulation_behind(case.docket.release_id))
    return {"who": say(actor) if actor else "", "what": what, "at": entry.recorded_at}


def _where(visit: Visit, case: Case, one: Presence, form: str) -> dict[str, Any]:
    """Somebody with what he has open: the very form, another one, or the case."""
    shape = visit.regulation_behind(case.docket.release_id).pack.forms.get(one.form)
    return {"who": one.staff, "form": shape, "same": bool(shape) and one.form == form}


@require_GET
@staffed
def desk(visit: Visit) -> JsonResponse:
    """Whether something on the desk is new; the messages and incidents that wait, on every page."""
    now_lying = lying(visit)
    incidents = open_incidents_about(company=visit.company).count() if visit.may_administer else 0
    return JsonResponse(
        {
            "mark": now_lying.mark,
            "overdue": now_lying.counts.overdue,
            "bell": render_to_string("web/part/unread.html", {"visit": visit}),
            "incidents": incidents,
            "unread": visit.unread,
            "newest": visit.new_messages.newest,
        }
    )


@require_GET
@staffed
def queue(visit: Visit) -> JsonResponse:
    """Whether the queue that this address filters has changed."""
    return JsonResponse({"mark": queue_mark(visit, visit.request.GET)})
