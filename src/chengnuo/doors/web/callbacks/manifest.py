"""What callbacks declare for the pages of others."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chengnuo.callbacks.models import Rating
from chengnuo.callbacks.queries import ratings_of
from chengnuo.doors.web.callbacks.page.matters import dissatisfied_lately, waits
from chengnuo.doors.web.kit.casepage import CasePage
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.declared import CasePanel, DeskPanel, Menu, NavEntry, PanelSide


def _ratings(ctx: RequestContext, page: CasePage) -> list[Rating]:
    return ratings_of(case=page.case)


NAVIGATION = (
    NavEntry(
        url="callback-list", title=_("Follow-ups"), menu=Menu.BAR, rank=60,
        here=("callback-list",),
    ),
    NavEntry(
        url="callbacks", title=_("Follow-up register"), menu=Menu.MORE, rank=30,
        icon="phone-outgoing",
    ),
)  # fmt: skip
CASE_PANELS = (
    CasePanel(
        name="callbacks.ratings", side=PanelSide.ASIDE, rank=10,
        template="callbacks/part/ratings.html", gather=_ratings,
    ),
)  # fmt: skip
DESK_PANELS = (
    DeskPanel(
        name="callbacks.dissatisfied", rank=10, template="callbacks/part/desk_dissatisfied.html",
        gather=dissatisfied_lately,
    ),
    DeskPanel(
        name="callbacks.waiting", rank=20, template="callbacks/part/desk_waiting.html",
        gather=waits,
    ),
)  # fmt: skip
