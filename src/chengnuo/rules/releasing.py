"""What lets somebody off a promise: it ends without a verdict, is put off, or begins anew."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from chengnuo.rules.state import Decision, Moved, Restarted, Voided

Release = Literal["void", "later", "anew"]
BY_SOMEBODY = frozenset({"agreed", "facts"})
"""Why a due moment moves that somebody told; pauses have an approver of their own."""


def release_in(decision: Decision, *, due_at: datetime | None) -> Release | None:
    """How a decision lets off a promise that was due at a moment; None: it does not."""
    if isinstance(decision, Voided):
        return "void"
    if isinstance(decision, Restarted):
        return "anew"
    if isinstance(decision, Moved) and decision.why in BY_SOMEBODY:
        now = decision.due_at
        if due_at is not None and (now is None or now > due_at):
            return "later"
    return None
