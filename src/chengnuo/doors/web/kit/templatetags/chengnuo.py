"""Filters and tags of the pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from chengnuo.cases.queries import MOST_COUNTED
from chengnuo.customers.telephones import telephones_in
from chengnuo.doors.web.kit import moments, words
from chengnuo.doors.web.kit import shortcuts as keys
from chengnuo.doors.web.kit.filekinds import ACCEPTED, PICTURES
from chengnuo.rules import moments as wording
from chengnuo.rules.moments import Style

register = template.Library()
SPRITE = "vendor/tabler-icons/sprite.svg"


@register.filter
def say(text: Any) -> str:
    """A bilingual text in the reader's language."""
    return words.say(text)


@register.simple_tag
def kept_endings() -> str:
    """The endings of the files that are kept, for a field that takes one."""
    return ACCEPTED


@register.filter
def is_picture(file: Any) -> bool:
    """Whether a kept file or paper has a small picture of it."""
    return file.type in PICTURES


@register.filter
def moment(at: datetime | None, now: datetime | None = None) -> str:
    return moments.moment(at, now)


@register.filter
def due(at: datetime | None, now: datetime | None = None) -> str:
    return moments.due(at, now)


@register.filter
def moment_cell(at: datetime | None, now: datetime | None = None) -> str:
    """In a table, which is narrow."""
    return moments.moment(at, now, Style.TABLE)


@register.filter
def due_cell(at: datetime | None, now: datetime | None = None) -> str:
    return moments.due(at, now, Style.TABLE)


@register.filter
def day(on: date | str | None) -> str:
    return moments.day(on)


@register.filter
def day_cell(on: date | None) -> str:
    return moments.day(on, Style.TABLE)


@register.filter
def clock(at: datetime) -> str:
    return moments.clock(at)


@register.filter
def month(of: date | str) -> str:
    """A month in words, of one of its days or of its key."""
    return moments.month(of)


@register.filter
def period(turn: str) -> str:
    return moments.period(turn)


@register.filter
def month_key(of: date) -> str:
    """A month as addresses and controls have it."""
    return wording.month_key(moments.local_day(of))


@register.filter
def day_key(on: date) -> str:
    """A day as addresses and controls have it."""
    return moments.local_day(on).isoformat()


@register.filter
def iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


@register.filter
def at_most(number: int) -> str:
    """A count of the desk: where it stops counting, it says so."""
    return f"{MOST_COUNTED - 1}+" if number >= MOST_COUNTED else str(number)


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite; it repeats what the words beside it say."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        extra,
        static(SPRITE),
        name,
    )


@register.filter
def get(found: dict[str, Any], key: str) -> Any:
    """The entry of a mapping under a key that is itself a value."""
    return found.get(key)


@register.filter
def unlocal(number: float) -> str:
    """A number for a stylesheet: always with a point."""
    return f"{number:g}"


@register.simple_tag
def shortcuts(ctx: Any) -> list[tuple[Any, list[keys.Shortcut]]]:
    return keys.shortcuts(ctx)


@register.filter
def listed(parts: Iterable[str]) -> str:
    return words.listed(parts)


@register.filter
def hundredths(number: int | None) -> str:
    """Points, or fen as yuan, with the decimals they need."""
    return "—" if number is None else f"{number / 100:.2f}".rstrip("0").rstrip(".")


@register.filter
def spell(seconds: float) -> str:
    """A length of time in words."""
    return moments.span(seconds)


@register.filter
def share(part: float) -> str:
    """A part of one, in percent."""
    return f"{part * 100:.1f}%"


@register.filter
def dial(written: str) -> SafeString | str:
    """A field with telephones, to be called by pressing; only for what may be shown in full."""
    found = telephones_in(written)
    if not found:
        return written or "—"
    links = ((_tel(one.number, one.extension), str(one)) for one in found)
    return format_html_join(_(", "), '<a class="tel" href="{}">{}</a>', links)


def _tel(number: str, extension: str) -> str:
    """RFC 3966; the comma waits for the exchange to answer."""
    return f"tel:{number},{extension}" if extension else f"tel:{number}"


@register.filter
def on_map(address: str) -> SafeString | str:
    """An address with its place on the map; only for what may be shown in full."""
    return format_html("{} {}", address, _map_link(address)) if address else "—"


@register.simple_tag
def on_map_at(address: str, latitude: float | None, longitude: float | None) -> SafeString:
    """The place on the map of premises: the point where it is known, else the address."""
    known = latitude is not None and longitude is not None
    return _map_link(f"{latitude:.6f},{longitude:.6f}" if known else address)


def _map_link(place: str) -> SafeString:
    link = settings.MAP_LINK.replace("{place}", quote(place))
    return format_html(
        '<a class="map" href="{}" rel="noreferrer">{}{}</a>', link, icon("map-pin"), _("Map")
    )
