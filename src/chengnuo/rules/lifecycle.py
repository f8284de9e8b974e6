"""What every matter goes through, whatever it is about: a case, a round, a stop of supply.

Its events carry the name of their subject before the verb: `case.closed`, `round.closed`.
"""

from __future__ import annotations

CLOSED = "closed"
HANDED_OVER = "handed_over"
HAND_OVER_UNDONE = "hand_over_undone"
LODGED = "lodged"
MERGED = "merged"
RECLASSIFIED = "reclassified"
REOPENED = "reopened"
RETURNED = "returned"
SEPARATED = "separated"
WITHDRAWN = "withdrawn"

ENDING = (WITHDRAWN, MERGED)
"""What ends a matter with everything that still runs: no verdict, and what was broken stays."""


def named(subject: str, verb: str) -> str:
    """The event of a kind of subject: `named("case", "closed")` is `case.closed`."""
    return f"{subject}.{verb}"
