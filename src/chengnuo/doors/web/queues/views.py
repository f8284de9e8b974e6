"""Queues of open cases, handing over many of them at once, and the load by hour."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengnuo.cases.access import visible, visible_open
from chengnuo.cases.casework.bulk import MOST_AT_ONCE, Ticked, hand_over_many
from chengnuo.cases.casework.undoing import undoable
from chengnuo.cases.finding import load as rows
from chengnuo.cases.finding import queues
from chengnuo.cases.queries import cases_of
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.marks import mark_of
from chengnuo.doors.web.kit.moments import clock, moment
from chengnuo.doors.web.kit.numbers import case_rows, promise_rows
from chengnuo.doors.web.kit.queues import address, facets, line_of, read_wanted
from chengnuo.doors.web.kit.reading import moment_in, number_in
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.unchanged import news
from chengnuo.doors.web.kit.words import say
from chengnuo.doors.web.queues.page.load import load_of, scope_of
from chengnuo.people import queries as people
from chengnuo.people.models import Organisation

PAGE = 50


class CountedPages(Paginator):  # type: ignore[type-arg]
    """Pages of rows that were counted already, with the filters."""

    def __init__(self, rows: Any, number: int) -> None:
        super().__init__(rows, PAGE)
        self.number = number

    @property
    def count(self) -> int:
        return self.number


@require_GET
@staffed
def queue(ctx: RequestContext) -> HttpResponse:
    """The open cases that fit the filters of the address, with what each further filter leaves."""
    return _page(ctx, ctx.request.GET)


def queue_mark(ctx: RequestContext, asked: QueryDict) -> str:
    """Another one as soon as the queue that the address filters shows something else."""
    rows = queues.queue(**_scope(ctx, asked))
    pages = Paginator(rows.values_list("case__number", "docket__version"), PAGE)
    return mark_of(pages.count, list(pages.get_page(asked.get("page")).object_list))


def _scope(ctx: RequestContext, asked: QueryDict) -> dict[str, Any]:
    wanted = read_wanted({name: asked.get(name, "") for name in asked})
    moments = queues.Moments(now=ctx.now, today_ends=ctx.today_ends)
    reach = visible_open(staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now)
    return {"companies": ctx.companies, "shown": reach, "wanted": wanted, "moments": moments}


def _page(ctx: RequestContext, asked: QueryDict, status: int = 200, **typed: Any) -> HttpResponse:
    scope = _scope(ctx, asked)
    wanted = scope["wanted"]
    counted = queues.counts(**scope)
    pages = CountedPages(queues.queue(**scope), counted.number).get_page(asked.get("page"))
    units = people.units_of(company=ctx.company)
    ticked = typed.get("ticked", {})
    lines = [
        line_of(ctx, case, stage=wanted.stage, ticked=ticked.get(case.number))
        for case in cases_of(rows=pages.object_list)
    ]
    found = facets(ctx, wanted, counted.facets, units)
    return ctx.page(
        "queues/queue",
        status=status,
        lines=lines,
        pages=pages,
        facets=found,
        chosen=[f for f in found if f.chosen],
        sorts={key: address(wanted, sort=key) for key in queues.SORTS},
        keep=address(wanted),
        mark=mark_of(
            pages.paginator.count, [(x.case.number, x.case.docket.version) for x in lines]
        ),
        wanted=wanted,
        units=units,
        here="queues",
        **typed,
    )


@require_POST
@staffed
def hand_over(ctx: RequestContext) -> HttpResponse:
    """Hand every ticked case to a unit; tell of each whether it went."""
    post = ctx.request.POST
    asked = QueryDict(post.get("back", ""))
    ticked = [_ticked(value) for value in post.getlist("case")]
    reason = post.get("reason", "").strip()
    with Trying() as tried:
        ctx.typed("reason")
    unit = next(
        (u for u in people.units_of(company=ctx.company) if str(u.pk) == post.get("unit")), None
    )
    problem = tried.problem
    if not ticked:
        problem = _("Please select the cases to hand over.")
    elif len(ticked) > MOST_AT_ONCE:
        problem = _("At most %(n)s cases at once; select fewer.") % {"n": MOST_AT_ONCE}
    elif unit is None:
        problem = _("Please choose the receiving unit for the cases.")
    elif len(reason) < 2:
        problem = _("Please enter the reason.")
    if problem or unit is None:
        versions = {t.number: t.version for t in ticked}
        typed = {"to": post.get("unit", ""), "reason": reason, "ticked": versions}
        return _page(ctx, asked, 422, problem=problem, **typed)
    outcomes = hand_over_many(
        companies=ctx.companies,
        ticked=ticked,
        to=unit,
        shown=visible(staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now),
        by=ctx.staff,
        reason=reason,
        now=ctx.now,
    )
    gone = [one.case for one in outcomes if one.went and one.case is not None]
    undos = {c.number: undoable(case=c, by=ctx.staff, now=ctx.now) for c in gone}
    went = len(gone)
    template = "queues/part/outcomes" if ctx.by_htmx else "queues/done"
    return ctx.page(
        template,
        outcomes=outcomes,
        unit=unit,
        reason=reason,
        undos=undos,
        went=went,
        stayed=len(outcomes) - went,
        keep=asked.urlencode(),
        here="queues",
    )


def _ticked(value: str) -> Ticked:
    number, _sep, version = value.rpartition(":")
    return Ticked(number, number_in(version))


@require_GET
@staffed
def load(ctx: RequestContext) -> HttpResponse:
    """How much comes in by hour of the day, and how much falls due in the next 24 hours."""
    units = people.units_of(company=ctx.company)
    unit = _unit(ctx, units)
    return ctx.page("queues/load", load=load_of(ctx, unit), unit=unit, units=units, here="queues")


@require_GET
@staffed
def load_rows(ctx: RequestContext) -> HttpResponse:
    """The rows behind one number of the load."""
    unit = _unit(ctx, people.units_of(company=ctx.company))
    scope = scope_of(ctx, unit)
    of, hour = (ctx.request.GET.get(name, "") for name in ("of", "hour"))
    asked = {"of": of, "hour": hour, "unit": str(unit.pk) if unit else ""}
    context: dict[str, Any] = {
        "keep": urlencode({name: word for name, word in asked.items() if word}),
        "back": reverse("queue-load") + (f"?unit={unit.pk}" if unit else ""),
        "back_to": _("Load by hour"),
        "here": "queues",
    }

    def about(span: str) -> list[str]:
        return [word for word in (span, say(unit)) if word]

    if of == "taken" and (at := number_in(hour, most=23)) is not None:
        context |= {"title": _("Received by hour of the day")}
        return case_rows(
            ctx, rows.taken(scope, at), about=about(f"{at:02d}:00–{at:02d}:59"), **context
        )
    if of == "due" and (begins := moment_in(hour, ctx.zone)) is not None:
        span = f"{moment(begins, ctx.now)}–{clock(begins + rows.HOUR)}"
        context |= {"title": _("Promises due"), "about": about(span)}
        return promise_rows(ctx, rows.ahead(scope, begins), running=True, **context)
    if of == "overdue":
        context |= {"title": _("Overdue promises"), "about": about("")}
        return promise_rows(ctx, rows.overdue(scope), running=True, **context)
    raise Http404(of)


def _unit(ctx: RequestContext, units: list[Organisation]) -> Organisation | None:
    chosen = ctx.request.GET.get("unit", "")
    return next((u for u in units if str(u.pk) == chosen), None)


@require_GET
@staffed
def queue_live(ctx: RequestContext) -> HttpResponseBase:
    """Whether the queue that this address filters has changed."""
    return news(ctx, lambda: {"mark": queue_mark(ctx, ctx.request.GET)})
