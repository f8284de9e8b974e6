"""Undo: the moment after a hand-over or an urging."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengnuo.cases.casework.undoing import did, undo
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.reading import number_in
from chengnuo.doors.web.kit.refusing import Trying


@require_POST
@staffed
def undo_step(ctx: RequestContext, number: str) -> HttpResponse:
    """Take back what this person did last; he may not see the case any more."""
    found = ctx.any_case(number)
    entry = number_in(ctx.request.POST.get("entry"))
    if entry is None or not did(case=found, entry=entry, by=ctx.staff):
        raise Http404(number)
    with Trying() as tried:
        undo(case=found, entry=entry, by=ctx.staff, now=ctx.now)
    if tried.refused:
        told = _("%(number)s was not undone. %(why)s") % {"number": number, "why": tried.line}
        ctx.say(told, level=messages.WARNING)
    else:
        ctx.say(_("Taken back: %(number)s") % {"number": number})
    return ctx.go("case", number=number) if ctx.sees(found) else ctx.go("desk")
