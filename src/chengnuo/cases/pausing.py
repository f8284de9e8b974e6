"""What is said and read about pauses: the notice to the customer, the proof, who must decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from chengnuo.cases.happening import refused
from chengnuo.cases.models import Case
from chengnuo.ledger.queries import history
from chengnuo.ledger.services import Message, post
from chengnuo.obligations.access import named
from chengnuo.obligations.models import RUNNING, Obligation
from chengnuo.obligations.regulation import Regulation, regulation_for, release_in_force
from chengnuo.obligations.restricting import knowing
from chengnuo.packs.schema import Pack
from chengnuo.people.models import Organisation, Post, Staff
from chengnuo.rules.rulebook import PauseReason, Within
from chengnuo.rules.words import Text

ASKED = "requested"
PROMISED = "pause.requested"


@dataclass(frozen=True, slots=True)
class Standstill:
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


def pauses_of(*, case: Case, rows: Iterable[Obligation]) -> list[Standstill]:
    """Every pause that was asked for in a case, oldest first."""
    paused = [row for row in rows if row.standstills]
    if not paused:
        return []
    asked = [e for e in history(subject=case.docket_id) if e.kind == PROMISED]
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
                    file=str(data.get("file", "")),
                    asked_by=entry.actor_id if entry is not None else None,
                )
            )
    return sorted(found, key=lambda s: s.start)


def standstills_of(*, row: Obligation, regulation: Regulation) -> list[Standstill]:
    """The pauses of one promise."""
    rule = regulation.book.rules.get(row.rule)
    listed = {p.id: p for p in rule.pauses} if isinstance(rule, Within) else {}
    return [
        Standstill(
            row,
            listed.get(one["reason"]),
            datetime.fromisoformat(one["start"]),
            datetime.fromisoformat(one["cap"]),
            datetime.fromisoformat(one["end"]) if one["end"] else None,
            one["status"],
        )
        for one in row.standstills
    ]


def waiting_pauses(
    *, company: Organisation, posts: Sequence[Post], now: datetime, only_running: bool = True
) -> list[Obligation]:
    """The promises whose pause waits for a decision by one of these posts, soonest due first.

    `only_running`: those already kept are left out; they too may still be decided.
    """
    pack = _pack(company, now)
    if pack is None or not _approves(pack, posts):
        return []
    rows = Obligation.objects.filter(organisation=company).exclude(standstills=[])
    if only_running:
        rows = rows.filter(RUNNING)
    return [row for row in _asked(rows) if _decides(row, company, posts)]


def _asked(rows: QuerySet[Obligation]) -> list[Obligation]:
    rows = rows.select_related("docket__organisation", "docket__case", "unit", "breach")
    asked = [r for r in rows.order_by("act_by") if any(_is_asked(s) for s in r.standstills)]
    return [r for r in asked if hasattr(r.docket, "case")]


def _is_asked(still: dict[str, Any]) -> bool:
    return bool(still["status"] == ASKED)


def _pack(company: Organisation, now: datetime) -> Pack | None:
    try:
        release = release_in_force(company=company, at=now)
    except LookupError:
        return None
    return regulation_for(digest=release, company=company).pack


def _approves(pack: Pack, posts: Sequence[Post]) -> bool:
    """Asked first, so that a desk costs nothing to those who never approve anything."""
    roles = {p.approver for rule in pack.rules.values() for p in getattr(rule, "pause", ())}
    heads = any(p.is_head for p in posts)
    return bool(roles & {p.role for p in posts}) or (heads and bool(roles))


def _decides(row: Obligation, company: Organisation, posts: Sequence[Post]) -> bool:
    regulation = regulation_for(digest=row.docket.release_id, company=company)
    still = next(s for s in row.standstills if _is_asked(s))
    rule = regulation.book.rules.get(row.rule)
    reasons = rule.pauses if isinstance(rule, Within) else ()
    approver = next((p.approver for p in reasons if p.id == still["reason"]), None)
    if approver is None:
        return False
    wanted = set(knowing(docket=row.docket)) or {approver}
    return named(roles=wanted, docket=row.docket, posts=posts)


def check_not_by_who_asked(*, case: Case, obligation: str, by: Staff) -> None:
    """Whoever asked for a pause does not decide it. Raises RefusedByRule."""
    rows = [r for r in case.docket.obligations.all() if r.key == obligation]
    waiting = [s for s in pauses_of(case=case, rows=rows) if s.status == ASKED]
    if waiting and waiting[0].asked_by == by.pk:
        raise refused(
            Text("暂停审批", "Approval of a pause"),
            Text("申请人不得自批，须由他人决定", "To be decided by another than who asked"),
        )


def tell_customer(*, case: Case, obligation: str, now: datetime) -> None:
    """The customer is told that a clock stands still, why, and the new moment; not at night.

    Where there is no telephone, or the matter comes from no customer, nobody is told.
    """
    rule_id, _sep, turn = obligation.partition("#")
    row = case.docket.obligations.filter(rule=rule_id, turn=turn).first()
    told = bool(case.contact_phone) and case.channel not in ("internal", "import")
    if row is None or not row.is_running or not told:
        return
    regulation = regulation_for(digest=case.docket.release_id, company=case.organisation)
    approved = [s for s in standstills_of(row=row, regulation=regulation) if s.status == "approved"]
    if not approved or row.due_at is None:
        return
    last, calendar = approved[-1], regulation.book.calendar
    why = last.reason.title.zh if last.reason else last.row.rule
    due = calendar.local(row.due_at)
    message = Message(
        key=f"pause:{row.pk}:{last.start.timestamp():.0f}",
        channel="sms",
        recipient=case.contact_phone,
        payload={
            "kind": "paused",
            "text": f"【{case.organisation.name_zh}】您的事项{case.number}因“{why}”暂停计时，"
            f"最迟{calendar.local(last.until):%m月%d日%H:%M}恢复，"
            f"新的办理期限为{due:%m月%d日%H:%M}。",
        },
        not_before=calendar.after_quiet_hours(now),
    )
    post(organisation_id=case.organisation_id, messages=[message], now=now)
