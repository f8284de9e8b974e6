"""A unit says a case is not its own (退单): case and clocks stay with it until this is decided."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from chengnuo.cases.casework.steps import check_hand_over
from chengnuo.cases.models import Case, Objection
from chengnuo.cases.unit_of_work import happen_to, people_in, refused, tell
from chengnuo.obligations.services import locked
from chengnuo.people.models import Organisation, Staff
from chengnuo.people.queries import posts_of, workplaces
from chengnuo.rules.state import Event
from chengnuo.rules.words import Text

TITLE = Text("退单", "Return")


@transaction.atomic
def ask_return(
    *,
    case: Case,
    wants: Organisation | None,
    reason: str,
    by: Staff,
    now: datetime,
    version: int | None = None,
) -> Objection:
    """The handling unit asks to be rid of a case, and says whose it is. No clock stops by it.

    Raises RefusedByRule for another unit, the accepting unit itself, or while one waits already.
    """
    docket = locked(docket_id=case.docket_id, expected_version=version)
    unit, mine = docket.handling_unit, workplaces(staff=by, posts=posts_of(staff=by, at=now))
    if unit is None or unit.pk not in mine:
        raise refused(TITLE, Text("由经办单位提出", "Only the handling unit can request this"))
    if unit.pk == docket.accepting_unit_id:
        said = Text("由本单位受理，请直接移交", "Your own unit received it. Hand it over instead.")
        raise refused(TITLE, said)
    check_hand_over(case=case, to=docket.accepting_unit_id or case.organisation_id)
    if case.objections.filter(decided_at__isnull=True).exists():
        said = Text(
            "已有退单申请待受理单位审核，请等待",
            "A return is already awaiting the receiving unit's review. Please wait.",
        )
        raise refused(TITLE, said)
    made = Objection.objects.create(
        case=case, unit=unit, wants=wants, reason=reason, raised_by=by, raised_at=now
    )
    note = {"why": reason, "unit": wants.name_zh if wants else ""}
    happen_to(case, [Event(name="case.return_asked", at=now)], by=by, now=now, note=note)
    text = Text(
        f"退单待审核：{case.number}，{unit.name_zh}：{reason}",
        f"Return request to review: {case.number}, {unit.name_en}: {reason}",
    )
    people = people_in(case, units=[docket.accepting_unit_id or case.organisation_id], at=now)
    tell(case, people=people, kind="return_asked", text=text, by=by, now=now)
    return made


@transaction.atomic
def decide_return(
    *,
    case: Case,
    to: Organisation | None,
    remark: str,
    by: Staff,
    now: datetime,
    version: int | None = None,
) -> Objection:
    """The accepting side decides: over to a unit (upheld, 改派), or None: it stays where it is.

    Raises RefusedByRule for anybody else, for who asked himself, and when nothing waits.
    """
    docket = locked(docket_id=case.docket_id, expected_version=version)
    asked = case.objections.filter(decided_at__isnull=True).first()
    if asked is None:
        raise refused(
            TITLE,
            Text(
                "没有待审核的退单申请，请刷新工单",
                "No return request to review. Refresh the case.",
            ),
        )
    mine = workplaces(staff=by, posts=posts_of(staff=by, at=now))
    if (docket.accepting_unit_id or case.organisation_id) not in mine:
        raise refused(TITLE, Text("由受理单位审核", "The receiving unit decides it"))
    if by.pk == asked.raised_by_id:
        raise refused(
            TITLE, Text("由申请人以外的人审核", "Someone other than the requester must decide it")
        )
    if to is not None and to.pk == asked.unit_id:
        raise refused(TITLE, Text("请改派其他单位，或驳回", "Choose another unit, or reject it"))
    if to is not None:
        check_hand_over(case=case, to=to.pk)
    asked.upheld, asked.remark, asked.decided_by, asked.decided_at = to is not None, remark, by, now
    asked.save(update_fields=["upheld", "remark", "decided_by", "decided_at"])
    note = {"why": remark, "unit": to.name_zh if to else "", "to": to.pk if to else None}
    if to is None:
        events = [Event(name="case.return_refused", at=now)]
    else:
        events = [
            Event(name="case.returned", at=now, more_follow=True),
            Event(name="case.handed_over", at=now),
        ]
    unit = to.pk if to else None
    happen_to(case, events, by=by, now=now, note=note, handling_unit=unit)
    _tell_both(asked, case, to, by, now)
    return asked


def _tell_both(
    asked: Objection, case: Case, to: Organisation | None, by: Staff, now: datetime
) -> None:
    """Who asked hears the answer; whose it is now hears of the case."""
    text = Text(
        f"退单驳回：{case.number}仍由{asked.unit.name_zh}办理。{asked.remark}",
        f"Return rejected: {case.number} stays with {asked.unit.name_en}. {asked.remark}",
    )
    if to is not None:
        text = Text(
            f"退单同意：{case.number}改派{to.name_zh}。{asked.remark}",
            f"Return approved: {case.number} reassigned to {to.name_en}. {asked.remark}",
        )
    people = {asked.raised_by_id} | (people_in(case, units=[to.pk], at=now) if to else set())
    tell(case, people=people, kind="return_decided", text=text, by=by, now=now)


def returns_of(case: Case) -> list[Objection]:
    """Every return that was asked for, newest first."""
    rows = case.objections.select_related("unit", "wants", "raised_by", "decided_by")
    return list(rows.order_by("-raised_at"))
