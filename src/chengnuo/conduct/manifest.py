"""What accountability declares to the house."""

from __future__ import annotations

from chengnuo.conduct.signing import decides_a_proceeding, not_by_the_concerned
from chengnuo.submissions.handlers import FormHandler

FORM_HANDLERS = (
    FormHandler(name="conduct.decision", takes=decides_a_proceeding, handle=not_by_the_concerned),
)
