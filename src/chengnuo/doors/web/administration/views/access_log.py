"""Who looked at personal data: for administrators, supervision, and the head of the company."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengnuo.cases import queries as cases
from chengnuo.cases.access import visible
from chengnuo.disclosure.access_log import note_export
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.download import workbook_file
from chengnuo.doors.web.kit.house import roles
from chengnuo.doors.web.kit.reading import day_in, words_in
from chengnuo.doors.web.kit.words import is_chinese
from chengnuo.ledger.models import ACCESS_KINDS, Entry
from chengnuo.ledger.queries import access_log as entries_of
from chengnuo.ledger.queries import no_entries
from chengnuo.people import queries as people
from chengnuo.reports import access_log as reports
from chengnuo.reports.exports import View
from chengnuo.reports.spreadsheets import book
from chengnuo.rules.moments import for_file

PAGE = 50
FILTERS = ("who", "case", "kind", "since", "until")
NOBODY = -1


@dataclass(slots=True)
class AccessLogFilters:
    """The filters as they stand in the address, and what of them cannot be read."""

    who: str
    case: str
    kind: str
    since: str
    until: str
    wrong: str = ""

    @property
    def fields(self) -> list[tuple[str, str]]:
        return [(name, getattr(self, name)) for name in FILTERS]

    @property
    def address(self) -> str:
        return urlencode([(name, text) for name, text in self.fields if text])


@require_GET
@staffed
def access_log(ctx: RequestContext) -> HttpResponse:
    """The register, filtered by the address."""
    if not ctx.may_audit:
        return _closed(ctx)
    asked = _asked(ctx.request.GET)
    rows = _entries(ctx, asked)
    pages = Paginator(rows, PAGE).get_page(ctx.request.GET.get("page"))
    lines = list(reports.access_log_of(pages.object_list, shown=_shown(ctx)))
    return ctx.page(
        "administration/access_log",
        status=422 if asked.wrong else 200,
        lines=lines,
        pages=pages,
        asked=asked,
        kinds=reports.KINDS,
        unusual=_unusual(ctx),
        here="access-log",
    )


def _unusual(ctx: RequestContext) -> list[tuple[reports.Unusual, str]]:
    """Who looks unusually much, with the role in words."""
    titles = roles(ctx.regulation.pack if ctx.regulation else None)
    found = reports.unusual(company=ctx.company, now=ctx.now)
    return [(one, titles.get(one.role, one.role)) for one in found]


@require_POST
@staffed
def download(ctx: RequestContext) -> HttpResponse:
    """The same as a workbook. It is an export itself, and recorded before it leaves."""
    if not ctx.may_audit:
        return _closed(ctx)
    asked = _asked(ctx.request.POST)
    if asked.wrong:
        return ctx.page(
            "administration/access_log",
            status=422,
            lines=[],
            pages=None,
            asked=asked,
            kinds=reports.KINDS,
            here="access-log",
        )
    rows = _entries(ctx, asked)
    note_export(
        company=ctx.company, what="looks", why=_("Access log"), by=ctx.staff,
        now=ctx.now, filters=asked.address,
    )  # fmt: skip
    language = "zh" if is_chinese() else "en"
    view = View(company=ctx.company, language=language, zone=ctx.zone, masked=False)  # type: ignore[arg-type]
    found = reports.access_log_of(rows.iterator(chunk_size=reports.CHUNK), shown=_shown(ctx))
    content = book(
        sheet=_("Access log"), titles=reports.titles(view), rows=reports.cells_of(found, view)
    )
    return workbook_file(content, f"looks-{ctx.company.code}-{for_file(ctx.now)}")


def _shown(ctx: RequestContext) -> Q:
    return visible(staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now)


def _closed(ctx: RequestContext) -> HttpResponse:
    return ctx.closed(
        _(
            "The access log is for administrators, the supervision department and the head "
            "of the company."
        )
    )


def _asked(given: Any) -> AccessLogFilters:
    asked = AccessLogFilters(**{name: given.get(name, "").strip() for name in FILTERS})
    if asked.kind not in ACCESS_KINDS:
        asked.kind = ""
    if any(day_in(text) is None for text in (asked.since, asked.until) if text):
        asked.wrong = _("Not a valid date. Use the form 2026-03-09.")
    elif asked.since and asked.until and asked.since > asked.until:
        asked.wrong = _("The first date is after the last; swap them.")
    return asked


def _entries(ctx: RequestContext, asked: AccessLogFilters) -> QuerySet[Entry]:
    if asked.wrong:
        return no_entries()
    wanted: dict[str, Any] = {"kind": asked.kind}
    if asked.who:
        person = people.with_badge(words_in(asked.who))
        wanted["actor_id"] = person.pk if person else NOBODY
    if asked.case:
        case = cases.numbered(company=ctx.company, number=asked.case.upper())
        if case is None or (case.restricted and not ctx.sees(case)):
            return no_entries()
        wanted["subject"] = case.docket_id
    if since := day_in(asked.since):
        wanted["since"] = datetime.combine(since, time(), ctx.zone)
    if until := day_in(asked.until):
        wanted["until"] = datetime.combine(until + timedelta(days=1), time(), ctx.zone)
    return entries_of(organisation_id=ctx.company.pk, **wanted)
