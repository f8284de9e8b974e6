"""What the regulation's pages declare for the pages of others."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chengnuo.doors.web.kit.declared import Menu, NavEntry, everybody

NAVIGATION = (
    NavEntry(
        url="regulation", title=_("Regulation"), menu=Menu.HOUSE, rank=10, icon="book-2",
        here=("regulation",), names_menu=True, seen=everybody,
    ),
)  # fmt: skip
