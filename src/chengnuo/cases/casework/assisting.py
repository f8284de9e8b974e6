"""Lead and assisting units (主办、协办): the lead asks, another answers; the lead still owes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from chengnuo.cases.casework.steps import check_hand_over
from chengnuo.cases.models import Assistance, Case
from chengnuo.cases.unit_of_work import company_of, happen_to, people_in, refused, tell
from chengnuo.obligations.services import locked
from chengnuo.people.models import Organisation, Staff
from chengnuo.people.queries import posts_of, workplaces
from chengnuo.rules.state import Event
from chengnuo.rules.words import Text

TITLE = Text("协办", "Assistance")


@transaction.atomic
def ask_assistance(
    *,
    case: Case,
    unit: Organisation,
    asked_for: str,
    by: Staff,
    now: datetime,
    version: int | None = None,
) -> Assistance:
    """The handling or the accepting unit asks another unit for help. No promise moves by it.

    Raises RefusedByRule for anybody else, for the lead itself, and while that unit is asked
    already.
    """
    docket = locked(docket_id=case.docket_id, expected_version=version)
    mine = workplaces(staff=by, posts=posts_of(staff=by, at=now))
    if not {docket.handling_unit_id, docket.accepting_unit_id} & mine:
        said = Text(
            "由主办单位或受理单位提出", "Only the lead unit or the receiving unit can request this"
        )
        raise refused(TITLE, said)
    if unit.company_id != company_of(case).pk or unit.pk == docket.handling_unit_id:
        said = Text("请选择本公司的其他单位", "Choose another unit of the company")
        raise refused(TITLE, said)
    check_hand_over(case=case, to=unit.pk)
    if case.assistance.filter(unit=unit, answered_at__isnull=True).exists():
        said = Text(
            "该单位的协办尚未答复，请等待或联系该单位",
            "That unit has been asked and has not replied yet. Wait, or contact it.",
        )
        raise refused(TITLE, said)
    made = Assistance.objects.create(
        case=case, unit=unit, asked_for=asked_for, asked_by=by, asked_at=now
    )
    note = {"why": asked_for, "unit": unit.name_zh}
    happen_to(case, [Event(name="case.assistance_asked", at=now)], by=by, now=now, note=note)
    text = Text(f"请协办：{case.number}，{asked_for}", f"Please assist: {case.number}, {asked_for}")
    people = people_in(case, units=[unit.pk], at=now)
    tell(case, people=people, kind="assistance_asked", text=text, by=by, now=now)
    return made


@transaction.atomic
def answer_assistance(
    *, case: Case, answer: str, by: Staff, now: datetime, version: int | None = None
) -> Assistance:
    """The unit that was asked answers the lead. Raises RefusedByRule when nothing was asked."""
    locked(docket_id=case.docket_id, expected_version=version)
    mine = workplaces(staff=by, posts=posts_of(staff=by, at=now))
    asked = case.assistance.filter(unit__in=mine, answered_at__isnull=True).first()
    if asked is None:
        said = Text(
            "没有请您的单位协办，或已答复；请刷新工单",
            "Your unit was not asked, or has already replied. Refresh the case.",
        )
        raise refused(TITLE, said)
    asked.answer, asked.answered_by, asked.answered_at = answer, by, now
    asked.save(update_fields=["answer", "answered_by", "answered_at"])
    note = {"why": answer, "unit": asked.unit.name_zh}
    happen_to(case, [Event(name="case.assisted", at=now)], by=by, now=now, note=note)
    text = Text(
        f"协办答复：{case.number}，{asked.unit.name_zh}：{answer}",
        f"Supporting unit replied: {case.number}, {asked.unit.name_en}: {answer}",
    )
    lead = case.docket.handling_unit_id or case.organisation_id
    people = people_in(case, units=[lead], at=now) | {p for p in [asked.asked_by_id] if p}
    tell(case, people=people, kind="assisted", text=text, by=by, now=now)
    return asked


def assistance_of(case: Case) -> list[Assistance]:
    """Every unit that was asked, newest first."""
    rows = case.assistance.select_related("unit", "asked_by", "answered_by")
    return list(rows.order_by("-asked_at"))
