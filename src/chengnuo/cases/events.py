"""What a case's life is called in the ledger (rules/lifecycle.py has the verbs)."""

from __future__ import annotations

from chengnuo.rules import lifecycle

SUBJECT = "case"

CLOSED = lifecycle.named(SUBJECT, lifecycle.CLOSED)
HANDED_OVER = lifecycle.named(SUBJECT, lifecycle.HANDED_OVER)
HAND_OVER_UNDONE = lifecycle.named(SUBJECT, lifecycle.HAND_OVER_UNDONE)
RECLASSIFIED = lifecycle.named(SUBJECT, lifecycle.RECLASSIFIED)
LODGED = lifecycle.named(SUBJECT, lifecycle.LODGED)
