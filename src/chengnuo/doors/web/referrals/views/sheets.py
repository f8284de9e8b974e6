"""Spreadsheets of outside systems: looked at first, then taken in by steps; our answers go back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from chengnuo.cases.access import visible
from chengnuo.cases.referrals import outside as matters
from chengnuo.cases.referrals.outside import NO_NUMBER
from chengnuo.disclosure.access_log import note_export
from chengnuo.doors.web.kit import filestore
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.download import workbook_file
from chengnuo.doors.web.kit.reading import day_in, number_in
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.referrals.page import outside as page
from chengnuo.packs.channels import channel_for
from chengnuo.packs.outside import SenderSheetShape, senders_of, sheets_of
from chengnuo.packs.schema import Pack
from chengnuo.reports.outside import ReferralFilter, register
from chengnuo.reports.outside_answers import answer_titles, answers
from chengnuo.reports.outside_sheets import Preview, WrongSheet, preview
from chengnuo.reports.spreadsheets import book
from chengnuo.rules.moments import for_file

STEP = 25
SHOWN = 50
HERE = "outside"


@require_http_methods(["GET", "POST"])
@staffed
def sheets(ctx: RequestContext) -> HttpResponse:
    """Give a sheet; what would become of each row is shown before anything is written."""
    pack = _pack(ctx)
    if ctx.request.method == "GET":
        return _page(ctx, pack)
    post = ctx.request.POST
    sheet = _sheet(pack, post.get("sheet", ""))
    upload = ctx.request.FILES.get("file")
    if upload is None:
        return _page(ctx, pack, problems=[_("Please choose a file.")])
    with Trying() as tried:
        kept = filestore.keep_sheet(upload, now=ctx.now)
        found = _read(ctx, pack, sheet, kept)
    if isinstance(tried.refused, WrongSheet):
        return _page(ctx, pack, problems=tried.refused.problems)
    if tried.refused:
        return _page(ctx, pack, problems=[filestore.about(upload, tried.problem)])
    return _preview(ctx, sheet, kept, found)


def _preview(
    ctx: RequestContext,
    sheet: SenderSheetShape,
    kept: filestore.StoredFile,
    found: Preview,
    *,
    again: bool = False,
) -> HttpResponse:
    return ctx.page(
        "referrals/preview",
        status=422 if again else 200,
        sheet=sheet,
        file=kept,
        ticket=kept.as_ticket(),
        found=found,
        fresh=found.of("new"),
        wrong=found.of("wrong"),
        known=found.of("here"),
        unconfirmed=again,
        shown=SHOWN,
        here=HERE,
    )


@require_POST
@staffed
def take(ctx: RequestContext) -> HttpResponse:
    """Take in the next rows of a sheet that was looked at; a step that fails leaves nothing."""
    pack, post = _pack(ctx), ctx.request.POST
    sheet = _sheet(pack, post.get("sheet", ""))
    kept = filestore.from_ticket(post.get("ticket", ""))
    if kept is None or not filestore.sheet_path(kept.sha256).is_file():
        return _page(
            ctx, pack, problems=[_("The sheet is no longer on the server; choose it again.")]
        )
    with Trying() as tried:
        found = _read(ctx, pack, sheet, kept)
    if tried.refused:
        return _page(ctx, pack, problems=[_("The sheet cannot be read; choose it again.")])
    without = post.getlist("without")
    if not set(found.lost) <= set(without):
        return _preview(ctx, sheet, kept, found, again=True)
    after = number_in(post.get("after")) or 0
    left = [row for row in found.of("new") if row.row > after and row.matter is not None]
    batch = matters.register_all(
        company=ctx.company,
        pack=pack,
        matters=[row.matter for row in left[:STEP] if row.matter is not None],
        by=ctx.staff,
        now=ctx.now,
    )
    taken = (number_in(post.get("taken")) or 0) + len(batch.taken)
    is_done = len(left) <= STEP
    if is_done:
        filestore.drop_sheet(kept.sha256)
    return ctx.page(
        "referrals/part/taking" if ctx.by_htmx else "referrals/taking",
        sheet=sheet,
        ticket=post.get("ticket", ""),
        without=without,
        after=left[:STEP][-1].row if left else after,
        taken=taken,
        refused=(number_in(post.get("refused")) or 0) + len(batch.refused),
        refusals=batch.refused,
        total=number_in(post.get("total")) or len(left),
        is_done=is_done,
        here=HERE,
    )


@require_POST
@staffed
def give_back(ctx: RequestContext) -> HttpResponse:
    """Our answers in the sender's layout; that they left the house is recorded first."""
    pack, post = _pack(ctx), ctx.request.POST
    sheet = _sheet(pack, post.get("sheet", ""))
    since, until = (day_in(post.get(name, "")) for name in ("since", "until"))
    wanted = ReferralFilter(
        imported=channel_for(pack, "import"),
        sender=sheet.sender,
        words=post.get("number", ""),
        since=page.start_of(ctx, since),
        until=page.start_of(ctx, until + timedelta(days=1) if until else None),
    )
    shown = visible(staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now)
    rows = register(shown=shown, senders=senders_of(pack), wanted=wanted)
    rows = rows.exclude(source_ref__startswith=NO_NUMBER).prefetch_related("docket__evidence")
    note_export(
        company=ctx.company,
        what=f"outside:{sheet.id}",
        why=_("Results for the sender"),
        by=ctx.staff.badge,
        now=ctx.now,
        since=f"{since or ''}",
        until=f"{until or ''}",
    )
    content = book(
        sheet=sheet.sheet or "Sheet1",
        titles=answer_titles(sheet),
        rows=answers(sheet=sheet, cases=list(rows.order_by("lodged_at", "pk")), zone=ctx.zone),
    )
    name = "-".join(filter(None, (sheet.id, post.get("number", ""), for_file(since or ctx.now))))
    return workbook_file(content, filestore.plain_name(name))


def _read(
    ctx: RequestContext, pack: Pack, sheet: SenderSheetShape, kept: filestore.StoredFile
) -> Preview:
    return preview(
        path=filestore.sheet_path(kept.sha256),
        sheet=sheet,
        company=ctx.company,
        pack=pack,
        now=ctx.now,
    )


def _pack(ctx: RequestContext) -> Pack:
    if ctx.regulation is None:
        raise Http404("no regulation")
    return ctx.regulation.pack


def _sheet(pack: Pack, name: str) -> SenderSheetShape:
    found = next((sheet for sheet in sheets_of(pack.id) if sheet.id == name), None)
    if found is None:
        raise Http404(name)
    return found


def _page(ctx: RequestContext, pack: Pack, problems: Any = ()) -> HttpResponse:
    monday, after = page.week_of(ctx, "")
    return ctx.page(
        "referrals/sheets",
        status=422 if problems else 200,
        sheets=sheets_of(pack.id),
        problems=problems,
        since=f"{monday}",
        until=f"{after - timedelta(days=1)}",
        chosen=ctx.request.POST.get("sheet", ""),
        here=HERE,
    )
