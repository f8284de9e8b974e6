"""What the verb of forms declares to the house."""

from __future__ import annotations

from chengnuo.ledger.kinds import payload

# Of every event that a form tells, whoever named it: which form, its evidence and the digest of
# that, and by which door it came. What was filled in stands in the evidence alone.
FORM_EVENTS = (payload("form evidence sha256 via"),)
