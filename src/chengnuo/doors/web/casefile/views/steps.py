"""The small steps of a case: hand over, urge, dispute, withdraw, reopen, pause and so on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengnuo.cases.casework import assisting, objections, supervising
from chengnuo.cases.casework import services as cases
from chengnuo.cases.casework.reclassifying import reclassify
from chengnuo.cases.models import Case
from chengnuo.doors.web.kit import filestore
from chengnuo.doors.web.kit.casepage import CasePage, TypedStep, gather
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.facts import read_facts
from chengnuo.doors.web.kit.reading import moment_in
from chengnuo.doors.web.kit.refusing import Trying, wrong
from chengnuo.people import queries as people
from chengnuo.people.models import Organisation

SAID = {"dispute": "disputed", "withdraw": "withdrawn", "reopen": "reopened"}
Act = Callable[[RequestContext, Case, CasePage], None]


@require_POST
@staffed
def step(ctx: RequestContext, number: str, what: str) -> HttpResponse:
    """Do one step. What went wrong is told at the step, with what was typed."""
    act = ACTS.get(what) or (_say if what in SAID else None)
    if act is None:
        raise Http404(what)
    return taken(ctx, number, what, act)


def taken(ctx: RequestContext, number: str, what: str, act: Act) -> HttpResponse:
    """A step on a case, and what follows on the page; shared with joining.py."""
    found = ctx.case(number)
    told = TypedStep(what, ctx.request.POST.dict())
    page = gather(ctx, found, step=told)
    with Trying() as tried:
        act(ctx, found, page)
    if tried.moved_on:
        fresh = gather(ctx, ctx.case(number), step=told)
        faster = fresh.told[0] if fresh.told else None
        return ctx.page("casefile/case", status=409, page=fresh, here="cases", faster=faster)
    if tried.refused:
        told.problem, again = tried.problem, {"page": page, "refusals": tried.refusals}
        return ctx.page("casefile/case", status=tried.status, here="cases", **again)
    ctx.say(_("Recorded."))
    return ctx.go("case", number=number)


def reason_of(ctx: RequestContext) -> str:
    reason = ctx.typed("reason")
    if len(reason) < 2:
        raise wrong(_("Please enter the reason."))
    return reason


def _say(ctx: RequestContext, case: Case, page: CasePage) -> None:
    if hasattr(case, "proceeding"):
        raise wrong(
            _("This case is an accountability review; decide or withdraw it on its own page.")
        )
    cases.say(
        case=case,
        what=SAID[page.step.name],
        by=ctx.staff,
        now=ctx.now,
        reason=reason_of(ctx),
        version=ctx.version,
    )


def _unit(ctx: RequestContext) -> Organisation | None:
    wanted = ctx.request.POST.get("unit", "")
    return next((u for u in people.units_of(company=ctx.company) if str(u.pk) == wanted), None)


def _moment(ctx: RequestContext, page: CasePage, name: str, missing: str) -> datetime:
    zone = ZoneInfo(page.file.regulation.pack.time_zone)
    at = moment_in(ctx.request.POST.get(name), zone)
    if at is None:
        raise wrong(missing)
    return at


def _hand_over(ctx: RequestContext, case: Case, page: CasePage) -> None:
    unit = _unit(ctx)
    if unit is None:
        raise wrong(_("Please choose the receiving unit."))
    cases.hand_over(
        case=case,
        to=unit,
        by=ctx.staff,
        now=ctx.now,
        reason=ctx.typed("reason"),
        version=ctx.version,
    )


def _facts(ctx: RequestContext, case: Case, page: CasePage) -> None:
    pack = page.file.regulation.pack
    values = read_facts(pack, page.fact_fields)
    if any(f.error for f in page.fact_fields):
        raise wrong(_("Please check the marked fields."))
    known = page.file.state.facts
    changed = {n: v for n, v in values.items() if known.get(n) != v}
    if not changed:
        raise wrong(_("Nothing was changed; correct a detail first."))
    cases.change_facts(
        case=case,
        facts=changed,
        by=ctx.staff,
        now=ctx.now,
        reason=reason_of(ctx),
        version=ctx.version,
    )


def _reclassify(ctx: RequestContext, case: Case, page: CasePage) -> None:
    wanted = ctx.request.POST.get("service", "")
    if wanted not in dict(page.services):
        raise wrong(_("Please choose the right service."))
    reclassify(
        case=case,
        service=wanted,
        by=ctx.staff,
        now=ctx.now,
        reason=reason_of(ctx),
        version=ctx.version,
    )


def _appointment(ctx: RequestContext, case: Case, page: CasePage) -> None:
    fact = ctx.request.POST.get("fact", "")
    if fact not in dict(page.appointments):
        raise wrong(_("No open promise takes an appointment; refresh the case."))
    missing = _("Please enter the agreed date and time.")
    cases.agree_appointment(
        case=case,
        fact=fact,
        agreed_at=_moment(ctx, page, "agreed_at", missing),
        by=ctx.staff,
        now=ctx.now,
        reason=reason_of(ctx),
        version=ctx.version,
    )


def _ask_pause(ctx: RequestContext, case: Case, page: CasePage) -> None:
    post = ctx.request.POST
    target, _sep, reason = post.get("pause", "").rpartition("|")
    if target not in {p.row.key for p in page.pausable}:
        raise wrong(_("Please choose what to pause and the listed reason."))
    proof = ctx.typed("proof")
    upload = ctx.request.FILES.get("proof_file")
    if not proof and upload is None:
        raise wrong(_("Please provide the supporting document that the regulation requires."))
    file = filestore.keep(upload).as_value() if upload is not None else ""
    cases.ask_pause(
        case=case,
        obligation=target,
        reason=reason,
        proof=proof,
        file=file,
        by=ctx.staff,
        now=ctx.now,
    )


def _decide_pause(ctx: RequestContext, case: Case, page: CasePage) -> None:
    post: Any = ctx.request.POST
    verdict = post.get("verdict", "")
    if verdict not in ("approved", "rejected", "ended"):
        raise wrong(_("Please choose: approve, reject or end the pause."))
    cases.decide_pause(
        case=case,
        obligation=post.get("target", ""),
        verdict=verdict,
        by=ctx.staff,
        now=ctx.now,
        version=ctx.version,
    )


def _ask_return(ctx: RequestContext, case: Case, page: CasePage) -> None:
    objections.ask_return(
        case=case,
        wants=_unit(ctx),
        reason=reason_of(ctx),
        by=ctx.staff,
        now=ctx.now,
        version=ctx.version,
    )


def _decide_return(ctx: RequestContext, case: Case, page: CasePage) -> None:
    upheld = ctx.request.POST.get("verdict", "") == "upheld"
    unit = _unit(ctx) if upheld else None
    if upheld and unit is None:
        raise wrong(_("Please choose the receiving unit."))
    objections.decide_return(
        case=case,
        to=unit,
        remark=reason_of(ctx),
        by=ctx.staff,
        now=ctx.now,
        version=ctx.version,
    )


def _ask_assistance(ctx: RequestContext, case: Case, page: CasePage) -> None:
    unit = _unit(ctx)
    if unit is None:
        raise wrong(_("Please choose the supporting unit."))
    assisting.ask_assistance(
        case=case,
        unit=unit,
        asked_for=reason_of(ctx),
        by=ctx.staff,
        now=ctx.now,
        version=ctx.version,
    )


def _assisted(ctx: RequestContext, case: Case, page: CasePage) -> None:
    assisting.answer_assistance(
        case=case,
        answer=reason_of(ctx),
        by=ctx.staff,
        now=ctx.now,
        version=ctx.version,
    )


def _urge(ctx: RequestContext, case: Case, page: CasePage) -> None:
    supervising.urge(
        case=case,
        reason=reason_of(ctx),
        by=ctx.staff,
        now=ctx.now,
        version=ctx.version,
    )


def _supervise(ctx: RequestContext, case: Case, page: CasePage) -> None:
    supervising.supervise(
        case=case,
        instruction=reason_of(ctx),
        until=_moment(ctx, page, "until", _("Please enter when the reply is due.")),
        by=ctx.staff,
        now=ctx.now,
        version=ctx.version,
    )


ACTS: dict[str, Act] = {
    "return": _ask_return,
    "decide-return": _decide_return,
    "assist": _ask_assistance,
    "assisted": _assisted,
    "urge": _urge,
    "supervise": _supervise,
    "hand-over": _hand_over,
    "facts": _facts,
    "reclassify": _reclassify,
    "appointment": _appointment,
    "pause": _ask_pause,
    "pause-verdict": _decide_pause,
}
