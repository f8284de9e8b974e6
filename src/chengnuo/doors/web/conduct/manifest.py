"""What accountability declares for the pages of others."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chengnuo.conduct.access import may_see_pay
from chengnuo.doors.web.conduct.page.beside import (
    answerable,
    answers_for,
    breaches_of,
    decided_here,
    proceeding_of,
)
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.declared import (
    CasePanel,
    Elsewhere,
    ListColumn,
    Menu,
    NavEntry,
    PanelSide,
    everybody,
)


def _judges(ctx: RequestContext) -> bool:
    """Whether somebody decides proceedings or signs the pay sheet of his company."""
    return ctx.regulation is not None and may_see_pay(
        company=ctx.company, regulation=ctx.regulation, posts=ctx.own_posts
    )


def _in_the_bar(ctx: RequestContext) -> bool:
    """Who judges has it before him; who leads has the overview there."""
    return not ctx.keeps_house_only and _judges(ctx) and not ctx.leads


def _in_the_menu(ctx: RequestContext) -> bool:
    return not ctx.keeps_house_only and not _in_the_bar(ctx)


NAVIGATION = (
    NavEntry(
        url="conduct", title=_("Accountability"), menu=Menu.BAR, rank=80, here=("conduct",),
        seen=_in_the_bar,
    ),
    NavEntry(
        url="conduct", title=_("Accountability"), menu=Menu.MORE, rank=50, icon="gavel",
        here=("conduct",), seen=_in_the_menu,
    ),
    NavEntry(
        url="conduct", title=_("Accountability reviews"), menu=Menu.ACCOUNTABILITY, rank=10,
        icon="gavel", here=("conduct",), seen=everybody,
    ),
    NavEntry(
        url="pay", title=_("Pay sheet"), menu=Menu.ACCOUNTABILITY, rank=20, icon="table",
        here=("pay",), seen=everybody,
    ),
)  # fmt: skip
CASE_PANELS = (
    CasePanel(
        name="conduct.breaches", side=PanelSide.MAIN, rank=10,
        template="conduct/part/breaches.html", gather=breaches_of,
    ),
)  # fmt: skip
COLUMNS = (
    ListColumn(
        name="conduct.breach", of="overdue", title=_("Accountability"),
        template="conduct/part/start.html", gather=answerable,
    ),
    ListColumn(
        name="conduct.answer", of="bad-answers", title=_("Accountability"),
        template="conduct/part/start.html", gather=answers_for,
    ),
)  # fmt: skip
ELSEWHERE = (Elsewhere(name="conduct.proceeding", form=decided_here, case=proceeding_of),)
