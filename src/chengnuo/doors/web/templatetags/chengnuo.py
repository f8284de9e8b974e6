"""Filters and tags of the pages."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chengnuo.cases.queries import MOST_COUNTED
from chengnuo.doors.web.shown import moments, words
from chengnuo.doors.web.shown import shortcuts as keys

register = template.Library()
SPRITE = "vendor/tabler-icons/sprite.svg"


@register.filter
def say(text: Any) -> str:
    """A bilingual text in the reader's language."""
    return words.say(text)


@register.filter
def moment(at: datetime | None, now: datetime | None = None) -> str:
    return moments.moment(at, now)


@register.filter
def due(at: datetime | None, now: datetime | None = None) -> str:
    return moments.due(at, now)


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
def shortcuts(visit: Any) -> list[tuple[Any, list[keys.Shortcut]]]:
    return keys.shortcuts(visit)


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
    return f"{part * 100:.1f} %"
