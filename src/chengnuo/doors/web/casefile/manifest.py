"""What the case file declares for the pages of others."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chengnuo.doors.web.kit.declared import Menu, NavEntry

NAVIGATION = (NavEntry(url="cases", title=_("Cases"), menu=Menu.BAR, rank=40, here=("cases",)),)
