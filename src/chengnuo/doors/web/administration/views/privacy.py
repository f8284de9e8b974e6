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
from chengnuo.disclosure.looks import note_export
from chengnuo.doors.web.kit.context import Visit, staffed
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.packs.retention import retention
from chengnuo.privacy import queries, services
from chengnuo.privacy.copies import copy_of
from chengnuo.privacy.models import DataRequest, Wanted
from chengnuo.rules.refusing import Refused

SHOWN = 50


@require_GET
@staffed
def privacy(visit: Visit) -> HttpResponse:
    """Requests, holds and what is due, on one page."""
    return _page(visit) if _may(visit) else _closed(visit)


@require_POST
@staffed
def act(visit: Visit, what: str) -> HttpResponse:
    """One step: take or decide a request, hold back or lift, erase what is due."""
    if not _may(visit):
        return _closed(visit)
    if what not in STEPS:
        raise Http404(what)
    with Trying() as tried:
        STEPS[what](visit, visit.request.POST)
    if tried.refused:
        return _page(visit, status=tried.status, problem=tried.problem, typed=visit.request.POST)
    return visit.go("privacy")


@require_POST
@staffed
def copy(visit: Visit, pk: int) -> HttpResponse:
    """A copy of a customer's data, once his request is granted. It is an export, and recorded."""
    found = _request(visit, pk) if _may(visit) else None
    if found is None or not found.granted or found.wanted != Wanted.ACCESS:
        return _closed(visit)
    why = f"{found.get_wanted_display()} {found.customer.number}"
    note_export(company=visit.company, what="customer", why=why, by=visit.staff, now=visit.now)
    content = json.dumps(copy_of(customer=found.customer), ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": f'attachment; filename="data-{found.pk}.json"'}
    return HttpResponse(content, content_type="application/json", headers=headers)


def _may(visit: Visit) -> bool:
    return visit.may_audit and not visit.keeps_house_only


def _closed(visit: Visit) -> HttpResponse:
    return visit.closed(
        _(
            "Requests about personal data are decided by the supervision department and "
            "the head of the company."
        )
    )


def _page(visit: Visit, *, status: int = 200, **more: Any) -> HttpResponse:
    company = visit.company
    due = queries.due(company=company, now=visit.now, limit=SHOWN)
    holds = queries.holds(company=company)
    return visit.page(
        "administration/privacy", status=status, here="privacy",
        requests=queries.requests(company=company, limit=SHOWN),
        # A restricted matter is named only to those who know of it.
        holds=[one for one in holds if one.case is None or visit.sees(one.case)],
        due=[one for one in due if isinstance(one.thing, Customer) or visit.sees(one.thing)],
        contacts=queries.contacts_due(company=company, now=visit.now),
        kinds=retention().kinds.values(), **more,
    )  # fmt: skip


def _take(visit: Visit, post: Any) -> None:
    if post.get("wanted") not in Wanted.values:
        raise Http404("wanted")
    services.take_request(
        customer=_customer(visit, post.get("number", "")), wanted=post["wanted"],
        told=post.get("why", ""), by=visit.staff, now=visit.now,
    )  # fmt: skip
    visit.say(_("Registered. A second person must decide it."))


def _decide(visit: Visit, post: Any) -> None:
    services.decide_request(
        request=_request(visit, _number(post.get("pk"))), granted=post.get("do") == "grant",
        remark=post.get("why", ""), by=visit.staff, now=visit.now,
    )  # fmt: skip
    visit.say(_("Decided and recorded in the ledger."))


def _hold(visit: Visit, post: Any) -> None:
    number = post.get("number", "").strip()
    case = cases.numbered(company=visit.company, number=number.upper())
    thing = case if case is not None and visit.sees(case) else _customer(visit, number)
    services.hold_back(thing=thing, reason=post.get("why", ""), by=visit.staff, now=visit.now)
    visit.say(_("On hold: nothing is erased until the hold is lifted."))


def _lift(visit: Visit, post: Any) -> None:
    hold = queries.hold_of(company=visit.company, pk=_number(post.get("pk")))
    if hold is None:
        raise Http404("hold")
    services.lift(hold=hold, by=visit.staff, now=visit.now)


def _erase(visit: Visit, post: Any) -> None:
    done = services.erase_due(company=visit.company, by=visit.staff, now=visit.now)
    files = done.pop("file")
    told = {"n": sum(done.values()), "files": files}
    visit.say(_("Erased: %(n)s records and %(files)s files.") % told, level=messages.SUCCESS)


STEPS = {"take": _take, "decide": _decide, "hold": _hold, "lift": _lift, "erase": _erase}


def _customer(visit: Visit, number: str) -> Customer:
    found = with_number(company=visit.company, number=number)
    if found is None:
        raise Refused(services.NOBODY_NUMBERED)
    return found


def _request(visit: Visit, pk: int) -> DataRequest:
    found = queries.request_of(company=visit.company, pk=pk)
    if found is None:
        raise Http404("request")
    return found


def _number(text: str | None) -> int:
    if not text or not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Http404("number")
    return int(text)
