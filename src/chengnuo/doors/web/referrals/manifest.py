"""What referrals declare for the pages of others."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chengnuo.doors.web.kit.declared import Menu, NavEntry

NAVIGATION = (
    NavEntry(
        url="outside", title=_("Referrals"), menu=Menu.MORE, rank=10, icon="mail",
        here=("outside",), names_menu=True,
    ),
)  # fmt: skip
