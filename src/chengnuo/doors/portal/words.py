"""Texts and moments in the visitor's language, in the time zone that the page has set."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from chengnuo.people.models import Organisation
from chengnuo.rules import moments
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
    """2026年3月9日10:30, 10:30 on 9 March 2026."""
    return say(moments.to_customer(timezone.localtime(at))) if at is not None else ""


def deadline(at: datetime | None) -> str:
    """2026年3月9日24:00, the end of 9 March 2026."""
    if at is None:
        return ""
    return say(moments.to_customer(timezone.localtime(at), deadline=True))


def day(on: date) -> str:
    return say(moments.day(on))


def together(parts: list[Text], between: str = "、") -> Text:
    return Text(between.join(p.zh for p in parts), ", ".join(p.en for p in parts))
