"""How the service stands, for those who keep the house: what is missing, what is set aside."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengnuo.doors.web.administration.views.house import administering
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.ledger import aside
from chengnuo.ledger.models import SetAside
from chengnuo.ledger.services import Fact, record
from chengnuo.reports.standing import findings


@require_GET
@administering
def page(ctx: RequestContext) -> HttpResponse:
    """Everything the doctor looks at, and what failed."""
    # What is set aside is told below, as far as it is theirs; the doctor names everybody's.
    found = [one for one in findings(now=ctx.now) if one.check != "set-aside"]
    return ctx.page(
        "administration/standing", findings=found,
        waiting_rows=_theirs(ctx, aside.waiting()), failing=_theirs(ctx, aside.failing()),
        tab="standing", here="house",
    )  # fmt: skip


def _theirs(ctx: RequestContext, rows: QuerySet[SetAside]) -> QuerySet[SetAside]:
    """Of this company, or of no company."""
    return rows.filter(Q(organisation_id=ctx.company.pk) | Q(organisation_id__isnull=True))


@require_POST
@administering
def try_again(ctx: RequestContext, aside_id: int) -> HttpResponse:
    """What is set aside may be tried again, as often as at first."""
    row = _theirs(ctx, aside.waiting()).filter(pk=aside_id).first()
    if row is None:
        raise Http404(aside_id)
    data = {"step": row.step, "subject": row.subject, "error": row.error}
    with transaction.atomic():
        aside.let_try(row=row, now=ctx.now)
        fact = Fact(kind="work.tried_again", at=ctx.now, actor_id=ctx.staff.pk, data=data)
        record(organisation_id=ctx.company.pk, facts=[fact], now=ctx.now)
    ctx.say(_("It will be retried by the worker."))
    return ctx.go("house-standing")
