"""The shape of callbacks (回访): which forms are questionnaires, when one calls, who is drawn."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from chengnuo.packs.shape import FactName, Id, Shape, Span, TextShape
from chengnuo.packs.triggers import ConditionField, CountShape


def _several(given: object) -> object:
    return (given,) if isinstance(given, dict) else given


AnyOf = Annotated[tuple[ConditionField, ...], BeforeValidator(_several)]


class QuestionnaireShape(Shape):
    """A form that is the questionnaire of a callback: what its answers mean.

    Each is a condition on the answers; where there are several, any of them. `reached`: somebody
    answered at all. `not_done`: the customer says that what was reported as done is not.
    """

    by: Literal["phone", "visit"] = "phone"
    reached: ConditionField = {}
    satisfied: ConditionField
    dissatisfied: AnyOf
    not_done: AnyOf = ()
    # What is answered for the customer where nobody was reached.
    missed: dict[FactName, str | bool] = {}
    score: FactName | None = None
    words: FactName | None = None


class SampleShape(Shape):
    """A share of closed cases that is called back where the text asks for no more than some.

    `service` is what each one drawn is lodged as; `of` are the services drawn from.
    """

    title: TextShape
    reading: Id
    service: Id
    of: Annotated[tuple[Id, ...], Field(min_length=1)]
    every: Literal["week", "month", "half_year"]
    percent: Annotated[float, Field(gt=0, le=100)]
    at_least: Annotated[int, Field(ge=0)] = 1


class CallbacksShape(Shape):
    """How customers are called: within which hours, how far apart, how often at most.

    No text read so far says so: `reading` tells where the numbers come from.
    """

    reading: Id
    hours: Span
    apart: CountShape
    most: Annotated[int, Field(ge=1, le=20)]
    samples: dict[Id, SampleShape] = {}
