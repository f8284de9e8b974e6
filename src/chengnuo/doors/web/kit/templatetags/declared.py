"""What desks declare, for the pages of others."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from chengnuo.doors.web.kit import navigation as bar
from chengnuo.doors.web.kit.casepage import CasePage
from chengnuo.doors.web.kit.declared import CasePanel, DeskPanel, Menu, PanelSide, pages

register = template.Library()
Shown = list[tuple[str, Any]]


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> bar.Navigation:
    return bar.navigation(context["ctx"], context.get("here") or "")


@register.simple_tag(takes_context=True)
def tabs(context: Context, menu: str, place: str) -> list[bar.NavLink]:
    return bar.links(context["ctx"], Menu(menu), place)


@register.simple_tag(takes_context=True)
def case_panels(context: Context, page: CasePage, side: str) -> Shown:
    """The cards of one side of a case, each with its template and what was found for it."""
    ctx = context["ctx"]
    mine = [panel for panel in pages().case_panels if panel.side is PanelSide(side)]
    return _filled((panel, panel.gather(ctx, page)) for panel in sorted(mine, key=_rank))


@register.simple_tag(takes_context=True)
def desk_panels(context: Context) -> Shown:
    """The panels above what lies on a desk."""
    ctx = context["ctx"]
    return _filled((panel, panel.gather(ctx)) for panel in sorted(pages().desk_panels, key=_rank))


def _rank(panel: CasePanel | DeskPanel) -> int:
    return panel.rank


def _filled(panels: Any) -> Shown:
    return [(panel.template, found) for panel, found in panels if found]
