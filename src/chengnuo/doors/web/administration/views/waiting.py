"""What nobody does alone: proposed by one person, confirmed or refused here by another."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.words import say
from chengnuo.obligations.restricting import auditing_roles, knowing_roles
from chengnuo.people import dual_control
from chengnuo.people.models import Change

P = ParamSpec("P")
VERDICTS = ("confirm", "refuse")


class TwoAreNeeded(Exception):
    """It was proposed, and waits for a second person."""


def at_once(outcome: dual_control.ChangeOutcome) -> dual_control.ChangeOutcome:
    """What is done already. Raises TwoAreNeeded."""
    if outcome.waits is not None:
        raise TwoAreNeeded
    return outcome


def watchers(ctx: RequestContext) -> dual_control.Watchers:
    return dual_control.Watchers(
        restricted=knowing_roles(company=ctx.company, at=ctx.now),
        auditing=auditing_roles(company=ctx.company, at=ctx.now),
    )


def waits(ctx: RequestContext) -> HttpResponse:
    """To the list, after something was proposed."""
    ctx.say(
        _(
            "Proposed. Another person must confirm it; the supervision department and the "
            "head of the company have been notified."
        )
    )
    return ctx.go("house-waiting")


def looking(
    view: Callable[Concatenate[RequestContext, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view for those who may confirm."""

    @wraps(view)
    def inner(ctx: RequestContext, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not ctx.may_audit:
            return ctx.closed(
                _("Confirmed by administrators, supervision, and the head of the company.")
            )
        return view(ctx, *args, **kwargs)

    return staffed(inner)


@require_GET
@looking
def waiting(ctx: RequestContext) -> HttpResponse:
    """What waits for a second person, and what was decided last."""
    return _page(ctx)


@sensitive_variables()
@require_POST
@looking
def decide(ctx: RequestContext, change_id: int, what: str) -> HttpResponse:
    """Confirm or refuse one. A password that comes of it is shown once, to who confirmed."""
    found = next(
        (c for c in dual_control.waiting_in(company=ctx.company) if c.pk == change_id), None
    )
    if what not in VERDICTS:
        raise Http404(what)
    if found is None:
        ctx.say(_("Already decided by someone else."))
        return ctx.go("house-waiting")
    with Trying() as tried:
        came = dual_control.decide(
            change=found, confirmed=what == "confirm", watchers=watchers(ctx),
            by=ctx.staff, now=ctx.now,
        )  # fmt: skip
    if tried.refused:
        return _page(ctx, tried.status, refused=tried.problem)
    if came.password:
        return _page(ctx, password=came.password, person=found.person)
    ctx.say(
        _("Confirmed. It is in effect.")
        if what == "confirm"
        else _("Rejected. Nothing was changed.")
    )
    return ctx.go("house-waiting")


@sensitive_variables()
def _page(ctx: RequestContext, status: int = 200, **more: object) -> HttpResponse:
    waiting_now = [
        (one, _why_not(ctx, one)) for one in dual_control.waiting_in(company=ctx.company)
    ]
    return ctx.page(
        "administration/waiting", status=status, lines=waiting_now,
        done=dual_control.decided_in(company=ctx.company), kinds=dual_control.DONE, tab="waiting",
        here="house" if ctx.may_administer else "house-waiting", **more,
    )  # fmt: skip


def _why_not(ctx: RequestContext, change: Change) -> str:
    why = dual_control.why_not(
        change=change, auditing=ctx.auditing, by=ctx.staff, posts=ctx.own_posts, now=ctx.now
    )
    return say(why) if why is not None else ""
