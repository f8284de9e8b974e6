"""What desks declare for the pages of others: navigation, panels, columns.

Each desk may have a `manifest.py`; `doors/web/pages.py` gathers them in the order of `DESKS`. The
kit and the pages it serves show what is declared and import no desk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from chengnuo.cases.models import Case
from chengnuo.doors.web.kit.casepage import CasePage
from chengnuo.doors.web.kit.context import RequestContext


class Menu(Enum):
    """Where an entry stands: in the bar, in the menu behind it, below its line, where those who
    keep the house find theirs; or among the tabs of the pages on accountability."""

    BAR = "bar"
    MORE = "more"
    HOUSE = "house"
    ACCOUNTABILITY = "accountability"


def everybody(ctx: RequestContext) -> bool:
    return True


def works_here(ctx: RequestContext) -> bool:
    """Everybody but who keeps the house only."""
    return not ctx.keeps_house_only


@dataclass(frozen=True, slots=True, kw_only=True)
class NavEntry:
    """One entry of the navigation.

    `rank` orders the entries of a menu. `here`: the places for which it is the current one.
    `names_menu`: while it is, the menu is called like it. `counter`: what the live page counts
    beside it (`data-…`).
    """

    url: str
    title: str | Promise
    menu: Menu
    rank: int
    seen: Callable[[RequestContext], bool] = works_here
    here: tuple[str, ...] = ()
    icon: str = ""
    names_menu: bool = False
    counter: str = ""


class PanelSide(Enum):
    """Where a panel stands on the page of a case."""

    MAIN = "main"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePanel:
    """A card on the page of a case: what `gather` finds stands in its template as `panel`; nothing
    is shown where it finds nothing."""

    name: str
    side: PanelSide
    rank: int
    template: str
    gather: Callable[[RequestContext, CasePage], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPanel:
    """The same on the desk of a person, above what lies there."""

    name: str
    rank: int
    template: str
    gather: Callable[[RequestContext], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListColumn:
    """A column beside the rows of another desk's list (`of`): by the key of a row what stands there
    as `cell`. Without any the list has no such column."""

    name: str
    of: str
    title: str | Promise
    template: str
    gather: Callable[[RequestContext, Sequence[Any]], Mapping[Any, Any]]


@dataclass(frozen=True, slots=True)
class FilledColumn:
    """A column with its cells."""

    column: ListColumn
    cells: Mapping[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What of a case is opened on a page of another desk: the address, or "" where it is not.

    `form`: a form that is filled there. `case`: the case itself, where a message leads to it.
    """

    name: str
    form: Callable[[RequestContext, Case, str], str]
    case: Callable[[RequestContext, Case], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What all desks declare together."""

    navigation: tuple[NavEntry, ...]
    case_panels: tuple[CasePanel, ...]
    desk_panels: tuple[DeskPanel, ...]
    columns: tuple[ListColumn, ...]
    elsewhere: tuple[Elsewhere, ...]


def pages() -> Pages:
    """What the desks declare."""
    return _of(settings.PAGES)


@cache
def _of(name: str) -> Pages:
    found: Pages = import_string(name)
    return found


def columns_of(ctx: RequestContext, of: str, rows: Sequence[Any]) -> list[FilledColumn]:
    """The columns that other desks have for the rows of a list."""
    filled = [FilledColumn(c, c.gather(ctx, rows)) for c in pages().columns if c.of == of]
    return [one for one in filled if one.cells]


def form_elsewhere(ctx: RequestContext, case: Case, form: str) -> str:
    """Where a form of a case is filled, if not with the case."""
    return next((to for one in pages().elsewhere if (to := one.form(ctx, case, form))), "")


def case_elsewhere(ctx: RequestContext, case: Case) -> str:
    """Where a case is opened, if not on its own page."""
    return next((to for one in pages().elsewhere if (to := one.case(ctx, case))), "")
