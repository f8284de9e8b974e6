"""Checkpoints of the ledger, to be carried out of the house: printed as a square, or as a file."""

from __future__ import annotations

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.ledger.checkpoints import listed, make_checkpoint
from chengnuo.ledger.notes import Signer

SHOWN = 60


@require_http_methods(["GET", "POST"])
@staffed
def checkpoints(ctx: RequestContext) -> HttpResponse:
    """The newest with its square, those before; posting signs one now."""
    if not ctx.may_audit:
        return _closed(ctx)
    signer = Signer.of(settings.CHECKPOINT_KEY)
    if ctx.request.method == "POST":
        made = make_checkpoint(organisation_id=ctx.company.pk, signer=signer, now=ctx.now)
        if made.faults:
            wrong = _(
                "The ledger failed verification, so nothing was signed. Ask the administrator "
                "to run"
            )
            ctx.say(f"{wrong} chengnuo ledger verify", level=messages.ERROR)
        return ctx.go("ledger")
    rows = listed(organisation_id=ctx.company.pk, limit=SHOWN)
    newest = rows[0] if rows else None
    return ctx.page(
        "administration/ledger", rows=rows, newest=newest, key=str(signer.verifier), here="ledger",
        qr=_square(newest.note) if newest else "",
    )  # fmt: skip


@require_GET
@staffed
def checkpoint_file(ctx: RequestContext, size: int) -> HttpResponse:
    """One checkpoint as a file, as `chengnuo ledger verify --against` reads it."""
    if not ctx.may_audit:
        return _closed(ctx)
    rows = listed(organisation_id=ctx.company.pk, limit=SHOWN)
    found = next((row for row in rows if row.size == size), None)
    if found is None:
        raise Http404(size)
    name = f"checkpoint-{ctx.company.code}-{size}.txt"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(found.note, content_type="text/plain; charset=utf-8", headers=headers)


def _square(note: str) -> str:
    drawn = segno.make(note, error="m", encoding="utf-8").svg_inline(
        scale=3, border=2, light="#fff"
    )
    return mark_safe(drawn)  # noqa: S308 - drawn by segno from our own note


def _closed(ctx: RequestContext) -> HttpResponse:
    return ctx.closed(
        _(
            "Checkpoints are for administrators, the supervision department and the head "
            "of the company."
        )
    )
