"""The leader's overview: a month of promises by department, what stands open now, and the rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from chengnuo.cases.access import led_units, open_to, visible
from chengnuo.cases.queues import MARKS
from chengnuo.doors.web.reading import day_in, month_in
from chengnuo.doors.web.shown.overview import shown_overview
from chengnuo.doors.web.shown.words import say
from chengnuo.doors.web.views.numbers import case_rows, promise_rows
from chengnuo.doors.web.visit import Visit, staffed
from chengnuo.packs.schema import Pack
from chengnuo.people import queries as people
from chengnuo.people.models import Organisation
from chengnuo.reports import overview as reports

EARLIEST = 2000
TITLES = {
    "due": gettext_noop("Promises due"),
    "kept": gettext_noop("Kept in time"),
    "broken": gettext_noop("Broken"),
    "taken": gettext_noop("Cases taken in"),
    "overdue": gettext_noop("Overdue promises"),
    "supervised": gettext_noop("Supervised"),
    "urged": gettext_noop("Urged"),
    "emergency": gettext_noop("Emergency"),
    "returns": gettext_noop("Returns waiting"),
}


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
        shown=shown_overview(visit, found, _name(scope.begins), units, whole=_whole(visit, scope)),
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
    month = _name(scope.begins)
    asked = {name: visit.request.GET.get(name, "")[:60] for name in ("of", "unit", "branch", "day")}
    of, branch = asked["of"], asked["branch"]
    unit = next((u for u in _units(visit, scope) if str(u.pk) == asked["unit"]), None)
    if of not in TITLES or (asked["unit"] and unit is None):
        raise Http404(of)
    if day := day_in(asked["day"]):
        scope = scope.of_day(day)
    if unit:
        scope = scope.of_unit(unit.pk)
    about = [f"{day}" if day else month, say(unit), _branch(visit, branch)]
    context = {
        "title": _(TITLES[of]),
        "about": [word for word in (about[1:] if of in reports.NOW else about) if word],
        "keep": urlencode({"month": month, **{k: v for k, v in asked.items() if v}}),
        "back": f"{reverse('overview')}?month={month}",
        "back_to": _("Overview"),
        "here": "overview",
    }
    if of == "taken":
        taken = reports.taken_in(scope=scope, pack=_pack(visit), branch=branch)
        return case_rows(visit, taken, **context)
    if of == "returns":
        return case_rows(visit, reports.returning(scope=scope), **context)
    if of in MARKS:
        return case_rows(visit, reports.marked(scope=scope, mark=MARKS[of]), **context)
    if of == "overdue":
        return promise_rows(visit, reports.overdue(scope=scope), **context)
    return promise_rows(visit, reports.promises(scope=scope, of=of), **context)


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


def _whole(visit: Visit, scope: reports.Scope) -> bool:
    return scope.units is None and len(visit.companies) == 1


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
