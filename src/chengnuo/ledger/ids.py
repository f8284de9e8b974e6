"""Identifiers made before the row is written: UUID version 7 (RFC 9562), ordered by time."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime


def uuid7(at: datetime) -> uuid.UUID:
    """A fresh id whose first 48 bits are the moment in milliseconds."""
    milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    tail = secrets.randbits(74)
    value = (milliseconds << 80) | (0x7 << 76) | ((tail >> 62) << 64) | (0b10 << 62)
    return uuid.UUID(int=value | (tail & ((1 << 62) - 1)))
