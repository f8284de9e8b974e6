"""The statement of a proceeding: derived from the record alone, the same whenever it is derived."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from chengnuo.conduct.answers import AnswerOnRecord
from chengnuo.conduct.models import Ground
from chengnuo.ledger.services import canonical
from chengnuo.obligations.held import Stay, terms_of
from chengnuo.obligations.models import Breach
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.packs.conduct_shapes import AccountabilityShape
from chengnuo.rules.accountability import Share, Tenure, apportion, shares
from chengnuo.rules.counting import Pause
from chengnuo.rules.refusing import Refused
from chengnuo.rules.words import Text

FORM = 1
"""The form of a statement; a change of it must not change those that were made."""


class NoAccountability(Refused):
    """The pack does not say what a breach weighs or how it is decided."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "本单位制度未规定责任追究。",
                "The company's regulation has no provisions on accountability.",
            )
        )


def tariff_of(regulation: Regulation) -> AccountabilityShape:
    """What the pack says of accountability. Raises NoAccountability."""
    if regulation.pack.accountability is None:
        raise NoAccountability
    return regulation.pack.accountability


def of_breach(*, breach: Breach, tariff: str) -> dict[str, Any]:
    """The statement on a breach, at the tariff of a release.

    Its clock is divided among those who held it, from its start to its legal moment, as the breach
    recorded it. Raises NoAccountability.
    """
    company = breach.organisation
    given = tariff_of(regulation_for(digest=tariff, company=company))
    record = breach.record
    start = datetime.fromisoformat(record["start"])
    pauses = [_pause(s) for s in record["standstills"] if s["status"] != "rejected" and s["cap"]]
    held = _held(record["held"], start, breach.broken_at)
    # The days it was counted by are those of the regulation it was broken under.
    calendar = regulation_for(digest=breach.digest, company=company).book.calendar
    divided = shares(
        tenures=held,
        start=start,
        broken_at=breach.broken_at,
        pauses=pauses,
        calendar=calendar,
        working_time=record["working"],
    )
    return {
        "form": FORM,
        "ground": Ground.BREACH.value,
        "subject": breach.obligation.docket.subject,
        "obligation": str(breach.obligation_id),
        "rule": breach.rule,
        "clause": {"zh": breach.clause_zh, "en": breach.clause_en},
        "regulation": breach.digest,
        "calendar": calendar.version,
        "start": _out(start),
        "broken_at": _out(breach.broken_at),
        "working_time": record["working"],
        "pauses": [{"start": _out(p.start), "end": _out(p.end), "why": p.reason} for p in pauses],
        **_weighed(held, divided, given.by_rule.get(breach.rule, given.points), given, tariff),
    }


def of_answer(*, answer: AnswerOnRecord, tariff: str) -> dict[str, Any]:
    """The statement on a customer's answer: the unit that had the matter in hand answers for it."""
    company = answer.docket.organisation
    given = tariff_of(regulation_for(digest=tariff, company=company))
    held = _held(answer.held, answer.at, answer.at)
    divided = shares(
        tenures=held,
        start=answer.at,
        broken_at=answer.at,
        pauses=(),
        calendar=regulation_for(digest=tariff, company=company).book.calendar,
        working_time=False,
    )
    dissatisfied = answer.ground == Ground.DISSATISFIED
    weight = given.dissatisfied if dissatisfied else given.false_completion
    return {
        "form": FORM,
        "ground": answer.ground.value,
        "subject": answer.docket.subject,
        **answer.source,
        "answered_at": _out(answer.at),
        **_weighed(held, divided, weight, given, tariff),
    }


def written(content: dict[str, Any]) -> tuple[str, str]:
    """A statement as it is kept, and its hash."""
    text = canonical(content)
    return text, sha256(text.encode()).hexdigest()


def read(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def hundredths(points: Decimal) -> int:
    return int(points * 100)


def fen_of(points: int, given: AccountabilityShape) -> int:
    """What points (in hundredths) cost, in fen."""
    return int(points * given.yuan_per_point)


def _weighed(
    held: Sequence[Tenure],
    divided: Sequence[Share],
    weight: Decimal,
    given: AccountabilityShape,
    tariff: str,
) -> dict[str, Any]:
    points = hundredths(weight)
    fen = fen_of(points, given)
    weights = [s.parts for s in divided]
    each = zip(divided, apportion(points, weights), apportion(fen, weights), strict=True)
    return {
        "tariff": tariff,
        "points": points,
        "fen": fen,
        "held": [
            {"since": _out(t.since), "unit": t.unit, "role": t.role, "people": list(t.people)}
            for t in held
        ],
        "shares": [
            {
                "unit": s.unit,
                "role": s.role,
                "person": s.person,
                "seconds": s.seconds,
                "share": s.parts,
                "points": p,
                "fen": f,
            }
            for s, p, f in each
        ],
    }


def _held(record: Sequence[Stay], start: datetime, end: datetime) -> list[Tenure]:
    """Who held it, unit by unit and person by person."""
    terms = terms_of(held=record, start=start, end=end)
    return [Tenure(at, stay["unit"], stay["role"], people) for stay, at, people in terms]


def _pause(still: dict[str, Any]) -> Pause:
    end = still["end"] or still["cap"]
    start, until = datetime.fromisoformat(still["start"]), datetime.fromisoformat(end)
    return Pause(start, until, still["reason"])


def _out(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
