"""What callbacks declare to the house."""

from __future__ import annotations

from chengnuo.callbacks.answers import CONTEXT, answered, is_questionnaire
from chengnuo.submissions.handlers import FormHandler

FORM_HANDLERS = (
    FormHandler(
        name="callbacks.questionnaire", takes=is_questionnaire, handle=answered, context=CONTEXT
    ),
)
