"""Withdrawing a proceeding that should not have been started; it stays on record."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from chengnuo.cases.unit_of_work import happen_to
from chengnuo.conduct.access import standing_in
from chengnuo.conduct.models import Proceeding
from chengnuo.conduct.proceeding import SHORTEST, locked, tell_concerned
from chengnuo.people.models import Staff
from chengnuo.people.queries import posts_of
from chengnuo.rules.refusing import NotYours, Refused
from chengnuo.rules.state import Event
from chengnuo.rules.words import Text


@transaction.atomic
def withdraw(*, proceeding: Proceeding, by: Staff, reason: str, now: datetime) -> Proceeding:
    """End a proceeding without a decision. Its case ends, nothing falls on anybody; the same ground
    may be opened anew. Never by somebody whom it concerns, and not after the signature.

    Raises NotYours, Refused.
    """
    row = locked(proceeding)
    standing = standing_in(proceeding=row, staff=by, posts=posts_of(staff=by, at=now))
    if not standing.withdraws:
        raise NotYours(
            Text(
                "由决定责任追究的部门或监督人员撤回，当事人不得撤回",
                "To be withdrawn by the deciding department or the supervision "
                "department, never by a person concerned.",
            )
        )
    if row.withdrawn_at is not None:
        return row
    if row.signed_at is not None:
        raise Refused(
            Text(
                "已签发，不能撤回，请向签发人反映",
                "The review is signed and cannot be withdrawn. Contact the signer.",
            )
        )
    if len(reason.strip()) < SHORTEST:
        raise Refused(Text("请写明撤回理由", "Enter the reason for withdrawal."))
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = now, by, reason.strip()
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    ends = Event(name="case.withdrawn", at=now)
    happen_to(row.case, [ends], by=by, now=now, note={"why": row.withdrawn_why})
    if row.served_at is not None:
        people = {p.staff_id for p in row.parts.all() if p.staff_id is not None}
        tell_concerned(row, people=people, kind="withdrawn", said=_said(row), now=now)
    return row


def _said(row: Proceeding) -> Text:
    return Text(
        f"责任追究已撤回：{row.case.number}。理由：{row.withdrawn_why}",
        f"Accountability review withdrawn: {row.case.number}. Reason: {row.withdrawn_why}",
    )
