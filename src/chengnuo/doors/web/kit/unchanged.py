"""What an open page asks every few seconds is answered by one number while nothing happened."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.marks import mark_of
from chengnuo.ledger.queries import versions

AT_MOST = 60
"""Seconds after which a page is reckoned anew though nothing happened: time itself moves lines."""


def news(
    ctx: RequestContext, reckon: Callable[[], dict[str, object]], *more: object
) -> HttpResponseBase:
    """What `reckon` finds, or 304 where the page said that it knows all this. Everything that
    changes a case stands in the ledger of a company, so its last number stands for all of it;
    `more` is what the answer tells besides."""
    span = int(ctx.now.timestamp()) // AT_MOST
    told = versions(organisations=[company.pk for company in ctx.companies])
    asked = ctx.request.get_full_path()
    tag = f'"{mark_of(ctx.staff.pk, get_language(), asked, span, told, more)}"'
    known: HttpResponse | None = get_conditional_response(ctx.request, etag=tag)
    if known is not None:
        return known
    return JsonResponse(reckon(), headers={"ETag": tag})
