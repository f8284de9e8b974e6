"""The leader's overview: a month of promises by department, what stands open now, and the rows.

Who sees several companies whole chooses among them; each speaks by its own regulation and calendar.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengnuo.cases.access import led_units, open_to, visible
from chengnuo.doors.web.kit import moments
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.numbers import case_rows, promise_rows
from chengnuo.doors.web.kit.overview import (
    MonthAsked,
    ShownCompanies,
    shown_companies,
    shown_overview,
)
from chengnuo.doors.web.kit.reading import day_in, month_in
from chengnuo.doors.web.kit.words import say
from chengnuo.obligations.facts import MonthScope, RowsAre, facts
from chengnuo.obligations.regulation import Regulation, regulation_shown
from chengnuo.packs.schema import Pack
from chengnuo.people import queries as people
from chengnuo.people.models import Organisation
from chengnuo.reports import overview as reports
from chengnuo.rules.moments import month_key

EARLIEST = 2000
# What the page counts, by the word in the address of its rows.
FACTS = {
    "due": "promises.due",
    "kept": "promises.kept",
    "broken": "promises.broken",
    "taken": "cases.taken",
    "overdue": "promises.overdue",
    "supervised": "cases.supervised",
    "urged": "cases.urged",
    "emergency": "cases.emergency",
    "returns": "cases.returns",
}


@require_GET
@staffed
def overview(ctx: RequestContext) -> HttpResponse:
    """The month in the address, the running one without; of a department for its head."""
    if not ctx.leads:
        return _closed(ctx)
    company = _company(ctx)
    scope = _scope(ctx, company)
    pack = _pack(ctx, company)
    units = _units(scope)
    found = reports.overview(scope=scope, pack=pack)
    asked = MonthAsked(_name(scope.begins), _code(ctx, company), pack)
    before, after = reports.months_beside(scope.begins)
    return ctx.page(
        "overview/overview",
        found=found,
        shown=shown_overview(found, asked, units, whole=_whole(ctx, scope)),
        companies=_companies(ctx, company),
        company=company,
        code=asked.company,
        unit=units[0] if scope.units is not None and units else None,
        month=_name(scope.begins),
        this_month=_name(ctx.now.astimezone(scope.zone)),
        before=_name(before) if before.year >= EARLIEST else "",
        after=_name(after) if after <= ctx.now else "",
        upto=scope.upto,
        here="overview",
    )


@require_GET
@staffed
def rows(ctx: RequestContext) -> HttpResponse:
    """The rows behind one number of the overview."""
    if not ctx.leads:
        return _closed(ctx)
    company = _company(ctx)
    scope = _scope(ctx, company)
    pack = _pack(ctx, company)
    month = _name(scope.begins)
    asked = {name: ctx.request.GET.get(name, "")[:60] for name in ("of", "unit", "branch", "day")}
    of, branch = asked["of"], asked["branch"]
    asked["company"] = _code(ctx, company)
    unit = next((u for u in _units(scope) if str(u.pk) == asked["unit"]), None)
    fact = facts().get(FACTS.get(of, ""))
    if fact is None or (asked["unit"] and unit is None):
        raise Http404(of)
    if day := day_in(asked["day"]):
        scope = scope.of_day(day)
    if unit:
        scope = scope.of_unit(unit.pk)
    whose = say(company) if asked["company"] else ""
    about = [
        moments.day(day) if day else moments.month(month),
        whose,
        say(unit),
        _branch(pack, branch),
    ]
    context = {
        "title": say(fact.title),
        "about": [word for word in (about[1:] if fact.lasting else about) if word],
        "keep": urlencode({"month": month, **{k: v for k, v in asked.items() if v}}),
        "back": MonthAsked(month, asked["company"], pack).page,
        "back_to": _("Overview"),
        "here": "overview",
    }
    if branch and of == "taken":
        taken = reports.taken_in(scope=scope, pack=pack, branch=branch)
        return case_rows(ctx, taken, **context)
    found = fact.rows(scope, _regulation(ctx, company))
    return (case_rows if fact.rows_are is RowsAre.CASES else promise_rows)(ctx, found, **context)


def _company(ctx: RequestContext) -> Organisation:
    """The company in the address, of those that are seen whole; one's own without. Raises Http404
    for others."""
    code = ctx.request.GET.get("company", "")
    if code in ("", ctx.company.code):
        return ctx.company
    found = next((one for one in ctx.companies if one.code == code), None)
    if found is None or _led(ctx, found) is not None:
        raise Http404(code)
    return found


def _companies(ctx: RequestContext, chosen: Organisation) -> ShownCompanies | None:
    """A line for each company that is seen whole, on the page of one's own; None of a single one.

    Each line is of that company's own month by the same name.
    """
    if chosen.pk != ctx.company.pk:
        return None
    whole = [one for one in ctx.companies if _led(ctx, one) is None]
    if not {one.pk for one in whole} - {ctx.company.pk}:
        return None
    scopes = [_scope(ctx, one) for one in whole]
    return shown_companies(
        [(scope.company, reports.in_short(scope=scope)) for scope in scopes],
        {
            one.pk: MonthAsked(_name(x.begins), _code(ctx, one))
            for x in scopes
            for one in [x.company]
        },
    )


def _led(ctx: RequestContext, company: Organisation) -> frozenset[int] | None:
    return led_units(staff=ctx.staff, posts=ctx.posts, company=company, at=ctx.now)


def _scope(ctx: RequestContext, company: Organisation) -> MonthScope:
    viewer: dict[str, Any] = {
        "staff": ctx.staff,
        "posts": ctx.posts,
        "company": company,
        "at": ctx.now,
    }
    begins = _month(ctx, company)
    units = _led(ctx, company)
    reach = visible if units is None else open_to
    return MonthScope(
        company=company,
        units=units,
        shown=reach(**viewer),
        owed=reach(**viewer, through="docket__case__"),
        begins=begins,
        ends=reports.months_beside(begins)[1],
        now=ctx.now,
    )


def _month(ctx: RequestContext, company: Organisation) -> datetime:
    """When the month in the address begins on the company's calendar; this one where there is none,
    or none that was."""
    pack = _pack(ctx, company)
    zone = ZoneInfo(pack.time_zone) if pack else ctx.zone
    now = ctx.now.astimezone(zone)
    this = datetime(now.year, now.month, 1, tzinfo=zone)
    asked = month_in(ctx.request.GET.get("month")) or this
    begins = datetime(asked.year, asked.month, 1, tzinfo=zone)
    return begins if begins.year >= EARLIEST and begins <= this else this


def _whole(ctx: RequestContext, scope: MonthScope) -> bool:
    return scope.units is None and len(ctx.companies) == 1


def _units(scope: MonthScope) -> list[Organisation]:
    """Those that may owe something here: the company's own, and those above that answer for it."""
    units = people.units_that_answer(company=scope.company)
    return [u for u in units if scope.units is None or u.pk in scope.units]


def _branch(pack: Pack | None, branch: str) -> str:
    return say(pack.services[branch].title) if pack and branch in pack.services else branch


def _regulation(ctx: RequestContext, company: Organisation) -> Regulation | None:
    return regulation_shown(company=company, at=ctx.now)


def _pack(ctx: RequestContext, company: Organisation) -> Pack | None:
    regulation = _regulation(ctx, company)
    return regulation.pack if regulation else None


def _code(ctx: RequestContext, company: Organisation) -> str:
    """How an address names the company; one's own goes without."""
    return "" if company.pk == ctx.company.pk else company.code


def _name(at: datetime) -> str:
    return month_key(at)


def _closed(ctx: RequestContext) -> HttpResponse:
    return ctx.closed(
        _("The overview is for heads of departments, company leaders and oversight staff.")
    )
