"""What the case file declares to the house."""

from __future__ import annotations

from chengnuo.cases.happening import follow_the_form, has_a_case
from chengnuo.submissions.handlers import FormHandler

FORM_HANDLERS = (FormHandler(name="cases.follow", takes=has_a_case, handle=follow_the_form),)
