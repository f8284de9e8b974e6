"""What is said and read about pauses: the notice to the customer, the proof, who must decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chengnuo.cases.casework.texting import text_caller
from chengnuo.cases.models import Case
from chengnuo.cases.unit_of_work import refused
from chengnuo.ledger.queries import history
from chengnuo.obligations.access import to_decide
from chengnuo.obligations.models import Obligation
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.packs.channels import comes_from_a_customer
from chengnuo.people.models import Organisation, Post, Staff
from chengnuo.rules import moments
from chengnuo.rules.rulebook import PauseReason, Within
from chengnuo.rules.state import THEIR_TURN
from chengnuo.rules.words import Text

ASKED = "requested"
PROMISED = "pause.requested"


@dataclass(frozen=True, slots=True)
class PauseContract:
    """One pause of a promise, as a contract: why, by which proof, from when, at most until when."""

    row: Obligation
    reason: PauseReason | None
    start: datetime
    cap: datetime
    end: datetime | None
    status: str
    proof: str = ""
    file: str = ""
    asked_by: int | None = None

    @property
    def until(self) -> datetime:
        return self.end or self.cap


def pauses_of(*, case: Case, rows: Iterable[Obligation]) -> list[PauseContract]:
    """Every pause that was asked for in a case, oldest first."""
    paused = [row for row in rows if row.standstills]
    if not paused:
        return []
    asked = [e for e in history(subject=case.docket_id) if e.kind == PROMISED]
    # The row keeps no name and no words of who asked: these are the ledger's, where nobody changes
    # them.
    told = {(e.data.get("target"), e.at): e for e in asked}
    book = regulation_for(digest=case.docket.release_id, company=case.organisation)
    found = []
    for row in paused:
        for still in standstills_of(row=row, regulation=book):
            entry = told.get((row.key, still.start))
            data: dict[str, Any] = entry.data if entry is not None else {}
            found.append(
                replace(
                    still,
                    proof=str(data.get("proof", "")),
                    file="" if case.erased_at else str(data.get("file", "")),
                    asked_by=entry.actor_id if entry is not None else None,
                )
            )
    return sorted(found, key=lambda s: s.start)


def standstills_of(*, row: Obligation, regulation: Regulation) -> list[PauseContract]:
    """The pauses of one promise."""
    rule = regulation.book.rules.get(row.rule)
    listed = {p.id: p for p in rule.pauses} if isinstance(rule, Within) else {}
    return [
        PauseContract(
            row,
            listed.get(one["reason"]),
            datetime.fromisoformat(one["start"]),
            datetime.fromisoformat(one["cap"]),
            datetime.fromisoformat(one["end"]) if one["end"] else None,
            one["status"],
        )
        for one in row.standstills
        if one["reason"] != THEIR_TURN
    ]


def waiting_pauses(*, company: Organisation, posts: Sequence[Post], by: Staff) -> list[Obligation]:
    """The promises whose pause waits for this person's decision, soonest due first; those already
    kept, and of cases that are closed, may still turn out to be broken."""
    rows = Obligation.objects.filter(hangs=True, organisation=company, docket__case__isnull=False)
    rows = rows.select_related("docket__organisation", "docket__case", "unit", "breach")
    return to_decide(rows=rows.order_by("act_by"), by=by, posts=posts)


def check_was_asked_for(*, case: Case, obligation: str) -> None:
    """Only a promise whose pause was asked for has one to be decided or ended. Raises
    RefusedByRule."""
    if not any(r.key == obligation and r.standstills for r in case.docket.obligations.all()):
        raise refused(
            Text("暂停", "Pause"),
            Text(
                "该时限没有申请过暂停；请刷新页面后重新选择",
                "No pause was requested for this promise. Refresh the page and choose again.",
            ),
        )


def check_not_by_who_asked(*, case: Case, obligation: str, by: Staff) -> None:
    """Whoever asked for a pause does not decide it. Raises RefusedByRule."""
    rows = [r for r in case.docket.obligations.all() if r.key == obligation]
    waiting = [s for s in pauses_of(case=case, rows=rows) if s.status == ASKED]
    if waiting and waiting[0].asked_by == by.pk:
        raise refused(
            Text("暂停审批", "Approval of a pause"),
            Text(
                "申请人不得自批，须由其他人员审批",
                "Someone other than the requester must decide it",
            ),
        )


def tell_customer(*, case: Case, obligation: str, now: datetime) -> None:
    """The customer is told that a clock stands still, why, and the new moment; not at night.

    Where there is no telephone, or the matter comes from no customer, nobody is told; nor of a
    moment that is over already.
    """
    rule_id, _sep, turn = obligation.partition("#")
    row = case.docket.obligations.filter(rule=rule_id, turn=turn).first()
    regulation = regulation_for(digest=case.docket.release_id, company=case.organisation)
    told = bool(case.contact_phone) and comes_from_a_customer(regulation.pack, case.channel)
    if row is None or not row.is_running or row.broken_at is not None or not told:
        return
    approved = [s for s in standstills_of(row=row, regulation=regulation) if s.status == "approved"]
    if not approved or row.due_at is None:
        return
    last, calendar = approved[-1], regulation.book.calendar
    why = last.reason.title.zh if last.reason else last.row.rule
    here = calendar.local(now)
    until, due = (
        moments.to_customer(calendar.local(at), now=here, deadline=True).zh
        for at in (last.until, row.due_at)
    )
    text_caller(
        case=case,
        # One text for each pause, however often its approval is sent.
        key=f"pause:{row.pk}:{last.start.timestamp():.0f}",
        payload={
            "kind": "paused",
            "text": f"【{case.organisation.name_zh}】您的工单{case.number}因“{why}”暂停办理，"
            f"最迟{until}恢复，办理时限顺延至{due}。如有疑问，请致电服务热线。",
        },
        now=now,
        not_before=calendar.after_quiet_hours(now),
    )
