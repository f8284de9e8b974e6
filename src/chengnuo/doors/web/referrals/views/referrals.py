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
from chengnuo.doors.web.kit.context import Visit, staffed
from chengnuo.doors.web.kit.filekinds import ACCEPTED
from chengnuo.doors.web.kit.reading import day_in, words_in
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.words import is_chinese, say
from chengnuo.doors.web.referrals.page import outside as page
from chengnuo.obligations.regulation import Regulation
from chengnuo.packs.outside import outside_of, senders_of, sheets_of
from chengnuo.people import queries as people
from chengnuo.reports.outside import STAGES, ReferralCount, ReferralFilter, register, week

PAGE = 50
HERE = "outside"


@require_http_methods(["GET", "POST"])
@staffed
def take_in(visit: Visit) -> HttpResponse:
    """One screen: who sent it, its number and limit, the papers, the copies, what is asked."""
    regulation = visit.regulation
    if regulation is None:
        return visit.page("kit/no_regulation", here=HERE)
    pack = regulation.pack
    if visit.request.method == "GET":
        return _form(visit, regulation, page.blank(visit, pack, visit.request.GET))
    draft = page.read(visit, pack)
    if draft.errors:
        return _form(visit, regulation, draft, status=422)
    matter = page.matter_of(visit, pack, draft)
    with Trying() as tried:
        done = matters.register(
            company=visit.company, pack=pack, matter=matter, by=visit.staff, now=visit.now
        )
    if tried.refused:
        if tried.problem:
            draft.errors[tried.field or "service"] = tried.problem
        return _form(visit, regulation, draft, status=tried.status, refusals=tried.refusals)
    return _opened(visit, done)


def _opened(visit: Visit, done: matters.Registered) -> HttpResponse:
    number = done.case.number
    if not done.is_new and not _sees(visit, done.case):
        visit.say(
            _("This number is already registered; you have no access to that case. Ask its unit.")
        )
        return visit.go("outside")
    said = _("Registered: %(number)s") if done.is_new else _("Existing case: %(number)s")
    visit.say(said % {"number": number})
    return visit.go("case", number=number)


def _sees(visit: Visit, case: Case) -> bool:
    return may_see(
        case=case, staff=visit.staff, posts=visit.posts, company=visit.company, at=visit.now
    )


def _form(
    visit: Visit,
    regulation: Regulation,
    draft: page.ReferralDraft,
    status: int = 200,
    refusals: Any = (),
) -> HttpResponse:
    pack = regulation.pack
    known = outside_of(pack.id)
    usual, others = page.services_for(pack)
    return visit.page(
        "referrals/take_in",
        status=status,
        draft=draft,
        senders=senders_of(pack),
        usual=usual,
        others=others,
        units=people.units_of(company=visit.company),
        copies=[
            (s.staff, pack.roles[s.role].title, str(s.staff.pk) in draft.copies)
            for s in page.offered(visit, pack)
        ],
        clause=known.copies.clause if known else None,
        accepted=ACCEPTED,
        refusals=refusals,
        here=HERE,
    )


@require_GET
@staffed
def known(visit: Visit) -> HttpResponse:
    """Whether the number that is being typed is a case already."""
    given = visit.request.GET
    found = matters.known_matter(
        company=visit.company,
        sender=given.get("sender", ""),
        number=given.get("number", "").strip(),
    )
    seen = found is not None and _sees(visit, found)
    return visit.page("referrals/part/known", case=found, seen=seen)


@require_GET
@staffed
def outside(visit: Visit) -> HttpResponse:
    """All matters by sender, with both limits, the copies and the figures of the week."""
    regulation = visit.regulation
    if regulation is None:
        return visit.page("kit/no_regulation", here=HERE)
    given, senders = visit.request.GET, senders_of(regulation.pack)
    chosen = {
        name: given.get(name, "")
        for name in ("sender", "service", "stage", "q", "since", "until", "week")
    }
    chosen["stage"] = chosen["stage"] if chosen["stage"] in STAGES else ""
    until = day_in(chosen["until"])
    wanted = ReferralFilter(
        sender=chosen["sender"] if chosen["sender"] in senders else "",
        service=chosen["service"],
        stage=chosen["stage"],
        words=words_in(chosen["q"]),
        since=page.start_of(visit, day_in(chosen["since"])),
        until=page.start_of(visit, until + timedelta(days=1) if until else None),
    )
    shown = _shown(visit)
    rows = register(shown=shown, senders=senders, wanted=wanted)
    rows = rows.prefetch_related("docket__obligations__unit", "copies")
    pages = Paginator(rows, PAGE).get_page(given.get("page"))
    titles = {i: s.title for i, s in regulation.pack.services.items()}
    return visit.page(
        "referrals/outside",
        lines=page.lines(visit, pages.object_list, senders),
        pages=pages,
        chosen=chosen,
        senders=senders,
        keep=urlencode({k: v for k, v in chosen.items() if v}),
        stages=_stages(visit, wanted, senders),
        figures=_figures(visit, chosen["week"], senders, titles),
        here=HERE,
    )


def _shown(visit: Visit) -> Any:
    return visible(staff=visit.staff, posts=visit.posts, company=visit.company, at=visit.now)


def _stages(visit: Visit, wanted: ReferralFilter, senders: Any) -> list[tuple[str, str, int]]:
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
        rows = register(shown=_shown(visit), senders=senders, wanted=one)
        counts.append((stage, title, rows.count()))
    return counts


def _figures(visit: Visit, chosen: str, senders: Any, titles: Any) -> dict[str, Any]:
    first, after = page.week_of(visit, chosen)
    since, until = page.start_of(visit, first), page.start_of(visit, after)
    if since is None or until is None:
        raise Http404(chosen)
    found = week(shown=_shown(visit), senders=senders, since=since, until=until)
    last = after - timedelta(days=1)
    return {
        "tables": (
            (_("By sender"), _named(found.by_sender, senders), "sender"),
            (_("By category"), _named(found.by_service, titles), "service"),
        ),
        "first": first,
        "last": last,
        "before": f"{first - timedelta(days=7)}",
        "after": f"{after}" if until <= visit.now else "",
        "span": urlencode({"since": f"{first}", "until": f"{last}", "week": f"{first}"}),
    }


def _named(found: list[ReferralCount], titles: Any) -> list[tuple[ReferralCount, Any]]:
    return [(line, titles.get(line.key, line.key)) for line in found]


@require_GET
@staffed
def reply(visit: Visit, number: str) -> HttpResponse:
    """The reply in the sender's form: to be read, sent and printed."""
    case = visit.case(number)
    file = gather(visit, case)
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
            visit, file, plan.form,
            action=reverse("case-form", args=[number, plan.form]),
            typed={
                plan.text: draft_of(told, zh=is_chinese()),
                "replied_at": moments.for_input(visit.now),
            },
        )  # fmt: skip
    return visit.page(
        "referrals/reply",
        case=case,
        reply=told,
        draft=told.text or draft_of(told, zh=is_chinese()),
        form=form,
        whose=offered.whose if offered and not offered.mine else None,
        sender=say(senders_of(pack).get(case.source, case.source)),
        their_number=page.number_of(case),
        contact=contact_of(case=case, viewer=visit.viewer, place=Place.FILE),
        service=file.service,
        sheets=[s for s in sheets_of(pack.id) if s.sender == case.source],
        here=HERE,
    )
