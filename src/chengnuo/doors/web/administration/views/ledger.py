"""Checkpoints of the ledger, to be carried out of the house: printed as a square, or as a file."""

from __future__ import annotations

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengnuo.doors.web.kit.context import Visit, staffed
from chengnuo.ledger.checkpoints import listed, make_checkpoint
from chengnuo.ledger.notes import Signer

SHOWN = 60


@require_http_methods(["GET", "POST"])
@staffed
def checkpoints(visit: Visit) -> HttpResponse:
    """The newest with its square, those before; posting signs one now."""
    if not visit.may_audit:
        return _closed(visit)
    signer = Signer.of(settings.CHECKPOINT_KEY)
    if visit.request.method == "POST":
        made = make_checkpoint(organisation_id=visit.company.pk, signer=signer, now=visit.now)
        if made.faults:
            wrong = _(
                "The ledger failed verification, so nothing was signed. Ask the administrator "
                "to run"
            )
            visit.say(f"{wrong} chengnuo ledger verify", level=messages.ERROR)
        return visit.go("ledger")
    rows = listed(organisation_id=visit.company.pk, limit=SHOWN)
    newest = rows[0] if rows else None
    return visit.page(
        "administration/ledger", rows=rows, newest=newest, key=str(signer.verifier), here="ledger",
        qr=_square(newest.note) if newest else "",
    )  # fmt: skip


@require_GET
@staffed
def checkpoint_file(visit: Visit, size: int) -> HttpResponse:
    """One checkpoint as a file, as `chengnuo ledger verify --against` reads it."""
    if not visit.may_audit:
        return _closed(visit)
    rows = listed(organisation_id=visit.company.pk, limit=SHOWN)
    found = next((row for row in rows if row.size == size), None)
    if found is None:
        raise Http404(size)
    name = f"checkpoint-{visit.company.code}-{size}.txt"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(found.note, content_type="text/plain; charset=utf-8", headers=headers)


def _square(note: str) -> str:
    drawn = segno.make(note, error="m", encoding="utf-8").svg_inline(
        scale=3, border=2, light="#fff"
    )
    return mark_safe(drawn)  # noqa: S308 - drawn by segno from our own note


def _closed(visit: Visit) -> HttpResponse:
    return visit.closed(
        _(
            "Checkpoints are for administrators, the supervision department and the head "
            "of the company."
        )
    )
