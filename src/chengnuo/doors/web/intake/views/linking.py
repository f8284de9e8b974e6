"""Which service may be meant, and which cases may be the same matter."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengnuo.cases.casework.supervising import urge
from chengnuo.cases.intake.duplicates import MatterTold, duplicates, point_at
from chengnuo.cases.intake.suggesting import suggest
from chengnuo.doors.web.kit.alike import shown_duplicate
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.reading import number_in, words_in
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.packs.suggesting import branch_of

SHORTEST_NARRATIVE = 2


@require_POST
@staffed
def suggestions(ctx: RequestContext) -> HttpResponse:
    """The services that the narrative may mean, to be chosen by a key."""
    regulation, narrative = ctx.regulation, ctx.request.POST.get("narrative", "").strip()
    found: list[tuple[str, Any, Any]] = []
    if regulation is not None and len(narrative) >= SHORTEST_NARRATIVE:
        services = regulation.pack.services
        for one in suggest(company=ctx.company, pack=regulation.pack, narrative=narrative):
            found.append((one.service, services[one.service], one))
    chosen = ctx.request.POST.get("service", "")
    return ctx.page("intake/part/suggestions", found=found, chosen=chosen)


@require_POST
@staffed
def alike(ctx: RequestContext) -> HttpResponse:
    """Open cases that may be the matter that is being taken in."""
    return _alike(ctx)


def _alike(ctx: RequestContext, problem: str = "", status: int = 200) -> HttpResponse:
    post, regulation = ctx.request.POST, ctx.regulation
    service, phone = post.get("service", ""), post.get("contact_phone", "").strip()
    services = frozenset[str]()
    if regulation is not None and service in regulation.pack.services:
        services = branch_of(regulation.pack.services, service)
    told = MatterTold(
        # To others than those who take calls a telephone number gives nobody away.
        phone=phone if ctx.takes_in else "",
        address=words_in(post.get("address")),
        services=services,
        point=_point(ctx, words_in(post.get("address"))),
    )
    found = duplicates(company=ctx.company, told=told, seen=ctx.seen_cases, now=ctx.now)
    return ctx.page(
        "intake/part/duplicates",
        status=status,
        found=[shown_duplicate(one, ctx) for one in found],
        chosen=set(post.getlist("link_to")),
        problem=problem,
    )


def _point(ctx: RequestContext, address: str) -> tuple[float, float] | None:
    """Where the chosen premises lie, as far as that is known, and nothing else was told."""
    chosen = number_in(ctx.request.POST.get("location"))
    if chosen is None:
        return None
    return point_at(company=ctx.company, location=chosen, told=address)


@require_POST
@staffed
def urge_instead(ctx: RequestContext, number: str) -> HttpResponse:
    """The matter is known already: it is urged in the words of the new call, none is taken in."""
    found = ctx.seen_cases.filter(organisation=ctx.company, number=number).first()
    if found is None:
        raise Http404(number)
    reason = ctx.request.POST.get("narrative", "").strip()
    if len(reason) < SHORTEST_NARRATIVE:
        return _alike(
            ctx,
            _("Please enter the customer's request; it becomes the reason for the reminder."),
            422,
        )
    with Trying() as tried:
        urge(
            case=found,
            reason=ctx.typed("narrative"),
            by=ctx.staff,
            now=ctx.now,
            version=ctx.version,
        )
    if tried.refused:
        return _alike(ctx, tried.line, tried.status)
    ctx.say(_("Chased instead of registering again: %(number)s") % {"number": number})
    return HttpResponse(status=204, headers={"HX-Redirect": reverse("case", args=[number])})
