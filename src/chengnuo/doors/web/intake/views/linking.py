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
from chengnuo.doors.web.kit.context import Visit, staffed
from chengnuo.doors.web.kit.reading import number_in, words_in
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.packs.suggesting import branch_of

SHORTEST_NARRATIVE = 2
LONGEST_REASON = 2000


@require_POST
@staffed
def suggestions(visit: Visit) -> HttpResponse:
    """The services that the narrative may mean, to be chosen by a key."""
    regulation, narrative = visit.regulation, visit.request.POST.get("narrative", "").strip()
    found: list[tuple[str, Any, Any]] = []
    if regulation is not None and len(narrative) >= SHORTEST_NARRATIVE:
        services = regulation.pack.services
        for one in suggest(company=visit.company, pack=regulation.pack, narrative=narrative):
            found.append((one.service, services[one.service], one))
    chosen = visit.request.POST.get("service", "")
    return visit.page("intake/part/suggestions", found=found, chosen=chosen)


@require_POST
@staffed
def alike(visit: Visit) -> HttpResponse:
    """Open cases that may be the matter that is being taken in."""
    return _alike(visit)


def _alike(visit: Visit, problem: str = "", status: int = 200) -> HttpResponse:
    post, regulation = visit.request.POST, visit.regulation
    service, phone = post.get("service", ""), post.get("contact_phone", "").strip()
    services = frozenset[str]()
    if regulation is not None and service in regulation.pack.services:
        services = branch_of(regulation.pack.services, service)
    told = MatterTold(
        # To others than those who take calls a telephone number gives nobody away.
        phone=phone if visit.takes_in else "",
        address=words_in(post.get("address")),
        services=services,
        point=_point(visit, words_in(post.get("address"))),
    )
    found = duplicates(company=visit.company, told=told, seen=visit.seen_cases, now=visit.now)
    return visit.page(
        "intake/part/duplicates",
        status=status,
        found=[shown_duplicate(one, visit) for one in found],
        chosen=set(post.getlist("link_to")),
        problem=problem,
    )


def _point(visit: Visit, address: str) -> tuple[float, float] | None:
    """Where the chosen premises lie, as far as that is known, and nothing else was told."""
    chosen = number_in(visit.request.POST.get("location"))
    if chosen is None:
        return None
    return point_at(company=visit.company, location=chosen, told=address)


@require_POST
@staffed
def urge_instead(visit: Visit, number: str) -> HttpResponse:
    """The matter is known already: it is urged in the words of the new call, none is taken in."""
    found = visit.seen_cases.filter(organisation=visit.company, number=number).first()
    if found is None:
        raise Http404(number)
    reason = visit.request.POST.get("narrative", "").strip()
    if len(reason) < SHORTEST_NARRATIVE:
        return _alike(
            visit,
            _("Please enter the customer's request; it becomes the reason for the reminder."),
            422,
        )
    with Trying() as tried:
        urge(
            case=found,
            reason=reason[:LONGEST_REASON],
            by=visit.staff,
            now=visit.now,
            version=visit.version,
        )
    if tried.refused:
        return _alike(visit, tried.line, tried.status)
    visit.say(_("Chased instead of registering again: %(number)s") % {"number": number})
    return HttpResponse(status=204, headers={"HX-Redirect": reverse("case", args=[number])})
