"""What every open page asks every few seconds: is something on the desk new, do messages wait."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from chengnuo.doors.web.desk.views.own import lying
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.unchanged import news
from chengnuo.obligations.unassigned import unassigned_about


@require_GET
@staffed
def desk(ctx: RequestContext) -> HttpResponseBase:
    """What is new on the desk; on every page the messages and unassigned escalations."""
    waiting = ctx.new_messages
    return news(ctx, lambda: _news(ctx), waiting.count, waiting.newest)


def _news(ctx: RequestContext) -> dict[str, object]:
    now_lying = lying(ctx)
    unassigned = unassigned_about(company=ctx.company).count() if ctx.may_administer else 0
    return {
        "mark": now_lying.mark,
        "overdue": now_lying.counts.overdue,
        "bell": render_to_string("kit/part/unread.html", {"ctx": ctx}),
        "unassigned": unassigned,
        "unread": ctx.unread,
        "newest": ctx.new_messages.newest,
    }
