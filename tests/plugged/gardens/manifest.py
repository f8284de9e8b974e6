"""What the room of gardens declares to the house."""

from __future__ import annotations

from datetime import datetime

from chengnuo.cases.models import Case
from chengnuo.ledger.kinds import Detail, event
from chengnuo.ledger.steps import WorkerStep
from chengnuo.obligations.facts import IndicatorFact, RowsAre
from chengnuo.obligations.subjects import SubjectKind
from chengnuo.rules.words import Text
from tests.plugged.gardens.services import not_watered, water

EVENTS = (
    event(
        "garden.watered", "已浇水", "Watered", "droplet", needs="litres", may="why",
        details=(Detail(key="litres", label=Text("升数", "Litres")),),
    ),
)  # fmt: skip
SUBJECT_KINDS = (SubjectKind(name="garden", title=Text("花园", "Garden")),)


def _water_all(*, now: datetime) -> int:
    return sum(water(case=case, litres=7, now=now) for case in not_watered())


STEPS = (WorkerStep(name="gardens.water", do=_water_all),)
FACTS = (
    IndicatorFact(
        name="gardens.dry", title=Text("未浇水", "Dry"), unit=Text("件工单", "cases"),
        row=Text("没有浇过水的一件工单", "A case that was not watered"), rows_are=RowsAre.CASES,
        rows=lambda scope, regulation: Case.objects.filter(
            pk__in=[case.pk for case in not_watered()], organisation=scope.company
        ),
    ),
)  # fmt: skip
