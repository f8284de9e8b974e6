"""The navigation in the head of every page: what the desks declare, as far as somebody sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.declared import Menu, NavEntry, pages


@dataclass(frozen=True, slots=True)
class NavLink:
    """An entry as one person sees it on one page."""

    entry: NavEntry
    current: bool


@dataclass(frozen=True, slots=True)
class Navigation:
    """The bar, and the groups of the menu behind it. Who has only the house has it in the bar."""

    bar: list[NavLink]
    menu: list[list[NavLink]]

    @property
    def inside(self) -> NavLink | None:
        """The entry of the menu that is the current one."""
        return next((link for group in self.menu for link in group if link.current), None)

    @property
    def menu_title(self) -> Any:
        link = self.inside
        return link.entry.title if link is not None and link.entry.names_menu else _("More")


def navigation(ctx: RequestContext, here: str) -> Navigation:
    bar, more, house = (links(ctx, menu, here) for menu in (Menu.BAR, Menu.MORE, Menu.HOUSE))
    return Navigation(bar, [more, house]) if more else Navigation([*bar, *house], [])


def links(ctx: RequestContext, menu: Menu, here: str) -> list[NavLink]:
    """What this person sees of a menu."""
    mine = [entry for entry in pages().navigation if entry.menu is menu and entry.seen(ctx)]
    return [NavLink(e, here in e.here) for e in sorted(mine, key=lambda entry: entry.rank)]
