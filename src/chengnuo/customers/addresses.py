"""What of an address everybody reads, and by what of it somebody finds it."""

from __future__ import annotations

import re

HOUSE = re.compile(r"\d+号")


def street_of_address(address: str) -> str:
    """By what of an address somebody finds it who sees the mask: what that leaves to be read, and
    the street with the number of the house, never the door."""
    house = HOUSE.search(address)
    return address[: max(read_by_all(address), house.end() if house else 0)]


def read_by_all(address: str) -> int:
    """How many of its signs are never masked: the street stays, the door does not."""
    return len(address) * 2 // 3
