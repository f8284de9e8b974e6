"""Statistics of the customer archive: tables and pictures, the rows behind, a sheet."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengnuo.cases.models import Case, Contact
from chengnuo.customers.models import Customer, CustomerAccount
from chengnuo.disclosure.customers import listed_name, listed_number
from chengnuo.doors.web.customers.page.archive import (
    scope_of,
    sheet_rows,
    sheet_titles,
    shown_table,
    word_of,
)
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.customerpage import class_word
from chengnuo.doors.web.kit.download import workbook_file
from chengnuo.doors.web.kit.reading import month_in
from chengnuo.reports.archive import rows_behind, statistics
from chengnuo.reports.spreadsheets import book
from chengnuo.rules.moments import for_file

PAGE = 50
MONTHS = ("month", "opened", "closed")
ASKED = ("class", "area", "level", "month", "nature", "opened", "closed", "channel", "service")


@require_GET
@staffed
def archive(ctx: RequestContext) -> HttpResponse:
    """Every statistic with its definition."""
    tables = [shown_table(ctx, table) for table in statistics(scope_of(ctx))]
    return ctx.page("customers/archive", tables=tables, here="customers")


@require_GET
@staffed
def rows(ctx: RequestContext) -> HttpResponse:
    """The rows behind one number, masked."""
    asked = {n: ctx.request.GET[n] for n in ("of", *ASKED) if n in ctx.request.GET}
    if any(name in asked and month_in(asked[name]) is None for name in MONTHS):
        raise Http404("month")
    try:
        found = rows_behind(scope_of(ctx), asked)
        pages = Paginator(found, PAGE).get_page(ctx.request.GET.get("page"))
        lines = [_line(ctx, row) for row in pages.object_list]
    except (ValueError, OverflowError) as error:
        raise Http404("rows") from error
    keep = "&".join(f"{name}={value}" for name, value in asked.items())
    words = [_asked_word(ctx, name, value) for name, value in asked.items() if name != "of"]
    return ctx.page(
        "customers/rows",
        lines=lines,
        pages=pages,
        keep=keep,
        asked=words,
        here="customers",
    )


def _asked_word(ctx: RequestContext, name: str, value: str) -> str:
    return word_of(ctx, "count" if name in ("opened", "closed") else name, value)


def _line(ctx: RequestContext, row: Any) -> dict[str, Any]:
    """A row of any kind: what, whose, when, and where it opens."""
    if isinstance(row, Customer):
        return _told(row, row.number, class_word(row.customer_class), row.registered_at)
    if isinstance(row, CustomerAccount):
        return _told(row.customer, row.number, row.use_nature, row.opened_on, row.closed_on)
    if isinstance(row, Contact):
        what = word_of(ctx, "channel", row.channel)
        number = row.case.number if row.case else listed_number(row)
        return _told(row.customer, number, what, row.at)
    if isinstance(row, Case):
        told = _told(row.customer, row.number, word_of(ctx, "service", row.service), row.lodged_at)
        return {**told, "case": row.number}
    raise ValueError(row)


def _told(
    customer: Customer | None, number: str, what: str, at: Any, until: Any = None
) -> dict[str, Any]:
    name = listed_name(customer)
    pk = customer.pk if customer else None
    return {"pk": pk, "name": name, "number": number, "what": what, "at": at, "until": until}


@require_GET
@staffed
def sheet(ctx: RequestContext) -> HttpResponse:
    """The statistics as a workbook; numbers only, nobody's data."""
    tables = [shown_table(ctx, table) for table in statistics(scope_of(ctx))]
    content = book(sheet=_("Archive"), titles=sheet_titles(), rows=sheet_rows(tables))
    return workbook_file(content, f"customer-archive-{for_file(ctx.now)}")
