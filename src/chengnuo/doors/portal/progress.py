"""What a customer may know of his case: its stage, its promises, what he was told. No names."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from chengnuo.cases.casework.replies import conversation
from chengnuo.cases.models import Case
from chengnuo.cases.queries import numbered
from chengnuo.customers.telephones import key_of
from chengnuo.disclosure.contacts import is_of_telephone
from chengnuo.obligations.models import Obligation
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.packs.commitments import promised_to_customers
from chengnuo.people.models import Organisation
from chengnuo.rules.words import Text

RECEIVED = Text("已受理", "Received")
CLOSED = Text("已办结", "Closed")
WITHDRAWN = Text("已按您的要求撤回", "Withdrawn as you asked")
MERGED = Text(
    "已与同一问题的另一张工单合并办理", "Combined with another case about the same problem"
)
IN_HAND = Text("正在办理", "In progress")


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise to the customer: until when, and whether it was kept."""

    title: Text
    due_at: datetime | None
    kept_at: datetime | None
    stands: str


@dataclass(frozen=True, slots=True)
class Progress:
    """One case as its customer sees it. Of a restricted case, only that it was received."""

    number: str
    service: Text | None
    lodged_at: datetime
    closed_at: datetime | None
    stage: Text
    promises: tuple[Promise, ...] = ()
    reply: Text | None = None
    replied_at: datetime | None = None


def look_up(*, company: Organisation, number: str, phone: str, now: datetime) -> Progress | None:
    """The case of this number and telephone; None where either is wrong, without saying which."""
    case = numbered(company=company, number=number_of(number))
    if not is_of_telephone(case=case, phone=phone) or case is None:
        return None
    return _progress(case, now)


def dialled(phone: str) -> str:
    """A telephone as it is compared and counted: +86 138-0000-0001 is 13800000001."""
    return key_of(phone) or re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", phone))


def number_of(typed: str) -> str:
    """The number of a case as it is looked for and counted, however it was typed."""
    return "".join(unicodedata.normalize("NFKC", typed).split()).upper()


def _progress(case: Case, now: datetime) -> Progress:
    if case.restricted:
        return Progress(case.number, None, case.lodged_at, None, RECEIVED)
    regulation = regulation_for(digest=case.docket.release_id, company=case.organisation)
    entry = regulation.pack.services.get(case.service)
    rows = case.docket.obligations.order_by(F("due_at").asc(nulls_last=True), "start_at", "pk")
    promises = tuple(
        _promise(row, regulation, now)
        for row in rows
        if row.voided_at is None and promised_to_customers(regulation.book.rules.get(row.rule))
    )
    reply = _last_word(case, regulation)
    return Progress(
        number=case.number,
        service=entry.title.text() if entry else None,
        lodged_at=case.lodged_at,
        closed_at=case.closed_at,
        stage=_stage(case, promises),
        promises=promises,
        reply=reply[1] if reply else None,
        replied_at=reply[0] if reply else None,
    )


def _stage(case: Case, promises: tuple[Promise, ...]) -> Text:
    if case.merged_into_id is not None:
        return MERGED
    if case.closed_at is not None:
        return WITHDRAWN if "case.withdrawn" in case.docket.seen else CLOSED
    now = [p.title for p in promises if p.kept_at is None]
    if not now:
        return IN_HAND
    zh, en = "、".join(t.zh for t in now[:2]), ", ".join(t.en for t in now[:2])
    return Text(f"{IN_HAND.zh}：{zh}", f"{IN_HAND.en}: {en}")


def _promise(row: Obligation, regulation: Regulation, now: datetime) -> Promise:
    if row.average:
        stands = "running" if row.kept_at is None else "averaged"
    elif row.kept_at is not None:
        stands = "kept" if row.broken_at is None else "kept_late"
    else:
        late = row.broken_at is not None or (row.due_at is not None and row.due_at < now)
        stands = "late" if late else "running"
    # One matter of an average has no moment of its own that was promised.
    due = None if row.average else row.due_at
    return Promise(regulation.book.rules[row.rule].title, due, row.kept_at, stands)


def _last_word(case: Case, regulation: Regulation) -> tuple[datetime, Text] | None:
    """The reply that stands; one that was overridden is not shown any more."""
    told = conversation(case=case, regulation=regulation, evidence=case.docket.evidence.all())
    standing = [reply for reply in told if reply.overridden_at is None]
    return (standing[-1].at, standing[-1].words) if standing else None
