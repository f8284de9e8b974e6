"""By what a matter from elsewhere is known: one number, however it is spelt, is one matter."""

from __future__ import annotations

import hashlib

from chengnuo.tables.cleaning import key_of

LONGEST = 100


def source_key(reference: str) -> str:
    """A sender's number as it is compared: width, case, blanks and invisible signs do not matter.

    One that is too long for its column is known by its digest.
    """
    key = key_of(reference) or reference
    return key if len(key) <= LONGEST else hashlib.sha256(key.encode()).hexdigest()
