"""Texts and moments in the visitor's language, in the time zone that the page has set."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from chengnuo.people.models import Organisation
from chengnuo.rules.words import Text


def is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def say(text: Any) -> str:
    """A bilingual text or an organisation."""
    if isinstance(text, Organisation):
        return text.name_zh if is_chinese() else text.name_en or text.name_zh
    if hasattr(text, "zh"):
        return str(text.zh if is_chinese() else text.en)
    return str(text or "")


def moment(at: datetime | None) -> str:
    """2026年3月9日10:30; midnight is 24:00 of the day before."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    clock = f"{local:%H:%M}"
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        local, clock = local - timedelta(days=1), "24:00"
    if is_chinese():
        return f"{local.year}年{local.month}月{local.day}日{clock}"
    return f"{local:%Y-%m-%d} {clock}"


def together(parts: list[Text], between: str = "、") -> Text:
    return Text(between.join(p.zh for p in parts), ", ".join(p.en for p in parts))
