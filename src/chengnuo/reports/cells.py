"""Cells for other people's spreadsheets."""

from __future__ import annotations

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before = + - @."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
