"""What the queues declare for the pages of others."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chengnuo.doors.web.kit.declared import Menu, NavEntry

NAVIGATION = (
    NavEntry(
        url="queues", title=_("Queues"), menu=Menu.BAR, rank=50,
        here=("queues", "overdue", "callbacks"),
    ),
    NavEntry(
        url="queue-load", title=_("Load by hour"), menu=Menu.MORE, rank=40, icon="chart-bar"
    ),
)  # fmt: skip
