"""What nobody does alone: proposed by one person, confirmed or refused here by another."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from chengnuo.doors.web.kit.context import Visit, staffed
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.words import say
from chengnuo.obligations.restricting import knowing_roles
from chengnuo.people import two
from chengnuo.people.models import Change

P = ParamSpec("P")
VERDICTS = ("confirm", "refuse")


class TwoAreNeeded(Exception):
    """It was proposed, and waits for a second person."""


def at_once(outcome: two.ChangeOutcome) -> two.ChangeOutcome:
    """What is done already. Raises TwoAreNeeded."""
    if outcome.waits is not None:
        raise TwoAreNeeded
    return outcome


def restricted(visit: Visit) -> frozenset[str]:
    return knowing_roles(company=visit.company, at=visit.now)


def waits(visit: Visit) -> HttpResponse:
    """To the list, after something was proposed."""
    visit.say(
        _(
            "Proposed. Another person must confirm it; the supervision department and the "
            "head of the company have been notified."
        )
    )
    return visit.go("house-waiting")


def looking(
    view: Callable[Concatenate[Visit, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view for those who may confirm."""

    @wraps(view)
    def inner(visit: Visit, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not visit.may_audit:
            return visit.closed(
                _("Confirmed by administrators, supervision, and the head of the company.")
            )
        return view(visit, *args, **kwargs)

    return staffed(inner)


@require_GET
@looking
def waiting(visit: Visit) -> HttpResponse:
    """What waits for a second person, and what was decided last."""
    return _page(visit)


@sensitive_variables()
@require_POST
@looking
def decide(visit: Visit, change_id: int, what: str) -> HttpResponse:
    """Confirm or refuse one. A password that comes of it is shown once, to who confirmed."""
    found = next((c for c in two.waiting_in(company=visit.company) if c.pk == change_id), None)
    if what not in VERDICTS:
        raise Http404(what)
    if found is None:
        visit.say(_("Already decided by someone else."))
        return visit.go("house-waiting")
    with Trying() as tried:
        came = two.decide(
            change=found, confirmed=what == "confirm", restricted=restricted(visit),
            by=visit.staff, now=visit.now,
        )  # fmt: skip
    if tried.refused:
        return _page(visit, tried.status, refused=tried.problem)
    if came.password:
        return _page(visit, password=came.password, person=found.person)
    visit.say(
        _("Confirmed. It is in effect.")
        if what == "confirm"
        else _("Rejected. Nothing was changed.")
    )
    return visit.go("house-waiting")


@sensitive_variables()
def _page(visit: Visit, status: int = 200, **more: object) -> HttpResponse:
    waiting_now = [(one, _why_not(visit, one)) for one in two.waiting_in(company=visit.company)]
    return visit.page(
        "administration/waiting", status=status, lines=waiting_now,
        done=two.decided_in(company=visit.company), kinds=two.DONE, tab="waiting",
        here="house" if visit.may_administer else "house-waiting", **more,
    )  # fmt: skip


def _why_not(visit: Visit, change: Change) -> str:
    why = two.why_not(change=change, by=visit.staff, posts=visit.own_posts, now=visit.now)
    return say(why) if why is not None else ""
