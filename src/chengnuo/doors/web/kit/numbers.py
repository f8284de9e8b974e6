"""The rows behind a number: promises or cases, with what the number counts."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse

from chengnuo.cases.models import Case
from chengnuo.cases.queries import with_running
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.queues import line_of
from chengnuo.doors.web.kit.rows import row_of
from chengnuo.obligations.models import Obligation

PAGE = 50


def promise_rows(ctx: RequestContext, found: QuerySet[Obligation], **context: Any) -> HttpResponse:
    """A page of promises. `running`: by when to act, not when they legally fell due."""
    pages = Paginator(found, PAGE).get_page(ctx.request.GET.get("page"))
    lines = [row_of(ctx, row) for row in pages.object_list]
    return ctx.page("kit/number_rows", lines=lines, pages=pages, **context)


def case_rows(ctx: RequestContext, found: QuerySet[Case], **context: Any) -> HttpResponse:
    """A page of cases."""
    pages = Paginator(with_running(found), PAGE).get_page(ctx.request.GET.get("page"))
    cases = [line_of(ctx, case) for case in pages.object_list]
    return ctx.page("kit/number_rows", cases=cases, pages=pages, **context)
