"""What customers ask of their data, what is held back, and what is due for erasure."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengnuo.cases import queries as cases
from chengnuo.customers.models import Customer
from chengnuo.customers.queries import with_number
from chengnuo.customers.services import LONGEST
from chengnuo.disclosure.access_log import note_export
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.packs.retention import retention
from chengnuo.privacy import queries, services
from chengnuo.privacy.copies import copy_of
from chengnuo.privacy.models import DataRequest, Wanted
from chengnuo.rules.refusing import Refused

SHOWN = 50


@require_GET
@staffed
def privacy(ctx: RequestContext) -> HttpResponse:
    """Requests, holds and what is due, on one page."""
    return _page(ctx) if _may(ctx) else _closed(ctx)


@require_POST
@staffed
def act(ctx: RequestContext, what: str) -> HttpResponse:
    """One step: take or decide a request, hold back or lift, erase what is due."""
    if not _may(ctx):
        return _closed(ctx)
    if what not in STEPS:
        raise Http404(what)
    with Trying() as tried:
        STEPS[what](ctx, ctx.request.POST)
    if tried.refused:
        return _page(ctx, status=tried.status, problem=tried.problem, typed=ctx.request.POST)
    return ctx.go("privacy")


@require_POST
@staffed
def copy(ctx: RequestContext, pk: int) -> HttpResponse:
    """A copy of a customer's data, once his request is granted. It is an export, and recorded."""
    found = _request(ctx, pk) if _may(ctx) else None
    if found is None or not found.granted or found.wanted != Wanted.ACCESS:
        return _closed(ctx)
    why = f"{found.get_wanted_display()} {found.customer.number}"
    note_export(company=ctx.company, what="customer", why=why, by=ctx.staff, now=ctx.now)
    content = json.dumps(copy_of(customer=found.customer), ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": f'attachment; filename="data-{found.pk}.json"'}
    return HttpResponse(content, content_type="application/json", headers=headers)


def _may(ctx: RequestContext) -> bool:
    return ctx.may_audit and not ctx.keeps_house_only


def _closed(ctx: RequestContext) -> HttpResponse:
    return ctx.closed(
        _(
            "Requests about personal data are decided by the supervision department and "
            "the head of the company."
        )
    )


def _page(ctx: RequestContext, *, status: int = 200, **more: Any) -> HttpResponse:
    company = ctx.company
    due = queries.due(company=company, now=ctx.now, limit=SHOWN)
    holds = queries.holds(company=company)
    return ctx.page(
        "administration/privacy", status=status, here="privacy",
        requests=queries.requests(company=company, limit=SHOWN),
        # A restricted matter is named only to those who know of it.
        holds=[one for one in holds if one.case is None or ctx.sees(one.case)],
        due=[one for one in due if isinstance(one.thing, Customer) or ctx.sees(one.thing)],
        contacts=queries.contacts_due(company=company, now=ctx.now),
        kinds=retention().kinds.values(), longest=services.LONGEST,
        longest_number=LONGEST["number"], **more,
    )  # fmt: skip


def _take(ctx: RequestContext, post: Any) -> None:
    if post.get("wanted") not in Wanted.values:
        raise Http404("wanted")
    services.take_request(
        customer=_customer(ctx, post.get("number", "")), wanted=post["wanted"],
        told=post.get("why", ""), by=ctx.staff, now=ctx.now,
    )  # fmt: skip
    ctx.say(_("Registered. A second person must decide it."))


def _decide(ctx: RequestContext, post: Any) -> None:
    services.decide_request(
        request=_request(ctx, _number(post.get("pk"))), granted=post.get("do") == "grant",
        remark=post.get("why", ""), by=ctx.staff, now=ctx.now,
    )  # fmt: skip
    ctx.say(_("Decided and recorded in the ledger."))


def _hold(ctx: RequestContext, post: Any) -> None:
    number = post.get("number", "").strip()
    case = cases.numbered(company=ctx.company, number=number.upper())
    thing = case if case is not None and ctx.sees(case) else _customer(ctx, number)
    services.hold_back(thing=thing, reason=post.get("why", ""), by=ctx.staff, now=ctx.now)
    ctx.say(_("On hold: nothing is erased until the hold is lifted."))


def _lift(ctx: RequestContext, post: Any) -> None:
    hold = queries.hold_of(company=ctx.company, pk=_number(post.get("pk")))
    if hold is None:
        raise Http404("hold")
    services.lift(hold=hold, by=ctx.staff, now=ctx.now)


def _erase(ctx: RequestContext, post: Any) -> None:
    done = services.erase_due(company=ctx.company, by=ctx.staff, now=ctx.now)
    files = done.pop("file")
    told = {"n": sum(done.values()), "files": files}
    ctx.say(_("Erased: %(n)s records and %(files)s files.") % told, level=messages.SUCCESS)


STEPS = {"take": _take, "decide": _decide, "hold": _hold, "lift": _lift, "erase": _erase}


def _customer(ctx: RequestContext, number: str) -> Customer:
    found = with_number(company=ctx.company, number=number)
    if found is None:
        raise Refused(services.NOBODY_NUMBERED)
    return found


def _request(ctx: RequestContext, pk: int) -> DataRequest:
    found = queries.request_of(company=ctx.company, pk=pk)
    if found is None:
        raise Http404("request")
    return found


def _number(text: str | None) -> int:
    if not text or not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Http404("number")
    return int(text)
