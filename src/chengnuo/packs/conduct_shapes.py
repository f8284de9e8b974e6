"""The shape of accountability: what a breach weighs, and which process divides and decides it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from chengnuo.packs.shape import EventName, FactName, Id, RoleName, Shape

Points = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=2, strict=False)]
Yuan = Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=2, strict=False)]


class AccountabilityShape(Shape):
    """How a company answers for what it did not keep.

    `service`: the service whose process is the proceeding. `confirmed`: the fact that says whether
    the violation was found true; without one, a decision is a confirmation. `opens_on`: events of a
    case that open a proceeding without anybody asking. Points and money are the company's own:
    no regulation read so far states any, so `reading` says where they come from.
    """

    service: Id
    reading: Id
    decides: RoleName
    decided: EventName
    served: EventName
    rebutted: EventName
    proposed: EventName | None = None
    confirmed: FactName | None = None
    opens_on: tuple[EventName, ...] = ()
    points: Points
    by_rule: dict[Id, Points] = {}
    dissatisfied: Points
    false_completion: Points
    yuan_per_point: Yuan
    performance_yuan: Yuan = Decimal(0)
