"""A mark of what a page shows: while it stays the same, so does the page."""

from __future__ import annotations

from hashlib import sha256


def mark_of(*parts: object) -> str:
    """Short; parts must say all of themselves when they are written out."""
    return sha256(repr(parts).encode()).hexdigest()[:16]
