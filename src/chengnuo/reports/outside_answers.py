"""Our answers to a sender's sheet, in its own layout and its own form. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from chengnuo.cases.models import Case
from chengnuo.cases.referrals.reply import ReferralReply, reply_of
from chengnuo.obligations.regulation import regulation_for
from chengnuo.packs.outside import SenderSheetShape
from chengnuo.reports import exports


def answer_titles(sheet: SenderSheetShape) -> list[str]:
    """The columns of our answers: what names the matter, then what is ours to fill."""
    own = [sheet.number[0], sheet.received.column[0]]
    own += [sheet.due.column[0]] if sheet.due else []
    own += [sheet.unit[0]] if sheet.unit else []
    answer = sheet.answer
    return [
        *own, answer.status, answer.reply, answer.replied, answer.closed, answer.solved,
        answer.satisfied,
    ]  # fmt: skip


def answers(
    *, sheet: SenderSheetShape, cases: Sequence[Case], zone: ZoneInfo
) -> Iterator[list[exports.Cell]]:
    """A row for each case: no name, telephone or address, which the sender has itself."""
    for case in cases:
        pack = regulation_for(digest=case.docket.release_id, company=case.organisation).pack
        yield _answer(sheet, case, reply_of(case=case, pack=pack), zone)


def _answer(
    sheet: SenderSheetShape, case: Case, reply: ReferralReply, zone: ZoneInfo
) -> list[exports.Cell]:
    def at(moment: datetime | None) -> datetime | None:
        return moment.astimezone(zone) if moment else None

    unit = case.docket.handling_unit
    words_of = case.sender_words
    own: list[exports.Cell] = [case.source_ref, words_of.get("received") or at(case.lodged_at)]
    own += [words_of.get("due") or at(case.outside_due_at)] if sheet.due else []
    own += [unit.name_zh if unit else ""] if sheet.unit else []
    words, satisfaction = sheet.verdicts, sheet.satisfaction
    return [
        *own,
        status_of(case, reply, sheet),
        reply.text or "；".join(t for t in (reply.findings, reply.result) if t),
        at(reply.sent_at or reply.replied_at),
        at(case.closed_at),
        {None: "", True: words.yes, False: words.no}[reply.solved],
        {None: "", True: satisfaction.yes, False: satisfaction.no}[reply.satisfied],
    ]


def status_of(case: Case, reply: ReferralReply, sheet: SenderSheetShape) -> str:
    """What the sender calls the state of a case."""
    if case.closed_at is not None:
        return sheet.states.closed
    return sheet.states.replied if reply.result else sheet.states.open
