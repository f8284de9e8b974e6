"""What a browser makes of a page, where a template breaks its lines."""

from __future__ import annotations

import re


def in_one_line(html: str) -> str:
    """White space with a line break in it is nothing between tags, and a blank elsewhere."""
    html = re.sub(r"(?:(?<=>)[ \t]*\n\s*(?=<)|\s*\n\s*(?=</))", "", html)
    return re.sub(r"\s*\n\s*", " ", html)
