"""Texts of packs and people in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chengnuo.people.models import Organisation, Post, Staff


def is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def listed(parts: Iterable[str]) -> str:
    """One after the other: 姓名、电话 and name, telephone."""
    return _(", ").join(parts)


def in_turn(parts: Iterable[str]) -> str:
    """Whole clauses, one after the other."""
    return _("; ").join(parts)


def say(text: Any) -> str:
    """A bilingual text, a unit, a post or a person in the reader's language."""
    if text is None:
        return ""
    if isinstance(text, str):
        return text
    if isinstance(text, dict):
        return str(text.get("zh" if is_chinese() else "en", ""))
    if isinstance(text, Organisation):
        return text.name_zh if is_chinese() else text.name_en or text.name_zh
    if isinstance(text, Staff):
        return text.name if is_chinese() else text.name_en or text.name
    if isinstance(text, Post):
        return text.title_zh if is_chinese() else text.title_en
    return str(text.zh if is_chinese() else text.en)
