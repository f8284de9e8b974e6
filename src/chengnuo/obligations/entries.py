"""How decisions and moments stand in the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chengnuo.rules.state import Decision, Started


def in_ledger(decision: Decision) -> dict[str, Any]:
    """A decision as it stands in the ledger: its kind, the obligation, the moments."""
    data: dict[str, Any] = {"decision": type(decision).__name__.lower()}
    if isinstance(decision, Started):
        held = decision.obligation
        return data | {
            "key": held.key,
            "due": moment_out(held.due_at),
            "provisional": bool(held.unpublished),
        }
    for name in ("key", "service", "at", "late", "done", "share", "level", "to", "due_at", "why"):
        value = getattr(decision, name, None)
        if value is not None:
            data[name] = moment_out(value) if isinstance(value, datetime) else value
    return data


def moment_out(at: datetime | None) -> str | None:
    """A moment as the ledger writes it: always in UTC, wherever it was reckoned."""
    return at.astimezone(UTC).isoformat() if at else None
