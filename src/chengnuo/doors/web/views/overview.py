"""The leader's overview: a month of promises by department, what stands open now, and the rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengnuo.cases.access import led_units, open_to, visible
from chengnuo.doors.web.reading import month_in
from chengnuo.doors.web.shown.overview import shown_overview
from chengnuo.doors.web.shown.queues import line_of
from chengnuo.doors.web.shown.words import say
from chengnuo.doors.web.views.desk import row_of
from chengnuo.doors.web.visit import Visit, staffed
from chengnuo.obligations.models import RUNNING, Obligation
from chengnuo.packs.schema import Pack
from chengnuo.people import queries as people
from chengnuo.people.models import Organisation
from chengnuo.reports import overview as reports

PAGE = 50
EARLIEST = 2000


@require_GET
@staffed
def overview(visit: Visit) -> HttpResponse:
    """The month in the address, the running one without; of a department for its head."""
    if not visit.leads:
        return _closed(visit)
    scope = _scope(visit)
    units = _units(visit, scope)
    found = reports.overview(scope=scope, pack=_pack(visit))
    before, after = reports.months_beside(scope.begins)
    return visit.page(
        "page/overview",
        found=found,
        shown=shown_overview(visit, found, _name(scope.begins), units),
        unit=units[0] if scope.units is not None and units else None,
        month=_name(scope.begins),
        this_month=_name(visit.now.astimezone(visit.zone)),
        before=_name(before) if before.year >= EARLIEST else "",
        after=_name(after) if after <= visit.now else "",
        upto=scope.upto,
        here="overview",
    )


@require_GET
@staffed
def rows(visit: Visit) -> HttpResponse:
    """The rows behind one number of the overview."""
    if not visit.leads:
        return _closed(visit)
    scope = _scope(visit)
    asked = {name: visit.request.GET.get(name, "")[:60] for name in ("of", "unit", "branch")}
    of = asked["of"]
    unit = next((u for u in _units(visit, scope) if str(u.pk) == asked["unit"]), None)
    if asked["unit"] and unit is None:
        raise Http404(asked["unit"])
    common = {
        "of": of,
        "unit": unit,
        "branch": _branch(visit, asked["branch"]),
        "month": _name(scope.begins),
        "keep": urlencode({"month": _name(scope.begins), **{k: v for k, v in asked.items() if v}}),
        "here": "overview",
    }
    if of in reports.VERDICTS:
        return _promises(visit, scope, of, unit, common)
    if of in ("taken", "returns"):
        return _cases(visit, scope, of, unit, asked["branch"], common)
    raise Http404(of)


def _promises(
    visit: Visit, scope: reports.Scope, of: str, unit: Organisation | None, common: dict[str, Any]
) -> HttpResponse:
    found = reports.promises(scope=scope, of=of, unit=unit.pk if unit else None)
    pages = Paginator(found, PAGE).get_page(visit.request.GET.get("page"))
    lines = [row_of(visit, row) for row in pages.object_list]
    return visit.page("page/overview_rows", lines=lines, pages=pages, **common)


def _cases(
    visit: Visit,
    scope: reports.Scope,
    of: str,
    unit: Organisation | None,
    branch: str,
    common: dict[str, Any],
) -> HttpResponse:
    if of == "taken":
        found = reports.taken_in(scope=scope, pack=_pack(visit), branch=branch)
    else:
        found = reports.returning(scope=scope, unit=unit.pk if unit else None)
    running = Obligation.objects.filter(RUNNING).select_related("unit")
    found = found.select_related("docket__handling_unit", "docket__organisation")
    found = found.prefetch_related(Prefetch("docket__obligations", queryset=running))
    pages = Paginator(found, PAGE).get_page(visit.request.GET.get("page"))
    cases = [line_of(visit, case) for case in pages.object_list]
    return visit.page("page/overview_rows", cases=cases, pages=pages, **common)


def _scope(visit: Visit) -> reports.Scope:
    viewer: dict[str, Any] = {
        "staff": visit.staff,
        "posts": visit.posts,
        "company": visit.company,
        "at": visit.now,
    }
    begins = _month(visit)
    units = led_units(**viewer)
    reach = visible if units is None else open_to
    return reports.Scope(
        company=visit.company,
        units=units,
        shown=reach(**viewer),
        owed=reach(**viewer, through="docket__case__"),
        begins=begins,
        ends=reports.months_beside(begins)[1],
        now=visit.now,
    )


def _month(visit: Visit) -> datetime:
    """When the month in the address begins; this one where there is none, or none that was."""
    now = visit.now.astimezone(visit.zone)
    this = datetime(now.year, now.month, 1, tzinfo=visit.zone)
    asked = month_in(visit.request.GET.get("month")) or this
    begins = datetime(asked.year, asked.month, 1, tzinfo=visit.zone)
    return begins if begins.year >= EARLIEST and begins <= this else this


def _units(visit: Visit, scope: reports.Scope) -> list[Organisation]:
    units = people.units_of(company=visit.company)
    return [u for u in units if scope.units is None or u.pk in scope.units]


def _branch(visit: Visit, branch: str) -> str:
    pack = _pack(visit)
    return say(pack.services[branch].title) if pack and branch in pack.services else branch


def _pack(visit: Visit) -> Pack | None:
    return visit.regulation.pack if visit.regulation else None


def _name(at: datetime) -> str:
    return f"{at:%Y-%m}"


def _closed(visit: Visit) -> HttpResponse:
    return visit.closed(
        _("The overview is for those who head a department or oversee the company.")
    )
