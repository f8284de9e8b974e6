"""Signing off: what was decided is frozen, and what falls on whom is written for ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from chengnuo.cases.unit_of_work import refused
from chengnuo.conduct.access import standing_in
from chengnuo.conduct.models import Deduction, Part, Proceeding
from chengnuo.conduct.proceeding import SHORTEST, locked, rebuttal_of, regulation_of, tariff
from chengnuo.conduct.statements import fen_of, read, written
from chengnuo.ledger.services import Fact, record
from chengnuo.people.models import Staff
from chengnuo.people.queries import posts_of
from chengnuo.rules import moments
from chengnuo.rules.accountability import PARTS, apportion
from chengnuo.rules.refusing import NotYours, Refused
from chengnuo.rules.words import Text
from chengnuo.submissions.handlers import Submission, Via
from chengnuo.submissions.services import submit


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is decided of a statement: the whole in points, and everybody's share of PARTS.

    `departments`: the parts that fall on the department, not on the person (S3 三.2(3)).
    """

    points: int
    shares: Mapping[int, int]
    accepted: frozenset[int] = frozenset()
    departments: frozenset[int] = frozenset()
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidingForm:
    """The form of the regulation by which a proceeding is decided, as it was typed on the page on
    which it is signed."""

    form: str
    values: Mapping[str, Any]
    files: Mapping[str, str]
    token: str
    version: int | None = None


def decides_a_proceeding(sent: Submission) -> bool:
    """Whether a form is one by which the regulation decides on accountability."""
    given = sent.regulation.pack.accountability
    return given is not None and given.decided in {e.event for e in sent.shape.emits}


def not_by_the_concerned(sent: Submission) -> None:
    """Whoever is concerned does not make the decision either. Raises RefusedByRule."""
    row = Proceeding.objects.filter(case__docket=sent.docket).first()
    if row is None:
        return
    posts = posts_of(staff=sent.by, at=sent.at)
    if standing_in(proceeding=row, staff=sent.by, posts=posts).is_concerned:
        raise refused(
            sent.shape.title.text(),
            Text(
                "您是当事人，须由作出决定部门的其他人办理",
                "You are concerned: someone else in the deciding department must do this.",
            ),
        )


@transaction.atomic
def decide(
    *,
    proceeding: Proceeding,
    opinion: DecidingForm | None,
    verdict: Verdict,
    by: Staff,
    now: datetime,
) -> Proceeding:
    """Make the decision by the form of the regulation and sign it: both or neither.

    None: it was made already. Where the form decides nothing (it goes back for more), there is
    nothing to sign. Raises NotYours, Refused, and what filling a form raises.
    """
    if opinion is not None:
        row = locked(proceeding)  # before its docket, as every verb here does
        submit(
            form=opinion.form, docket=row.case.docket_id, by=by, at=now, values=opinion.values,
            files=opinion.files, via=Via.PAGE, token=opinion.token, version=opinion.version,
        )  # fmt: skip
        row = locked(proceeding)
        if tariff(row).decided not in row.case.docket.seen and row.case.closed_at is None:
            return row
    return sign_off(proceeding=proceeding, verdict=verdict, by=by, now=now)


@transaction.atomic
def sign_off(*, proceeding: Proceeding, verdict: Verdict, by: Staff, now: datetime) -> Proceeding:
    """Sign what was decided: the statement is frozen, what falls on whom is written for ever.

    Raises NotYours, Refused.
    """
    row = locked(proceeding)
    standing = standing_in(proceeding=row, staff=by, posts=posts_of(staff=by, at=now))
    if not standing.decides:
        raise NotYours(
            Text(
                "由作出决定的部门中非当事人签发，请联系该部门",
                "To be signed by someone in the deciding department who is "
                "not concerned. Contact that department.",
            )
        )
    if row.signed_at is not None:
        return row
    if row.withdrawn_at is not None:
        raise Refused(
            Text(
                "已撤回，不能签发；需要时请重新启动",
                "The review is withdrawn and cannot be signed. Start a new one if needed.",
            )
        )
    _check_ripe(row, now)
    confirmed = _confirmed(row)
    parts = list(row.parts.select_for_update().order_by("pk"))
    whole = verdict.points if confirmed else 0
    _check_verdict(row, verdict, parts, whole, confirmed=confirmed)
    points = apportion(whole, [verdict.shares[p.pk] for p in parts])
    fen = apportion(fen_of(whole, tariff(row)), [verdict.shares[p.pk] for p in parts])
    for part, hundredths, money in zip(parts, points, fen, strict=True):
        part.final_points, part.final_fen = hundredths, money
        part.accepted = part.pk in verdict.accepted
    Part.objects.bulk_update(parts, ["final_points", "final_fen", "accepted"])
    if confirmed:
        _deduct(row, parts, verdict.departments, now)
    row.signed_at, row.signed_by, row.confirmed = now, by, confirmed
    row.remark = verdict.remark.strip()
    row.final_digest = written(final_of(row, parts, verdict.departments))[1]
    row.save(update_fields=["signed_at", "signed_by", "confirmed", "remark", "final_digest"])
    data = {"sha256": row.digest, "final": row.final_digest, "confirmed": confirmed}
    fact = Fact(
        kind="proceeding.signed", at=now, actor_id=by.pk, subject=row.case.docket_id, data=data
    )
    record(organisation_id=row.organisation_id, facts=[fact], now=now)
    return row


def final_of(
    row: Proceeding, parts: list[Part], departments: frozenset[int] = frozenset()
) -> dict[str, Any]:
    """What was decided, as it is hashed; of a part that falls on the department it names nobody."""
    return {
        "statement": row.digest,
        "confirmed": row.confirmed,
        "remark": row.remark,
        "parts": [
            [
                p.unit_id, p.role, _bearer(p, departments), p.final_points, p.final_fen, p.accepted,
            ]
            for p in parts
        ],
    }  # fmt: skip


def _bearer(part: Part, departments: frozenset[int]) -> int | None:
    """The person from whose month it is taken; None: from the department's."""
    return None if part.pk in departments else part.staff_id


def _check_ripe(row: Proceeding, now: datetime) -> None:
    """After it was served, rebutted (or the time for it was over), and decided."""
    if row.served_at is None:
        raise Refused(Text("须先送达告知书，请点“送达”", "The notice must be served first."))
    right = rebuttal_of(proceeding=row)
    silent = row.parts.filter(rebutted_at=None).exists()
    if silent and right is not None and right.due_at is not None and now <= right.due_at:
        local = regulation_of(row).book.calendar.local(right.due_at)
        until = moments.moment(local, style=moments.Style.SENTENCE, deadline=True)
        raise Refused(
            Text(
                f"申辩期至{until.zh}，尚有人未申辩，请到期后再签发。",
                f"Responses are open until {until.en}. Sign after that.",
            )
        )
    # A process may also end without a decision: the violation was found to be none.
    if tariff(row).decided not in row.case.docket.seen and row.case.closed_at is None:
        raise Refused(
            Text(
                "须先作出最终处理意见，请先填写该表单",
                "The final opinion is missing. Complete that form first.",
            )
        )


def _confirmed(row: Proceeding) -> bool:
    if tariff(row).decided not in row.case.docket.seen:
        return False
    fact = tariff(row).confirmed
    return True if fact is None else row.case.docket.facts.get(fact) is True


def _check_verdict(
    row: Proceeding, verdict: Verdict, parts: list[Part], whole: int, *, confirmed: bool
) -> None:
    """The shares are everybody's and sum to the whole; what differs is explained; never more."""
    if set(verdict.shares) != {p.pk for p in parts} or sum(verdict.shares.values()) != PARTS:
        raise Refused(
            Text(
                "各方责任比例合计须为100%，请调整比例",
                "The shares must add up to 100%. Adjust them.",
            )
        )
    stated = read(row.statement)["points"]
    if not 0 <= whole <= stated:
        most = f"{stated / 100:g}"
        raise Refused(
            Text(
                f"扣分须在0至{most}之间（告知书所列），请改小",
                f"No more than {most} points, as stated, and no less than 0; change the number",
            )
        )
    moved = any(verdict.shares[p.pk] != p.share for p in parts)
    differs = whole != stated or moved or bool(verdict.departments)
    if confirmed and differs and len(verdict.remark.strip()) < SHORTEST:
        raise Refused(
            Text("与告知书不同，请说明理由", "It differs from the notice: enter the reason.")
        )


def _deduct(row: Proceeding, parts: list[Part], departments: frozenset[int], now: datetime) -> None:
    # The month of the decision (S3: 当月绩效). A sheet is signed only when its month is over, so no
    # signed sheet can lack it.
    month = regulation_of(row).book.calendar.local(now).date().replace(day=1)
    Deduction.objects.bulk_create(
        Deduction(
            organisation_id=row.organisation_id,
            part=part,
            unit_id=part.unit_id,
            staff_id=_bearer(part, departments),
            month=month,
            points=part.final_points or 0,
            fen=part.final_fen or 0,
            decided_at=now,
        )
        for part in parts
        if part.final_points or part.final_fen
    )
