"""Accountability: the proceedings, one of them, its statement on paper, the acts that lead on."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.callbacks.queries import bad_answer_of
from chengnuo.conduct import queries, services
from chengnuo.conduct.access import (
    PartyStanding,
    decides,
    may_open,
    may_see_pay,
    standing_in,
    visible,
)
from chengnuo.conduct.answers import bad_answers
from chengnuo.conduct.models import Part, Proceeding
from chengnuo.conduct.paysheets import bounds
from chengnuo.conduct.proceeding import regulation_of
from chengnuo.conduct.signing import Verdict, decide
from chengnuo.conduct.statements import tariff_of
from chengnuo.conduct.withdrawing import withdraw
from chengnuo.doors.web.conduct.page import conduct as shown
from chengnuo.doors.web.conduct.page import deciding
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.reading import month_in, number_in
from chengnuo.doors.web.kit.refusing import Trying, wrong
from chengnuo.doors.web.kit.registers import address
from chengnuo.doors.web.kit.words import say
from chengnuo.obligations.models import Breach
from chengnuo.obligations.queries import breach_among
from chengnuo.obligations.regulation import Regulation
from chengnuo.people import queries as people
from chengnuo.rules.moments import month_key

PAGE = 50
HUNDRED = 100


@require_GET
@staffed
def conduct(ctx: RequestContext) -> HttpResponse:
    """The proceedings that this person may see, newest first."""
    regulation = ctx.regulation
    if regulation is None or regulation.pack.accountability is None:
        return ctx.page("conduct/conduct", none=True, here="conduct")
    asked = _asked(ctx, regulation)
    seen = visible(staff=ctx.staff, posts=ctx.posts, company=ctx.company, regulation=regulation)
    rows = queries.proceedings(
        companies=ctx.companies,
        seen=seen,
        wanted=asked["wanted"],
        decided=tariff_of(regulation).decided,
    )
    pages = Paginator(rows, PAGE).get_page(ctx.request.GET.get("page"))
    return ctx.page(
        "conduct/conduct",
        pages=pages,
        lines=[shown.line(ctx, row) for row in pages.object_list],
        grounds=shown.grounds(),
        stages=shown.stages(),
        units=people.units_of(company=ctx.company),
        here="conduct",
        **asked,
    )


def _asked(ctx: RequestContext, regulation: Regulation) -> dict[str, Any]:
    """The filters of the address; what nobody offered narrows nothing."""
    given = ctx.request.GET
    ground, stage = given.get("ground", ""), given.get("state", "")
    ground = ground if ground in shown.grounds() else ""
    stage = stage if stage in shown.stages() else ""
    unit = number_in(given.get("unit"))
    month = month_in(given.get("month"))
    begin, end = bounds(month=month, regulation=regulation) if month else (None, None)
    wanted = queries.ProceedingFilter(ground=ground, unit=unit, begin=begin, end=end, stage=stage)
    told = month_key(month) if month else ""
    return {
        "wanted": wanted, "ground": ground, "stage": stage, "unit": unit, "month": told,
        "keep": address(ground=ground, state=stage, unit=str(unit or ""), month=told),
    }  # fmt: skip


# -- start -----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@staffed
def start(ctx: RequestContext, breach_id: int) -> HttpResponse:
    """Ask for the reason and start accountability on a breach; twice is once."""
    breach = breach_among(companies=ctx.companies, pk=breach_id)
    if breach is None or not _sees(ctx, breach):
        raise Http404(breach_id)
    return _started(
        ctx,
        shown.on_breach(ctx, breach),
        lambda why: services.open_on_breach(breach=breach, by=ctx.staff, now=ctx.now, reason=why),
    )


@require_http_methods(["GET", "POST"])
@staffed
def start_on_answer(ctx: RequestContext, rating: int) -> HttpResponse:
    """Ask for the reason and start accountability on a bad answer of a customer; twice is once."""
    bad = bad_answer_of(companies=ctx.companies, rating=rating)
    entry = bad_answers(dockets=[bad.case.docket_id]).get(rating) if bad is not None else None
    if bad is None or entry is None or not ctx.sees(bad.case):
        raise Http404(rating)
    return _started(
        ctx,
        shown.on_answer(bad),
        lambda why: services.open_on_answer(entry=entry, by=ctx.staff, now=ctx.now, reason=why),
    )


def _started(
    ctx: RequestContext, about: shown.Starting, opens: Callable[[str], Proceeding]
) -> HttpResponse:
    if not _may_start(ctx):
        return ctx.closed(say(services.TO_BE_STARTED_BY))
    why = ctx.request.POST.get("reason", "")
    asks: dict[str, Any] = {"about": about, "why": why, "here": "conduct"}
    if ctx.request.method == "GET":
        return ctx.page("conduct/starting", **asks)
    with Trying() as tried:
        row = opens(ctx.typed("reason"))
    if tried.refused:
        return ctx.page("conduct/starting", tried.status, problem=tried.problem, **asks)
    ctx.say(_("Accountability review started: %(number)s") % {"number": row.case.number})
    return ctx.go("proceeding", number=row.case.number)


def _may_start(ctx: RequestContext) -> bool:
    regulation = ctx.regulation
    return regulation is None or may_open(
        company=ctx.company, regulation=regulation, posts=ctx.posts
    )


def _sees(ctx: RequestContext, breach: Breach) -> bool:
    case = getattr(breach.obligation.docket, "case", None)
    return ctx.sees(case) if case is not None else bool(ctx.posts)


# -- one proceeding --------------------------------------------------------------------------------


def _found(ctx: RequestContext, number: str) -> tuple[Proceeding, PartyStanding]:
    row = queries.numbered(companies=ctx.companies, number=number)
    if row is None:
        raise Http404(number)
    standing = standing_in(proceeding=row, staff=ctx.staff, posts=ctx.posts)
    if not standing.sees:
        raise Http404(number)
    return row, standing


@require_GET
@staffed
def proceeding(ctx: RequestContext, number: str) -> HttpResponse:
    """One proceeding; with `again`, its statement is derived once more from the record."""
    row, standing = _found(ctx, number)
    page = shown.page_of(ctx, row, standing, shown.ActInput())
    page.deciding = deciding.form_of(ctx, page)
    if ctx.request.GET.get("again"):
        page.again = services.derived_again(proceeding=row)[1]
    return _page(ctx, page)


@require_GET
@staffed
def statement(ctx: RequestContext, number: str) -> HttpResponse:
    """The statement as it is printed."""
    row, standing = _found(ctx, number)
    page = shown.page_of(ctx, row, standing, shown.ActInput())
    return ctx.page("conduct/statement", page=page, here="conduct")


def _page(ctx: RequestContext, page: shown.Page, status: int = 200, **more: Any) -> HttpResponse:
    return ctx.page(
        "conduct/proceeding", status=status, page=page, here="conduct",
        most=shown.most_points(page.row) / HUNDRED, decider=shown.decides_title(ctx, page.row),
        signs_pay=may_see_pay(
            company=page.row.organisation, regulation=regulation_of(page.row), posts=ctx.posts
        ),
        judges=decides(
            company=page.row.organisation, regulation=regulation_of(page.row), posts=ctx.posts
        ),
        **more,
    )  # fmt: skip


@require_POST
@staffed
def act(ctx: RequestContext, number: str, what: str) -> HttpResponse:
    """Serve, rebut, give an opinion, decide and sign, withdraw. What was refused is told where it
    was typed."""
    row, standing = _found(ctx, number)
    do = ACTS.get(what)
    if do is None:
        raise Http404(what)
    typed = shown.ActInput(what, ctx.request.POST.dict())
    with Trying() as tried:
        do(ctx, row)
    if not tried.refused:
        ctx.say(_("Recorded."))
        return ctx.go("proceeding", number=number)
    typed.problem = tried.problem
    row, standing = _found(ctx, number)
    page = shown.page_of(ctx, row, standing, typed)
    page.deciding = deciding.form_of(ctx, page, tried.errors)
    return _page(ctx, page, tried.status, refusals=tried.refusals)


def _words(ctx: RequestContext) -> str:
    return ctx.typed("words")


def _serve(ctx: RequestContext, row: Proceeding) -> None:
    services.serve(proceeding=row, by=ctx.staff, now=ctx.now)


def _rebut(ctx: RequestContext, row: Proceeding) -> None:
    wanted = ctx.request.POST.get("part", "")
    part = next((p for p in row.parts.all() if str(p.pk) == wanted), None)
    if part is None:
        raise Http404(wanted)
    services.rebut(part=part, by=ctx.staff, words=_words(ctx), now=ctx.now)


def _opinion(ctx: RequestContext, row: Proceeding) -> None:
    wanted = ctx.request.POST.get("unit", "")
    unit = next((p.unit for p in row.parts.all() if str(p.unit_id) == wanted), None)
    if unit is None:
        raise Http404(wanted)
    services.give_opinion(proceeding=row, unit=unit, by=ctx.staff, words=_words(ctx), now=ctx.now)


def _withdraw(ctx: RequestContext, row: Proceeding) -> None:
    withdraw(proceeding=row, by=ctx.staff, reason=_words(ctx), now=ctx.now)


def _sign(ctx: RequestContext, row: Proceeding) -> None:
    """The decision by the form of the regulation, where it waits, and the signature in one."""
    opinion = deciding.read(ctx, row)
    decide(
        proceeding=row, opinion=opinion, verdict=_verdict(ctx, row), by=ctx.staff,
        now=ctx.now,
    )  # fmt: skip


def _verdict(ctx: RequestContext, row: Proceeding) -> Verdict:
    post = ctx.request.POST
    if "sure" not in post:
        raise wrong(_("Please confirm that you have read everything: the decision is final."))
    parts: list[Part] = list(row.parts.select_related("unit", "staff"))
    shares = {
        p.pk: _hundredths(
            post.get(f"share-{p.pk}", ""),
            _("Share of %(who)s") % {"who": say(p.staff) if p.staff else say(p.unit)},
        )
        for p in parts
    }
    return Verdict(
        points=_hundredths(post.get("points", ""), _("Points")),
        shares=shares,
        accepted=frozenset(p.pk for p in parts if f"accept-{p.pk}" in post),
        departments=frozenset(p.pk for p in parts if p.staff_id and f"unit-{p.pk}" in post),
        remark=ctx.typed("remark"),
    )


def _hundredths(text: str, name: str) -> int:
    """A number with two decimals at most, in hundredths."""
    try:
        hundredths = Decimal(text.strip()) * HUNDRED
        whole = int(hundredths)
    except (InvalidOperation, ValueError, OverflowError):
        raise wrong(_("%(name)s: please enter a number.") % {"name": name}) from None
    if whole != hundredths or whole < 0:
        raise wrong(_("%(name)s: at most two decimals, not less than zero.") % {"name": name})
    return whole


ACTS: dict[str, Callable[[RequestContext, Proceeding], None]] = {
    "serve": _serve,
    "rebut": _rebut,
    "opinion": _opinion,
    "sign": _sign,
    "withdraw": _withdraw,
}
