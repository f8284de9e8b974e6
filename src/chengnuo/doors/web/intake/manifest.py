"""What intake declares for the pages of others."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chengnuo.doors.web.kit.declared import Menu, NavEntry

NAVIGATION = (
    NavEntry(url="intake", title=_("Register case"), menu=Menu.BAR, rank=30, here=("intake",)),
)
