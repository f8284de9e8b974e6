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
from chengnuo.doors.web.kit.context import Visit, staffed
from chengnuo.doors.web.kit.facts import read_facts
from chengnuo.doors.web.kit.reading import moment_in
from chengnuo.doors.web.kit.refusing import Trying, wrong
from chengnuo.people import queries as people
from chengnuo.people.models import Organisation

SAID = {"dispute": "disputed", "withdraw": "withdrawn", "reopen": "reopened"}
Act = Callable[[Visit, Case, CasePage], None]


@require_POST
@staffed
def step(visit: Visit, number: str, what: str) -> HttpResponse:
    """Do one step. What went wrong is told at the step, with what was typed."""
    act = ACTS.get(what) or (_say if what in SAID else None)
    if act is None:
        raise Http404(what)
    return taken(visit, number, what, act)


def taken(visit: Visit, number: str, what: str, act: Act) -> HttpResponse:
    """A step on a case, and what follows on the page; shared with joining.py."""
    found = visit.case(number)
    told = TypedStep(what, visit.request.POST.dict())
    page = gather(visit, found, step=told)
    with Trying() as tried:
        act(visit, found, page)
    if tried.moved_on:
        fresh = gather(visit, visit.case(number), step=told)
        faster = fresh.told[0] if fresh.told else None
        return visit.page("casefile/case", status=409, page=fresh, here="cases", faster=faster)
    if tried.refused:
        told.problem, again = tried.problem, {"page": page, "refusals": tried.refusals}
        return visit.page("casefile/case", status=tried.status, here="cases", **again)
    visit.say(_("Recorded."))
    return visit.go("case", number=number)


def reason_of(visit: Visit) -> str:
    reason = visit.request.POST.get("reason", "").strip()
    if len(reason) < 2:
        raise wrong(_("Please enter the reason."))
    return reason[:2000]


def _say(visit: Visit, case: Case, page: CasePage) -> None:
    if hasattr(case, "proceeding"):
        raise wrong(
            _("This case is an accountability review; decide or withdraw it on its own page.")
        )
    cases.say(
        case=case,
        what=SAID[page.step.name],
        by=visit.staff,
        now=visit.now,
        reason=reason_of(visit),
        version=visit.version,
    )


def _unit(visit: Visit) -> Organisation | None:
    wanted = visit.request.POST.get("unit", "")
    return next((u for u in people.units_of(company=visit.company) if str(u.pk) == wanted), None)


def _moment(visit: Visit, page: CasePage, name: str, missing: str) -> datetime:
    zone = ZoneInfo(page.file.regulation.pack.time_zone)
    at = moment_in(visit.request.POST.get(name), zone)
    if at is None:
        raise wrong(missing)
    return at


def _hand_over(visit: Visit, case: Case, page: CasePage) -> None:
    unit = _unit(visit)
    if unit is None:
        raise wrong(_("Please choose the receiving unit."))
    cases.hand_over(
        case=case,
        to=unit,
        by=visit.staff,
        now=visit.now,
        reason=visit.request.POST.get("reason", "").strip()[:2000],
        version=visit.version,
    )


def _facts(visit: Visit, case: Case, page: CasePage) -> None:
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
        by=visit.staff,
        now=visit.now,
        reason=reason_of(visit),
        version=visit.version,
    )


def _reclassify(visit: Visit, case: Case, page: CasePage) -> None:
    wanted = visit.request.POST.get("service", "")
    if wanted not in dict(page.services):
        raise wrong(_("Please choose the right service."))
    reclassify(
        case=case,
        service=wanted,
        by=visit.staff,
        now=visit.now,
        reason=reason_of(visit),
        version=visit.version,
    )


def _appointment(visit: Visit, case: Case, page: CasePage) -> None:
    fact = visit.request.POST.get("fact", "")
    if fact not in dict(page.appointments):
        raise wrong(_("No open promise takes an appointment; refresh the case."))
    missing = _("Please enter the agreed date and time.")
    cases.agree_appointment(
        case=case,
        fact=fact,
        agreed_at=_moment(visit, page, "agreed_at", missing),
        by=visit.staff,
        now=visit.now,
        reason=reason_of(visit),
        version=visit.version,
    )


def _ask_pause(visit: Visit, case: Case, page: CasePage) -> None:
    post = visit.request.POST
    target, _sep, reason = post.get("pause", "").rpartition("|")
    if target not in {p.row.key for p in page.pausable}:
        raise wrong(_("Please choose what to pause and the listed reason."))
    proof = post.get("proof", "").strip()
    upload = visit.request.FILES.get("proof_file")
    if not proof and upload is None:
        raise wrong(_("Please provide the supporting document that the regulation requires."))
    file = filestore.keep(upload).as_value() if upload is not None else ""
    cases.ask_pause(
        case=case,
        obligation=target,
        reason=reason,
        proof=proof[:2000],
        file=file,
        by=visit.staff,
        now=visit.now,
    )


def _decide_pause(visit: Visit, case: Case, page: CasePage) -> None:
    post: Any = visit.request.POST
    verdict = post.get("verdict", "")
    if verdict not in ("approved", "rejected", "ended"):
        raise wrong(_("Please choose: approve, reject or end the pause."))
    cases.decide_pause(
        case=case,
        obligation=post.get("target", ""),
        verdict=verdict,
        by=visit.staff,
        now=visit.now,
        version=visit.version,
    )


def _ask_return(visit: Visit, case: Case, page: CasePage) -> None:
    objections.ask_return(
        case=case,
        wants=_unit(visit),
        reason=reason_of(visit),
        by=visit.staff,
        now=visit.now,
        version=visit.version,
    )


def _decide_return(visit: Visit, case: Case, page: CasePage) -> None:
    upheld = visit.request.POST.get("verdict", "") == "upheld"
    unit = _unit(visit) if upheld else None
    if upheld and unit is None:
        raise wrong(_("Please choose the receiving unit."))
    objections.decide_return(
        case=case,
        to=unit,
        remark=reason_of(visit),
        by=visit.staff,
        now=visit.now,
        version=visit.version,
    )


def _ask_assistance(visit: Visit, case: Case, page: CasePage) -> None:
    unit = _unit(visit)
    if unit is None:
        raise wrong(_("Please choose the supporting unit."))
    assisting.ask_assistance(
        case=case,
        unit=unit,
        asked_for=reason_of(visit),
        by=visit.staff,
        now=visit.now,
        version=visit.version,
    )


def _assisted(visit: Visit, case: Case, page: CasePage) -> None:
    assisting.answer_assistance(
        case=case,
        answer=reason_of(visit),
        by=visit.staff,
        now=visit.now,
        version=visit.version,
    )


def _urge(visit: Visit, case: Case, page: CasePage) -> None:
    supervising.urge(
        case=case,
        reason=reason_of(visit),
        by=visit.staff,
        now=visit.now,
        version=visit.version,
    )


def _supervise(visit: Visit, case: Case, page: CasePage) -> None:
    supervising.supervise(
        case=case,
        instruction=reason_of(visit),
        until=_moment(visit, page, "until", _("Please enter when the reply is due.")),
        by=visit.staff,
        now=visit.now,
        version=visit.version,
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
