"""What the overview and its registers declare for the pages of others."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.declared import Menu, NavEntry, everybody


def _leads(ctx: RequestContext) -> bool:
    return ctx.leads and not ctx.keeps_house_only


NAVIGATION = (
    NavEntry(
        url="overview", title=_("Overview"), menu=Menu.BAR, rank=20, here=("overview",),
        seen=_leads,
    ),
    NavEntry(
        url="overdue", title=_("Overdue register"), menu=Menu.MORE, rank=20,
        icon="alert-triangle",
    ),
    NavEntry(
        url="escalations", title=_("Escalations"), menu=Menu.MORE, rank=60, icon="arrow-up"
    ),
    NavEntry(
        url="escalations", title=_("Escalations"), menu=Menu.ACCOUNTABILITY, rank=30,
        icon="arrow-up", here=("escalations",), seen=everybody,
    ),
    NavEntry(
        url="pauses", title=_("Pauses"), menu=Menu.ACCOUNTABILITY, rank=40, icon="player-pause",
        here=("pauses",), seen=everybody,
    ),
)  # fmt: skip
