"""How personal data looks to whoever does not need it. Doors do not mask: they ask this room."""

from __future__ import annotations

from chengnuo.customers.addresses import read_by_all


def masked_phone(phone: str) -> str:
    """138****1234: enough to recognise, not to call. Of a shorter number less is shown."""
    if len(phone) < 11:
        shown = len(phone) // 4
        return "*" * (len(phone) - shown) + phone[len(phone) - shown :]
    return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"


def masked_name(name: str) -> str:
    """张** — the family name stays."""
    return name[:1] + "*" * (len(name) - 1) if name else ""


def masked_address(address: str) -> str:
    """The street stays, the door does not."""
    keep = read_by_all(address)
    return address[:keep] + "*" * (len(address) - keep)
