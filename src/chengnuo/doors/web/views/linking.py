"""Which service may be meant, which cases may be the same matter, and what belongs together."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengnuo.cases import links
from chengnuo.cases.duplicates import Told, duplicates, point_at
from chengnuo.cases.models import Case
from chengnuo.cases.suggesting import suggest
from chengnuo.cases.supervising import urge
from chengnuo.doors.web.reading import number_in, words_in
from chengnuo.doors.web.shown.alike import seen_by, shown_duplicate
from chengnuo.doors.web.shown.casepage import CasePage
from chengnuo.doors.web.shown.words import in_turn
from chengnuo.doors.web.shown.words import say as in_words
from chengnuo.doors.web.views.steps import Act, NotSaid, reason_of, taken, version_of
from chengnuo.doors.web.visit import Visit, staffed
from chengnuo.obligations.services import RefusedByRule, SomebodyWasFaster
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
    return visit.page("part/suggestions", found=found, chosen=chosen)


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
    told = Told(
        # To others than those who take calls a telephone number gives nobody away.
        phone=phone if visit.takes_in else "",
        address=words_in(post.get("address")),
        services=services,
        point=_point(visit, words_in(post.get("address"))),
    )
    found = duplicates(company=visit.company, told=told, seen=seen_by(visit), now=visit.now)
    return visit.page(
        "part/duplicates",
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
    found = seen_by(visit).filter(organisation=visit.company, number=number).first()
    if found is None:
        raise Http404(number)
    reason = visit.request.POST.get("narrative", "").strip()
    if len(reason) < SHORTEST_NARRATIVE:
        return _alike(
            visit,
            _("Please enter the customer's request; it becomes the reason for the reminder."),
            422,
        )
    try:
        urge(
            case=found,
            reason=reason[:LONGEST_REASON],
            by=visit.staff,
            now=visit.now,
            version=version_of(visit),
        )
    except RefusedByRule as refused:
        return _alike(visit, in_turn(in_words(r.missing) for r in refused.refusals), 422)
    except SomebodyWasFaster:
        return _alike(visit, _("This case has changed; please check it."), 409)
    visit.say(_("Chased instead of registering again: %(number)s") % {"number": number})
    return HttpResponse(status=204, headers={"HX-Redirect": reverse("case", args=[number])})


# -- what belongs to a case ------------------------------------------------------------------------


@require_POST
@staffed
def join(visit: Visit, number: str, what: str) -> HttpResponse:
    """Link, unlink, merge or separate. What went wrong is told there, with what was typed."""
    if what not in ACTS:
        raise Http404(what)
    return taken(visit, number, what, ACTS[what])


def _link(visit: Visit, case: Case, page: CasePage) -> None:
    reason = visit.request.POST.get("reason", "").strip()[:LONGEST_REASON]
    links.link(case=case, other=_other(visit), by=visit.staff, now=visit.now, reason=reason)


def _unlink(visit: Visit, case: Case, page: CasePage) -> None:
    other = _other(visit)
    links.unlink(case=case, other=other, by=visit.staff, now=visit.now, reason=reason_of(visit))


def _merge(visit: Visit, case: Case, page: CasePage) -> None:
    links.merge(
        case=case,
        into=_other(visit),
        by=visit.staff,
        now=visit.now,
        reason=reason_of(visit),
        version=version_of(visit),
    )


def _separate(visit: Visit, case: Case, page: CasePage) -> None:
    links.separate(case=case, by=visit.staff, now=visit.now, reason=reason_of(visit))


def _other(visit: Visit) -> Case:
    """The case that was named; one that the viewer may not know of is not there."""
    number = "".join(visit.request.POST.get("other", "").split()).upper()
    if not number:
        raise NotSaid(_("Please enter the number of the other case."))
    found = seen_by(visit).filter(organisation=visit.company, number=number).first()
    if found is None:
        raise NotSaid(
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
