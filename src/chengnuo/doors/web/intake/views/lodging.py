"""Take in a matter: what is asked, by whom, and which promises it starts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from chengnuo.cases import queries as cases
from chengnuo.cases.casework.undoing import undoable
from chengnuo.cases.events import SUBJECT
from chengnuo.cases.intake.desk import is_the_same, record_standard, standard_form, take_in
from chengnuo.cases.models import Case
from chengnuo.doors.web.intake.page.drafts import (
    IntakeDraft,
    check,
    draft_of,
    emergencies,
    new_token,
    tree,
    usual_channel,
)
from chengnuo.doors.web.intake.page.taken import taken_page
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.wording import forbidden, scripts
from chengnuo.obligations.regulation import Regulation
from chengnuo.packs.channels import by_hand, channels_of
from chengnuo.packs.references import role_title
from chengnuo.packs.schema import Pack, ServiceShape
from chengnuo.people import queries as people
from chengnuo.rules.state import State

MOST_LINKED = 20
FROM_A_LINK = {"phone": "contact_phone", "what": "narrative", "where": "address"}


@require_http_methods(["GET", "POST"])
@staffed
def intake(ctx: RequestContext) -> HttpResponse:
    """The screen of a call; on POST the case."""
    return _taking_in(ctx, emergency=False)


@require_http_methods(["GET", "POST"])
@staffed
def emergency(ctx: RequestContext) -> HttpResponse:
    """An emergency: where, what, which number; it goes out when it is saved."""
    return _taking_in(ctx, emergency=True)


def _taking_in(ctx: RequestContext, *, emergency: bool) -> HttpResponse:
    regulation = ctx.regulation
    if regulation is None:
        return ctx.page("kit/no_regulation", here="intake")
    if ctx.request.method == "GET" or "switch" in ctx.request.POST:
        return _blank(ctx, regulation, emergency=emergency)
    draft = draft_of(ctx, regulation, ctx.request.POST)
    check(ctx, draft, regulation)
    if not draft.is_good:
        return screen(ctx, regulation, draft, status=422, emergency=emergency)
    with Trying() as tried:
        case = take_in(
            company=ctx.company,
            request=draft.request(regulation.pack),
            by=ctx.staff,
            now=ctx.now,
            related=_related(ctx),
            standard="standard" in ctx.request.POST,
        )
    if tried.refused:
        if tried.problem:
            draft.errors[tried.field or "service"] = tried.problem
        told: dict[str, Any] = {"emergency": emergency, "refusals": tried.refusals}
        return screen(ctx, regulation, draft, status=tried.status, **told)
    if not _is_this(case, draft):
        # Somebody went back in the browser and wrote another matter over one that is saved.
        draft.token = new_token()
        return screen(ctx, regulation, draft, status=409, emergency=emergency, saved_before=case)
    return ctx.go("case-taken", number=case.number)


def _related(ctx: RequestContext) -> list[Case]:
    """Cases that were ticked as belonging to this matter."""
    numbers = ctx.request.POST.getlist("link_to")[:MOST_LINKED]
    if not numbers:
        return []
    return list(ctx.seen_cases.filter(organisation=ctx.company, number__in=numbers))


def _is_this(case: Case, draft: IntakeDraft) -> bool:
    """Whether a case is what was typed, and not what was saved from the same page before."""
    typed = draft.typed
    return is_the_same(
        case=case, service=draft.service, narrative=typed["narrative"],
        phone=typed["contact_phone"], address=typed["address"],
    )  # fmt: skip


def _blank(ctx: RequestContext, regulation: Regulation, *, emergency: bool) -> HttpResponse:
    """A fresh page; what a softphone's link or the page before tells stands in it already."""
    given = QueryDict(mutable=True)
    given.update(ctx.request.GET.dict())
    for name, field in FROM_A_LINK.items():
        if word := given.get(name):
            given[field] = word
    if ctx.request.method == "POST":
        given = ctx.request.POST.copy()
    if emergency and given.get("service") not in dict(emergencies(regulation.pack)):
        first = next(iter(emergencies(regulation.pack)), ("", None))
        given["service"] = first[0]
    draft = draft_of(ctx, regulation, given, known=True)
    draft.token = new_token()
    return screen(ctx, regulation, draft, emergency=emergency)


@require_POST
@staffed
def fields(ctx: RequestContext) -> HttpResponse:
    """The facts that the chosen service asks for, and the promises it starts."""
    regulation = ctx.regulation
    if regulation is None:
        return HttpResponse(status=204)
    draft = draft_of(ctx, regulation, ctx.request.POST, known=True)
    return ctx.page("intake/part/fields", **_context(ctx, regulation, draft), swap=True)


@require_POST
@staffed
def promises(ctx: RequestContext) -> HttpResponse:
    """The promises that what is typed so far would start."""
    regulation = ctx.regulation
    if regulation is None:
        return HttpResponse(status=204)
    draft = draft_of(ctx, regulation, ctx.request.POST)
    return ctx.page("intake/part/promises", **_context(ctx, regulation, draft))


@require_http_methods(["GET", "POST"])
@staffed
def taken(ctx: RequestContext, number: str) -> HttpResponse:
    """After saving: the number, whom it went to, what was promised, and how to close the call. On
    POST: the caller was told the prescribed words."""
    case = cases.numbered(company=ctx.company, number=number)
    if case is None or ctx.staff.pk not in (case.lodged_by_id, case.first_asked_id):
        return ctx.go("case", number=number)
    if ctx.request.method == "POST":
        record_standard(case=case, by=ctx.staff, now=ctx.now)
        return ctx.go("case-taken", number=number)
    hidden = case.restricted and not ctx.seen_cases.filter(pk=case.pk).exists()
    page = taken_page(ctx, case, hidden=hidden)
    undo = undoable(case=case, by=ctx.staff, now=ctx.now)
    return ctx.page("intake/taken", here="intake", page=page, hidden=hidden, undo=undo)


def _context(ctx: RequestContext, regulation: Regulation, draft: IntakeDraft) -> dict[str, Any]:
    entry = regulation.pack.services.get(draft.service)
    running = _promised(ctx, draft, entry)
    return {
        "draft": draft,
        "entry": entry,
        "promises": [(p, _owed_by(regulation, p.rule)) for p in running],
        "digest": regulation.book.digest,
        "owner": _owner(ctx, regulation, entry),
        "standard": _standard(ctx, regulation, draft, entry),
        "talk": scripts(ctx, regulation.pack, channel=draft.channel, service=draft.service),
        "forbidden": _forbidden(ctx, regulation, draft, entry),
    }


def _promised(
    ctx: RequestContext, draft: IntakeDraft, entry: ServiceShape | None
) -> list[cases.FuturePromise]:
    if entry is None or entry.process is None:
        return []
    with Trying():
        return cases.promised(
            company=ctx.company,
            service=draft.service,
            channel=draft.channel,
            facts=draft.values,
            at=ctx.now,
            accepting_unit=ctx.staff.organisation_id,
        )
    return []


def _owed_by(regulation: Regulation, rule: str) -> Any:
    return role_title(regulation.pack, regulation.book.rules[rule].owed_by)


def _forbidden(
    ctx: RequestContext, regulation: Regulation, draft: IntakeDraft, entry: ServiceShape | None
) -> str:
    if entry is None or entry.process is None:
        return ""
    state = State(
        subject=SUBJECT,
        service=draft.service,
        process=entry.process,
        facts=draft.values,
        round_at=ctx.now,
    )
    return forbidden(regulation, state)


def _standard(
    ctx: RequestContext, regulation: Regulation, draft: IntakeDraft, entry: ServiceShape | None
) -> bool:
    """Whether there are prescribed words to be told at once, which this person may record."""
    pack = regulation.pack
    if entry is None or entry.process is None:
        return False
    form = standard_form(
        pack=pack, service=draft.service, channel=draft.channel, process=entry.process
    )
    return form is not None and bool(ctx.roles & {*pack.forms[form].who})


def _owner(ctx: RequestContext, regulation: Regulation, entry: ServiceShape | None) -> Any:
    """The unit to which it will go."""
    role = entry.owner if entry else None
    unit = people.roster_of(company=ctx.company).unit_of_role(role) if role else None
    found = next((u for u in people.units_of(company=ctx.company) if u.pk == unit), None)
    return found or (regulation.pack.roles[role].title if role in regulation.pack.roles else None)


def screen(
    ctx: RequestContext,
    regulation: Regulation,
    draft: IntakeDraft,
    *,
    status: int = 200,
    emergency: bool = False,
    **told: Any,
) -> HttpResponse:
    pack = regulation.pack
    context = _context(ctx, regulation, draft) | told
    context["greeting"] = scripts(ctx, pack, "greeting", channel=draft.channel)
    context["channels"] = by_hand(pack)
    if emergency:
        context["services"] = emergencies(pack)
        return ctx.page("intake/emergency", status=status, here="intake", **context)
    internal = _is_internal(ctx, pack, draft)
    context |= {"tree": tree(pack, internal=internal), "internal": internal}
    context["face_to_face"] = channels_of(pack)[usual_channel(ctx, pack)].face_to_face
    context["reasons"] = reasons()
    return ctx.page("intake/intake", status=status, here="intake", **context)


def _is_internal(ctx: RequestContext, pack: Pack, draft: IntakeDraft) -> bool:
    """Whether the list shows the house's own matters: asked for, or one of them is chosen."""
    chosen = pack.services.get(draft.service)
    if chosen is not None:
        return chosen.audience == "internal"
    return ctx.request.GET.get("kind") == "internal"


def reasons() -> dict[str, str]:
    """Why a contact needs no case of its own, in the words that are recorded."""
    return {
        "wrong_number": _("Wrong number"),
        "hung_up": _("Hung up"),
        "answered": _("Answered immediately"),
    }
