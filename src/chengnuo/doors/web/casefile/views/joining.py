"""What belongs together: cases linked, merged and separated."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengnuo.cases.casework import links
from chengnuo.cases.models import Case
from chengnuo.doors.web.casefile.views.steps import Act, reason_of, taken
from chengnuo.doors.web.kit.casepage import CasePage
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.refusing import wrong


@require_POST
@staffed
def join(ctx: RequestContext, number: str, what: str) -> HttpResponse:
    """Link, unlink, merge or separate. What went wrong is told there, with what was typed."""
    if what not in ACTS:
        raise Http404(what)
    return taken(ctx, number, what, ACTS[what])


def _link(ctx: RequestContext, case: Case, page: CasePage) -> None:
    reason = ctx.typed("reason")
    links.link(case=case, other=_other(ctx), by=ctx.staff, now=ctx.now, reason=reason)


def _unlink(ctx: RequestContext, case: Case, page: CasePage) -> None:
    other = _other(ctx)
    links.unlink(case=case, other=other, by=ctx.staff, now=ctx.now, reason=reason_of(ctx))


def _merge(ctx: RequestContext, case: Case, page: CasePage) -> None:
    links.merge(
        case=case,
        into=_other(ctx),
        by=ctx.staff,
        now=ctx.now,
        reason=reason_of(ctx),
        version=ctx.version,
    )


def _separate(ctx: RequestContext, case: Case, page: CasePage) -> None:
    links.separate(case=case, by=ctx.staff, now=ctx.now, reason=reason_of(ctx))


def _other(ctx: RequestContext) -> Case:
    """The case that was named; one that the viewer may not know of is not there."""
    number = "".join(ctx.request.POST.get("other", "").split()).upper()
    if not number:
        raise wrong(_("Please enter the number of the other case."))
    found = ctx.seen_cases.filter(organisation=ctx.company, number=number).first()
    if found is None:
        raise wrong(
            _("There is no case %(number)s that you can see; please check the number.")
            % {"number": number}
        )
    return found


ACTS: dict[str, Act] = {
    "link": _link,
    "unlink": _unlink,
    "merge": _merge,
    "separate": _separate,
}
