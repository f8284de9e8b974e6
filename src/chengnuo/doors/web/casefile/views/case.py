"""The page of one case, its forms, and its files."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.cases.casework.pausing import pauses_of
from chengnuo.cases.casework.undoing import undoable
from chengnuo.cases.models import Case
from chengnuo.cases.referrals.outside import see_copy
from chengnuo.disclosure.access_log import log_access
from chengnuo.disclosure.contacts import Place, contact_of
from chengnuo.doors.web.casefile.page.sheets import parts_of
from chengnuo.doors.web.casefile.views.closed import closed_page
from chengnuo.doors.web.kit import filestore
from chengnuo.doors.web.kit.casepage import CasePage, TypedStep, gather, open_form
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.declared import form_elsewhere
from chengnuo.doors.web.kit.formviews import FormInput, read_form
from chengnuo.doors.web.kit.reading import number_in
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.revealing import refused_look
from chengnuo.doors.web.kit.words import say
from chengnuo.obligations.access import refusal_to_fill
from chengnuo.obligations.models import Obligation
from chengnuo.packs.forms import fill
from chengnuo.packs.schema import FormShape, Pack
from chengnuo.reports.pictures import SIZES
from chengnuo.submissions.handlers import Via
from chengnuo.submissions.services import submit
from chengnuo.vault.files import original_of


@require_GET
@staffed
def case(ctx: RequestContext, number: str) -> HttpResponse:
    """What was asked, what is owed, what happened."""
    found = ctx.any_case(number)
    if not ctx.sees(found):
        return closed_page(ctx, found)
    see_copy(case=found, by=ctx.staff, now=ctx.now)
    page = gather(ctx, found, step=TypedStep(ctx.request.GET.get("step", "")))
    wanted = ctx.request.GET.get("form", "")
    if any(offered.id == wanted and offered.mine for offered in page.forms):
        page.open_form = open_form(ctx, page, wanted, action=_action(found, wanted))
    undo = undoable(case=found, by=ctx.staff, now=ctx.now)
    return ctx.page("casefile/case", page=page, undo=undo, here="cases")


@require_http_methods(["GET", "POST"])
@staffed
def form(ctx: RequestContext, number: str, form_id: str) -> HttpResponse:
    """One form: alone in a sheet on the desk, or open on the case page."""
    found = ctx.case(number)
    page = gather(ctx, found)
    shape = page.file.regulation.pack.forms.get(form_id)
    if shape is None or shape.duty:
        raise Http404(form_id)
    if ctx.request.method == "GET" and (place := form_elsewhere(ctx, found, form_id)):
        return _moved(ctx, place)
    if ctx.request.method == "GET":
        return _opened(ctx, page, form_id, shape)
    return _submit(ctx, page, form_id, shape)


def _opened(ctx: RequestContext, page: CasePage, form_id: str, shape: FormShape) -> HttpResponse:
    """The form to be filled; whoever may not, or not now, is told so before he types."""
    if form_id not in page.file.forms:
        return _instead(ctx, page, no_turn=True)
    docket, pack = page.case.docket, page.file.regulation.pack
    refusal = refusal_to_fill(form=shape, pack=pack, docket=docket, posts=ctx.posts, by=ctx.staff)
    if refusal is not None:
        return _instead(ctx, page, status=ctx.status_of_refusal, refusals=[refusal])
    return _show(ctx, page, form_id)


def _instead(ctx: RequestContext, page: CasePage, status: int = 200, **told: Any) -> HttpResponse:
    template = "kit/part/form_sheet" if ctx.by_htmx else "casefile/case"
    return ctx.page(template, status=status, page=page, here="cases", **told)


def _moved(ctx: RequestContext, place: str) -> HttpResponse:
    if ctx.by_htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": place})
    return HttpResponseRedirect(place)


def _submit(ctx: RequestContext, page: CasePage, form_id: str, shape: FormShape) -> HttpResponse:
    found, pack, post = page.case, page.file.regulation.pack, ctx.request.POST
    given = read_form(ctx.request, pack, shape, now=ctx.now)
    token = post.get("token", "")
    if given.errors:
        return _show(ctx, page, form_id, 422, given, _all_errors(pack, shape, given), token)
    with Trying() as tried:
        submit(
            form=form_id,
            docket=found.docket_id,
            by=ctx.staff,
            at=ctx.now,
            values=given.values,
            files=given.files,
            via=Via.PAGE,
            token=token[:64] or secrets.token_urlsafe(24),
            version=number_in(post.get("version")),
        )
    if tried.moved_on:
        fresh = gather(ctx, ctx.case(found.number))
        return _show(ctx, fresh, form_id, tried.status, given, None, token, faster=_who(fresh))
    if tried.refused:
        return _show(
            ctx, page, form_id, tried.status, given, tried.errors, token, refusals=tried.refusals
        )
    ctx.say(_("Recorded: %(form)s") % {"form": say(shape.title)})
    if ctx.by_htmx:
        return HttpResponse(status=204, headers={"HX-Trigger": "form-filled"})
    return ctx.go("case", number=found.number)


def _all_errors(pack: Pack, shape: FormShape, given: FormInput) -> dict[str, Any]:
    """A file that is no good does not hide what else is wrong."""
    return {**fill(pack=pack, form=shape, raw=given.raw).errors, **given.errors}


def _who(page: CasePage) -> Any:
    """The last thing that happened: who was faster, and with what."""
    return page.told[0] if page.told else None


def _action(found: Case, form_id: str) -> str:
    return reverse("case-form", args=[found.number, form_id])


def _show(
    ctx: RequestContext,
    page: CasePage,
    form_id: str,
    status: int = 200,
    given: FormInput | None = None,
    errors: Mapping[str, Any] | None = None,
    token: str = "",
    **context: Any,
) -> HttpResponse:
    page.open_form = open_form(
        ctx,
        page,
        form_id,
        action=_action(page.case, form_id),
        typed=given.typed if given else None,
        errors=errors,
        token=token,
    )
    return _instead(ctx, page, status, **context)


@require_GET
@staffed
def sheet(ctx: RequestContext, number: str, code: str) -> HttpResponse:
    """A named form of the case on one page, with every part and signature, to be printed."""
    found = ctx.case(number)
    page = gather(ctx, found)
    shape = page.file.regulation.pack.sheets.get(code)
    if shape is None:
        raise Http404(code)
    handed = page.file.state.seen.get("case.handed_over")
    return ctx.page(
        "casefile/sheet",
        page=page,
        code=code,
        shape=shape,
        parts=parts_of(page, code),
        handed_over=handed,
    )


@require_POST
@staffed
def reveal(ctx: RequestContext, number: str) -> HttpResponse:
    """Show personal data in full, once, for a reason that is recorded."""
    found = ctx.case(number)
    if not ctx.knows_complainant(found):
        raise Http404(number)
    problem = refused_look(ctx, subject=found.docket_id, what="contact")
    if problem:
        step = TypedStep("reveal", {"why": ctx.request.POST.get("why", "").strip()}, problem)
        page = gather(ctx, found, step=step)
        if ctx.by_htmx:
            return ctx.page("casefile/part/contact", status=422, page=page)
        return ctx.page("casefile/case", status=422, page=page, here="cases")
    page = gather(ctx, found, in_full=True)
    template = "casefile/part/contact" if ctx.by_htmx else "casefile/case"
    return ctx.page(template, page=page, here="cases")


@require_GET
@staffed
def file(ctx: RequestContext, number: str, sha256: str) -> HttpResponseBase:
    """A file that is evidence of this case, or came with it."""
    found = ctx.case(number)
    kept = _kept(ctx, found, sha256)
    if kept is None or not original_of(sha256).is_file():
        raise Http404(sha256)
    if not contact_of(case=found, viewer=ctx.viewer, place=Place.FILE).in_full:
        log_access(
            viewer=ctx.staff, subject=found.docket_id, what="file", why=kept.name, now=ctx.now
        )
    return filestore.answer(kept)


@require_GET
@staffed
def picture(ctx: RequestContext, number: str, sha256: str, size: str) -> HttpResponseBase:
    """A small picture of a file, where the contact is open to this person anyhow: who has to say
    why opens the file itself, and that is written down."""
    found = ctx.case(number)
    kept = _kept(ctx, found, sha256)
    if (
        kept is None
        or size not in SIZES
        or not original_of(sha256).is_file()
        or not contact_of(case=found, viewer=ctx.viewer, place=Place.FILE).in_full
    ):
        raise Http404(sha256)
    made = filestore.answer_picture(kept, size)
    if made is None:
        raise Http404(sha256)
    return made


def _kept(ctx: RequestContext, found: Case, sha256: str) -> filestore.StoredFile | None:
    """What came with a case tells who asked; evidence is what stands in a field for files: any
    other field holds whatever somebody typed."""
    paper = found.attachments.filter(sha256=sha256).first()
    if paper is not None and not ctx.knows_complainant(found):
        return None
    if paper is not None:
        return filestore.StoredFile(paper.name, paper.size, paper.sha256, paper.type)
    for row in found.docket.evidence.all():
        form = ctx.regulation_behind(row.digest).pack.forms.get(row.form)
        for name in (one.id for one in (form.fields if form else ()) if one.type == "file"):
            stored = filestore.from_value(row.data.get(name))
            if stored is not None and stored.sha256 == sha256:
                return stored
    proofs = (filestore.from_value(s.file) for s in pauses_of(case=found, rows=_promises(found)))
    return next((p for p in proofs if p is not None and p.sha256 == sha256), None)


def _promises(found: Case) -> list[Obligation]:
    return list(found.docket.obligations.all())
