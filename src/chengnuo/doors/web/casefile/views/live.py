"""What an open case asks every few seconds: has it changed, who else has it open.

None of it keeps anybody signed in: the pages ask with `X-Quiet` (static/live.js, `kit/gate.py`).
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from chengnuo.cases.casework import presence
from chengnuo.cases.models import Case, Presence
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.reading import number_in
from chengnuo.doors.web.kit.timeline import title_of
from chengnuo.doors.web.kit.words import say
from chengnuo.ledger.queries import last_but_access_log
from chengnuo.people import queries as people


@require_http_methods(["POST", "DELETE"])
@staffed
def case(ctx: RequestContext, number: str) -> HttpResponse:
    """POST: I have this case, or its form `form`, open since its `version`; what is there to know?
    DELETE: I have left it."""
    found = ctx.case(number)
    if ctx.request.method == "DELETE":
        presence.leave(case=found, staff=ctx.staff)
        return HttpResponse(status=204)
    asked = ctx.request.GET
    form = asked.get("form", "")
    presence.arrive(case=found, staff=ctx.staff, form=form, now=ctx.now)
    version = number_in(asked.get("version"))
    stale = version is not None and version != found.docket.version
    return ctx.page(
        "kit/part/live_case",
        changed=_last(ctx, found) if stale else None,
        present=[_where(ctx, found, one, form) for one in _others(ctx, found)],
    )


def _others(ctx: RequestContext, case: Case) -> list[Presence]:
    return presence.others(case=case, than=ctx.staff, now=ctx.now)


def _last(ctx: RequestContext, case: Case) -> dict[str, Any]:
    """Who did what last; the clock alone does things too."""
    entry = last_but_access_log(subject=case.docket_id)
    if entry is None:
        return {}
    actor = people.staff_by_id([entry.actor_id or 0]).get(entry.actor_id or 0)
    what = title_of(entry, ctx.regulation_behind(case.docket.release_id))
    return {"who": say(actor) if actor else "", "what": what, "at": entry.recorded_at}


def _where(ctx: RequestContext, case: Case, one: Presence, form: str) -> dict[str, Any]:
    """Somebody with what he has open: the very form, another one, or the case."""
    shape = ctx.regulation_behind(case.docket.release_id).pack.forms.get(one.form)
    return {"who": one.staff, "form": shape, "same": bool(shape) and one.form == form}
