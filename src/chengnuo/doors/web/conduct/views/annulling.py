"""A breach that was recorded wrongly: one asks that it be annulled, another decides."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chengnuo.conduct import annulling
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.promises import shown
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.obligations.models import Annulment, Breach
from chengnuo.obligations.queries import breach_among


@require_http_methods(["GET", "POST"])
@staffed
def breach(ctx: RequestContext, breach_id: int) -> HttpResponse:
    """The record, what was asked and decided of it, and what one may do here."""
    found = breach_among(companies=ctx.companies, pk=breach_id)
    if found is None or not _sees(ctx, found):
        raise Http404(breach_id)
    waiting = found.annulments.filter(decided_at__isnull=True).first()
    if ctx.request.method == "GET":
        return _page(ctx, found, waiting)
    words = ctx.request.POST.get("words", "")
    with Trying() as tried:
        said = _done(ctx, found, waiting, ctx.typed("words"))
    if tried.refused:
        again = {"problem": tried.problem, "words": words}
        return _page(ctx, found, waiting, status=tried.status, **again)
    ctx.say(said)
    return ctx.go("breach", breach_id=found.pk)


def _done(ctx: RequestContext, found: Breach, waiting: Annulment | None, words: str) -> str:
    answer = ctx.request.POST.get("granted")
    if waiting is None or answer is None:
        annulling.ask(breach=found, reason=words, by=ctx.staff, now=ctx.now)
        return _("Requested. The supervision department or the head of the company decides.")
    granted = answer == "yes"
    annulling.decide(annulment=waiting, granted=granted, words=words, by=ctx.staff, now=ctx.now)
    return (
        _("The breach is annulled and no longer counts.")
        if granted
        else _("The breach stands and counts.")
    )


def _sees(ctx: RequestContext, found: Breach) -> bool:
    """Who sees the case; of what is no case, who has a post."""
    case = getattr(found.obligation.docket, "case", None)
    return ctx.sees(case) if case is not None else bool(ctx.posts)


def _page(
    ctx: RequestContext, found: Breach, waiting: Annulment | None, *, status: int = 200,
    problem: str = "", words: str = "",
) -> HttpResponse:  # fmt: skip
    regulation = ctx.regulation_behind(found.digest)
    asks = waiting is None and annulling.may_ask(breach=found, by=ctx.staff, now=ctx.now)
    case = getattr(found.obligation.docket, "case", None)
    return ctx.page(
        "conduct/breach",
        status=status,
        breach=found,
        promise=shown(found.obligation, regulation, ctx.now),
        number=case.number if case is not None else "",
        opens=case is not None and ctx.sees(case),
        annulments=found.annulments.select_related("asked_by", "decided_by").order_by("asked_at"),
        asks=asks and found.obligation.broken_at is not None,
        decides=waiting is not None
        and annulling.may_decide(annulment=waiting, by=ctx.staff, now=ctx.now),
        waiting=waiting, problem=problem, words=words, here="conduct",
    )  # fmt: skip
