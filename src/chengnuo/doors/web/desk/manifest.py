"""What one's own desk declares for the pages of others."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chengnuo.doors.web.kit.declared import Menu, NavEntry, everybody

NAVIGATION = (
    NavEntry(
        url="desk", title=_("My desk"), menu=Menu.BAR, rank=10, here=("desk",), seen=everybody
    ),
)
