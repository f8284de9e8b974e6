"""Matters from outside: register one, the register of all, and the reply to the sender."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengnuo.cases.access import may_see, visible
from chengnuo.cases.models import Case
from chengnuo.cases.referrals import outside as matters
from chengnuo.cases.referrals.reply import draft_of, reply_of
from chengnuo.disclosure.contacts import Place, contact_of
from chengnuo.doors.web.kit import moments
from chengnuo.doors.web.kit.casepage import gather, open_form
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.filekinds import ACCEPTED
from chengnuo.doors.web.kit.reading import day_in, words_in
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.words import is_chinese, say
from chengnuo.doors.web.referrals.page import outside as page
from chengnuo.obligations.regulation import Regulation
from chengnuo.packs.channels import channel_for
from chengnuo.packs.outside import outside_of, senders_of, sheets_of
from chengnuo.people import queries as people
from chengnuo.reports.outside import STAGES, ReferralCount, ReferralFilter, register, week

PAGE = 50
HERE = "outside"


@require_http_methods(["GET", "POST"])
@staffed
def take_in(ctx: RequestContext) -> HttpResponse:
    """One screen: who sent it, its number and limit, the papers, the copies, what is asked."""
    regulation = ctx.regulation
    if regulation is None:
        return ctx.page("kit/no_regulation", here=HERE)
    pack = regulation.pack
    if ctx.request.method == "GET":
        return _form(ctx, regulation, page.blank(ctx, pack, ctx.request.GET))
    draft = page.read(ctx, pack)
    if draft.errors:
        return _form(ctx, regulation, draft, status=422)
    matter = page.matter_of(ctx, pack, draft)
    with Trying() as tried:
        done = matters.register(
            company=ctx.company, pack=pack, matter=matter, by=ctx.staff, now=ctx.now
        )
    if tried.refused:
        if tried.problem:
            draft.errors[tried.field or "service"] = tried.problem
        return _form(ctx, regulation, draft, status=tried.status, refusals=tried.refusals)
    return _opened(ctx, done)


def _opened(ctx: RequestContext, done: matters.Registered) -> HttpResponse:
    number = done.case.number
    if not done.is_new and not _sees(ctx, done.case):
        ctx.say(
            _("This number is already registered; you have no access to that case. Ask its unit.")
        )
        return ctx.go("outside")
    said = _("Registered: %(number)s") if done.is_new else _("Existing case: %(number)s")
    ctx.say(said % {"number": number})
    return ctx.go("case", number=number)


def _sees(ctx: RequestContext, case: Case) -> bool:
    return may_see(case=case, staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now)


def _form(
    ctx: RequestContext,
    regulation: Regulation,
    draft: page.ReferralDraft,
    status: int = 200,
    refusals: Any = (),
) -> HttpResponse:
    pack = regulation.pack
    known = outside_of(pack.id)
    usual, others = page.services_for(pack)
    return ctx.page(
        "referrals/take_in",
        status=status,
        draft=draft,
        senders=senders_of(pack),
        usual=usual,
        others=others,
        units=people.units_of(company=ctx.company),
        copies=[
            (s.staff, pack.roles[s.role].title, str(s.staff.pk) in draft.copies)
            for s in page.offered(ctx, pack)
        ],
        clause=known.copies.clause if known else None,
        accepted=ACCEPTED,
        refusals=refusals,
        here=HERE,
    )


@require_GET
@staffed
def known(ctx: RequestContext) -> HttpResponse:
    """Whether the number that is being typed is a case already."""
    given = ctx.request.GET
    found = matters.known_matter(
        company=ctx.company,
        sender=given.get("sender", ""),
        number=given.get("number", "").strip(),
    )
    seen = found is not None and _sees(ctx, found)
    return ctx.page("referrals/part/known", case=found, seen=seen)


@require_GET
@staffed
def outside(ctx: RequestContext) -> HttpResponse:
    """All matters by sender, with both limits, the copies and the figures of the week."""
    regulation = ctx.regulation
    if regulation is None:
        return ctx.page("kit/no_regulation", here=HERE)
    given, senders = ctx.request.GET, senders_of(regulation.pack)
    chosen = {
        name: given.get(name, "")
        for name in ("sender", "service", "stage", "q", "since", "until", "week")
    }
    chosen["stage"] = chosen["stage"] if chosen["stage"] in STAGES else ""
    until = day_in(chosen["until"])
    wanted = ReferralFilter(
        imported=channel_for(regulation.pack, "import"),
        sender=chosen["sender"] if chosen["sender"] in senders else "",
        service=chosen["service"],
        stage=chosen["stage"],
        words=words_in(chosen["q"]),
        since=page.start_of(ctx, day_in(chosen["since"])),
        until=page.start_of(ctx, until + timedelta(days=1) if until else None),
    )
    shown = _shown(ctx)
    rows = register(shown=shown, senders=senders, wanted=wanted)
    rows = rows.prefetch_related("docket__obligations__unit", "copies")
    pages = Paginator(rows, PAGE).get_page(given.get("page"))
    titles = {i: s.title for i, s in regulation.pack.services.items()}
    return ctx.page(
        "referrals/outside",
        lines=page.lines(ctx, pages.object_list, senders),
        pages=pages,
        chosen=chosen,
        senders=senders,
        keep=urlencode({k: v for k, v in chosen.items() if v}),
        stages=_stages(ctx, wanted, senders),
        figures=_figures(ctx, chosen["week"], wanted, senders, titles),
        here=HERE,
    )


def _shown(ctx: RequestContext) -> Any:
    return visible(staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now)


def _stages(
    ctx: RequestContext, wanted: ReferralFilter, senders: Any
) -> list[tuple[str, str, int]]:
    words = {
        "": _("All"),
        "open": _("Still open"),
        "late": _("Overdue"),
        "unseen": _("Copy not viewed"),
        "closed": _("Closed"),
    }
    counts = []
    for stage, title in words.items():
        one = ReferralFilter(**{**asdict(wanted), "stage": stage})
        rows = register(shown=_shown(ctx), senders=senders, wanted=one)
        counts.append((stage, title, rows.count()))
    return counts


def _figures(
    ctx: RequestContext, chosen: str, wanted: ReferralFilter, senders: Any, titles: Any
) -> dict[str, Any]:
    first, after = page.week_of(ctx, chosen)
    since, until = page.start_of(ctx, first), page.start_of(ctx, after)
    if since is None or until is None:
        raise Http404(chosen)
    found = week(
        shown=_shown(ctx), senders=senders, imported=wanted.imported, since=since, until=until
    )
    last = after - timedelta(days=1)
    return {
        "tables": (
            (_("By sender"), _named(found.by_sender, senders), "sender"),
            (_("By category"), _named(found.by_service, titles), "service"),
        ),
        "first": first,
        "last": last,
        "before": f"{first - timedelta(days=7)}",
        "after": f"{after}" if until <= ctx.now else "",
        "span": urlencode({"since": f"{first}", "until": f"{last}", "week": f"{first}"}),
    }


def _named(found: list[ReferralCount], titles: Any) -> list[tuple[ReferralCount, Any]]:
    return [(line, titles.get(line.key, line.key)) for line in found]


@require_GET
@staffed
def reply(ctx: RequestContext, number: str) -> HttpResponse:
    """The reply in the sender's form: to be read, sent and printed."""
    case = ctx.case(number)
    file = gather(ctx, case)
    pack = file.file.regulation.pack
    if case.source not in senders_of(pack):
        raise Http404(number)
    told = reply_of(case=case, pack=pack)
    shape = outside_of(pack.id)
    form = None
    plan = shape.reply if shape else None
    offered = next((o for o in file.forms if plan and o.id == plan.form), None)
    if plan and offered and offered.mine and told.is_ready:
        form = open_form(
            ctx, file, plan.form,
            action=reverse("case-form", args=[number, plan.form]),
            typed={
                plan.text: draft_of(told, zh=is_chinese()),
                "replied_at": moments.for_input(ctx.now),
            },
        )  # fmt: skip
    return ctx.page(
        "referrals/reply",
        case=case,
        reply=told,
        draft=told.text or draft_of(told, zh=is_chinese()),
        form=form,
        whose=offered.whose if offered and not offered.mine else None,
        sender=say(senders_of(pack).get(case.source, case.source)),
        their_number=page.number_of(case),
        contact=contact_of(case=case, viewer=ctx.viewer, place=Place.FILE),
        service=file.service,
        sheets=[s for s in sheets_of(pack.id) if s.sender == case.source],
        here=HERE,
    )
