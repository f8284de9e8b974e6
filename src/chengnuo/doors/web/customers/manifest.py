"""What the customers' files declare for the pages of others."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chengnuo.doors.web.kit.declared import Menu, NavEntry

NAVIGATION = (
    NavEntry(url="customers", title=_("Customers"), menu=Menu.BAR, rank=70, here=("customers",)),
)
