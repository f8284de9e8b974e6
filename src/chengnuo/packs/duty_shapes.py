"""Shapes of what keeps people honest: duties that are kept apart, attempts that are asked for."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from chengnuo.packs.rule_shapes import ClauseShape
from chengnuo.packs.shape import Id, RoleName, Shape, TextShape, wrong
from chengnuo.packs.triggers import CountShape


class AttemptsShape(Shape):
    """So many vain attempts, so far apart, must stand on record before a form may be filled: the
    forms that tell them; of a questionnaire, those by which nobody was reached."""

    of: Annotated[tuple[Id, ...], Field(min_length=1)]
    times: Annotated[int, Field(ge=2, le=20)]
    apart: CountShape


class SeparationShape(Shape):
    """Duties that one person never does both of: the forms of one and of the other, or the posts
    that never share a form."""

    title: TextShape
    clause: ClauseShape
    one: tuple[Id, ...] = ()
    other: tuple[Id, ...] = ()
    roles: tuple[RoleName, ...] = ()

    @model_validator(mode="after")
    def keeps_something_apart(self) -> SeparationShape:
        if bool(self.one) != bool(self.other) or bool(self.one) == (len(self.roles) > 1):
            raise wrong(
                "separations",
                "请写 one 与 other（表单），或写 roles（两个以上岗位）",
                "give one and other (forms), or roles (two or more)",
            )
        return self
