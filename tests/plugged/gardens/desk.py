"""What the desk of gardens declares for the pages of others."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chengnuo.doors.web.kit.casepage import CasePage
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.declared import CasePanel, DeskPanel, Menu, NavEntry, PanelSide
from tests.plugged.gardens.services import WATERED, not_watered


def _waterings(ctx: RequestContext, page: CasePage) -> list[int]:
    return [e.data["litres"] for e in page.file.entries if e.kind == WATERED]


def _dry(ctx: RequestContext) -> list[str]:
    return [case.number for case in not_watered()]


NAVIGATION = (NavEntry(url="queues", title=_("Gardens"), menu=Menu.MORE, rank=35, icon="droplet"),)
CASE_PANELS = (
    CasePanel(
        name="gardens.watering", side=PanelSide.ASIDE, rank=5, template="gardens/watering.html",
        gather=_waterings,
    ),
)  # fmt: skip
DESK_PANELS = (DeskPanel(name="gardens.dry", rank=15, template="gardens/dry.html", gather=_dry),)
