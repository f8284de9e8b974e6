"""What of a text may leave the house: codes and moments stay, whatever people wrote does not."""

from __future__ import annotations

import re
from typing import Any

HIDDEN = "***"
# What people write freely. Their words are withheld even where they look like a code.
FREE_TEXT = frozenset({"why", "proof", "reason", "name", "phone", "address", "narrative"})
MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)?)?")
CODE = re.compile(r"[A-Za-z0-9_.:#+/-]{0,64}")
MANY_DIGITS = re.compile(r"\d{7}")


def withheld(text: str) -> str:
    """A free text, unreadable; an empty one stays empty."""
    return HIDDEN if text else ""


def masked_payload(data: Any) -> Any:
    """Stored data without what could tell who somebody is: free texts and long numbers."""
    if isinstance(data, dict):
        return {
            key: withheld(str(value)) if key in FREE_TEXT else masked_payload(value)
            for key, value in data.items()
        }
    if isinstance(data, list):
        return [masked_payload(item) for item in data]
    if isinstance(data, str):
        return data if is_code(data) else HIDDEN
    if isinstance(data, int) and not isinstance(data, bool):
        return HIDDEN if MANY_DIGITS.search(str(data)) else data
    return data


def is_code(text: str) -> bool:
    """Whether a text is a code, a number or a moment, and nothing that somebody wrote."""
    if MOMENT.fullmatch(text):
        return True
    return bool(CODE.fullmatch(text)) and not MANY_DIGITS.search(text)
